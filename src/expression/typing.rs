//! In: the operands of an operator or a function. Out: the type of the result, and type errors.

use std::ops::Range;

use crate::diagnostic::Applicability;
use crate::embedded::TextProblem;

use super::functions::{Function, Takes};
use super::parser::{Parser, Part};
use super::types::Type;

/// The most bytes of a part that advice quotes. Each of the parts of a long condition may contain the one before it.
const LONGEST_QUOTE: usize = 200;

impl Parser<'_> {
    pub(super) fn apply_function(
        &mut self,
        function: &Function,
        at: &Range<usize>,
        arguments: &[Part],
        mapped: Option<Type>,
    ) -> Type {
        let name = function.name;
        let (least, most) = function.arguments;
        if arguments.len() < least || arguments.len() > most {
            let wanted = match (least, most) {
                (least, most) if least == most => format!("{least}"),
                (least, usize::MAX) => format!("at least {least}"),
                (least, most) => format!("{least} to {most}"),
            };
            let message = format!("`{name}` takes {wanted} arguments, found {}", arguments.len());
            self.problems.push(TextProblem::new(at.clone(), message));
        }
        let first = arguments.first().map_or(Type::Any, |part| part.of.clone());
        let checked = if function.takes.every_argument() { arguments.len() } else { 1 };
        if let Some(part) = arguments.iter().take(checked).find(|part| !function.takes.accepts(&part.of)) {
            let message = format!("`{name}` expects {}, found {}", function.takes.noun(), part.of);
            let problem = TextProblem::new(part.range.clone(), message).label(part.of.to_string());
            let list_of_numbers = matches!(&part.of, Type::List(element) if element.is_number());
            let text = self.quoted(part);
            let erring = "Every measurement would be an error, and several errors in a row abort the release.";
            self.problems.push(match function.takes {
                Takes::Number if list_of_numbers => problem.help(format!("write {name}({text}[0])")),
                Takes::NumberOrString if list_of_numbers => {
                    problem.why(erring).help(format!("write {name}({text}[0])"))
                }
                Takes::EveryNumber if list_of_numbers => problem
                    .why(erring)
                    .help(format!("to bind every value, write a comparison such as all({text}, {{# <= 1}})")),
                _ => problem,
            });
        }
        let judges = matches!(name, "all" | "none" | "any" | "one" | "filter" | "find" | "count");
        if let Some(predicate) = arguments.get(1).filter(|part| judges && !part.of.may_be_boolean()) {
            let message = format!("the predicate of `{name}` must be true or false, found {}", predicate.of);
            self.problems
                .push(TextProblem::new(predicate.range.clone(), message).help("write a comparison, as in {# <= 1}"));
        }
        function.gives.result(&first, function.takes == Takes::List, mapped)
    }

    pub(super) fn wants_boolean(&mut self, part: &Part, what: &str) {
        if !part.of.may_be_boolean() {
            let message = format!("{what} must be true or false, found {}", part.of);
            self.problems.push(TextProblem::new(part.range.clone(), message).label(part.of.to_string()));
        }
    }

    pub(super) fn apply(&mut self, operator: &str, place: &Range<usize>, left: &Part, right: &Part) -> Type {
        let fits = |test: fn(&Type) -> bool| test(&left.of) && test(&right.of);
        let any = left.of == Type::Any || right.of == Type::Any;
        let (ok, gives) = match operator {
            "==" | "!=" => (left.of.comparable(&right.of), Type::Boolean),
            "<" | ">" | "<=" | ">=" => (fits(Type::may_be_number) || fits(Type::may_be_string), Type::Boolean),
            "and" | "&&" | "or" | "||" => {
                self.wants_boolean(left, &format!("the left side of `{operator}`"));
                self.wants_boolean(right, &format!("the right side of `{operator}`"));
                return Type::Boolean;
            }
            "+" => {
                let strings = left.of == Type::String || right.of == Type::String;
                let gives = if any {
                    Type::Any
                } else if strings {
                    Type::String
                } else {
                    number(left, right)
                };
                (fits(Type::may_be_number) || fits(Type::may_be_string), gives)
            }
            "-" | "*" => (fits(Type::may_be_number), if any { Type::Any } else { number(left, right) }),
            "/" | "**" | "^" => (fits(Type::may_be_number), Type::Number),
            "%" => (fits(|of| matches!(of, Type::Integer | Type::Any)), Type::Integer),
            ".." => (fits(|of| matches!(of, Type::Integer | Type::Any)), Type::list(Type::Integer)),
            "matches" | "contains" | "startsWith" | "endsWith" => (fits(Type::may_be_string), Type::Boolean),
            "in" => {
                let within = matches!(right.of, Type::Any | Type::Map | Type::List(_));
                let element = right.of != Type::Any && !right.of.element().comparable(&left.of);
                (within && !element, Type::Boolean)
            }
            "??" => {
                return match (&left.of, &right.of) {
                    (Type::Nil, of) | (of, Type::Nil) => of.clone(),
                    (left, right) => left.clone().or(right.clone()),
                };
            }
            _ => (true, Type::Any),
        };
        if !ok {
            let problem = self.mismatch(operator, place, left, right);
            self.problems.push(problem);
        }
        gives
    }

    /// The text of a part, to be quoted in advice; a long one is left out.
    fn quoted(&self, part: &Part) -> &str {
        self.source.get(part.range.clone()).filter(|text| text.len() <= LONGEST_QUOTE).unwrap_or("…")
    }

    /// Two types that an operator does not support. The most common case is a comparison of the whole result with a
    /// number.
    pub(super) fn mismatch(&self, operator: &str, place: &Range<usize>, left: &Part, right: &Part) -> TextProblem {
        let is_numbers = |part: &Part| matches!(&part.of, Type::List(element) if element.may_be_number());
        let list = if is_numbers(left) && right.of.is_number() {
            Some(left)
        } else if is_numbers(right) && left.of.is_number() {
            Some(right)
        } else {
            None
        };
        if let Some(list) = list.filter(|_| operator != "..") {
            let problem = TextProblem::new(list.range.clone(), format!("cannot compare {} with a number", list.of));
            return problem
                .label(list.of.to_string())
                .why("The controller cannot compare them: every measurement is an error, and several errors in a row abort the release.")
                .help(format!(
                    "write {}[0] for its first value, or all({0}, {{# {operator} …}}) for every value",
                    self.quoted(list)
                ))
                .fix(list.range.end..list.range.end, "[0]").applicability(Applicability::MaybeIncorrect);
        }
        TextProblem::new(place.clone(), format!("`{operator}` does not support {} and {}", left.of, right.of))
            .label("unsupported types")
            .also(if left.of.is_number() { right.range.clone() } else { left.range.clone() }, {
                if left.of.is_number() { right.of.to_string() } else { left.of.to_string() }
            })
    }
}

fn number(left: &Part, right: &Part) -> Type {
    if left.of == Type::Integer && right.of == Type::Integer { Type::Integer } else { Type::Number }
}
