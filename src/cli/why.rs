//! `canaryc why`: which line of a policy led to a field, and which fields a line led to.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use canaryc::manifest::Pointer;
use clap::Args;

use super::arguments::{StandardInput, Target};

/// Say which line led to a field, or which fields a line led to
///
/// With an object and a field: the lines of the policy that are responsible for the field. With a line: the fields of
/// all manifests that it is responsible for.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  canaryc why checkout.canary.kdl Rollout/checkout spec.strategy.canary.steps[3].setWeight
  canaryc why checkout.canary.kdl Rollout/checkout /spec/replicas
  canaryc why checkout.canary.kdl:12 --env prod")]
pub struct Arguments {
    /// The policy, or a line of it
    #[arg(value_name = "FILE[:LINE]")]
    place: PathBuf,
    /// The object that the field is in
    #[arg(value_name = "KIND/NAME", requires = "field")]
    object: Option<ObjectName>,
    /// The field: `spec.replicas`, `spec.steps[3]` or `/spec/replicas`
    #[arg(value_name = "FIELD", value_parser = field)]
    field: Option<Pointer>,
    #[command(flatten)]
    pub standard_input: StandardInput,
    #[command(flatten)]
    pub target: Target,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Where a field comes from.
    Field {
        /// The policy.
        file: PathBuf,
        /// The object.
        object: ObjectName,
        /// The field of it.
        field: Pointer,
    },
    /// What a line leads to.
    Line {
        /// The policy.
        file: PathBuf,
        /// Counted from 1.
        line: NonZeroUsize,
    },
}

/// `Rollout/checkout`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// The object's kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

impl Arguments {
    /// The question; `None` when neither a line nor a field is named.
    pub fn question(&self) -> Option<Question> {
        match (&self.object, &self.field) {
            (Some(object), Some(field)) => {
                Some(Question::Field { file: self.place.clone(), object: object.clone(), field: field.clone() })
            }
            _ => {
                let (file, line) = self.place.to_str()?.rsplit_once(':')?;
                Some(Question::Line { file: file.into(), line: line.parse().ok()? })
            }
        }
    }
}

impl FromStr for ObjectName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((kind, name)) if !kind.is_empty() && !name.is_empty() => {
                Ok(Self { kind: kind.to_owned(), name: name.to_owned() })
            }
            _ => Err("write KIND/NAME, such as `Rollout/checkout`".to_owned()),
        }
    }
}

fn field(text: &str) -> Result<Pointer, String> {
    Pointer::parse(text).map_err(|_| "write a field such as `spec.steps[3].setWeight` or `/spec/steps/3`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        why: Arguments,
    }

    fn question(arguments: &[&str]) -> Option<Question> {
        Cli::try_parse_from(["why"].iter().chain(arguments)).ok()?.why.question()
    }

    #[test]
    fn both_directions_are_understood() {
        let line = NonZeroUsize::new(12).unwrap();
        assert_eq!(question(&["a.canary.kdl:12"]), Some(Question::Line { file: "a.canary.kdl".into(), line }));
        let object = ObjectName { kind: "Rollout".into(), name: "checkout".into() };
        let field = Pointer::parse("spec.replicas").unwrap();
        let expected = Question::Field { file: "a.canary.kdl".into(), object, field };
        assert_eq!(question(&["a.canary.kdl", "Rollout/checkout", "spec.replicas"]), Some(expected));
        for wrong in
            [&["a.canary.kdl"][..], &["a:0"], &["a:x"], &["a", "Rollout"], &["a", "Rollout/x"], &["a", "/x", "y"]]
        {
            assert_eq!(question(wrong), None, "{wrong:?}");
        }
    }
}
