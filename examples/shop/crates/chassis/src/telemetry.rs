//! Structured logs on standard error: for people by default, as JSON with `LOG_FORMAT=json`. What is logged is set by
//! `RUST_LOG`. `run.rs` installs it before anything else happens.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::Environment;

/// Everything from this level up, but no statement of the database, and nothing of the client of the broker: what matters
/// of it is told by `broker/`.
const DEFAULT: &str = "info,sqlx=warn,sea_orm=warn,lapin=off";

/// Installs the log. A wrong setting is noted in the environment's problems.
pub(crate) fn install(environment: &mut Environment) {
    let filter = environment
        .text("RUST_LOG")
        .unwrap_or_else(|| DEFAULT.to_owned());
    let filter = EnvFilter::try_new(&filter).unwrap_or_else(|error| {
        environment.problem("RUST_LOG", &format!("`{filter}` is not a filter: {error}"));
        EnvFilter::new(DEFAULT)
    });
    let format = environment
        .text("LOG_FORMAT")
        .unwrap_or_else(|| "text".to_owned());
    let colour = std::io::stderr().is_terminal() && environment.text("NO_COLOR").is_none();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour);
    // A test may have installed one already, which then stays.
    let _ = match format.as_str() {
        "json" => builder.json().flatten_event(true).try_init(),
        "text" => builder.compact().try_init(),
        _ => {
            environment.problem(
                "LOG_FORMAT",
                &format!("`{format}` is neither text nor json"),
            );
            builder.compact().try_init()
        }
    };
}
