//! What becomes of a message that could not be handled. One that may succeed later waits and comes back, for as long as
//! it takes if somebody else is down, and a few times otherwise; then it is put aside, so that the rest goes on.

use std::time::Duration;

use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::time::timeout;

use super::topology::{self, WAITS};
use super::{CONFIRMATION, broken, message};
use crate::Problem;

/// Where a message goes that could not be handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It comes back after this time.
    Later(Duration),
    /// It is put aside.
    DeadLetter,
}

/// The fate of a message that has failed `before` times and now again, with this status.
pub(super) fn fate(before: u32, status: u16) -> Fate {
    let step = usize::try_from(before).unwrap_or(usize::MAX);
    let longest = WAITS[WAITS.len() - 1];
    match status {
        // What the handler needs is down: that says nothing about the message.
        502..=504 => Fate::Later(WAITS.get(step).copied().unwrap_or(longest)),
        _ => match WAITS.get(step) {
            Some(wait) => Fate::Later(*wait),
            None => Fate::DeadLetter,
        },
    }
}

/// Sends the message where it goes now, before it is taken out of the queue it came from.
pub(super) async fn send(
    channel: &Channel,
    service: &str,
    fate: Fate,
    properties: &BasicProperties,
    body: &[u8],
    problem: &Problem,
) -> lapin::Result<()> {
    let queue = match fate {
        Fate::Later(wait) => topology::waiting(service, wait),
        Fate::DeadLetter => topology::dead(service),
    };
    let properties = message::failed(properties, &problem.told());
    put(channel, &queue, properties, body).await
}

/// Puts a message straight into a queue.
///
/// # Errors
/// Also if the broker does not keep it: the queue was removed, most likely, and is declared anew with the next connection.
pub(super) async fn put(
    channel: &Channel,
    queue: &str,
    properties: BasicProperties,
    body: &[u8],
) -> lapin::Result<()> {
    let options = BasicPublishOptions {
        mandatory: true,
        ..Default::default()
    };
    // The exchange without a name leads to the queue that the key names.
    let putting = async {
        channel
            .basic_publish("".into(), queue.into(), options, body, properties)
            .await?
            .await
    };
    match timeout(CONFIRMATION, putting).await {
        Ok(Ok(Confirmation::Ack(None))) => Ok(()),
        Ok(Err(error)) => Err(error),
        Ok(Ok(_)) => Err(broken("the queue is not there")),
        Err(_) => Err(broken("no confirmation")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_tried_four_times_and_what_has_to_wait_without_end() {
        let waits = |status| [0, 1, 2, 3, 1_000].map(|before| fate(before, status));
        let [one, two, three] = WAITS.map(Fate::Later);
        let dead = Fate::DeadLetter;
        assert_eq!(waits(422), [one, two, three, dead, dead]);
        assert_eq!(waits(500), [one, two, three, dead, dead]);
        assert_eq!(waits(503), [one, two, three, three, three]);
    }
}
