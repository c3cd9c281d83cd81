//! Where telling by events stands. Called through `mod.rs`; read `delivery.rs` next.

use crate::system::Service;

use super::finder::{Finder, event_file, of};

pub(super) fn asynchronous(f: &mut Finder<'_>) {
    let Some((event, publisher)) = f.event().zip(f.publisher()) else {
        let service = f.any();
        f.note([
            "This system has no events. `microkit add-service` adds a service that publishes \
             one, and another one that takes it:",
            "Este sistema no tiene eventos. `microkit add-service` añade un servicio que \
             publica uno, y otro que lo recibe:",
        ]);
        f.command(
            "microkit add-service shipping-service --publishes 'parcel.sent: parcel_id:uuid'",
            ["publishes `parcel.sent`", "publica `parcel.sent`"],
        );
        f.command(
            "microkit add-service mail-service --consumes parcel.sent",
            ["takes it", "lo recibe"],
        );
        let name = service.name.as_str();
        f.key(
            &["services", name],
            [
                "or `publishes = [\"…\"]` in the table of a service that is there",
                "o `publishes = [\"…\"]` en la tabla de un servicio que ya existe",
            ],
        );
        return;
    };
    f.key(
        &["services", publisher.name.as_str(), "publishes"],
        ["who tells", "quién lo cuenta"],
    );
    if let Some(consumer) = f.consumer() {
        f.key(
            &["services", consumer.name.as_str(), "consumes"],
            [
                "who listens; the other does not know it",
                "quién escucha; el otro no lo sabe",
            ],
        );
    }
    f.key(
        &["events", event.as_str()],
        ["what the event carries", "lo que lleva el evento"],
    );
    published(f, publisher);
    if let Some(consumer) = f.consumer() {
        f.line(
            event_file(consumer, event),
            "async fn handle(",
            ["what it does about it", "lo que hace al recibirlo"],
        );
    } else {
        f.note([
            "Nobody in this system reads an event yet.",
            "Nadie en este sistema lee todavía un evento.",
        ]);
    }
    f.command(
        "microkit graph",
        [
            "dashed arrows are events",
            "las flechas discontinuas son eventos",
        ],
    );
    f.command(
        "microkit lab delivery",
        [
            "ends the consumer and the broker in mid-flight",
            "termina el consumidor y el broker a medio camino",
        ],
    );
}

/// Where the publisher writes its event, if its repository does so by itself.
pub(super) fn published(f: &mut Finder<'_>, publisher: &Service) {
    for resource in &publisher.resources {
        f.line_if_any(
            of(
                publisher,
                &format!("src/{}/repository.rs", resource.module()),
            ),
            "self.outbox.publish(",
            [
                "published in the transaction of the change",
                "se publica en la transacción del cambio",
            ],
        );
    }
}
