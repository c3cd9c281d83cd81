//! Why RabbitMQ can't be used, in words that say where it was looked for and what to set.

use std::fmt;
use std::io::ErrorKind as Io;

use lapin::ErrorKind;
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};

use super::Broker;
use crate::attempts::Reason;

/// Something that was asked of the broker in vain.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    place: String,
    user: String,
    vhost: String,
    exchange: String,
    /// None if there was no answer in time.
    error: Option<lapin::Error>,
}

impl Failure {
    pub(super) fn new(broker: &Broker, error: Option<lapin::Error>) -> Self {
        let authority = &broker.uri.authority;
        Self {
            place: format!("{}:{}", authority.host, authority.port),
            user: authority.userinfo.username.clone(),
            vhost: broker.uri.vhost.clone(),
            exchange: broker.exchange.clone(),
            error,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        let Some(error) = &self.error else {
            return write!(
                formatter,
                "RabbitMQ at {place} does not answer; AMQP_URL says where it is"
            );
        };
        match error.kind() {
            ErrorKind::IOError(error) if error.kind() == Io::ConnectionRefused => write!(
                formatter,
                "RabbitMQ at {place} refuses the connection: is it running? AMQP_URL says where it is"
            ),
            ErrorKind::ProtocolError(error) => {
                let told = error.get_message();
                match error.kind() {
                    AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED)
                        if told.as_str().contains("Login was refused") =>
                    {
                        write!(
                            formatter,
                            "RabbitMQ at {place} does not let in the user `{}`: AMQP_URL has to hold the right user \
                             and password",
                            self.user
                        )
                    }
                    AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED) => write!(
                        formatter,
                        "RabbitMQ at {place} does not let `{}` into the virtual host `{}` ({told}): AMQP_URL names it \
                         after the port",
                        self.user, self.vhost
                    ),
                    AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED)
                        if told.as_str().contains("for exchange") =>
                    {
                        write!(
                            formatter,
                            "RabbitMQ at {place} has an exchange `{}` of another kind ({told}): remove it, or set \
                             AMQP_EXCHANGE to another name",
                            self.exchange
                        )
                    }
                    AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED) => write!(
                        formatter,
                        "RabbitMQ at {place} does not let `{}` do it ({told}): the user of AMQP_URL has to be allowed to \
                         configure, write and read in its virtual host",
                        self.user
                    ),
                    _ => write!(formatter, "RabbitMQ at {place} refuses it: {told}"),
                }
            }
            ErrorKind::MissingHeartbeatError => {
                write!(formatter, "RabbitMQ at {place} has fallen silent")
            }
            ErrorKind::IOError(error) if error.to_string().contains("certificate") => write!(
                formatter,
                "RabbitMQ at {place} is not trusted ({error}): AMQP_CACERT has to name the file of its authority"
            ),
            ErrorKind::IOError(error) => write!(
                formatter,
                "RabbitMQ at {place} can't be reached ({error}); AMQP_URL says where it is"
            ),
            ErrorKind::InvalidChannelState(_, why) => {
                write!(
                    formatter,
                    "the connection to RabbitMQ at {place} is lost ({why})"
                )
            }
            _ => write!(formatter, "the connection to RabbitMQ at {place} is lost"),
        }
    }
}

impl std::error::Error for Failure {}

impl Reason for Failure {}
