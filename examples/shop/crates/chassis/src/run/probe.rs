//! `user-service health`: asks the process that runs beside this one whether it is ready. A container has no other
//! program that could.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::config::{Config, Environment};

/// The one argument that a process takes.
const HEALTH: &str = "health";
/// For the connection, and for each part of the answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// No answer of `/health` is longer, in bytes.
const LONGEST: u64 = 64 * 1024;

/// What the arguments ask for, other than to run: exit code 0 if the process of this `port` is ready, 1 if it is not, 2
/// for an argument that means nothing.
pub(super) fn asked(name: &str, port: u16) -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let argument = arguments.next()?;
    if argument != HEALTH || arguments.next().is_some() {
        eprintln!("{name} runs without arguments; `{HEALTH}` asks whether it is ready");
        return Some(ExitCode::from(2));
    }
    let mut environment = Environment::process();
    let config = Config::read(&mut environment, port);
    match ask(reachable(config.address)) {
        Ok(answer) => {
            println!("{}", answer.body);
            match answer.is_good {
                true => Some(ExitCode::SUCCESS),
                false => Some(ExitCode::FAILURE),
            }
        }
        Err(error) => {
            println!("no answer on {}: {error}", config.address);
            Some(ExitCode::FAILURE)
        }
    }
}

struct Answer {
    is_good: bool,
    body: String,
}

/// Whoever listens on every address is reached on this machine's own.
pub(super) fn reachable(listening: SocketAddr) -> SocketAddr {
    let address = match listening.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    SocketAddr::new(address, listening.port())
}

/// Asks without the runtime and the client of the chassis, since it is asked every few seconds.
fn ask(address: SocketAddr) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET /health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut text = String::new();
    stream.take(LONGEST).read_to_string(&mut text)?;
    let status = text.split(' ').nth(1).unwrap_or_default();
    let body = text.split_once("\r\n\r\n").unwrap_or_default().1;
    Ok(Answer {
        is_good: status == "200",
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn answered(answer: &'static str) -> Answer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let length = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let answer = ask(address).unwrap();
        assert!(
            server
                .join()
                .unwrap()
                .starts_with("GET /health HTTP/1.1\r\n")
        );
        answer
    }

    #[test]
    fn the_status_is_the_answer_and_the_body_the_reason() {
        let good = answered("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"status\":\"ok\"}");
        assert!(good.is_good);
        assert_eq!(good.body, "{\"status\":\"ok\"}");
        assert!(!answered("HTTP/1.1 503 Service Unavailable\r\n\r\n{}").is_good);
        assert!(!answered("").is_good);
    }

    #[test]
    fn a_listener_on_every_address_is_asked_on_this_machine() {
        let asked = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(asked("0.0.0.0:8001"), "127.0.0.1:8001");
        assert_eq!(asked("[::]:8001"), "[::1]:8001");
        assert_eq!(asked("10.0.0.7:8001"), "10.0.0.7:8001");
    }
}
