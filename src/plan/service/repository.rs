//! `repository.rs` of a resource: the only code that touches its table, publishing what the manifest says.
//!
//! Called by `resource.rs`.

use askama::Template;

use super::event::AutoEvents;
use super::field::Typed;
use super::resource::is_reference;
use super::{label, named, plural};
use crate::plan::layout;
use crate::plan::render;
use crate::system::Resource;

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

pub fn repository(resource: &Resource, fields: &[Typed], events: &AutoEvents) -> String {
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
