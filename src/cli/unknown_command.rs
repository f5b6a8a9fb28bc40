//! In: the error of an unknown command. Out: the same error, with the command that was probably meant.

use clap::error::{ContextKind, ContextValue};

use crate::diagnostic::suggest;

/// What other tools call our commands.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("compile", "build"),
    ("generate", "build"),
    ("render", "build"),
    ("template", "build"),
    ("lint", "check"),
    ("test", "check"),
    ("validate", "check"),
    ("verify", "check"),
    ("vet", "check"),
    ("describe", "show"),
    ("plan", "show"),
    ("preview", "show"),
    ("format", "fmt"),
    ("blame", "why"),
    ("import", "convert"),
    ("translate", "convert"),
    ("ast", "parse"),
    ("doc", "explain"),
    ("docs", "explain"),
    ("completion", "completions"),
    ("deploy", "apply"),
    ("cancel", "abort"),
    ("status", "get"),
    ("list", "get"),
    ("ls", "get"),
    ("watch", "track"),
    ("rollback", "undo"),
];

/// Replaces the suggestion of clap, which compares letters with less care.
pub fn suggest(error: &mut clap::Error, command: &clap::Command) {
    let Some(ContextValue::String(written)) = error.get(ContextKind::InvalidSubcommand) else { return };
    let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let other = OTHER_NAMES.iter().find(|(name, _)| name == written).map(|(_, meant)| *meant);
    let meant = other.filter(|meant| known.contains(meant)).or_else(|| suggest::nearest(written, known));
    let meant = meant.map(|meant| ContextValue::Strings(vec![meant.to_owned()]));
    error.remove(ContextKind::SuggestedSubcommand);
    if let Some(meant) = meant {
        error.insert(ContextKind::SuggestedSubcommand, meant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str) -> String {
        let command = super::super::command();
        let mut error = command.clone().try_get_matches_from(["canaryc", name]).unwrap_err();
        suggest(&mut error, &command);
        error.to_string()
    }

    #[test]
    fn the_command_that_is_meant_is_the_only_suggestion() {
        for (written, meant) in [("chek", "check"), ("compile", "build"), ("lint", "check"), ("format", "fmt")] {
            let tip = format!("tip: a similar subcommand exists: '{meant}'\n");
            assert!(said(written).contains(&tip), "{written}: {}", said(written));
        }
        assert!(!said("xyz").contains("tip:"), "{}", said("xyz"));
    }

    #[test]
    fn other_names_are_of_commands() {
        for (name, meant) in OTHER_NAMES {
            assert!(super::super::command().find_subcommand(name).is_none(), "{name}");
            let runtime = super::super::RUNTIME_COMMANDS.contains(meant);
            assert!(runtime || super::super::command().find_subcommand(meant).is_some(), "{meant}");
        }
    }
}
