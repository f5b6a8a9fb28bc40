//! The tests of canaryc in one binary, because linking the library takes longer than most of them. `cargo test kdl::`
//! runs one module. Tests that read one file each are in `tests/cases`; those that need a control plane are in
//! `tests/lab`.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read and write files")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot continue fails")]
// The schemas of the Kubernetes objects nest deeply.
#![recursion_limit = "256"]

mod allow;
mod bundle;
mod checks_are_called;
mod command_line;
mod converted_policies;
mod deterministic;
mod docs;
mod examples;
#[cfg(feature = "runtime")]
mod expired_watches;
mod facts;
mod foreign_words;
mod generated;
#[cfg(target_os = "linux")]
mod hostile;
#[cfg(feature = "runtime")]
mod hostile_server;
mod injection;
mod kdl;
mod language;
mod language_objects;
mod mistakes_together;
mod nginx;
mod patch;
mod plan_annotation;
mod pod_template;
mod pods_of_a_stage;
mod programs;
mod refused;
mod rendering;
mod schema_messages;
mod schemas;
mod secrets;
mod shape;
mod shown;
mod suggestions;
#[path = "../support/mod.rs"]
mod support;
mod write_yaml;
mod yaml;
mod yaml_policies;
mod yaml_readings;
