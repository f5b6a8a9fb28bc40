//! The command `canaryc`: a thin shell around the library.

mod cli;

/// A build makes and drops very many small objects: with this allocator a large one takes a tenth less time than with the
/// C library's, and one policy still takes less than 10 MB (see `bench/README.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main().into()
}
