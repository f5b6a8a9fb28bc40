//! In: the stages of earlier layers and one of a later layer. Out: the list with that one inserted, or the stage of the
//! same name that it amends.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, reference, suggest};
use crate::model::{Block, Typed};
use crate::source::Span;
use crate::vocabulary::Word;

/// Inserts a stage of a later layer at its place: beside `after=`/`before=`, or at the end when no earlier layer has
/// stages. If the stage amends one of the same name, it is returned with the position of that stage.
pub fn place(
    base: &mut Block,
    mut stage: Block,
    had_stages: bool,
    diagnostics: &mut Diagnostics,
) -> Option<(usize, Block)> {
    let anchor = [Word::After, Word::Before].into_iter().find_map(|word| {
        let position = stage.properties.iter().position(|property| property.word == word)?;
        Some((word, stage.properties.remove(position)))
    });
    if let Some(unnamed) = needs_name(&stage) {
        diagnostics.push(unnamed);
    }
    let key = stage.stage_name().map(str::to_owned);
    let namesake = key.as_deref().and_then(|key| find(base, key));
    match (anchor, namesake) {
        (Some((_, anchor)), _) if !had_stages => diagnostics.push(
            Diagnostic::new(
                Code::StageNothingToInsertAt,
                anchor.name,
                "no earlier layer has stages for `after=` or `before=`",
            )
            .label("only allowed in a later layer")
            .help("remove it: stages of one layer keep the order in which you write them"),
        ),
        (Some((word, anchor)), None) => match anchor.value.as_str().and_then(|name| find(base, name)) {
            Some(position) => base.children.insert(if word == Word::After { position + 1 } else { position }, stage),
            None if anchor.value.is_sound() => {
                diagnostics.push(unknown(base, anchor.value.as_str().unwrap_or_default(), anchor.value.span))
            }
            None => {}
        },
        (Some((_, anchor)), Some(position)) => {
            let earlier = base.children[position].stage_span();
            let name = key.unwrap_or_default();
            diagnostics.push(
                Diagnostic::new(Code::LayerNamesake, stage.stage_span(), format!("stage `{name}` already exists"))
                    .label("cannot be inserted again")
                    .also(earlier, "the stage")
                    .also(anchor.name, "asks to insert")
                    .help("remove `after=` or `before=` to amend it, or give the new stage another name"),
            );
        }
        (None, Some(position)) => return Some((position, stage)),
        (None, None) if had_stages => {
            if let Some(name) = key {
                diagnostics.push(nothing_to_amend(base, &stage, &name));
            }
        }
        (None, None) => base.children.push(stage),
    }
    None
}

/// The index of a stage among the children.
pub fn find(base: &Block, name: &str) -> Option<usize> {
    base.children.iter().position(|child| child.word() == Word::Stage && child.stage_name() == Some(name))
}

/// A stage whose weight comes from a parameter needs a name that does not change with the weight.
fn needs_name(stage: &Block) -> Option<Diagnostic> {
    let weight = stage.property(Word::Weight).filter(|weight| stage.arguments.is_empty() && weight.via.is_some())?;
    Some(
        Diagnostic::new(
            Code::StageNeedsName,
            weight.span,
            "a stage whose weight is a parameter needs a name",
        )
        .label("the weight is not known yet")
        .why("A stage without a name is named after its weight, so gates, watches and environments could not refer to it.")
        .help("add a name: `stage \"first\" weight=…`"),
    )
}

fn names(base: &Block) -> Vec<&str> {
    base.all(Word::Stage).filter_map(Block::stage_name).collect()
}

/// A reference to a stage that does not exist.
pub fn unknown(base: &Block, name: &str, span: Span) -> Diagnostic {
    reference::unknown("stage", name, span, &names(base))
}

/// The stage beside which a new stage belongs, so that the weights rise.
fn neighbour<'a>(base: &'a Block, stage: &Block) -> Option<(Word, &'a str)> {
    let weight = |stage: &Block| match stage.property(Word::Weight)?.typed()? {
        Typed::Percent(percent) => Some(*percent),
        _ => None,
    };
    let stages: Vec<&Block> = base.all(Word::Stage).filter(|stage| stage.stage_name().is_some()).collect();
    let Some(own) = weight(stage) else { return Some((Word::After, stages.last()?.stage_name()?)) };
    match stages.iter().position(|other| weight(other).is_some_and(|weight| weight > own)) {
        Some(0) => Some((Word::Before, stages.first()?.stage_name()?)),
        Some(next) => Some((Word::After, stages.get(next - 1)?.stage_name()?)),
        None => Some((Word::After, stages.last()?.stage_name()?)),
    }
}

fn nothing_to_amend(base: &Block, stage: &Block, name: &str) -> Diagnostic {
    let names = names(base);
    let diagnostic = Diagnostic::new(
        Code::LayerNothingToAmend,
        stage.stage_span(),
        format!("there is no stage `{name}` for this layer to amend"),
    )
    .why("Stages are ordered, and a new stage at the end would follow a larger weight.");
    let insert = match neighbour(base, stage) {
        Some((word, neighbour)) => format!("to insert a new stage, add `{word}=\"{neighbour}\"`"),
        None => "to insert a new stage, add `after=` or `before=` with one of them".to_owned(),
    };
    match suggest::nearest(name, names.iter().copied()) {
        Some(nearest) => {
            diagnostic.label(format!("did you mean `{nearest}`?")).help(format!("write `\"{nearest}\"`; {insert}"))
        }
        None => diagnostic.label("unknown").help(format!("the stages are `{}`; {insert}", names.join("`, `"))),
    }
}
