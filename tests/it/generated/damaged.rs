//! Claim: however the text of a policy is damaged, it compiles or has diagnostics in places that exist. In: the
//! policies of `tests/language` and seeds. Out: assertions; a failure names its seed.

use canaryc::diagnostic::text;
use canaryc::disk::Disk;
use canaryc::source::Source;

use super::damage;
use crate::support::corpus::{policies, source};

#[test]
fn damaged_policies_never_panic_and_are_answered() {
    let mut refused = 0;
    for path in policies() {
        let whole = std::fs::read_to_string(&path).unwrap();
        for seed in 0..12 {
            let damaged = damage::damaged(&whole, seed);
            let outcome = source(Source::new(&path, damaged.as_str()), &Disk::default(), None);
            let compiled = outcome.compilation.policies.iter().any(|policy| policy.compiled.is_some());
            let errors = outcome.compilation.diagnostics.has_errors();
            let releases = outcome.compilation.policies.len();
            assert!(errors != compiled || releases == 0, "{} seed {seed}", path.display());
            refused += usize::from(errors);
            for diagnostic in outcome.compilation.diagnostics.iter() {
                for span in diagnostic.spans() {
                    let source = outcome.compilation.sources.get(span.source);
                    let source = source.unwrap_or_else(|| panic!("{} seed {seed}: no source", path.display()));
                    let range = span.start as usize..span.end as usize;
                    assert!(source.text.get(range).is_some(), "{} seed {seed}: {diagnostic:?}", path.display());
                }
            }
            drop(text::plain(&outcome.report()));
        }
    }
    assert!(refused > 200, "only {refused} were refused: the damage is too small");
}
