# What CI runs is `just ci`; everything else is a part of it or a convenience.

# List the recipes.
default:
    @just --list

# Everything that CI runs.
ci:
    tests/run

# The commands of the README on a machine that knows nothing: a clean clone, empty caches. Takes half an hour and more.
fresh *command:
    tests/fresh {{command}}

# Build the release binary.
build:
    cargo build --release --locked

# The Rust tests alone.
test:
    cargo test --locked

# The test of one file of tests/mistakes: `just mistake audience-any`.
mistake name:
    cargo test --locked --test cases -- --exact mistakes::{{name}}

# Formatting and lints.
lint:
    cargo fmt --all --check
    cargo clippy --all-targets --locked -- -D warnings

# Regenerate what is generated from the table and the types: schemas, the language reference, the expected manifests.
# Read the difference before you commit it.
regenerate:
    UPDATE=1 UPDATE_SCHEMAS=1 UPDATE_DOCS=1 cargo test --locked --lib --test it

# The benchmarks: whole processes, paired with a yardstick.
bench:
    bench/run

# Feed damaged policies, manifests and embedded texts to every reader, each for so many seconds; prints the number of executions.
fuzz seconds="60":
    for target in reader format yaml manifest build fixes condition promql json-path regular-expression; do \
        cargo run --release --manifest-path fuzz/Cargo.toml -- $target --seconds {{seconds}} || exit 1; \
    done

# Start a real API server and the real controller, print `export KUBECONFIG=…` and `export PATH=…` (kubectl and its Argo
# Rollouts plugin), and stay until Ctrl-C. Needs Go; the first time builds for ten minutes and more.
lab:
    cargo test --locked --features runtime --test lab -- serve

# Let the real API server, lint, controller and Prometheus judge every example and every policy of the tests, or those whose
# name holds a text: `just judge gates/`. Needs Go.
judge *what:
    cargo test --locked --features runtime --test lab -- {{what}}
