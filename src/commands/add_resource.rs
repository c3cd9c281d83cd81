//! `microkit add-resource SERVICE SPEC`: one more resource in a service. Called by `cli.rs`;
//! `change.rs` does the work.

use super::Failure;
use super::change::{self, Target};
use super::edit::service::add_resource;
use super::edit::spec::{self, Spec};

/// Add a resource to a service
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A field is NAME:TYPE with options behind it: unique, optional, readonly, min=…, max=…, default=….
A type is one of the manifest's, SERVICE/RESOURCE for a reference, or A|B|C for an enum.

Example:
  microkit add-resource user-service 'address: street:string, user_id:user-service/user'")]
pub struct Args {
    /// The service that owns it, which needs a database
    service: String,
    /// Its name and its fields
    #[arg(value_name = "SPEC", value_parser = spec::parse)]
    resource: Spec,
    #[command(flatten)]
    target: Target,
}

/// Adds the resource.
///
/// # Errors
/// As `change::run`.
pub fn run(args: Args) -> Result<(), Failure> {
    change::run(&args.target, None, |text| {
        add_resource(text, &args.service, &args.resource)
    })
}
