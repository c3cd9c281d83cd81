//! Whether a server of AMQP 0-9-1 lets a client in: RabbitMQ listens before what it serves is there, so only a connection
//! that is open tells. Called by `broker.rs`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What a client begins with.
const HEADER: &[u8] = b"AMQP\0\0\x09\x01";
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(2);
/// No answer to this is larger.
const LARGEST: u32 = 64 * 1024;

/// The methods of the class `connection`, by their numbers.
const START: u8 = 10;
const START_OK: u8 = 11;
const TUNE: u8 = 30;
const TUNE_OK: u8 = 31;
const OPEN: u8 = 40;
const OPEN_OK: u8 = 41;

/// Whether the server on this port lets `guest` into the virtual host `/`.
pub(super) fn opens(port: u16) -> bool {
    answered(port).unwrap_or(false)
}

/// `None` where nobody answers, or not to the end.
fn answered(port: u16) -> Option<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(ANSWER)).ok()?;
    // All that a client has to say is known beforehand, so it does not wait for the questions.
    let said = [
        HEADER.to_vec(),
        method(
            START_OK,
            b"\0\0\0\0\x05PLAIN\0\0\0\x0c\0guest\0guest\x05en_US",
        ),
        // One channel, frames of 128 KiB, no heartbeat.
        method(TUNE_OK, b"\0\x01\0\x02\0\0\0\0"),
        method(OPEN, b"\x01/\0\0"),
    ];
    stream.write_all(&said.concat()).ok()?;
    loop {
        let mut head = [0; 7];
        stream.read_exact(&mut head).ok()?;
        let [kind, _, _, size @ ..] = head;
        let size = Some(u32::from_be_bytes(size)).filter(|size| kind == 1 && *size <= LARGEST)?;
        let mut rest = vec![0; size as usize + 1];
        stream.read_exact(&mut rest).ok()?;
        match rest[..] {
            [0, 10, 0, START | TUNE, ..] => {}
            [0, 10, 0, method, ..] => return Some(method == OPEN_OK),
            _ => return None,
        }
    }
}

/// A frame with a method of the class `connection`.
fn method(number: u8, arguments: &[u8]) -> Vec<u8> {
    let size = 4 + arguments.len() as u32;
    let head = [&[1, 0, 0], &size.to_be_bytes()[..], &[0, 10, 0, number]].concat();
    [&head, arguments, &[0xCE]].concat()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    const CLOSE: u8 = 50;

    /// Whether one lets in that answers with these methods.
    fn lets_in(methods: &'static [u8]) -> bool {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut header = [0; 8];
            stream.read_exact(&mut header).unwrap();
            assert_eq!(header, HEADER);
            let answers = methods.iter().map(|number| method(*number, b"more"));
            stream
                .write_all(&answers.collect::<Vec<_>>().concat())
                .unwrap();
            // Closed only once the client has gone or knows enough: what it said is read to the end.
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            stream.read_to_end(&mut Vec::new()).ok();
        });
        let opens = opens(port);
        server.join().unwrap();
        opens
    }

    #[test]
    fn a_server_is_ready_once_it_opens_a_connection_and_not_when_it_greets() {
        assert!(lets_in(&[START, TUNE, OPEN_OK]));
        assert!(!lets_in(&[START]));
        assert!(!lets_in(&[START, TUNE]));
        // The virtual host is not up yet.
        assert!(!lets_in(&[START, TUNE, CLOSE]));
        assert!(!lets_in(&[]));
    }
}
