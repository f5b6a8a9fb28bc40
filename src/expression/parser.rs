//! In: the tokens of a condition. Out: its problems. The parser runs in one pass with a bounded depth: every grammar
//! rule returns the type of what it has read. The grammar and the precedences are those of expr-lang.

use std::ops::Range;

use crate::diagnostic::{Applicability, suggest};
use crate::embedded::TextProblem;

use super::functions::{self, FUNCTIONS};
use super::lexer::{self, Kind, Token};
use super::types::{ResultType, Type};

/// The maximum depth: no condition needs more, and the stack is finite.
const DEPTH: usize = 64;

/// The most problems that are reported of one condition: the first ones usually cause the others.
const MOST_PROBLEMS: usize = 10;

/// Fails with a syntax error, which ends the analysis.
type Parsed<T> = Result<T, Box<TextProblem>>;

/// A part of the condition.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) of: Type,
    pub(super) range: Range<usize>,
}

pub(super) struct Parser<'a> {
    pub(super) source: &'a str,
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    result: Type,
    /// The type of `#`, one for each open predicate.
    elements: Vec<Type>,
    /// Variables declared with `let`.
    variables: Vec<(&'a str, Type)>,
    pub(super) problems: Vec<TextProblem>,
}

pub(super) fn check(source: &str, result: ResultType) -> Vec<TextProblem> {
    if source.trim().is_empty() {
        let problem = TextProblem::new(0..source.len(), "the condition is empty");
        return vec![problem.help("compare `result`, as in `result[0] <= 0.01`")];
    }
    let tokens = match lexer::tokens(source) {
        Ok(tokens) => tokens,
        Err(problem) => return vec![*problem],
    };
    let mut parser = Parser {
        source,
        tokens: &tokens,
        at: 0,
        depth: 0,
        result: Type::of(result),
        elements: Vec::new(),
        variables: Vec::new(),
        problems: Vec::new(),
    };
    match parser.whole() {
        Ok(part) if !part.of.may_be_boolean() && parser.problems.is_empty() => {
            let problem =
                TextProblem::new(part.range.clone(), format!("a condition must be true or false, found {}", part.of));
            let help = match &part.of {
                Type::List(element) if element.is_number() => "compare a value of the list, as in `result[0] <= 0.01`",
                of if of.is_number() => "compare it with a number, as in `>= 0.95`",
                _ => "compare it with something",
            };
            parser.problems.push(problem.label(part.of.to_string()).help(help));
        }
        Ok(_) => {}
        // Type errors found before may be consequences of the syntax error.
        Err(problem) => return vec![*problem],
    }
    parser.problems.truncate(MOST_PROBLEMS);
    parser.problems
}

/// The precedence of a binary operator, and whether it is right-associative.
fn binary(operator: &str) -> Option<(u16, bool)> {
    Some(match operator {
        "|" => (0, false),
        "or" | "||" => (10, false),
        "and" | "&&" => (15, false),
        "==" | "!=" | "<" | ">" | ">=" | "<=" | "in" | "matches" | "contains" | "startsWith" | "endsWith" => {
            (20, false)
        }
        ".." => (25, false),
        "+" | "-" => (30, false),
        "*" | "/" | "%" => (60, false),
        "**" | "^" => (100, true),
        "??" => (500, false),
        _ => return None,
    })
}

fn is_comparison(operator: &str) -> bool {
    matches!(operator, "<" | ">" | "<=" | ">=")
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &'a Token {
        // The last token is the end, and the parser never moves past it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn text(&self) -> &'a str {
        self.peek().text(self.source)
    }

    fn is(&self, text: &str) -> bool {
        matches!(self.peek().kind, Kind::Operator | Kind::Bracket) && self.text() == text
    }

    fn next(&mut self) -> &'a Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn accept(&mut self, text: &str) -> bool {
        let found = self.is(text);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, text: &str, opened: Option<&Range<usize>>) -> Parsed<Range<usize>> {
        if self.is(text) {
            return Ok(self.next().range.clone());
        }
        let mut problem = self.unexpected(&format!("expected `{text}`"));
        if let Some(opened) = opened {
            if self.peek().kind == Kind::End {
                let bracket = self.source.get(opened.clone()).unwrap_or("(");
                problem = Box::new(
                    TextProblem::new(opened.clone(), format!("`{bracket}` is not closed"))
                        .help(format!("close it with `{text}`")),
                );
            } else {
                *problem = problem.also(opened.clone(), "opened here");
            }
        }
        Err(problem)
    }

    /// The error for an unexpected token.
    fn unexpected(&self, wanted: &str) -> Box<TextProblem> {
        let token = self.peek();
        let range = token.range.clone();
        let text = self.text();
        let new = |message: String| TextProblem::new(range.clone(), message);
        Box::new(match (token.kind, text) {
            (Kind::End, _) => {
                let last = self.tokens.iter().rev().nth(1).map_or(range.clone(), |token| token.range.clone());
                let word = self.source.get(last.clone()).unwrap_or("").to_owned();
                TextProblem::new(last, format!("the condition ends unexpectedly after `{word}`"))
                    .help("complete the condition")
            }
            (Kind::Operator, "=") => new("`=` is not a comparison".into()).help("write ==").fix(range.clone(), "=="),
            (Kind::Operator, "&") => {
                new("`&` is not an operator in a condition".into()).help("write &&").fix(range.clone(), "&&")
            }
            (Kind::Operator, "<" | ">") if self.at > 0 && self.tokens[self.at - 1].text(self.source) == "=" => {
                let sign = TextProblem::new(range.start.saturating_sub(1)..range.end, "the two characters are swapped");
                sign.help(format!("write {text}="))
            }
            (Kind::Operator | Kind::Bracket, _) => new(format!("unexpected `{text}`")).help(wanted),
            (Kind::Name, name) if name.eq_ignore_ascii_case("and") => {
                new(format!("`{name}` is not an operator")).help("write &&")
            }
            (Kind::Name, name) if name.eq_ignore_ascii_case("or") => {
                new(format!("`{name}` is not an operator")).help("write ||")
            }
            _ => new(format!("unexpected `{text}`")).help("put an operator before it, such as && or =="),
        })
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEPTH {
            let problem = TextProblem::new(self.peek().range.clone(), "this condition is nested too deeply");
            return Err(Box::new(problem.help(format!("use at most {DEPTH} levels"))));
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn whole(&mut self) -> Parsed<Part> {
        let part = self.sequence()?;
        if self.peek().kind != Kind::End { Err(self.unexpected("remove it")) } else { Ok(part) }
    }

    fn sequence(&mut self) -> Parsed<Part> {
        let mut part = self.expression(0)?;
        while self.accept(";") {
            if self.peek().kind == Kind::End {
                break;
            }
            part = self.expression(0)?;
        }
        Ok(part)
    }

    fn expression(&mut self, least: u16) -> Parsed<Part> {
        self.deeper(|parser| parser.expression_here(least))
    }

    fn expression_here(&mut self, least: u16) -> Parsed<Part> {
        if least == 0 && self.is("let") {
            return self.variable();
        }
        if least == 0 && self.is("if") {
            return self.if_else();
        }
        let mut left = self.primary()?;
        let mut before = "";
        while self.peek().kind == Kind::Operator {
            let negated = self.is("not");
            if negated {
                let operator = self.tokens.get(self.at + 1).map_or("", |token| token.text(self.source));
                if !["contains", "matches", "startsWith", "endsWith", "in"].contains(&operator) {
                    return Err(self.unexpected("put an operator before it, such as &&"));
                }
                if least > 20 {
                    break;
                }
                self.at += 1;
            }
            let operator = self.text();
            let Some((precedence, to_the_right)) = binary(operator) else { break };
            if precedence < least {
                break;
            }
            let place = self.next().range.clone();
            if operator == "|" {
                left = self.pipe(left)?;
                before = operator;
                continue;
            }
            if before == "??" && operator != "??" {
                let problem = TextProblem::new(place, "`??` needs parentheses beside another operator");
                return Err(Box::new(problem.help("write (a ?? b)")));
            }
            let right = self.expression(if to_the_right { precedence } else { precedence + 1 })?;
            let chained = right.clone();
            let mut of = self.apply(operator, &place, &left, &right);
            let mut range = left.range.start..right.range.end;
            if is_comparison(operator) {
                // `1 < x < 5` means both comparisons.
                let mut middle = chained;
                while self.peek().kind == Kind::Operator && is_comparison(self.text()) {
                    let operator = self.text();
                    let place = self.next().range.clone();
                    let right = self.expression(precedence + 1)?;
                    of = self.apply(operator, &place, &middle, &right);
                    range.end = right.range.end;
                    middle = right;
                }
            }
            left = Part { of, range };
            before = operator;
        }
        if least == 0 { self.ternary(left) } else { Ok(left) }
    }

    fn variable(&mut self) -> Parsed<Part> {
        let start = self.next().range.start;
        if self.peek().kind != Kind::Name {
            return Err(self.unexpected("expected a name after `let`"));
        }
        let name = self.next().text(self.source);
        self.expect("=", None)?;
        let value = self.expression(0)?;
        self.expect(";", None)?;
        self.variables.push((name, value.of));
        let part = self.sequence()?;
        self.variables.pop();
        Ok(Part { of: part.of, range: start..part.range.end })
    }

    fn if_else(&mut self) -> Parsed<Part> {
        let start = self.next().range.start;
        let condition = self.expression(0)?;
        self.wants_boolean(&condition, "the condition of `if`");
        let then = self.block()?;
        self.expect("else", None)?;
        let otherwise = if self.is("if") { self.deeper(Self::if_else)? } else { self.block()? };
        let end = otherwise.range.end;
        Ok(Part { of: then.of.or(otherwise.of), range: start..end })
    }

    fn block(&mut self) -> Parsed<Part> {
        let opened = self.expect("{", None)?;
        let part = self.sequence()?;
        let end = self.expect("}", Some(&opened))?.end;
        Ok(Part { of: part.of, range: opened.start..end })
    }

    fn ternary(&mut self, condition: Part) -> Parsed<Part> {
        let mut part = condition;
        while self.accept("?") {
            let then = if self.is(":") { part.clone() } else { self.expression(0)? };
            self.wants_boolean(&part, "the condition before `?`");
            self.expect(":", None)?;
            let otherwise = self.expression(0)?;
            part = Part { range: part.range.start..otherwise.range.end, of: then.of.or(otherwise.of) };
        }
        Ok(part)
    }

    fn primary(&mut self) -> Parsed<Part> {
        let token = self.peek();
        let range = token.range.clone();
        match (token.kind, self.text()) {
            (Kind::Operator, operator @ ("not" | "!" | "-" | "+")) => {
                self.next();
                let negates = matches!(operator, "not" | "!");
                let operand = self.expression(if negates { 50 } else { 90 })?;
                let whole = range.start..operand.range.end;
                if negates {
                    self.wants_boolean(&operand, &format!("the operand of `{operator}`"));
                    return self.postfix(Part { of: Type::Boolean, range: whole });
                }
                if !operand.of.may_be_number() {
                    let message = format!("`{operator}` expects a number, found {}", operand.of);
                    self.problems.push(TextProblem::new(operand.range.clone(), message));
                }
                self.postfix(Part { of: operand.of, range: whole })
            }
            (Kind::Bracket, "(") => {
                self.next();
                let part = self.sequence()?;
                let end = self.expect(")", Some(&range))?.end;
                self.postfix(Part { of: part.of, range: range.start..end })
            }
            (Kind::Operator, "#") => {
                self.next();
                let Some(element) = self.elements.last().cloned() else {
                    let problem = TextProblem::new(range, "`#` is only allowed inside a predicate");
                    return Err(Box::new(problem.help("write it in braces, as in `all(result, {# <= 0.01})`")));
                };
                // `#acc` and `#index` of reduce and others.
                let named = self.peek().kind == Kind::Name && self.peek().range.start == range.end;
                let part = if named {
                    let end = self.next().range.end;
                    Part { of: Type::Any, range: range.start..end }
                } else {
                    Part { of: element, range }
                };
                self.postfix(part)
            }
            (Kind::Operator, ".") if !self.elements.is_empty() => {
                let of = self.elements.last().cloned().unwrap_or(Type::Any);
                self.postfix(Part { of, range: range.start..range.start })
            }
            (Kind::Operator, "::") => {
                self.next();
                self.primary()
            }
            (Kind::Bracket, "[") => self.list(),
            (Kind::Bracket, "{") => self.map(),
            (Kind::Name, _) => self.name(),
            (Kind::Integer | Kind::Number | Kind::String | Kind::Argument, _) => {
                self.next();
                let of = match token.kind {
                    Kind::Integer => Type::Integer,
                    Kind::Number => Type::Number,
                    Kind::String => Type::String,
                    _ => Type::Any,
                };
                // In this language a number cannot be indexed.
                let part = Part { of, range };
                if matches!(token.kind, Kind::String | Kind::Argument) { self.postfix(part) } else { Ok(part) }
            }
            _ => Err(self.unexpected("write a value, such as `result` or a number")),
        }
    }

    fn list(&mut self) -> Parsed<Part> {
        let opened = self.next().range.clone();
        let mut element: Option<Type> = None;
        while !self.is("]") {
            let part = self.expression(0)?;
            element = Some(match element {
                Some(element) => element.or(part.of),
                None => part.of,
            });
            if !self.accept(",") {
                break;
            }
        }
        let end = self.expect("]", Some(&opened))?.end;
        self.postfix(Part { of: Type::list(element.unwrap_or(Type::Any)), range: opened.start..end })
    }

    fn map(&mut self) -> Parsed<Part> {
        let opened = self.next().range.clone();
        while !self.is("}") {
            match self.peek().kind {
                Kind::Name | Kind::String | Kind::Integer | Kind::Number => {
                    self.next();
                }
                _ if self.is("(") => {
                    self.expression(0)?;
                }
                _ => return Err(self.unexpected("a map needs keys, as in `{\"a\": 1}`")),
            }
            self.expect(":", None)?;
            self.expression(0)?;
            if !self.accept(",") {
                break;
            }
        }
        let end = self.expect("}", Some(&opened))?.end;
        self.postfix(Part { of: Type::Map, range: opened.start..end })
    }

    fn name(&mut self) -> Parsed<Part> {
        let token = self.next();
        let name = token.text(self.source);
        let range = token.range.clone();
        if self.is("(") {
            let part = self.call(name, range, None)?;
            return self.postfix(part);
        }
        let of = match name {
            "true" | "false" => return Ok(Part { of: Type::Boolean, range }),
            "nil" => return Ok(Part { of: Type::Nil, range }),
            "result" => self.result.clone(),
            "$env" => Type::Map,
            _ => match self.variables.iter().rev().find(|(variable, _)| *variable == name) {
                Some((_, of)) => of.clone(),
                None if functions::find(name).is_some() => Type::Function,
                None => {
                    self.unknown_name(name, &range);
                    Type::Any
                }
            },
        };
        self.postfix(Part { of, range })
    }

    fn unknown_name(&mut self, name: &str, range: &Range<usize>) {
        let problem = TextProblem::new(range.clone(), format!("unknown name `{name}` in a condition"));
        let known = ["result", "true", "false", "nil"];
        self.problems.push(match suggest::nearest(name, known) {
            Some(known) => problem
                .label("unknown name")
                .help(format!("write {known}"))
                .fix(range.clone(), known)
                .applicability(Applicability::MaybeIncorrect),
            None if name == "null" || name == "None" => problem.help("write nil").fix(range.clone(), "nil"),
            None => problem.label("unknown name").help("the result is called `result`; a string needs quotes"),
        });
    }

    fn pipe(&mut self, first: Part) -> Parsed<Part> {
        let token = self.peek();
        if token.kind != Kind::Name {
            return Err(self.unexpected("expected a function after `|`"));
        }
        self.next();
        let name = token.text(self.source);
        self.call(name, token.range.clone(), Some(first))
    }

    fn call(&mut self, name: &str, at: Range<usize>, piped: Option<Part>) -> Parsed<Part> {
        let function = functions::find(name);
        if function.is_none() {
            let known = FUNCTIONS.iter().map(|function| function.name);
            let problem = TextProblem::new(at.clone(), format!("unknown function `{name}` in a condition"));
            self.problems.push(match suggest::nearest(name, known) {
                Some(known) => problem
                    .label("unknown function")
                    .help(format!("write {known}"))
                    .fix(at.clone(), known)
                    .applicability(Applicability::MaybeIncorrect),
                None if matches!(name, "length" | "lenght" | "size" | "count") => {
                    problem.label("unknown function").help("write len").fix(at.clone(), "len")
                }
                None => problem.label("unknown function"),
            });
        }
        let start = piped.as_ref().map_or(at.start, |part| part.range.start);
        let opened = self.expect("(", None)?;
        let mut arguments: Vec<Part> = piped.into_iter().collect();
        let mut mapped = None;
        while !self.is(")") {
            let is_predicate = arguments.len() == 1 && function.is_some_and(|function| function.predicate.is_some());
            if is_predicate {
                let element = arguments[0].of.element();
                let predicate = self.predicate(element)?;
                mapped = Some(predicate.of.clone());
                arguments.push(predicate);
            } else {
                let argument = self.expression(0)?;
                arguments.push(argument);
            }
            if !self.accept(",") {
                break;
            }
        }
        let end = self.expect(")", Some(&opened))?.end;
        let of = match function {
            Some(function) => self.apply_function(function, &at, &arguments, mapped),
            None => Type::Any,
        };
        Ok(Part { of, range: start..end })
    }

    fn predicate(&mut self, element: Type) -> Parsed<Part> {
        self.elements.push(element);
        let part = self.deeper(|parser| {
            if !parser.is("{") {
                return parser.expression(0);
            }
            parser.block()
        });
        self.elements.pop();
        part
    }

    fn postfix(&mut self, mut part: Part) -> Parsed<Part> {
        loop {
            let optional = self.is("?.");
            if optional && self.tokens.get(self.at + 1).is_some_and(|token| token.text(self.source) == "[") {
                self.next();
            } else if optional || self.is(".") {
                self.next();
                let token = self.peek();
                let is_word = self.text().starts_with(|c: char| c.is_alphabetic() || c == '_');
                if !is_word || !matches!(token.kind, Kind::Name | Kind::Operator) {
                    return Err(self.unexpected("expected a name after the dot"));
                }
                self.next();
                let field = token.text(self.source);
                if matches!(part.of, Type::List(_) | Type::Integer | Type::Number | Type::Boolean | Type::String) {
                    let message = format!("{} has no field `{field}`", part.of);
                    let problem =
                        TextProblem::new(token.range.clone(), message).also(part.range.clone(), part.of.to_string());
                    let list = matches!(part.of, Type::List(_));
                    self.problems.push(if list {
                        problem.help("select a value of the list first, as in `result[0]`")
                    } else {
                        problem
                    });
                }
                let mut range = part.range.start..token.range.end;
                if self.is("(") {
                    let opened = self.next().range.clone();
                    while !self.is(")") {
                        self.expression(0)?;
                        if !self.accept(",") {
                            break;
                        }
                    }
                    range.end = self.expect(")", Some(&opened))?.end;
                }
                part = Part { of: Type::Any, range };
                continue;
            }
            if !self.is("[") {
                return Ok(part);
            }
            let opened = self.next().range.clone();
            let mut slice = self.accept(":");
            if !self.is("]") {
                let index = self.expression(0)?;
                if part.of.may_be_list() && part.of != Type::Any && !matches!(index.of, Type::Integer | Type::Any) {
                    let message = format!("a list index must be an integer, found {}", index.of);
                    self.problems.push(TextProblem::new(index.range.clone(), message));
                }
                if !slice && self.accept(":") {
                    slice = true;
                    if !self.is("]") {
                        self.expression(0)?;
                    }
                }
            }
            let end = self.expect("]", Some(&opened))?.end;
            let indexed = matches!(part.of, Type::Integer | Type::Number | Type::Boolean);
            if indexed || part.of == Type::String && !slice {
                let message = format!("{} cannot be indexed", part.of);
                let problem = TextProblem::new(part.range.clone(), message).label(part.of.to_string());
                self.problems.push(problem.help("compare it as it is"));
            }
            let of = if slice { part.of.clone() } else { part.of.element() };
            part = Part { of, range: part.range.start..end };
        }
    }
}
