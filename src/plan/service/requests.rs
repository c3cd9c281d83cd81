//! `requests.rs` of a resource: what may be sent, read field by field so that every wrong one is named.
//!
//! Called by `resource.rs`, which uses its parts for the records in lists as well.

use askama::Template;

use super::field::Typed;
use super::named;
use super::resource::mentions;
use crate::plan::layout::{self, Chain};
use crate::plan::render;
use crate::system::{FieldType, Resource};

#[derive(Template)]
#[template(path = "service/resource/requests.rs.askama", escape = "none")]
struct RequestsRs<'a> {
    path: &'a str,
    type_name: String,
    uses: String,
    local_uses: String,
    new_fields: String,
    new_reads: String,
    starts_note: &'static str,
    model_fields: String,
    change_fields: String,
    change_reads: String,
    applies: String,
    list_fields: String,
    list_reads: String,
}

pub fn requests(resource: &Resource, fields: &[Typed]) -> String {
    let (readonly, writable): (Vec<&Typed>, Vec<&Typed>) =
        fields.iter().partition(|typed| typed.field.readonly);
    let references: Vec<&Typed> = fields
        .iter()
        .filter(|typed| matches!(typed.field.kind, FieldType::Reference { .. }))
        .collect();
    let change = |typed: &&Typed| change_member(typed);
    render(&RequestsRs {
        path: &resource.path,
        type_name: resource.name.type_name(),
        uses: uses(fields),
        local_uses: "use super::entity;\n".to_owned() + &named_types(fields),
        new_fields: writable.iter().map(|typed| member(typed)).collect(),
        new_reads: reads(fields, read_new),
        starts_note: if readonly.is_empty() {
            ""
        } else {
            ", and a first value for what no request can set.\n    ///\n    \
             /// What that should be is for your rules to say: here, or where `routes.rs` saves the row"
        },
        model_fields: fields.iter().map(model_field).collect(),
        change_fields: writable.iter().map(change).collect(),
        change_reads: reads(fields, read_change),
        applies: writable.iter().map(|typed| apply(typed)).collect(),
        list_fields: references.iter().map(|typed| filter(typed)).collect(),
        list_reads: list_reads(&references),
    })
}

/// The `use` line of the types that the file names: not those of what it only sets to a start without a name.
fn named_types(fields: &[Typed]) -> String {
    let declared = fields.iter().filter_map(|typed| {
        let name = typed.declared.as_deref()?;
        let named = !typed.field.readonly || mentions(&typed.start().joined(), name);
        named.then_some(name)
    });
    layout::import("super::types", &declared.collect::<Vec<_>>())
}

fn uses(fields: &[Typed]) -> String {
    let start = |typed: &&Typed| typed.field.readonly;
    let starts: Vec<String> = fields
        .iter()
        .filter(start)
        .map(|typed| typed.start().joined())
        .collect();
    let mut lines = library_uses(fields, &starts, true);
    lines.retain(|line| !line.starts_with("use uuid::") && !line.starts_with("use chassis::"));
    let mut chassis = chassis_names(fields, &starts);
    chassis.push("PageRequest");
    if fields.iter().any(Typed::is_list) {
        chassis.push("List");
    }
    lines.push(layout::import("chassis", &chassis));
    lines.push("use sea_orm::ActiveValue::Set;\n".into());
    lines.push("use utoipa::ToSchema;\n".into());
    lines.push("use uuid::Uuid;\n".into());
    lines.sort();
    lines.concat()
}

/// The `use` lines for the types of these fields and for these expressions; `read`: for reading them from a request too,
/// where no type is named of what only the service sets.
pub fn library_uses(fields: &[Typed], expressions: &[String], read: bool) -> Vec<String> {
    let named_fields = fields
        .iter()
        .filter(|typed| !(read && typed.field.readonly));
    let texts: Vec<String> = named_fields.map(Typed::value).collect();
    let mentioned = |name: &'static str| {
        let mut texts = texts.iter().chain(expressions);
        if texts.any(|text| mentions(text, name)) {
            name
        } else {
            ""
        }
    };
    let chrono = named(&[
        mentioned("DateTime"),
        mentioned("NaiveDate"),
        mentioned("Utc"),
    ]);
    let chassis = if read {
        chassis_names(fields, expressions)
    } else {
        named(&[mentioned("Decimal")])
    };
    let uuid = named(&[mentioned("Uuid")]);
    let lines = [
        layout::import("chassis", &chassis),
        layout::import("chrono", &chrono),
        layout::import("uuid", &uuid),
    ];
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

fn chassis_names(fields: &[Typed], expressions: &[String]) -> Vec<&'static str> {
    let defaults = fields.iter().filter_map(Typed::sent_default);
    let texts: Vec<String> = fields
        .iter()
        .filter(|typed| !typed.field.readonly)
        .map(Typed::value)
        .chain(defaults)
        .chain(expressions.iter().cloned())
        .collect();
    let decimal = texts.iter().any(|text| mentions(text, "Decimal"));
    named(&[
        if decimal { "Decimal" } else { "" },
        "Fields",
        "FromFields",
        "rules",
    ])
}

/// A field of a request's struct, with what is true of its values.
pub fn member(typed: &Typed) -> String {
    let not_required = if typed.field.default.is_some() {
        "    #[schema(required = false)]\n"
    } else {
        ""
    };
    format!(
        "    /// {}\n{not_required}{}",
        typed.description(),
        layout::declaration(&typed.field.name.ident(), &typed.shown())
    )
}

fn change_member(typed: &Typed) -> String {
    let (name, value) = (typed.field.name.ident(), typed.value());
    if typed.nullable() {
        return layout::declaration(&name, &format!("Option<Option<{value}>>"));
    }
    // It may be left out, which is not the same as null.
    let member = layout::declaration(&name, &format!("Option<{value}>"));
    format!("    #[schema(nullable = false)]\n{member}")
}

fn filter(typed: &Typed) -> String {
    let name = typed.field.name.ident();
    format!("    /// Only those with this `{name}`.\n    pub {name}: Option<Uuid>,\n")
}

/// The body of `from_fields`: every field is read before the first wrong one ends it.
pub fn reads(fields: &[Typed], read: fn(&Typed) -> String) -> String {
    let lines: String = fields.iter().map(read).collect();
    let values: Vec<String> = fields
        .iter()
        .filter(|typed| !typed.field.readonly)
        .map(value)
        .collect();
    lines + &layout::literal(8, "Some(Self", &values, ")")
}

fn value(typed: &Typed) -> String {
    format!("{}: {}?", typed.field.name.ident(), typed.local())
}

/// How a field of a new row is read.
pub fn read_new(typed: &Typed) -> String {
    let method = if typed.field.default.is_some() {
        "optional_or"
    } else if typed.field.required {
        "required"
    } else {
        "optional"
    };
    read(typed, method, typed.sent_default())
}

fn read_change(typed: &Typed) -> String {
    let method = if typed.nullable() {
        "change_optional"
    } else {
        "change"
    };
    read(typed, method, None)
}

fn read(typed: &Typed, method: &str, default: Option<String>) -> String {
    let name = format!("\"{}\"", typed.field.name);
    if typed.field.readonly {
        return format!("        fields.readonly({name});\n");
    }
    let mut arguments = vec![Chain::from(name), typed.rule()];
    arguments.extend(default.map(Chain::from));
    layout::let_call(8, &typed.local(), &format!("fields.{method}"), &arguments)
}

fn list_reads(references: &[&Typed]) -> String {
    let mut lines = String::new();
    let mut values = Vec::new();
    for typed in references {
        let arguments = [
            Chain::from(format!("\"{}\"", typed.field.name)),
            Chain::from("rules::uuid()"),
        ];
        lines += &layout::let_call(8, &typed.local(), "fields.optional", &arguments);
        values.push(value(typed));
    }
    lines += "        let page = PageRequest::from_fields(fields);\n";
    values.push("page: page?".into());
    lines + &layout::literal(8, "Some(Self", &values, ")")
}

fn model_field(typed: &Typed) -> String {
    let ident = typed.field.name.ident();
    let value = match (typed.field.readonly, typed.is_list(), typed.nullable()) {
        (true, _, _) => return layout::member(12, &ident, &typed.start()),
        (false, true, true) => format!("self.{ident}.map(List)"),
        (false, true, false) => format!("List(self.{ident})"),
        (false, false, _) => format!("self.{ident}"),
    };
    layout::member(12, &ident, &value.into())
}

fn apply(typed: &Typed) -> String {
    let ident = typed.field.name.ident();
    let value = match (typed.is_list(), typed.nullable()) {
        (true, true) => "value.map(List)",
        (true, false) => "List(value)",
        (false, _) => "value",
    };
    format!(
        "        if let Some(value) = self.{ident} {{\n            row.{ident} = Set({value});\n        }}\n"
    )
}
