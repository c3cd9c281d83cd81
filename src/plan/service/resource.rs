//! The files of a resource: its module, entity, responses and migration here, the others in modules of their names.
//!
//! Called by `service`. Read `requests.rs` next, and `field.rs` for what a field is in Rust.

use askama::Template;

use super::event::auto_events;
use super::field::{self, Typed};
use super::repository::repository;
use super::routes::routes;
use super::types::types;
use super::{label, named, requests, sorted_modules};
use crate::plan::layout::{self, Chain};
use crate::plan::{Files, render};
use crate::system::{Field, FieldType, Resource, Service, System};

pub fn add(files: &mut Files, folder: &str, system: &System, service: &Service, item: &Resource) {
    let folder = format!("{folder}/src/{}", item.module());
    let fields = field::fields(item);
    let events = auto_events(system, service, item);
    let mut add = |name: &str, text: String| files.add(format!("{folder}/{name}.rs"), text);
    add("mod", module(item, &fields));
    add("entity", entity(item, &fields));
    if fields.iter().any(|field| field.declared.is_some()) {
        add("types", types(item, &fields));
    }
    add("requests", requests::requests(item, &fields));
    add("responses", responses(item, &fields));
    add("repository", repository(item, &fields, &events));
    add("routes", routes(system, service, item));
    add("migration", migration(system, service, item, &fields));
}

#[derive(Template)]
#[template(path = "service/resource/mod.rs.askama", escape = "none")]
struct ModRs<'a> {
    name: &'a str,
    path: &'a str,
    type_name: String,
    types_note: &'static str,
    modules: String,
}

fn module(resource: &Resource, fields: &[Typed]) -> String {
    let declares = fields.iter().any(|field| field.declared.is_some());
    let mut modules: Vec<String> = ["entity", "migration", "requests", "responses"]
        .iter()
        .map(|name| format!("pub mod {name};"))
        .collect();
    modules.push("mod repository;".into());
    modules.push("mod routes;".into());
    modules.extend(declares.then(|| String::from("pub mod types;")));
    render(&ModRs {
        name: resource.name.as_str(),
        path: &resource.path,
        type_name: resource.name.type_name(),
        types_note: if declares {
            ", `types.rs` (the types of its fields)"
        } else {
            ""
        },
        modules: sorted_modules(modules),
    })
}

#[derive(Template)]
#[template(path = "service/resource/entity.rs.askama", escape = "none")]
struct EntityRs<'a> {
    table: &'a str,
    label: String,
    uses: String,
    local_uses: String,
    fields: String,
}

fn entity(resource: &Resource, fields: &[Typed]) -> String {
    let rows: Vec<String> = fields.iter().map(Typed::row).collect();
    let uses = |name: &'static str| rows.iter().any(|row| mentions(row, name)).then_some(name);
    let chassis = named(&[
        uses("Decimal").unwrap_or_default(),
        uses("List").unwrap_or_default(),
    ]);
    let column = |(field, row): (&Typed, &String)| {
        let name = &field.field.name;
        // SeaORM would drop the `r#` and deal underscores anew; a name that comes out otherwise is spelt out.
        let odd =
            name.ident().starts_with("r#") || name.as_str().contains(|c: char| c.is_ascii_digit());
        let attribute = if odd {
            format!("    #[sea_orm(column_name = \"{name}\")]\n")
        } else {
            String::new()
        };
        attribute + &layout::declaration(&name.ident(), row)
    };
    let local_uses = types_import("super::types", fields);
    render(&EntityRs {
        table: &resource.table,
        label: label(resource),
        uses: layout::import("chassis", &chassis),
        local_uses: gap_before(&local_uses),
        fields: fields.iter().zip(&rows).map(column).collect(),
    })
}

#[derive(Template)]
#[template(path = "service/resource/responses.rs.askama", escape = "none")]
struct ResponsesRs<'a> {
    path: &'a str,
    label: String,
    type_name: String,
    uses: String,
    local_uses: String,
    fields: String,
    values: String,
}

fn responses(resource: &Resource, fields: &[Typed]) -> String {
    let mut uses = requests::library_uses(fields, &[], false);
    uses.retain(|line| !line.starts_with("use uuid::"));
    uses.push("use serde::Serialize;\n".into());
    uses.push("use utoipa::ToSchema;\n".into());
    uses.push("use uuid::Uuid;\n".into());
    uses.sort();
    let value = |typed: &Typed| {
        let ident = typed.field.name.ident();
        match (typed.is_list(), typed.nullable()) {
            (true, true) => format!("            {ident}: model.{ident}.map(|list| list.0),\n"),
            (true, false) => format!("            {ident}: model.{ident}.0,\n"),
            (false, _) => format!("            {ident}: model.{ident},\n"),
        }
    };
    let field = |typed: &Typed| layout::declaration(&typed.field.name.ident(), &typed.shown());
    render(&ResponsesRs {
        path: &resource.path,
        label: label(resource),
        type_name: resource.name.type_name(),
        uses: uses.concat(),
        local_uses: format!(
            "use super::entity;\n{}",
            types_import("super::types", fields)
        ),
        fields: fields.iter().map(field).collect(),
        values: fields.iter().map(value).collect(),
    })
}

#[derive(Template)]
#[template(path = "service/resource/migration.rs.askama", escape = "none")]
struct MigrationRs<'a> {
    table: &'a str,
    columns: String,
}

fn migration(system: &System, service: &Service, resource: &Resource, fields: &[Typed]) -> String {
    let column = |typed: &Typed| {
        let field = typed.field;
        let mut calls = vec![format!(".{}(\"{}\")", typed.column(), field.name)];
        if typed.nullable() {
            calls.push(".nullable()".into());
        }
        if let FieldType::Reference { to } = &field.kind {
            if to.service == service.name {
                calls.push(format!(".references(\"{}\")", system.resource(to).table));
            }
            if !field.unique {
                calls.push(".indexed()".into());
            }
        }
        if field.unique {
            calls.push(".unique()".into());
        }
        layout::statement(4, &Chain::new("table", calls))
    };
    render(&MigrationRs {
        table: &resource.table,
        columns: fields.iter().map(column).collect(),
    })
}

/// Whether a field refers to another resource.
pub fn is_reference(field: &Field) -> bool {
    matches!(field.kind, FieldType::Reference { .. })
}

/// `use {path}::…` of the types that `types.rs` declares for these fields.
pub fn types_import(path: &str, fields: &[Typed]) -> String {
    let declared: Vec<&str> = fields
        .iter()
        .filter_map(|typed| typed.declared.as_deref())
        .collect();
    layout::import(path, &declared)
}

/// Whether a type's name mentions another.
pub fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|word| word == name)
}

fn gap_before(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("\n{text}")
    }
}
