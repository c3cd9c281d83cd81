//! Where telling by events stands. Called through `mod.rs`; read `delivery.rs` next.

use crate::lab::Lab;
use crate::system::{EventName, Service};

use super::finder::{Finder, event_file, of};

pub(super) fn asynchronous(f: &mut Finder<'_>) {
    let Some((event, publisher)) = f.event().zip(f.publisher()) else {
        let service = f.any();
        f.note([
            "No service of this system publishes an event. Add a service that does, and one that takes it, \
             by the commands below; or say `publishes = [\"parcel.sent\"]` in the table of a service, and \
             declare the event.",
            "Ningún servicio de este sistema publica eventos. Añade uno que lo haga, y otro que lo reciba, \
             con las órdenes de abajo; o di `publishes = [\"parcel.sent\"]` en la tabla de un servicio, y \
             declara el evento.",
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
            ["the table of a service", "la tabla de un servicio"],
        );
        return;
    };
    f.key(
        &["services", publisher.name.as_str(), "publishes"],
        ["tells of it", "lo cuenta"],
    );
    if let Some(consumer) = f.consumer() {
        f.key(
            &["services", consumer.name.as_str(), "consumes"],
            [
                "listens; the one who tells does not know it",
                "escucha; quien lo cuenta no lo sabe",
            ],
        );
    }
    f.key(
        &["events", event.as_str()],
        ["what it carries", "lo que lleva"],
    );
    published(f, publisher, event);
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
    f.lab(
        Lab::Delivery,
        [
            "ends the consumer and the broker in mid-flight",
            "termina el consumidor y el broker a medio camino",
        ],
    );
}

/// Where the event is published: in the repository, if that does so by itself, or else where the user's code will.
pub(super) fn published(f: &mut Finder<'_>, publisher: &Service, event: &EventName) {
    let made = format!(" {}::from(", event.type_name());
    let said = [
        "published in the transaction of the change",
        "se publica en la transacción del cambio",
    ];
    let mut resources = publisher.resources.iter();
    let is_written = resources.any(|resource| {
        let file = of(
            publisher,
            &format!("src/{}/repository.rs", resource.module()),
        );
        f.line_below(file, &made, "self.outbox.publish(", said)
    });
    if !is_written {
        f.line(
            event_file(publisher, event),
            &format!("pub struct {}", event.type_name()),
            [
                "declared; your code publishes it, where it becomes true",
                "declarado; lo publica tu código, donde se hace verdad",
            ],
        );
    }
}
