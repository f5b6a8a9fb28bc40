//! In: an unknown word, and the known words. Out: the word that was probably meant. A wrong guess is worse than none,
//! so only a clear match is suggested.

use std::cmp::Reverse;

/// A longer word is not a typing error. This also bounds the work.
const LONGEST: usize = 80;

/// How a known word is similar to the one written, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// The same except for case, hyphens, underscores and camelCase.
    Spelling,
    /// The same except for a plural.
    Plural,
    /// The same parts in another order, or with an extra unit or verb: `min-ready-seconds` for `min-ready`.
    Parts,
    /// This many letters added, missing, changed or swapped.
    Letters(usize),
    /// Its beginning: `repl` for `replicas`. Only when no other known word begins with it.
    Beginning,
}

/// The known word that `word` was probably meant to be. Equal guesses are ordered alphabetically.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let word = Folded::new(word);
    let mut ranked: Vec<_> = known
        .into_iter()
        .filter_map(|candidate| {
            let folded = Folded::new(candidate);
            let likeness = likeness(&word, &folded)?;
            Some(((likeness, Reverse(common_start(&word.letters, &folded.letters)), candidate), candidate))
        })
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    match ranked.as_slice() {
        [((Likeness::Beginning, ..), _), ((Likeness::Beginning, ..), _), ..] => None,
        [(_, candidate), ..] => Some(candidate),
        [] => None,
    }
}

/// "did you mean `…`?", for a label.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// The words as prose: "`a`", "`a` or `b`", "`a`, `b` or `c`". Empty for none.
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    joined(words, "or")
}

/// The words as prose: "`a`", "`a` and `b`", "`a`, `b` and `c`". Empty for none.
pub fn all_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    joined(words, "and")
}

fn joined<'a>(words: impl IntoIterator<Item = &'a str>, last_with: &str) -> String {
    let mut words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} {last_with} {last}", words.join(", ")),
        None => String::new(),
    }
}

/// A word in kebab-case and without its hyphens.
struct Folded {
    kebab: String,
    letters: String,
}

impl Folded {
    fn new(word: &str) -> Self {
        let kebab = kebab_case(word);
        let letters = kebab.replace('-', "");
        Self { kebab, letters }
    }

    fn parts(&self) -> Vec<&str> {
        self.kebab.split('-').filter(|part| !part.is_empty()).collect()
    }
}

/// `setWeight`, `set_weight`, `Set Weight` → `set-weight`; `HTTPRoute` → `http-route`.
pub fn kebab_case(word: &str) -> String {
    let characters: Vec<char> = word.chars().collect();
    let mut kebab = String::with_capacity(word.len() + 4);
    for (position, &character) in characters.iter().enumerate() {
        if matches!(character, '-' | '_' | ' ' | '.') {
            if !kebab.ends_with('-') {
                kebab.push('-');
            }
            continue;
        }
        let before = position.checked_sub(1).and_then(|before| characters.get(before));
        let after = characters.get(position + 1);
        let starts_part = character.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
                || before.is_some_and(|before| before.is_uppercase())
                    && after.is_some_and(|after| after.is_lowercase()));
        if starts_part && !kebab.ends_with('-') {
            kebab.push('-');
        }
        kebab.extend(character.to_lowercase());
    }
    kebab.trim_matches('-').to_owned()
}

fn likeness(word: &Folded, known: &Folded) -> Option<Likeness> {
    if known.letters.is_empty() || word.letters.is_empty() {
        return None;
    }
    if word.letters == known.letters {
        return Some(Likeness::Spelling);
    }
    if singular(&word.kebab) == singular(&known.kebab) {
        return Some(Likeness::Plural);
    }
    // A different number is a different thing, never a typing error: `60%` is not `50%`. A missing number may be one:
    // `oauth`.
    let digits = |folded: &Folded| folded.letters.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = digits(word);
    if !number.is_empty() && number != digits(known) {
        return None;
    }
    if same_parts(word, known) {
        return Some(Likeness::Parts);
    }
    if let Some(distance) = letters_apart(&word.letters, &known.letters) {
        return Some(Likeness::Letters(distance));
    }
    let is_beginning = word.letters.len() >= 3 && known.letters.starts_with(&word.letters);
    is_beginning.then_some(Likeness::Beginning)
}

fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 3 && !stem.ends_with(['s', 'u']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

fn same_parts(word: &Folded, known: &Folded) -> bool {
    let (mut word, mut known) = (word.parts(), known.parts());
    // A unit at the end, as in Kubernetes names, or a verb at the start: this language omits both.
    if word.len() > 1
        && matches!(word.last(), Some(&("seconds" | "second" | "minutes" | "ms" | "percent" | "percentage")))
    {
        word.pop();
    }
    if word.len() > 1
        && matches!(word.first(), Some(&("set" | "is" | "has" | "enable" | "use")))
        && known.first() != word.first()
    {
        word.remove(0);
    }
    word.sort_unstable();
    known.sort_unstable();
    word == known
}

/// The Damerau-Levenshtein distance, if it is small for words of this length.
fn letters_apart(word: &str, known: &str) -> Option<usize> {
    let (short, long) = {
        let (word, known) = (word.chars().count(), known.chars().count());
        (word.min(known), word.max(known))
    };
    let allowed = match short {
        0..=1 => return None,
        2..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    if long - short > allowed || long < 3 {
        return None;
    }
    let distance = strsim::osa_distance(word, known);
    // When several letters are wrong, the rest must match: people recognise a word by its beginning.
    let recognisable = distance == 1 || word.chars().next() == known.chars().next();
    (distance <= allowed && recognisable).then_some(distance)
}

fn common_start(left: &str, right: &str) -> usize {
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: &[&str] =
        &["weight", "to", "by", "audience", "pause", "promote", "replicas", "after", "before", "gate", "mirror"];
    const ROLLOUT: &[&str] = &[
        "min-ready",
        "progress-deadline",
        "progress-deadline-abort",
        "max-surge",
        "max-unavailable",
        "scale-down-delay",
        "abort-scale-down-delay",
        "dynamic-stable-scale",
    ];

    fn pick(word: &str, known: &[&'static str]) -> Option<&'static str> {
        nearest(word, known.iter().copied())
    }

    #[test]
    fn typos_are_recognised() {
        for (word, meant) in [
            ("puase", "pause"),
            ("pauze", "pause"),
            ("wieght", "weight"),
            ("wheight", "weight"),
            ("replica", "replicas"),
            ("promot", "promote"),
            ("audiance", "audience"),
            ("adience", "audience"),
            ("bye", "by"),
        ] {
            assert_eq!(pick(word, STAGE), Some(meant), "{word}");
        }
        assert_eq!(pick("mim", &["min", "max"]), Some("min"));
        assert_eq!(pick("prd", &["dev", "prod"]), Some("prod"));
        assert_eq!(pick("gateway-apl", &["gateway-api", "istio"]), Some("gateway-api"));
    }

    #[test]
    fn case_hyphens_and_units_do_not_matter() {
        for (word, meant) in [
            ("maxSurge", "max-surge"),
            ("max_surge", "max-surge"),
            ("MAXSURGE", "max-surge"),
            ("minReadySeconds", "min-ready"),
            ("progressDeadlineSeconds", "progress-deadline"),
            ("progressDeadlineAbort", "progress-deadline-abort"),
            ("scaleDownDelaySeconds", "scale-down-delay"),
            ("surge-max", "max-surge"),
        ] {
            assert_eq!(pick(word, ROLLOUT), Some(meant), "{word}");
        }
        assert_eq!(pick("setWeight", STAGE), Some("weight"));
        assert_eq!(kebab_case("HTTPRoute"), "http-route");
        assert_eq!(kebab_case("__a__b"), "a-b");
    }

    #[test]
    fn plurals_and_beginnings_are_recognised() {
        assert_eq!(pick("headers", &["header", "host"]), Some("header"));
        assert_eq!(pick("queries", &["query", "job"]), Some("query"));
        assert_eq!(pick("repl", STAGE), Some("replicas"));
        assert_eq!(pick("max", ROLLOUT), None, "two known words begin so");
        assert_eq!(pick("progress", ROLLOUT), None, "two known words begin so");
    }

    #[test]
    fn nonsense_is_never_proposed() {
        for word in
            ["", "x", "zz", "kubernetes", "weather", "canary", "🦀", "a-very-long-word-that-is-nothing", "-", "on"]
        {
            assert_eq!(pick(word, STAGE), None, "{word}");
        }
        assert_eq!(pick("60%", &["50%", "5%"]), None, "another number is another thing");
        assert_eq!(pick("p95", &["p99"]), None);
        assert_eq!(pick("25", &["25%", "50%"]), Some("25%"));
        assert_eq!(pick(&"w".repeat(100_000), STAGE), None);
    }

    #[test]
    fn ties_do_not_depend_on_the_order_of_the_known_words() {
        assert_eq!(pick("bast", &["last", "east"]), Some("east"));
        assert_eq!(pick("bast", &["east", "last"]), Some("east"));
        assert_eq!(pick("rout", &["route", "router"]), Some("route"));
    }

    #[test]
    fn words_are_listed_as_prose() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(one_of([]), "");
    }
}
