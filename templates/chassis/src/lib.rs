//! The microservice chassis: what every service needs and no service is about. It knows nothing of this system; a
//! service says what it is with `Service::builder`, in its `lib.rs`.
//!
//! In reading order: `service`, `context`, `run`, `gateway` (what runs), `config`, `layers`, `scope`, `trace`, `spans` (what
//! surrounds a request), `problem`, `fields`, `rules`, `page` (requests and answers), `decimal`, `list`, `database`,
//! `migrations`, `schema` (data), `event`, `outbox`, `inbox`, `broker` (events), `client`, `consul` (calls), `server`,
//! `health`, `metrics`, `openapi`, `telemetry`, `attempts` (operation), `testing`.

mod attempts;
mod broker;
mod client;
mod config;
mod consul;
mod context;
mod database;
mod decimal;
mod event;
pub mod fields;
mod gateway;
mod health;
mod inbox;
mod layers;
mod list;
mod metrics;
mod migrations;
mod openapi;
mod outbox;
mod page;
mod problem;
pub mod rules;
mod run;
pub mod schema;
mod scope;
mod server;
mod service;
mod spans;
mod telemetry;
pub mod testing;
mod trace;

pub use client::{CallError, Callee, Reply};
pub use context::Context;
pub use decimal::Decimal;
pub use event::{CloudEvent, Event};
pub use fields::{Fields, FromFields, ValidJson, ValidQuery};
pub use gateway::Gateway;
pub use list::List;
pub use migrations::Migration;
pub use openapi::DOCS;
pub use outbox::Outbox;
pub use page::{Page, PageRequest, paginate};
pub use problem::{FieldError, Problem};
pub use run::{run, run_gateway, run_together};
pub use server::PeerAddress;
pub use service::{Handle, Peer, Service, ServiceBuilder};
