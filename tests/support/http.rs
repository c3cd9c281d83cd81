//! One HTTP request over a socket of its own, for tests that talk to running systems.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// An answer.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub text: String,
}

impl Reply {
    /// A member of the body that is a text.
    pub fn text_of(&self, name: &str) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        body[name].as_str().unwrap_or_default().to_owned()
    }

    pub fn error(&self) -> String {
        self.text_of("error")
    }

    pub fn header(&self, name: &str) -> String {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(header, _)| header.eq_ignore_ascii_case(name));
        found
            .next()
            .map(|(_, value)| value.to_owned())
            .unwrap_or_default()
    }
}

/// Sends a request to a port of this machine and reads the answer to its end.
pub fn request(port: u16, method: &str, path: &str, body: Option<&str>) -> Reply {
    try_request(port, method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

/// As `request`; an error where nobody answers.
pub fn try_request(
    port: u16,
    method: &str,
    path: &str,
    body: Option<&str>,
) -> std::io::Result<Reply> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let body = body.unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    // A server that refuses a large body closes before it has read it all.
    let _ = stream.write_all(body.as_bytes());
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    if bytes.is_empty() {
        read?;
    }
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Ok(Reply {
        status: status.unwrap_or(0),
        text: plain(head, body),
        head: head.to_owned(),
    })
}

/// The body without the sizes of its chunks.
fn plain(head: &str, body: &str) -> String {
    if !head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked")
    {
        return body.to_owned();
    }
    let mut text = String::new();
    let mut rest = body;
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let Some(chunk) = after.get(..size).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        text.push_str(chunk);
        rest = after[size..].trim_start_matches("\r\n");
    }
    text
}
