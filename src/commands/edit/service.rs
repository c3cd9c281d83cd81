//! Puts a service, a resource or an event into a manifest, and takes a service out. Pure; whether
//! the result is a valid manifest is for `system::validate` to say.

use anyhow::{Context, bail};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Key, Table, TableLike, Value, value};

use super::allow;
use super::shape;
use super::spec::{FieldSpec, Spec};

/// A service as the command line describes it.
#[derive(Debug, Default, PartialEq)]
pub struct NewService {
    pub name: String,
    pub port: Option<u16>,
    pub database: Option<String>,
    pub calls: Vec<String>,
    pub publishes: Vec<Spec>,
    pub consumes: Vec<String>,
    pub resources: Vec<Spec>,
}

/// The manifest with the service behind the others, and with the events that it publishes first.
///
/// # Errors
/// When the text is no manifest, or has a service of that name.
pub fn add_service(text: &str, new: &NewService) -> anyhow::Result<String> {
    let mut document = parse(text)?;
    let mut table = Table::new();
    set_gap(&mut table);
    if let Some(port) = new.port {
        table.insert("port", value(i64::from(port)));
    }
    if let Some(database) = &new.database {
        table.insert("database", value(database));
    }
    let published: Vec<&str> = new
        .publishes
        .iter()
        .map(|spec| spec.name.as_str())
        .collect();
    let calls = new.calls.iter().map(String::as_str);
    let consumes = new.consumes.iter().map(String::as_str);
    for (key, names) in [
        ("calls", calls.collect::<Vec<_>>()),
        ("publishes", published),
        ("consumes", consumes.collect()),
    ] {
        if !names.is_empty() {
            table.insert(key, value(names.into_iter().collect::<Array>()));
        }
    }
    let services = child(document.as_table_mut(), "services")?;
    if services.contains_key(&new.name) {
        bail!("there is a service `{}` already", new.name);
    }
    put(services, &new.name, table);
    for resource in &new.resources {
        insert_resource(&mut document, &new.name, resource)?;
    }
    for event in &new.publishes {
        declare(&mut document, event)?;
    }
    Ok(document.to_string())
}

/// The manifest with another resource in the service.
///
/// # Errors
/// When there is no such service, or it has a resource of that name.
pub fn add_resource(text: &str, service: &str, resource: &Spec) -> anyhow::Result<String> {
    let mut document = parse(text)?;
    insert_resource(&mut document, service, resource)?;
    Ok(document.to_string())
}

/// The manifest without the service, without calls of it, and without the events that nobody
/// publishes or consumes now.
///
/// # Errors
/// When there is no such service.
pub fn remove_service(text: &str, name: &str) -> anyhow::Result<String> {
    let mut document = parse(text)?;
    let services = child(document.as_table_mut(), "services")?;
    let Some(gone) = services.remove(name) else {
        bail!("there is no service `{name}`");
    };
    let mut used = Vec::new();
    for (_, other) in services.iter_mut() {
        let Some(other) = other.as_table_like_mut() else {
            continue;
        };
        if let Some(calls) = other.get_mut("calls").and_then(Item::as_array_mut) {
            calls.retain(|called| called.as_str() != Some(name));
            if calls.is_empty() {
                other.remove("calls");
            }
        }
        used.extend(
            ["publishes", "consumes"]
                .iter()
                .flat_map(|key| names(&*other, key)),
        );
    }
    let gone = gone.as_table_like().context("a service is a table")?;
    for event in ["publishes", "consumes"]
        .iter()
        .flat_map(|key| names(gone, key))
    {
        if !used.contains(&event)
            && let Some(events) = document.get_mut("events").and_then(Item::as_table_like_mut)
        {
            events.remove(&event);
        }
    }
    let no_events = |events: &Item| events.as_table_like().is_some_and(TableLike::is_empty);
    if document.get("events").is_some_and(no_events) {
        document.remove("events");
    }
    allow::forget(&mut document, name);
    shape::forget(&mut document, name);
    Ok(document.to_string())
}

/// The manifest with another name for the service, where it is declared, called and referred to.
///
/// # Errors
/// When there is no such service, or one of the new name.
pub fn rename_service(text: &str, old: &str, new: &str) -> anyhow::Result<String> {
    let mut document = parse(text)?;
    let services = child(document.as_table_mut(), "services")?;
    if services.contains_key(new) {
        bail!("there is a service `{new}` already");
    }
    if !services.contains_key(old) {
        bail!("there is no service `{old}`");
    }
    for (_, service) in services.iter_mut() {
        let Some(service) = service.as_table_like_mut() else {
            continue;
        };
        if let Some(calls) = service.get_mut("calls").and_then(Item::as_array_mut) {
            let called = calls
                .iter_mut()
                .filter(|called| called.as_str() == Some(old));
            called.for_each(|called| set_text(called, new));
        }
    }
    let from = format!("{old}/");
    each_value(document.as_item_mut(), "to", &mut |value| {
        let resource = value.as_str().and_then(|to| to.strip_prefix(&from));
        if let Some(to) = resource.map(|resource| format!("{new}/{resource}")) {
            set_text(value, &to);
        }
    });
    rename_key(child(document.as_table_mut(), "services")?, old, new);
    allow::rename(&mut document, old, new);
    shape::rename(&mut document, old, new);
    Ok(document.to_string())
}

/// Every entry keeps its place: all are taken out and put back in, one under another key.
pub(super) fn rename_key(entries: &mut dyn TableLike, old: &str, new: &str) {
    let keys: Vec<Key> = entries
        .iter()
        .filter_map(|(key, _)| entries.key(key).cloned())
        .collect();
    for key in keys {
        let renamed = match key.get() == old {
            true => Key::new(new)
                .with_leaf_decor(key.leaf_decor().clone())
                .with_dotted_decor(key.dotted_decor().clone()),
            false => key.clone(),
        };
        if let Some(item) = entries.remove(key.get()) {
            entries.entry_format(&renamed).or_insert(item);
        }
    }
}

/// Another text in the same surroundings.
pub(super) fn set_text(value: &mut Value, text: &str) {
    let decor = value.decor().clone();
    *value = Value::from(text);
    *value.decor_mut() = decor;
}

/// Shows every value under the key `name`, however deep.
fn each_value(item: &mut Item, name: &str, change: &mut dyn FnMut(&mut Value)) {
    let Some(table) = item.as_table_like_mut() else {
        return;
    };
    for (key, item) in table.iter_mut() {
        match item.as_value_mut() {
            Some(value) if key.get() == name => change(value),
            _ => each_value(item, name, change),
        }
    }
}

fn parse(text: &str) -> anyhow::Result<DocumentMut> {
    text.parse().context("can't read the manifest")
}

fn names(table: &dyn TableLike, key: &str) -> Vec<String> {
    let names = table.get(key).and_then(Item::as_array);
    let texts = names.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// The table of that name within another, made where it is missing.
fn child<'a>(parent: &'a mut dyn TableLike, name: &str) -> anyhow::Result<&'a mut dyn TableLike> {
    let item = parent.entry(name).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let table = item.as_table_like_mut();
    table.with_context(|| format!("`{name}` is not a table"))
}

/// Puts a table into another, in the form that the other has.
fn put(parent: &mut dyn TableLike, name: &str, table: Table) {
    let inline = parent.iter().any(|(_, item)| item.is_inline_table());
    let item = match inline {
        true => value(table.into_inline_table()),
        false => Item::Table(table),
    };
    parent.insert(name, item);
}

/// An empty line before the table.
fn set_gap(table: &mut Table) {
    table.decor_mut().set_prefix("\n");
}

fn insert_resource(document: &mut DocumentMut, service: &str, spec: &Spec) -> anyhow::Result<()> {
    let services = child(document.as_table_mut(), "services")?;
    if !services.contains_key(service) {
        bail!("there is no service `{service}`");
    }
    let resources = child(child(services, service)?, "resources")?;
    if resources.contains_key(&spec.name) {
        bail!("{service} has a resource `{}` already", spec.name);
    }
    let mut table = Table::new();
    set_gap(&mut table);
    let mut fields = Table::new();
    fields.set_dotted(true);
    for field in &spec.fields {
        fields.insert(&field.name, value(kind(field)));
    }
    table.insert("fields", Item::Table(fields));
    put(resources, &spec.name, table);
    Ok(())
}

/// Declares an event, unless it is declared: an event that brings no fields tells whose it is.
fn declare(document: &mut DocumentMut, spec: &Spec) -> anyhow::Result<()> {
    let events = child(document.as_table_mut(), "events")?;
    if events.contains_key(&spec.name) {
        return Ok(());
    }
    let mut table = Table::new();
    set_gap(&mut table);
    for field in &spec.fields {
        table.insert(&field.name, value(kind(field)));
    }
    if spec.fields.is_empty() {
        let subject = spec.name.split('.').next().unwrap_or_default();
        table.insert(&format!("{}_id", subject.replace('-', "_")), value("uuid"));
    }
    put(events, &spec.name, table);
    Ok(())
}

/// `"string"`, or a table where there is more to say.
fn kind(field: &FieldSpec) -> Value {
    if field.options.is_empty() {
        return Value::from(field.kind.as_str());
    }
    let mut table = InlineTable::new();
    table.insert("type", Value::from(field.kind.as_str()));
    for (name, value) in &field.options {
        table.insert(name, value.clone());
    }
    Value::from(table)
}

#[cfg(test)]
mod tests {
    use super::rename_service;

    #[test]
    fn a_renamed_service_keeps_its_place_and_its_form() {
        for text in [
            "[services.old] # here\nport = 1\n\n[services.other]\ncalls = [\"old\"] # of it\n",
            "[services]\nold = { port = 1 } # here\nother = { calls = [\"old\"] }\n",
            "services = { old = { port = 1 }, other = { calls = [\"old\"] } }\n",
            "services.old.port = 1 # here\nservices.other.calls = [\"old\"]\n",
            "[services.old.resources.old]\nfields.a = { type = \"reference\", to = \"old/old\" }\n",
            "services.old.calls = []\nallow.MK0603.\"old/a\" = \"why\"\n",
        ] {
            let renamed = rename_service(text, "old", "new").unwrap();
            let expected = text
                .replacen("old", "new", 1)
                .replace("\"old\"", "\"new\"")
                .replace("old/", "new/");
            assert_eq!(renamed, expected);
        }
    }
}
