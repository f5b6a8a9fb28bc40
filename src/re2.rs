//! In: a regular expression. Out: nothing if RE2 and Go accept it, otherwise what is wrong and where. Envoy, Prometheus and
//! the gateways use RE2, whose rules differ from those of other engines: no look-around, no backreferences, at most 1,000
//! repetitions, and no operator directly after another one.

use std::ops::Range;

/// The largest number of repetitions, and of nested groups.
const MOST: u32 = 1_000;

/// What is wrong with a regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The bytes in question.
    pub range: Range<usize>,
    /// What is wrong.
    pub kind: Kind,
}

/// The kinds of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `(?=…)`
    LookAround,
    /// `\1`
    Backreference,
    /// `(?x)`
    Flag,
    /// A malformed group.
    Group,
    /// `*a`
    NothingToRepeat,
    /// `a**`
    RepeatedTwice,
    /// `a{1001}`
    TooManyRepetitions,
    /// `a{2,1}`
    BoundsReversed,
    /// `(a`
    UnclosedGroup,
    /// `a)`
    UnopenedGroup,
    /// `[a`
    UnclosedClass,
    /// `[z-a]`
    ClassRange,
    /// `[[:foo:]]`
    ClassName,
    /// `\Z`
    Escape,
    /// Too many nested groups.
    TooDeep,
}

impl Kind {
    /// A few words that say what is wrong.
    pub const fn text(self) -> &'static str {
        match self {
            Self::LookAround => "RE2 does not support look-around",
            Self::Backreference => "RE2 does not support backreferences",
            Self::Flag => "RE2 only has the flags i, m, s and U",
            Self::Group => "this is not a valid group",
            Self::NothingToRepeat => "there is nothing to repeat before this",
            Self::RepeatedTwice => "RE2 does not repeat a repetition",
            Self::TooManyRepetitions => "RE2 repeats at most 1000 times",
            Self::BoundsReversed => "the lower bound is greater than the upper one",
            Self::UnclosedGroup => "this group is not closed",
            Self::UnopenedGroup => "this closes no group",
            Self::UnclosedClass => "this bracket is not closed",
            Self::ClassRange => "this is not a valid range of characters",
            Self::ClassName => "RE2 has no such class of characters",
            Self::Escape => "RE2 has no such escape",
            Self::TooDeep => "the groups are nested too deeply",
        }
    }
}

/// The mistake of a regular expression, if RE2 refuses it.
pub fn check(pattern: &str) -> Result<(), Refused> {
    Reader { pattern, at: 0 }.read()
}

struct Reader<'p> {
    pattern: &'p str,
    at: usize,
}

/// What stands before an operator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Something,
    Repetition,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    fn refuse<T>(&self, from: usize, length: usize, kind: Kind) -> Result<T, Refused> {
        let mut end = (from + length.max(1)).min(self.pattern.len());
        while !self.pattern.is_char_boundary(end) {
            end += 1;
        }
        Err(Refused { range: from..end, kind })
    }

    fn read(mut self) -> Result<(), Refused> {
        let mut groups: Vec<usize> = Vec::new();
        let mut before = Before::Nothing;
        while let Some(character) = self.rest().chars().next() {
            let from = self.at;
            match character {
                '(' => {
                    let is_flags = self.group()?;
                    if !is_flags {
                        groups.push(from);
                        before = Before::Nothing;
                    }
                    if groups.len() > MOST as usize {
                        return self.refuse(from, 1, Kind::TooDeep);
                    }
                }
                ')' => {
                    if groups.pop().is_none() {
                        return self.refuse(from, 1, Kind::UnopenedGroup);
                    }
                    self.at += 1;
                    before = Before::Something;
                }
                '|' => {
                    self.at += 1;
                    before = Before::Nothing;
                }
                '[' => {
                    self.class()?;
                    before = Before::Something;
                }
                '\\' => {
                    if self.rest().starts_with("\\Q") {
                        let inside = self.rest().get(2..).unwrap_or_default();
                        let length = inside.find("\\E");
                        let is_empty = length == Some(0) || inside.is_empty();
                        self.at = length.map_or(self.pattern.len(), |length| from + length + 4);
                        if !is_empty {
                            before = Before::Something;
                        }
                    } else {
                        self.escape(false)?;
                        before = Before::Something;
                    }
                }
                '*' | '+' | '?' => before = self.repetition(1, before)?,
                '{' => match self.bounds()? {
                    Some(length) => before = self.repetition(length, before)?,
                    None => {
                        self.at += 1;
                        before = Before::Something;
                    }
                },
                _ => {
                    self.at += character.len_utf8();
                    before = Before::Something;
                }
            }
        }
        match groups.last() {
            Some(open) => self.refuse(*open, 1, Kind::UnclosedGroup),
            None => Ok(()),
        }
    }

    /// An operator of so many bytes, with its `?`.
    fn repetition(&mut self, length: usize, before: Before) -> Result<Before, Refused> {
        let from = self.at;
        match before {
            Before::Nothing => return self.refuse(from, length, Kind::NothingToRepeat),
            Before::Repetition => return self.refuse(from, length, Kind::RepeatedTwice),
            Before::Something => {}
        }
        self.at += length;
        if self.rest().starts_with('?') {
            self.at += 1;
        }
        Ok(Before::Repetition)
    }

    /// The length of `{2}`, `{2,}` or `{2,3}`; anything else is text.
    fn bounds(&self) -> Result<Option<usize>, Refused> {
        let Some(length) = self.rest().find('}') else { return Ok(None) };
        let inside = self.rest().get(1..length).unwrap_or_default();
        let (least, most) = inside.split_once(',').map_or((inside, None), |(least, most)| (least, Some(most)));
        let digits = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && (text == "0" || !text.starts_with('0'))
        };
        if !digits(least) || most.is_some_and(|most| !most.is_empty() && !digits(most)) {
            return Ok(None);
        }
        let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
        let most = most.filter(|most| !most.is_empty()).map(number);
        if number(least) > MOST || most.is_some_and(|most| most > MOST) {
            return self.refuse(self.at, length + 1, Kind::TooManyRepetitions);
        }
        if most.is_some_and(|most| most < number(least)) {
            return self.refuse(self.at, length + 1, Kind::BoundsReversed);
        }
        Ok(Some(length + 1))
    }

    /// `(`, `(?:`, `(?i:`, `(?P<name>`; returns whether it only sets flags, as `(?i)`.
    fn group(&mut self) -> Result<bool, Refused> {
        let from = self.at;
        let Some(inside) = self.rest().strip_prefix("(?") else {
            self.at += 1;
            return Ok(false);
        };
        if inside.starts_with(['=', '!']) || inside.starts_with("<=") || inside.starts_with("<!") {
            return self.refuse(from, 3, Kind::LookAround);
        }
        if inside.starts_with("P=") {
            return self.refuse(from, 4, Kind::Backreference);
        }
        if let Some(name) = inside.strip_prefix("P<").or_else(|| inside.strip_prefix('<')) {
            let opening = inside.len() - name.len();
            let is_name =
                |name: &str| !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
            return match name.find('>').filter(|end| is_name(name.get(..*end).unwrap_or_default())) {
                Some(end) => {
                    self.at = from + 2 + opening + end + 1;
                    Ok(false)
                }
                None => self.refuse(from, 3, Kind::Group),
            };
        }
        let Some(end) = inside.find([':', ')']) else { return self.refuse(from, 1, Kind::UnclosedGroup) };
        let flags = inside.get(..end).unwrap_or_default();
        let (on, off) = flags.split_once('-').map_or((flags, None), |(on, off)| (on, Some(off)));
        let known = |flags: &str| flags.chars().all(|flag| matches!(flag, 'i' | 'm' | 's' | 'U'));
        let sets_flags = inside.as_bytes().get(end) == Some(&b')');
        if !known(on) || off.is_some_and(|off| off.is_empty() || !known(off)) || sets_flags && flags.is_empty() {
            return self.refuse(from, end + 3, Kind::Flag);
        }
        self.at = from + 2 + end + 1;
        Ok(sets_flags)
    }

    /// `[…]`: brackets and `&&` have no meaning inside.
    fn class(&mut self) -> Result<(), Refused> {
        let open = self.at;
        self.at += 1;
        if self.rest().starts_with('^') {
            self.at += 1;
        }
        let mut is_first = true;
        loop {
            let from = self.at;
            let Some(character) = self.rest().chars().next() else { return self.refuse(open, 1, Kind::UnclosedClass) };
            if character == ']' && !is_first {
                self.at += 1;
                return Ok(());
            }
            is_first = false;
            if self.rest().starts_with("[:")
                && let Some(end) = self.rest().find(":]")
            {
                let name = self.rest().get(2..end).unwrap_or_default().trim_start_matches('^');
                if !POSIX.contains(&name) {
                    return self.refuse(from, end + 2, Kind::ClassName);
                }
                self.at += end + 2;
                continue;
            }
            let low = self.member()?;
            let next = self.rest().get(1..).unwrap_or_default();
            if self.rest().starts_with('-') && !next.starts_with(']') && !next.is_empty() {
                let Some(low) = low else { continue };
                self.at += 1;
                let high = self.member()?;
                if high.is_none_or(|high| high < low) {
                    return self.refuse(from, self.at - from, Kind::ClassRange);
                }
            }
        }
    }

    /// A character of a class, or an escape that stands for several.
    fn member(&mut self) -> Result<Option<char>, Refused> {
        match self.rest().chars().next() {
            Some('\\') => self.escape(true),
            Some(character) => {
                self.at += character.len_utf8();
                Ok(Some(character))
            }
            None => self.refuse(self.at.saturating_sub(1), 1, Kind::UnclosedClass),
        }
    }

    /// An escape; returns its character if it stands for one.
    fn escape(&mut self, in_class: bool) -> Result<Option<char>, Refused> {
        let from = self.at;
        let mut characters = self.rest().chars().skip(1);
        let Some(code) = characters.next() else { return self.refuse(from, 1, Kind::Escape) };
        self.at += 1 + code.len_utf8();
        let digits = |text: &str| text.bytes().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
        match code {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => Ok(None),
            'A' | 'z' | 'b' | 'B' if !in_class => Ok(None),
            'a' => Ok(Some('\u{7}')),
            'f' => Ok(Some('\u{c}')),
            'n' => Ok(Some('\n')),
            'r' => Ok(Some('\r')),
            't' => Ok(Some('\t')),
            'v' => Ok(Some('\u{b}')),
            '1'..='7' if digits(self.rest()) == 0 => self.refuse(from, 2, Kind::Backreference),
            '8' | '9' => self.refuse(from, 2, Kind::Backreference),
            '0'..='7' => {
                let more = digits(self.rest());
                self.at += more;
                let value = self.pattern.get(from + 1..self.at).and_then(|text| u32::from_str_radix(text, 8).ok());
                Ok(value.and_then(char::from_u32))
            }
            'x' => self.hexadecimal(from),
            'p' | 'P' => self.property(from),
            _ if code.is_ascii_punctuation() || code == ' ' => Ok(Some(code)),
            _ => self.refuse(from, 1 + code.len_utf8(), Kind::Escape),
        }
    }

    fn hexadecimal(&mut self, from: usize) -> Result<Option<char>, Refused> {
        let (text, length) = match self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((text, _)) => (text, text.len() + 2),
            None => (self.rest().get(..2).unwrap_or_default(), 2),
        };
        match u32::from_str_radix(text, 16).ok().and_then(char::from_u32) {
            Some(character) if !text.starts_with('+') => {
                self.at += length;
                Ok(Some(character))
            }
            _ => self.refuse(from, 2, Kind::Escape),
        }
    }

    /// `\pL`, `\p{Greek}`.
    fn property(&mut self, from: usize) -> Result<Option<char>, Refused> {
        let rest = self.rest();
        let (name, length) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((name, _)) => (name, name.len() + 2),
            None => (rest.get(..1).unwrap_or_default(), 1),
        };
        let name = name.trim_start_matches('^');
        let is_known = match name.len() {
            1 => matches!(name, "C" | "L" | "M" | "N" | "P" | "S" | "Z"),
            _ => {
                name.starts_with(|first: char| first.is_ascii_uppercase())
                    && name.chars().all(|char| char.is_ascii_alphabetic() || char == '_')
            }
        };
        if !is_known {
            return self.refuse(from, 2 + length, Kind::ClassName);
        }
        self.at += length;
        Ok(None)
    }
}

/// The named classes in brackets.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Compared with Go's `regexp`.
    #[test]
    fn what_re2_accepts() {
        for pattern in [
            "5..",
            "a|",
            "(|a)*",
            "^*",
            "x{,2}",
            "x{",
            "{a}",
            "a{2}",
            "a{2,}?",
            "a{1000}",
            "\\Qa.b\\E",
            "\\Qa",
            "\\Q\\E",
            "[]a]",
            "[a-]",
            "[^]a]",
            "[\\d-z]",
            "[[:alpha:]_]",
            "[[:^digit:]]",
            "[a[b]",
            "a&&b",
            "[a&&b]",
            "\\x41",
            "\\x{10FFFF}",
            "\\12",
            "\\0",
            "\\pL",
            "\\p{Greek}",
            "\\P{^Lu}",
            "(?i)a",
            "(?i:a)",
            "(?i-s:a)",
            "(?P<n>a)",
            "(?<n>a)",
            "(?:a*)*",
            "a*?",
            "a??",
            "\\_",
            "\\/",
            "\\-",
            "\\z",
            "a}",
            "a]",
            "é+",
            "a(?i)*",
        ] {
            assert_eq!(check(pattern), Ok(()), "{pattern}");
        }
    }

    #[test]
    fn what_re2_refuses() {
        use Kind::*;
        for (pattern, kind, at) in [
            ("a{1001}", TooManyRepetitions, "{1001}"),
            ("(?x)a", Flag, "(?x)"),
            ("b**", RepeatedTwice, "*"),
            ("b*{2}", RepeatedTwice, "{2}"),
            ("b+?*", RepeatedTwice, "*"),
            ("[[:foo:]]", ClassName, "[:foo:]"),
            ("*a", NothingToRepeat, "*"),
            ("a|*", NothingToRepeat, "*"),
            ("(+)", NothingToRepeat, "+"),
            ("(?=a)", LookAround, "(?="),
            ("(?<!a)b", LookAround, "(?<"),
            ("(a)\\1", Backreference, "\\1"),
            ("(a", UnclosedGroup, "("),
            ("a)", UnopenedGroup, ")"),
            ("[a", UnclosedClass, "["),
            ("[z-a]", ClassRange, "z-a"),
            ("a{2,1}", BoundsReversed, "{2,1}"),
            ("\\Z", Escape, "\\Z"),
            ("\\u0041", Escape, "\\u"),
            ("\\é", Escape, "\\é"),
            ("a\\", Escape, "\\"),
            ("\\p{Script=Greek}", ClassName, "\\p{Script=Greek}"),
            ("(?P<n-m>a)", Group, "(?P"),
            ("(?)a", Flag, "(?)"),
        ] {
            let refused = check(pattern).unwrap_err();
            assert_eq!((refused.kind, &pattern[refused.range.clone()]), (kind, at), "{pattern}");
        }
        assert_eq!(check(&"(".repeat(5_000)).unwrap_err().kind, TooDeep);
    }
}
