//! One test for each file. In: the folders of files under `tests/`. Out: a test for each file, with its name: `cargo
//! test mistakes::audience-any`. A new file is a new test; there is no list to extend.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files")]
#![allow(clippy::unwrap_used, reason = "a test that cannot continue fails")]

mod findings;
mod followed;
mod mistakes;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let tests = mistakes::tests().into_iter().chain(findings::tests()).chain(followed::tests()).collect();
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}
