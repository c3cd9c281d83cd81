//! One HTTP client: a connection of its own to one process on this machine, kept open from request to request.

use std::time::Duration;

use anyhow::Context;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::lab::drive::Request;

/// A request that takes longer counts as not answered.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who asks.
pub(in crate::commands) struct Client {
    agent: Agent,
    base: String,
}

/// What was answered.
#[derive(Debug)]
pub(in crate::commands) struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    /// Whether it did what was asked.
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What it says of what is wrong, if it is a problem.
    pub fn said(&self) -> String {
        let problem: Option<serde_json::Value> = serde_json::from_str(&self.text).ok();
        let error = problem
            .as_ref()
            .and_then(|problem| problem["error"].as_str());
        error.unwrap_or_default().to_owned()
    }

    /// The id of the resource that it shows.
    pub fn id(&self) -> Option<String> {
        let resource: serde_json::Value = serde_json::from_str(&self.text).ok()?;
        resource["id"].as_str().map(str::to_owned)
    }
}

/// What sends requests to this machine and takes every answer as it is.
pub(super) fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(PATIENCE));
    config.build().new_agent()
}

impl Client {
    /// Of the process that listens there.
    pub fn new(port: u16) -> Self {
        Self {
            agent: agent(),
            base: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Sends a request and reads the answer to its end.
    ///
    /// # Errors
    /// When none comes.
    pub fn send(&self, request: &Request) -> anyhow::Result<Answer> {
        let url = format!("{}{}", self.base, request.path);
        let answer = match &request.body {
            None => self.agent.get(url).call(),
            Some(body) => {
                let post = self.agent.post(url);
                post.header("content-type", "application/json").send(body)
            }
        };
        read(answer).with_context(|| format!("{} {}", request.method, request.path))
    }

    /// Reads a path.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send(&Request {
            method: "GET",
            path: path.to_owned(),
            body: None,
        })
    }
}

fn read(answer: Result<Response<Body>, ureq::Error>) -> Result<Answer, ureq::Error> {
    let mut answer = answer?;
    Ok(Answer {
        status: answer.status().as_u16(),
        text: answer.body_mut().read_to_string()?,
    })
}
