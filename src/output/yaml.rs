//! In: compiled releases. Out: YAML documents, as one text or as one file for each release.

use super::file_name::file_name;
use super::format::{Folder, Format, OutputFile, Stream};
use crate::compile::Compiled;
use crate::manifest::{Comments, Object};
use crate::write::yaml;

/// YAML documents.
pub(super) const FORMAT: Format =
    Format { name: "yaml", summary: "YAML documents", stream: Ok(&Documents), folder: Ok(&Documents) };

struct Documents;

impl Stream for Documents {
    fn parts(&self, objects: &[Object], comments: &[Comments]) -> Vec<String> {
        if objects.is_empty() { Vec::new() } else { vec![yaml::commented(objects, comments)] }
    }

    fn join(&self, parts: &[String]) -> String {
        parts.join("---\n")
    }
}

impl Folder for Documents {
    fn files(&self, release: &Compiled, comments: &[Comments]) -> Vec<OutputFile> {
        let content = yaml::commented(&release.bundle.objects, comments);
        vec![OutputFile { path: file_name(&release.release, "yaml"), content }]
    }
}
