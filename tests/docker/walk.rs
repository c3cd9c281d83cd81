//! From a hybrid to one process and on to many, in containers: whatever the shape was before, what runs afterwards is the
//! new one alone, and it has the data.

use super::contract::{contract, get, new_order, new_user, post};
use super::engine::{engine, printed};
use super::project::Project;
use super::servers::{MINUTE, eventually};

#[test]
fn a_shape_takes_the_place_of_another_and_has_its_data() {
    let Some(engine) = engine() else { return };
    let shop = Project::of_committed_shop(engine, "walk");
    let mut user = None;
    for (change, processes) in [
        (
            &["extract", "order-service"][..],
            &["monolith", "order-service"][..],
        ),
        (&["absorb", "order-service"], &["monolith"]),
        (
            &["extract", "--all"],
            &[
                "gateway",
                "order-service",
                "payment-service",
                "user-service",
            ],
        ),
    ] {
        printed(&mut shop.microkit(change));
        let took = shop.local();
        let running = shop.all_running();
        let ours = |name: &&String| processes.contains(&name.as_str());
        let servers: Vec<&String> = running.iter().filter(|name| !ours(name)).collect();
        println!("{change:?}: {processes:?} with {servers:?} after {took:.1?}");
        assert_eq!(running.iter().filter(ours).count(), processes.len());
        assert!(
            servers.iter().all(|name| name.ends_with("-database")
                || ["consul", "rabbitmq"].contains(&name.as_str())),
            "nothing is left of the shape before: {running:?}"
        );
        let user = user.get_or_insert_with(|| {
            contract(shop.gateway);
            new_user(shop.gateway, "stays")
        });
        orders_are_paid(&shop, user);
    }
}

/// An order is placed, which takes a call, an event and a call back.
fn orders_are_paid(shop: &Project, user: &str) {
    let order = new_order(shop.gateway, user);
    assert_eq!(order.status, 201, "{}", order.text);
    let id = order.text_of("id");
    let payments = format!("/payments?order_id={id}");
    eventually("the event has come", MINUTE, || {
        get(shop.gateway, &payments).text.contains("pending")
    });
    let paid = post(
        shop.gateway,
        "/payments",
        &format!(r#"{{"order_id":"{id}"}}"#),
    );
    assert_eq!(paid.status, 200, "{}", paid.text);
    let read = get(shop.gateway, &format!("/orders/{id}"));
    assert_eq!(read.text_of("status"), "PAID");
}
