//! PostgreSQL, RabbitMQ and Consul over TLS, with an authority of one's own.

use super::deployment::Deployment;
use super::http::try_request;
use super::servers::consul::Consul;
use super::servers::identity::Identity;
use super::servers::postgres::Postgres;
use super::servers::rabbitmq::RabbitMq;
use super::servers::{MINUTE, eventually};

#[test]
fn every_server_is_spoken_to_over_tls() {
    let Some(identity) = Identity::new() else {
        return;
    };
    let servers = (
        Deployment::on(false, false),
        Postgres::with_tls(&identity),
        RabbitMq::with_tls(&identity),
        Consul::with_tls(&identity),
    );
    let (Some(shop), Some(postgres), Some(rabbitmq), Some(consul)) = servers else {
        return;
    };
    postgres.create_database("payments");
    let authority = identity.authority.to_str().unwrap();
    let database = postgres.url("payments");
    let database = format!("{database}?sslmode=verify-full&sslrootcert={authority}");
    let amqp = rabbitmq.url().replace("amqp://", "amqps://");
    let agent = format!("https://{}", consul.address());
    let trusting = [
        ("DATABASE_URL", &*database),
        ("AMQP_URL", &*amqp),
        ("AMQP_CACERT", authority),
        ("CONSUL_HTTP_ADDR", &*agent),
        ("CONSUL_CACERT", authority),
    ];
    let variables = &trusting;
    let port = shop.spawn("payment-service", variables);
    shop.await_ready(port);
    eventually("it is registered", MINUTE, || {
        shop.log(port).contains("is registered with Consul")
    });
    let queues = || rabbitmq.ctl(&["list_queues", "name", "consumers"]);
    eventually("it consumes", MINUTE, || {
        queues().contains("payment-service\t1")
    });
    let used = "SELECT COUNT(*) FROM pg_stat_ssl WHERE ssl AND pid <> pg_backend_pid()";
    assert_ne!(postgres.sql("payments", used), "0");
    shop.stop(port);

    // An authority that is not known is refused, and named.
    let variables = &trusting.map(|(name, value)| match name {
        "AMQP_CACERT" | "CONSUL_CACERT" => (name, ""),
        _ => (name, value),
    });
    let port = shop.spawn("payment-service", variables);
    for words in [
        ["RabbitMQ at", "is not trusted", "AMQP_CACERT"],
        ["Consul at", "is not trusted", "CONSUL_CACERT"],
    ] {
        eventually(words[2], MINUTE, || {
            let log = shop.log(port);
            log.lines()
                .any(|line| words.iter().all(|word| line.contains(word)))
        });
    }
    eventually("that it is ready without them", MINUTE, || {
        let health = try_request(port, "GET", "/health", None);
        health.is_ok_and(|health| health.text.contains(r#""broker":"unavailable""#))
    });
}
