//! Service discovery with Consul: a process registers where it can be reached, and finds the instances of the services
//! that it calls. All of it is off unless `CONSUL_HTTP_ADDR` names an agent.
//!
//! Read next: `consul/agent.rs` (the four endpoints that are spoken), `consul/registration.rs`, `consul/discovery.rs`.

mod agent;
mod discovery;
mod failure;
mod registration;
mod tls;

use axum::http::HeaderValue;

use crate::config::Environment;

pub(crate) use agent::Agent;
pub(crate) use discovery::Discovery;
pub(crate) use registration::{Advertised, Registration};

impl Agent {
    /// The agent that `CONSUL_HTTP_ADDR` names, in the variables of Consul's own tools. What is wrong with them is noted
    /// in the environment.
    pub(crate) fn read(environment: &mut Environment) -> Option<Self> {
        let address = environment.text("CONSUL_HTTP_ADDR")?;
        let secure = match environment.text("CONSUL_HTTP_SSL").as_deref() {
            Some("true" | "1") => true,
            Some("false" | "0") | None => false,
            Some(other) => {
                let problem = format!("`{other}` is not true or false");
                environment.problem("CONSUL_HTTP_SSL", &problem);
                false
            }
        };
        let token = token(environment);
        let tls = tls::read(environment);
        match Self::new(&address, secure, token, tls) {
            Ok(agent) => Some(agent),
            Err(problem) => {
                environment.problem("CONSUL_HTTP_ADDR", &problem);
                None
            }
        }
    }
}

/// The token of `CONSUL_HTTP_TOKEN`, or of the file that `CONSUL_HTTP_TOKEN_FILE` names.
fn token(environment: &mut Environment) -> Option<HeaderValue> {
    let (name, text) = match environment.text("CONSUL_HTTP_TOKEN") {
        Some(token) => ("CONSUL_HTTP_TOKEN", token),
        None => {
            let name = "CONSUL_HTTP_TOKEN_FILE";
            (name, environment.file(name)?)
        }
    };
    let token = HeaderValue::try_from(text.trim());
    if token.is_err() {
        environment.problem(name, "holds something else than a token");
    }
    let mut token = token.ok()?;
    token.set_sensitive(true);
    Some(token)
}

#[cfg(test)]
mod tests;
