//! In: seed texts, tokens and a random generator. Out: similar texts, changed by bytes, tokens and lines.

use std::time::{Duration, Instant};

/// How long a failing text is shrunk.
const SHRINKING: Duration = Duration::from_secs(20);

/// A small random generator whose numbers depend only on its seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// Longer texts are cut, which keeps most executions short.
const LONGEST: usize = 4096;
/// How many mutated texts are kept for further mutation.
const KEPT: usize = 512;

pub struct Mutator {
    seeds: usize,
    pool: Vec<String>,
    tokens: &'static [&'static str],
    random: Random,
}

impl Mutator {
    pub fn new(seeds: Vec<String>, tokens: &'static [&'static str], random: Random) -> Self {
        Self { seeds: seeds.len(), pool: seeds, tokens, random }
    }

    pub fn next_text(&mut self) -> String {
        let random = &mut self.random;
        if random.below(8) == 0 {
            // Only tokens: short texts, which are valid more often. Sometimes one piece repeats.
            let count = random.below(24);
            let mut text: String = (0..count).map(|_| self.tokens[random.below(self.tokens.len())]).collect();
            if random.below(16) == 0 {
                text = text.repeat(1 + random.below(400));
            }
            return text;
        }
        let base = self.pool[random.below(self.pool.len())].clone();
        let mut bytes = base.into_bytes();
        for _ in 0..=random.below(6) {
            self.change(&mut bytes);
        }
        bytes.truncate(LONGEST);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if self.random.below(32) == 0 {
            if self.pool.len() < self.seeds + KEPT {
                self.pool.push(text.clone());
            } else {
                let at = self.seeds + self.random.below(KEPT);
                self.pool[at] = text.clone();
            }
        }
        text
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let random = &mut self.random;
        let at = random.below(bytes.len() + 1);
        let end = (at + 1 + random.below(12)).min(bytes.len());
        match random.below(10) {
            0 if at < bytes.len() => bytes[at] = (random.below(256)) as u8,
            1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            2 if at < end => drop(bytes.drain(at..end)),
            3 | 4 => {
                let token = self.tokens[random.below(self.tokens.len())];
                bytes.splice(at..at, token.bytes());
            }
            5 if at < end => {
                let token = self.tokens[random.below(self.tokens.len())];
                bytes.splice(at..end, token.bytes());
            }
            6 if at < end => {
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            7 => {
                let other = &self.pool[random.below(self.pool.len())];
                let from = random.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other.as_bytes()[from..]);
            }
            8 => {
                // Removes a line.
                let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
                let end =
                    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |newline| at + newline + 1);
                bytes.drain(start..end);
            }
            _ if at < bytes.len() => drop(bytes.remove(at)),
            _ => {}
        }
    }
}

/// A shorter text that still fails. Pieces are removed as long as it fails.
pub fn shrink(text: &str, fails: impl Fn(&str) -> bool) -> String {
    let mut text: Vec<char> = text.chars().collect();
    let mut piece = text.len() / 2;
    let begin = Instant::now();
    while piece > 0 && begin.elapsed() < SHRINKING {
        let mut at = 0;
        while at < text.len() && begin.elapsed() < SHRINKING {
            let mut shorter = text.clone();
            shorter.drain(at..(at + piece).min(text.len()));
            if fails(&shorter.iter().collect::<String>()) {
                text = shorter;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    text.into_iter().collect()
}
