//! In: `param` nodes, and the values given by `use` or on the command line. Out: the value of each parameter, or its
//! mistake.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::Parameter;
use crate::braces::{self, holes};
use crate::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, suggest};
use crate::lower::value;
use crate::manifest::ParameterId;
use crate::model::{Block, Given, LayerId, Meaning, Typed, Value};
use crate::source::{Source, Span};
use crate::syntax::tree::{Scalar, Text};
use crate::vocabulary::choices::ParameterType;
use crate::vocabulary::{Type, Word};

/// A value given on the command line: `--set name=value`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The parameter.
    pub name: Text,
    /// The value as typed.
    pub text: Text,
    /// `name=value` as a separate text, which can be shown when it contains a mistake.
    pub source: Arc<Source>,
}

impl Setting {
    /// Reads `name=value`; `None` without `=` or without a name.
    pub fn parse(argument: &str) -> Option<Self> {
        let (name, text) = argument.split_once('=')?;
        (!name.is_empty()).then(|| Self {
            name: name.into(),
            text: text.into(),
            source: Source::new("<command line>", format!("--set {argument}")),
        })
    }

    /// The place of the value.
    pub fn value_span(&self) -> Span {
        let end = self.source.text.len();
        self.source.range(end - self.text.len(), end)
    }

    /// The place of the name.
    pub fn name_span(&self) -> Span {
        let start = "--set ".len();
        self.source.range(start, start + self.name.len())
    }
}

/// The declared type of a parameter.
pub fn declared_type(param: &Block) -> Option<Type> {
    Some(match param.property(Word::Type)?.read::<ParameterType>()? {
        ParameterType::Duration => Type::Duration,
        ParameterType::Percent => Type::Percent,
        ParameterType::Integer => Type::Integer { min: i64::MIN, max: i64::MAX },
        ParameterType::Number => Type::Number,
        ParameterType::Rate => Type::Rate,
        ParameterType::String => Type::String,
        ParameterType::Host => Type::Host,
        ParameterType::Boolean => Type::Boolean,
    })
}

/// Whether a parameter of one type is allowed alone where another type is expected.
pub fn fits(parameter: Type, due: Type) -> bool {
    let texts = matches!(due, Type::String | Type::Regex | Type::Yaml | Type::Scalar);
    texts
        || match parameter {
            Type::Duration => matches!(due, Type::Duration | Type::Threshold | Type::DurationOrNever),
            Type::Percent => matches!(due, Type::Percent | Type::Threshold | Type::IntegerOrPercent),
            Type::Integer { .. } => {
                matches!(
                    due,
                    Type::Integer { .. } | Type::Number | Type::Threshold | Type::IntegerOrPercent | Type::Port
                )
            }
            Type::Number => matches!(due, Type::Number | Type::Threshold),
            Type::Rate => matches!(due, Type::Rate | Type::Threshold),
            Type::Host => matches!(due, Type::Host),
            Type::Boolean => matches!(due, Type::Boolean),
            _ => matches!(due, Type::Host | Type::Date | Type::Port),
        }
}

/// Checks the declarations of one body: types, defaults, bounds.
pub fn check_declarations(owner: &Block, source: &Source, diagnostics: &mut Diagnostics) {
    for param in owner.all(Word::Param) {
        let Some(name) = param.name() else { continue };
        if matches!(name, "name" | "profile") || BUILT_IN.contains(&name) {
            diagnostics.push(
                Diagnostic::new(
                    Code::ParameterName,
                    param.name_span(),
                    format!("`{name}` cannot be the name of a parameter"),
                )
                .label("taken")
                .help("use another name"),
            );
        }
        let Some(due) = declared_type(param) else {
            if param.property(Word::Type).is_none() {
                diagnostics.push(
                    Diagnostic::new(Code::ParameterType, param.name_span(), format!("parameter `{name}` has no type"))
                        .label("needs `type=`")
                        .help("write `type=\"duration\"`, or percent, integer, number, rate, string, host or boolean"),
                );
            }
            continue;
        };
        let stated = [Word::Default, Word::Min, Word::Max, Word::Example].map(|word| param.property(word));
        let listed = param.child(Word::OneOf).map_or(&[][..], |list| &list.arguments);
        let mut sound = true;
        for value in stated.into_iter().flatten().chain(listed).filter(|value| value.is_sound()) {
            let place = |range| value.locate_in(source, range);
            let problem = value::parse(&mut value.clone(), due, source).or_else(|| unknown_name(value, place));
            if let Some(diagnostic) = problem {
                diagnostics.push(diagnostic);
                sound = false;
            }
        }
        if sound {
            for word in [Word::Default, Word::Example] {
                if let Some(diagnostic) = param.property(word).and_then(|value| outside(param, Some(due), value)) {
                    diagnostics.push(diagnostic);
                }
            }
            if let Some(diagnostic) = unordered(param, due) {
                diagnostics.push(diagnostic);
            }
        }
        if let (Some(helm), None) = (param.property(Word::Helm), param.property(Word::Example)) {
            diagnostics.push(
                Diagnostic::new(Code::ParameterType, helm.span, format!("parameter `{name}` needs an example"))
                    .label("only known to Helm")
                    .help("add `example=`; canaryc uses it instead of the value in checks"),
            );
        }
    }
}

/// Names that always exist, so no parameter can have them.
pub const BUILT_IN: &[&str] = &[
    "release",
    "namespace",
    "environment",
    "service",
    "stable-service",
    "canary-service",
    "stable-hash",
    "canary-hash",
    "baseline-hash",
    "window",
];

/// The values of the parameters of one owner (a profile, release or metric).
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    list: Vec<Argument>,
}

/// The value of one parameter.
#[derive(Clone, Debug)]
pub struct Argument {
    name: Text,
    /// The declared type.
    pub due: Option<Type>,
    /// `None` when the value is missing or wrong, which was reported.
    pub value: Option<Value>,
    parameter: Option<ParameterId>,
}

impl Argument {
    fn new(name: &Text, due: Option<Type>, value: Option<Value>) -> Self {
        Self { name: Arc::clone(name), due, value, parameter: None }
    }

    /// Where a value of this parameter comes from. If the value is itself a parameter, it comes from that one.
    pub fn given(&self, value: &Value) -> Given {
        let outer = value.via.and_then(|given| given.parameter);
        Given { span: value.blame(), parameter: outer.or(self.parameter) }
    }
}

impl Arguments {
    /// The parameter with a name; `None` when there is no such parameter.
    pub fn get(&self, name: &str) -> Option<&Argument> {
        self.list.iter().find(|argument| *argument.name == *name)
    }

    /// Adds these parameters, which a profile or the release declares, to those of the policy.
    pub fn register(&mut self, profile: Option<&str>, parameters: &mut Vec<Parameter>) {
        for argument in &mut self.list {
            argument.parameter = ParameterId::new(parameters.len());
            parameters.push(Parameter { name: Arc::clone(&argument.name), profile: profile.map(Text::from) });
        }
    }

    /// The parameters of `owner` with the values that `given` (a `use`, or the measure `metric`) gives them.
    pub fn bind(owner: &Block, given: &Block, sources: &crate::source::Sources, diagnostics: &mut Diagnostics) -> Self {
        let names: Vec<&str> = owner.all(Word::Param).filter_map(Block::name).collect();
        let mut meant: Vec<(&str, &Value)> = Vec::new();
        for (key, value) in &given.free {
            match names.iter().copied().find(|name| *name == &*key.value) {
                Some(name) => meant.push((name, value)),
                None => {
                    let (diagnostic, nearest) = unknown(owner, &names, &key.value, key.span);
                    diagnostics.push(diagnostic);
                    if let Some(nearest) = nearest {
                        meant.push((nearest, value));
                    }
                }
            }
        }
        let mut arguments = Self::default();
        for param in owner.all(Word::Param) {
            let Some(Scalar::String(name)) = param.argument().map(|value| &value.scalar) else { continue };
            let due = declared_type(param);
            let value = match meant.iter().find(|(known, _)| **known == **name) {
                Some((_, value)) => judged(param, due, value, sources, diagnostics),
                None => match param.property(Word::Default) {
                    Some(default) => own_default(param, due, default, sources),
                    None if param.property(Word::Helm).is_some() => {
                        diagnostics.push(helm(param));
                        None
                    }
                    None => {
                        diagnostics.push(missing(owner, param, name, given));
                        None
                    }
                },
            };
            arguments.list.push(Argument::new(name, due, value));
        }
        arguments
    }

    /// The parameters of a release, with the values from the command line.
    pub fn of_release(
        release: &Block,
        settings: &[Setting],
        sources: &mut crate::source::Sources,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut arguments = Self::default();
        for param in release.all(Word::Param) {
            let Some(Scalar::String(name)) = param.argument().map(|value| &value.scalar) else { continue };
            let due = declared_type(param);
            let value = match settings.iter().rev().find(|setting| setting.name == *name) {
                Some(setting) => {
                    sources.add(Arc::clone(&setting.source));
                    let value = typed(setting, due);
                    match unknown_name(&value, |range| setting.value_span().part(range.start, range.end)) {
                        Some(diagnostic) => {
                            diagnostics.push(diagnostic);
                            None
                        }
                        None => judged(param, due, &value, sources, diagnostics),
                    }
                }
                None => match param.property(Word::Default) {
                    Some(default) => own_default(param, due, default, sources),
                    None => {
                        diagnostics.push(if param.property(Word::Helm).is_some() {
                            helm(param)
                        } else {
                            unset(param, name)
                        });
                        None
                    }
                },
            };
            arguments.list.push(Argument::new(name, due, value));
        }
        arguments
    }
}

/// Reports a `{{name}}` in a value of a parameter that is not built in. Nothing would fill it in.
fn unknown_name(value: &Value, place: impl Fn(Range<usize>) -> Span) -> Option<Diagnostic> {
    let text = value.as_str()?;
    let (range, message) = match holes(text).find(|(_, name)| !BUILT_IN.contains(name)) {
        Some((range, name)) => (range, format!("a value of a parameter cannot contain `{{{{{name}}}}}`")),
        None => {
            let rest = holes(text).last().map_or(0, |(range, _)| range.end);
            let open = rest + braces::opening(&text[rest..])?;
            (open..open + 2, "`{{` without `}}`".to_owned())
        }
    };
    Some(
        Diagnostic::new(Code::ParameterUndeclared, place(range), message)
            .label("not filled in")
            .why("Only built-in names, such as `{{release}}`, are filled in here.")
            .help("write the text, or use both parameters where the text is needed"),
    )
}

/// The default, if it fits its declaration. If it does not, that was reported at the declaration.
fn own_default(param: &Block, due: Option<Type>, default: &Value, sources: &crate::source::Sources) -> Option<Value> {
    if !default.is_sound() {
        return None;
    }
    let mut value = default.clone();
    let fits = due.is_none_or(|due| value::parse_filled(&mut value, due, sources).is_none());
    (fits && outside(param, due, &value).is_none()).then_some(value)
}

/// A setting as a scalar of the type of its parameter.
fn typed(setting: &Setting, due: Option<Type>) -> Value {
    let text = &setting.text;
    let scalar = match due {
        Some(Type::Boolean) if &**text == "true" => Scalar::Boolean(true),
        Some(Type::Boolean) if &**text == "false" => Scalar::Boolean(false),
        Some(Type::Integer { .. } | Type::Number) => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => Scalar::Integer(number),
            (_, Ok(value)) => Scalar::Number { value, text: Arc::clone(text) },
            _ => Scalar::String(Arc::clone(text)),
        },
        _ => Scalar::String(Arc::clone(text)),
    };
    Value { scalar, span: setting.value_span(), via: None, layer: LayerId::default(), meaning: Meaning::Unfilled }
}

fn judged(
    param: &Block,
    due: Option<Type>,
    value: &Value,
    sources: &crate::source::Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Value> {
    if !value.is_sound() {
        return None;
    }
    let mut value = value.clone();
    let problem = due.and_then(|due| {
        value::parse_filled(&mut value, due, sources)
            .map(|diagnostic| diagnostic.also(param.name_span(), "declared here"))
    });
    match problem.or_else(|| outside(param, due, &value)) {
        Some(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
        None => Some(value),
    }
}

/// The diagnostic for a value outside the bounds, or the closed set, of its parameter.
fn outside(param: &Block, due: Option<Type>, value: &Value) -> Option<Diagnostic> {
    let name = param.name()?;
    if let Some(list) = param.child(Word::OneOf) {
        let allowed: Vec<String> = list.arguments.iter().map(|value| value.scalar.to_string()).collect();
        if !list.arguments.iter().any(|allowed| allowed.scalar == value.scalar) {
            return Some(
                Diagnostic::new(Code::ParameterRange, value.blame(), format!("`{name}` cannot be {}", value.scalar))
                    .label("not an allowed value")
                    .also(list.keyword, "limited here")
                    .help(format!("write {}", allowed.join(" or "))),
            );
        }
    }
    for (word, wrong, is) in [(Word::Min, Ordering::Less, "at least"), (Word::Max, Ordering::Greater, "at most")] {
        let Some(bound) = param.property(word) else { continue };
        if compare(&value.scalar, &bound.scalar, due?) == Some(wrong) {
            return Some(
                Diagnostic::new(Code::ParameterRange, value.blame(), format!("`{name}` must be {is} {}", bound.scalar))
                    .label(format!("{} is {}", value.scalar, if wrong.is_lt() { "less" } else { "more" }))
                    .also(bound.span, "the bound")
                    .help(format!("write {is} {}", bound.scalar)),
            );
        }
    }
    None
}

/// Which of two values of a type is greater. `None` if one of them does not have the type, which was reported.
fn compare(value: &Scalar, bound: &Scalar, due: Type) -> Option<Ordering> {
    Some(match (value::typed(value, due)?, value::typed(bound, due)?) {
        (Typed::Duration(value), Typed::Duration(bound)) => value.cmp(&bound),
        (Typed::Percent(value), Typed::Percent(bound)) => value.cmp(&bound),
        (Typed::Rate(value), Typed::Rate(bound)) => value.cmp(&bound),
        (Typed::Number(value), Typed::Number(bound)) => value.cmp(&bound),
        _ => match (value, bound) {
            (Scalar::Integer(value), Scalar::Integer(bound)) => value.cmp(bound),
            _ => return None,
        },
    })
}

/// The diagnostic for a bound of a parameter whose values have no order.
fn unordered(param: &Block, due: Type) -> Option<Diagnostic> {
    let is_ordered = matches!(due, Type::Duration | Type::Percent | Type::Integer { .. } | Type::Number | Type::Rate);
    let bound = [Word::Min, Word::Max].into_iter().find_map(|word| Some((word, param.property(word)?)));
    let (word, bound) = bound.filter(|_| !is_ordered)?;
    let message = format!("`{word}` has no meaning for {}", due.noun());
    Some(
        Diagnostic::new(Code::ParameterType, bound.span, message)
            .label("these values have no order")
            .also(param.name_span(), "declared here")
            .help("remove it, or list the allowed values in `one-of`"),
    )
}

fn unknown<'a>(owner: &Block, names: &[&'a str], written: &str, span: Span) -> (Diagnostic, Option<&'a str>) {
    let title = format!("`{} \"{}\"` has no parameter `{written}`", owner.word(), owner.name().unwrap_or_default());
    let diagnostic = Diagnostic::new(Code::ParameterUnknown, span, title).also(owner.name_span(), "declared here");
    match suggest::nearest(written, names.iter().copied()) {
        Some(nearest) => {
            let name = names.iter().copied().find(|name| *name == nearest);
            (
                diagnostic
                    .label(format!("did you mean `{nearest}`?"))
                    .help(format!("write `{nearest}`"))
                    .fix(span, nearest)
                    .applicability(Applicability::MaybeIncorrect),
                name,
            )
        }
        None if names.is_empty() => (diagnostic.label("unknown").help("it has no parameters; remove this"), None),
        None => (
            diagnostic.label("unknown").help(format!("the release has {}", suggest::one_of(names.iter().copied()))),
            None,
        ),
    }
}

fn missing(owner: &Block, param: &Block, name: &str, given: &Block) -> Diagnostic {
    let owner_name = owner.name().unwrap_or_default();
    Diagnostic::new(
        Code::ParameterMissing,
        given.name_span(),
        format!("`{} \"{owner_name}\"` needs `{name}`", owner.word()),
    )
    .label(format!("`{name}=` is missing"))
    .also(param.name_span(), "declared here, without a default")
    .help(format!("write `{} \"{owner_name}\" {name}={}`", given.word(), example(param)))
}

fn unset(param: &Block, name: &str) -> Diagnostic {
    Diagnostic::new(Code::ParameterMissing, param.name_span(), format!("parameter `{name}` has no value"))
        .label("no default and no value")
        .help(format!("build with `--set {name}=…`, or write a default: `default={}`", example(param)))
}

fn helm(param: &Block) -> Diagnostic {
    let name = param.name().unwrap_or_default();
    let span = param.property(Word::Helm).map_or(param.keyword, |value| value.span);
    Diagnostic::new(Code::SupportNotYet, span, "parameters that Helm fills in are not supported yet")
        .label(format!("`{name}` would stay open in the output"))
        .help(format!("set the value: `--set {name}=…`"))
}

fn example(param: &Block) -> &'static str {
    match declared_type(param) {
        Some(Type::Duration) => "\"10m\"",
        Some(Type::Percent) => "\"5%\"",
        Some(Type::Integer { .. }) => "3",
        Some(Type::Number) => "1.5",
        Some(Type::Rate) => "\"120/s\"",
        Some(Type::Host) => "\"shop.example.com\"",
        Some(Type::Boolean) => "#true",
        _ => "\"…\"",
    }
}
