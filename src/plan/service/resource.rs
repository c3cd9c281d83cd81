//! The files of a resource but for its requests: module, entity, types, responses, repository, routes, migration.
//!
//! Called by `service`. Read `requests.rs` next, and `field.rs` for what a field is in Rust.

use askama::Template;

use super::event::{AutoEvents, auto_events};
use super::field::{self, Typed};
use super::{label, named, plural, requests, sorted_modules};
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
#[template(path = "service/resource/types.rs.askama", escape = "none")]
struct TypesRs<'a> {
    name: &'a str,
    uses: String,
    types: String,
}

#[derive(Template)]
#[template(path = "service/resource/enum.rs.askama", escape = "none")]
struct EnumPart<'a> {
    field: &'a str,
    type_name: &'a str,
    variants: String,
}

#[derive(Template)]
#[template(path = "service/resource/record.rs.askama", escape = "none")]
struct RecordPart<'a> {
    field: &'a str,
    type_name: &'a str,
    fields: String,
    reads: String,
}

fn types(resource: &Resource, fields: &[Typed]) -> String {
    let mut parts = Vec::new();
    let mut entries = Vec::new();
    for typed in fields {
        match &typed.field.kind {
            FieldType::Enum { .. } => parts.push(enumeration(typed)),
            FieldType::List { .. } => {
                let inner = field::entries(resource, typed.field);
                parts.push(record(typed, &inner));
                let enums = inner.iter().filter(|entry| entry.declared.is_some());
                parts.extend(enums.map(enumeration));
                entries.extend(inner);
            }
            _ => {}
        }
    }
    let has_enum = |typed: &Typed| matches!(typed.field.kind, FieldType::Enum { .. });
    let enums = fields.iter().chain(&entries).any(has_enum);
    let mut uses = requests::library_uses(&entries, &[], !entries.is_empty());
    if enums {
        uses.push("use sea_orm::entity::prelude::*;\n".into());
        // The prelude has these two as well.
        uses.retain(|line| !line.starts_with("use uuid::"));
    }
    uses.push("use serde::{Deserialize, Serialize};\n".into());
    uses.push("use utoipa::ToSchema;\n".into());
    uses.sort();
    render(&TypesRs {
        name: resource.name.as_str(),
        uses: uses.concat(),
        types: parts.join("\n").trim_end().to_owned(),
    })
}

fn enumeration(typed: &Typed) -> String {
    let FieldType::Enum { values } = &typed.field.kind else {
        return String::new();
    };
    let variant = |value: &crate::system::EnumValue| {
        let text = format!("{:?}", value.text);
        format!(
            "    #[sea_orm(string_value = {text})]\n    #[serde(rename = {text})]\n    {},\n",
            value.variant
        )
    };
    render(&EnumPart {
        field: typed.field.name.as_str(),
        type_name: &typed.declared_name(),
        variants: values.iter().map(variant).collect(),
    })
}

fn record(list: &Typed, entries: &[Typed]) -> String {
    render(&RecordPart {
        field: list.field.name.as_str(),
        type_name: &list.declared_name(),
        fields: entries.iter().map(requests::member).collect(),
        reads: requests::reads(entries, requests::read_new),
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
#[template(path = "service/resource/repository.rs.askama", escape = "none")]
struct RepositoryRs<'a> {
    table: &'a str,
    label: String,
    plural: String,
    type_name: String,
    outbox_note: &'static str,
    uses: String,
    local_uses: String,
    outbox_field: &'static str,
    outbox_new: &'static str,
    save: String,
    list_signature: String,
    select: String,
    update: String,
    delete: String,
}

#[derive(Template)]
#[template(path = "service/resource/save.rs.askama", escape = "none")]
struct Save {
    label: String,
}

#[derive(Template)]
#[template(path = "service/resource/save_publishing.rs.askama", escape = "none")]
struct SavePublishing {
    label: String,
    event: String,
}

#[derive(Template)]
#[template(path = "service/resource/update.rs.askama", escape = "none")]
struct Update {
    signature: String,
}

#[derive(Template)]
#[template(path = "service/resource/update_publishing.rs.askama", escape = "none")]
struct UpdatePublishing {
    signature: String,
    event: String,
}

#[derive(Template)]
#[template(path = "service/resource/delete.rs.askama", escape = "none")]
struct Delete {
    label: String,
}

#[derive(Template)]
#[template(path = "service/resource/delete_publishing.rs.askama", escape = "none")]
struct DeletePublishing {
    label: String,
    event: String,
}

fn repository(resource: &Resource, fields: &[Typed], events: &AutoEvents) -> String {
    let name = resource.name.type_name();
    let label = label(resource);
    let filters: Vec<&Typed> = fields
        .iter()
        .filter(|typed| is_reference(typed.field))
        .collect();
    let signature = layout::signature(
        4,
        "pub async fn update",
        &[
            "&self".into(),
            "id: Uuid".into(),
            format!("changes: {name}Changes"),
        ],
        " -> Result<entity::Model, DbErr> {",
    );
    let save = match &events.created {
        Some(event) => render(&SavePublishing {
            label: label.clone(),
            event: event.type_name(),
        }),
        None => render(&Save {
            label: label.clone(),
        }),
    };
    let update = match &events.updated {
        Some(event) => render(&UpdatePublishing {
            signature,
            event: event.type_name(),
        }),
        None => render(&Update { signature }),
    };
    let delete = match &events.deleted {
        Some(event) => render(&DeletePublishing {
            label: label.clone(),
            event: event.type_name(),
        }),
        None => render(&Delete {
            label: label.clone(),
        }),
    };
    let publishes = events.any();
    render(&RepositoryRs {
        table: &resource.table,
        plural: plural(resource),
        outbox_note: if publishes {
            " What it changes, it publishes in the same transaction."
        } else {
            ""
        },
        uses: repository_uses(!filters.is_empty(), publishes),
        local_uses: repository_local_uses(&name, events),
        outbox_field: if publishes {
            "    outbox: Outbox,\n"
        } else {
            ""
        },
        outbox_new: if publishes {
            "            outbox: context.outbox()?,\n"
        } else {
            ""
        },
        save: save.trim_end().to_owned() + "\n",
        list_signature: layout::signature(
            4,
            "pub async fn list",
            &["&self".into(), format!("list: &{name}List")],
            " -> Result<Page<entity::Model>, DbErr> {",
        ),
        select: select(&filters),
        update: update.trim_end().to_owned() + "\n",
        delete: delete.trim_end().to_owned() + "\n",
        type_name: name,
        label,
    })
}

fn repository_uses(filters: bool, publishes: bool) -> String {
    let outbox = if publishes { "Outbox" } else { "" };
    let (column, filter) = if filters {
        ("ColumnTrait", "QueryFilter")
    } else {
        ("", "")
    };
    let transaction = if publishes { "TransactionTrait" } else { "" };
    let sea_orm = named(&[
        "ActiveModelTrait",
        "ActiveValue::Unchanged",
        column,
        "DatabaseConnection",
        "DbErr",
        "EntityTrait",
        "IntoActiveModel",
        filter,
        transaction,
    ]);
    layout::import("chassis", &named(&["Context", outbox, "Page", "paginate"]))
        + &layout::import("sea_orm", &sea_orm)
        + "use uuid::Uuid;\n"
}

fn repository_local_uses(name: &str, events: &AutoEvents) -> String {
    let lists = [format!("{name}Changes"), format!("{name}List")];
    let lists: Vec<&str> = lists.iter().map(String::as_str).collect();
    let published: Vec<String> = events.iter().map(|event| event.type_name()).collect();
    let published: Vec<&str> = published.iter().map(String::as_str).collect();
    "use super::entity;\n".to_owned()
        + &layout::import("super::requests", &lists)
        + &layout::import("crate::events", &published)
}

fn select(filters: &[&Typed]) -> String {
    if filters.is_empty() {
        return String::from("        let select = entity::Entity::find();\n");
    }
    let filter = |typed: &&Typed| {
        let (ident, column) = (typed.field.name.ident(), typed.field.name.type_name());
        format!(
            "        if let Some(value) = list.{ident} {{\n            \
             select = select.filter(entity::Column::{column}.eq(value));\n        }}\n"
        )
    };
    let filters: String = filters.iter().map(filter).collect();
    format!("        let mut select = entity::Entity::find();\n{filters}")
}

#[derive(Template)]
#[template(path = "service/resource/routes.rs.askama", escape = "none")]
struct RoutesRs<'a> {
    path: &'a str,
    module: String,
    snake: String,
    label: String,
    title: String,
    plural: String,
    type_name: String,
    uses: String,
    local_uses: String,
    write_responses: String,
    create_signature: String,
    create_checks: String,
    create_call: String,
    filter_params: String,
    list_signature: String,
    read_signature: String,
    update_checks: String,
    update_call: String,
    checks: String,
}

fn routes(system: &System, service: &Service, resource: &Resource) -> String {
    let name = resource.name.type_name();
    let module = resource.module();
    let state = String::from("State(app): State<App>");
    let requests = [
        format!("New{name}"),
        format!("{name}Changes"),
        format!("{name}List"),
    ];
    let requests: Vec<&str> = requests.iter().map(String::as_str).collect();
    let references = references(system, service, resource);
    let call = |name: &str| {
        Chain::new(
            "app",
            vec![format!(".{module}"), name.to_owned(), ".await?".into()],
        )
    };
    render(&RoutesRs {
        path: &resource.path,
        snake: resource.name.snake(),
        label: label(resource),
        title: resource.name.label(),
        plural: plural(resource),
        uses: ROUTES_USES.to_owned(),
        local_uses: "use super::entity;\n".to_owned()
            + &layout::import("super::requests", &requests)
            + &layout::import("super::responses", &[&format!("{name}Response")])
            + "use crate::app::App;\n",
        write_responses: write_responses(resource, &references),
        create_signature: layout::signature(
            0,
            "async fn create",
            &[
                state.clone(),
                format!("ValidJson(new): ValidJson<New{name}>"),
            ],
            &format!(" -> Result<(StatusCode, Json<{name}Response>), Problem> {{"),
        ),
        create_checks: references.iter().map(Reference::on_create).collect(),
        create_call: layout::let_chain(4, "let model", &call(".save(new.into_model())")),
        filter_params: references.iter().map(Reference::parameter).collect(),
        list_signature: layout::signature(
            0,
            "async fn list",
            &[
                state.clone(),
                format!("ValidQuery(list): ValidQuery<{name}List>"),
            ],
            &format!(" -> Result<Json<Page<{name}Response>>, Problem> {{"),
        ),
        read_signature: layout::signature(
            0,
            "async fn read",
            &[state, "Path(id): Path<String>".into()],
            &format!(" -> Result<Json<{name}Response>, Problem> {{"),
        ),
        update_checks: references.iter().map(Reference::on_update).collect(),
        update_call: layout::let_chain(4, "let model", &call(".update(model.id, changes)")),
        checks: references
            .iter()
            .map(|reference| reference.check.as_str())
            .collect(),
        module,
        type_name: name,
    })
}

const ROUTES_USES: &str = "\
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chassis::{Page, PageRequest, Problem, ValidJson, ValidQuery};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
";

fn write_responses(resource: &Resource, references: &[Reference]) -> String {
    let response = |status: u16, text: &str| {
        format!("        (status = {status}, description = \"{text}\", body = Problem),\n")
    };
    let mut responses = String::new();
    if !references.is_empty() {
        responses += &response(400, "What it refers to does not exist");
    }
    if resource.fields.iter().any(|field| field.unique) {
        responses += &response(409, "A value is already taken");
    }
    responses += &response(422, "A field is wrong: each is named");
    if references.iter().any(|reference| reference.remote) {
        responses += &response(503, "What it refers to can't be looked up now");
    }
    responses
}

#[derive(Template)]
#[template(path = "service/resource/check_remote.rs.askama", escape = "none")]
struct RemoteCheck<'a> {
    signature: String,
    service: &'a str,
    client: String,
    target: String,
    target_snake: String,
    target_title: String,
}

#[derive(Template)]
#[template(path = "service/resource/check_local.rs.askama", escape = "none")]
struct LocalCheck {
    signature: String,
    module: String,
    target: String,
    target_title: String,
}

/// A field that refers to another resource, and the function that looks whether it is there.
struct Reference<'a> {
    field: &'a Field,
    nullable: bool,
    remote: bool,
    target: String,
    check: String,
}

fn references<'a>(
    system: &'a System,
    service: &Service,
    resource: &'a Resource,
) -> Vec<Reference<'a>> {
    let reference = |field: &'a Field| {
        let FieldType::Reference { to } = &field.kind else {
            return None;
        };
        let other = system.resource(to);
        let remote = to.service != service.name;
        let (target, target_title) = (label(other), other.name.label());
        let signature = layout::signature(
            0,
            &format!("async fn check_{}", field.name),
            &["app: &App".into(), "id: Option<Uuid>".into()],
            " -> Result<(), Problem> {",
        );
        let check = if remote {
            render(&RemoteCheck {
                signature,
                service: to.service.as_str(),
                client: to.service.krate(),
                target: target.clone(),
                target_snake: other.name.snake(),
                target_title,
            })
        } else {
            render(&LocalCheck {
                signature,
                module: other.module(),
                target: target.clone(),
                target_title,
            })
        };
        let nullable = !field.required && field.default.is_none();
        let check = format!("\n{}\n", check.trim());
        Some(Reference {
            field,
            nullable,
            remote,
            target,
            check,
        })
    };
    resource.fields.iter().filter_map(reference).collect()
}

impl Reference<'_> {
    fn parameter(&self) -> String {
        let name = &self.field.name;
        format!(
            "(\"{name}\" = Option<Uuid>, Query, description = \"Only those of this {}\"), ",
            self.target
        )
    }

    fn on_create(&self) -> String {
        let ident = self.field.name.ident();
        let id = if self.nullable {
            format!("new.{ident}")
        } else {
            format!("Some(new.{ident})")
        };
        self.call(&id)
    }

    fn on_update(&self) -> String {
        let ident = self.field.name.ident();
        if !self.nullable || self.field.readonly {
            return self.call(&format!("changes.{ident}"));
        }
        // Null is no reference, and so nothing to look for.
        format!("    let id = changes.{ident}.flatten();\n") + &self.call("id")
    }

    fn call(&self, id: &str) -> String {
        if self.field.readonly {
            return String::new();
        }
        let call = format!("check_{}(&app, {id})", self.field.name);
        layout::statement(4, &Chain::new(call, vec![".await?".into()]))
    }
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

fn is_reference(field: &Field) -> bool {
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
