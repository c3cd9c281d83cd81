//! The real program, run in temporary folders: what a user types, sees and finds on the disk.
//! One file for each command; `support.rs` runs the program and reads folders.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "these tests are about the disk and the program, and fail by a panic"
)]

mod advise;
mod change;
mod check;
mod compose;
#[cfg(unix)]
mod doctor;
mod explain;
mod explain_here;
mod general;
mod generate;
mod graph;
mod interrupted;
#[cfg(unix)]
mod lab;
mod new;
mod rename;
#[cfg(unix)]
mod run;
#[cfg(unix)]
mod run_system;
mod shape;
mod support;
mod upgrade;
