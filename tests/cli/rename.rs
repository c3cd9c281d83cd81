//! `microkit rename-service`, and what is left of a command that edits the manifest when it is ended half way.

use crate::change::NOTIFICATIONS;
use crate::support::{Place, assert_same};

const PLACES: [&str; 5] = ["half-staged", "staged", "journalled", "half-moved", "moved"];

#[test]
fn a_run_that_was_killed_has_happened_as_a_whole_or_not_at_all() {
    for command in [&NOTIFICATIONS[..], &RENAME] {
        let place = edited();
        let before = place.tree();
        place.run(command).succeeded();
        let after = place.tree();
        for at in PLACES {
            let place = edited();
            place.run_killed(command, at);
            place.run(&["generate"]).succeeded();
            let expected = if at.ends_with("staged") {
                &before
            } else {
                &after
            };
            assert_same(&place.tree(), expected, at);
        }
    }
}

/// Ends a rename at every `stride`th change that it makes to the disk, by a kill and by a disk that is full from there
/// on. The next run has to find it done or not begun.
fn may_end_anywhere(place: &Place, [old, new]: [&str; 2], stride: usize) {
    let there = ["rename-service", old, new];
    let back = ["rename-service", new, old];
    let before = place.tree();
    place.run(&there).succeeded();
    let after = place.tree();
    place.run(&back).succeeded();
    for variable in ["MICROKIT_KILL_AT_STEP", "MICROKIT_FAIL_FROM_STEP"] {
        let mut seen = [0, 0];
        for step in (0..).step_by(stride) {
            let mut command = place.command(&there);
            let output = command.env(variable, step.to_string()).output().unwrap();
            if output.status.success() {
                place.run(&back).succeeded();
                break;
            }
            let code = output.status.code();
            assert_eq!(
                code.is_some(),
                variable.contains("FAIL"),
                "{variable}={step}: {code:?}"
            );
            place.run(&["generate"]).succeeded();
            let happened = place.path(&format!("services/{new}")).exists();
            let expected = if happened { &after } else { &before };
            assert_same(&place.tree(), expected, &format!("{variable}={step}"));
            seen[usize::from(happened)] += 1;
            if happened {
                place.run(&back).succeeded();
            }
        }
        assert!(seen.iter().all(|count| *count > 0), "{variable}: {seen:?}");
    }
}

#[test]
fn a_run_may_end_at_any_change_of_the_disk() {
    may_end_anywhere(&edited(), ["order-service", "sales-service"], 61);
}

/// Some of them, or every single one with `EVERY_CHANGE=1`.
#[test]
fn a_run_may_end_at_any_change_of_a_small_system() {
    let mut place = Place::empty();
    place
        .run(&["new", "hello", "--example", "hello"])
        .succeeded();
    place.here.push("hello");
    place.write(
        "services/hello-service/src/mine.rs",
        "//! mine, of hello-service\n",
    );
    let stride = std::env::var_os("EVERY_CHANGE").map_or(67, |_| 1);
    may_end_anywhere(&place, ["hello-service", "greeting-service"], stride);
}

const RENAME: [&str; 3] = ["rename-service", "order-service", "sales-service"];

/// A shop in which the user has edited a handler and added files of their own.
fn edited() -> Place {
    let place = Place::shop();
    let routes = "services/order-service/src/orders/routes.rs";
    let text = place
        .read(routes)
        .replace("\nuse ", "\n// mine, of order-service\nuse ");
    place.write(routes, &text);
    place.write(
        "services/order-service/src/pricing.rs",
        "//! mine, for order_service\n",
    );
    place.write(
        "services/order-service/run.sh",
        "#!/bin/sh\necho order-service\n",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let script = place.path("services/order-service/run.sh");
        std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    place.write(
        "services/payment-service/src/mine.rs",
        "use crate::clients::OrderService;\n",
    );
    place.run(&["generate"]).succeeded();
    place
}

#[test]
fn a_service_gets_another_name_and_takes_the_edits_along() {
    let place = edited();
    let answer = place.run(&RENAME).succeeded();
    for part in [
        "update  microkit.toml\n",
        "move    services/order-service/run.sh -> services/sales-service/run.sh\n",
        "note: a database in data/order-service.db",
    ] {
        assert!(answer.out.contains(part), "{part} in {}", answer.out);
    }
    assert!(!place.path("services/order-service").exists());
    for (path, part) in [
        (
            "services/sales-service/src/orders/routes.rs",
            "// mine, of sales-service\n",
        ),
        (
            "services/sales-service/src/pricing.rs",
            "for sales_service\n",
        ),
        ("services/sales-service/run.sh", "echo sales-service\n"),
        (
            "services/payment-service/src/mine.rs",
            "clients::SalesService;\n",
        ),
        (
            "services/payment-service/src/clients/sales_service.rs",
            "pub struct SalesService",
        ),
        ("microkit.toml", "calls = [\"sales-service\"]"),
        ("microkit.toml", "to = \"sales-service/order\""),
        ("microkit.toml", "[services.sales-service.resources.order]"),
    ] {
        let text = place.read(path);
        assert!(text.contains(part), "{part} in {path}: {text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let script = std::fs::metadata(place.path("services/sales-service/run.sh")).unwrap();
        assert_eq!(script.permissions().mode() & 0o777, 0o755);
    }
    place.run(&["generate", "--check"]).succeeded();
}

#[test]
fn a_name_that_was_given_can_be_taken_back() {
    let place = edited();
    let before = place.tree();
    place.run(&RENAME).succeeded();
    place
        .run(&["rename-service", "sales-service", "order-service"])
        .succeeded();
    assert_same(&place.tree(), &before, "the workspace");
}
