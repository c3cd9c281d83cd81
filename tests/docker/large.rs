//! Twelve services: with a server of PostgreSQL for each of eight, and with one for all of them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::contract::{get, post};
use super::engine::engine;
use super::project::Project;
use super::servers::{MINUTE, eventually};

const WITH_POSTGRES: [&str; 8] = [
    "customer-service",
    "product-service",
    "stock-service",
    "order-service",
    "bill-service",
    "parcel-service",
    "review-service",
    "voucher-service",
];

/// Eight services with PostgreSQL, two with SQLite, two without a database; events and calls between them.
pub const TWELVE: &str = r#"
[system]
name = "twelve"

[gateway]
port = 8000

[services.customer-service]
database = "postgres"
publishes = ["customer.created"]
[services.customer-service.resources.customer]
fields.email = { type = "email", unique = true }

[services.product-service]
database = "postgres"
[services.product-service.resources.product]
fields.name = "string"
fields.price = "decimal"

[services.stock-service]
database = "postgres"
calls = ["product-service"]
consumes = ["order.created"]
[services.stock-service.resources.stock]
fields.product_id = { type = "reference", to = "product-service/product" }
fields.count = "integer"

[services.order-service]
database = "postgres"
calls = ["customer-service"]
publishes = ["order.created"]
[services.order-service.resources.order]
fields.customer_id = { type = "reference", to = "customer-service/customer" }

[services.bill-service]
database = "postgres"
consumes = ["order.created"]
publishes = ["bill.created"]
[services.bill-service.resources.bill]
fields.total = "decimal"

[services.parcel-service]
database = "postgres"
consumes = ["bill.created"]
[services.parcel-service.resources.parcel]
fields.address = "text"

[services.review-service]
database = "postgres"
calls = ["customer-service", "product-service"]
[services.review-service.resources.review]
fields.customer_id = { type = "reference", to = "customer-service/customer" }
fields.product_id = { type = "reference", to = "product-service/product" }
fields.text = "text"

[services.voucher-service]
database = "postgres"
[services.voucher-service.resources.voucher]
fields.code = { type = "string", unique = true }

[services.mail-service]
database = "sqlite"
consumes = ["customer.created", "order.created"]

[services.audit-service]
database = "sqlite"
consumes = ["bill.created"]

[services.search-service]
calls = ["product-service"]

[services.front-service]
calls = ["order-service", "search-service"]

[events."customer.created"]
customer_id = "uuid"

[events."order.created"]
order_id = "uuid"

[events."bill.created"]
bill_id = "uuid"
total = "decimal"
"#;

#[test]
fn twelve_services_run_on_eight_servers_and_on_one() {
    let Some(engine) = engine() else { return };
    let twelve = Project::of_manifest(engine, "twelve", TWELVE);
    let took = twelve.local();
    println!("`compose --local` of twelve services, built anew: {took:.1?}");
    answers(&twelve, "first");
    twelve.compose(&["down", "--volumes"]);
    let took = twelve.up(&[]);
    told(&twelve, "a server for each", took);
    answers(&twelve, "second");

    // The other layout, in the same workspace.
    twelve.compose(&["down", "--volumes"]);
    let manifest = twelve.read("microkit.toml") + "\n[compose]\npostgres = \"shared\"\n";
    std::fs::write(twelve.folder.join("microkit.toml"), manifest).unwrap();
    let took = twelve.local();
    told(&twelve, "one server for all", took);
    answers(&twelve, "third");
    each_role_has_its_own_database(&twelve, &WITH_POSTGRES);
    grows(&twelve);
}

fn told(twelve: &Project, layout: &str, took: Duration) {
    let (used, most) = twelve.memory();
    println!(
        "{layout}: {} containers, healthy after {took:.1?}; they use {used:.0} MiB of at most {most:.0} MiB",
        twelve.containers("").len()
    );
}

/// A request that one service answers by calling another, and an event that a third and a fourth act on.
fn answers(twelve: &Project, name: &str) {
    let customer = format!(r#"{{"email":"{name}@example.org"}}"#);
    let mut id = String::new();
    eventually("a customer is taken", MINUTE, || {
        let reply = post(twelve.gateway, "/customers", &customer);
        id = reply.text_of("id");
        reply.status == 201
    });
    let order = format!(r#"{{"customer_id":"{id}"}}"#);
    let reply = post(twelve.gateway, "/orders", &order);
    assert_eq!(reply.status, 201, "an order of a customer: {}", reply.text);
    for path in [
        "/products",
        "/stocks",
        "/bills",
        "/parcels",
        "/reviews",
        "/vouchers",
    ] {
        eventually(&format!("{path} is answered"), MINUTE, || {
            get(twelve.gateway, path).status == 200
        });
    }
}

/// Whether the role of a service may connect to a database, by its password, as over the network.
fn connects(twelve: &Project, service: &str, database: &str) -> (bool, String) {
    let variable = service.replace('-', "_");
    let password = format!("{}_DATABASE_PASSWORD", variable.to_uppercase());
    let password = &twelve.variables()[&password];
    let url = format!("postgres://{variable}:{password}@postgres:5432/{database}");
    let mut psql = twelve.command();
    psql.args([
        "exec",
        "-T",
        "postgres",
        "psql",
        "-tAqc",
        "SELECT current_user",
        &url,
    ]);
    let output = psql.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).trim().to_owned();
    (output.status.success(), text)
}

fn each_role_has_its_own_database(twelve: &Project, services: &[&str]) {
    let mut refused = 0;
    for service in services {
        let own = service.replace('-', "_");
        let (connected, said) = connects(twelve, service, &own);
        assert!(
            connected && said == own,
            "{service} in its own database: {said}"
        );
        let others = services
            .iter()
            .filter(|other| *other != service)
            .map(|other| other.replace('-', "_"));
        for database in others.chain(["postgres", "template1"].map(String::from)) {
            let (connected, said) = connects(twelve, service, &database);
            assert!(!connected, "{service} connects to {database}: {said}");
            assert!(
                said.contains("permission denied for database"),
                "{service} and {database}: {said}"
            );
            refused += 1;
        }
    }
    println!(
        "each of {} roles connects to its own database; {refused} other ways were refused",
        services.len()
    );
}

/// One more service, whose database comes into the server that runs.
fn grows(twelve: &Project) {
    let before = twelve.by_service();
    let add = [
        "add-service",
        "return-service",
        "--database",
        "postgres",
        "--resource",
        "return: note:text",
    ];
    super::engine::printed(&mut twelve.microkit(&add));
    let begun = Instant::now();
    twelve.local();
    let took = begun.elapsed();
    eventually("the new service takes data", MINUTE, || {
        post(twelve.gateway, "/returns", r#"{"note":"broken"}"#).status == 201
    });
    let after = twelve.by_service();
    let changed = after
        .iter()
        .filter(|(service, id)| before.get(*service) != Some(*id));
    let changed: BTreeMap<_, _> = changed.collect();
    println!(
        "a thirteenth service was there {took:.1?} after `compose --local`; new containers: {:?}",
        changed.keys()
    );
    // The server itself is another one: it is given room for one more. Who has no business with it is left alone.
    for service in [
        "mail-service",
        "audit-service",
        "search-service",
        "front-service",
        "rabbitmq",
        "consul",
    ] {
        assert!(
            !changed.contains_key(&service.to_owned()),
            "{service} went on running"
        );
    }
    eventually("what was there before is answered", MINUTE, || {
        let customers = get(twelve.gateway, "/customers");
        customers.text.contains("third@example.org")
    });
    each_role_has_its_own_database(twelve, &["return-service", "customer-service"]);
}
