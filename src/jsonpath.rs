//! In: the JSONPath of a web check, in the dialect of Kubernetes. Out: its first problem and the position. The
//! controller uses the first value of the first part; a path that is invalid or matches nothing is an error at every
//! measurement.

use std::ops::Range;

use crate::embedded::TextProblem;

type Checked<T> = Result<T, Box<TextProblem>>;

/// The first problem of a path.
pub fn check(path: &str) -> Option<TextProblem> {
    outside(path)
        .and_then(|inside| Reader { path, at: inside.start, end: inside.end }.steps())
        .err()
        .map(|problem| *problem)
}

fn fail<T>(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Checked<T> {
    Err(Box::new(TextProblem::new(range, message).help(help)))
}

/// Checks the braces, and that there is no text around them.
fn outside(path: &str) -> Checked<Range<usize>> {
    if path.trim().is_empty() {
        return fail(0..path.len(), "the path is empty", "write `{$}` for the whole response, or `{$.field}`");
    }
    let Some(open) = path.find('{') else {
        let inner = path.trim().trim_end_matches('}');
        let rooted = rooted(inner);
        let problem = TextProblem::new(0..path.len(), "a JSONPath needs braces").label("missing braces").why(
            "Without braces it is plain text, which is then the value of every measurement, regardless of the response.",
        );
        let mended = format!("{{{rooted}}}");
        let problem = problem.help(format!("write `{mended}`"));
        let fixed = check(&mended).is_none();
        return Err(Box::new(if fixed { problem.fix(0..path.len(), mended) } else { problem }));
    };
    if open > 0 {
        return Err(Box::new(
            TextProblem::new(0..open, "text before the path")
                .why("The controller uses the first value, which would be this text.")
                .help("remove it")
                .fix(0..open, ""),
        ));
    }
    let Some(close) = closing(path) else {
        return fail(open..open + 1, "this brace is not closed", "close it with `}` at the end");
    };
    if close + 1 < path.len() {
        return Err(Box::new(
            TextProblem::new(close + 1..path.len(), "text after the path")
                .why("The controller uses the first value only and ignores the rest.")
                .help("remove it")
                .fix(close + 1..path.len(), ""),
        ));
    }
    Ok(open + 1..close)
}

/// The position of the closing brace, outside quotes.
fn closing(path: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in path.bytes().enumerate() {
        match (byte, quote) {
            _ if escaped => escaped = false,
            (b'\\', _) => escaped = true,
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            (b'}', None) => return Some(at),
            _ => {}
        }
    }
    None
}

/// `status`, `.status` and `$status` mean `$.status`.
fn rooted(inner: &str) -> String {
    let rest = inner.trim_start_matches('$');
    let joined = rest.is_empty() || rest.starts_with(['.', '[']);
    if joined { format!("${rest}") } else { format!("$.{rest}") }
}

struct Reader<'a> {
    path: &'a str,
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.path.get(self.at..self.end).unwrap_or("")
    }

    /// The root, then fields, indexes and filters.
    fn steps(mut self) -> Checked<()> {
        let start = self.at;
        let inner = self.rest();
        if inner.trim().is_empty() {
            return fail(
                start.saturating_sub(1)..self.end + 1,
                "the braces are empty",
                "write `{$}` for the whole response",
            );
        }
        let mut first = true;
        while let Some(character) = self.rest().chars().next() {
            let at = self.at;
            match character {
                ' ' if self.rest().trim().is_empty() => return Ok(()),
                ' ' if first => {
                    self.at += 1;
                    continue;
                }
                '$' | '@' if first => self.at += 1,
                '.' if self.rest().starts_with("..") => self.recursive()?,
                '.' => self.field()?,
                '[' if self.rest().starts_with("[?(") => self.filter()?,
                '[' => self.index()?,
                _ if first => {
                    let mended = format!("{{{}}}", rooted(inner.trim()));
                    let word = self.word();
                    let problem = TextProblem::new(word, "a path starts with `$`, the whole response")
                        .help(format!("write `{mended}`"));
                    let fixed = check(&mended).is_none();
                    return Err(Box::new(if fixed { problem.fix(0..self.path.len(), mended) } else { problem }));
                }
                '$' | '@' => {
                    return fail(at..at + 1, format!("`{character}` is only allowed at the start"), "remove it");
                }
                ']' => return fail(at..at + 1, "unmatched `]`", "open it with ["),
                _ => return fail(self.word(), "a field needs a dot before it", "write it as .field, or ['field']"),
            }
            first = false;
        }
        Ok(())
    }

    /// The word at this position.
    fn word(&self) -> Range<usize> {
        let length = self.rest().find(|c: char| is_end(c)).unwrap_or(self.rest().len());
        let one = self.rest().chars().next().map_or(0, char::len_utf8);
        self.at..self.at + length.max(one)
    }

    fn field(&mut self) -> Checked<()> {
        let point = self.at;
        self.at += 1;
        let mut escaped = false;
        let length = self.rest().find(|c: char| {
            let end = is_end(c) && !escaped;
            escaped = c == '\\' && !escaped;
            end
        });
        let length = length.unwrap_or(self.rest().len());
        if length == 0 {
            return fail(point..point + 1, "expected a field after the dot", "write the field, or remove the dot");
        }
        let field = self.rest()[..length].to_owned();
        let range = self.at..self.at + length;
        if let Some(sign) = field.find(['(', ')', '=', '<', '>', '?']) {
            let range = range.start + sign..range.start + sign + 1;
            return fail(
                range,
                "this character is not allowed in a field",
                "a path has neither functions nor comparisons; compare with `equals=`",
            );
        }
        self.at = range.end;
        Ok(())
    }

    fn recursive(&mut self) -> Checked<()> {
        let at = self.at;
        if self.rest().starts_with("...") {
            return fail(at..at + 3, "unexpected `...`", "write . for a field, or .. for any depth");
        }
        self.at += 1;
        if self.rest().len() > 1 && !self.rest()[1..].starts_with('[') {
            return self.field();
        }
        self.at += 1;
        if self.rest().is_empty() {
            return fail(at..at + 2, "expected a field after `..`", "write the field to find at any depth");
        }
        Ok(())
    }

    fn index(&mut self) -> Checked<()> {
        let open = self.at;
        let Some(length) = self.rest().find(']') else {
            return fail(open..open + 1, "`[` is not closed", "close it with ]");
        };
        let inner_start = open + 1;
        let inner = self.rest()[1..length].to_owned();
        let range = inner_start..inner_start + inner.len();
        self.at = open + length + 1;
        let parts: Vec<&str> = inner.split(',').map(str::trim).collect();
        for part in &parts {
            if *part == "*" && parts.len() == 1 || is_slice(part) && !part.is_empty() {
                continue;
            }
            let unquoted = |quote: char| part.strip_prefix(quote).and_then(|part| part.strip_suffix(quote));
            if let Some(key) = unquoted('\'') {
                // The dialect reads ['a.b'] as .a.b unless the dot is escaped.
                if key.replace("\\.", "").contains('.') {
                    let mended = format!("['{}']", key.replace("\\.", ".").replace('.', "\\."));
                    let problem = TextProblem::new(range, "a dot in a key starts the next field")
                        .help(format!("write `{mended}`"));
                    return Err(Box::new(if parts.len() == 1 { problem.fix(open..self.at, mended) } else { problem }));
                }
                continue;
            }
            let (message, mended) = if let Some(key) = unquoted('"') {
                ("a key needs single quotes", Some(format!("['{key}']")))
            } else if part.is_empty() {
                ("the brackets are empty", None)
            } else if part.starts_with('?') {
                ("a filter needs parentheses", Some(format!("[?({})]", part.trim_start_matches('?').trim())))
            } else if part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
                ("a key needs quotes", Some(format!("['{part}']")))
            } else {
                ("this is not an index", None)
            };
            let range = if range.is_empty() { open..self.at } else { range };
            let problem = TextProblem::new(range, message);
            return Err(Box::new(match mended {
                Some(mended) if parts.len() == 1 => {
                    problem.help(format!("write `{mended}`")).fix(open..self.at, mended)
                }
                _ => problem.help("write a number such as [0], a key such as ['key'], or [*]"),
            }));
        }
        Ok(())
    }

    fn filter(&mut self) -> Checked<()> {
        let open = self.at;
        let Some(length) = self.rest().find(")]") else {
            return fail(open..open + 3, "this filter is not closed", "close it with )]");
        };
        let start = open + 3;
        let inner = self.path.get(start..open + length).unwrap_or("").to_owned();
        self.at = open + length + 2;
        if let Some(at) = ["&&", "||"].iter().find_map(|sign| inner.find(sign)) {
            let range = start + at..start + at + 2;
            return fail(
                range,
                "a filter has a single comparison",
                "use two filters, or compare in `success-condition=`",
            );
        }
        if !inner.trim_start().starts_with('@') {
            let range = start..open + length;
            return fail(range, "a filter starts with `@`, the element", "write [?(@.name=='x')]");
        }
        let sign = |c: char| "!<>=~".contains(c);
        let Some(at) = inner.find(sign) else { return Ok(()) };
        let length = inner[at..].find(|c: char| !sign(c)).unwrap_or(inner.len() - at);
        let operator = &inner[at..at + length];
        let range = start + at..start + at + length;
        if !["<", ">", "==", "!=", "<=", ">=", "=~"].contains(&operator) {
            let problem = TextProblem::new(range.clone(), format!("`{operator}` is not a comparison"));
            let known = "use one of == != < > <= >= =~";
            return Err(Box::new(if operator == "=" {
                problem.help("write `==`").fix(range, "==")
            } else {
                problem.help(known)
            }));
        }
        let right = inner[at + length..].trim();
        if right.is_empty() {
            return fail(range, "expected a value after the comparison", "write a number or a quoted string");
        }
        let is_value =
            right.starts_with(['\'', '"', '@', '$', '-', '+', '.']) || right.starts_with(|c: char| c.is_ascii_digit());
        if !is_value && !["true", "false"].contains(&right) {
            let from = start + inner.rfind(right).unwrap_or(0);
            let quoted = format!("'{right}'");
            let problem = TextProblem::new(from..from + right.len(), "a string in a filter needs quotes");
            return Err(Box::new(problem.help(format!("write `{quoted}`")).fix(from..from + right.len(), quoted)));
        }
        Ok(())
    }
}

/// Whether a character ends a field.
fn is_end(character: char) -> bool {
    matches!(character, '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}' | ' ' | '\t' | '\r' | '\n')
}

/// `0`, `-1`, `1:3`, `:2`, `0:10:2`.
fn is_slice(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let is_number =
        |part: &&str| part.strip_prefix('-').unwrap_or(part).bytes().all(|byte| byte.is_ascii_digit()) && *part != "-";
    parts.len() <= 3 && parts.iter().all(|part| is_number(part) && part.len() <= 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str) -> (String, String) {
        let problem = check(path).unwrap();
        (path[problem.range].to_owned(), problem.message)
    }

    fn fixed(path: &str) -> String {
        let (range, text) = check(path).unwrap().fix.unwrap();
        let mut mended = path.to_owned();
        mended.replace_range(range, &text);
        assert_eq!(check(&mended), None, "{mended}");
        mended
    }

    #[test]
    fn good_paths_pass() {
        let good = [
            "{$}",
            "{$.status}",
            "{.status}",
            "{ $.a.b }",
            "{$.data.ok}",
            "{$.items[0].name}",
            "{$.items[*].name}",
            "{$..name}",
            "{$['a']['b-c']}",
            "{$.a-b_c}",
            "{$.items[-1:]}",
            "{$.items[0,2]}",
            "{$.items[?(@.name=='x')].v}",
            "{$.items[?(@.n>=3)]}",
            "{$.items[?(@.ok)]}",
            "{$['a\\.b']}",
            "{$.a\\.b}",
            "{$.items[?(@.name==\"}\")]}",
            "{@.a}",
        ];
        for path in good {
            assert_eq!(check(path), None, "{path}");
        }
    }

    #[test]
    fn paths_have_fixes() {
        assert_eq!(fixed("$.status"), "{$.status}");
        assert_eq!(fixed("status"), "{$.status}");
        assert_eq!(fixed(".status"), "{$.status}");
        assert_eq!(fixed("{status}"), "{$.status}");
        assert_eq!(fixed("{$.a} and more"), "{$.a}");
        assert_eq!(fixed("value: {$.a}"), "{$.a}");
        assert_eq!(fixed("{$[\"a\"]}"), "{$['a']}");
        assert_eq!(fixed("{$[a]}"), "{$['a']}");
        assert_eq!(fixed("{$['a.b']}"), "{$['a\\.b']}");
        assert_eq!(fixed("{$.items[?(@.n=3)]}"), "{$.items[?(@.n==3)]}");
    }

    #[test]
    fn mistakes_have_positions() {
        assert_eq!(said("{$.a"), ("{".into(), "this brace is not closed".into()));
        assert_eq!(said("{$.a[0}"), ("[".into(), "`[` is not closed".into()));
        assert_eq!(said("{$.a.}"), (".".into(), "expected a field after the dot".into()));
        assert_eq!(said("{$.a]}"), ("]".into(), "unmatched `]`".into()));
        assert_eq!(said("{$status}"), ("status".into(), "a field needs a dot before it".into()));
        assert_eq!(said("{$.items.length()}"), ("(".into(), "this character is not allowed in a field".into()));
        assert_eq!(said("{$.a[x y]}"), ("x y".into(), "this is not an index".into()));
        assert_eq!(said("{$.i[?(@.a=='x' && @.b)]}"), ("&&".into(), "a filter has a single comparison".into()));
        assert_eq!(said("{$.i[?(@.a==x)]}"), ("x".into(), "a string in a filter needs quotes".into()));
        assert_eq!(said("{}").1, "the braces are empty");
        assert_eq!(said("").1, "the path is empty");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(path in r#"[{}$@.\[\]'"()?=<>*:,a-c0-9 \\é-]{0,16}"#) {
            if let Some(problem) = check(&path) {
                assert!(path.get(problem.range.clone()).is_some(), "{path:?} {problem:?}");
                if let Some((range, _)) = problem.fix {
                    assert!(path.get(range).is_some());
                }
            }
        }
    }
}
