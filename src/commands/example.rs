//! The manifests that come with microkit, one for each `--example`. Used by `new.rs`, which puts
//! the system's own name into them.

use clap::ValueEnum;

/// A manifest to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Example {
    /// Users, orders and payments: three services, each with a database, and an event
    Shop,
    /// One service without a database
    Hello,
}

impl Example {
    /// The manifest, with the example's own name in it.
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Shop => include_str!("../../templates/examples/shop.toml"),
            Self::Hello => include_str!("../../templates/examples/hello.toml"),
        }
    }
}
