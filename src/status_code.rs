//! In: a regular expression that is meant to select status codes. Out: whether it selects any.

use regex::bytes::{Regex, RegexBuilder};

/// The status codes of HTTP that are registered, or widely used.
const HTTP: [u16; 67] = [
    100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400,
    401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425,
    426, 428, 429, 431, 444, 451, 460, 499, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521,
];

/// The memory that a compiled expression may take, in bytes.
const COMPILED_AT_MOST: usize = 1 << 16;

/// Whether the expression matches no whole code of HTTP, as `5xx` does, in which `x` is a letter. An expression that is
/// not valid here, or too large to tell, may match.
pub fn matches_none(pattern: &str) -> bool {
    // Most expressions need no compilation: three digits or dots, such as `5..`.
    let is_plain = |code: &str| {
        code.len() == 3
            && code.starts_with(['1', '2', '3', '4', '5'])
            && code.ends_with("..") | HTTP.iter().any(|known| code.parse() == Ok(*known))
    };
    if pattern.split('|').any(is_plain) {
        return false;
    }
    compiled(pattern).is_some_and(|pattern| !HTTP.iter().any(|code| pattern.is_match(code.to_string().as_bytes())))
}

/// Whether the expression matches the code of a success.
pub fn matches_ok(pattern: &str) -> bool {
    compiled(pattern).is_some_and(|pattern| pattern.is_match(b"200"))
}

fn compiled(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(&format!("^(?:{pattern})$")).unicode(false).size_limit(COMPILED_AT_MOST).build().ok()
}

/// The expression that was probably meant: the class of the codes, or the codes as alternatives.
pub fn instead(pattern: &str) -> String {
    let codes: Vec<&str> = pattern.split([',', ' ', ';']).map(str::trim).filter(|code| !code.is_empty()).collect();
    let is_code = |code: &&str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
    if codes.len() > 1 && codes.iter().all(is_code) {
        return codes.join("|");
    }
    let class = pattern.chars().find(|character| ('1'..='5').contains(character)).unwrap_or('5');
    format!("{class}..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_pattern_of_codes_matches_none() {
        for none in ["5xx", "500,502", "500-599", ">=500", "5*", "5", "50", "HTTP_500", "5\\d"] {
            assert!(matches_none(none), "{none}");
        }
        for some in ["5..", "5[0-9]{2}", "5\\d\\d", "500|503", "[45]..", "429", "5.*", ".*", "(5..|429)", "5.+"] {
            assert!(!matches_none(some), "{some}");
        }
    }

    #[test]
    fn codes_become_alternatives_and_the_rest_a_class() {
        let pairs = [("500,502", "500|502"), ("5xx", "5.."), (">=400", "4.."), ("500-599", "5.."), ("error", "5..")];
        for (written, meant) in pairs {
            assert_eq!(instead(written), meant, "{written}");
            assert!(!matches_none(meant));
        }
    }
}
