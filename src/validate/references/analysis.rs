//! The analyses of a Rollout. The controller merges the templates of one analysis, and the result must make sense.

use std::collections::{BTreeMap, BTreeSet};

use super::{BundleCheck, is_true, items, names, refuse, text};
use crate::diagnostic::{Code, suggest};
use crate::kubernetes::kinds::Kind;
use crate::manifest::{Field, Object};

/// The place of an analysis, which limits what it may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It must end.
    Inline,
    /// It runs beside the steps.
    Background,
}

/// The analyses of a Rollout, by path.
const ANALYSES: &[(&[&str], Place)] = &[
    (&["spec", "strategy", "canary", "analysis"], Place::Background),
    (&["spec", "strategy", "canary", "steps", "[]", "analysis"], Place::Inline),
    (&["spec", "strategy", "blueGreen", "prePromotionAnalysis"], Place::Inline),
    (&["spec", "strategy", "blueGreen", "postPromotionAnalysis"], Place::Inline),
];

/// The contents of an analysis: its templates and all templates that they name.
pub(super) struct Merged<'a> {
    pub(super) templates: Vec<&'a Object>,
    /// Whether canaryc has every template.
    pub(super) whole: bool,
}

impl<'a> BundleCheck<'a, '_> {
    pub(super) fn analyses(&mut self, rollout: &'a Object) {
        let mut sound: Vec<(&Field, Place)> = Vec::new();
        for (path, place) in ANALYSES {
            for analysis in rollout.root.select(path) {
                // Most stages use the same analysis, and one check of it is enough.
                if sound.iter().any(|(known, at)| at == place && known.value == analysis.value) {
                    continue;
                }
                let before = self.diagnostics.len();
                self.analysis(analysis, *place);
                if self.diagnostics.len() == before {
                    sound.push((analysis, *place));
                }
            }
        }
        for analysis in
            rollout.root.select(&["spec", "strategy", "canary", "steps", "[]", "experiment", "analyses", "[]"])
        {
            let merged = self.merged(std::slice::from_ref(analysis));
            self.given_arguments(analysis, &merged);
        }
    }

    fn analysis(&mut self, analysis: &'a Field, place: Place) {
        let references = analysis.get("templates").map_or(&[][..], Field::items);
        if references.is_empty() {
            let diagnostic = refuse(Code::BundleAnalysis, analysis, "an analysis names no templates")
                .label("measures nothing")
                .why(match place {
                    Place::Inline => "The cluster accepts it, but the release stays in Progressing forever.",
                    Place::Background => "The cluster accepts it, but nothing is measured, and every version passes.",
                });
            return self.say(diagnostic.help("add `templates`, or remove the analysis"));
        }
        let merged = self.merged(references);
        self.metric_names(&merged);
        if place == Place::Inline {
            self.endless(&merged);
        }
        self.given_arguments(analysis, &merged);
        self.named_metrics(analysis, &merged);
    }

    /// The templates of an analysis and all that they name. Reports a cycle, and breaks it.
    pub(super) fn merged(&mut self, references: &[Field]) -> Merged<'a> {
        let mut merged = Merged { templates: Vec::new(), whole: true };
        let mut way = Vec::new();
        for reference in references {
            self.collect(reference, &mut way, &mut merged);
        }
        merged
    }

    fn collect(&mut self, reference: &Field, way: &mut Vec<&'a str>, merged: &mut Merged<'a>) {
        let Some((field, name)) = text(reference, &["templateName"]) else { return };
        let kind = if is_true(reference.get("clusterScope")) {
            Kind::ClusterAnalysisTemplate.name()
        } else {
            Kind::AnalysisTemplate.name()
        };
        let Some(template) = self.find(kind, name) else {
            merged.whole = false;
            return;
        };
        if way.contains(&template.name()) {
            let diagnostic = refuse(Code::BundleAnalysis, field, format!("template `{name}` refers to itself"))
                .label("a cycle")
                .why("The controller follows the references forever.");
            return self.say(diagnostic.help("remove one of the references"));
        }
        if merged.templates.iter().any(|known| std::ptr::eq(*known, template)) {
            return;
        }
        merged.templates.push(template);
        way.push(template.name());
        for inner in items(&template.root, &["spec", "templates"]) {
            self.collect(inner, way, merged);
        }
        way.pop();
    }

    /// The controller refuses two metrics with the same name in one analysis.
    fn metric_names(&mut self, merged: &Merged<'a>) {
        let mut seen: BTreeMap<&str, &Field> = BTreeMap::new();
        for template in &merged.templates {
            for (field, name) in names(&template.root, &["spec", "metrics"]) {
                match seen.get(name) {
                    Some(first) => {
                        let diagnostic = refuse(
                            Code::BundleAnalysis,
                            field,
                            format!("two metrics of one analysis have the name `{name}`"),
                        )
                        .label("again")
                        .also(first.origin.span, "first here")
                        .why(
                            "The controller merges the templates of an analysis, and rejects two metrics with the same name.",
                        );
                        self.say(diagnostic.help("give each its own name"));
                    }
                    None => drop(seen.insert(name, field)),
                }
            }
        }
    }

    /// The controller refuses an inline analysis with a metric that never ends.
    fn endless(&mut self, merged: &Merged<'a>) {
        for template in &merged.templates {
            for metric in items(&template.root, &["spec", "metrics"]) {
                let (Some(interval), None) = (metric.get("interval"), metric.get("count")) else { continue };
                let name = metric.get("name").and_then(Field::as_str).unwrap_or_default();
                let message =
                    format!("metric `{name}` of {} never ends, but its step waits for the end", template.shown());
                let diagnostic = refuse(Code::BundleAnalysis, interval, message)
                    .label("an interval without a count")
                    .why("The controller rejects such a Rollout: \"runs indefinitely\".");
                self.say(diagnostic.help("add `count`, or measure it in the background"));
            }
        }
    }

    /// `dryRun` and `measurementRetention` contain regular expressions. One that matches no metric aborts the release.
    fn named_metrics(&mut self, analysis: &'a Field, merged: &Merged<'a>) {
        if !merged.whole {
            return;
        }
        let metrics = merged.templates.iter().flat_map(|template| names(&template.root, &["spec", "metrics"]));
        let metrics: BTreeSet<&str> = metrics.map(|(_, name)| name).collect();
        let specifications = merged.templates.iter().filter_map(|template| template.root.get("spec"));
        let owners: Vec<&Field> = std::iter::once(analysis).chain(specifications).collect();
        for owner in owners {
            for key in ["dryRun", "measurementRetention"] {
                for (field, pattern) in items(owner, &[key]).iter().filter_map(|item| text(item, &["metricName"])) {
                    self.metric_pattern(field, pattern, key, &metrics);
                }
            }
        }
    }

    fn metric_pattern(&mut self, field: &Field, pattern: &str, key: &str, names: &BTreeSet<&str>) {
        let plain = pattern.strip_prefix('^').unwrap_or(pattern);
        let plain = plain.strip_suffix('$').unwrap_or(plain);
        // Only a name without metacharacters can be judged with certainty.
        if plain.contains(['.', '*', '+', '?', '[', ']', '(', ')', '{', '}', '|', '\\', '^', '$']) {
            return;
        }
        if !names.contains(plain) {
            let label = suggest::did_you_mean(plain, names.iter().copied()).unwrap_or_else(|| "no such metric".into());
            let diagnostic =
                refuse(Code::BundleAnalysis, field, format!("`{key}` names metric `{plain}`, which does not exist"))
                    .label(label)
                    .why("The cluster accepts it, but it aborts the release when the analysis starts.");
            return self.say(diagnostic.help(format!("write {}", suggest::one_of(names.iter().copied()))));
        }
        let fits = |name: &&str| {
            let (start, end) = (pattern.starts_with('^'), pattern.ends_with('$'));
            match (start, end) {
                (true, true) => *name == plain,
                (true, false) => name.starts_with(plain),
                (false, true) => name.ends_with(plain),
                (false, false) => name.contains(plain),
            }
        };
        if let Some(other) = names.iter().filter(|name| **name != plain).find(|name| fits(name)) {
            let diagnostic =
                refuse(Code::BundleAnalysis, field, format!("`{key}` matches metric `{other}` as well as `{plain}`"))
                    .label("matches both")
                    .why("The name is a regular expression that can match any part of a metric's name.");
            self.say(diagnostic.help(format!("write `^{plain}$`")));
        }
    }
}
