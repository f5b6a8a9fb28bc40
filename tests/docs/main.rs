//! What is written about canaryc is true: policies in documents and pages are compiled, commands are run, and what they
//! are shown to print is compared. How to mark a block: CONTRIBUTING.md, "Documentation".

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod commands;
mod links;
#[path = "../support/markdown.rs"]
mod markdown;
mod pages;
mod policies;
#[path = "../support/walk.rs"]
mod walk;
