//! `microkit add-service NAME`: one more service in a workspace, from the manifest to the gateway.
//! Called by `cli.rs`; `change.rs` does the work.

use super::Failure;
use super::change::{self, Target};
use super::edit::service::{NewService, add_service};
use super::edit::spec::{self, Spec};

/// Add a service to the workspace
#[derive(Debug, clap::Args)]
#[command(after_help = "\
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
    let keeps =
        !(args.publishes.is_empty() && args.consumes.is_empty() && args.resource.is_empty());
    let new = NewService {
        name: args.name,
        port: args.port,
        database: args.database.or(keeps.then(|| "sqlite".to_owned())),
        calls: args.calls,
        publishes: args.publishes,
        consumes: args.consumes,
        resources: args.resource,
    };
    change::run(&args.target, None, |text| add_service(text, &new))
}
