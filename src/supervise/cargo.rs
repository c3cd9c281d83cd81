//! Cargo, as the user's own shell would start it.

use std::env;
use std::process::Command;

/// Names of variables that cargo sets for a program that it runs begin like this. Some build scripts look at them and
/// run again when they change, so with them whatever stands on such a crate would be compiled once more.
const OF_PROGRAM: [&str; 2] = ["CARGO_MANIFEST_", "CARGO_PKG_"];

/// A command without what cargo says of microkit, if microkit itself was started by cargo.
pub fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    for (name, _) in env::vars_os() {
        let is_of_program = |name: &str| OF_PROGRAM.iter().any(|begin| name.starts_with(begin));
        if name.to_str().is_some_and(is_of_program) {
            cargo.env_remove(name);
        }
    }
    cargo
}
