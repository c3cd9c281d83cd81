//! Cargo for a generated workspace, without what `cargo test` says of microkit: with that, some build scripts would run
//! again whenever a test and microkit itself, which leaves it out as well, build in the same target folder.

use std::process::Command;

pub fn as_in_a_shell(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let begin = ["CARGO_MANIFEST_", "CARGO_PKG_"];
        let is_of_program = |name: &str| begin.iter().any(|begin| name.starts_with(begin));
        if name.to_str().is_some_and(is_of_program) {
            command.env_remove(name);
        }
    }
    command
}
