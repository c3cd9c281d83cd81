//! nginx in two parts: as an upstream that answers at once, and as the proxy that the gateway is measured against.

use std::path::Path;

use super::program::{Program, answers, silent};
use super::servers::{free_port, or_skip, program};

/// What the upstream answers with, as large as a user.
const BODY: &str =
    r#"{"id":"01980000-0000-7000-8000-000000000000","email":"ada@example.org","name":"Ada"}"#;

/// Whether nginx is there; says so if it is not.
pub fn there() -> bool {
    or_skip("nginx", program("nginx")).is_some()
}

/// An nginx that answers every path with a small JSON body. Returns its port with it.
pub fn upstream(folder: &Path) -> (u16, Program) {
    let server = format!(
        "access_log off; location / {{ default_type application/json; return 200 '{BODY}'; }}"
    );
    start("upstream", folder, 1, "", &server)
}

/// An nginx that passes `/api/…` on to a port, over connections that are kept. Its access log goes to /dev/null, as the
/// gateway's does.
pub fn proxy(name: &str, folder: &Path, workers: usize, to: u16) -> (u16, Program) {
    let upstream = format!(
        "upstream service {{ server 127.0.0.1:{to}; keepalive 64; keepalive_requests 1000000000; }}"
    );
    let server = r#"access_log /dev/null; location /api/ { proxy_pass http://service/; proxy_http_version 1.1; proxy_set_header Connection ""; }
        location /health/ { return 200; }"#;
    start(name, folder, workers, &upstream, server)
}

fn start(name: &str, folder: &Path, workers: usize, http: &str, server: &str) -> (u16, Program) {
    let port = free_port();
    let home = folder.join(name);
    std::fs::create_dir_all(&home).expect("a folder");
    let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|part| format!("{part}_temp_path {part};\n"))
        .concat();
    let settings = format!(
        "daemon off;\nworker_processes {workers};\npid nginx.pid;\nerror_log stderr;\nevents {{ worker_connections 1024; }}\n\
         http {{\n{paths}{http}\nserver {{ listen 127.0.0.1:{port} reuseport; keepalive_requests 1000000000; {server} }}\n}}\n"
    );
    let file = home.join("nginx.conf");
    std::fs::write(&file, settings).expect("the settings are written");
    let nginx = program("nginx").expect("nginx is there");
    let mut command = silent(nginx, folder);
    command
        .arg("-p")
        .arg(&home)
        .arg("-c")
        .arg(&file)
        .args(["-e", "stderr"]);
    let program = Program::start(name, folder, &mut command, || {
        answers(port, "/health/ready")
    });
    (port, program)
}
