//! The documentation of canaryc is true: the tests compile the policies in documents and pages, run the commands, and
//! compare their output with the text. How to mark a block: CONTRIBUTING.md, "Documentation".

mod commands;
mod links;
mod pages;
mod policies;
mod works_today;
