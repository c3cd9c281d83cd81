//! What `microkit` alone says, in each language. Pure.

use crate::lang::Lang;
use crate::system::System;

use super::{Place, State};
use crate::diagnostic::counted;

/// What can be done next, and what it does.
type Next = (&'static str, String);

/// Where one is, and what makes sense there.
pub(super) fn told(place: &Place, lang: Lang) -> String {
    let all = match lang {
        Lang::En => "`microkit help` lists all commands.",
        Lang::Es => "`microkit help` enumera todos los comandos.",
    };
    let next = next(place, lang);
    let width = next.iter().map(|(command, _)| command.len()).max();
    let width = width.unwrap_or_default();
    let lines: String = next
        .iter()
        .map(|(command, what)| format!("  {command:width$}   {what}\n"))
        .collect();
    format!("{}\n\n{lines}\n{all}\n", head(place, lang))
}

fn head(place: &Place, lang: Lang) -> String {
    match (place, lang) {
        (Place::Outside, Lang::En) => {
            "One manifest in, a microservice system in Rust out. There is no workspace here yet."
                .into()
        }
        (Place::Outside, Lang::Es) => {
            "Entra un manifiesto, sale un sistema de microservicios en Rust. Aquí aún no hay ningún workspace."
                .into()
        }
        (Place::Mistaken(path), Lang::En) => format!("{} has mistakes.", path.display()),
        (Place::Mistaken(path), Lang::Es) => format!("{} tiene errores.", path.display()),
        (Place::Workspace { path, system, state }, lang) => {
            let (name, port) = (&system.name, system.gateway.port);
            let services = services(system.services.len(), lang);
            let path = path.display();
            let head = match lang {
                Lang::En => format!("{name}: {services} behind a gateway on port {port}, from {path}."),
                Lang::Es => format!("{name}: {services} detrás de un gateway en el puerto {port}, según {path}."),
            };
            match state {
                State::Unknown(why) => format!("{head}\n{why}"),
                _ => head,
            }
        }
    }
}

fn next(place: &Place, lang: Lang) -> Vec<Next> {
    let say = |en: &str, es: &str| match lang {
        Lang::En => en.to_owned(),
        Lang::Es => es.to_owned(),
    };
    match place {
        Place::Outside => vec![
            (
                "microkit new shop --run",
                say(
                    "users, orders and payments, built and started",
                    "usuarios, pedidos y pagos, compilado y en marcha",
                ),
            ),
            (
                "microkit new hello --example hello",
                say("the least that is a system", "lo mínimo que es un sistema"),
            ),
        ],
        Place::Mistaken(_) => vec![(
            "microkit check",
            say(
                "shows each at its place, with a way out",
                "enseña cada uno en su sitio, con una salida",
            ),
        )],
        Place::Workspace { system, state, .. } => match state {
            State::UpToDate { remarks } => up_to_date(system, *remarks, lang),
            State::Behind => vec![
                (
                    "microkit generate --dry-run",
                    say(
                        "the code is behind the manifest: shows by what",
                        "el código va por detrás del manifiesto: enseña en qué",
                    ),
                ),
                (
                    "microkit generate",
                    say(
                        "brings it up to date, and keeps your edits",
                        "lo pone al día, y conserva tus cambios",
                    ),
                ),
            ],
            State::Unwritten => vec![
                (
                    "microkit check",
                    say(
                        "judges the system before there is any code",
                        "juzga el sistema antes de que haya código",
                    ),
                ),
                (
                    "microkit generate",
                    say(
                        "writes the workspace that the manifest describes",
                        "escribe el workspace que describe el manifiesto",
                    ),
                ),
            ],
            State::Lost => vec![(
                "microkit adopt",
                say(
                    "what microkit wrote last, `.microkit/base`, was lost: makes it anew, and changes no file of yours",
                    "lo último que escribió microkit, `.microkit/base`, se perdió: lo rehace, y no cambia ningún archivo tuyo",
                ),
            )],
            State::Conflicts(files) => vec![(
                "microkit generate",
                say(
                    &format!(
                        "{} to settle; this says which, and how",
                        counted(*files, "conflict")
                    ),
                    &format!("conflictos por resolver: {files}; esto dice cuáles, y cómo"),
                ),
            )],
            State::Unknown(_) => Vec::new(),
        },
    }
}

fn up_to_date(system: &System, remarks: usize, lang: Lang) -> Vec<Next> {
    let url = format!("http://127.0.0.1:{}/docs", system.gateway.port);
    let [run, lab, explain, check] = match lang {
        Lang::En => [
            format!("the whole system, {}: {url}", shape(system, lang)),
            "experiments with it: what a border between services costs, and what it gives".into(),
            "the ideas behind it, and where each of them stands in this code".into(),
            format!(
                "{} on its architecture and code",
                counted(remarks, "remark")
            ),
        ],
        Lang::Es => [
            format!("el sistema entero, {}: {url}", shape(system, lang)),
            "experimentos con él: qué cuesta una frontera entre servicios, y qué da".into(),
            "las ideas que hay detrás, y dónde está cada una en este código".into(),
            match remarks {
                1 => "1 observación sobre su arquitectura y su código".into(),
                many => format!("{many} observaciones sobre su arquitectura y su código"),
            },
        ],
    };
    let mut next = vec![
        ("microkit run", run),
        ("microkit lab", lab),
        ("microkit explain", explain),
    ];
    if remarks > 0 {
        next.insert(1, ("microkit check", check));
    }
    next
}

/// As how many processes it runs.
fn shape(system: &System, lang: Lang) -> String {
    let extracted = system.extracted().len();
    match (extracted, system.together().len(), lang) {
        (0, _, Lang::En) => "in one process".into(),
        (0, _, Lang::Es) => "en un proceso".into(),
        (_, 0, Lang::En) => "a process for each service".into(),
        (_, 0, Lang::Es) => "un proceso por servicio".into(),
        (_, _, Lang::En) => format!("with {} apart", services(extracted, lang)),
        (_, _, Lang::Es) => format!("con {} aparte", services(extracted, lang)),
    }
}

fn services(number: usize, lang: Lang) -> String {
    match (lang, number) {
        (Lang::En, _) => counted(number, "service"),
        (Lang::Es, 1) => "1 servicio".into(),
        (Lang::Es, _) => format!("{number} servicios"),
    }
}
