//! What runs where, as a table. Pure.

use crate::supervise::{Process, Ready};
use crate::system::{Database, Service, System};

use super::super::show::line;
use crate::diagnostic::counted;

/// The processes that are ready, in the order in which they started.
pub(super) fn table(system: &System, stages: &[Vec<Process>], ready: &[Ready]) -> String {
    let processes: Vec<&Process> = stages.iter().flatten().collect();
    let of = |one: &Ready| processes.iter().find(|process| process.name == one.name);
    let rows: Vec<[String; 5]> = ready
        .iter()
        .filter_map(|one| Some((one, of(one)?)))
        .map(|(one, process)| {
            [
                process.name.clone(),
                format!("http://127.0.0.1:{}", process.port),
                one.id.to_string(),
                format!("{:.2} s", one.after.as_secs_f64()),
                what(system, process),
            ]
        })
        .collect();
    let head = ["process", "listens on", "id", "ready in", "what it is"].map(str::to_owned);
    let mut text = String::new();
    line(
        &mut text,
        format_args!(
            "\n{} runs as {}:\n",
            system.name,
            match rows.len() {
                1 => "1 process".to_owned(),
                many => format!("{many} processes"),
            }
        ),
    );
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).map(|row| row[column].len());
        cells.max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2), width(3)];
    for [name, place, id, after, what] in [&head].into_iter().chain(&rows) {
        line(
            &mut text,
            format_args!(
                "  {name:0$}  {place:1$}  {id:>2$}  {after:>3$}  {what}",
                widths[0], widths[1], widths[2], widths[3]
            ),
        );
    }
    text
}

fn what(system: &System, process: &Process) -> String {
    let services: Vec<&Service> = process
        .services
        .iter()
        .map(|name| system.service(name))
        .collect();
    match services.as_slice() {
        [] => "the API gateway".to_owned(),
        [alone] if process.name == alone.name.as_str() => service(alone, process),
        [one] => format!("the API gateway and {}", one.name),
        many if many.len() <= 4 => {
            let names: Vec<&str> = many.iter().map(|service| service.name.as_str()).collect();
            format!("the API gateway, {}", names.join(", "))
        }
        many => format!("the API gateway and {}", counted(many.len(), "service")),
    }
}

fn service(service: &Service, process: &Process) -> String {
    let paths: Vec<String> = service
        .resources
        .iter()
        .map(|resource| format!("/{}", resource.path))
        .collect();
    let owns = match paths.is_empty() {
        true => String::new(),
        false => format!("owns {}", paths.join(", ")),
    };
    let given = process.set.iter().find(|(name, _)| name == "DATABASE_URL");
    let data = match (service.database, given) {
        (Database::None, _) => "no database".to_owned(),
        // The URL itself may hold a password.
        (_, Some((_, url))) if url.starts_with("postgres") => "in PostgreSQL".to_owned(),
        (_, Some(_)) => "in its own SQLite file".to_owned(),
        (_, None) => format!("in data/{}.db", service.name),
    };
    [owns, data]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}
