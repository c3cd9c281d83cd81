//! Makes a running system ready for a request: what the request refers to is created, and the request is tried.

use std::fmt;

use crate::lab::drive::{self, Drive, Ids, Kind, Request};
use crate::system::System;

use super::client::{Answer, Client};

/// How often a request is tried before it gets load.
pub(in crate::commands) const TRIES: u64 = 3;

/// Why a request can't be sent again and again.
#[derive(Debug)]
pub(in crate::commands) enum Refused {
    /// What it needs refers to itself in a circle.
    Circle,
    /// This was answered with this status and text.
    Answer(Request, u16, String),
    /// Nobody answered.
    Nobody(anyhow::Error),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Circle => f.write_str("what it refers to leads back to it"),
            Self::Answer(request, status, text) => {
                let Request { method, path, .. } = request;
                let text: String = text.chars().take(300).collect();
                write!(f, "{method} {path} was answered {status}: {text}")
            }
            Self::Nobody(error) => write!(f, "{error:#}"),
        }
    }
}

/// The ids of what a request refers to, all of it created now through the gateway. The first `TRIES` of its requests were
/// sent, so the next is that of `TRIES`.
///
/// # Errors
/// When one of the requests is refused: the workspace's own rules may ask for more than its manifest says.
pub(in crate::commands) fn prepare(
    gateway: u16,
    system: &System,
    drive: &Drive,
) -> Result<Ids, Refused> {
    let client = Client::new(gateway);
    let mut ids = Ids::new();
    for reference in drive::needed(system, drive).ok_or(Refused::Circle)? {
        let creating = Drive {
            service: system.service(&reference.service),
            kind: Kind::Create(system.resource(&reference)),
        };
        let request = creating.request(0, &ids);
        let answer = good(&client, request.clone())?;
        match answer.id() {
            Some(id) => ids.insert(reference, id),
            None => return Err(Refused::Answer(request, answer.status, answer.text)),
        };
    }
    for n in 0..TRIES {
        good(&client, drive.request(n, &ids))?;
    }
    Ok(ids)
}

/// An answer that did what was asked.
///
/// # Errors
/// When it did not, or none came.
pub(in crate::commands) fn good(client: &Client, request: Request) -> Result<Answer, Refused> {
    match client.send(&request) {
        Ok(answer) if answer.is_good() => Ok(answer),
        Ok(answer) => Err(Refused::Answer(request, answer.status, answer.text)),
        Err(error) => Err(Refused::Nobody(error)),
    }
}
