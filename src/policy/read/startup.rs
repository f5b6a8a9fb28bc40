//! In: a pod template. Out: the times that a pod may need to start, by its probes.

use crate::manifest::Field;
use crate::policy::Sourced;
use crate::policy::workload::Startup;

/// The slowest container decides.
pub fn of(template: &Field) -> Startup {
    let mut startup = Startup::default();
    let containers = template.at(&["spec", "containers"]).map(Field::items).unwrap_or_default();
    for container in containers {
        for probe in ["readinessProbe", "startupProbe"] {
            if let Some(delay) = container.at(&[probe, "initialDelaySeconds"]) {
                keep_longest(&mut startup.earliest, seconds(delay).map(|number| Sourced::new(number, delay.origin)));
            }
        }
        if let Some(probe) = container.get("startupProbe") {
            let number = |key, default| probe.get(key).map_or(Some(default), seconds);
            let allowed = (|| {
                let attempts = number("failureThreshold", 3)?.checked_mul(number("periodSeconds", 10)?)?;
                attempts.checked_add(number("initialDelaySeconds", 0)?)
            })();
            let at = probe.get("failureThreshold").unwrap_or(probe).origin;
            keep_longest(&mut startup.allowed, allowed.map(|allowed| Sourced::new(allowed, at)));
        }
    }
    startup
}

fn seconds(field: &Field) -> Option<u64> {
    u64::try_from(field.as_integer()?).ok()
}

fn keep_longest(longest: &mut Option<Sourced<u64>>, other: Option<Sourced<u64>>) {
    if other.is_some_and(|other| longest.is_none_or(|longest| other.value > longest.value)) {
        *longest = other;
    }
}
