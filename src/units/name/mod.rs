//! In: a name for something in Kubernetes. Out: whether the API server accepts it; if not, which character or length is
//! wrong, and the nearest name that it accepts.

mod error;
mod rules;

pub use error::{NameError, NameProblem};
pub use rules::NameKind;

use std::fmt;
use std::sync::Arc;

/// The longest DNS label, and so the longest name of most objects.
pub const LABEL_LENGTH: usize = 63;

/// A DNS-1123 label: the name of a release, a stage, an audience or a check.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// Checks a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        NameKind::Dns1123Label.check(text).map(|()| Self(text.into()))
    }

    /// Checks a name that is already shared.
    pub fn of(text: &Arc<str>) -> Result<Self, NameError> {
        NameKind::Dns1123Label.check(text).map(|()| Self(Arc::clone(text)))
    }

    /// The valid name nearest to a text: `25%` is `25`, `EU West` is `eu-west`. `None` when no character of it can
    /// stay.
    pub fn nearest(text: &str) -> Option<Self> {
        let label = rules::nearest_label(text);
        (!label.is_empty()).then(|| Self(label.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, shared.
    pub fn into_text(self) -> Arc<str> {
        self.0
    }

    /// The name with a suffix such as `-canary`, if there is room for it.
    pub fn with_suffix(&self, suffix: &str) -> Result<Self, NameError> {
        let text = [self.as_str(), suffix].concat();
        if text.len() > LABEL_LENGTH {
            let room = LABEL_LENGTH.saturating_sub(suffix.len());
            let problem = NameProblem::NoRoomForSuffix { suffix: suffix.to_owned(), room, length: self.0.len() };
            return Err(NameError { kind: NameKind::Dns1123Label, problem, range: room..self.0.len(), instead: None });
        }
        Self::parse(&text)
    }

    /// `<self>-<part>`, after the part is converted to a label: release `checkout` and stage `25%` are `checkout-25`.
    pub fn join(&self, part: &str) -> Result<Self, NameError> {
        let part = rules::nearest_label(part);
        if part.is_empty() { Ok(self.clone()) } else { self.with_suffix(&format!("-{part}")) }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A DNS-1123 subdomain: the name of a route or an Ingress, which may contain dots.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName(Arc<str>);

impl ObjectName {
    /// Checks a name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        NameKind::Dns1123Subdomain.check(text).map(|()| Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, shared.
    pub fn into_text(self) -> Arc<str> {
        self.0
    }
}

impl From<Name> for ObjectName {
    fn from(name: Name) -> Self {
        Self(name.into_text())
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: NameKind, text: &str) -> NameError {
        let error = kind.check(text).unwrap_err();
        if let Some(instead) = &error.instead {
            kind.check(instead).unwrap();
        }
        error
    }

    #[test]
    fn a_label_says_which_character_is_wrong() {
        let error = |text: &str| {
            let error = error(NameKind::Dns1123Label, text);
            (error.problem, error.range, error.instead)
        };
        assert_eq!(error("Checkout"), (NameProblem::UpperCase('C'), 0..1, Some("checkout".into())));
        assert_eq!(error("my_app"), (NameProblem::Character('_'), 2..3, Some("my-app".into())));
        assert_eq!(error("-a"), (NameProblem::Start('-'), 0..1, Some("a".into())));
        assert_eq!(error("a-"), (NameProblem::End('-'), 1..2, Some("a".into())));
        assert_eq!(error("über"), (NameProblem::Character('ü'), 0..2, Some("ber".into())));
        assert_eq!(error(""), (NameProblem::Empty, 0..0, None));
        assert_eq!(error(&"a".repeat(64)), (NameProblem::TooLong { length: 64, most: 63 }, 63..64, None));
        NameKind::Dns1123Label.check(&"a".repeat(63)).unwrap();
        NameKind::Dns1123Label.check("9a").unwrap();
    }

    #[test]
    fn a_service_name_starts_with_a_letter() {
        assert_eq!(error(NameKind::Dns1035Label, "9a").problem, NameProblem::Start('9'));
        NameKind::Dns1035Label.check("a9").unwrap();
    }

    #[test]
    fn hosts_may_start_with_a_wildcard() {
        NameKind::Host.check("*.example.com").unwrap();
        NameKind::Host.check("shop.example.com").unwrap();
        assert_eq!(error(NameKind::Host, "https://shop.example.com/x").instead.as_deref(), Some("shop.example.com"));
        assert_eq!(error(NameKind::Host, "shop.example.com:8080").instead.as_deref(), Some("shop.example.com"));
        assert_eq!(error(NameKind::Host, "Shop.example.com").instead.as_deref(), Some("shop.example.com"));
        assert_eq!(error(NameKind::Host, "a.*.com").problem, NameProblem::Character('*'));
        assert_eq!(error(NameKind::Host, "a..com").problem, NameProblem::EmptyPart);
        assert_eq!(error(NameKind::Host, "10.0.0.1").problem, NameProblem::IpAddress);
        assert_eq!(error(NameKind::Host, "*").problem, NameProblem::BareWildcard);
        assert_eq!(error(NameKind::Host, "a.com.").problem, NameProblem::End('.'));
    }

    #[test]
    fn keys_and_values_of_labels() {
        NameKind::LabelKey.check("app.kubernetes.io/name").unwrap();
        NameKind::LabelKey.check("App_Name").unwrap();
        NameKind::AnnotationKey.check("Example.com/Key").unwrap();
        NameKind::LabelValue.check("").unwrap();
        NameKind::LabelValue.check("v1.2_3").unwrap();
        assert_eq!(error(NameKind::LabelKey, "/name").problem, NameProblem::EmptyPart);
        assert_eq!(error(NameKind::LabelKey, "a/b/c").problem, NameProblem::Character('/'));
        assert_eq!(error(NameKind::LabelKey, "Example.com/key").problem, NameProblem::UpperCase('E'));
        assert_eq!(error(NameKind::LabelKey, &format!("a/{}", "b".repeat(64))).range, 65..66);
        assert_eq!(error(NameKind::LabelValue, "two words").instead.as_deref(), Some("two-words"));
        assert_eq!(error(NameKind::LabelValue, &"v".repeat(64)).problem, NameProblem::TooLong { length: 64, most: 63 });
    }

    #[test]
    fn variables_and_ports() {
        NameKind::EnvironmentVariable.check("LOG_LEVEL").unwrap();
        assert_eq!(error(NameKind::EnvironmentVariable, "2FAST").problem, NameProblem::Start('2'));
        assert_eq!(error(NameKind::EnvironmentVariable, "A=B").problem, NameProblem::Character('='));
        NameKind::PortName.check("http-2").unwrap();
        assert_eq!(error(NameKind::PortName, "8080").problem, NameProblem::NoLetter);
        assert_eq!(error(NameKind::PortName, "a--b").problem, NameProblem::DoubleHyphen);
        assert_eq!(error(NameKind::PortName, "a--b").range, 1..3);
        assert_eq!(error(NameKind::PortName, &"p".repeat(16)).problem, NameProblem::TooLong { length: 16, most: 15 });
    }

    #[test]
    fn suffixes_need_room() {
        let name = Name::parse(&"a".repeat(60)).unwrap();
        let error = name.with_suffix("-canary").unwrap_err();
        let problem = NameProblem::NoRoomForSuffix { suffix: "-canary".into(), room: 56, length: 60 };
        assert_eq!((error.problem, error.range), (problem, 56..60));
        let checkout = Name::parse("checkout").unwrap();
        assert_eq!(checkout.with_suffix("-canary").unwrap().as_str(), "checkout-canary");
        assert_eq!(checkout.join("25%").unwrap().as_str(), "checkout-25");
        assert_eq!(checkout.join("2.5%").unwrap().as_str(), "checkout-2-5");
        assert_eq!(Name::nearest("EU West!").unwrap().as_str(), "eu-west");
        assert_eq!(Name::nearest("%"), None);
    }
}
