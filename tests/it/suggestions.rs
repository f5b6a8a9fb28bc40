//! How well the suggestions work: typing errors in each word of the language, compared with the words of the same
//! place.

use canaryc::diagnostic::suggest;
use canaryc::internals::vocabulary::every_node;

/// The words that compete at each place: the children of a node, and its properties.
fn places() -> Vec<Vec<&'static str>> {
    let lists = every_node().into_iter().flat_map(|visit| {
        let children = visit.node.children.iter().map(|child| child.node.word.as_str()).collect();
        let properties = visit.node.properties.iter().map(|property| property.word.as_str()).collect();
        [children, properties]
    });
    lists.filter(|list: &Vec<_>| !list.is_empty()).collect()
}

/// Each letter omitted, doubled, swapped with the next, or replaced.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut slips = Vec::new();
    for at in 0..letters.len() {
        let mut missing = letters.clone();
        missing.remove(at);
        let mut doubled = letters.clone();
        doubled.insert(at, letters[at]);
        let mut replaced = letters.clone();
        replaced[at] = if letters[at] == 'x' { 'q' } else { 'x' };
        let mut swapped = letters.clone();
        if at + 1 < letters.len() {
            swapped.swap(at, at + 1);
        }
        slips.extend([missing, doubled, replaced, swapped].map(String::from_iter));
    }
    // A different number is a different thing.
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).collect::<String>();
    slips.retain(|slip| slip != word && (digits(slip).is_empty() || digits(slip) == digits(word)));
    slips
}

#[test]
fn a_typo_in_a_word_of_four_letters_or_more_suggests_the_word() {
    let (mut all, mut missed, mut other) = (0, Vec::new(), Vec::new());
    for known in places() {
        for &word in known.iter().filter(|word| word.len() >= 4) {
            for slip in slips(word).into_iter().filter(|slip| !known.contains(&slip.as_str())) {
                all += 1;
                match suggest::nearest(&slip, known.iter().copied()) {
                    // `routr` is as similar to `route` as to `router`.
                    Some(meant) if strsim::osa_distance(&slip, meant) <= strsim::osa_distance(&slip, word) => {}
                    Some(meant) => other.push(format!("{slip}: {meant}, not {word}")),
                    None => missed.push(format!("{slip}: {word}")),
                }
            }
        }
    }
    assert!(all > 5000, "only {all} slips");
    assert!(missed.is_empty(), "{} of {all}: {missed:?}", missed.len());
    assert!(other.is_empty(), "{} of {all}: {other:?}", other.len());
}

#[test]
fn every_word_in_camel_case_or_snake_case_names_that_word() {
    for known in places() {
        for word in &known {
            let parts: Vec<_> = word.split('-').collect();
            let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
            let camel =
                parts[..1].iter().map(|part| (*part).to_owned()).chain(parts[1..].iter().map(|part| capital(part)));
            for written in [camel.collect::<String>(), parts.join("_"), word.to_uppercase()] {
                assert_eq!(suggest::nearest(&written, known.iter().copied()), Some(*word), "{written}");
            }
        }
    }
}

#[test]
fn a_word_of_another_place_is_rarely_mistaken() {
    let places = places();
    let mut wrong = Vec::new();
    for known in &places {
        for word in places.iter().flatten().filter(|word| !known.contains(word)) {
            if let Some(meant) = suggest::nearest(word, known.iter().copied()) {
                wrong.push(format!("{word}: {meant}"));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    insta::assert_snapshot!(wrong.join("\n"));
}
