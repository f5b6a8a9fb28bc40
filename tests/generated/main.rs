//! Random policies, from seeds: valid ones compile to objects that hold together and use the whole language, damaged ones
//! are answered. The lab gives the valid ones to a real API server and a real controller.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod answers;
#[path = "../support/corpus.rs"]
mod corpus;
mod damage;
mod damaged;
#[path = "../support/generate/mod.rs"]
mod generate;
mod sides;
mod valid;
mod vocabulary;
