//! microkit: one manifest, a runnable Rust microservice system, and the lesson that explains it.
//!
//! Four stages, one module each; the type that a stage returns says how far a value has come:
//! text -> `manifest::Document` -> `system::System` -> `plan::Plan` -> `workspace::Report`.
//! From the side, `judge` looks at a system for `microkit check`, `advice` weighs whether to run it as one process or many,
//! `topics` teaches for `microkit explain`, `lab` says what an experiment shows for `microkit lab`; `supervise` runs a system.
//! The modules below are listed in reading order; `main.rs` starts at `cli`.

pub mod advice;
mod case;
pub mod cli;
pub mod commands;
pub mod diagnostic;
pub mod graph;
pub mod judge;
pub mod lab;
pub mod lang;
pub mod manifest;
pub mod plan;
mod rust;
pub mod supervise;
pub mod system;
pub mod topics;
pub mod workspace;
