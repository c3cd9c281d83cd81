//! The files at the top of the workspace, the monolith, and the one file of the gateway that names the services.
//!
//! Called by `plan`. Read `service/` next.

use askama::Template;

use super::layout;
use super::service::dependencies;
use super::{Files, lock, readme, render, verbatim};
use crate::system::{Service, System};

/// The version of every crate of a new workspace, as its `Cargo.toml` says.
const VERSION: &str = "0.1.0";

pub fn add(files: &mut Files, system: &System) {
    let members = CargoToml {
        members: members(system),
    };
    files.add("Cargo.toml", render(&members));
    files.add("Cargo.lock", cargo_lock(system));
    files.add("README.md", readme::readme(system));
    files.add(
        ".gitignore",
        include_str!("../../templates/workspace/gitignore"),
    );
    files.add(
        "clippy.toml",
        include_str!("../../templates/workspace/clippy.toml"),
    );
    files.add("gateway/src/routes.rs", render(&routes(system)));
    let monolith = MonolithToml {
        services: each(system, |service| {
            format!("{0} = {{ path = \"../services/{0}\" }}\n", service.name)
        }),
    };
    files.add("monolith/Cargo.toml", render(&monolith));
    let called: Vec<String> = system
        .services
        .iter()
        .map(|service| monolith_service(system, service))
        .collect();
    let main = MonolithMain {
        services: layout::array(4, "vec!", &called, ""),
    };
    files.add("monolith/src/main.rs", render(&main));
}

/// A service of the system, and whether it runs apart from the monolith.
fn monolith_service(system: &System, service: &Service) -> String {
    let extracted = match system.shape.is_extracted(&service.name) {
        true => ".extracted()",
        false => "",
    };
    format!("{}::service(){extracted}", service.name.krate())
}

#[derive(Template)]
#[template(path = "workspace/Cargo.toml.askama", escape = "none")]
struct CargoToml {
    members: String,
}

#[derive(Template)]
#[template(path = "monolith/Cargo.toml.askama", escape = "none")]
struct MonolithToml {
    services: String,
}

#[derive(Template)]
#[template(path = "monolith/main.rs.askama", escape = "none")]
struct MonolithMain {
    services: String,
}

#[derive(Template)]
#[template(path = "workspace/routes.rs.askama", escape = "none")]
struct RoutesRs {
    port: u16,
    timeout: u128,
    services: String,
    routes: String,
}

fn members(system: &System) -> String {
    let fixed = ["crates/chassis", "gateway", "monolith"].map(String::from);
    let services = system
        .services
        .iter()
        .map(|service| format!("services/{}", service.name));
    let members = fixed.into_iter().chain(services);
    members
        .map(|member| format!("    \"{member}\",\n"))
        .collect()
}

fn cargo_lock(system: &System) -> String {
    let mut members: Vec<(String, Vec<String>)> = ["chassis", "gateway"]
        .into_iter()
        .map(|name| (name.to_owned(), verbatim::dependencies(name)))
        .collect();
    let mut monolith = vec![String::from("chassis"), String::from("gateway")];
    for service in &system.services {
        let (uses, tests) = dependencies(system, service);
        let all = uses.union(&tests).map(|name| (*name).to_owned()).collect();
        members.push((service.name.to_string(), all));
        monolith.push(service.name.to_string());
    }
    monolith.sort();
    members.push((String::from("monolith"), monolith));
    lock::lock(VERSION, &members)
}

fn routes(system: &System) -> RoutesRs {
    let peer = |service: &Service| format!("Peer::new(\"{}\", {})", service.name, service.port);
    let peers: Vec<String> = system.services.iter().map(peer).collect();
    let mut routes: Vec<(String, &Service)> = Vec::new();
    for service in &system.services {
        if service.resources.is_empty() {
            routes.push((service.name.to_string(), service));
        }
        let paths = service
            .resources
            .iter()
            .map(|resource| resource.path.clone());
        routes.extend(paths.map(|path| (path, service)));
    }
    let routes: Vec<String> = routes
        .iter()
        .map(|(path, service)| {
            let pair = [format!("\"{path}\""), format!("\"{}\"", service.name)];
            layout::tuple(8, &pair)
        })
        .collect();
    RoutesRs {
        port: system.gateway.port,
        timeout: system.gateway.timeout.as_millis(),
        services: layout::array(4, "vec!", &peers, ""),
        routes: match routes.as_slice() {
            // A tuple that is alone and broken begins beside its bracket.
            [only] if only.contains('\n') => {
                format!("    vec![{}]\n", only.replace("\n    ", "\n"))
            }
            _ => layout::array(4, "vec!", &routes, ""),
        },
    }
}

/// A line for each service.
pub(super) fn each(system: &System, line: impl Fn(&Service) -> String) -> String {
    system.services.iter().map(line).collect()
}
