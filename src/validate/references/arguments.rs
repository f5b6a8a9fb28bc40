//! Arguments of templates: each used argument must be declared, each declared one must have a value, and each given one
//! must be declared.

use std::collections::BTreeMap;

use super::analysis::Merged;
use super::{BundleCheck, items, names, refuse, text};
use crate::braces;
use crate::diagnostic::{Code, suggest};
use crate::kubernetes::schema::shortened;
use crate::manifest::{Field, Object, Value};

impl<'a> BundleCheck<'a, '_> {
    /// The text between `{{` and `}}` in a template's metrics.
    pub(super) fn template_arguments(&mut self, template: &Object) {
        let declared: Vec<&str> = names(&template.root, &["spec", "args"]).map(|(_, name)| name).collect();
        let mut found = Vec::new();
        for metric in items(&template.root, &["spec", "metrics"]) {
            holes(metric, &mut found);
        }
        let mut told: Vec<&str> = Vec::new();
        for (field, hole) in found {
            let hole = hole.trim();
            if told.contains(&hole) {
                continue;
            }
            match hole.strip_prefix("args.") {
                Some(name) if declared.contains(&name) => continue,
                Some(name) => {
                    let label =
                        suggest::did_you_mean(name, declared.iter().copied()).unwrap_or_else(|| "not declared".into());
                    let message = format!("{} uses argument `{name}`, which it does not declare", template.shown());
                    let diagnostic = refuse(Code::BundleArgument, field, message)
                        .label(label)
                        .why("The controller rejects it, or aborts the release when the analysis starts.");
                    self.say(diagnostic.help(format!("add `{name}` to `spec.args`")));
                }
                None => {
                    let message = format!("`{{{{{}}}}}` is not valid in a metric", shortened(hole));
                    let diagnostic = refuse(Code::BundleArgument, field, message)
                        .label("not an argument")
                        .why("The controller substitutes `{{args.…}}`. Anything else in double braces is an error.");
                    self.say(diagnostic.help("write `{{args.name}}` for an argument of the template"));
                }
            }
            told.push(hole);
        }
    }

    /// The arguments of an analysis and those that its templates declare.
    pub(super) fn given_arguments(&mut self, analysis: &'a Field, merged: &Merged<'a>) {
        let given: Vec<(&Field, &str)> = names(analysis, &["args"]).collect();
        let mut declared: BTreeMap<&str, (&Field, Option<&Field>)> = BTreeMap::new();
        for template in &merged.templates {
            for argument in items(&template.root, &["spec", "args"]) {
                let Some((field, name)) = text(argument, &["name"]) else { continue };
                let value = argument.get("value").or_else(|| argument.get("valueFrom"));
                match declared.get_mut(name) {
                    None => drop(declared.insert(name, (field, value))),
                    Some((_, known)) => {
                        match (*known, value) {
                            (Some(first), Some(second)) if !same(first, second) => {
                                let message =
                                    format!("two templates of one analysis set argument `{name}` to different values");
                                let diagnostic = refuse(Code::BundleArgument, second, message)
                                .label("another value")
                                .also(first.origin.span, "one value")
                                .why("The controller merges the templates of an analysis, and rejects different values.");
                                self.say(diagnostic.help("set the value in the Rollout, or rename one of them"));
                            }
                            (None, value) => *known = value,
                            _ => {}
                        }
                    }
                }
            }
        }
        for (name, (field, value)) in &declared {
            if value.is_none() && !given.iter().any(|(_, known)| known == name) {
                let diagnostic = refuse(Code::BundleArgument, analysis, format!("argument `{name}` has no value"))
                    .label("missing here")
                    .also(field.origin.span, "declared here, without a value")
                    .why("The controller rejects such a Rollout.");
                self.say(diagnostic.help(format!("add `{name}` to `args`")));
            }
        }
        if !merged.whole {
            return;
        }
        for (field, name) in given.iter().filter(|(_, name)| !declared.contains_key(name)) {
            let label = suggest::did_you_mean(name, declared.keys().copied()).unwrap_or_else(|| "not used".into());
            let diagnostic = refuse(
                Code::BundleArgument,
                field,
                format!("argument `{name}` has a value, but no template declares it"),
            )
            .label(label)
            .why("The cluster accepts it, and the controller silently ignores it.");
            self.say(diagnostic.help("remove it, or declare it in the template"));
        }
        for (index, (field, name)) in given.iter().enumerate() {
            if let Some((first, _)) = given[..index].iter().find(|(_, other)| other == name) {
                let diagnostic = refuse(Code::BundleArgument, field, format!("argument `{name}` is set twice"));
                self.say(diagnostic.label("again").also(first.origin.span, "first here").help("remove one of them"));
            }
        }
    }
}

/// Every `{{…}}` in the strings of a field.
fn holes<'f>(field: &'f Field, found: &mut Vec<(&'f Field, &'f str)>) {
    match &field.value {
        Value::String(text) => {
            let mut rest: &str = text;
            while let Some(start) = braces::opening(rest) {
                let inner = &rest[start + 2..];
                let Some(end) = braces::closing(inner) else { break };
                found.push((field, &inner[..end]));
                rest = &inner[end + 2..];
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| holes(item, found)),
        Value::Mapping(entries) => entries.iter().for_each(|(_, field)| holes(field, found)),
        _ => {}
    }
}

/// Whether two values are equal, whatever their origins.
fn same(one: &Field, other: &Field) -> bool {
    match (&one.value, &other.value) {
        (Value::Mapping(some), Value::Mapping(others)) => {
            some.len() == others.len()
                && some.iter().all(|(key, field)| other.get(key).is_some_and(|second| same(field, second)))
        }
        (one, other) => one == other,
    }
}
