//! What a later layer removes. In: nothing. Out: its line of the table.

use super::make::{PORT_NUMBER, list, one, section};
use crate::vocabulary::{NodeSpec, Reference, Type, Word};

pub static REMOVE: NodeSpec = NodeSpec {
    children: &[
        one(&STAGE),
        one(&AUDIENCE),
        one(&ROUTE),
        one(&PORT),
        one(&ROUTER),
        one(&WATCH),
        one(&AUTOSCALER),
        one(&LOAD),
        one(&STICKY),
        one(&NOTIFY),
        one(&PATCH),
    ],
    example: r#"remove { router; watch; stage "25%" "50%" }"#,
    ..section(Word::Remove, "Removes what an earlier layer declares; it is an error if no earlier layer does.")
};

static STAGE: NodeSpec = list(
    Word::Stage,
    Word::Names,
    Type::Reference(Reference::Stage),
    "The stages.",
    "Removes stages, each named by its name, else its weight, else its audience.",
);
static AUDIENCE: NodeSpec =
    list(Word::Audience, Word::Names, Type::Reference(Reference::Audience), "The audiences.", "Removes audiences.");
static ROUTE: NodeSpec =
    list(Word::Route, Word::Names, Type::Reference(Reference::Route), "The routes.", "Removes routes.");
static PORT: NodeSpec =
    list(Word::Port, Word::Numbers, PORT_NUMBER, "The ports, by number.", "Removes ports of the service.");
static ROUTER: NodeSpec = section(Word::Router, "Removes the router; the share of traffic is then the share of pods.");
static WATCH: NodeSpec = section(Word::Watch, "Removes the watch.");
static AUTOSCALER: NodeSpec = section(Word::Autoscaler, "Removes the autoscaler.");
static LOAD: NodeSpec = section(Word::Load, "Removes the load.");
static STICKY: NodeSpec = section(Word::Sticky, "Removes stickiness.");
static NOTIFY: NodeSpec = section(Word::Notify, "Removes all notifications of earlier layers.");
static PATCH: NodeSpec = section(Word::Patch, "Removes all patches of earlier layers.");
