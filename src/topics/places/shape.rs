//! Where the shape of the system stands: one process or many. Called through `mod.rs`.

use crate::diagnostic::Code;
use crate::lab::Lab;
use crate::system::Service;
use crate::topics::Topic;

use super::finder::{Finder, of};

pub(super) fn modular_monolith(f: &mut Finder<'_>) {
    together(f);
    f.line(
        "monolith/src/main.rs",
        "fn services()",
        [
            "the modules: the same crates that also run alone",
            "los módulos: los mismos crates que también corren solos",
        ],
    );
    extracted(f);
    f.chassis(
        "client/transport.rs",
        "enum Transport",
        [
            "a call: over HTTP, or straight to the router in this process",
            "una llamada: por HTTP, o directa al router de este proceso",
        ],
    );
    let service = f.any();
    f.border(
        of(service, "Cargo.toml"),
        "[dependencies]",
        [
            "the border: it depends on no other service's crate",
            "la frontera: no depende del crate de ningún otro servicio",
        ],
    );
    f.command(
        f.together(),
        ["everything in one process", "todo en un proceso"],
    );
    f.command(
        "microkit run --shape microservices",
        [
            "the same crates as many processes",
            "los mismos crates como muchos procesos",
        ],
    );
}

pub(super) fn extraction(f: &mut Finder<'_>) {
    let inside = f.inside();
    let service = inside.unwrap_or(f.any());
    extracted(f);
    f.line(
        "monolith/src/main.rs",
        "fn services()",
        [
            "what runs in the one process",
            "lo que corre en el proceso único",
        ],
    );
    f.line(
        of(service, "src/main.rs"),
        "chassis::run(",
        [
            "what runs once it is taken out; nothing else changes",
            "lo que corre una vez fuera; nada más cambia",
        ],
    );
    f.line(
        "gateway/src/routes.rs",
        "pub fn services()",
        [
            "clients keep to the gateway and notice nothing",
            "los clientes siguen en el gateway y no notan nada",
        ],
    );
    f.container(service.name.as_str(), ["its container", "su contenedor"]);
    if let Some(Service { name, .. }) = inside {
        f.command(
            format!("microkit extract {name} --dry-run"),
            ["shows what would change", "muestra qué cambiaría"],
        );
        f.command(
            format!("microkit extract {name}"),
            ["takes it out", "lo saca"],
        );
    }
    let Service { name, .. } = f.outside().unwrap_or(service);
    f.command(
        format!("microkit absorb {name}"),
        ["brings it back", "lo trae de vuelta"],
    );
}

pub(super) fn when_to_use(f: &mut Finder<'_>) {
    f.note([
        "No line of a workspace answers this: it depends on your teams, your load and your \
         domain. What is here leaves both ways open.",
        "Ninguna línea de un workspace responde a esto: depende de tus equipos, tu carga y tu \
         dominio. Lo que hay aquí deja abiertos los dos caminos.",
    ]);
    both_ways(f);
    f.command(
        "microkit advise",
        [
            "asks, and weighs the answers",
            "pregunta, y sopesa las respuestas",
        ],
    );
    f.lab(
        Lab::Latency,
        [
            "what the network costs this system",
            "lo que le cuesta la red a este sistema",
        ],
    );
}

pub(super) fn when_not_to_use(f: &mut Finder<'_>) {
    together(f);
    f.line(
        "README.md",
        "## One process or many",
        [
            "how to stay with one process, and how to leave it",
            "cómo quedarse en un proceso, y cómo dejarlo",
        ],
    );
    f.line(
        "compose.yaml",
        "services:",
        [
            "what there is to run as soon as there are many",
            "lo que hay que operar en cuanto son muchos",
        ],
    );
    f.command(
        "microkit advise",
        [
            "asks, and is not shy of 'stay with one'",
            "pregunta, y no teme decir «quédate en uno»",
        ],
    );
    f.command(
        f.together(),
        [
            "the whole system, with nothing to install",
            "el sistema entero, sin nada que instalar",
        ],
    );
}

pub(super) fn distributed_monolith(f: &mut Finder<'_>) {
    let is_crossed = f.crossed();
    let codes = Topic::DistributedMonolith.codes().iter();
    let of_calls = codes.filter(|code| **code != Code::SharedStore);
    let of_calls: Vec<Code> = of_calls.copied().collect();
    let has_some = f.remarks(
        &of_calls,
        [
            "`microkit check` has a remark on these calls",
            "`microkit check` observa algo en estas llamadas",
        ],
    );
    if !has_some {
        f.note([
            "`microkit check` finds no circle and no long chain of calls in this system.",
            "`microkit check` no encuentra ningún círculo ni cadena larga de llamadas en este \
             sistema.",
        ]);
    }
    f.calls(
        3,
        [
            "must it wait for these? could it be told by events?",
            "¿tiene que esperarlos? ¿podrían avisarle por eventos?",
        ],
    );
    if !is_crossed {
        f.line(
            of(f.any(), "Cargo.toml"),
            "[dependencies]",
            [
                "no crate of another service here: types are not shared",
                "aquí no hay crates de otros servicios: no se comparten tipos",
            ],
        );
    }
    f.command(
        "microkit check",
        [
            "finds circles, long chains and hubs",
            "encuentra círculos, cadenas largas y servicios centrales",
        ],
    );
    f.command("microkit graph", ["draws the calls", "dibuja las llamadas"]);
}

fn together(f: &mut Finder<'_>) {
    f.line(
        "monolith/src/main.rs",
        "run_together",
        [
            "all in one process, with borders: where to begin",
            "todo en un proceso, con fronteras: por donde se empieza",
        ],
    );
}

fn both_ways(f: &mut Finder<'_>) {
    together(f);
    let service = f.any();
    f.line(
        of(service, "src/main.rs"),
        "chassis::run(",
        [
            "the same service as a process of its own",
            "el mismo servicio como proceso propio",
        ],
    );
    extracted(f);
}

fn extracted(f: &mut Finder<'_>) {
    f.key(
        &["system", "extracted"],
        [
            "which services run as processes of their own",
            "qué servicios corren como procesos propios",
        ],
    );
}
