//! What a service says when a part is missing or wrong: which one, where, and what to set, in one line.

use super::deployment::{Deployment, health};
use super::http::try_request;
use super::processes::end_of;
use super::servers::consul::Consul;
use super::servers::{MINUTE, eventually, free_port, python};

/// The one line that holds all of these.
fn told(log: &str, words: &[&str]) -> bool {
    let holds = |line: &&str| words.iter().all(|word| line.contains(word));
    log.lines().filter(holds).count() == 1
}

#[test]
fn a_database_that_lets_nobody_in_ends_the_start() {
    let Some(shop) = Deployment::on(false, false) else {
        return;
    };
    let url = shop.postgres.url("user-service");
    let (user, _) = url.split_once("@").unwrap();
    let password = user.rsplit(':').next().unwrap();
    let place = format!("PostgreSQL at 127.0.0.1:{}", shop.postgres.port());
    let wrong_password = url.replace(password, "no-such-word");
    let wrong_database = shop.postgres.url("nowhere");
    let tls = format!("{url}?sslmode=require");
    let port = free_port().to_string();
    for (url, words) in [
        (
            &wrong_password,
            [
                "does not let in the user `microkit`",
                "right user and password",
            ],
        ),
        (
            &wrong_database,
            ["no database `nowhere`", "CREATE DATABASE"],
        ),
        (&tls, ["can't be used", "TLS"]),
    ] {
        let (code, log, _) = end_of("user-service", &[("DATABASE_URL", url), ("PORT", &port)]);
        assert_eq!(code, Some(1), "{log}");
        assert!(
            told(&log, &[&place, words[0], words[1], "DATABASE_URL"]),
            "{log}"
        );
        assert!(
            !log.contains("no-such-word") && !log.contains(password),
            "{log}"
        );
    }
}

#[test]
fn a_broker_that_is_missing_or_wrong_is_named_and_orders_go_on() {
    let (Some(python), Some(shop)) = (python(), Deployment::on(true, false)) else {
        return;
    };
    let rabbitmq = shop.rabbitmq.as_ref().unwrap();
    let place = format!("RabbitMQ at 127.0.0.1:{}", rabbitmq.port());
    let url = rabbitmq.url();
    let nobody = format!("amqp://guest:guest@127.0.0.1:{}/%2f", free_port());
    let script = "import pika, sys\n\
        pika.BlockingConnection(pika.URLParameters(sys.argv[1])).channel().exchange_declare('taken', 'direct')\n";
    let mut declare = std::process::Command::new(python);
    assert!(
        declare
            .args(["-c", script, &url])
            .status()
            .unwrap()
            .success()
    );
    let wrong_password = url.replace("guest:guest", "guest:no-such-word");
    let wrong_vhost = url.replace("%2f", "nowhere");
    for (variables, words) in [
        (
            [("AMQP_URL", &*wrong_password), ("A", "")],
            vec![&*place, "user `guest`", "AMQP_URL"],
        ),
        (
            [("AMQP_URL", &*wrong_vhost), ("A", "")],
            vec![&*place, "virtual host `nowhere`", "AMQP_URL"],
        ),
        (
            [("AMQP_URL", &*nobody), ("A", "")],
            vec!["refuses the connection", "is it running?", "AMQP_URL"],
        ),
        (
            [("AMQP_EXCHANGE", "taken"), ("A", "")],
            vec![&*place, "exchange `taken` of another kind", "AMQP_EXCHANGE"],
        ),
    ] {
        let variables = &variables;
        let port = shop.spawn("payment-service", variables);
        shop.await_ready(port);
        eventually(&format!("{words:?}"), MINUTE, || {
            // The consumer tells; a service that publishes has a second voice.
            shop.log(port)
                .lines()
                .any(|line| words.iter().all(|word| line.contains(word)))
        });
        let log = shop.log(port);
        assert!(told(&log, &words), "{words:?} once: {log}");
        assert!(!log.contains("no-such-word"), "{log}");
        let health = try_request(port, "GET", "/health", None).unwrap();
        let says = r#""status":"ok""#;
        assert!(
            health.text.contains(r#""broker":"unavailable""#) && health.text.contains(says),
            "{}",
            health.text
        );
        shop.stop(port);
    }
}

#[test]
fn a_registry_that_denies_is_named_and_a_token_opens_it() {
    let (Some(shop), Some(consul)) = (Deployment::on(false, false), Consul::with_acl()) else {
        return;
    };
    let address = consul.address();
    let run = |token: &str| {
        let variables = &[
            ("CONSUL_HTTP_ADDR", &*address),
            ("CONSUL_HTTP_TOKEN", token),
        ];
        shop.spawn("user-service", variables)
    };
    let denied = run("");
    let place = format!("Consul at {address}");
    eventually("that it is denied", MINUTE, || {
        told(
            &shop.log(denied),
            &[&place, "denies it", "CONSUL_HTTP_TOKEN"],
        )
    });
    assert_eq!(health(denied), 200, "those who know its URL are served");
    let registered = run(consul.token());
    eventually("that it is registered", MINUTE, || {
        let found = consul.get("/v1/health/service/user-service?passing");
        found.as_array().unwrap().len() == 1
    });
    shop.stop(registered);
    shop.stop(denied);
}
