//! In: the text of a URL, which may have arguments of the controller. Out: where its host is, or what is wrong with it.
//! The controller rejects such a URL only when it measures.

use std::ops::Range;

use crate::embedded::{TextProblem, placeholders};

/// A URL that can be requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The position of the host, without user and port.
    pub host: Range<usize>,
    /// The position of the port with its colon; empty without one.
    pub port: Range<usize>,
    /// Whether the controller fills in a part of the host.
    pub has_argument: bool,
}

/// Reads a URL; `what` is how messages call it.
pub fn read(text: &str, what: &'static str) -> Result<Url, Box<TextProblem>> {
    // Arguments have no known text; letters of the same length keep the positions.
    let mut plain = text.to_owned();
    let mut arguments = Vec::new();
    for (range, name) in placeholders(text).filter(|(_, name)| name.starts_with("args.")) {
        let _ = name;
        plain.replace_range(range.clone(), &"x".repeat(range.len()));
        arguments.push(range);
    }
    if arguments.first().is_some_and(|first| first.start == 0) {
        return Ok(Url { host: 0..0, port: 0..0, has_argument: true });
    }
    let problem = |range: Range<usize>, message: String| Box::new(TextProblem::new(range, message));
    if let Some(at) = plain.find("${").or_else(|| plain.find('$').filter(|at| authority(&plain).contains(at))) {
        let name: String = plain[at + 1..]
            .chars()
            .take_while(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '{' | '}'))
            .collect();
        let parameter = name.trim_matches(['{', '}']).to_ascii_lowercase().replace('_', "-");
        let parameter = if parameter.is_empty() { "host".to_owned() } else { parameter };
        return Err(problem(at..at + 1 + name.len(), format!("{what} cannot contain an environment variable"))
            .label("canaryc does not read the environment")
            .help(format!("declare `param \"{parameter}\" type=\"string\"` in the release, write `{{{{{parameter}}}}}` here, and set it with `--set {parameter}=…`"))
            .into());
    }
    if let Some(at) = plain.find(char::is_control) {
        return Err(problem(at..at + 1, format!("{what} cannot contain a line break or another control character"))
            .label("a control character")
            .help("write it on one line")
            .into());
    }
    if !plain.starts_with("http://") && !plain.starts_with("https://") {
        return Err(problem(0..text.len(), format!("{what} must start with `http://` or `https://`"))
            .label("missing scheme")
            .help(format!("write `\"http://{text}\"`"))
            .into());
    }
    if let Some(at) = plain.find(' ') {
        return Err(problem(at..at + 1, format!("{what} cannot contain a space"))
            .label("a space")
            .help("remove it, or write `%20` after the host")
            .into());
    }
    let authority = authority(&plain);
    let whole = plain.get(authority.clone()).unwrap_or_default();
    let from = authority.start + whole.rfind('@').map_or(0, |at| at + 1);
    if plain.get(authority.start..from).is_some_and(|user| user.contains(':')) {
        return Err(problem(authority.start..from, format!("{what} cannot contain a password"))
            .label("readable by everybody who can read the manifest")
            .help("remove it, declare a `secret`, and send it: `header \"Authorization\" value=\"Basic {{password}}\"`")
            .into());
    }
    let rest = plain.get(from..authority.end).unwrap_or_default();
    let length = match rest.find(']') {
        Some(end) if rest.starts_with('[') => end + 1,
        _ => rest.find(':').unwrap_or(rest.len()),
    };
    let host = from..from + length;
    let name = plain.get(host.clone()).unwrap_or_default();
    if name.is_empty() {
        return Err(problem(authority, format!("{what} has no host")).label("no host").into());
    }
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | '_');
    if let Some((at, character)) =
        name.char_indices().find(|(_, char)| !is_part(*char)).filter(|_| !name.starts_with('['))
    {
        let at = host.start + at..host.start + at + character.len_utf8();
        let found = problem(at, format!("a host cannot contain `{character}`")).label("not part of a host");
        return Err(match character {
            '{' | '}' => found.help("a name in a text has two braces on each side: `{{canary-service}}`"),
            _ => found,
        }
        .into());
    }
    let port = plain.get(host.end..from + rest.len()).unwrap_or_default();
    let valid =
        |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0) && port.bytes().all(|byte| byte.is_ascii_digit());
    if !port.is_empty() && !port.strip_prefix(':').is_some_and(valid) {
        return Err(problem(host.end..host.end + port.len(), format!("`{port}` is not a port"))
            .label("not a port")
            .help("write a number from 1 to 65535, such as `:8080`")
            .into());
    }
    if let Some(at) = bad_escape(&plain) {
        return Err(problem(
            at..(at + 3).min(plain.len()),
            "`%` must be followed by two hexadecimal digits".to_owned(),
        )
        .label("not an escape")
        .help("write `%25` for a percent sign")
        .into());
    }
    let has_argument = arguments.iter().any(|range| range.start < host.end && range.end > host.start);
    Ok(Url { port: host.end..from + rest.len(), host, has_argument })
}

/// The position of user, host and port.
fn authority(text: &str) -> Range<usize> {
    let from = text.find("://").map_or(0, |at| at + 3);
    let length = text.get(from..).and_then(|rest| rest.find(['/', '?', '#'])).unwrap_or(text.len() - from);
    from..from + length
}

fn bad_escape(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    text.match_indices('%').map(|(at, _)| at).find(|at| {
        !bytes.get(at + 1..at + 3).is_some_and(|digits| digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_host() {
        let host = |text: &str| read(text, "a URL").map(|url| text[url.host].to_owned()).ok();
        assert_eq!(host("http://web.shop/healthz").as_deref(), Some("web.shop"));
        assert_eq!(host("https://user@web.shop:8443?a=b").as_deref(), Some("web.shop"));
        assert_eq!(host("http://[::1]:80/").as_deref(), Some("[::1]"));
        assert_eq!(host("http://pod-{{args.canary-hash}}.shop").as_deref(), Some("pod-{{args.canary-hash}}.shop"));
    }

    #[test]
    fn what_cannot_be_requested_is_found_at_its_place() {
        let at = |text: &str| read(text, "a URL").err().map(|problem| text[problem.range].to_owned());
        for (text, place) in [
            ("http://{service}.shop/", "{"),
            ("http://web.shop:http/", ":http"),
            ("http://web.shop:99999/", ":99999"),
            ("http://web shop/", " "),
            ("http://web.shop/a\nb", "\n"),
            ("http://$PROM:9090", "$PROM"),
            ("${PROM_URL}", "${PROM_URL}"),
            ("http://web.shop/%zz", "%zz"),
            ("http:///healthz", ""),
            ("prometheus:9090", "prometheus:9090"),
            ("http://user:secret@web.shop/", "user:secret@"),
        ] {
            assert_eq!(at(text).as_deref(), Some(place), "{text}");
        }
    }
}
