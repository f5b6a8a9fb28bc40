//! In: work for several threads. Out: its result. Where the system grants no threads (a container may limit them), the
//! work is done on one.

use std::sync::OnceLock;
use std::thread::available_parallelism;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The most threads: more gain nothing, and each takes memory.
const MOST: usize = 32;

/// The threads of this process.
enum Threads {
    /// Threads beside the first one.
    Several(ThreadPool),
    /// The thread that asked first.
    One { _kept: Option<ThreadPool> },
}

/// Runs work whose parts may run in parallel.
pub fn in_parallel<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static THREADS: OnceLock<Threads> = OnceLock::new();
    match THREADS.get_or_init(|| create(available_parallelism().map_or(1, usize::from).min(MOST))) {
        Threads::Several(pool) => pool.install(work),
        Threads::One { .. } => work(),
    }
}

fn create(count: usize) -> Threads {
    if count > 1
        && let Ok(pool) = ThreadPoolBuilder::new().num_threads(count).build()
    {
        return Threads::Several(pool);
    }
    // The present thread becomes the only one of a pool, so that parallel work started on it does not ask for others.
    Threads::One { _kept: ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok() }
}
