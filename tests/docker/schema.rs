//! `compose.yaml` of systems of several kinds: what Compose and its specification say of it, and what has to hold for
//! every container in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::engine::{engine, printed, repository};
use super::large;
use super::project::Project;
use super::servers::{or_skip, python};

const SQLITE: &str = r#"
[system]
name = "files"

[services.note-service]
database = "sqlite"
publishes = ["note.created"]

[services.note-service.resources.note]
fields.text = "string"

[services.log-service]
database = "sqlite"
consumes = ["note.created"]

[events."note.created"]
note_id = "uuid"
"#;

/// The YAML as it is written, with its merge keys resolved and its variables not.
const VALIDATE: &str = "\
import json, sys, yaml
from jsonschema.validators import validator_for
schema = json.load(open(sys.argv[1]))
validator = validator_for(schema)(schema)
document = yaml.safe_load(open(sys.argv[2]))
mistakes = [f'{error.json_path}: {error.message}' for error in validator.iter_errors(document)]
print('\\n'.join(mistakes) or f'valid: {len(document[\"services\"])} services')
sys.exit(bool(mistakes))
";

#[test]
fn compose_yaml_is_valid_and_grants_nothing_that_is_not_needed() {
    let Some(engine) = engine() else { return };
    let shop = fs::read_to_string(repository().join("examples/shop/microkit.toml")).unwrap();
    let shared = format!("{shop}\n[compose]\npostgres = \"shared\"\n");
    let hello = fs::read_to_string(repository().join("templates/examples/hello.toml")).unwrap();
    for (name, manifest) in [
        ("schema-shop", &*shop),
        ("schema-shared", &*shared),
        ("schema-hello", &*hello),
        ("schema-sqlite", SQLITE),
        ("schema-twelve", large::TWELVE),
    ] {
        let project = Project::of_manifest(engine, name, manifest);
        let profile = ["--profile", "observability"];
        for options in [&[][..], &profile] {
            project.compose(&[options, &["config", "--quiet"]].concat());
        }
        validate(&project);
        let plain = project.config(&[]);
        let observed = project.config(&profile);
        publishes_the_gateway_alone(&plain);
        publishes_to_this_machine_alone(&observed);
        let services = observed["services"].as_object().unwrap();
        for (service, settings) in services {
            keeps_the_rules(service, settings);
        }
        each_database_has_one_client(&plain);
        no_file_has_a_password(&project);
        println!(
            "{name}: valid, {} containers, {} with the observers, each by the rules",
            plain["services"].as_object().unwrap().len(),
            services.len()
        );
    }
}

fn validate(project: &Project) {
    let with_modules = python().filter(|python| {
        let mut check = Command::new(python);
        let check = check.args(["-c", "import yaml, jsonschema"]).output();
        check.is_ok_and(|output| output.status.success())
    });
    let schema = Some(project.engine.schema()).filter(|file| file.exists());
    let part = "Python with yaml and jsonschema, and schema of Compose";
    let Some((python, schema)) = or_skip(part, with_modules.zip(schema)) else {
        return;
    };
    let mut validate = Command::new(python);
    validate.args(["-c", VALIDATE]).arg(schema);
    let said = printed(validate.arg(project.folder.join("compose.yaml")));
    assert!(said.starts_with("valid: "), "{said}");
    let text = project.read("compose.yaml");
    for word in ["version:", "container_name"] {
        let lines = text.lines().filter(|line| line.trim().starts_with(word));
        assert_eq!(lines.count(), 0, "`{word}` in compose.yaml");
    }
}

/// The ports of a service as Compose understands them: the address and the port of this machine.
fn ports(settings: &Value) -> Vec<(String, String)> {
    let ports = settings["ports"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    ports
        .map(|port| (text(&port["host_ip"]), text(&port["published"])))
        .collect()
}

fn publishes_the_gateway_alone(config: &Value) {
    for (service, settings) in config["services"].as_object().unwrap() {
        let count = usize::from(service == "gateway");
        assert_eq!(ports(settings).len(), count, "published ports of {service}");
    }
    publishes_to_this_machine_alone(config);
}

fn publishes_to_this_machine_alone(config: &Value) {
    for (service, settings) in config["services"].as_object().unwrap() {
        for (address, port) in ports(settings) {
            assert_eq!(address, "127.0.0.1", "where {service} publishes {port}");
        }
        assert_ne!(settings["network_mode"], "host", "{service}");
    }
}

fn keeps_the_rules(service: &str, settings: &Value) {
    let ends = service == "postgres-databases";
    let health = &settings["healthcheck"];
    assert_eq!(
        health["test"].is_array(),
        !ends,
        "health of {service}: {health}"
    );
    assert_eq!(
        health["disable"] == true,
        ends,
        "health of {service}: {health}"
    );
    let restart = if ends { "no" } else { "unless-stopped" };
    assert_eq!(settings["restart"], restart, "restart of {service}");
    let memory = &settings["deploy"]["resources"]["limits"]["memory"];
    let memory: u64 = memory.as_str().unwrap_or_default().parse().unwrap_or(0);
    assert!(
        memory >= 64 << 20,
        "a limit on the memory of {service}: {memory}"
    );
    let log = &settings["logging"];
    assert_eq!(log["driver"], "json-file", "the log of {service}");
    for option in ["max-size", "max-file"] {
        assert!(
            log["options"][option].is_string(),
            "{option} of {service}: {log}"
        );
    }
    assert_eq!(
        settings["cap_drop"],
        serde_json::json!(["ALL"]),
        "{service}"
    );
    assert!(
        settings["cap_add"].is_null(),
        "{service} is given capabilities"
    );
    assert_ne!(settings["privileged"], true, "{service} is privileged");
    let security = settings["security_opt"].as_array().unwrap();
    assert!(
        security.contains(&"no-new-privileges:true".into()),
        "{service}: {security:?}"
    );
    assert_eq!(
        settings["init"], true,
        "{service} has a first process for signals"
    );
    assert!(
        settings["container_name"].is_null(),
        "{service} can be scaled"
    );
    if !settings["build"].is_null() {
        assert_eq!(settings["read_only"], true, "{service} can write nowhere");
    }
}

/// On the network of a database there are the server and its service.
fn each_database_has_one_client(config: &Value) {
    let services = config["services"].as_object().unwrap();
    let servers = services.keys().filter(|name| name.ends_with("-database"));
    for server in servers {
        let on_it = services.iter().filter(|(_, settings)| {
            !settings["networks"][server].is_null()
                || settings["networks"]
                    .as_object()
                    .is_some_and(|known| known.contains_key(server))
        });
        let members: Vec<&str> = on_it.map(|(name, _)| name.as_str()).collect();
        let service = server.trim_end_matches("-database");
        assert_eq!(members, [service, server], "who is on the network {server}");
        assert_eq!(
            config["networks"][server]["internal"], true,
            "{server} leads nowhere"
        );
        let networks = services[server]["networks"].as_object().unwrap();
        assert_eq!(networks.len(), 1, "{server} is on no other network");
    }
    if let Some(settings) = services.get("postgres") {
        let networks: Vec<&String> = settings["networks"].as_object().unwrap().keys().collect();
        assert_eq!(networks, ["postgres"], "the networks of the shared server");
        assert_eq!(config["networks"]["postgres"]["internal"], true);
    }
}

/// The values of `.env` are there and nowhere else.
fn no_file_has_a_password(project: &Project) {
    let variables = project.variables();
    let passwords: BTreeSet<&str> = variables
        .iter()
        .filter(|(name, _)| name.ends_with("_PASSWORD"))
        .map(|(_, value)| value.as_str())
        .collect();
    assert!(!passwords.is_empty(), "there are passwords");
    for password in &passwords {
        assert!(password.len() >= 20, "a password is long");
    }
    search(&project.folder, &passwords);
}

fn search(folder: &Path, passwords: &BTreeSet<&str>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            search(&path, passwords);
        } else if entry.file_name() != ".env" {
            let text = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&text);
            for password in passwords {
                assert!(
                    !text.contains(password),
                    "a password is in {}",
                    path.display()
                );
            }
        }
    }
}
