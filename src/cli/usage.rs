//! In: a command line that clap refuses. Out: a diagnostic, for programs that read the messages.

use crate::diagnostic::{Code, Diagnostic};

/// The message of clap, and its tip or the usage as help.
pub fn diagnostic(error: &clap::Error) -> Diagnostic {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    let help = paragraphs.find_map(|paragraph| {
        let tip = paragraph.strip_prefix("tip: ").map(str::to_owned);
        tip.or_else(|| paragraph.strip_prefix("Usage: ").map(|usage| format!("usage: `{usage}`")))
    });
    Diagnostic::without_place(Code::CommandUsage, message).maybe_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_and_the_tip_of_a_refused_command_line() {
        let of = |arguments: &[&str]| {
            let error = crate::cli::command().try_get_matches_from(arguments).unwrap_err();
            let diagnostic = diagnostic(&error);
            (diagnostic.message, diagnostic.help.map(String::from).unwrap_or_default())
        };
        let (message, help) = of(&["canaryc", "check", ""]);
        assert!(message.starts_with("a value is required for '[PATH]...'"), "{message}");
        assert_eq!(help, "");
        let (message, help) = of(&["canaryc", "show"]);
        assert_eq!(message, "the following required arguments were not provided: <FILE>");
        assert_eq!(help, "usage: `canaryc show <FILE>`");
        let (message, help) = of(&["canaryc", "check", "--denywarnings"]);
        assert_eq!(message, "unexpected argument '--denywarnings' found");
        assert!(help.contains("--deny-warnings"), "{help}");
    }
}
