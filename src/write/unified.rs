//! In: two texts. Out: their unified diff, in time that grows little faster than their length. The result depends on
//! nothing else: a diff with a deadline would differ from run to run.

use similar::TextDiff;

/// The most lines of both texts together, without equal beginnings and ends, that are compared line by line. The time of
/// the comparison may grow by the square of their number.
const MOST_COMPARED: usize = 4_000;

/// The lines around a change.
const CONTEXT: usize = 3;

/// A unified diff, with the names of both texts in its first lines; empty if the texts are equal. That all line endings
/// differ is one line of it: the lines themselves would look the same.
pub fn unified(old: &str, new: &str, names: (&str, &str)) -> String {
    let ends_of = |text: &str| if text.contains("\r\n") { "CRLF" } else { "LF" };
    if ends_of(old) == ends_of(new) {
        return of_lines(old, new, names);
    }
    let (old_ends, new_ends) = (ends_of(old), ends_of(new));
    let diff = of_lines(&old.replace("\r\n", "\n"), &new.replace("\r\n", "\n"), names);
    let header = format!("--- {}\n+++ {}\n", names.0, names.1);
    let changes = diff.strip_prefix(&header).unwrap_or(&diff);
    format!("{header}\\ Line endings differ: {old_ends} instead of {new_ends}\n{changes}")
}

fn of_lines(old: &str, new: &str, names: (&str, &str)) -> String {
    let (old_lines, new_lines) = (lines(old), lines(new));
    let equal =
        |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(left, right)| left == right).count();
    let start = equal(&mut old_lines.iter().zip(&new_lines));
    let end = equal(&mut old_lines[start..].iter().rev().zip(new_lines[start..].iter().rev()));
    let (removed, added) = (&old_lines[start..old_lines.len() - end], &new_lines[start..new_lines.len() - end]);
    if removed.len() + added.len() <= MOST_COMPARED {
        let diff = TextDiff::from_lines(old, new);
        return diff.unified_diff().context_radius(CONTEXT).header(names.0, names.1).to_string();
    }
    let before = &old_lines[start.saturating_sub(CONTEXT)..start];
    let after = &old_lines[old_lines.len() - end..(old_lines.len() - end + CONTEXT).min(old_lines.len())];
    let first = start - before.len() + 1;
    let shown = before.len() + after.len();
    let (old_count, new_count) = (shown + removed.len(), shown + added.len());
    let mut diff = format!("--- {}\n+++ {}\n@@ -{first},{old_count} +{first},{new_count} @@\n", names.0, names.1);
    for (sign, lines) in [(' ', before), ('-', removed), ('+', added), (' ', after)] {
        for line in lines {
            diff.push(sign);
            diff.push_str(line);
            if !line.ends_with('\n') {
                diff.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    diff
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_that_differ_are_one_line() {
        let ends = "--- a\n+++ b\n\\ Line endings differ: CRLF instead of LF\n";
        assert_eq!(unified("1\r\n2\r\n", "1\n2\n", ("a", "b")), ends);
        let diff = unified("1\r\n2\r\n", "1\n3\n", ("a", "b"));
        assert_eq!(diff, format!("{ends}@@ -1,2 +1,2 @@\n 1\n-2\n+3\n"));
        assert_eq!(unified("1\r\n", "1\r\n", ("a", "b")), "");
    }

    #[test]
    fn a_large_difference_is_one_change() {
        let text = |word: &str| (0..50_000).map(|line| format!("{word}{line}\n")).collect::<String>();
        let wrap = |middle: String| format!("1\n2\n3\n4\n{middle}5\n6\n7\n8");
        let diff = unified(&wrap(text("a")), &wrap(text("b")), ("a/x", "b/x"));
        assert!(
            diff.starts_with("--- a/x\n+++ b/x\n@@ -2,50006 +2,50006 @@\n 2\n 3\n 4\n-a0\n-a1\n"),
            "{}",
            &diff[..80]
        );
        assert!(diff.ends_with("+b49999\n 5\n 6\n 7\n"));
        assert_eq!(diff.lines().count(), 3 + 100_000 + 6);
        let cut = unified(&text("a"), text("b").trim_end(), ("x", "x"));
        assert!(cut.ends_with("+b49999\n\\ No newline at end of file\n"));
        assert_eq!(unified(&text("a"), &text("a"), ("x", "x")), "");
        // A small change of a large text is compared line by line.
        assert_eq!(unified(&wrap(text("a")), &wrap(text("a").replace("a7\n", "")), ("x", "x")).lines().count(), 10);
    }
}
