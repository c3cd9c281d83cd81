//! Runs a system on this machine as processes that are looked after: what `microkit run` and `microkit lab` stand on.
//!
//! Read `layout.rs` for which processes there are and what each is told, `build.rs` for where the programs come from,
//! `guard.rs` for why none is left behind, `fleet.rs` for starting and stopping, `supervisor.rs` for what happens meanwhile.
#![allow(
    clippy::disallowed_methods,
    reason = "running programs is what this is for"
)]

mod build;
mod cargo;
mod fleet;
mod guard;
mod layout;
mod log;
mod ports;
mod ready;
mod supervisor;
mod watch;

pub use build::{Build, Built, Programs, begin_aside, build};
pub use cargo::cargo;
pub use fleet::{Fleet, Output};
pub use guard::{Guard, NAME as GUARD, keep as keep_guard};
pub use layout::{Process, layout};
pub use log::Log;
pub use ports::{Ports, free_ports, taken};
pub use ready::is_ready;
pub use supervisor::{Event, Ready, Supervisor, Verdict};
pub use watch::{Changed, watch};
