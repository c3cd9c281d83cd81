//! The words that are taken: by Rust, by cargo, by Windows, by the generated workspace and by what it depends on.
//!
//! Called by `name.rs` and by `validate/`. A word is refused only where the generated code can't bear it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The lock file of the generated workspace: its packages can't be services as well.
const LOCK: &str = include_str!("../../templates/workspace/third-party.lock");

/// The keywords of Rust 2024, those in use and those kept for later.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Crates of the toolchain and names that cargo keeps for its own folders.
const TOOLCHAIN: &[&str] = &[
    "alloc",
    "build",
    "cargo",
    "core",
    "deps",
    "examples",
    "incremental",
    "proc_macro",
    "rustc",
    "std",
    "test",
];

/// Modules at the root of a service's crate.
const MODULES: &[&str] = &[
    "app",
    "clients",
    "events",
    "hello",
    "lib",
    "main",
    "migrations",
    "test",
    "tests",
    "types",
];

/// Tables that the chassis keeps in the database of every service.
const TABLES: &[&str] = &["inbox", "migrations", "outbox"];

/// The first parts of URLs that every service answers itself.
pub(super) const PATHS: &[&str] = &[
    "cloudevents",
    "dead-letters",
    "docs",
    "health",
    "metrics",
    "openapi.json",
];

/// Names that the files of a resource import, so that no type of theirs may have them.
pub(super) const IMPORTS: &[&str] = &[
    "ActiveModelBehavior",
    "ActiveModelTrait",
    "CloudEvent",
    "ColumnTrait",
    "ConnectionTrait",
    "DatabaseConnection",
    "DatabaseTransaction",
    "DateTime",
    "DateTimeUtc",
    "DbErr",
    "DeriveActiveEnum",
    "EntityTrait",
    "EnumIter",
    "FieldError",
    "FromFields",
    "IntoActiveModel",
    "IntoParams",
    "NaiveDate",
    "OpenApiRouter",
    "PageRequest",
    "QueryFilter",
    "StatusCode",
    "ToSchema",
    "TransactionTrait",
    "ValidJson",
    "ValidQuery",
];

static THIRD_PARTY: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    LOCK.lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .map(|name| name.replace('-', "_").to_ascii_lowercase())
        .collect()
});

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Whether even `r#` can't make an identifier of the word.
pub(super) fn is_never_raw(word: &str) -> bool {
    matches!(word, "self" | "super" | "crate")
}

/// The word as a Rust identifier.
pub(super) fn ident(word: &str) -> String {
    if is_keyword(word) {
        format!("r#{word}")
    } else {
        word.to_owned()
    }
}

/// Whether Rust or cargo would refuse or confuse a crate of that name.
pub(super) fn is_toolchain(krate: &str) -> bool {
    TOOLCHAIN.contains(&krate)
}

/// Whether Windows refuses a file or folder of that name.
pub(super) fn is_windows_device(name: &str) -> bool {
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    matches!(name, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// Why a service can't have the name, where the workspace has another use for it.
pub(super) fn taken_by_workspace(name: &str) -> Option<&'static str> {
    match name {
        "gateway" | "monolith" | "chassis" => {
            Some("every generated workspace has a crate of that name")
        }
        "localhost" => Some("it always means the machine itself"),
        "consul" | "grafana" | "jaeger" | "postgres" | "postgres-databases" | "prometheus"
        | "rabbitmq" => Some("it is the host name of a server beside the services"),
        "amqp" | "database" => {
            Some("its URL would be looked for in a variable with another meaning")
        }
        "advertise" => Some("its port would be looked for in a variable with another meaning"),
        _ if name.ends_with("-database") => {
            Some("its URL would be looked for in the variable of another service's database")
        }
        _ => None,
    }
}

/// Whether the generated workspace depends on a crate of that name.
pub(super) fn is_third_party(krate: &str) -> bool {
    THIRD_PARTY.contains(krate)
}

/// Why a resource's module and table can't have the name.
pub(super) fn taken_in_service(module: &str) -> Option<&'static str> {
    if is_keyword(module) {
        Some("it is a keyword of Rust")
    } else if is_windows_device(module) {
        Some("it is a device on Windows, not a folder")
    } else if TABLES.contains(&module) {
        Some("every service has a table of that name already")
    } else if MODULES.contains(&module) {
        Some("every service has a module of that name already")
    } else if module == "chassis" || is_toolchain(module) || is_third_party(module) {
        Some("a crate that the service uses has that name")
    } else {
        None
    }
}
