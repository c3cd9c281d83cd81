//! `microkit extract` and `absorb`.

use crate::support::{Place, assert_same};

fn extracted(place: &Place) -> String {
    let manifest = place.read("microkit.toml");
    let mut lines = manifest.lines();
    let line = lines.find(|line| line.starts_with("extracted"));
    line.unwrap_or_default().to_owned()
}

#[test]
fn extracting_changes_the_shape_and_no_service() {
    let place = Place::shop();
    let before = place.tree();
    let answer = place.run(&["extract", "user-service"]).succeeded();
    for line in [
        "user-service is a process of its own now.",
        "Alone, each at its port: user-service (8001).",
        "In the monolith: the gateway (8000) and, listening too for those outside, order-service (8002) and payment-service (8003).",
        "Over the network now, so slower and able to fail: order-service calls user-service; and what the gateway passes on.",
        "  microkit run      # this shape, here",
    ] {
        assert!(
            answer.out.lines().any(|told| told == line),
            "{line} in {}",
            answer.out
        );
    }
    assert_eq!(extracted(&place), "extracted = [\"user-service\"]");
    let after = place.tree();
    let changed = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(text));
    let changed: Vec<&str> = changed
        .map(|(path, _)| path.as_str())
        .filter(|path| !path.starts_with(".microkit/"))
        .collect();
    // Events stay within the monolith, so there is no broker.
    let expected = [
        ".env.example",
        "README.md",
        "compose.yaml",
        "compose/prometheus.yaml",
        "microkit.toml",
        "monolith/src/main.rs",
    ];
    assert_eq!(changed, expected);
    let main = place.read("monolith/src/main.rs");
    assert!(
        main.contains("        user_service::service().extracted(),\n"),
        "{main}"
    );
    place.run(&["generate", "--check"]).succeeded();

    let answer = place.run(&["extract", "--all"]).succeeded();
    assert!(
        answer.out.contains("only the gateway left (8000)"),
        "{}",
        answer.out
    );
    assert!(
        answer
            .out
            .contains("order.created from order-service to payment-service")
    );
    let answer = place
        .run(&["absorb", "order-service", "payment-service"])
        .succeeded();
    assert!(
        answer
            .out
            .contains("In the monolith again: order-service and payment-service.")
    );
    assert!(
        answer
            .out
            .contains("Without a network again: payment-service calls order-service")
    );
    assert_same(&place.tree(), &after, "the workspace");
}

#[test]
fn what_is_so_already_is_told_and_nothing_is_written() {
    let place = Place::shop();
    let before = place.tree();
    let answer = place.run(&["absorb", "user-service"]).succeeded();
    assert!(
        answer.out.contains("lives in the one process already"),
        "{}",
        answer.out
    );
    assert!(
        answer.out.contains("`microkit absorb --all` settles"),
        "{}",
        answer.out
    );
    assert_same(&place.tree(), &before, "the workspace");

    place.run(&["absorb", "--all"]).succeeded();
    assert_eq!(extracted(&place), "extracted = []");
    assert!(!place.read("compose.yaml").contains("CONSUL_HTTP_ADDR"));
    place.run(&["extract", "user-service"]).succeeded();
    let before = place.tree();
    for arguments in [
        &["extract", "user-service", "user-service"][..],
        &["absorb", "order-service", "payment-service"],
        &["extract", "order-service", "--dry-run"],
    ] {
        place.run(arguments).succeeded();
        assert_same(&place.tree(), &before, "the workspace");
    }
    let patch = place
        .run(&["extract", "order-service", "--dry-run"])
        .succeeded()
        .out;
    let line = "+extracted = [\"user-service\", \"order-service\"]\n";
    assert!(patch.contains(line), "{patch}");
    assert!(patch.contains("nothing was written\n\nif it were written:\norder-service is"));
    let here = place.run(&[]).succeeded().out;
    assert!(here.contains("with 1 service apart"), "{here}");
}

#[test]
fn a_service_that_does_not_exist_brings_the_nearest_up() {
    let place = Place::shop();
    let before = place.tree();
    for command in ["extract", "absorb"] {
        let told = [
            "there is no service `usr-service`",
            "did you mean `user-service`?",
        ];
        place.run(&[command, "usr-service"]).failed(2, &told);
        let told = ["order-service, payment-service and user-service"];
        place.run(&[command, "warehouse"]).failed(2, &told);
        place.run(&[command]).failed(2, &["<SERVICE>"]);
        place
            .run(&[command, "user-service", "--all"])
            .failed(2, &["--all"]);
    }
    assert_same(&place.tree(), &before, "the workspace");
}

#[test]
fn the_shape_follows_a_service_that_comes_goes_or_is_renamed() {
    let place = Place::shop();
    place
        .run(&["extract", "user-service", "order-service"])
        .succeeded();
    place
        .run(&["rename-service", "user-service", "account-service"])
        .succeeded();
    let two = "extracted = [\"order-service\", \"account-service\"]";
    assert_eq!(extracted(&place), two);
    place.run(&["add-service", "audit-service"]).succeeded();
    assert_eq!(extracted(&place), two);
    let main = place.read("monolith/src/main.rs");
    assert!(main.contains("audit_service::service(),"), "{main}");
    assert!(
        main.contains("account_service::service().extracted(),"),
        "{main}"
    );
    place.run(&["extract", "audit-service"]).succeeded();
    place.run(&["remove-service", "audit-service"]).succeeded();
    assert_eq!(extracted(&place), two);
    place.run(&["generate", "--check"]).succeeded();
}
