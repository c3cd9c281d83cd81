//! Where the principles stand. Called through `mod.rs`.

use crate::diagnostic::Code;
use crate::system::{Database, Service};

use super::finder::{Finder, has_database, of};

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
    if let Some(service) = f.first(|service| !service.resources.is_empty()) {
        let file = format!("src/{}/repository.rs", service.resources[0].module());
        f.line(
            of(service, &file),
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
            "No service of this system keeps data. To give one a database: `database = \"sqlite\"` in its table of microkit.toml, then `microkit generate`.",
            "Ningún servicio de este sistema guarda datos. Para darle una base de datos a uno: `database = \"sqlite\"` en su tabla de microkit.toml, y después `microkit generate`.",
        ]);
        return;
    };
    f.key(
        &["services", service.name.as_str(), "database"],
        [
            "which kind of database the service has",
            "qué tipo de base de datos tiene el servicio",
        ],
    );
    f.line(
        of(service, "src/lib.rs"),
        ".database(",
        [
            "its own, with its own migrations",
            "la suya, con sus propias migraciones",
        ],
    );
    if let Some(resource) = service.resources.first() {
        f.line(
            of(service, &format!("src/{}/repository.rs", resource.module())),
            "context.database()",
            [
                "the only code that opens this table",
                "el único código que abre esta tabla",
            ],
        );
    }
    match service.database {
        Database::Postgres => f.line(
            "compose.yaml",
            "DATABASE_URL: postgres://",
            [
                "on Docker: a role of its own, on a network that only it is on",
                "en Docker: un rol propio, en una red donde solo está él",
            ],
        ),
        _ => f.line(
            "compose.yaml",
            ":/data\"]",
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
    f.command(
        "ls data",
        [
            "after `cargo run`: a SQLite file for each service",
            "después de `cargo run`: un archivo SQLite por servicio",
        ],
    );
}

pub(super) fn independent_deployment(f: &mut Finder<'_>) {
    let service = f.any();
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
            super::finder::event_file(publisher, event),
            "/// What the event carries.",
            [
                "the rule that lets old and new versions live together",
                "la regla que deja convivir versiones viejas y nuevas",
            ],
        );
    }
    if let Some(caller) = f.caller() {
        let called = caller.calls[0].krate();
        f.line(
            of(caller, &format!("src/clients/{called}.rs")),
            "//! A view names only what is read here",
            [
                "a caller reads few fields, so the rest may change",
                "quien llama lee pocos campos, y el resto puede cambiar",
            ],
        );
    }
    let name = &service.name;
    f.command(
        format!("cargo run -p {name}"),
        ["starts it alone", "lo arranca solo"],
    );
    f.command(
        format!("docker compose up --detach --wait --no-deps --build {name}"),
        [
            "releases it while the others run on",
            "lo entrega mientras los demás siguen",
        ],
    );
}

pub(super) fn team_ownership(f: &mut Finder<'_>) {
    f.note([
        "No file of this workspace says which team owns which service. A CODEOWNERS file with a line for each folder below services/ would.",
        "Ningún archivo de este workspace dice qué equipo es dueño de qué servicio. Lo diría un CODEOWNERS con una línea por cada carpeta de services/.",
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
        "pub use service::",
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

pub(super) fn fault_isolation(f: &mut Finder<'_>) {
    f.line(
        "gateway/src/proxy.rs",
        "callee.forward(",
        [
            "a service that is down: 503 for its paths, the others answer",
            "un servicio caído: 503 en sus rutas, los demás responden",
        ],
    );
    f.chassis(
        "client/breaker.rs",
        "const FAILURES",
        [
            "after so many failures in a row nobody waits for it any more",
            "tras tantos fallos seguidos ya nadie lo espera",
        ],
    );
    if let Some(consumer) = f.consumer() {
        f.line(
            of(consumer, "src/lib.rs"),
            ".subscribes::<",
            [
                "told by events: it works while the publisher is down",
                "avisado por eventos: trabaja aunque quien publica esté caído",
            ],
        );
    }
    f.line(
        "compose.yaml",
        "limits: {memory: ",
        [
            "on Docker: each has its own limit of memory",
            "en Docker: cada uno tiene su límite de memoria",
        ],
    );
    f.line(
        "monolith/src/main.rs",
        "run_together",
        [
            "in one process no such border: a crash takes all of it",
            "en un proceso no hay tal frontera: una caída se lleva todo",
        ],
    );
    f.command(
        "microkit lab isolation",
        [
            "ends a service and shows what still answers",
            "termina un servicio y muestra qué responde todavía",
        ],
    );
    f.command(
        "microkit run --shape microservices",
        [
            "the same by hand: end one, ask the others",
            "lo mismo a mano: termina uno, pregunta a los demás",
        ],
    );
}

pub(super) fn scaling(f: &mut Finder<'_>) {
    let is_scalable = |service: &Service| service.database != Database::Sqlite;
    match f.first(is_scalable) {
        Some(service) => {
            let name = service.name.as_str();
            f.container(name, ["can run several times: nothing of it stays in memory", "puede ejecutarse varias veces: nada suyo queda en memoria"]);
            f.command(
                format!("docker compose up --detach --wait --no-recreate --scale {name}=3"),
                ["three instances of it", "tres instancias suyas"],
            );
        }
        None => f.note([
            "Each service of this system keeps its data in a SQLite file, which has one writer, so none can run twice. `database = \"postgres\"` changes that.",
            "Cada servicio de este sistema guarda sus datos en un archivo SQLite, que tiene un solo escritor, así que ninguno puede ejecutarse dos veces. `database = \"postgres\"` lo cambia.",
        ]),
    }
    f.chassis(
        "client/instances.rs",
        "fn pick(",
        [
            "the caller chooses one of the instances",
            "quien llama elige una de las instancias",
        ],
    );
    f.chassis(
        "migrations.rs",
        "const ADVISORY_LOCK",
        [
            "instances that start together migrate once",
            "las instancias que arrancan juntas migran una vez",
        ],
    );
    f.chassis(
        "outbox/row.rs",
        "fn claim(",
        [
            "of several instances one sends the events at a time",
            "de varias instancias, una envía los eventos cada vez",
        ],
    );
    f.command(
        "microkit lab scaling",
        [
            "measures one, two and three instances",
            "mide una, dos y tres instancias",
        ],
    );
}

pub(super) fn coupling(f: &mut Finder<'_>) {
    if f.caller().is_none() {
        f.note([
            "No service of this system calls another: nothing is coupled in time.",
            "Ningún servicio de este sistema llama a otro: nada está acoplado en el tiempo.",
        ]);
    }
    let callers = f
        .services()
        .iter()
        .filter(|service| !service.calls.is_empty());
    for service in callers.take(2) {
        f.key(
            &["services", service.name.as_str(), "calls"],
            [
                "works, as far as it calls, only while those answer",
                "en lo que llama, solo trabaja mientras esos responden",
            ],
        );
    }
    if let Some(consumer) = f.consumer() {
        f.key(
            &["services", consumer.name.as_str(), "consumes"],
            [
                "not coupled in time: the event waits for it",
                "sin acoplamiento en el tiempo: el evento lo espera",
            ],
        );
    }
    if let Some(caller) = f.caller() {
        let called = caller.calls[0].krate();
        f.line(
            of(caller, &format!("src/clients/{called}.rs")),
            "View {",
            [
                "all that it knows of the other's format",
                "todo lo que sabe del formato del otro",
            ],
        );
    }
    f.line(
        "gateway/src/routes.rs",
        "pub fn services()",
        [
            "addresses are known by name alone",
            "las direcciones solo se conocen por su nombre",
        ],
    );
    f.command(
        "microkit graph",
        [
            "solid arrows couple in time, dashed ones don't",
            "las flechas continuas acoplan en el tiempo; las discontinuas, no",
        ],
    );
    f.command(
        "microkit lab coupling",
        [
            "a slow callee, and the same by event",
            "un llamado lento, y lo mismo por evento",
        ],
    );
    f.command(
        "microkit check",
        [
            "finds circles and long chains of calls",
            "encuentra círculos y cadenas largas de llamadas",
        ],
    );
}
