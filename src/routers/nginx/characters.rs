//! In: the matcher of a pinned audience. Out: a diagnostic about a character that the NGINX controller does not accept
//! in an annotation.

use crate::diagnostic::{Code, Diagnostic};
use crate::policy::audience::{HeaderMatcher, ValueMatch};
use crate::policy::context::Context;
use crate::source::Span;

/// What an annotation contains.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Header,
    Cookie,
    Value,
    Prefix,
    Expression,
}

impl Content {
    fn noun(self) -> &'static str {
        match self {
            Self::Header => "the name of a header",
            Self::Cookie => "the name of a cookie",
            Self::Value => "the value of a header",
            Self::Prefix => "the prefix of a header value",
            Self::Expression => "an expression for a header",
        }
    }

    fn accepts(self, character: char) -> bool {
        let is_plain = character.is_ascii_alphanumeric() || "-._~/:".contains(character);
        is_plain
            || match self {
                Self::Header | Self::Cookie | Self::Value => character == ' ',
                // The expression of a prefix escapes with a backslash, which is one of these characters.
                Self::Prefix | Self::Expression => "^$[](){}*+?|&=\\".contains(character),
            }
    }

    fn help(self, refused: char) -> &'static str {
        match self {
            Self::Header | Self::Cookie => "use another name, or the router `gateway-api`",
            Self::Value => "use a value of letters, digits and `-._~/:`, or the router `gateway-api`",
            Self::Expression if refused == ',' => {
                "write `aa?` for `a{1,2}`, and `.` for a comma, or use the router `gateway-api`"
            }
            Self::Expression => "write `.` for this character, or use the router `gateway-api`",
            Self::Prefix => {
                "write `regex=` with `.` for this character and `.*` at the end, or use the router `gateway-api`"
            }
        }
    }
}

/// Reports the characters that the controller does not accept.
pub(super) fn judge(cx: &mut Context<'_>, matcher: &HeaderMatcher) {
    if let Some(cookie) = &matcher.cookie {
        report(cx, Content::Cookie, &cookie.name.value, cookie.name.span());
        return;
    }
    report(cx, Content::Header, &matcher.name.value, matcher.name.span());
    let (content, text) = match &matcher.value.value {
        ValueMatch::Exact(text) => (Content::Value, text),
        ValueMatch::Prefix(text) => (Content::Prefix, text),
        ValueMatch::Regex(text) => (Content::Expression, text),
    };
    report(cx, content, text, matcher.value.span());
}

fn report(cx: &mut Context<'_>, content: Content, text: &str, span: Span) {
    let Some(refused) = text.chars().find(|character| !content.accepts(*character)) else { return };
    let shown = match refused {
        ' ' => "a space".to_owned(),
        _ => format!("`{}`", refused.escape_debug()),
    };
    let message = format!("the NGINX Ingress controller does not accept {shown} in {}", content.noun());
    cx.report(
        Diagnostic::new(Code::RouterCannot, span, message)
            .label(format!("contains {shown}"))
            .why("The controller ignores an annotation with this character, so these requests would not reach the canary.")
            .help(content.help(refused)),
    );
}
