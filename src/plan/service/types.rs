//! `types.rs` of a resource: the enums of its fields and the records of its lists.
//!
//! Called by `resource.rs`.

use askama::Template;

use super::field::{self, Typed};
use super::requests;
use crate::plan::render;
use crate::system::{EnumValue, FieldType, Resource};

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

pub fn types(resource: &Resource, fields: &[Typed]) -> String {
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
    let variant = |value: &EnumValue| {
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
