//! In: a folder, a number and a seed. Out: that many policies of different shapes, with the files that they include, in
//! that folder. The same seed gives the same bytes on every machine.
//!
//! `cargo run --release --manifest-path bench/Cargo.toml -- DIR COUNT [SEED]`

mod random;
mod shapes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use random::Random;

/// Policies in one folder.
const IN_A_FOLDER: usize = 100;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count, rest @ ..] = arguments.as_slice() else { return usage() };
    let (Ok(count), Ok(seed)) = (count.parse(), rest.first().map_or(Ok(1), |seed| seed.parse())) else {
        return usage();
    };
    match generate(Path::new(folder), count, seed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder} cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: canaryc-bench DIR COUNT [SEED]");
    ExitCode::from(2)
}

fn generate(folder: &Path, count: usize, seed: u64) -> io::Result<()> {
    fs::create_dir_all(folder.join("lib"))?;
    fs::write(folder.join("lib/organisation.kdl"), shapes::ORGANISATION)?;
    fs::write(folder.join("lib/environments.kdl"), shapes::ENVIRONMENTS)?;
    for number in 0..count {
        let team: PathBuf = folder.join(format!("team-{:04}", number / IN_A_FOLDER));
        if number % IN_A_FOLDER == 0 {
            fs::create_dir_all(&team)?;
        }
        // Each policy has its own random numbers, so a longer run begins with the files of a shorter one.
        let mut random = Random::new(seed, number as u64);
        for file in shapes::policy(number, &mut random) {
            fs::write(team.join(file.name), file.text)?;
        }
    }
    Ok(())
}
