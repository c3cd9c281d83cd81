//! Properties of what runs a system on Docker, for every manifest: names lead somewhere, passwords are asked for, nothing is
//! published but the gateway. `tests/docker/` brings it up on an engine.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test")]

#[path = "support/manifests.rs"]
mod manifests;

use std::collections::BTreeSet;

use microkit::plan::{self, Deployment, Plan};
use microkit::system::{Database, Shape, System};
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

    /// Who is published: the gateway alone, or with the services that were not extracted.
    fn entry(&self) -> &'static str {
        let is_open = self.system.shape == Shape::Open;
        match is_open || self.system.together().is_empty() {
            true => "gateway",
            false => "monolith",
        }
    }

    /// The container in which a service runs, and whether it is alone there.
    fn home<'a>(&self, service: &'a str) -> (&'a str, bool) {
        match self.yaml["services"][service].is_object() {
            true => (service, true),
            false => ("monolith", false),
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
        let is_settled = compose.system.shape != Shape::Open;
        for service in &compose.system.services {
            let has_own = !is_settled || compose.system.shape.is_extracted(&service.name);
            prop_assert_eq!(compose.yaml["services"][service.name.as_str()].is_object(), has_own);
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
            let may = name == compose.entry() || !service["profiles"].is_null();
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
            let service = network.trim_end_matches("-database");
            let expected = BTreeSet::from([compose.home(service).0, network]);
            prop_assert_eq!(BTreeSet::from_iter(on_it), expected);
            prop_assert_eq!(&compose.yaml["networks"][network]["internal"], true);
        }
    }

    #[test]
    fn each_service_is_told_where_its_data_is_and_keeps_it_in_either_shape(text in drawn()) {
        let compose = Compose::of(&text);
        for service in &compose.system.services {
            let name = service.name.as_str();
            let (home, is_alone) = compose.home(name);
            let home = &compose.yaml["services"][home];
            let variable = match is_alone {
                true => "DATABASE_URL".to_owned(),
                false => format!("{}_DATABASE_URL", service.name.env()),
            };
            let url = home["environment"][&variable].as_str();
            prop_assert_eq!(url.is_some(), service.database != Database::None);
            if service.database == Database::Sqlite {
                let file = url.unwrap().strip_prefix("sqlite://").unwrap();
                let mounted = texts(&home["volumes"]).into_iter().find_map(|mount| {
                    let folder = mount.strip_prefix(&format!("{name}-data:"))?;
                    file.strip_prefix(folder)
                });
                let database = format!("/{name}.db");
                prop_assert_eq!(mounted, Some(database.as_str()));
                // A volume takes over whose the folder of the image is.
                let folder = format!("/out{}", file.rsplit_once('/').unwrap().0);
                let made = compose.text("Dockerfile").contains(&format!("{folder} "));
                prop_assert!(made, "{}", folder);
            }
        }
    }

    #[test]
    fn who_reaches_another_process_finds_it(text in drawn()) {
        let compose = Compose::of(&text);
        let built = compose.table("services").iter();
        let built: Vec<_> = built.filter(|(_, service)| service["build"].is_object()).collect();
        for (name, service) in &built {
            let finds = service["environment"]["CONSUL_HTTP_ADDR"].is_string();
            prop_assert_eq!(finds, built.len() > 1, "{}", name);
        }
        // An event that is published on one side of the broker is consumed on the same side.
        for event in &compose.system.events {
            let publisher = compose.system.publisher(&event.name).into_iter();
            let sides = publisher.chain(compose.system.consumers(&event.name)).map(|service| {
                let home = compose.home(service.name.as_str()).0;
                compose.yaml["services"][home]["environment"]["AMQP_URL"].is_string()
            });
            prop_assert!(BTreeSet::from_iter(sides).len() < 2, "{}", event.name);
        }
    }

    #[test]
    fn with_everything_extracted_docker_runs_what_it_runs_if_nothing_is_settled(text in drawn()) {
        let all = Compose::of(&text).system.services;
        let all: Vec<&str> = all.iter().map(|service| service.name.as_str()).collect();
        let lines = text.lines().filter(|line| !line.starts_with("extracted = "));
        let open = lines.map(|line| format!("{line}\n")).collect::<String>();
        let settled = open.replacen("\nname = ", &format!("\nextracted = {all:?}\nname = "), 1);
        let (open, settled) = (Compose::of(&open), Compose::of(&settled));
        for (path, _) in open.plan.files().filter(|(path, _)| plan::is_compose(path)) {
            prop_assert_eq!(open.text(path), settled.text(path), "{}", path);
        }
        prop_assert_eq!(open.deployment, settled.deployment);
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
