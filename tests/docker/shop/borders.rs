//! What a container may do, whom it reaches, and who sees it.

use std::time::Duration;

use serde_json::Value;

use super::super::engine::{Engine, beside, page, writes_only_to};
use super::super::http::request;
use super::super::project::Project;
use super::super::servers::eventually;
use super::SERVICES;

/// The services and the gateway are an ordinary user without a privilege, in a file system that is closed to them.
pub fn hardening(shop: &Project) {
    let engine = shop.engine;
    for name in ["gateway"].into_iter().chain(SERVICES) {
        let container = shop.container(name);
        let processes = format!("container:{container}");
        let script = "for file in /proc/[0-9]*/comm; do \
            ! grep -qx service $file || cat ${file%comm}status; done";
        let (_, status) = beside(engine, &["--pid", &processes], script);
        for (field, value) in [
            ("Name", "service"),
            ("Uid", "65532 65532 65532 65532"),
            ("Gid", "65532 65532 65532 65532"),
            ("CapEff", "0000000000000000"),
            ("CapBnd", "0000000000000000"),
            ("NoNewPrivs", "1"),
        ] {
            let lines = status.lines().filter_map(|line| line.split_once(':'));
            let of_it: Vec<String> = lines
                .filter(|(known, _)| *known == field)
                .map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            assert_eq!(of_it, [value], "{field} of the one process of {name}");
        }
        writes_only_to(engine, &container, &["/tmp"]);
        let mut shell = shop.command();
        let shell = shell
            .args(["exec", "-T", name, "sh", "-c", "true"])
            .output();
        assert!(!shell.unwrap().status.success(), "{name} has a shell");
    }
    for name in ["user-service-database", "rabbitmq", "consul"] {
        let container = shop.container(name);
        let settings = engine.docker(&["inspect", &container]);
        let settings: Value = serde_json::from_str(&settings).unwrap();
        let settings = &settings[0];
        assert_ne!(settings["Config"]["User"], "", "{name} runs as root");
        assert_eq!(settings["HostConfig"]["CapDrop"][0], "ALL", "{name}");
    }
    println!(
        "the gateway and {} services run as user 65532 with no capability, write to /tmp alone, and have no shell",
        SERVICES.len()
    );
}

/// A service reaches its own database and no other; the gateway does not reach the broker.
pub fn isolation(shop: &Project) {
    for (from, to, port, may) in [
        ("order-service", "order-service-database", 5432, true),
        ("order-service", "user-service-database", 5432, false),
        ("order-service", "rabbitmq", 5672, true),
        ("gateway", "order-service", 8002, true),
        ("gateway", "rabbitmq", 5672, false),
        ("gateway", "order-service-database", 5432, false),
        ("user-service-database", "order-service", 8002, false),
    ] {
        let network = format!("container:{}", shop.container(from));
        let addresses = addresses(shop.engine, &shop.container(to));
        assert!(!addresses.is_empty(), "{to} has an address");
        let options = ["--network", &network];
        let (resolves, words) = beside(shop.engine, &options, &format!("getent hosts {to}"));
        assert_eq!(resolves, may, "{from} knows the name {to}: {words}");
        let tries = addresses
            .iter()
            .map(|address| format!("timeout 2 bash -c '</dev/tcp/{address}/{port}'"));
        let tries: Vec<String> = tries.collect();
        let (reaches, words) = beside(shop.engine, &options, &tries.join(" || "));
        assert_eq!(reaches, may, "{from} reaches {to} by its address: {words}");
        let verb = if may { "reaches" } else { "does not reach" };
        println!("{from} {verb} {to}, by its name or by {addresses:?}");
    }
}

/// The addresses of a container, one in each of its networks.
fn addresses(engine: &Engine, container: &str) -> Vec<String> {
    let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}";
    let text = engine.docker(&["inspect", "--format", format, container]);
    text.split_whitespace().map(str::to_owned).collect()
}

/// Prometheus finds every instance by itself, and is asked on this machine alone.
pub fn observation(shop: &Project) {
    let port = super::super::servers::free_port();
    shop.set("PROMETHEUS_PORT", &port.to_string());
    let options = ["--profile", "observability", "up", "--detach"];
    let what = ["--wait", "--no-recreate", "--no-deps", "prometheus"];
    shop.compose(&[&options[..], &what].concat());
    let query = "/api/v1/query?query=count%20by%20(job)%20(up==1)";
    let count = |job: &str| {
        let answer: Value = serde_json::from_str(&request(port, "GET", query, None).text).unwrap();
        let series = answer["data"]["result"].as_array().cloned();
        let series = series.unwrap_or_default();
        let mut of_it = series.iter().filter(|one| one["metric"]["job"] == job);
        let found = of_it.next().and_then(|one| one["value"][1].as_str());
        found.unwrap_or("0").to_owned()
    };
    for name in ["gateway"].into_iter().chain(SERVICES) {
        let instances = shop.containers(name).len().to_string();
        let what = format!("Prometheus reads {instances} instances of {name}");
        eventually(&what, Duration::from_secs(40), || count(name) == instances);
        println!("{what}");
    }
    let consul = page(
        shop.engine,
        &format!("{}_services", shop.name),
        "http://consul:8500/v1/catalog/services",
    );
    let known: Value = serde_json::from_str(&consul).unwrap();
    assert_eq!(known.as_object().unwrap().len(), 5, "Consul knows {known}");
    shop.compose(&[
        "--profile",
        "observability",
        "rm",
        "--force",
        "--stop",
        "prometheus",
    ]);
}
