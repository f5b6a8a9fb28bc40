//! In: the tokens of a query. Out: its problems, its selectors and its type. The parser runs in one pass with a bounded
//! depth; grammar, precedences and types are those of Prometheus. It stops at a syntax error, and finds all errors of
//! types and names.

use std::ops::Range;

use crate::embedded::TextProblem;

use super::facts;
use super::functions;
use super::lexer::{self, Kind, Token};
use super::tree::{Form, Id, Matching, Tree};
use super::{Analysis, Selector, Type};

/// The maximum depth: no query needs more, and the stack is finite.
const DEPTH: usize = 64;

/// Fails with a syntax error, which ends the analysis.
pub(super) type Parsed<T> = Result<T, Box<TextProblem>>;

/// A part of the query. `of` is `None` after an error in it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) of: Option<Type>,
    pub(super) range: Range<usize>,
    /// Its expression.
    pub(super) id: Id,
    /// The index of its selector, if it is only a selector; only such a part can have a range.
    pub(super) selector: Option<usize>,
    /// The position of the comparison, if it drops values.
    filter: Option<Range<usize>>,
    /// The positions of `offset` and `@`.
    offset: Option<Range<usize>>,
    moment: Option<Range<usize>>,
}

impl Part {
    pub(super) fn new(of: Option<Type>, range: Range<usize>, id: Id) -> Self {
        Self { of, range, id, selector: None, filter: None, offset: None, moment: None }
    }
}

pub(super) struct Parser<'a> {
    pub(super) query: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
    depth: usize,
    /// The enclosing functions and aggregations.
    pub(super) inside: Vec<&'a str>,
    pub(super) selectors: Vec<Selector>,
    pub(super) tree: Tree,
    pub(super) problems: Vec<TextProblem>,
}

pub(super) fn analyse(query: &str) -> Analysis {
    let nothing = |problem| Analysis { problems: vec![problem], ..Analysis::default() };
    let tokens = match lexer::tokens(query) {
        Ok(tokens) => tokens,
        Err(problem) => return nothing(*problem),
    };
    if tokens.len() == 1 {
        let problem = TextProblem::new(0..query.len(), "the query is empty");
        return nothing(problem.help("write a PromQL expression, such as `sum(rate(errors_total[5m]))`"));
    }
    let mut parser = Parser {
        query,
        tokens: &tokens,
        at: 0,
        depth: 0,
        inside: Vec::new(),
        selectors: Vec::new(),
        tree: Tree::default(),
        problems: Vec::new(),
    };
    match parser.whole() {
        Err(problem) => {
            // Type errors found before may be consequences of the syntax error.
            Analysis { problems: vec![*problem], selectors: parser.selectors, ..Analysis::default() }
        }
        Ok(part) => {
            let mut warnings = Vec::new();
            if let Some(place) = &part.filter {
                warnings.push(filtered(query, place.clone()));
            }
            let gives = part.of.filter(|_| parser.problems.is_empty());
            let mut analysis = Analysis {
                problems: parser.problems,
                warnings,
                selectors: parser.selectors,
                gives,
                ..Analysis::default()
            };
            if gives.is_some() {
                facts::add(&mut analysis, query, &parser.tree, part.id);
            }
            analysis
        }
    }
}

fn filtered(query: &str, place: Range<usize>) -> TextProblem {
    let operator = query.get(place.clone()).unwrap_or(">");
    TextProblem::new(place, "this comparison drops all values that do not satisfy it")
        .label("filters")
        .why("A dropped value counts as no data, so a bad value never fails the check.")
        .help(format!("set the limit with `min=` or `max=` on the check, or write `{operator} bool` to get 0 or 1"))
}

/// The precedence of a binary operator.
fn precedence(operator: &str) -> Option<u8> {
    Some(match operator {
        "or" => 1,
        "and" | "unless" => 2,
        "==" | "!=" | "<" | ">" | "<=" | ">=" => 3,
        "+" | "-" => 4,
        "*" | "/" | "%" | "atan2" => 5,
        "^" => 6,
        _ => return None,
    })
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> &'a Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    pub(super) fn text(&self) -> &'a str {
        self.query.get(self.peek().range.clone()).unwrap_or("")
    }

    fn text_behind(&self, tokens: usize) -> &'a str {
        self.tokens.get(self.at + tokens).and_then(|token| self.query.get(token.range.clone())).unwrap_or("")
    }

    pub(super) fn is(&self, text: &str) -> bool {
        self.peek().kind == Kind::Symbol && self.text() == text
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.peek().kind == Kind::Name && self.text().eq_ignore_ascii_case(word)
    }

    pub(super) fn next(&mut self) -> &'a Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    pub(super) fn accept(&mut self, text: &str) -> bool {
        let found = self.is(text);
        if found {
            self.at += 1;
        }
        found
    }

    /// Consumes the closing bracket of an opened one.
    pub(super) fn close(&mut self, sign: &str, opened: &Range<usize>) -> Parsed<Range<usize>> {
        if self.is(sign) {
            return Ok(self.next().range.clone());
        }
        let bracket = self.query.get(opened.clone()).unwrap_or("(");
        if self.peek().kind == Kind::End {
            let problem = TextProblem::new(opened.clone(), format!("`{bracket}` is not closed"));
            return Err(Box::new(problem.label("opened here").help(format!("close it with `{sign}`"))));
        }
        let problem = self.unexpected(&format!("close `{bracket}` with `{sign}` first"));
        Err(Box::new(problem.also(opened.clone(), "opened here")))
    }

    /// The error for an unexpected token.
    pub(super) fn unexpected(&self, help: &str) -> TextProblem {
        let token = self.peek();
        let text = self.text();
        let range = token.range.clone();
        let new = |message: String| TextProblem::new(range.clone(), message);
        match (token.kind, text) {
            (Kind::End, _) => {
                let last = self.tokens.iter().rev().nth(1).map_or(range.clone(), |token| token.range.clone());
                let word = self.query.get(last.clone()).unwrap_or("");
                TextProblem::new(last.clone(), format!("the query ends unexpectedly after `{word}`"))
                    .help(help.to_owned())
            }
            (Kind::Symbol, "=") => {
                new("`=` is not a comparison outside braces".into()).help("write ==").fix(range, "==")
            }
            (Kind::Symbol, "=~" | "!~") => new(format!("`{text}` is only allowed in braces, after a label")),
            (Kind::Symbol, "!") => new("PromQL has no `!`".into()).help("use `unless`, or a matcher with != or !~"),
            (Kind::Symbol, ")" | "]" | "}") => new(format!("unmatched `{text}`")).help(help.to_owned()),
            (Kind::Name, "&&") => new("write `and`".into()),
            _ => new(format!("unexpected `{text}`")).help(help.to_owned()),
        }
    }

    pub(super) fn fail<T>(&self, help: &str) -> Parsed<T> {
        Err(Box::new(self.unexpected(help)))
    }

    fn whole(&mut self) -> Parsed<Part> {
        let part = self.expression(1)?;
        if self.peek().kind != Kind::End {
            return self.fail("remove it, or put an operator before it");
        }
        let refused = match part.of {
            Some(Type::Range) => "a query must return one value for each series, found a range of samples",
            Some(Type::String) => "a query must return numbers, found a string",
            _ => return Ok(part),
        };
        let help = match part.of {
            Some(Type::Range) => "wrap it in a function, such as `rate(…)` or `max_over_time(…)`",
            _ => "write an expression that returns numbers",
        };
        self.problems.push(TextProblem::new(part.range.clone(), refused).help(help));
        Ok(part)
    }

    pub(super) fn expression(&mut self, least: u8) -> Parsed<Part> {
        self.depth += 1;
        if self.depth > DEPTH {
            let problem = TextProblem::new(self.peek().range.clone(), "this query is nested too deeply");
            return Err(Box::new(problem.help(format!("use at most {DEPTH} levels"))));
        }
        let part = self.binaries(least);
        self.depth -= 1;
        part
    }

    fn binaries(&mut self, least: u8) -> Parsed<Part> {
        let mut left = self.unary()?;
        loop {
            if !matches!(self.peek().kind, Kind::Symbol | Kind::Name) {
                return Ok(left);
            }
            let operator = self.text().to_ascii_lowercase();
            let Some(binds) = precedence(&operator).filter(|binds| *binds >= least) else { return Ok(left) };
            let place = self.next().range.clone();
            let joined = self.modifiers(&operator)?;
            let right = self.expression(if operator == "^" { binds } else { binds + 1 })?;
            left = self.join(&operator, place, &joined, left, right);
        }
    }

    /// `bool`, `on(…)` or `group_left(…)` after an operator.
    fn modifiers(&mut self, operator: &str) -> Parsed<Modifiers> {
        let mut found = Modifiers::default();
        if self.is_word("bool") {
            let place = self.next().range.clone();
            if precedence(operator) == Some(3) {
                found.is_bool = true;
            } else {
                let problem = TextProblem::new(place, "`bool` is only allowed after a comparison");
                self.problems.push(problem.help("remove it"));
            }
        }
        if (self.is_word("on") || self.is_word("ignoring")) && self.text_behind(1) == "(" {
            let ignoring = self.is_word("ignoring");
            let place = self.next().range.clone();
            found.matching = Some((place, Matching { ignoring, labels: self.labels()? }));
            if self.is_word("group_left") || self.is_word("group_right") {
                let place = self.next().range.clone();
                if precedence(operator) < Some(3) {
                    let problem = TextProblem::new(place, format!("`{operator}` does not support grouping"));
                    self.problems.push(problem.help("remove it"));
                }
                if self.is("(") {
                    self.labels()?;
                }
            }
        } else if self.is_word("group_left") || self.is_word("group_right") {
            return self.fail("write `on(…)` or `ignoring(…)` before it");
        }
        Ok(found)
    }

    fn join(&mut self, operator: &str, place: Range<usize>, with: &Modifiers, left: Part, right: Part) -> Part {
        let range = left.range.start..right.range.end;
        let is_set = precedence(operator) < Some(3);
        let is_comparison = precedence(operator) == Some(3);
        let mut ok = true;
        for part in [&left, &right] {
            match part.of {
                Some(Type::Range) => {
                    let message =
                        format!("`{operator}` expects a number or an instant vector, found a range of samples");
                    let problem = TextProblem::new(part.range.clone(), message).label("a range of samples");
                    self.problems.push(problem.help("wrap it in a function, such as `rate(…)`"));
                    ok = false;
                }
                Some(Type::String) => {
                    let message = format!("`{operator}` expects a number or an instant vector, found a string");
                    self.problems.push(TextProblem::new(part.range.clone(), message).label("a string"));
                    ok = false;
                }
                Some(Type::Scalar) if is_set => {
                    let message = format!("`{operator}` expects an instant vector, found a number");
                    let problem = TextProblem::new(part.range.clone(), message).label("a number");
                    let text = self.query.get(part.range.clone()).unwrap_or("0");
                    self.problems.push(
                        problem
                            .help(format!("write `vector({text})`"))
                            .fix(part.range.clone(), format!("vector({text})")),
                    );
                    ok = false;
                }
                Some(_) => {}
                None => ok = false,
            }
        }
        let scalars = left.of == Some(Type::Scalar) && right.of == Some(Type::Scalar);
        if ok && scalars && is_comparison && !with.is_bool {
            let problem = TextProblem::new(place.clone(), "a comparison of two numbers needs `bool`");
            let fix = format!("{operator} bool");
            self.problems.push(problem.help(format!("write `{fix}`")).fix(place.clone(), fix));
        }
        let vectors = left.of == Some(Type::Vector) && right.of == Some(Type::Vector);
        if let Some((place, _)) = with.matching.as_ref().filter(|_| ok && !vectors) {
            let problem = TextProblem::new(place.clone(), "label matching needs two vectors, found a number");
            self.problems.push(problem.help("remove it"));
        }
        let of = if !ok {
            None
        } else if scalars {
            Some(Type::Scalar)
        } else {
            Some(Type::Vector)
        };
        let filter = (is_comparison && !with.is_bool && !scalars).then_some(place);
        let form = match &filter {
            Some(_) => Form::Filter { left: if left.of == Some(Type::Scalar) { right.id } else { left.id } },
            None => Form::Binary {
                operator: operator.to_owned(),
                matching: with.matching.as_ref().map(|(_, matching)| matching.clone()),
                left: left.id,
                right: right.id,
            },
        };
        let id = self.tree.add(form, range.clone());
        Part { filter, ..Part::new(of, range, id) }
    }

    fn unary(&mut self) -> Parsed<Part> {
        if !(self.is("-") || self.is("+")) {
            let part = self.primary()?;
            return self.postfix(part);
        }
        let is_negative = self.is("-");
        let start = self.next().range.start;
        // A sign binds less tightly than ^ and more tightly than *.
        let operand = self.expression(6)?;
        if let Some(of @ (Type::Range | Type::String)) = operand.of {
            let message = format!("a sign needs a number or an instant vector, found {}", of.noun());
            self.problems.push(TextProblem::new(operand.range.clone(), message));
        }
        let range = start..operand.range.end;
        let id = if is_negative { self.tree.add(Form::Negative(operand.id), range.clone()) } else { operand.id };
        Ok(Part::new(operand.of, range, id))
    }

    fn primary(&mut self) -> Parsed<Part> {
        let token = self.peek();
        let range = token.range.clone();
        match token.kind {
            Kind::Number => {
                let value = number(self.text());
                self.next();
                let id = self.tree.add(Form::Number(value), range.clone());
                Ok(Part::new(Some(Type::Scalar), range, id))
            }
            Kind::String => {
                self.next();
                let id = self.tree.add(Form::Text, range.clone());
                Ok(Part::new(Some(Type::String), range, id))
            }
            Kind::Duration => {
                let problem = TextProblem::new(range, "a duration is only allowed in brackets or after `offset`");
                Err(Box::new(problem.help("write a number")))
            }
            Kind::Symbol if self.is("(") => {
                self.next();
                let part = self.expression(1)?;
                let end = self.close(")", &range)?.end;
                Ok(Part { range: range.start..end, selector: None, offset: None, moment: None, ..part })
            }
            Kind::Symbol if self.is("{") => self.selector(None),
            Kind::Name => self.name(),
            _ => self.fail("write a metric, a number or a function"),
        }
    }

    fn name(&mut self) -> Parsed<Part> {
        let name = self.text();
        let behind = self.text_behind(1);
        if functions::aggregation(name).is_some()
            && (behind == "(" || matches!(behind.to_ascii_lowercase().as_str(), "by" | "without"))
        {
            return self.aggregation(name);
        }
        if behind == "(" && precedence(&name.to_ascii_lowercase()).is_none() {
            return self.call(name);
        }
        if name.eq_ignore_ascii_case("inf") || name.eq_ignore_ascii_case("nan") {
            let value = if name.eq_ignore_ascii_case("inf") { f64::INFINITY } else { f64::NAN };
            let range = self.next().range.clone();
            let id = self.tree.add(Form::Number(value), range.clone());
            return Ok(Part::new(Some(Type::Scalar), range, id));
        }
        if name.eq_ignore_ascii_case("bool") || name.eq_ignore_ascii_case("atan2") {
            return self.fail("this is not a valid metric name");
        }
        if precedence(&name.to_ascii_lowercase()).is_some() && behind != "{" {
            return self.fail("write an expression before it");
        }
        let range = self.next().range.clone();
        self.selector(Some(range))
    }

    fn selector(&mut self, name: Option<Range<usize>>) -> Parsed<Part> {
        let inside = self.inside.last().map(|name| (*name).to_owned());
        let selector = self.read_selector(name, inside)?;
        let range = selector.range.clone();
        self.selectors.push(selector);
        let index = self.selectors.len() - 1;
        let id = self.tree.add(Form::Selector(index), range.clone());
        Ok(Part { selector: Some(index), ..Part::new(Some(Type::Vector), range, id) })
    }

    /// Ranges, subqueries, `offset` and `@`.
    fn postfix(&mut self, mut part: Part) -> Parsed<Part> {
        loop {
            if self.is("[") {
                if let Some(before) = part.offset.take().or(part.moment.take()) {
                    let problem =
                        TextProblem::new(self.peek().range.clone(), "a range must come before `offset` and `@`");
                    self.problems
                        .push(problem.also(before, "must come after the range").help("write metric[5m] offset 1h"));
                }
                part = self.window(part)?;
            } else if self.is_word("offset") {
                let place = self.next().range.clone();
                let sign = self.accept("-") || self.accept("+");
                let (length, range) = self.duration(if sign { "" } else { "offset" })?;
                part.range.end = range.end;
                if let Some(selector) = part.selector.and_then(|index| self.selectors.get_mut(index)).filter(|_| !sign)
                {
                    selector.offset = length.map(|length| (length, place.start..range.end));
                }
                self.wants_series(&part, "`offset`");
                self.once(part.offset.replace(place.clone()), place, "offset");
            } else if self.is("@") {
                let place = self.next().range.clone();
                part.range.end = self.moment()?;
                self.wants_series(&part, "`@`");
                self.once(part.moment.replace(place.clone()), place, "@");
            } else {
                return Ok(part);
            }
        }
    }

    fn once(&mut self, before: Option<Range<usize>>, place: Range<usize>, what: &str) {
        if let Some(before) = before {
            let problem = TextProblem::new(place, format!("duplicate `{what}`")).also(before, "first here");
            self.problems.push(problem.help("remove one of them"));
        }
    }

    fn wants_series(&mut self, part: &Part, what: &str) {
        if matches!(part.of, Some(Type::Scalar | Type::String))
            || part.selector.is_none() && part.of == Some(Type::Vector)
        {
            let problem =
                TextProblem::new(part.range.clone(), format!("{what} is only allowed after a metric or a range"));
            self.problems.push(problem.help("put it directly after the metric"));
        }
    }

    /// `@ 1609746000`, `@ start()`, `@ end()`.
    fn moment(&mut self) -> Parsed<usize> {
        let _ = self.accept("-") || self.accept("+");
        if self.peek().kind == Kind::Number {
            return Ok(self.next().range.end);
        }
        if (self.is_word("start") || self.is_word("end")) && self.text_behind(1) == "(" && self.text_behind(2) == ")" {
            self.at += 2;
            return Ok(self.next().range.end);
        }
        self.fail("write a time in seconds, `start()` or `end()`")
    }

    fn window(&mut self, part: Part) -> Parsed<Part> {
        let opened = self.next().range.clone();
        let (window, place) = self.duration("[")?;
        let is_subquery = self.accept(":");
        if is_subquery && !self.is("]") {
            self.duration(":")?;
        }
        let end = self.close("]", &opened)?.end;
        let range = part.range.start..end;
        let brackets = opened.start..end;
        let mut gives = Some(Type::Range);
        match (part.of, part.selector) {
            _ if is_subquery => {
                if let Some(of @ (Type::Range | Type::Scalar | Type::String)) = part.of {
                    let message = format!("a subquery needs an instant vector, found {}", of.noun());
                    self.problems.push(TextProblem::new(part.range, message));
                }
            }
            (_, Some(index)) if self.selectors.get(index).is_some_and(|selector| selector.window.is_none()) => {
                if let (Some(selector), Some(window)) = (self.selectors.get_mut(index), window) {
                    selector.window = Some((window, place));
                }
            }
            (Some(Type::Range), _) => {
                self.problems.push(TextProblem::new(brackets, "this already has a range").help("remove one of them"));
            }
            _ => {
                let inner = self.query.get(place.clone()).unwrap_or("5m");
                let problem = TextProblem::new(brackets, "a range is only allowed directly after a metric");
                let help = format!("move it to the metric, or write [{inner}:] for a subquery");
                self.problems.push(problem.also(part.range, "not a metric").help(help));
                // What the type would be is not known: the range is a mistake.
                gives = None;
            }
        }
        let selector = part.selector.filter(|_| !is_subquery);
        Ok(Part { selector, ..Part::new(gives, range, part.id) })
    }
}

/// The value of a number token; NaN for a form that only Prometheus reads, such as `1_000`.
fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// The modifiers after an operator.
#[derive(Default)]
struct Modifiers {
    is_bool: bool,
    matching: Option<(Range<usize>, Matching)>,
}
