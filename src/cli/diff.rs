//! In: the present text and the expected text. Out: the lines that differ, as `diff -u` shows them.

use crate::diagnostic::text::Appearance;
use crate::hidden;
use owo_colors::Style;

/// The unified diff of a file; empty if both texts are equal.
pub fn unified(path: &str, present: &str, expected: &str, appearance: Appearance) -> String {
    let path = hidden::one_line(path);
    painted(&crate::write::unified::unified(present, expected, (&path, &path)), appearance)
}

/// A unified diff in the usual colours, if colours are on. Somebody else may have written its lines.
pub fn painted(unified: &str, appearance: Appearance) -> String {
    let unified = hidden::lines(unified);
    if !appearance.color {
        return unified.into_owned();
    }
    let paint = |line: &str| {
        let style = match line.as_bytes().first() {
            Some(b'+') => Style::new().green(),
            Some(b'-') => Style::new().red(),
            Some(b'@') => Style::new().cyan(),
            _ => return format!("{line}\n"),
        };
        format!("{}\n", style.style(line))
    };
    unified.lines().map(paint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_are_shown_with_context() {
        let shown = unified("a.kdl", "a\nb\n", "a\nc\n", Appearance::PLAIN);
        assert_eq!(shown, "--- a.kdl\n+++ a.kdl\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        assert_eq!(unified("a.kdl", "a\n", "a\n", Appearance::PLAIN), "");
        let colored = unified("a.kdl", "a\n", "b\n", Appearance { color: true, ..Appearance::PLAIN });
        assert!(colored.contains("\u{1b}[32m+b\u{1b}[0m\n"), "{colored:?}");
    }
}
