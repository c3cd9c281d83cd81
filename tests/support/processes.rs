//! The shop of `examples/` as running processes, in either of its two shapes. They end when the value goes.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use super::http::try_request;

/// How the services run.
#[derive(Clone, Copy, PartialEq)]
pub enum Shape {
    OneProcess,
    Processes,
}

pub struct Shop {
    pub gateway: u16,
    children: Vec<(String, Child)>,
    _data: tempfile::TempDir,
}

const SERVICES: [&str; 3] = ["user-service", "order-service", "payment-service"];

/// Builds the shop once, in the target folder that all generated workspaces share.
fn binaries() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = root.join("target/generated");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--locked", "--workspace", "--bins"])
            .current_dir(root.join("examples/shop"))
            .env("CARGO_TARGET_DIR", &target)
            .status()
            .expect("cargo runs");
        assert!(status.success(), "the shop builds");
        target.join("debug")
    })
}

/// A port that nobody listens on at this moment.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

impl Shop {
    /// Starts it and waits until it is ready.
    pub fn start(shape: Shape) -> Self {
        let mut shop = Self {
            gateway: free_port(),
            children: Vec::new(),
            _data: tempfile::tempdir().expect("a folder for the databases"),
        };
        if shape == Shape::OneProcess {
            shop.spawn("monolith", shop.gateway, &[]);
        } else {
            let ports: Vec<u16> = SERVICES.iter().map(|_| free_port()).collect();
            let urls: Vec<(String, String)> = SERVICES
                .iter()
                .zip(&ports)
                .map(|(name, port)| {
                    let variable = format!("{}_URL", name.to_uppercase().replace('-', "_"));
                    (variable, format!("http://127.0.0.1:{port}"))
                })
                .collect();
            for (name, port) in SERVICES.iter().zip(&ports) {
                shop.spawn(name, *port, &urls);
                shop.await_ready(*port);
            }
            shop.spawn("gateway", shop.gateway, &urls);
        }
        shop.await_ready(shop.gateway);
        shop
    }

    fn spawn(&mut self, name: &str, port: u16, variables: &[(String, String)]) {
        let child = Command::new(binaries().join(name))
            .current_dir(self._data.path())
            .env("PORT", port.to_string())
            .envs(variables.iter().cloned())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        self.children.push((name.to_owned(), child));
    }

    fn await_ready(&mut self, port: u16) {
        let end = Instant::now() + Duration::from_secs(30);
        while !try_request(port, "GET", "/health/ready", None)
            .is_ok_and(|reply| reply.status == 200)
        {
            assert!(Instant::now() < end, "port {port} is not ready");
            for (name, child) in &mut self.children {
                let ended = child.try_wait().expect("the state of a child is known");
                assert!(ended.is_none(), "{name} ended: {ended:?}");
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends one service at once.
    pub fn kill(&mut self, name: &str) {
        let child = self.children.iter_mut().find(|(known, _)| known == name);
        let (_, child) = child.expect("the service runs");
        child.kill().expect("the process ends");
        child.wait().expect("the process has ended");
    }

    /// Asks every process to stop, and holds it to exit code 0.
    pub fn stop(mut self) {
        for (name, mut child) in std::mem::take(&mut self.children) {
            if child
                .try_wait()
                .expect("the state of a child is known")
                .is_some()
            {
                continue;
            }
            let pid = child.id().to_string();
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .expect("kill runs");
            let status = child.wait().expect("the process ends");
            assert!(status.success(), "{name} ended with {status}");
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
