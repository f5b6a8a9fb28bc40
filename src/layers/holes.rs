//! In: the body of a profile, release or metric as written. Out: a diagnostic for every undeclared `{{name}}`, and for
//! every parameter whose type does not fit its place. Each is reported once, however often the body is used.

use super::foreign_name;
use super::parameters::{BUILT_IN, declared_type, fits};
use crate::braces::{self, holes, sole_hole};
use crate::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, suggest};
use crate::model::{Block, Value};
use crate::source::Source;
use crate::vocabulary::choices::ParameterType;
use crate::vocabulary::{FreeKeys, Merge, Type, Word};

/// After this many mistakes in one text, further ones are of the same kind.
const MOST_MISTAKES: usize = 20;

/// Checks every value below `owner`, which declares the parameters.
pub fn check(owner: &Block, source: &Source, diagnostics: &mut Diagnostics) {
    let params: Vec<(&str, Option<Type>)> =
        owner.all(Word::Param).filter_map(|param| Some((param.name()?, declared_type(param)))).collect();
    let mut check = Check { owner, source, diagnostics, place: Place::default() };
    for child in owner.children.iter().filter(|child| child.word() != Word::Param) {
        check.block(child, &params);
    }
}

struct Check<'a> {
    owner: &'a Block,
    source: &'a Source,
    diagnostics: &'a mut Diagnostics,
    place: Place,
}

/// Where a text stands.
#[derive(Clone, Copy, Default)]
struct Place {
    /// The node around it that can declare secrets.
    secrets: Option<Word>,
    /// Whether it is a header or another credential.
    is_credential: bool,
}

impl<'a> Check<'a> {
    /// A nested body may declare names of its own: parameters of a shared check, secrets of a measure or provider.
    fn block<'b>(&mut self, block: &'b Block, outer: &[(&'b str, Option<Type>)]) {
        let mut known = outer.to_vec();
        known.extend(block.all(Word::Param).filter_map(|param| Some((param.name()?, declared_type(param)))));
        known.extend(block.all(Word::Secret).filter_map(|secret| Some((secret.name()?, Some(Type::String)))));
        let outside = self.place;
        self.place.is_credential |=
            outside.secrets.is_some() && matches!(block.word(), Word::Header | Word::Oauth2 | Word::Basic);
        if block.spec.child(Word::Secret).is_some() {
            self.place.secrets = Some(block.word());
        }
        let argument_type = block.spec.argument_spec().map_or(Type::String, |spec| spec.value_type);
        for value in &block.arguments {
            self.value(value, argument_type, &known);
        }
        if matches!(block.spec.merge, Merge::Named | Merge::Stage) {
            self.written_out(block);
        }
        for property in &block.properties {
            let due = block.spec.property(property.word).map_or(Type::String, |spec| spec.value_type);
            self.value(&property.value, due, &known);
        }
        let free_type = if block.spec.free == Some(FreeKeys::Parameters) { Type::Scalar } else { Type::String };
        for (_, value) in &block.free {
            self.value(value, free_type, &known);
        }
        for child in block.children.iter().filter(|child| child.word() != Word::Param) {
            self.block(child, &known);
        }
        self.place = outside;
    }

    /// Other layers and people refer to a name, so it must not contain a parameter.
    fn written_out(&mut self, block: &Block) {
        let Some(name) = block.argument().filter(|name| name.is_unfilled()) else { return };
        self.diagnostics.push(
            Diagnostic::new(Code::ValueHole, name.span, "`{{…}}` is not allowed in a name")
                .label("must be literal")
                .why("Gates, overlays and people refer to names.")
                .help(format!("write the name: `{} \"…\"`", block.word())),
        );
    }

    fn value(&mut self, value: &Value, due: Type, known: &[(&str, Option<Type>)]) {
        let Some(text) = value.as_str().filter(|text| value.is_sound() && text.contains('{')) else { return };
        let mut last = 0;
        let before = self.diagnostics.len();
        let source = self.source;
        for (range, name) in holes(text) {
            if self.diagnostics.len() - before >= MOST_MISTAKES {
                return;
            }
            last = range.end;
            // Computed only when something is wrong.
            let span = || value.locate_in(source, range.clone());
            match known.iter().find(|(param, _)| *param == name) {
                Some((_, Some(declared))) if sole_hole(text).is_some() && !fits(*declared, due) => {
                    let declaration = self.owner.all(Word::Param).find(|param| param.name() == Some(name));
                    let mut diagnostic = Diagnostic::new(
                        Code::ParameterType,
                        span(),
                        format!("`{name}` is {}, expected {}", declared.noun(), due.noun()),
                    )
                    .label(format!("expected {}", due.noun()))
                    .help("use a parameter with the expected type, or change the type of this one");
                    if let Some(declaration) = declaration {
                        diagnostic = diagnostic.also(declaration.name_span(), "declared here");
                    }
                    self.diagnostics.push(diagnostic);
                }
                Some(_) => {}
                None if BUILT_IN.contains(&name) && texty(due) => {}
                None if BUILT_IN.contains(&name) => self.diagnostics.push(
                    Diagnostic::new(
                        Code::ParameterType,
                        span(),
                        format!("`{name}` is a string, expected {}", due.noun()),
                    )
                    .label(format!("expected {}", due.noun()))
                    .help("write the value, or declare a parameter for it"),
                ),
                None => {
                    let due = if sole_hole(text).is_some() { due } else { Type::String };
                    let whole = foreign_name::range(text, range.clone(), name);
                    let span = if whole == range { span() } else { value.locate_in(source, whole) };
                    self.unknown(name, due, span, known);
                }
            }
        }
        if let Some(open) = braces::opening(&text[last..]) {
            let span = value.locate_in(self.source, last + open..last + open + 2);
            self.diagnostics.push(
                Diagnostic::new(Code::ParameterUndeclared, span, "`{{` without `}}`")
                    .label("opened here")
                    .help("write `{{name}}`; two braces always refer to a declared name"),
            );
        }
    }

    fn unknown(&mut self, name: &str, due: Type, span: crate::source::Span, known: &[(&str, Option<Type>)]) {
        let declared = known.iter().map(|(name, _)| *name);
        let own = parameter_name(name);
        let declaration = format!("`param \"{own}\" type=\"{}\"`", type_of_parameter(due).as_str());
        let diagnostic = Diagnostic::new(Code::ParameterUndeclared, span, format!("unknown name `{name}`"));
        let is_secret = self.place.is_credential || foreign_name::is_secret(name);
        let diagnostic = if let Some((built_in, meaning)) = foreign_name::built_in(name).filter(|_| texty(due)) {
            diagnostic
                .label("a name of another tool")
                .help(format!("write `{{{{{built_in}}}}}`: {meaning}"))
                .fix(span, format!("{{{{{built_in}}}}}"))
                .applicability(Applicability::MaybeIncorrect)
        } else if let (Some(holder), true, None) =
            (self.place.secrets, is_secret, suggest::nearest(name, declared.clone()))
        {
            diagnostic
                .label("no secret of this name")
                .why("The policy and the manifests are committed, so the value must stay in a Secret.")
                .help(format!(
                    "declare it in `{holder}`: `secret \"{own}\" from=\"NAME\" key=\"KEY\"` with the name of the Secret and its key"
                ))
        } else if name.starts_with("args.") {
            diagnostic
                .label("canaryc declares the arguments of the analysis")
                .help("write `{{canary-hash}}`, `{{canary-service}}` or a `secret` of the measure; canaryc declares the argument")
        } else {
            match suggest::nearest(name, declared.clone().chain(BUILT_IN.iter().copied())) {
                Some(nearest) => diagnostic
                    .label(format!("did you mean `{{{{{nearest}}}}}`?"))
                    .help(format!("write `{{{{{nearest}}}}}`")),
                None if own != name => diagnostic.label("a template of another tool").help(format!(
                    "write `{{{{{own}}}}}`, declare it in `{}` as {declaration}, and set it with `--set {own}=…`",
                    self.owner.word()
                )),
                None => {
                    let params: Vec<&str> = declared.collect();
                    let what = if params.is_empty() {
                        format!("declare it in `{}`: {declaration}", self.owner.word())
                    } else {
                        format!("the declared names are {}; or declare it: {declaration}", suggest::one_of(params))
                    };
                    diagnostic.label("unknown").help(what)
                }
            }
        };
        self.diagnostics.push(diagnostic);
    }
}

/// The name of the parameter for a value of another template language: `host` for `.Values.host`.
fn parameter_name(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let plain = last.chars().filter(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'));
    let own = suggest::kebab_case(&plain.collect::<String>());
    if name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '-') && !own.is_empty() {
        own
    } else {
        name.to_owned()
    }
}

/// The type that a parameter needs where a value of type `due` is expected.
fn type_of_parameter(due: Type) -> ParameterType {
    match due {
        Type::Duration | Type::DurationOrNever => ParameterType::Duration,
        Type::Percent => ParameterType::Percent,
        Type::Integer { .. } | Type::IntegerOrPercent | Type::Port => ParameterType::Integer,
        Type::Number => ParameterType::Number,
        Type::Rate => ParameterType::Rate,
        Type::Host => ParameterType::Host,
        Type::Boolean => ParameterType::Boolean,
        _ => ParameterType::String,
    }
}

fn texty(due: Type) -> bool {
    matches!(due, Type::String | Type::Regex | Type::Yaml | Type::Scalar | Type::Host)
}
