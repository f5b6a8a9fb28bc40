//! In: the matchers of an audience. Out: [`HeaderMatcher`]s and [`Matchers`], each with exactly one condition.

use crate::diagnostic::{Code, Diagnostic};
use crate::manifest::Origin;
use crate::model::Host;
use crate::policy::Sourced;
use crate::policy::audience::{Cookie, HeaderMatcher, Matchers, ValueMatch};
use crate::policy::context::Context;
use crate::policy::reader::{Reader, shown};
use crate::policy::regex;
use crate::source::Span;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// Reads all matchers of an audience.
pub fn matchers(cx: &mut Context<'_>, audience: Reader<'_>) -> Option<Matchers> {
    let mut sound = true;
    let mut headers: Vec<HeaderMatcher> = Vec::new();
    for block in &audience.block.children {
        let matcher = match block.word() {
            Word::Header => header(cx, Reader::new(block)),
            Word::Cookie => cookie(cx, Reader::new(block)),
            _ => continue,
        };
        let Some(matcher) = matcher else {
            sound = false;
            continue;
        };
        if let Some(first) = headers.iter().find(|other| other.name.value.eq_ignore_ascii_case(&matcher.name.value)) {
            cx.report(
                Diagnostic::new(Code::AudienceHeaderTwice, matcher.origin.span, format!("header `{}` is matched twice in one audience", matcher.name.value))
                    .label("second")
                    .also(first.origin.span, "first")
                    .why("A route evaluates each header once and ignores the second condition, so the audience would be larger than intended.")
                    .help("match it once, with a regular expression for two conditions; to match either of two values, join two audiences with `any`"),
            );
        }
        headers.push(matcher);
    }
    let queries: Vec<Option<HeaderMatcher>> =
        audience.all(Word::Query).map(|block| named(cx, block, "a parameter")).collect();
    sound &= queries.iter().all(Option::is_some);
    let host = audience.get::<Host>(cx, Word::Host).map(|host| host.map(|host| host.0));
    let path = audience.get::<Text>(cx, Word::Path);
    if let Some(path) = &path {
        super::route::path_text(cx, path);
    }
    let source = audience.child(Word::Source).map(|source| source.map(cx)).unwrap_or_default();
    sound.then(|| Matchers { host, path, headers, queries: queries.into_iter().flatten().collect(), source })
}

/// `header`
pub fn header(cx: &mut Context<'_>, block: Reader<'_>) -> Option<HeaderMatcher> {
    let matcher = named(cx, block, "a header")?;
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if matcher.name.value.is_empty() || !matcher.name.value.bytes().all(token) {
        cx.report(
            Diagnostic::new(
                Code::AudienceHeaderName,
                matcher.name.span(),
                format!("`{}` is not a valid header name", matcher.name.value),
            )
            .label("not a header name")
            .why("No request can have such a header, and the API server rejects the route.")
            .help("use letters, digits and hyphens, such as `\"X-Staff\"`"),
        );
        return None;
    }
    Some(matcher)
}

/// `cookie`: a regular expression on the Cookie header.
fn cookie(cx: &mut Context<'_>, block: Reader<'_>) -> Option<HeaderMatcher> {
    let matcher = named(cx, block, "a cookie")?;
    let not_in_cookie =
        |text: &str| text.chars().any(|c| c == ';' || c == ',' || c == '"' || c == '\\' || c.is_whitespace());
    let name = &matcher.name;
    if name.value.is_empty() || not_in_cookie(&name.value) || name.value.contains('=') {
        return bad_cookie(cx, name.span(), &format!("`{}` is not a valid cookie name", name.value));
    }
    let value = match &matcher.value.value {
        ValueMatch::Exact(text) if not_in_cookie(text) => {
            return bad_cookie(cx, matcher.value.span(), "this is not a valid cookie value");
        }
        ValueMatch::Exact(text) | ValueMatch::Prefix(text) => regex::escape(text),
        ValueMatch::Regex(text) => format!("(?:{text})"),
    };
    // All cookies are in one header, `a=1; b=2`. This one is the first or follows a semicolon, and it ends at a
    // semicolon or at the end.
    let expression = format!(r"^(.*?;\s*)?{}={value}(;.*)?$", regex::escape(&name.value));
    Some(HeaderMatcher {
        origin: matcher.origin,
        name: Sourced::new("Cookie".into(), Origin::derived(block.block.keyword)),
        value: Sourced::new(ValueMatch::Regex(expression.into()), Origin::derived(matcher.value.span())),
        cookie: Some(Cookie { name: matcher.name, value: matcher.value }),
    })
}

fn bad_cookie(cx: &mut Context<'_>, span: Span, message: &str) -> Option<HeaderMatcher> {
    cx.report(
        Diagnostic::new(Code::AudienceCookie, span, message)
            .label("not allowed in a cookie")
            .why("Such characters end a cookie, so no request would match.")
            .help("use letters, digits, hyphens and similar characters; encode all others as your application does"),
    );
    None
}

/// An expression that seems to search in the value: the routers compare the whole value.
fn of_the_whole_value(span: Span, text: &str) -> Option<Diagnostic> {
    let (starts, ends) = (text.starts_with('^'), text.ends_with('$') && !text.ends_with("\\$"));
    let inner = text.trim_start_matches('^');
    let inner = if ends { inner.trim_end_matches('$') } else { inner };
    let open = |part: &str| [".*", ".+", ".*?"].into_iter().any(|any| part.starts_with(any) || part.ends_with(any));
    let why = "A regular expression matches the whole value, so requests with other characters around it are not in the audience.";
    if starts != ends && !open(inner) {
        let (all, only) = if starts {
            (format!("^{inner}.*"), format!("^{inner}$"))
        } else {
            (format!(".*{inner}$"), format!("^{inner}$"))
        };
        let side = if starts { "end" } else { "beginning" };
        return Some(
            Diagnostic::new(
                Code::AudienceMatcher,
                span,
                format!("this expression leaves the {side} of the value open"),
            )
            .label(format!("means `^{inner}$`"))
            .why(why)
            .help(format!("write `regex=\"{all}\"`, or `regex=\"{only}\"` for this value alone")),
        );
    }
    let is_literal = !starts && !ends && !text.is_empty() && regex::escape(text) == text;
    is_literal.then(|| {
        Diagnostic::new(Code::AudienceRegexLiteral, span, format!("this expression matches the value `{text}` only"))
            .label("no wildcard")
            .why(why)
            .help(format!(
                "write `exact=\"{text}\"` for this value, or `regex=\".*{text}.*\"` for values that contain it"
            ))
    })
}

/// A matcher by name with exactly one of `exact`, `prefix` and `regex`.
fn named(cx: &mut Context<'_>, block: Reader<'_>, what: &str) -> Option<HeaderMatcher> {
    let name = block.argument::<Text>(cx);
    let words = [Word::Exact, Word::Prefix, Word::Regex];
    let known: Vec<Word> = words.into_iter().filter(|word| block.block.spec.property(*word).is_some()).collect();
    let written: Vec<Word> = known.iter().copied().filter(|word| block.has(*word)).collect();
    let one_of = || crate::diagnostic::suggest::one_of(known.iter().map(|word| word.as_str()));
    let word = match written.as_slice() {
        [only] => *only,
        [] => {
            let text = name.as_ref().and_then(|name| name.value.split_once([':', '=']));
            let help = match text {
                Some((name, value)) => {
                    let word = block.block.word();
                    format!("write `{word} \"{}\" exact=\"{}\"`", name.trim(), value.trim())
                }
                None => format!("write one of {}; `regex=\".+\"` matches any value", one_of()),
            };
            cx.report_missing(
                block.block,
                Diagnostic::new(
                    Code::AudienceMatcher,
                    block.head(),
                    format!("{} has no value to match", shown(block.block)),
                )
                .label("missing value")
                .why(format!("Not every router can match whether {what} is present."))
                .help(help),
            );
            return None;
        }
        [first, second, ..] => {
            cx.report(
                Diagnostic::new(
                    Code::AudienceMatcher,
                    block.property_span(*second).unwrap_or(block.head()),
                    format!("{} has two values to match", shown(block.block)),
                )
                .label("second")
                .also(block.property_span(*first).unwrap_or(block.head()), "first")
                .help(format!("keep one of {}", one_of())),
            );
            return None;
        }
    };
    if word == Word::Regex {
        let value = block.block.property(word)?;
        if value.is_sound() && !regex::check(cx, value) {
            return None;
        }
        if let Some(diagnostic) = value.as_str().and_then(|text| of_the_whole_value(value.blame(), text)) {
            cx.report(diagnostic);
        }
    }
    let text = block.get::<Text>(cx, word)?;
    if text.value.is_empty() || text.value.len() > 4096 {
        cx.report(
            Diagnostic::new(Code::AudienceMatcher, text.span(), "the value to match must have 1 to 4096 characters")
                .label(if text.value.is_empty() { "empty" } else { "too long" })
                .why("The API server rejects the route.")
                .help("write the value that the requests have"),
        );
        return None;
    }
    let value = text.map(|text| match word {
        Word::Exact => ValueMatch::Exact(text),
        Word::Prefix => ValueMatch::Prefix(text),
        _ => ValueMatch::Regex(text),
    });
    Some(HeaderMatcher { origin: block.origin(), name: name?, value, cookie: None })
}
