//! In: compiled releases and the name of a format. Out: their manifests in that format, as one text or as named files.
//! To add a format, write a file beside this one and add a line to [`FORMATS`].

mod file_name;
mod format;
mod json;
#[cfg(test)]
mod tests;
mod yaml;

pub use format::{Folder, Format, OutputFile, Stream, Unavailable};

/// Every format, the default first.
pub const FORMATS: &[Format] = &[yaml::FORMAT, json::FORMAT];

/// The format with this name.
pub fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
