//! In: how many policies are done. Out: a bar on standard error if the run takes long, on a terminal, without `--quiet`.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::shell::Shell;

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// The progress of a run. The threads that do the work share it.
#[derive(Debug)]
pub struct Progress {
    /// `None` if no bar is shown.
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    what: &'static str,
    total: u64,
    done: AtomicU64,
    began: Instant,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    /// `what` names what is counted, such as "policies".
    pub fn new(shell: &Shell, what: &'static str, total: usize) -> Self {
        let seen = !shell.quiet && io::stderr().is_terminal();
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let shown = || Shown { what, total, done: AtomicU64::new(0), began: Instant::now(), bar: OnceLock::new() };
        Self { shown: seen.then(shown) }
    }

    /// One more is done.
    pub fn advance(&self) {
        let Some(shown) = &self.shown else { return };
        let done = shown.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(bar) = shown.bar.get() {
            bar.set_position(done);
        } else if shown.began.elapsed() >= PATIENCE {
            shown.bar.get_or_init(|| bar(shown.what, shown.total, done));
        }
    }
}

impl Drop for Progress {
    /// Removes the bar, because the report follows on standard error.
    fn drop(&mut self) {
        if let Some(bar) = self.shown.as_ref().and_then(|shown| shown.bar.get()) {
            bar.finish_and_clear();
        }
    }
}

fn bar(what: &'static str, total: u64, done: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{pos}/{len} {msg} [{bar:40}] {eta} left");
    let style = style.map_or_else(|_| ProgressStyle::default_bar(), |style| style.progress_chars("=> "));
    let bar = ProgressBar::new(total).with_style(style).with_message(what);
    bar.set_position(done);
    bar
}
