//! The labs in which somebody is killed or slow: what is lost, what falls with it, what waits.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::servers::or_skip;
use super::{Shown, generated, joined, lab, marked, rows, shop, shown, turn};

/// Requests with each of the two consumers: three rounds, in each four kills, at each eight requests.
const REQUESTS: u64 = 96;
/// Requests of the round through the broker.
const QUEUED: u64 = 120;

/// The numbers of the row of the table that begins with these words.
fn row(text: &str, name: &str, columns: usize) -> Vec<u64> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(name));
    let mut numbers = lines.map(|line| {
        let words = line.split_whitespace().map(|word| word.parse().ok());
        words.collect::<Option<Vec<u64>>>().unwrap_or_default()
    });
    let row = numbers.rfind(|row| row.len() == columns);
    row.unwrap_or_else(|| panic!("no {name}:\n{text}"))
}

#[test]
fn delivery_loses_nothing_of_the_workspace_and_something_of_whoever_acknowledges_first() {
    let shown = shown(&shop(), "delivery", &["--expect", "a"]);
    let text = &shown.text;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let [sent, handled, lost, twice_handled, twice_delivered] = row(text, "answers last", 5)[..]
    else {
        panic!("{text}");
    };
    assert!(sent > 60, "{text}");
    assert_eq!((lost, twice_handled), (0, 0), "{text}");
    // One without an answer may have been carried out all the same.
    assert!((sent..=REQUESTS).contains(&handled), "{text}");
    assert!(
        twice_delivered >= 6,
        "in each of three rounds two answers are lost\n{text}"
    );
    // The consumer's own table, which knows nothing of the counting.
    let made = format!("has {handled} more rows in payments for {handled} events");
    assert!(words.contains(&made), "{words}");
    let naive = row(text, "acknowledges first", 5);
    assert!(
        (naive[0]..=REQUESTS).contains(&(naive[1] + naive[2])),
        "{text}"
    );
    assert!(
        naive[2] > 0,
        "a kill hits between the acknowledgement and the work\n{text}"
    );
    assert!(
        words.contains("Measured: b) only with the one that acknowledges first"),
        "{words}"
    );
    assert!(words.contains("Not what you expected."), "{words}");
    assert!(shown.page.contains("events lost") && shown.page.contains("What became of the events"));
    through_the_broker(&shown);
}

/// Consumer and broker are killed in the midst of events; that no process of theirs is left was seen before.
fn through_the_broker(shown: &Shown) {
    let text = &shown.text;
    let there = [
        "/usr/sbin/rabbitmq-server",
        "/usr/lib/rabbitmq/bin/rabbitmq-server",
    ];
    if or_skip(
        "RabbitMQ",
        there.iter().find(|file| Path::new(file).is_file()),
    )
    .is_none()
    {
        assert!(text.contains("Install `rabbitmq-server`"), "{text}");
        return;
    }
    let own = row(text, "acknowledges when done", 4);
    let [sent, handled, lost, again] = own[..] else {
        panic!("{text}");
    };
    assert!(sent > 60 && (sent..=QUEUED).contains(&handled), "{text}");
    assert_eq!((lost, again), (0, 0), "{text}");
    let automatic = row(text, "automatic acknowledgement", 4);
    assert!(
        (sent..=QUEUED).contains(&(automatic[1] + automatic[2])),
        "{text}"
    );
    // It was killed once it had ten of them in hand, each of which takes it 50 ms.
    assert!(automatic[2] > 0, "{text}");
    assert!(shown.page.contains("Through RabbitMQ"));
    // Brokers that die while a connection is made: the one is silent from then on, the other hangs up.
    asks_again(Some);
    asks_again(|connection| {
        drop(connection);
        None
    });
}

/// The consumer that acknowledges automatically, where a broker takes the connection, makes this of it and never greets.
fn asks_again(made: fn(TcpStream) -> Option<TcpStream>) {
    let broker = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("amqp://{}/%2f", broker.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut consumer = Command::new(generated().join("debug/examples/automatic_acknowledgement"))
        .args([
            "order.created".as_ref(),
            folder.path().join("handled").as_os_str(),
        ])
        .env("AMQP_URL", url)
        .spawn()
        .unwrap();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut connections = broker.incoming().map_while(Result::ok);
        connections.try_for_each(|connection| sender.send(made(connection)))
    });
    let asked: Vec<_> = (0..2)
        .map(|_| receiver.recv_timeout(Duration::from_secs(60)))
        .collect();
    let ended = consumer.try_wait().unwrap();
    consumer.kill().unwrap();
    consumer.wait().unwrap();
    assert!(asked.iter().all(Result::is_ok), "{asked:?}");
    assert_eq!(ended, None, "it goes on asking");
}

/// An event that only the user's own code could publish.
const ALARM: &str = r#"
[system]
name = "watch"
[services.guard]
database = "sqlite"
publishes = ["alarm.rung"]
resources.door.fields.name = "string"
[services.siren]
database = "sqlite"
consumes = ["alarm.rung"]
[events."alarm.rung"]
loudness = "integer"
"#;

#[test]
fn delivery_says_so_where_no_request_publishes_the_event() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("draft.toml"), ALARM).unwrap();
    let mut new = Command::new(env!("CARGO_BIN_EXE_microkit"));
    let new = new
        .args(["new", "watch", "--manifest", "draft.toml"])
        .current_dir(&place);
    assert!(new.status().unwrap().success());
    let folder = place.path().join("watch");
    let turn = turn(&folder);
    let output = lab(&folder, &["delivery", "--lang", "en"], "alarm")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    for words in [
        "POST /api/doors does not publish alarm.rung",
        "`Outbox::publish`",
        "services/guard/src/events/",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(marked("alarm"), Vec::<String>::new(), "processes are left");
    drop(turn);
}

#[test]
fn isolation_shows_what_fell_with_a_service_and_what_did_not() {
    let shown = shown(&shop(), "isolation", &["--expect", "a"]);
    let text = &shown.text;
    let gone = "503 Order service unavailable";
    for (name, good, dead) in [
        ("GET /api/orders?limit=100", "200", "503"),
        ("GET /api/orders/{id}", "200", "503"),
        ("POST /api/orders", "201", "503"),
        ("GET /api/payments/{id}", "200", "200"),
        ("GET /api/payments?limit=100", "200", "200"),
        ("POST /api/payments", "200", "503"),
        ("GET /api/users/{id}", "200", "200"),
        ("POST /api/users", "201", "201"),
    ] {
        let rows = rows(text, name);
        assert_eq!(rows[0], [good, dead, good], "{name}\n{text}");
        assert_eq!(rows[1], [good, "no answer", good], "{name}\n{text}");
        match dead {
            "503" => assert_eq!(rows[2][0], gone, "{name}\n{text}"),
            _ => assert_eq!(rows.len(), 2, "{name}\n{text}"),
        }
        assert!(shown.page.contains(name), "{name}");
    }
    for words in [
        "Measured: b) those, and the ones to other services",
        "killed: order-service",
        "A synchronous call couples: POST /api/payments failed",
        "In one process the same fault is everybody's",
        "with payment-service dead, 10 of 10 POST /api/orders",
        "10 events waited in the outbox of order-service",
        "none waited any more; it took 10.",
    ] {
        assert!(joined(text).contains(words), "{words}\n{text}");
    }
}

#[test]
fn coupling_has_a_slow_callee_and_a_slow_consumer() {
    let shown = shown(&shop(), "coupling", &["--expect", "b"]);
    let figures = [
        "POST /api/orders: p50 until an answer",
        "POST /api/orders: failed",
        "POST /api/orders: done",
        "GET /api/orders?limit=100: p99 until an answer",
        "POST /api/orders, event: p50 until an answer",
        "POST /api/orders, events that wait at the end",
    ];
    let arms = ["callee fast", "slow, waited for", "slow, guarded"];
    shown.has(&figures, &arms);
    for words in [
        "As you expected.",
        "call: POST /api/orders: order-service → user-service",
        "event: POST /api/orders: order-service → payment-service",
        "with 503 User service unavailable",
        "and arrived once it was quick again",
    ] {
        assert!(
            joined(&shown.text).contains(words),
            "{words}\n{}",
            shown.text
        );
    }
}
