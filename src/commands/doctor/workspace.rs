//! What has to be right in the workspace: its compose.yaml, the passwords in its .env, and its ports.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use crate::plan;

use super::super::docker::{self, Silence, Variables};
use super::super::manifest::Loaded;
use super::Finding;

/// A port of this machine: the variable that sets it, and what it is else.
type Port = (&'static str, u16);

/// Those of the profile `observability`.
const OBSERVERS: [Port; 3] = [
    ("PROMETHEUS_PORT", 9090),
    ("JAEGER_PORT", 16686),
    ("GRAFANA_PORT", 3000),
];

pub(super) fn look(loaded: &Loaded) -> Vec<Finding> {
    let root = loaded.root();
    let variables = match Variables::read(root) {
        Ok(variables) => variables,
        Err(error) => {
            let help = "it has to be a file of UTF-8 text that you may read";
            return vec![Finding::wrong(format!("{error:#}"), help)];
        }
    };
    let mut findings = Vec::new();
    let secrets = plan::deployment(&loaded.system).secrets;
    let lacking: Vec<String> = secrets
        .into_iter()
        .filter(|name| variables.get(name).is_none())
        .collect();
    if !root.join(plan::COMPOSE).exists() {
        let help = "`microkit compose` writes it";
        findings.push(Finding::wrong("there is no compose.yaml", help));
    } else if lacking.is_empty() {
        findings.push(Finding::good("every password is in .env"));
        findings.extend(config(root));
    } else {
        findings.push(Finding::wrong(
            format!(".env has no value for {}", lacking.join(", ")),
            "`microkit compose` adds what is missing",
        ));
    }
    let profiles = variables.get("COMPOSE_PROFILES").unwrap_or_default();
    let mut ports = vec![("GATEWAY_PORT", loaded.system.gateway.port)];
    if profiles
        .split(',')
        .any(|profile| profile == "observability")
    {
        ports.extend(OBSERVERS);
    }
    let project = variables.get("COMPOSE_PROJECT_NAME");
    let project = project.unwrap_or_else(|| loaded.system.name.to_string());
    let free = |port: Port| port_is_free(root, &project, &variables, port);
    findings.extend(ports.into_iter().map(free));
    findings
}

/// Whether Compose understands its files, an override of the user's among them.
fn config(root: &Path) -> Option<Finding> {
    match docker::ask(root, &["compose", "config", "--quiet"]) {
        Ok(_) => Some(Finding::good("Compose understands compose.yaml")),
        Err(Silence::Refused(words)) => Some(Finding::wrong(
            "Compose does not understand compose.yaml",
            words,
        )),
        // That has been said.
        Err(Silence::NotInstalled) => None,
    }
}

fn port_is_free(root: &Path, project: &str, variables: &Variables, (name, port): Port) -> Finding {
    let set = variables.get(name);
    let port = match set.as_deref().map(str::parse::<u16>) {
        None => port,
        Some(Ok(port)) if port > 0 => port,
        Some(_) => {
            let set = set.unwrap_or_default();
            let help = "set it to a number from 1 to 65535";
            return Finding::wrong(format!("{name} is `{set}`, which is no port"), help);
        }
    };
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let label = format!("label=com.docker.compose.project={project}");
            let publish = format!("publish={port}");
            let own = ["ps", "--quiet", "--filter", &label, "--filter", &publish];
            match docker::ask(root, &own) {
                Ok(list) if !list.is_empty() => {
                    Finding::good(format!("port {port}: this system runs there already"))
                }
                _ => Finding::wrong(
                    format!("port {port} is taken by another program"),
                    format!("end that program, or set {name} in .env to another port"),
                ),
            }
        }
        // A port that only root may open is no obstacle: Docker may.
        _ => Finding::good(format!("port {port} is free")),
    }
}
