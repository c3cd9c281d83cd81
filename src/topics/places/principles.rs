//! Where the principles stand. Called through `mod.rs`.

use crate::diagnostic::Code;
use crate::system::Database;

use super::finder::{Finder, client_file, event_file, has_database, of, resource_file};

pub(super) fn single_responsibility(f: &mut Finder<'_>) {
    f.remarks(
        &[Code::ManyDuties, Code::NothingOwn],
        [
            "`microkit check` has a remark on this one",
            "`microkit check` observa algo en este",
        ],
    );
    let owners = f
        .services()
        .iter()
        .filter(|service| !service.resources.is_empty());
    for service in owners.take(2) {
        f.line(
            of(service, "src/lib.rs"),
            "Service::builder(",
            [
                "all that this service is: what it owns, calls, publishes",
                "todo lo que es este servicio: lo que tiene, llama y publica",
            ],
        );
    }
    f.line(
        "gateway/src/routes.rs",
        "pub fn routes()",
        ["each path has one owner", "cada ruta tiene un solo dueño"],
    );
    if let Some(file) = resource_file(f.any(), "repository") {
        f.border(
            file,
            "pub struct ",
            [
                "the only code that touches this table",
                "el único código que toca esta tabla",
            ],
        );
    }
    f.command(
        "microkit check",
        [
            "says which service does too much",
            "dice qué servicio hace demasiado",
        ],
    );
    f.command(
        "microkit graph",
        ["draws who owns what", "dibuja quién tiene qué"],
    );
}

pub(super) fn database_per_service(f: &mut Finder<'_>) {
    let Some(service) = f.first(has_database) else {
        f.note([
            "No service of this system keeps data. To give one a database: `database = \
             \"sqlite\"` in its table of microkit.toml, then `microkit generate`.",
            "Ningún servicio de este sistema guarda datos. Para darle una base de datos a uno: \
             `database = \"sqlite\"` en su tabla de microkit.toml, y después `microkit \
             generate`.",
        ]);
        return;
    };
    f.key(
        &["services", service.name.as_str(), "database"],
        ["its kind of database", "su tipo de base de datos"],
    );
    f.line(
        of(service, "src/lib.rs"),
        ".database(",
        [
            "its own, with its own migrations",
            "la suya, con sus propias migraciones",
        ],
    );
    if let Some(file) = resource_file(service, "repository") {
        f.border(
            file,
            "context.database()",
            [
                "the only code that opens this table",
                "el único código que abre esta tabla",
            ],
        );
    }
    match (service.database, f.shares_postgres()) {
        (Database::Postgres, false) => f.line(
            "compose.yaml",
            "DATABASE_URL: postgres://",
            [
                "on Docker: a server of its own, on a network that only it is on",
                "en Docker: un servidor propio, en una red donde solo está él",
            ],
        ),
        (Database::Postgres, true) => f.line(
            "compose.yaml",
            "DATABASE_URL: postgres://",
            [
                "on Docker: a role and a database of its own, on one server for all",
                "en Docker: un rol y una base propios, en un servidor para todos",
            ],
        ),
        _ => f.line(
            "compose.yaml",
            ":/data",
            [
                "on Docker: a volume of its own",
                "en Docker: un volumen propio",
            ],
        ),
    }
    f.chassis(
        "config.rs",
        "fn database_url(",
        [
            "where a service finds it: by the environment, or a file under data/",
            "dónde la encuentra: por el entorno, o un archivo en data/",
        ],
    );
    f.command(
        "microkit graph",
        [
            "draws a database beside each service",
            "dibuja una base de datos junto a cada servicio",
        ],
    );
    let files = match f.is_split() {
        false => [
            "after `cargo run`: a SQLite file for each service",
            "después de `cargo run`: un archivo SQLite por servicio",
        ],
        true => [
            "after `microkit run`: a SQLite file for each service",
            "después de `microkit run`: un archivo SQLite por servicio",
        ],
    };
    f.command("ls data", files);
}

pub(super) fn independent_deployment(f: &mut Finder<'_>) {
    let inside = f.inside();
    let service = inside.unwrap_or(f.any());
    f.line(
        of(service, "src/main.rs"),
        "chassis::run(",
        [
            "this service alone, as a process of its own",
            "este servicio solo, como proceso propio",
        ],
    );
    f.container(
        service.name.as_str(),
        [
            "its container, with an image of its own",
            "su contenedor, con imagen propia",
        ],
    );
    f.line(
        "Dockerfile",
        "ARG SERVICE",
        [
            "one Dockerfile, an image for each service",
            "un Dockerfile, una imagen por servicio",
        ],
    );
    if let Some((event, publisher)) = f.event().zip(f.publisher()) {
        f.line(
            event_file(publisher, event),
            "/// What the event carries.",
            [
                "the rule that lets old and new versions live together",
                "la regla que deja convivir versiones viejas y nuevas",
            ],
        );
    }
    if let Some(caller) = f.caller() {
        f.line(
            client_file(caller),
            "//! A view names only what is read here",
            [
                "a caller reads few fields, so the rest may change",
                "quien llama lee pocos campos, y el resto puede cambiar",
            ],
        );
    }
    let name = service.name.as_str();
    f.command(
        format!("cargo run -p {name}"),
        ["starts it alone", "lo arranca solo"],
    );
    if inside.is_some() {
        f.command(
            format!("microkit extract {name}"),
            [
                "makes it a process of its own, for good",
                "lo hace un proceso propio, de forma permanente",
            ],
        );
    }
    let container = f.container_of(name);
    f.command(
        format!("docker compose up --detach --wait --no-deps --build {container}"),
        [
            "releases it while the others run on",
            "lo entrega mientras los demás siguen",
        ],
    );
}

pub(super) fn team_ownership(f: &mut Finder<'_>) {
    f.note([
        "No file of this workspace says which team owns which service. A CODEOWNERS file with \
         a line for each folder below services/ would.",
        "Ningún archivo de este workspace dice qué equipo es dueño de qué servicio. Lo diría \
         un CODEOWNERS con una línea por cada carpeta de services/.",
    ]);
    for service in f.services().iter().take(3) {
        f.line(
            of(service, "Cargo.toml"),
            "name = ",
            [
                "a crate and a folder: what one team can own",
                "un crate y una carpeta: lo que puede tener un equipo",
            ],
        );
    }
    f.line(
        "gateway/src/routes.rs",
        "pub fn routes()",
        [
            "shared by all: agree on who changes it",
            "es de todos: conviene acordar quién lo cambia",
        ],
    );
    f.chassis(
        "lib.rs",
        "//! The microservice chassis",
        [
            "shared by all: it needs a team too",
            "es de todos: también necesita un equipo",
        ],
    );
    f.command(
        "microkit advise",
        [
            "asks about your teams, among other things",
            "pregunta por tus equipos, entre otras cosas",
        ],
    );
}
