//! In: what gates, holds and the watch measure. Out: the templates, each with its uses. A delay that differs between the
//! uses of a template becomes an argument of it.

use crate::manifest::Origin;
use crate::plan::measurements::Measured;
use crate::plan::{InitialDelay, Measurement, Purpose, Template, TemplateId, TemplateUse};
use crate::units::Duration;
use crate::units::name::Name;

/// The templates so far.
#[derive(Default)]
pub(super) struct Templates(Vec<UnfinishedTemplate>);

/// A template before all of its uses are known.
struct UnfinishedTemplate {
    name: Name,
    purpose: Purpose,
    measured: Vec<Measured>,
    origin: Origin,
}

fn delays(measured: &[Measured]) -> Vec<Option<Duration>> {
    measured.iter().map(|measured| measured.initial_delay).collect()
}

impl Templates {
    /// Adds a template and its first use; nothing if it measures nothing.
    pub fn add(
        &mut self,
        name: Name,
        purpose: Purpose,
        measured: Vec<Measured>,
        origin: Origin,
    ) -> Option<TemplateUse> {
        if measured.is_empty() {
            return None;
        }
        let uses = TemplateUse { template: TemplateId(self.0.len()), initial_delays: delays(&measured) };
        self.0.push(UnfinishedTemplate { name, purpose, measured, origin });
        Some(uses)
    }

    /// Another use of a template that holds for the same checks.
    pub fn hold(&self, measured: &[Measured]) -> Option<TemplateUse> {
        let alike = |template: &UnfinishedTemplate| {
            template.purpose == Purpose::Hold
                && template.measured.len() == measured.len()
                && template.measured.iter().zip(measured).all(|(one, other)| one.check == other.check)
        };
        let template = TemplateId(self.0.iter().position(alike)?);
        Some(TemplateUse { template, initial_delays: delays(measured) })
    }

    /// All templates, given all of their uses.
    pub fn finish<'a>(self, uses: impl Iterator<Item = &'a TemplateUse>) -> Vec<Template> {
        let uses: Vec<&TemplateUse> = uses.collect();
        let finish = |(index, unfinished): (usize, UnfinishedTemplate)| {
            let own = || uses.iter().filter(|uses| uses.template == TemplateId(index));
            let measurement = |(position, measured): (usize, &Measured)| {
                let first = measured.initial_delay;
                let is_same = |uses: &&TemplateUse| uses.initial_delays.get(position) == Some(&first);
                let initial_delay =
                    if own().all(is_same) { InitialDelay::Fixed(first) } else { InitialDelay::Argument(first) };
                let Measured { check, origin, holds_elsewhere, .. } = *measured;
                Measurement { check, origin, initial_delay, holds_elsewhere }
            };
            let measurements = unfinished.measured.iter().enumerate().map(measurement).collect();
            Template { name: unfinished.name, purpose: unfinished.purpose, measurements, origin: unfinished.origin }
        };
        self.0.into_iter().enumerate().map(finish).collect()
    }
}
