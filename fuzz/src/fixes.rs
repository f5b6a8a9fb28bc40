//! The corrections of diagnostics on any policy. Each can be applied, changes the text, and is not suggested again for
//! the same mistake at the same place.

use canaryc::diagnostic::{Applicability, Diagnostic};
use canaryc::source::Source;

use super::policy;

/// What tells a mistake from another one: its code, its message and its place.
type Mistake = (String, String, u32);

fn mistake(diagnostic: &Diagnostic) -> Mistake {
    (diagnostic.code.to_string(), diagnostic.message.to_string(), diagnostic.span().map_or(0, |span| span.start))
}

/// Applies each certain correction of the policy by itself.
pub fn fixes(text: &str) -> Result<(), String> {
    let compilation = policy::compilation(text);
    // A damaged text has many readings: after one correction, the next mistake may look the same.
    if compilation.diagnostics.iter().any(|diagnostic| diagnostic.code.group().0 == "kdl") {
        return Ok(());
    }
    // Each correction compiles the policy again.
    for diagnostic in compilation.diagnostics.iter().take(8) {
        let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.applicability == Applicability::Certain) else {
            continue;
        };
        let source = diagnostic.span().and_then(|span| compilation.sources.get(span.source));
        let Some(source) = source.filter(|source| is_policy(source)) else { continue };
        let fixed = fix.apply(source).ok_or_else(|| format!("the fix of {} cannot be applied", diagnostic.code))?;
        if fixed == *source.text {
            return Err(format!("the fix of {} changes nothing", diagnostic.code));
        }
        let again = policy::compilation(&fixed);
        if again.diagnostics.iter().any(|other| mistake(other) == mistake(diagnostic)) {
            return Err(format!("{} is still there after its fix: {}", diagnostic.code, diagnostic.message));
        }
    }
    Ok(())
}

fn is_policy(source: &Source) -> bool {
    source.path.ends_with(policy::PATH)
}
