//! In: the path of a prefix or exact match. Out: what is wrong with it by the rules of the Gateway API, and what to write
//! instead.

/// The problem of a path, as the rest of a sentence, and the help.
pub fn problem(text: &str) -> Option<(&'static str, String)> {
    Some(if !text.starts_with('/') {
        ("does not start with `/`", format!("write `\"/{text}\"`"))
    } else if text.contains("//")
        || text.contains("/./")
        || text.contains("/../")
        || text.ends_with("/..")
        || text.ends_with("/.")
    {
        ("has an empty segment, `.` or `..`", "write the path without `//`, `.` or `..`".to_owned())
    } else if text.contains(['#', '?']) {
        ("contains a query or a fragment", "write only the path".to_owned())
    } else if text.contains("%2f") || text.contains("%2F") {
        ("contains an encoded slash", "write a prefix that ends before it".to_owned())
    } else if text.contains(' ') {
        ("contains a space", "write a prefix that ends before it".to_owned())
    } else if text.contains('*') {
        let prefix = text.split('*').next().unwrap_or_default().trim_end_matches('/');
        let help = if prefix.is_empty() {
            "write `\"/\"`, which matches every path".to_owned()
        } else {
            format!("write `\"{prefix}\"`: a prefix also matches `{prefix}/x`")
        };
        ("contains a `*`, which matches literally", help)
    } else if text.len() > 1024 {
        ("is longer than 1024 characters", "write a shorter prefix".to_owned())
    } else {
        return None;
    })
}
