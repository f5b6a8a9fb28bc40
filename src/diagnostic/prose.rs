//! In: a sentence with code in backticks. Out: the same sentence, which knows its code, so that a fragment of a policy
//! in it can be written in another syntax.

use std::fmt;
use std::ops::{Deref, Range};

/// A sentence for people. Code in it stands between backticks.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Prose {
    text: String,
    /// Where the code is, without its backticks; in order.
    code: Vec<Range<usize>>,
}

impl Prose {
    /// The whole text, with the backticks.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Replaces every piece of code for which `rewrite` returns another.
    pub(crate) fn rewrite_code(&mut self, rewrite: impl Fn(&str) -> Option<String>) {
        let mut rewritten = Self { text: String::with_capacity(self.text.len()), code: Vec::new() };
        let mut end = 0;
        for range in &self.code {
            rewritten.text.push_str(&self.text[end..range.start]);
            let code = &self.text[range.clone()];
            let start = rewritten.text.len();
            rewritten.text.push_str(rewrite(code).as_deref().unwrap_or(code));
            rewritten.code.push(start..rewritten.text.len());
            end = range.end;
        }
        rewritten.text.push_str(&self.text[end..]);
        *self = rewritten;
    }
}

impl From<String> for Prose {
    fn from(text: String) -> Self {
        let backticks: Vec<usize> = memchr::memchr_iter(b'`', text.as_bytes()).collect();
        let code = backticks.chunks_exact(2).map(|pair| pair[0] + 1..pair[1]).collect();
        Self { text, code }
    }
}

impl From<&str> for Prose {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<Prose> for String {
    fn from(prose: Prose) -> Self {
        prose.text
    }
}

impl Deref for Prose {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Prose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, formatter)
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl PartialEq<&str> for Prose {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

#[cfg(test)]
mod tests {
    use super::Prose;

    #[test]
    fn code_is_rewritten_and_words_stay() {
        let mut prose = Prose::from("write `a=1`, or `b` (a=1)");
        prose.rewrite_code(|code| (code == "a=1").then(|| "a: 1".to_owned()));
        assert_eq!(prose, "write `a: 1`, or `b` (a=1)");
        prose.rewrite_code(|code| Some(code.to_uppercase()));
        assert_eq!(prose, "write `A: 1`, or `B` (a=1)");
    }

    #[test]
    fn a_backtick_alone_begins_no_code() {
        let mut prose = Prose::from("`a` and `b");
        prose.rewrite_code(|_| Some("x".to_owned()));
        assert_eq!(prose, "`x` and `b");
    }
}
