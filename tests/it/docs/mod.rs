//! What is written about canaryc is true: policies in documents and pages are compiled, commands are run, and what they
//! are shown to print is compared. How to mark a block: CONTRIBUTING.md, "Documentation".

mod commands;
mod links;
mod pages;
mod policies;
