//! The lesson's services as the lesson runs them: `python {file}`, which is the development server of Flask. Their ports
//! are fixed in their code.

use std::env;
use std::net::TcpStream;
use std::path::PathBuf;

use super::http::request;
use super::program::{Program, System, silent};
use super::servers::python;

/// The files, with their ports. The gateway is last.
const FILES: [(&str, u16); 4] = [
    ("user_service.py", 8001),
    ("order_service.py", 8002),
    ("payment_service.py", 8003),
    ("gateway.py", 8000),
];
const USERS: u16 = FILES[0].1;
const GATEWAY: u16 = FILES[3].1;

/// Starts them, with a user. Where they can't run, it says why.
pub fn system() -> Option<System> {
    let lesson = match env::var_os("LESSON") {
        Some(folder) => PathBuf::from(folder)
            .canonicalize()
            .expect("LESSON is there"),
        None => return left_out("LESSON is not set"),
    };
    let Some(python) = python() else {
        return left_out("there is no Python");
    };
    let taken = |(_, port): &&(&str, u16)| TcpStream::connect(("127.0.0.1", *port)).is_ok();
    if let Some((_, port)) = FILES.iter().find(taken) {
        return left_out(&format!("port {port}, which its code names, is taken"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let programs = FILES.map(|(file, port)| {
        let mut command = silent(&python, folder.path());
        command
            .arg(lesson.join(file))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        Program::start(file, folder.path(), &mut command, || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
    });
    // Its gateway makes no users.
    let user = r#"{"email": "ada@example.org", "name": "Ada"}"#;
    let created = request(USERS, "POST", "/users", Some(user));
    let id = created.text_of("id");
    println!("Flask runs on the ports 8000 to 8003, which are fixed in its code.");
    Some(System::new("Flask", GATEWAY, programs.into(), folder, id))
}

fn left_out(why: &str) -> Option<System> {
    println!("Flask is left out: {why}.");
    None
}
