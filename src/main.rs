//! The command `canaryc`. Everything it does is in the library's module `cli`.

/// A build allocates and frees many small objects. With this allocator a large build takes a tenth less time than with
/// the C library's, and a build of one policy still takes less than 10 MB (see `bench/README.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    canaryc::cli::main()
}
