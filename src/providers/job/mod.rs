//! In: a `job` measure. Out: the Job that judges by its exit code, and the `provider.job` of a metric.

mod read;

use crate::expression::Answer;
use crate::manifest::{Field, Origin};
use crate::policy::template::Argument;
use crate::provider::direct::{DirectMeasure, Verdict};
use crate::provider::holes::Holes;
use crate::provider::{DirectProvider, Provider, Usage};
use crate::vocabulary::Word;

/// The record of Job measures.
pub const PROVIDER: Provider = Provider {
    word: Word::Job,
    name: "job",
    answers: "none: the exit code is the verdict",
    no_data: "none: a Job always ends with an exit code",
    cannot: &["evaluate a condition: Argo Rollouts ignores it"],
    usage: Usage::Direct(DirectProvider {
        read: read::read,
        always_answers: "A job always ends with an exit code.",
        verdict: Some(Verdict {
            by: "its exit code",
            instead: "remove it; let the job exit with a code other than 0 when it fails",
        }),
    }),
};

/// `job`
#[derive(Clone, Debug)]
pub struct Job {
    /// The Job's `metadata` from the file; only labels and annotations.
    pub metadata: Option<Field>,
    /// `spec`, from the file or built from the properties. Its strings may contain `{{args.…}}`.
    pub spec: Field,
    /// The arguments that the controller fills in.
    pub arguments: Vec<Argument>,
}

impl DirectMeasure for Job {
    fn answer(&self) -> Option<Answer> {
        None
    }

    fn metric(&self, origin: Origin, holes: &mut Holes<'_>) -> Field {
        for argument in &self.arguments {
            holes.need(argument, origin);
        }
        let mut field = Field::mapping(origin);
        if let Some(metadata) = &self.metadata {
            field.set("metadata", metadata.clone());
        }
        field.set("spec", self.spec.clone());
        Field::of(origin, [("job", field)])
    }
}
