//! The functions and aggregations of PromQL: the types of their arguments and results.

use super::Type::{self, Range, Scalar, String, Vector};

/// A function. Arguments after the required ones are optional; `many` repeats the last.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) takes: &'static [Type],
    /// The number of required arguments in `takes`.
    pub(super) required: usize,
    pub(super) many: bool,
    pub(super) gives: Type,
}

const fn exact(name: &'static str, takes: &'static [Type], gives: Type) -> Function {
    Function { name, takes, required: takes.len(), many: false, gives }
}

const fn optional(name: &'static str, takes: &'static [Type], required: usize, gives: Type) -> Function {
    Function { name, takes, required, many: false, gives }
}

const fn many(name: &'static str, takes: &'static [Type], required: usize) -> Function {
    Function { name, takes, required, many: true, gives: Vector }
}

const V: &[Type] = &[Vector];
const R: &[Type] = &[Range];

/// The functions of Prometheus 3 that need no feature flag, sorted.
pub(super) const FUNCTIONS: &[Function] = &[
    exact("abs", V, Vector),
    exact("absent", V, Vector),
    exact("absent_over_time", R, Vector),
    exact("acos", V, Vector),
    exact("acosh", V, Vector),
    exact("asin", V, Vector),
    exact("asinh", V, Vector),
    exact("atan", V, Vector),
    exact("atanh", V, Vector),
    exact("avg_over_time", R, Vector),
    exact("ceil", V, Vector),
    exact("changes", R, Vector),
    exact("clamp", &[Vector, Scalar, Scalar], Vector),
    exact("clamp_max", &[Vector, Scalar], Vector),
    exact("clamp_min", &[Vector, Scalar], Vector),
    exact("cos", V, Vector),
    exact("cosh", V, Vector),
    exact("count_over_time", R, Vector),
    optional("day_of_month", V, 0, Vector),
    optional("day_of_week", V, 0, Vector),
    optional("day_of_year", V, 0, Vector),
    optional("days_in_month", V, 0, Vector),
    exact("deg", V, Vector),
    exact("delta", R, Vector),
    exact("deriv", R, Vector),
    exact("exp", V, Vector),
    exact("floor", V, Vector),
    exact("histogram_avg", V, Vector),
    exact("histogram_count", V, Vector),
    exact("histogram_fraction", &[Scalar, Scalar, Vector], Vector),
    exact("histogram_quantile", &[Scalar, Vector], Vector),
    exact("histogram_stddev", V, Vector),
    exact("histogram_stdvar", V, Vector),
    exact("histogram_sum", V, Vector),
    optional("hour", V, 0, Vector),
    exact("idelta", R, Vector),
    exact("increase", R, Vector),
    exact("irate", R, Vector),
    many("label_join", &[Vector, String, String, String], 3),
    exact("label_replace", &[Vector, String, String, String, String], Vector),
    exact("last_over_time", R, Vector),
    exact("ln", V, Vector),
    exact("log10", V, Vector),
    exact("log2", V, Vector),
    exact("max_over_time", R, Vector),
    exact("min_over_time", R, Vector),
    optional("minute", V, 0, Vector),
    optional("month", V, 0, Vector),
    exact("pi", &[], Scalar),
    exact("predict_linear", &[Range, Scalar], Vector),
    exact("present_over_time", R, Vector),
    exact("quantile_over_time", &[Scalar, Range], Vector),
    exact("rad", V, Vector),
    exact("rate", R, Vector),
    exact("resets", R, Vector),
    optional("round", &[Vector, Scalar], 1, Vector),
    exact("scalar", V, Scalar),
    exact("sgn", V, Vector),
    exact("sin", V, Vector),
    exact("sinh", V, Vector),
    exact("sort", V, Vector),
    exact("sort_desc", V, Vector),
    exact("sqrt", V, Vector),
    exact("stddev_over_time", R, Vector),
    exact("stdvar_over_time", R, Vector),
    exact("sum_over_time", R, Vector),
    exact("tan", V, Vector),
    exact("tanh", V, Vector),
    exact("time", &[], Scalar),
    exact("timestamp", V, Vector),
    exact("vector", &[Scalar], Vector),
    optional("year", V, 0, Vector),
];

/// Functions that need a feature flag of the server: a policy cannot know whether it is set.
pub(super) const EXPERIMENTAL: &[&str] = &[
    "double_exponential_smoothing",
    "first_over_time",
    "histogram_quantiles",
    "holt_winters",
    "info",
    "mad_over_time",
    "sort_by_label",
    "sort_by_label_desc",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
    "limitk",
    "limit_ratio",
];

/// Aggregations, with the type of the parameter before the vector.
pub(super) const AGGREGATIONS: &[(&str, Option<Type>)] = &[
    ("avg", None),
    ("bottomk", Some(Scalar)),
    ("count", None),
    ("count_values", Some(String)),
    ("group", None),
    ("max", None),
    ("min", None),
    ("quantile", Some(Scalar)),
    ("stddev", None),
    ("stdvar", None),
    ("sum", None),
    ("topk", Some(Scalar)),
];

/// Finds a function by its name, which is lower case.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok().and_then(|index| FUNCTIONS.get(index))
}

/// Finds an aggregation by its name, in upper or lower case.
pub(super) fn aggregation(name: &str) -> Option<&'static (&'static str, Option<Type>)> {
    AGGREGATIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
}

impl Type {
    /// The type with its article, for sentences.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Scalar => "a number",
            Vector => "an instant vector",
            Range => "a range of samples",
            String => "a string",
        }
    }
}
