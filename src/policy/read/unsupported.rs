//! Features of the language that this version does not support yet. It refuses each by name, once, and never ignores
//! one.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::context::Context;
use crate::policy::reader::Reader;
use crate::source::Span;
use crate::syntax::tree::Text;
use crate::vocabulary::Word;

/// Words that are refused, and what works today. The reference marks them.
pub const WORDS: [(Word, &str); 6] = [
    (Word::Load, "remove it, and choose windows and limits for your traffic: a window must hold many requests"),
    (Word::Sticky, "use an `audience` with a header or cookie that your application sets"),
    (Word::Experiment, "use a `gate` whose window is covered by the pause of the stage"),
    (Word::Publish, "remove it; every release then has its own template"),
    (Word::Guardrail, "exclude this release from it, and review its rules manually"),
    (Word::Waiver, "remove it: guardrails are not supported yet, so there is nothing to waive"),
];

/// What works today instead of a word that is refused.
fn today(word: Word) -> &'static str {
    WORDS.iter().find(|(refused, _)| *refused == word).map_or("remove it", |(_, today)| today)
}

/// Reports an unsupported feature, and what works today.
pub fn refuse(cx: &mut Context<'_>, span: Span, what: impl std::fmt::Display, today: &str) {
    cx.report(
        Diagnostic::new(Code::SupportNotYet, span, format!("{what} is not supported yet"))
            .label("not supported yet")
            .why("The language defines it, but this version of canaryc cannot write manifests for it. If canaryc left it out silently, the release would differ from the policy.")
            .help(today.to_owned()),
    );
}

/// Refuses unsupported features of the release outside its router.
pub fn refuse_all(cx: &mut Context<'_>, release: Reader<'_>) {
    if release.block.property(Word::Strategy).is_some_and(|value| value.as_str() == Some("blue-green")) {
        refuse(
            cx,
            release.span_of(Word::Strategy),
            "`strategy=\"blue-green\"`",
            "use `strategy=\"canary\"`, the default",
        );
    }
    if let Some(load) = release.child(Word::Load) {
        refuse(cx, load.block.keyword, "`load`", today(Word::Load));
    }
    if let Some(sticky) = release.child(Word::Sticky) {
        refuse(cx, sticky.block.keyword, "`sticky`", today(Word::Sticky));
    }
    for stage in release.all(Word::Stage) {
        if let Some(experiment) = stage.child(Word::Experiment) {
            refuse(cx, experiment.block.keyword, "`experiment`", today(Word::Experiment));
        }
    }
    for check in release.block.children.iter().filter(|child| matches!(child.word(), Word::Slo | Word::Check)) {
        let check = Reader::new(check);
        if let Some(param) = check.child(Word::Param) {
            refuse(
                cx,
                param.head(),
                "a parameter of a shared check",
                "write the value; a `metric` can have parameters, which each check that uses it fills in",
            );
        }
        if check.has(Word::Publish) {
            refuse(cx, check.span_of(Word::Publish), "`publish=`", today(Word::Publish));
        }
    }
    refuse_guardrails(cx, release);
}

/// Guardrails that apply to this release, and its waivers.
fn refuse_guardrails(cx: &mut Context<'_>, release: Reader<'_>) {
    let namespace = release.block.property(Word::Namespace).and_then(|value| value.as_str()).map(Text::from);
    let environment = cx.resolved.environment.clone();
    let resolved = cx.resolved;
    for guardrail in &resolved.guardrails {
        let says = |word| guardrail.property(word).and_then(|value: &crate::model::Value| value.as_str());
        let here = says(Word::Environment).is_none_or(|wanted| environment.as_deref() == Some(wanted));
        // A release without a namespace matches no namespace of a guardrail.
        let inside =
            says(Word::Namespace).is_none_or(|pattern| glob(pattern, namespace.as_deref().unwrap_or_default()));
        if here && inside {
            let guardrail = Reader::new(guardrail);
            refuse(
                cx,
                guardrail.head(),
                format!(
                    "`guardrail \"{}\"`, which applies to this release,",
                    guardrail.block.name().unwrap_or_default()
                ),
                today(Word::Guardrail),
            );
        }
    }
    for waiver in release.all(Word::Waiver) {
        refuse(cx, waiver.head(), "`waiver`", today(Word::Waiver));
    }
}

/// Whether `text` matches `pattern`, in which `*` stands for any text and `?` for one character.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut star, mut seen) = (0, None, 0);
    let mut index = 0;
    while index < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some(at);
                seen = index;
                at += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == text[index] => {
                at += 1;
                index += 1;
            }
            _ => match star {
                Some(star) => {
                    at = star + 1;
                    seen += 1;
                    index = seen;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&rest| rest == '*')
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs_match_whole_names() {
        for (pattern, text, fits) in [
            ("shop", "shop", true),
            ("shop", "shops", false),
            ("shop-*", "shop-eu", true),
            ("*-eu", "shop-eu-eu", true),
            ("s?op", "shop", true),
            ("*", "", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b", "axxc", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }
}
