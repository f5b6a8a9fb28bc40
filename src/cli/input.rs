//! In: a path of the command line, or `-`. Out: its text, or a diagnostic that says why it cannot be read.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Report};
use crate::discover::Input;
use crate::disk::{self, Disk};
use crate::files::{FileError, Files};
use crate::source::{Source, Sources};
use crate::syntax::limits;

use super::arguments::StandardInput;
use super::status::Failure;

/// The files of a run: those that policies may name anyway, and those of the allowed folders.
///
/// # Errors
/// When an allowed folder does not exist.
pub fn disk(allowed_folders: &[PathBuf]) -> Result<Disk, Failure> {
    Disk::allowing(allowed_folders).map_err(|(folder, error)| asked(error.on_command_line(&folder)))
}

/// Reads the FILE argument of a command.
pub fn file(path: &Path, standard_input: &StandardInput, disk: &Disk) -> Result<Arc<Source>, Failure> {
    let input = if path.as_os_str() == "-" { Input::StandardInput } else { Input::File(path.to_owned()) };
    read(&input, standard_input, disk).map_err(|diagnostic| asked(*diagnostic))
}

/// Reads one input. A policy that is a link must lead to a policy that it could include.
pub fn read(input: &Input, standard_input: &StandardInput, disk: &Disk) -> Result<Arc<Source>, Box<Diagnostic>> {
    match input {
        Input::File(path) => {
            let admitted = if path.is_symlink() { disk.admit(path, path) } else { Ok(()) };
            admitted.and_then(|()| disk.read(path)).map_err(|error| Box::new(error.on_command_line(path)))
        }
        Input::StandardInput => {
            let name = standard_input.name();
            let text = read_standard_input().and_then(disk::text_of);
            text.map(|text| Source::new(name, text)).map_err(|error| Box::new(error.on_command_line(name)))
        }
    }
}

/// The failure of a command because of one diagnostic.
pub fn asked(diagnostic: Diagnostic) -> Failure {
    let mut found = Diagnostics::new();
    found.push(diagnostic);
    Failure::Asked(Report::new([(Sources::default(), found)]))
}

fn read_standard_input() -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let most = limits::FILE_BYTES as u64 + 1;
    std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(|error| FileError::Other(error.to_string()))?;
    Ok(bytes)
}
