//! In: a Rollout, and how far to promote it. Out: the writes that end its waits, one by one.

use serde_json::{Value, json};

use super::{
    Act, Change, Effect, Next, Overtaken, Place, Refusal, Release, StepKind, Waiting, Write, effect::abort_message,
    refuse_invalid, refuse_without_release, resume, waiting::describe,
};
use crate::runtime::rollout::Rollout;

/// How far to promote a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// Past its current wait.
    Next,
    /// To the start of this stage.
    Stage(String),
    /// To all users, past everything.
    Full,
}

/// A promotion in progress.
#[derive(Clone, Debug, PartialEq)]
pub struct Promotion {
    to: Target,
    release: Release,
    from: Place,
    would: String,
    notes: Vec<String>,
    is_paused_manually: bool,
    /// Whether it ended a manual pause.
    has_resumed: bool,
    /// Whether it reached its target.
    has_promoted: bool,
    /// What the release waited for at first.
    ended: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// Past this step; `None` for blue/green.
    Past(Option<usize>),
    /// To this step.
    Step(usize),
    Full,
}

impl Promotion {
    /// Starts a promotion.
    ///
    /// # Errors
    /// When no release is in flight, when it does not wait for a person, or when the stage is unknown or already
    /// passed.
    pub fn begin(rollout: &Rollout, to: &To) -> Result<Self, Refusal> {
        let is_aborted = rollout.status.abort;
        if is_aborted && *to != To::Full {
            return Err(Refusal::Aborted(abort_message(rollout)));
        }
        if !is_aborted {
            refuse_without_release(rollout)?;
        }
        refuse_invalid(rollout)?;
        let from = Place::of(rollout);
        let waiting = Waiting::of(rollout);
        let is_paused_manually = rollout.is_paused_manually();
        let step = waiting.step().or(from.step);
        let ended = step.map_or_else(|| "the wait before the switch".to_owned(), |step| describe(rollout, step));
        let mut notes = Vec::new();
        let (target, would) = match to {
            To::Next => {
                if let Some(doing) = continues_by_itself(waiting)
                    && !is_paused_manually
                {
                    return Err(Refusal::NotWaiting { place: from, doing });
                }
                (Target::Past(from.step), format!("end {ended} at {from}"))
            }
            To::Stage(name) => {
                let first = stage_ahead(rollout, name, &from)?;
                let ended = skipped(rollout, from.step.unwrap_or(0), first);
                if let Some(listed) = listed(&ended) {
                    notes.push(format!("the release skips {listed}"));
                }
                (Target::Step(first), format!("promote from {from} to stage `{name}`"))
            }
            To::Full => {
                if waiting == Waiting::LastPods && !is_aborted {
                    return Err(Refusal::NotWaiting { place: from, doing: STARTS_LAST_PODS });
                }
                notes.push("no gate and no analysis checks the new version".to_owned());
                if is_aborted {
                    notes.push(format!("the release was aborted: {}", abort_message(rollout)));
                }
                (Target::Full, format!("skip all steps from {from} on and send all requests to the new version"))
            }
        };
        let would = if is_paused_manually { format!("resume, and {would}") } else { would };
        let release = Release::of(rollout);
        Ok(Self {
            to: target,
            release,
            from,
            would,
            notes,
            is_paused_manually,
            has_resumed: false,
            has_promoted: false,
            ended,
        })
    }

    fn end_wait(&self, rollout: &Rollout) -> Next {
        let release = self.release.clone();
        let waiting = Waiting::of(rollout);
        let run = rollout.status.canary.current_step_analysis_run_status.as_ref().map(|run| run.name.clone());
        let (status, effect) = match waiting {
            Waiting::Pause(step) => (json!({"pauseConditions": null}), Effect::StepEnded { step, run: None, release }),
            // The controller would evaluate the step again and stop there again. Its own plugin also moves on.
            Waiting::Inconclusive(step) => (
                json!({"pauseConditions": null, "controllerPause": false, "currentStepIndex": step + 1}),
                Effect::StepEnded { step, run, release },
            ),
            Waiting::Judgement(step) => (
                json!({"pauseConditions": null, "currentStepIndex": step + 1}),
                Effect::StepEnded { step, run, release },
            ),
            Waiting::InconclusiveBackground => (json!({"pauseConditions": null}), Effect::PauseEnded(release)),
            Waiting::Switch => (json!({"pauseConditions": null}), Effect::Switched(release)),
            Waiting::PauseStarting(_) => return Next::Wait("the pause to start".to_owned()),
            Waiting::Work(_) | Waiting::LastPods | Waiting::SwitchPreparing => {
                return match self.to {
                    // It was paused manually and now continues by itself, which is what the person requested.
                    Target::Past(_) => Next::Done,
                    _ => Next::Wait(format!("the pods and routes of {}", Place::of(rollout))),
                };
            }
        };
        Next::Write(Box::new(Change { write: Write::Status(status), guarded: true, effect }))
    }
}

impl Act for Promotion {
    fn next(&self, rollout: &Rollout) -> Result<Next, Overtaken> {
        let index = rollout.status.current_step_index;
        let is_there = match self.to {
            Target::Past(step) => step.is_some_and(|step| index.is_some_and(|index| index > step)),
            Target::Step(first) => index.is_some_and(|index| index >= first),
            Target::Full => false,
        };
        match self.release.overtaken(rollout) {
            Some(Overtaken::Aborted(_)) if self.to == Target::Full => {}
            Some(overtaken) => return Err(overtaken),
            None => {}
        }
        if self.has_promoted && !matches!(self.to, Target::Step(_)) {
            return Ok(Next::Done);
        }
        if rollout.is_paused_manually() {
            if self.has_resumed || !self.is_paused_manually {
                return Err(Overtaken::PausedManually);
            }
            return Ok(Next::Write(Box::new(resume::change())));
        }
        let is_stable = rollout.status.stable_hash == rollout.status.current_pod_hash;
        if is_there || is_stable {
            return Ok(Next::Done);
        }
        Ok(match self.to {
            Target::Full => Next::Write(Box::new(Change {
                write: Write::Status(json!({"promoteFull": true})),
                guarded: true,
                effect: Effect::PromotedFully(self.release.clone()),
            })),
            Target::Past(_) | Target::Step(_) => self.end_wait(rollout),
        })
    }

    fn took(&mut self, effect: &Effect) {
        match effect {
            Effect::Resumed => self.has_resumed = true,
            _ => self.has_promoted = true,
        }
    }

    fn would(&self) -> String {
        self.would.clone()
    }

    fn has_done(&self, after: &Rollout) -> String {
        let (from, to) = (&self.from, Place::of(after));
        let resumed = if self.has_resumed { "resumed, and " } else { "" };
        match self.to {
            Target::Full => format!("{resumed}promoted fully from {from}"),
            Target::Past(_) if !self.has_promoted && self.has_resumed => {
                format!("resumed at {to}, where the release continues by itself")
            }
            Target::Past(_) if !self.has_promoted => format!("{} ended by itself; the release is at {to}", self.ended),
            _ if to.step.is_none() => format!("{resumed}promoted: requests go to the new version"),
            _ if to.is_end() => format!("{resumed}promoted from {from} to all users"),
            _ if to.stage.is_some() && to.stage == from.stage => {
                let next = describe(after, to.step.unwrap_or_default());
                format!("{resumed}promoted past {} of {from}; next is {next}", self.ended)
            }
            _ => format!("{resumed}promoted from {from} to {to}"),
        }
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}

const STARTS_LAST_PODS: &str = "starts the last pods";

/// What the controller does, if a person cannot end it.
fn continues_by_itself(waiting: Waiting) -> Option<&'static str> {
    match waiting {
        Waiting::Work(_) => Some("starts pods and sets routes"),
        Waiting::LastPods => Some(STARTS_LAST_PODS),
        Waiting::SwitchPreparing => Some("starts or analyses pods"),
        _ => None,
    }
}

/// The first step of a stage that the release has not reached.
fn stage_ahead(rollout: &Rollout, name: &str, from: &Place) -> Result<usize, Refusal> {
    let plan = rollout.plan.as_ref().filter(|_| !rollout.is_blue_green()).ok_or(Refusal::NoStages)?;
    let Some(stage) = plan.position(name).and_then(|position| plan.stages.get(position)) else {
        let known = plan.stages.iter().map(|stage| stage.name.clone()).collect();
        return Err(Refusal::UnknownStage { wanted: name.to_owned(), known });
    };
    let first = stage.steps[0];
    if from.step.is_some_and(|step| step >= first) {
        return Err(Refusal::StagePassed { wanted: name.to_owned(), place: from.clone() });
    }
    Ok(first)
}

/// The waits that are skipped between two steps.
fn skipped(rollout: &Rollout, from: usize, to: usize) -> Vec<String> {
    let steps: &[Value] = rollout.steps();
    let waits = (from..to).filter(|index| steps.get(*index).is_some_and(|step| StepKind::of(step) != StepKind::Work));
    waits.map(|index| format!("{} of {}", describe(rollout, index), Place::at(rollout, Some(index)))).collect()
}

/// "a", "a and b", "a, b and c"; `None` for none.
fn listed(items: &[String]) -> Option<String> {
    let (last, rest) = items.split_last()?;
    Some(if rest.is_empty() { last.clone() } else { format!("{} and {last}", rest.join(", ")) })
}

#[cfg(test)]
mod tests;
