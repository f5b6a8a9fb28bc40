//! In: a compiled release. Out: the values of properties that the policy leaves out and that follow from others.

use crate::model::Block;
use crate::policy::Release;
use crate::policy::check::Check;
use crate::policy::stage::Stage;
use crate::policy::workload::PodTemplate;
use crate::source::Span;
use crate::vocabulary::Word;

/// What is known of the node whose properties are shown.
pub(super) struct Known<'a> {
    pub(super) release: &'a Release,
    /// The same as it was resolved.
    pub(super) resolved: &'a Block,
    /// The `slo` or `check` around it.
    pub(super) check: Option<&'a Check>,
    /// The stage.
    pub(super) stage: Option<&'a Stage>,
}

impl Known<'_> {
    /// The value of a property that is not written, and where it comes from if it is in another file.
    pub(super) fn value(&self, block: &Block, word: Word) -> Option<(String, Option<Span>)> {
        let release = self.release;
        let service = release.service.as_ref();
        let value = match (block.word(), word) {
            (Word::Workload, Word::Replicas) => {
                let replicas = release.workload.replicas?;
                return Some((replicas.value.to_string(), Some(replicas.span())));
            }
            (Word::Workload, Word::Name) => match &release.workload.template {
                PodTemplate::Reference { name, .. } => name.value.to_string(),
                PodTemplate::Embedded { .. } => return None,
            },
            (Word::Autoscaler, Word::Name) => release.autoscaler.as_ref()?.name.value.to_string(),
            (Word::Service, Word::Name) => service?.name.value.to_string(),
            (Word::Service, Word::Stable) if release.traffic.is_split() => service?.stable.value.to_string(),
            (Word::Service, Word::Canary) if release.traffic.is_split() => service?.canary.value.to_string(),
            (Word::Port, Word::Name) => {
                let number = block.argument()?;
                let ports = &service?.ports;
                ports.iter().find(|port| port.number.span() == number.blame())?.name.value.to_string()
            }
            (Word::Stage, Word::Weight) => self.stage?.weight.value.to_string(),
            (Word::Slo | Word::Check, _) => self.limit(word)?,
            (_, Word::Provider) if self.check.is_some() => {
                let at = self.check?.measure.provider.as_ref()?.origin.span;
                let mut providers = self.resolved.all(Word::Provider);
                let is_asked = |block: &&Block| {
                    block.span.source == at.source && block.span.start <= at.start && at.end <= block.span.end
                };
                providers.find(is_asked)?.name()?.to_owned()
            }
            _ => return None,
        };
        Some((value, None))
    }

    /// A limit of the check.
    fn limit(&self, word: Word) -> Option<String> {
        let check = self.check?;
        Some(match word {
            Word::Interval => check.interval?.value.to_string(),
            Word::FailureLimit => check.failure_limit.value.to_string(),
            Word::ErrorLimit => check.error_limit.value.to_string(),
            Word::Count => check.count?.value.to_string(),
            Word::InitialDelay => check.initial_delay?.value.to_string(),
            Word::Timeout => check.timeout?.value.to_string(),
            _ => return None,
        })
    }
}
