//! Edits a manifest as its author would: one value changes, every comment and every blank line
//! stays. Pure; called by `new.rs` (the system's name) and by both writers (the ports dealt).

mod allow;
pub mod service;
pub mod shape;
pub mod spec;

use anyhow::{Context, bail};
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use crate::system::SystemName;

/// Gives the system in this manifest another name.
///
/// # Errors
/// When the text is no manifest.
pub fn rename(text: &str, name: &SystemName) -> anyhow::Result<String> {
    set(text, &[(&["system", "name"][..], value(name.as_str()))])
}

/// Writes the ports that were dealt into the manifest that left them out.
///
/// # Errors
/// When the text is no manifest.
pub fn write_ports<K: AsRef<str>>(text: &str, ports: &[(Vec<K>, u16)]) -> anyhow::Result<String> {
    let mut edited = text.to_owned();
    for (path, port) in ports {
        let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
        edited = set(&edited, &[(&path, value(i64::from(*port)))])?;
    }
    Ok(edited)
}

fn set(text: &str, values: &[(&[&str], Item)]) -> anyhow::Result<String> {
    let mut document: DocumentMut = text.parse().context("can't read the manifest")?;
    for (path, new) in values {
        let Some((key, tables)) = path.split_last() else {
            bail!("a value needs a name");
        };
        let mut table: &mut dyn TableLike = document.as_table_mut();
        let mut new = new.clone();
        for (depth, name) in tables.iter().enumerate() {
            let item = table
                .entry(name)
                .or_insert_with(|| Item::Table(Table::new()));
            if depth + 1 == tables.len() {
                move_space_before_brace(item, key, &mut new);
            }
            table = item
                .as_table_like_mut()
                .with_context(|| format!("`{name}` is not a table"))?;
        }
        put(table, key, new);
    }
    Ok(document.to_string())
}

/// The space in front of a `}` belongs to the last value, which `new` is about to become.
fn move_space_before_brace(item: &mut Item, key: &str, new: &mut Item) {
    let Some(table) = item
        .as_inline_table_mut()
        .filter(|table| !table.contains_key(key))
    else {
        return;
    };
    let last = table.iter_mut().last().map(|(_, value)| value);
    if let (Some(last), Some(new)) = (last, new.as_value_mut()) {
        let space = last.decor().suffix().cloned().unwrap_or_default();
        last.decor_mut().set_suffix("");
        new.decor_mut().set_prefix(" ");
        new.decor_mut().set_suffix(space);
    }
}

/// Replaces a value but keeps what surrounds it, such as the comment behind it.
fn put(table: &mut dyn TableLike, key: &str, new: Item) {
    match (table.get_mut(key).and_then(Item::as_value_mut), new) {
        (Some(old), Item::Value(mut new)) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        (_, new) => {
            table.insert(key, new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(text: &str, ports: &[(&[&str], u16)]) -> String {
        let ports: Vec<_> = ports
            .iter()
            .map(|(path, port)| (path.to_vec(), *port))
            .collect();
        write_ports(text, &ports).unwrap()
    }

    #[test]
    fn a_new_name_keeps_what_is_around_it() {
        let text = "# top\n[system] # here\n  name  =  'old' # why\n\n# end\n";
        let name = SystemName::parse("new").unwrap();
        let renamed = "# top\n[system] # here\n  name  =  \"new\" # why\n\n# end\n";
        assert_eq!(rename(text, &name).unwrap(), renamed);
    }

    #[test]
    fn a_port_goes_into_its_table_however_that_is_written() {
        let port: &[(&[&str], u16)] = &[(&["services", "oven", "port"], 8001)];
        for (text, expected) in [
            (
                "[services.oven] # hot\n\n# end\n",
                "[services.oven] # hot\nport = 8001\n\n# end\n",
            ),
            (
                "[services]\noven = { database = \"none\" } # hot\n",
                "[services]\noven = { database = \"none\", port = 8001 } # hot\n",
            ),
            (
                "services.oven.calls = []\n",
                "services.oven.calls = []\nservices.oven.port = 8001\n",
            ),
            (
                "[services.oven.resources.loaf]\nfields.name = \"string\"\n",
                "[services.oven]\nport = 8001\n[services.oven.resources.loaf]\nfields.name = \"string\"\n",
            ),
        ] {
            assert_eq!(ports(text, port), expected);
        }
    }

    #[test]
    fn a_gateway_that_was_left_out_is_added_at_the_end() {
        let text = "[system]\nname = \"a\"\n\n[services.oven]\nport = 8001\n";
        let expected = format!("{text}\n[gateway]\nport = 8000\n");
        assert_eq!(ports(text, &[(&["gateway", "port"], 8000)]), expected);
    }

    #[test]
    fn nothing_to_write_leaves_every_byte() {
        let text = "[system]\r\nname='a'\t# b";
        assert_eq!(ports(text, &[]), text);
    }
}
