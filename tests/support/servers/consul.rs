//! A Consul of the test's own: one agent that is a server as well.

use std::io::{Error, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::identity::Identity;
use super::process::Process;
use super::{command, folder, free_port, or_skip, program, unique_name};

/// An agent on loopback. It ends with this value.
pub struct Consul {
    port: u16,
    speaks_tls: bool,
    token: Option<String>,
    program: PathBuf,
    /// The arguments that it is started with.
    arguments: Vec<String>,
    process: Process,
    folder: TempDir,
}

impl Consul {
    /// Starts one that keeps all in memory: it forgets the catalog when it ends. Nothing where Consul is not installed.
    pub fn start() -> Option<Self> {
        Self::launch(None, false, None)
    }

    /// As `start`, but it speaks TLS alone.
    pub fn with_tls(identity: &Identity) -> Option<Self> {
        Self::launch(None, false, Some(identity))
    }

    /// As `start`, with a catalog that is kept on the disk.
    pub fn with_data() -> Option<Self> {
        Self::launch(None, true, None)
    }

    /// As `start`, with access control: who has no token may do nothing.
    pub fn with_acl() -> Option<Self> {
        let number = free_port();
        let token = format!("{:08x}-0000-4000-8000-{number:012x}", std::process::id());
        Self::launch(Some(token), false, None)
    }

    fn launch(token: Option<String>, data: bool, identity: Option<&Identity>) -> Option<Self> {
        let program = or_skip("Consul", program("consul"))?;
        let name = unique_name();
        let folder = folder(&name);
        let port = free_port();
        let mut settings = json!({
            "node_name": name,
            "bind_addr": "127.0.0.1",
            "client_addr": "127.0.0.1",
            "disable_update_check": true,
            "performance": { "raft_multiplier": 1 },
            "ports": {
                "http": port, "https": -1, "dns": -1, "grpc": -1,
                "server": free_port(), "serf_lan": free_port(), "serf_wan": -1,
            },
        });
        if let Some(token) = &token {
            settings["acl"] = json!({
                "enabled": true,
                "default_policy": "deny",
                "tokens": { "master": token, "agent": token },
            });
        }
        if let Some(identity) = identity {
            settings["ports"]["http"] = json!(-1);
            settings["ports"]["https"] = json!(port);
            settings["cert_file"] = json!(identity.certificate);
            settings["key_file"] = json!(identity.key);
        }
        let file = folder.path().join("settings.json");
        std::fs::write(&file, settings.to_string()).expect("the settings are written");
        let mut arguments = vec![format!("-config-file={}", file.display())];
        if data {
            let data = folder.path().join("data");
            arguments.extend(["-server".to_owned(), "-bootstrap-expect=1".to_owned()]);
            arguments.push(format!("-data-dir={}", data.display()));
        } else {
            arguments.push("-dev".to_owned());
        }
        let consul = Self {
            port,
            speaks_tls: identity.is_some(),
            token,
            program,
            arguments,
            process: Process::new(folder.path(), "consul", "TERM"),
            folder,
        };
        consul.start_again();
        Some(consul)
    }

    /// Its address without a scheme, as `127.0.0.1:8500`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The token that may do everything; empty where there is no access control.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// What it answers under a path. It panics when that is no success.
    pub fn get(&self, path: &str) -> Value {
        self.send("GET", path, None)
    }

    /// Sends it a body. It panics when the answer is no success.
    pub fn put(&self, path: &str, body: &Value) -> Value {
        self.send("PUT", path, Some(body))
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let answer = self.request(method, path, self.token(), body);
        let (status, value) = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {value}"
        );
        value
    }

    /// The status and body of an answer; a body that is no JSON comes as a text.
    pub fn request(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> std::io::Result<(u16, Value)> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        // An answer to HTTP 1.0 is never in chunks.
        let head = format!(
            "{method} {path} HTTP/1.0\r\nX-Consul-Token: {token}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let (head, body) = text
            .split_once("\r\n\r\n")
            .ok_or_else(|| Error::other("no answer"))?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| Error::other("no status"))?;
        Ok((
            status,
            serde_json::from_str(body).unwrap_or_else(|_| body.into()),
        ))
    }

    /// Stops it.
    pub fn stop(&self) {
        self.process.stop();
    }

    /// Kills it, as a crash would.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// Starts it again, with the ports that it had, and waits until it answers for its catalog.
    pub fn start_again(&self) {
        let mut agent = command(&self.program, &self.folder);
        agent.arg("agent").args(&self.arguments);
        self.process.start(&mut agent, Duration::from_secs(60), || {
            if self.speaks_tls {
                return self.log().contains("New leader elected");
            }
            // It registers itself once it leads, and shows that to whom it trusts.
            let answer = self.request(
                "GET",
                "/v1/health/service/consul?passing",
                self.token(),
                None,
            );
            answer.is_ok_and(|(_, body)| body.as_array().is_some_and(|found| !found.is_empty()))
        });
    }

    /// The process id of the agent.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.process.log()
    }
}
