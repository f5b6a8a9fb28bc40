//! Renders the reports of a tracker for people and programs: lines, JSON and pictures.

pub mod json;
pub mod lines;
mod paragraph;
pub mod screen;
pub mod table;
mod words;

pub use screen::picture;
pub use words::duration;

pub(in crate::runtime) use screen::draw;
