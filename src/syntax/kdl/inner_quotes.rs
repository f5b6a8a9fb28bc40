//! In: a string with quotes inside it, as in `"sum(x{job="api"})"` or in a raw string that is not closed. Out: where the
//! string was meant to end.

use super::character::{line_end, newline_at};

/// The most bytes that are searched for the end. It bounds the text that is read again.
const LONGEST: usize = 4000;

/// The most quotes that may be inside.
const MOST_QUOTES: usize = 64;

/// The end of a string at `start` that KDL closes before `first_end`.
pub fn outer_end(text: &str, start: usize, first_end: usize) -> Option<usize> {
    let content = &text[start + 1..first_end - 1];
    let line = line_end(text, first_end);
    // `code="` is never the end of a value. Elsewhere, only text in brackets or between spaces continues so.
    let unfinished = content.ends_with(['=', '~']);
    if !unfinished && (!opens_a_bracket(content) && !content.ends_with(' ') || reads_on(&text[first_end..line], true)) {
        return None;
    }
    // A line break is only allowed where a bracket is open: otherwise a quote is missing at the end of this line.
    let limit = if opens_a_bracket(content) { text.len() } else { line };
    let limit = limit.min(first_end + LONGEST);
    let quotes = text.as_bytes()[first_end..limit].iter().enumerate().filter(|(_, byte)| **byte == b'"');
    // The quotes inside are in pairs, so the closing one has an even number.
    quotes.take(MOST_QUOTES).map(|(at, _)| first_end + at + 1).skip(1).step_by(2).find(|end| {
        let rest = &text[*end..line_end(text, *end)];
        (reads_on(rest, false) || begins_property(rest)) && !text[first_end..*end].contains("#\"")
    })
}

/// The place until which [`outer_end`] searches in vain, at most.
pub fn searched_until(text: &str, first_end: usize) -> usize {
    line_end(text, first_end)
}

/// The end of a raw string that closes on a later line. `content` is where its text begins.
pub fn raw_end(text: &str, content: usize, hashes: usize) -> Option<usize> {
    let closing = format!("\"{}", "#".repeat(hashes));
    let rest = within(text, content);
    let end = rest.find(&closing)?;
    // Another raw string begins before it: that one closes there.
    (!rest[..end].contains("#\"") && rest[..end].contains('\n')).then_some(content + end + closing.len())
}

/// The probable end of a raw string that nothing closes: a quote without its `#`, or where the next property begins.
pub fn end_without_hashes(text: &str, content: usize) -> Option<usize> {
    let limit = end_of_deeper_lines(text, content);
    let quotes = text.as_bytes()[content..limit].iter().enumerate().filter(|(_, byte)| **byte == b'"');
    let ends = quotes.take(MOST_QUOTES).map(|(at, _)| content + at + 1).step_by(2).map(|quote| {
        let hashes = text[quote..].bytes().take_while(|byte| *byte == b'#').count();
        quote + hashes
    });
    let mut closed = ends.filter(|end| reads_on(&text[*end..line_end(text, *end)], false));
    closed.next().or_else(|| {
        let line = &text[content..line_end(text, content)];
        let spaces = line.match_indices(' ').take(MOST_QUOTES).map(|(at, _)| at);
        let mut ends = spaces.filter(|at| {
            let name = line[at + 1..].split('=').next().unwrap_or_default();
            is_name(name) && reads_on(&line[*at..], false) && !opens_a_bracket(&line[..*at])
        });
        ends.next().map(|at| content + at)
    })
}

/// Whether a property with a string follows, whose own quotes may be wrong too.
fn begins_property(rest: &str) -> bool {
    let named = rest.trim_start_matches(' ');
    let name = named.split('=').next().unwrap_or_default();
    named.len() < rest.len() && is_name(name) && named[name.len()..].starts_with("=\"")
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// The end of the lines after the one at `at` that are indented deeper than it, until another raw string or block.
fn end_of_deeper_lines(text: &str, at: usize) -> usize {
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let start = text[..at].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    let own = indentation(&text[start..at]);
    let mut end = line_end(text, at);
    while let Some(length) = newline_at(text, end).filter(|_| end < at + LONGEST) {
        let next = end + length;
        let line = &text[next..line_end(text, next)];
        if indentation(line) <= own || line.contains("#\"") || line.contains("\"\"\"") {
            break;
        }
        end = next + line.len();
    }
    end
}

/// The text from a place on, as far as it is searched.
fn within(text: &str, from: usize) -> &str {
    let mut end = text.len().min(from + LONGEST);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    &text[from..end]
}

fn opens_a_bracket(content: &str) -> bool {
    let count = |brackets: [char; 3]| content.matches(brackets).count();
    count(['(', '{', '[']) > count([')', '}', ']'])
}

/// Whether the rest of a line can follow a closing quote: values, properties, braces and comments.
pub fn reads_on(mut rest: &str, mut spaced: bool) -> bool {
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        spaced |= trimmed.len() < rest.len();
        rest = trimmed;
        let Some(first) = rest.chars().next() else { return true };
        match first {
            ';' | '{' => {
                rest = &rest[1..];
                spaced = true;
            }
            '}' => {
                rest = &rest[1..];
                spaced = false;
            }
            '/' if ["//", "/*", "/-"].iter().any(|comment| rest.starts_with(comment)) => return spaced,
            '\\' => return rest.trim_end() == "\\",
            _ if !spaced => return false,
            _ => match entry(rest) {
                Some(after) => {
                    rest = after;
                    spaced = false;
                }
                None => return false,
            },
        }
    }
}

/// The text after a value or a property.
fn entry(rest: &str) -> Option<&str> {
    if let Some(after) = string(rest) {
        return Some(after);
    }
    let after = word(rest)?;
    match after.strip_prefix('=') {
        Some(value) => string(value).or_else(|| word(value)),
        None => Some(after),
    }
}

fn string(rest: &str) -> Option<&str> {
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    let inside = rest[hashes..].strip_prefix('"')?;
    let closing = format!("\"{}", &rest[..hashes]);
    let mut from = 0;
    loop {
        let at = from + inside[from..].find(&closing)?;
        if hashes > 0 || !inside[..at].ends_with('\\') {
            return Some(&inside[at + closing.len()..]);
        }
        from = at + 1;
    }
}

/// The text after a bare word.
fn word(rest: &str) -> Option<&str> {
    let ends = |character: char| character.is_whitespace() || "\"{}()[];=\\".contains(character);
    let end = rest.find(ends).unwrap_or(rest.len());
    (end > 0 && !rest[end..].starts_with(['"', '{', '(', '[', ']', ')', '\\'])).then(|| &rest[end..])
}

/// The lines of a string as a raw multi-line string, whose closing line is indented by `indentation`.
pub fn as_raw_lines(content: &str, hashes: &str, indentation: &str) -> String {
    let mut text = format!("{hashes}\"\"\"\n");
    let mut at = 0;
    loop {
        let end = line_end(content, at);
        text.push_str(indentation);
        text.push_str(content[at..end].trim());
        text.push('\n');
        match newline_at(content, end) {
            Some(length) => at = end + length,
            None => break,
        }
    }
    format!("{text}{indentation}\"\"\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::outer_end;

    fn whole(text: &str) -> Option<&str> {
        let start = text.find('"').unwrap();
        let first_end = start + 2 + text[start + 1..].find('"').unwrap();
        outer_end(text, start, first_end).map(|end| &text[start..end])
    }

    #[test]
    fn the_quotes_of_a_query_are_inside_the_string() {
        for inside in [
            r#"sum(rate(x{service="{{canary-service}}"}[5m]))"#,
            r#"sum(rate(x{a="b",code=~"5.."}[5m])) / sum(rate(x{a="b"}[5m]))"#,
            r#"up{job="a"} and on(pod) up{job="b"}"#,
            r#"up{code=""}"#,
            r#"{"a": "b", "c": 1}"#,
            r#"{$.items[?(@.name=="x")]}"#,
            r#"{a:"b"}"#,
            r#"a "quoted" word"#,
            "sum(rate(x{a=\"b\"}[5m]))\n  / sum(rate(x{a=\"c\"}[5m]))",
        ] {
            for after in ["", " }", " window=\"5m\" }", "; gate \"a\"", " // \"why\"", " min=5 {"] {
                assert_eq!(
                    whole(&format!("query \"{inside}\"{after}\nnext \"a\"")),
                    Some(&*format!("\"{inside}\"")),
                    "{after}"
                );
            }
        }
    }

    #[test]
    fn a_missing_space_or_quote_is_not_a_quote_inside() {
        for text in [
            r#"gate "a""b""#,
            r#"gate "smoke"at="end""#,
            r#"release "web"{ stage weight="5%" }"#,
            r#"slo "a min="99%" { success-ratio window="5m" }"#,
            r#"stage weight="25%"pause="10m""#,
            r#"stage weight="5%"pause="10m""x"5"#,
            "slo \"a min=\"99%\" {\n success-ratio window=\"5m\"\n}",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }
}
