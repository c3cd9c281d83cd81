//! `microkit add-service`, `add-resource` and `remove-service`.

use crate::support::{Place, assert_same};

pub const NOTIFICATIONS: [&str; 8] = [
    "add-service",
    "notification-service",
    "--consumes",
    "order.created",
    "--calls",
    "order-service",
    "--resource",
    "note: text:text, order_id:order-service/order:optional, state:NEW|SENT:default=NEW",
];

#[test]
fn a_service_is_added_everywhere_with_one_command() {
    let place = Place::shop();
    let before = place.read("microkit.toml");
    let answer = place.run(&NOTIFICATIONS).succeeded();
    assert!(
        answer
            .out
            .contains("create  services/notification-service/src/lib.rs")
    );
    for (path, part) in [
        ("Cargo.toml", "\"services/notification-service\""),
        (
            "gateway/src/routes.rs",
            "(\"notes\", \"notification-service\")",
        ),
        ("monolith/Cargo.toml", "notification-service = "),
        (
            "services/notification-service/src/clients/order_service.rs",
            "pub struct OrderService",
        ),
        (
            "services/order-service/src/events/order_created.rs",
            "notification-service",
        ),
    ] {
        let text = place.read(path);
        assert!(text.contains(part), "{part} in {path}: {text}");
    }
    // The manifest says so, and nothing else of it is touched.
    let manifest = place.read("microkit.toml");
    assert!(
        manifest.contains("\n\n[services.notification-service]\n"),
        "{manifest}"
    );
    let rest: Vec<&str> = manifest.lines().collect();
    for line in before.lines() {
        assert!(rest.contains(&line), "{line}");
    }
    place.run(&["generate", "--check"]).succeeded();
}

#[test]
fn adding_and_removing_is_as_if_nothing_had_been() {
    let place = Place::shop();
    let edited = place.read("monolith/Cargo.toml").replace(
        "chassis.workspace = true",
        "anyhow.workspace = true # mine\nchassis.workspace = true",
    );
    place.write("monolith/Cargo.toml", &edited);
    place.run(&["generate"]).succeeded();
    let before = place.tree();
    place.run(&NOTIFICATIONS).succeeded();
    place
        .run(&["remove-service", "notification-service"])
        .succeeded();
    assert_same(&place.tree(), &before, "the workspace");

    let publisher = [
        "add-service",
        "audit-service",
        "--publishes",
        "audit.done: at:timestamp",
    ];
    place.run(&publisher).code.unwrap();
    assert!(
        place
            .read("microkit.toml")
            .contains("[events.\"audit.done\"]\nat = \"timestamp\"\n")
    );
    place.run(&["remove-service", "audit-service"]).succeeded();
    assert_same(&place.tree(), &before, "the workspace");
}

#[test]
fn the_order_of_two_additions_does_not_matter() {
    let added = |names: [(&str, &str); 2]| {
        let place = Place::shop();
        for (name, port) in names {
            place
                .run(&[
                    "add-service",
                    name,
                    "--port",
                    port,
                    "--calls",
                    "user-service",
                ])
                .succeeded();
        }
        let mut tree = place.tree();
        tree.remove("microkit.toml");
        tree
    };
    let (one, two) = (("one-service", "9001"), ("two-service", "9002"));
    assert_same(&added([one, two]), &added([two, one]), "the workspace");
}

#[test]
fn a_resource_is_added_from_any_folder_and_to_any_workspace() {
    let mut place = Place::shop();
    place.here.push("gateway");
    let address = "address: street:string:max=80, user_id:user-service/user";
    place
        .run(&["add-resource", "user-service", address])
        .succeeded();
    place.here = place.temp.path().to_owned();
    let zone = [
        "add-resource",
        "order-service",
        "zone: code:string:unique",
        "--workspace",
        "shop",
    ];
    place.run(&zone).succeeded();
    let manifest = place.read("shop/microkit.toml");
    for part in [
        "[services.user-service.resources.address]\nfields.street = { type = \"string\", max = 80 }\n",
        "[services.order-service.resources.zone]\nfields.code = { type = \"string\", unique = true }\n",
    ] {
        assert!(manifest.contains(part), "{part} in {manifest}");
    }
    assert!(
        place
            .path("shop/services/user-service/src/addresses/routes.rs")
            .exists()
    );
}

#[test]
fn what_would_not_work_is_told_and_nothing_is_written() {
    let place = Place::shop();
    let before = place.tree();
    for (arguments, code, told) in [
        (&["add-service", "My Svc"][..], 2, "call it `my-svc`"),
        (
            &["add-service", "order-service"],
            1,
            "there is a service `order-service` already",
        ),
        (
            &["add-service", "a-service", "--calls", "usr-service"],
            2,
            "did you mean `user-service`",
        ),
        (
            &["add-service", "a-service", "--consumes", "order.gone"],
            2,
            "order.gone",
        ),
        (
            &["add-service", "a-service", "--resource", "a: b"],
            2,
            "names no type",
        ),
        (
            &["add-resource", "user-service", "street:string, city:string"],
            2,
            "the name of the resource comes first: `NAME: street:string, city:string`",
        ),
        (&["add-service", "a-service", "--port", "8001"], 2, "MK0201"),
        (
            &["add-resource", "a-service", "a: b:string"],
            1,
            "there is no service `a-service`",
        ),
        (
            &["add-resource", "user-service", "user: b:string"],
            1,
            "a resource `user` already",
        ),
        (
            &["remove-service", "a-service"],
            1,
            "there is no service `a-service`",
        ),
        (
            &["remove-service", "user-service"],
            2,
            "nothing was written",
        ),
    ] {
        place.run(arguments).failed(code, &[told]);
        assert_same(&place.tree(), &before, told);
    }
}

#[test]
fn a_dry_run_shows_the_manifest_and_the_files() {
    let place = Place::shop();
    let before = place.tree();
    let answer = place
        .run(&[&NOTIFICATIONS[..], &["--dry-run"]].concat())
        .succeeded();
    for part in [
        "--- a/microkit.toml\n+++ b/microkit.toml\n",
        "+[services.notification-service]\n",
        "+++ b/services/notification-service/src/main.rs\n",
        "nothing was written",
    ] {
        assert!(answer.out.contains(part), "{part} in {}", answer.out);
    }
    assert_same(&place.tree(), &before, "the workspace");
}

#[test]
fn the_manifest_keeps_its_form() {
    for (form, service) in [
        (
            "services.oven = { port = 9001 } # hot\n",
            "services.extra = {",
        ),
        ("[services]\noven = { port = 9001 } # hot\n", "extra = {"),
        ("services.oven.port = 9001 # hot\n", "services.extra"),
    ] {
        let place = Place::empty();
        let text = format!("system.name = \"bakery\"\ngateway.port = 9000\n{form}");
        place.write("microkit.toml", &text);
        place.run(&["generate"]).succeeded();
        place
            .run(&["add-service", "extra", "--port", "9002"])
            .succeeded();
        let after = place.read("microkit.toml");
        assert!(after.starts_with(&text), "{after}");
        assert!(after.contains(service), "{after}");
    }
}

#[test]
#[cfg(unix)]
fn on_a_terminal_it_asks_for_what_was_not_said() {
    use crate::support::Terminal;

    let place = Place::shop();
    // The second answer names nobody, and is asked for again.
    let answers =
        "order-service\nordr.created\norder.created\ninvoice: number:string\n\npostgres\n";
    let command = place.command(&["add-service", "billing-service"]);
    let answer = Terminal::new().run(command, answers);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let manifest = place.read("microkit.toml");
    let told = "[services.billing-service]\ndatabase = \"postgres\"\ncalls = [\"order-service\"]\nconsumes = [\"order.created\"]\n";
    assert!(manifest.contains(told), "{manifest}");
    assert!(
        manifest.contains("fields.number = \"string\"\n"),
        "{manifest}"
    );
}
