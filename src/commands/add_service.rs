//! `microkit add-service NAME`: one more service in a workspace, from the manifest to the gateway.
//! Called by `cli.rs`; `change.rs` does the work.

use anyhow::bail;

use crate::system::System;

use super::change::{self, Target};
use super::edit::service::{NewService, add_service};
use super::edit::spec::{self, Spec};
use super::{Failure, ask, manifest};

/// Add a service to the workspace
#[derive(Debug, clap::Args)]
#[command(after_help = "\
On a terminal and with no options it asks.

Examples:
  microkit add-service notification-service --consumes order.created
  microkit add-service billing-service --calls order-service \\
      --resource 'invoice: number:string:unique, order_id:order-service/order, state:OPEN|PAID'")]
pub struct Args {
    /// Its name everywhere: crate, host, folder; in kebab case
    name: String,
    /// Where it listens when it runs alone; dealt if left out
    #[arg(long)]
    port: Option<u16>,
    /// Where it keeps its data; if left out, sqlite where it needs any
    #[arg(long, value_parser = ["postgres", "sqlite", "none"])]
    database: Option<String>,
    /// Services that it calls
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    calls: Vec<String>,
    /// An event that it publishes; a new one with its fields: `order.shipped: order_id:uuid, at:timestamp`
    #[arg(long, value_name = "EVENT", value_parser = spec::parse)]
    publishes: Vec<Spec>,
    /// Events that it consumes
    #[arg(long, value_name = "EVENT", value_delimiter = ',')]
    consumes: Vec<String>,
    /// A resource that it owns: `invoice: number:string:unique, total:decimal`
    #[arg(long, value_name = "SPEC", value_parser = spec::parse)]
    resource: Vec<Spec>,
    #[command(flatten)]
    target: Target,
}

/// Adds the service.
///
/// # Errors
/// As `change::run`.
pub fn run(args: Args) -> Result<(), Failure> {
    let mut new = NewService {
        name: args.name,
        port: args.port,
        database: args.database,
        calls: args.calls,
        publishes: args.publishes,
        consumes: args.consumes,
        resources: args.resource,
    };
    let bare = NewService {
        name: new.name.clone(),
        ..NewService::default()
    };
    if new == bare && ask::possible() {
        let loaded = manifest::load(&change::manifest_of(&args.target)?)?;
        interview(&mut new, &loaded.system)?;
    }
    let keeps = !(new.publishes.is_empty() && new.consumes.is_empty() && new.resources.is_empty());
    if keeps && new.database.is_none() {
        new.database = Some("sqlite".to_owned());
    }
    change::run(&args.target, None, |text| add_service(text, &new))
}

/// Asks for what was not said.
fn interview(new: &mut NewService, system: &System) -> Result<(), Failure> {
    let services: Vec<&str> = system
        .services
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    let events: Vec<&str> = system
        .events
        .iter()
        .map(|event| event.name.as_str())
        .collect();
    new.calls = ask::ask(
        &format!("services that it calls ({})", services.join(", ")),
        "",
        |answer| ask::names(answer, &services),
    )?;
    if !events.is_empty() {
        new.consumes = ask::ask(
            &format!("events that it consumes ({})", events.join(", ")),
            "",
            |answer| ask::names(answer, &events),
        )?;
    }
    loop {
        let question =
            "a resource that it owns, such as `invoice: number:string:unique, total:decimal`";
        let resource = ask::ask(question, "", |answer| match answer {
            "" => Ok(None),
            answer => spec::parse(answer).map(Some),
        })?;
        match resource {
            Some(resource) => new.resources.push(resource),
            None => break,
        }
    }
    let default = match new.resources.is_empty() && new.consumes.is_empty() {
        true => "none",
        false => "sqlite",
    };
    let database = ask::ask(
        "its database (none, sqlite, postgres)",
        default,
        |answer| match ["none", "sqlite", "postgres"].contains(&answer) {
            true => Ok(answer.to_owned()),
            false => bail!("there is none, sqlite and postgres"),
        },
    )?;
    new.database = Some(database).filter(|database| database != "none");
    Ok(())
}
