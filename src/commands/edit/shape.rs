//! Keeps `extracted` of the manifest: the services that run as processes of their own. What stays in the list stays as it
//! is written. Pure; called by `settle.rs`, and by `service.rs` when a service is renamed or removed.

use anyhow::Context;
use toml_edit::{Array, DocumentMut, value};

use super::service::set_text;
use super::set;

const KEY: &str = "extracted";

/// The manifest with exactly these services extracted.
///
/// # Errors
/// When the text is no manifest.
pub fn settle(text: &str, extracted: &[&str]) -> anyhow::Result<String> {
    let mut document: DocumentMut = text.parse().context("can't read the manifest")?;
    let Some(list) = list(&mut document) else {
        let list = extracted.iter().copied().collect::<Array>();
        return set(text, &[(&["system", KEY][..], value(list))]);
    };
    retain(list, |name| extracted.contains(&name));
    for name in extracted {
        if !list.iter().any(|listed| listed.as_str() == Some(name)) {
            list.push(*name);
        }
    }
    Ok(document.to_string())
}

/// An extracted service stays extracted under its new name.
pub(super) fn rename(document: &mut DocumentMut, old: &str, new: &str) {
    let list = list(document).into_iter().flat_map(Array::iter_mut);
    list.filter(|name| name.as_str() == Some(old))
        .for_each(|name| set_text(name, new));
}

/// A service that is gone runs nowhere.
pub(super) fn forget(document: &mut DocumentMut, name: &str) {
    if let Some(list) = list(document) {
        retain(list, |listed| listed != name);
    }
}

fn list(document: &mut DocumentMut) -> Option<&mut Array> {
    let system = document.get_mut("system")?.as_table_like_mut()?;
    system.get_mut(KEY)?.as_array_mut()
}

/// Takes entries out. In one line, the space before the first one goes with it.
fn retain(list: &mut Array, keep: impl Fn(&str) -> bool) {
    let before = list.len();
    list.retain(|name| name.as_str().is_some_and(&keep));
    let one_line = !list.to_string().contains('\n');
    if one_line && list.len() < before {
        list.fmt();
    }
}

#[cfg(test)]
mod tests {
    use super::{forget, rename, settle};

    #[test]
    fn what_stays_extracted_stays_as_it_is_written() {
        let text = "[system] # s\nname = \"a\" # n\n\n[services.b]\n";
        let one = settle(text, &["b"]).unwrap();
        let expected = "[system] # s\nname = \"a\" # n\nextracted = [\"b\"]\n\n[services.b]\n";
        assert_eq!(one, expected);
        let two = settle(&one, &["b", "c"]).unwrap();
        assert_eq!(two, expected.replace("[\"b\"]", "[\"b\", \"c\"]"));
        assert_eq!(settle(&two, &["b"]).unwrap(), one);
        let other = settle(&two, &["c"]).unwrap();
        assert_eq!(other, expected.replace("\"b\"]", "\"c\"]"));
        let none = settle(&one, &[]).unwrap();
        assert_eq!(none, expected.replace("[\"b\"]", "[]"));

        let lines = "system.extracted = [\n  \"b\", # grows\n  \"c\", # too\n]\n";
        let settled = settle(lines, &["c"]).unwrap();
        assert!(settled.contains("  \"c\", # too\n]"), "{settled}");
        let inline = "system = { name = \"a\" }\n";
        let expected = "system = { name = \"a\", extracted = [\"b\"] }\n";
        assert_eq!(settle(inline, &["b"]).unwrap(), expected);
    }

    #[test]
    fn a_service_that_is_renamed_or_removed_is_so_here_too() {
        let text = "system.extracted = [\"a\", \"old\"] # why\n";
        let mut document = text.parse().unwrap();
        rename(&mut document, "old", "new");
        assert_eq!(document.to_string(), text.replace("old", "new"));
        forget(&mut document, "a");
        assert_eq!(document.to_string(), "system.extracted = [\"new\"] # why\n");
    }
}
