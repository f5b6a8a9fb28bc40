//! In: the output folder. Out: which files in it canaryc wrote, each with the policy that it was generated from. Only
//! what is listed here is ever removed: copies that people make, and files of another output folder, are not.
//!
//! The inventory may come with a checkout, so nothing in it is believed: it names candidates, and whoever removes one
//! checks that it is a file below the folder with the first line of canaryc.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::target::is_inside;
use crate::write::error::{WriteError, WriteErrorKind};

/// The name of the inventory in the output folder.
pub(super) const INVENTORY: &str = ".canaryc-inventory";

/// The first line of an inventory.
pub(super) const TITLE: &str =
    "# The files that canaryc wrote to this folder, and their policies. Commit it with the files.\n";

/// The most bytes of an inventory: some 500,000 files.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The files of an output folder and the policy of each, as [`Headers`](super::header::Headers) names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inventory(pub(super) BTreeMap<PathBuf, String>);

impl Inventory {
    /// Reads the inventory of a folder; empty if there is none. Lines that mean nothing are skipped: their files stay.
    pub(super) fn read(folder: &Path) -> Result<Self, WriteError> {
        let path = folder.join(INVENTORY);
        match fs::symlink_metadata(&path) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Self::default());
            }
            Err(error) => return Err(WriteError::io("read", &path)(error)),
            Ok(found) if found.is_symlink() => return Err(WriteError::new(&path, WriteErrorKind::Symlink)),
            Ok(found) if !found.is_file() => return Err(WriteError::new(&path, WriteErrorKind::IsFolder)),
            Ok(_) => {}
        }
        let mut text = Vec::new();
        let file = fs::File::open(&path).map_err(WriteError::io("read", &path))?;
        file.take(LARGEST).read_to_end(&mut text).map_err(WriteError::io("read", &path))?;
        Ok(Self::parse(&String::from_utf8_lossy(&text)))
    }

    fn parse(text: &str) -> Self {
        let entries = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
        let entries = entries.map(|(path, policy)| (PathBuf::from(path), policy.to_owned()));
        Self(entries.filter(|(path, _)| is_inside(path)).collect())
    }

    /// Its text, one line for each file.
    pub(super) fn text(&self) -> String {
        let lines = self.0.iter().map(|(path, policy)| format!("{}\t{policy}\n", slashes(path)));
        std::iter::once(TITLE.to_owned()).chain(lines).collect()
    }
}

fn slashes(path: &Path) -> String {
    let path = path.to_string_lossy();
    if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inventory_reads_what_it_writes_and_nothing_outside_its_folder() {
        let list = [("a.yaml", "../policies/a.canary.kdl"), ("dev/b.yaml", "shop:policies/b.canary.kdl")];
        let inventory = Inventory(list.map(|(path, policy)| (path.into(), policy.to_owned())).into());
        assert_eq!(Inventory::parse(&inventory.text()), inventory);
        for line in ["../x\tp", "/x\tp", "a/../../x\tp", ".canaryc-staging/x\tp", "<<<<<<< HEAD", "", "a.yaml"] {
            assert_eq!(Inventory::parse(line), Inventory::default(), "{line}");
        }
    }
}
