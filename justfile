# The tasks of this repository: `just` lists them, `just ci` is what continuous integration runs.

default:
    @just --list

# Everything that has to hold before a change is merged
ci:
    .ci/run

# Format what is written in Rust
format:
    cargo fmt
    cargo fmt --manifest-path examples/shop/Cargo.toml --all

# Look for lints in the generator and in the example
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    cargo clippy --test '*' -- -D warnings
    cargo clippy --manifest-path examples/shop/Cargo.toml --workspace --all-targets -- -D warnings

# Run the generator's tests
test *arguments:
    cargo test {{arguments}}

# Run the example's tests
test-shop *arguments:
    cargo test --manifest-path examples/shop/Cargo.toml --workspace {{arguments}}

# Run the shop on real servers, with faults
test-servers *arguments:
    .ci/servers
    cargo test --test servers {{arguments}} -- --show-output

# Build the book in both languages, into target/book
book:
    .ci/book

# Run every command of the book, with its exercises
test-book:
    cargo test --test book -- --show-output

# Take the new output after a review of its differences
accept:
    SNAPSHOTS=overwrite cargo test

# Measure how fast a workspace is written
bench:
    cargo bench --bench generate

# Measure the generated system beside nginx and, with LESSON=…, beside the lesson's own code
bench-system:
    cargo bench --bench system

# Check the licences and sources of all dependencies
deny:
    cargo deny check
