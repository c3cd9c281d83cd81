//! Where a topic stands in a workspace: files and lines, found by looking, and the commands that let one see it.
//!
//! `commands/explain.rs` calls `standing`. Which places there are follows from the system, so this holds for any
//! manifest; what is not where microkit wrote it has been moved by the user, and then the file alone is named. Read
//! `finder.rs` next, then the files of the themes.

mod communication;
mod contracts;
mod data;
mod delivery;
mod events;
mod failure;
mod finder;
mod independence;
mod observability;
mod operation;
mod principles;
mod shape;

use crate::diagnostic::Finding;
use crate::lang::Lang;
use crate::manifest::Document;
use crate::system::System;

use super::Topic;
use finder::Finder;

/// A workspace, as far as it is looked at.
pub struct Ground<'a> {
    pub system: &'a System,
    pub document: &'a Document,
    /// The text of the manifest.
    pub manifest: &'a str,
    /// The text of another file by its path from the folder of the manifest, if there is one.
    pub read: &'a dyn Fn(&str) -> Option<String>,
    /// What `microkit check` finds, in the manifest and in the code, allowed or not.
    pub findings: &'a [Finding<'a>],
}

/// Where a topic stands in a workspace.
#[derive(Debug, Default)]
pub struct Standing {
    /// What this workspace has none of, or what else to know before the places.
    pub notes: Vec<&'static str>,
    /// A handful, the most telling first.
    pub places: Vec<Place>,
    /// Commands to see or to change it, each with what it does.
    pub commands: Vec<(String, &'static str)>,
    /// What they need: a running system, or something that this one has not.
    pub hints: Vec<String>,
}

/// One place in the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From the folder of the manifest, with `/` between its parts.
    pub path: String,
    pub at: At,
    /// What is looked for in the line.
    pub anchor: String,
    /// What is there.
    pub says: String,
}

/// What was found of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Counted from 1.
    Line(usize),
    /// The file is there, but what was looked for is not in it.
    File,
    /// There is no such file.
    Missing,
}

/// Looks where the topic stands, in words of that language.
pub fn standing(topic: Topic, ground: &Ground<'_>, lang: Lang) -> Standing {
    let mut finder = Finder::new(ground, lang);
    look(topic)(&mut finder);
    finder.found()
}

fn look(topic: Topic) -> fn(&mut Finder<'_>) {
    match topic {
        Topic::SingleResponsibility => principles::single_responsibility,
        Topic::DatabasePerService => principles::database_per_service,
        Topic::IndependentDeployment => principles::independent_deployment,
        Topic::TeamOwnership => principles::team_ownership,
        Topic::FaultIsolation => independence::fault_isolation,
        Topic::Scaling => independence::scaling,
        Topic::Coupling => independence::coupling,
        Topic::ModularMonolith => shape::modular_monolith,
        Topic::Extraction => shape::extraction,
        Topic::WhenToUse => shape::when_to_use,
        Topic::WhenNotToUse => shape::when_not_to_use,
        Topic::DistributedMonolith => shape::distributed_monolith,
        Topic::ApiGateway => communication::api_gateway,
        Topic::SynchronousCommunication => communication::synchronous,
        Topic::AsynchronousCommunication => events::asynchronous,
        Topic::ServiceDiscovery => communication::service_discovery,
        Topic::LoadBalancing => communication::load_balancing,
        Topic::Contract => contracts::contract,
        Topic::ProblemDetails => contracts::problem_details,
        Topic::Latency => failure::latency,
        Topic::Timeout => failure::timeout,
        Topic::Retry => failure::retry,
        Topic::CircuitBreaker => failure::circuit_breaker,
        Topic::HealthCheck => failure::health_check,
        Topic::GracefulShutdown => failure::graceful_shutdown,
        Topic::TransactionalOutbox => delivery::transactional_outbox,
        Topic::IdempotentConsumer => delivery::idempotent_consumer,
        Topic::DeadLetters => delivery::dead_letters,
        Topic::EventualConsistency => data::eventual_consistency,
        Topic::Saga => data::saga,
        Topic::Migrations => data::migrations,
        Topic::Deployment => operation::deployment,
        Topic::Configuration => operation::configuration,
        Topic::StructuredLogs => observability::structured_logs,
        Topic::Metrics => observability::metrics,
        Topic::DistributedTracing => observability::distributed_tracing,
        Topic::Chassis => operation::chassis,
        Topic::Testing => operation::testing,
        Topic::HeterogeneousTechnology => operation::heterogeneous_technology,
    }
}
