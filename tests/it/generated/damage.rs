//! Damage to a text, like that from people and editors. In: a text and a seed. Out: another text, which is usually not
//! a policy any more.

use crate::support::generate::Random;

/// Damage: some bytes of a text deleted, doubled, exchanged or replaced by what people mistype.
pub fn damaged(text: &str, seed: u64) -> String {
    let random = &mut Random::new(seed);
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(characters.len());
        match random.below(6) {
            0 => drop(characters.remove(at)),
            1 => characters.insert(at, characters[at]),
            2 => {
                let other = random.below(characters.len());
                characters.swap(at, other);
            }
            3 => {
                let typed = random.pick(&[
                    "{", "}", "\"", "=", "\n", " ", "#", "/-", "{{", "\\", "%", "0", "é", "\t", "\u{feff}", "-",
                ]);
                characters.splice(at..at, typed.chars());
            }
            4 => {
                let end = (at + random.below(40)).min(characters.len());
                characters.drain(at..end);
            }
            _ => {
                let end = (at + random.below(40)).min(characters.len());
                let part: Vec<char> = characters[at..end].to_vec();
                let to = random.below(characters.len());
                characters.splice(to..to, part);
            }
        }
        if characters.is_empty() {
            break;
        }
    }
    characters.into_iter().collect()
}
