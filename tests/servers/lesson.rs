//! A consumer that knows only the lesson: `pika`, and a queue bound to `order.created`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::contract::{new_order, new_user};
use super::deployment::Deployment;

const CONSUMER: &str = "\
import json, pika, sys
connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
channel = connection.channel()
queue = channel.queue_declare('', exclusive=True).method.queue
channel.queue_bind(queue, 'events', 'order.created')
print('bound', flush=True)
for method, properties, body in channel.consume(queue, inactivity_timeout=30):
    message = json.loads(body)
    print(json.dumps([message, properties.content_type, properties.headers]), flush=True)
    break
";

#[test]
fn a_consumer_of_the_lesson_reads_the_events() {
    let (Some(python), Some(shop)) = (super::servers::python(), Deployment::start(true, false))
    else {
        return;
    };
    let url = shop.rabbitmq.as_ref().unwrap().url();
    let mut consumer = Command::new(python)
        .args(["-c", CONSUMER, &url])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(consumer.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "bound");
    let user = new_user(shop.gateway, "ada");
    let order = new_order(shop.gateway, &user).text_of("id");
    let line = lines.next().unwrap().unwrap();
    consumer.wait().unwrap();
    let [message, content_type, headers]: [Value; 3] = serde_json::from_str(&line).unwrap();
    assert_eq!(message["order_id"], order);
    assert_eq!(message["user_id"], user);
    assert_eq!(message["total"], 40.28);
    assert_eq!(message.as_object().unwrap().len(), 3, "{message}");
    assert_eq!(content_type, "application/json");
    for name in [
        "cloudEvents_id",
        "cloudEvents_source",
        "cloudEvents_type",
        "traceparent",
    ] {
        assert!(headers[name].is_string(), "{name} in {headers}");
    }
}
