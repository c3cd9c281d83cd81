//! Events over RabbitMQ, if `AMQP_URL` names one. A publisher hands each event to a topic exchange; the broker keeps a
//! copy in the queue of every service that is bound to its type, until that service has handled it.
//!
//! Read next: `broker/topology.rs` (exchange and queues), `broker/publisher.rs`, `broker/consumer.rs`,
//! `broker/message.rs` (an event as a message), `broker/dead_letters.rs`.

mod consumer;
mod dead_letters;
mod failure;
mod handling;
mod message;
mod publisher;
mod retry;
mod topology;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
use lapin::runtime::default_runtime;
use lapin::tcp::OwnedTLSConfig;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties};
use tokio::time::timeout;

pub(crate) use consumer::run_consumer;
pub(crate) use dead_letters::routes as dead_letters;
pub(crate) use publisher::Publisher;

use crate::attempts::Told;
use crate::config::Environment;
use failure::Failure;

/// A broker that does not answer in this time is not there.
const ANSWER: Duration = Duration::from_secs(5);
/// How long the broker may take to keep a message.
const CONFIRMATION: Duration = Duration::from_secs(10);
/// In bytes, unless the URL says so; the broker would take eight times that.
const FRAME: u32 = 16 * 1024;
/// AMQP's names are no longer than this, in bytes; room is left for what is added to the name of a service.
const LONGEST: usize = 200;

/// The broker of the system. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Broker {
    uri: AMQPUri,
    exchange: String,
    /// The authority to trust beside the public ones, in PEM form.
    authority: Option<String>,
    /// How the last attempt to use it went; none if nothing of this process uses it.
    answers: Arc<Mutex<Option<bool>>>,
    told: Told,
}

impl fmt::Debug for Broker {
    /// Without the URL, which can hold a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Broker")
            .field("exchange", &self.exchange)
            .finish_non_exhaustive()
    }
}

impl Broker {
    /// The broker that `AMQP_URL` names, with the exchange of `AMQP_EXCHANGE` and the authority of `AMQP_CACERT`. What is
    /// wrong with them is noted in the environment.
    pub(crate) fn read(environment: &mut Environment) -> Option<Self> {
        let url = environment.text("AMQP_URL")?;
        let authority = environment.file("AMQP_CACERT");
        let exchange = environment.text("AMQP_EXCHANGE");
        let exchange = exchange.unwrap_or_else(|| "events".to_owned());
        if exchange.len() > LONGEST {
            environment.problem("AMQP_EXCHANGE", "is longer than 200 bytes");
        }
        match url.parse() {
            Ok(uri) => Some(Self {
                uri: frugal(uri),
                exchange,
                authority,
                answers: Arc::default(),
                told: Told::default(),
            }),
            // The URL itself may hold a password and is not shown.
            Err(_) => {
                let problem = "must be of the form amqp://user:password@host:5672/vhost, where %2f is the vhost /";
                environment.problem("AMQP_URL", problem);
                None
            }
        }
    }

    /// A new connection on behalf of `who`, and a channel whose messages the broker confirms.
    async fn connect(&self, who: &str) -> Result<(Connection, Channel), Failure> {
        let properties = ConnectionProperties::default().with_connection_name(who.into());
        let tls = OwnedTLSConfig {
            identity: None,
            cert_chain: self.authority.clone(),
        };
        let connecting = async {
            let (uri, runtime) = (self.uri.clone(), default_runtime()?);
            let connection = Connection::connect_uri_with_config(uri, properties, tls, runtime);
            let connection = connection.await?;
            let channel = confirmed(&connection).await?;
            Ok((connection, channel))
        };
        match timeout(ANSWER, connecting).await {
            Ok(connected) => connected.map_err(|error| self.failure(error)),
            Err(_) => Err(self.silence()),
        }
    }

    /// Notes whether it can be used.
    fn note(&self, answers: bool) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner) = Some(answers);
    }

    /// Whether it could be used the last time; none if nothing of this process uses it.
    pub(crate) fn answers(&self) -> Option<bool> {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failure(&self, error: lapin::Error) -> Failure {
        Failure::new(self, Some(error))
    }

    /// There was no answer in time.
    fn silence(&self) -> Failure {
        Failure::new(self, None)
    }
}

/// A channel whose messages the broker confirms.
async fn confirmed(connection: &Connection) -> lapin::Result<Channel> {
    let channel = connection.create_channel().await?;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    Ok(channel)
}

/// The client keeps room for 64 of the largest frames of each connection; a larger message takes several of them.
fn frugal(mut uri: AMQPUri) -> AMQPUri {
    uri.query.frame_max.get_or_insert(FRAME);
    uri
}

/// A channel that is of no use any more, in the words of the client.
fn broken(why: &'static str) -> lapin::Error {
    lapin::ErrorKind::InvalidChannelState(lapin::ChannelState::Closed, why).into()
}
