//! In: the text of a valid policy. Out: the number of its comments, which a tree does not hold.

use super::kdl;
use super::yaml::{self, Yaml};
use crate::diagnostic::Diagnostics;
use crate::source::{Source, Syntax};

/// How many comments a policy has. In KDL, a part that `/-` hides is one.
pub fn count(source: &Source) -> usize {
    match source.syntax() {
        Syntax::Kdl => kdl::comments(source),
        Syntax::Yaml => in_yaml(source),
    }
}

fn in_yaml(source: &Source) -> usize {
    let mut scalars = Vec::new();
    for document in yaml::read(source, &mut Diagnostics::new()) {
        collect(&document, &mut scalars);
    }
    scalars.sort_unstable();
    let is_text = |at: usize| {
        let before = scalars.partition_point(|(start, _)| *start <= at);
        scalars[..before].last().is_some_and(|(_, end)| at < *end)
    };
    let (mut count, mut start) = (0, 0);
    for line in source.text.split_inclusive('\n') {
        let begins = |at: &usize| {
            line[..*at].chars().next_back().is_none_or(|before| matches!(before, ' ' | '\t')) && !is_text(start + at)
        };
        count += usize::from(line.match_indices('#').any(|(at, _)| begins(&at)));
        start += line.len();
    }
    count
}

/// The places of all scalars and keys.
fn collect(value: &Yaml, places: &mut Vec<(usize, usize)>) {
    for item in value.items() {
        collect(item, places);
    }
    for (key, inner) in value.entries() {
        places.push((key.span.start as usize, key.span.end as usize));
        collect(inner, places);
    }
    if value.items().is_empty() && value.entries().is_empty() {
        places.push((value.span.start as usize, value.span.end as usize));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_counted_and_text_is_not() {
        let kdl = "// one\nrelease \"a // no\" { /* two\nlines */ stage; /- stage weight=\"1%\" } // four\n";
        assert_eq!(count(&Source::new("a.canary.kdl", kdl)), 4);
        let yaml = "# one\na: 'b # no' # two\nc: |\n  # no\n  x\nd: a#no\n  # three\ne: {f: \"#no\"}\n";
        assert_eq!(count(&Source::new("a.canary.yaml", yaml)), 3);
        assert_eq!(count(&Source::new("a.canary.json", "{\"a\": \"# no\"}")), 0);
    }
}
