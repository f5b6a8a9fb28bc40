//! In: a call in a query. Out: the type of its result, and problems with its name or its arguments.

use std::ops::Range;

use crate::diagnostic::{Applicability, suggest};
use crate::embedded::TextProblem;

use super::Type;
use super::functions::{self, AGGREGATIONS, EXPERIMENTAL, FUNCTIONS};
use super::parser::{Parsed, Parser, Part};
use super::tree::{Form, Grouping};

impl<'a> Parser<'a> {
    pub(super) fn call(&mut self, name: &'a str) -> Parsed<Part> {
        let at = self.next().range.clone();
        let function = functions::find(name);
        if function.is_none() {
            self.unknown_function(name, &at);
        }
        let (arguments, end) = self.arguments(name)?;
        let range = at.start..end;
        let ids = arguments.iter().map(|argument| argument.id).collect();
        let id = self.tree.add(Form::Call { name: name.to_owned(), arguments: ids }, range.clone());
        let Some(function) = function else {
            return Ok(Part::new(None, range, id));
        };
        let most = if function.many { usize::MAX } else { function.takes.len() };
        if arguments.len() < function.required || arguments.len() > most {
            let wanted = match (function.required, most) {
                (1, 1) => "one argument".to_owned(),
                (0, 0) => "no argument".to_owned(),
                (least, most) if least == most => format!("{least} arguments"),
                (least, usize::MAX) => format!("at least {least} arguments"),
                (least, most) => format!("{least} to {most} arguments"),
            };
            let message = format!("`{name}` takes {wanted}, found {}", arguments.len());
            self.problems.push(TextProblem::new(at.clone(), message));
        } else {
            for (index, argument) in arguments.iter().enumerate() {
                let wanted = function.takes.get(index).or(function.takes.last());
                if let Some(wanted) = wanted {
                    self.wants(name, *wanted, argument);
                }
            }
        }
        Ok(Part::new(Some(function.gives), range, id))
    }

    fn unknown_function(&mut self, name: &str, at: &Range<usize>) {
        if EXPERIMENTAL.contains(&name) {
            let problem = TextProblem::new(at.clone(), format!("`{name}` needs a feature flag of Prometheus"));
            self.problems.push(problem.help("use a function that every server supports"));
            return;
        }
        let known = FUNCTIONS.iter().map(|function| function.name).chain(AGGREGATIONS.iter().map(|(name, _)| *name));
        let problem =
            TextProblem::new(at.clone(), format!("PromQL has no function `{name}`")).label("unknown function");
        self.problems.push(match suggest::nearest(name, known) {
            Some(known) => problem
                .help(format!("write `{known}`"))
                .fix(at.clone(), known)
                .applicability(Applicability::MaybeIncorrect),
            None if name.eq_ignore_ascii_case("if") => problem.help("PromQL has no `if`; use a comparison"),
            None => problem,
        });
    }

    fn arguments(&mut self, name: &'a str) -> Parsed<(Vec<Part>, usize)> {
        let opened = self.next().range.clone();
        let mut arguments = Vec::new();
        self.inside.push(name);
        while !self.is(")") {
            arguments.push(self.expression(1)?);
            if !self.accept(",") {
                break;
            }
            if self.is(")") {
                return self.fail("remove the comma before the parenthesis");
            }
        }
        self.inside.pop();
        Ok((arguments, self.close(")", &opened)?.end))
    }

    /// Checks the type of an argument.
    fn wants(&mut self, name: &str, wanted: Type, argument: &Part) {
        let Some(of) = argument.of.filter(|of| *of != wanted) else { return };
        let message = format!("`{name}` expects {}, found {}", wanted.noun(), of.noun());
        let problem = TextProblem::new(argument.range.clone(), message).label(of.noun());
        let text = self.query.get(argument.range.clone()).unwrap_or("metric");
        let short = if text.len() <= 40 { text } else { "…" };
        self.problems.push(match (wanted, of) {
            (Type::Range, Type::Vector) if argument.selector.is_some() => {
                problem.help(format!("add a range, such as {short}[5m] or {short}[{{{{window}}}}]"))
            }
            (Type::Range, Type::Vector) => {
                problem.help(format!("add a range to the metric inside, or write `({short})[5m:]`"))
            }
            (Type::Vector, Type::Range) => problem.help(format!("write `{name}(rate({short}))`, or remove the range")),
            (Type::Vector, Type::Scalar) => {
                problem.help(format!("write `vector({short})`")).fix(argument.range.clone(), format!("vector({text})"))
            }
            (Type::Scalar, Type::Vector) => problem.help(format!("write a number or scalar({short})")),
            _ => problem,
        });
    }

    pub(super) fn aggregation(&mut self, name: &'a str) -> Parsed<Part> {
        let at = self.next().range.clone();
        let mut grouping = self.by()?;
        if !self.is("(") {
            return self.fail(&format!("write `{name} by (…) (…)`"));
        }
        let (arguments, mut end) = self.arguments(name)?;
        if grouping.is_none() && (self.is_word("by") || self.is_word("without")) {
            grouping = self.by()?;
            end = self.tokens.get(self.at.saturating_sub(1)).map_or(end, |token| token.range.end);
        }
        let parameter = functions::aggregation(name).and_then(|(_, parameter)| *parameter);
        let wanted = if parameter.is_some() { 2 } else { 1 };
        if arguments.len() == wanted {
            if let (Some(parameter), Some(argument)) = (parameter, arguments.first()) {
                self.wants(name, parameter, argument);
            }
            if let Some(vector) = arguments.last() {
                self.wants(name, Type::Vector, vector);
            }
        } else {
            let form = if parameter.is_some() { "a parameter and an instant vector" } else { "one instant vector" };
            let message = format!("`{name}` takes {form}, found {} arguments", arguments.len());
            self.problems.push(TextProblem::new(at.clone(), message));
        }
        let arguments = arguments.iter().map(|argument| argument.id).collect();
        let form = Form::Aggregation { name: name.to_ascii_lowercase(), grouping, arguments };
        let id = self.tree.add(form, at.start..end);
        Ok(Part::new(Some(Type::Vector), at.start..end, id))
    }

    /// `by (…)` or `without (…)`, if there is one.
    fn by(&mut self) -> Parsed<Option<Grouping>> {
        let without = self.is_word("without");
        if !without && !self.is_word("by") {
            return Ok(None);
        }
        self.next();
        Ok(Some(Grouping { without, labels: self.labels()? }))
    }
}
