//! In: a resolved release. Out: its nodes and values in the order of the vocabulary, including defaults, each with its
//! [`Provenance`].

use super::derived::Known;
use crate::layers::{LayerKind, Resolved};
use crate::model::{Block, Given, LayerId, Value};
use crate::policy::Release;
use crate::policy::check::Check;
use crate::source::{Sources, Span};
use crate::syntax::tree::Scalar;
use crate::vocabulary::{NodeSpec, Presence, RELEASE, Word};

/// An effective policy.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The release's name.
    pub release: String,
    /// The environment for which it is shown.
    pub environment: Option<String>,
    /// Its content, in order; nesting is in [`Row::depth`].
    pub rows: Vec<Row>,
}

/// One node, or one value of a node.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its nesting depth; the release itself has 0.
    pub depth: usize,
    /// Its content.
    pub entry: Entry,
    /// Its origin.
    pub provenance: Provenance,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A node with its arguments as written.
    Node {
        /// The keyword.
        word: String,
        /// The arguments.
        arguments: Vec<String>,
    },
    /// A property or a key of a map.
    Value {
        /// Its name.
        name: String,
        /// The value.
        value: String,
    },
}

/// The origin of a node or value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// `path:line` of the text; `None` for a default.
    pub place: Option<(String, usize)>,
    /// `profile standard` or `environment dev`, if it is not the release itself.
    pub layer: Option<String>,
    /// The parameter, if the value is one.
    pub parameter: Option<GivenParameter>,
}

/// A parameter that gives a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenParameter {
    /// Its name; `None` for a parameter of a shared metric.
    pub name: Option<String>,
    /// `path:line` where its value was given.
    pub place: (String, usize),
}

impl Provenance {
    const DEFAULT: Self = Self { place: None, layer: None, parameter: None };

    /// Whether it is a default of the language.
    pub fn is_default(&self) -> bool {
        self.place.is_none()
    }
}

/// The effective policy of a resolved release, which is also given as compiled if it has no errors. `sources` must contain
/// every text of the compilation.
pub fn effective(resolved: &Resolved, release: Option<&Release>, sources: &Sources) -> Effective {
    let used = used_checks(&resolved.release);
    let mut walk = Walk { resolved, sources, used, release, check: None, stage: 0, rows: Vec::new() };
    walk.node(&resolved.release, 0);
    Effective {
        release: resolved.release.name().unwrap_or_default().to_owned(),
        environment: resolved.environment.as_deref().map(str::to_owned),
        rows: walk.rows,
    }
}

struct Walk<'a> {
    resolved: &'a Resolved,
    sources: &'a Sources,
    used: Vec<&'a str>,
    /// `None` if the policy has errors.
    release: Option<&'a Release>,
    /// The `slo` or `check` that is being shown.
    check: Option<&'a Check>,
    /// The number of stages shown so far.
    stage: usize,
    rows: Vec<Row>,
}

impl Walk<'_> {
    fn node(&mut self, block: &Block, depth: usize) {
        let entry = Entry::Node {
            word: block.word().as_str().to_owned(),
            arguments: block.arguments.iter().map(|value| shown(&value.scalar)).collect(),
        };
        let provenance = self.provenance(block.keyword, None, block.layer);
        self.rows.push(Row { depth, entry, provenance });
        if matches!(block.word(), Word::Slo | Word::Check) {
            let mut checks = self.release.into_iter().flat_map(|release| release.checks.values());
            self.check = block.name().and_then(|name| checks.find(|check| check.name.value.as_str() == name));
        }
        self.properties(block, depth + 1);
        for (key, value) in &block.free {
            self.value(&key.value, value, depth + 1);
        }
        for spec in block.spec.children {
            let children: Vec<&Block> = block.all(spec.node.word).filter(|child| self.is_shown(child)).collect();
            if children.is_empty() && std::ptr::eq(block.spec, &RELEASE) && spec.node.word == Word::Rollout {
                self.defaults(spec.node, depth + 1);
            }
            for child in children {
                self.node(child, depth + 1);
                self.stage += usize::from(child.word() == Word::Stage);
            }
        }
    }

    /// Shared checks and providers are shown only if this release uses them.
    fn is_shown(&self, child: &Block) -> bool {
        let shared = self.resolved.layer(child.layer).is_some_and(|layer| layer.kind == LayerKind::Shared);
        let checks = matches!(child.word(), Word::Slo | Word::Check);
        !(shared && checks) || child.name().is_some_and(|name| self.used.contains(&name))
    }

    fn properties(&mut self, block: &Block, depth: usize) {
        for property in block.spec.properties {
            match (block.property(property.word), property.presence) {
                (Some(value), _) => self.value(property.word.as_str(), value, depth),
                (None, Presence::Default(text)) => self.default(property.word, text, depth),
                (None, Presence::Otherwise(_)) => self.otherwise(block, property.word, depth),
                (None, _) => {}
            }
        }
    }

    fn defaults(&mut self, spec: &NodeSpec, depth: usize) {
        let entry = Entry::Node { word: spec.word.as_str().to_owned(), arguments: Vec::new() };
        self.rows.push(Row { depth, entry, provenance: Provenance::DEFAULT });
        for property in spec.properties {
            if let Presence::Default(text) = property.presence {
                self.default(property.word, text, depth + 1);
            }
        }
    }

    fn default(&mut self, word: Word, text: &str, depth: usize) {
        let entry = Entry::Value { name: word.as_str().to_owned(), value: text.trim_start_matches('#').to_owned() };
        self.rows.push(Row { depth, entry, provenance: Provenance::DEFAULT });
    }

    /// A value that follows from others, such as the number of pods in a manifest. Nothing if there is none.
    fn otherwise(&mut self, block: &Block, word: Word, depth: usize) {
        let Some(release) = self.release else { return };
        let known = Known {
            release,
            resolved: &self.resolved.release,
            check: self.check,
            stage: release.canary().stages.get(self.stage),
        };
        let Some((value, span)) = known.value(block, word) else { return };
        let place = span.and_then(|span| self.place(span));
        let entry = Entry::Value { name: word.as_str().to_owned(), value };
        self.rows.push(Row { depth, entry, provenance: Provenance { place, ..Provenance::DEFAULT } });
    }

    fn value(&mut self, name: &str, value: &Value, depth: usize) {
        let entry = Entry::Value { name: name.to_owned(), value: shown(&value.scalar) };
        let provenance = self.provenance(value.span, value.via, value.layer);
        self.rows.push(Row { depth, entry, provenance });
    }

    fn provenance(&self, span: Span, via: Option<Given>, layer: LayerId) -> Provenance {
        let layer = self.resolved.layer(layer).and_then(|layer| match layer.kind {
            LayerKind::Release => None,
            LayerKind::Shared => Some("shared".to_owned()),
            LayerKind::Profile => Some(format!("profile {}", layer.name)),
            LayerKind::ProfileEnvironment => Some(format!("profile's environment {}", layer.name)),
            LayerKind::ReleaseEnvironment => Some(format!("environment {}", layer.name)),
        });
        Provenance { place: self.place(span), layer, parameter: via.and_then(|given| self.parameter(given)) }
    }

    fn parameter(&self, given: Given) -> Option<GivenParameter> {
        let name =
            given.parameter.and_then(|id| self.resolved.parameter(id)).map(|parameter| parameter.name.to_string());
        Some(GivenParameter { name, place: self.place(given.span)? })
    }

    fn place(&self, span: Span) -> Option<(String, usize)> {
        let source = self.sources.get(span.source)?;
        Some((source.path.display().to_string(), source.line(span.start)))
    }
}

/// The names in `watch` and `gate`.
fn used_checks(release: &Block) -> Vec<&str> {
    let gates = release.all(Word::Stage).flat_map(|stage| &stage.children);
    gates
        .chain(release.all(Word::Watch))
        .filter(|user| matches!(user.word(), Word::Watch | Word::Gate | Word::Experiment))
        .flat_map(|user| user.arguments.iter().filter_map(Value::as_str))
        .collect()
}

fn shown(scalar: &Scalar) -> String {
    match scalar {
        Scalar::String(text) => text.to_string(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Number { text, .. } => text.to_string(),
        Scalar::Boolean(value) => value.to_string(),
        Scalar::Null => "null".to_owned(),
    }
}
