//! Properties of what runs a system on Docker, for every manifest: names lead somewhere, passwords are asked for, nothing is
//! published but the gateway. `tests/docker/` brings it up on an engine.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/manifests.rs"]
mod manifests;

use std::collections::BTreeSet;

use microkit::plan::{self, Deployment, Plan};
use microkit::system::System;
use microkit::{manifest, system};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// A manifest with servers of PostgreSQL of either kind.
fn drawn() -> impl Strategy<Value = String> {
    (manifests::manifest(), any::<bool>()).prop_map(|(text, shared)| match shared {
        true => format!("{text}\n[compose]\npostgres = \"shared\"\n"),
        false => text,
    })
}

struct Compose {
    system: System,
    plan: Plan,
    deployment: Deployment,
    yaml: Value,
}

impl Compose {
    fn of(text: &str) -> Self {
        let document = manifest::parse("microkit.toml", text).unwrap();
        let system = system::validate(&document).unwrap();
        let plan = plan::plan(&system);
        let yaml = plan.get(plan::COMPOSE).unwrap();
        let yaml = std::str::from_utf8(yaml).unwrap();
        // Hundreds of aliases of five anchors look like an attack.
        let options = serde_saphyr::options! { budget: None };
        let yaml: Value = serde_saphyr::from_str_with_options(yaml, options).unwrap();
        Self {
            deployment: plan::deployment(&system),
            system,
            plan,
            yaml,
        }
    }

    fn text(&self, path: &str) -> &str {
        std::str::from_utf8(self.plan.get(path).unwrap()).unwrap()
    }

    fn table(&self, name: &str) -> &Map<String, Value> {
        self.yaml[name].as_object().unwrap()
    }

    /// The containers that run without a profile.
    fn always(&self) -> impl Iterator<Item = (&String, &Value)> {
        let services = self.table("services").iter();
        services.filter(|(_, service)| service["profiles"].is_null())
    }
}

fn texts(value: &Value) -> Vec<&str> {
    let items = value.as_array().into_iter().flatten();
    items.map(|item| item.as_str().unwrap()).collect()
}

/// The variables that Compose insists on.
fn required(text: &str) -> BTreeSet<&str> {
    let parts = text.split("${").skip(1);
    parts
        .filter_map(|part| part.split('}').next()?.split_once(":?"))
        .map(|(name, _)| name)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_name_leads_somewhere_and_nothing_is_there_for_nobody(text in drawn()) {
        let compose = Compose::of(&text);
        let services = compose.table("services");
        let (mut networks, mut volumes) = (BTreeSet::new(), BTreeSet::new());
        for (name, service) in services {
            for needed in service["depends_on"].as_object().into_iter().flatten() {
                prop_assert!(services.contains_key(needed.0), "{name} needs {}", needed.0);
            }
            networks.extend(texts(&service["networks"]));
            let mounts = texts(&service["volumes"]).into_iter();
            let mounts = mounts.map(|mount| mount.split(':').next().unwrap());
            for source in mounts {
                match source.strip_prefix("./") {
                    Some(file) => {
                        let is_there = compose.plan.files().any(|(path, _)| path.starts_with(file));
                        prop_assert!(is_there, "{name} mounts {file}");
                    }
                    None => { volumes.insert(source); }
                }
            }
        }
        let declared = |name: &str| compose.table(name).keys().map(String::as_str).collect();
        prop_assert_eq!(networks, declared("networks"));
        prop_assert_eq!(volumes, declared("volumes"));
    }

    #[test]
    fn what_a_machine_is_told_is_what_runs(text in drawn()) {
        let compose = Compose::of(&text);
        // One container makes the databases and ends.
        let names: BTreeSet<&str> = compose
            .always()
            .map(|(name, _)| name.as_str())
            .filter(|name| *name != "postgres-databases")
            .collect();
        let told = compose.deployment.containers.iter();
        let told: BTreeSet<&str> = told.map(|one| one.name.as_str()).collect();
        prop_assert_eq!(names, told);
        for container in compose.deployment.containers.iter().chain(&compose.deployment.observers) {
            let service = &compose.yaml["services"][&container.name];
            let limit = &service["deploy"]["resources"]["limits"]["memory"];
            prop_assert_eq!(limit, &format!("{}M", container.mebibytes));
        }
        prop_assert_eq!(compose.deployment.networks, compose.table("networks").len());
        for service in &compose.system.services {
            prop_assert!(compose.yaml["services"][service.name.as_str()].is_object());
        }
    }

    #[test]
    fn every_password_is_asked_for_and_shown_in_the_example(text in drawn()) {
        let compose = Compose::of(&text);
        let secrets = compose.deployment.secrets.iter().map(String::as_str);
        let secrets: BTreeSet<&str> = secrets.collect();
        prop_assert_eq!(required(compose.text(plan::COMPOSE)), secrets.clone());
        for name in secrets {
            let line = format!("\n{name}=\n");
            prop_assert!(compose.text(".env.example").contains(&line), "{}", name);
        }
    }

    #[test]
    fn only_the_gateway_is_published_and_only_to_this_machine(text in drawn()) {
        let compose = Compose::of(&text);
        for (name, service) in compose.table("services") {
            let ports = texts(&service["ports"]);
            let may = name == "gateway" || !service["profiles"].is_null();
            prop_assert_eq!(!ports.is_empty(), may, "{}", name);
            prop_assert!(ports.iter().all(|port| port.starts_with("127.0.0.1:")), "{ports:?}");
            prop_assert_eq!(&service["cap_drop"], &serde_json::json!(["ALL"]));
            let confined = texts(&service["security_opt"]);
            prop_assert_eq!(confined, ["no-new-privileges:true"]);
        }
    }

    #[test]
    fn a_database_meets_nobody_but_its_service(text in drawn()) {
        let compose = Compose::of(&text);
        let databases = compose.table("networks").keys().filter(|name| name.ends_with("-database"));
        for network in databases {
            let on_it: Vec<&str> = compose
                .table("services")
                .iter()
                .filter(|(_, service)| texts(&service["networks"]).contains(&network.as_str()))
                .map(|(name, _)| name.as_str())
                .collect();
            prop_assert_eq!(on_it, [network.trim_end_matches("-database"), network]);
            prop_assert_eq!(&compose.yaml["networks"][network]["internal"], true);
        }
    }

    #[test]
    fn the_dashboard_has_a_row_for_each_service_and_no_panel_twice(text in drawn()) {
        let compose = Compose::of(&text);
        let dashboard = compose.text("compose/grafana/dashboards/services.json");
        let dashboard: Value = serde_json::from_str(dashboard).unwrap();
        let panels = dashboard["panels"].as_array().unwrap();
        let rows: Vec<&str> = panels
            .iter()
            .filter(|panel| panel["type"] == "row")
            .map(|panel| panel["title"].as_str().unwrap())
            .collect();
        let services = compose.system.services.iter().map(|service| service.name.as_str());
        let expected: Vec<&str> = ["All services", "gateway"].into_iter().chain(services).collect();
        prop_assert_eq!(rows, expected);
        let ids: BTreeSet<u64> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
        prop_assert_eq!(ids.len(), panels.len());
    }
}

#[test]
fn a_service_may_have_a_name_that_postgresql_keeps_for_itself() {
    let service = |name: &str| {
        format!(
            "[services.{name}]\ndatabase = \"postgres\"\n[services.{name}.resources.{name}-note]\nfields.text = \"text\"\n"
        )
    };
    for (name, role) in [
        ("public", "_public"),
        ("pg-dump", "_pg_dump"),
        ("stock", "stock"),
    ] {
        let compose = Compose::of(&format!("[system]\nname = \"shop\"\n{}", service(name)));
        let database = &compose.yaml["services"][format!("{name}-database")];
        assert_eq!(database["environment"]["POSTGRES_USER"], role);
        let url = &compose.yaml["services"][name]["environment"]["DATABASE_URL"];
        let url = url.as_str().unwrap();
        assert!(
            url.starts_with(&format!("postgres://{role}:")) && url.ends_with(&format!("/{role}"))
        );
    }
}
