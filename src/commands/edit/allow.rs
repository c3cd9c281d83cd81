//! Keeps `[allow]` in step with the services that it names: `user-service`, or `user-service/user` for a resource.
//!
//! Called by `service.rs` when a service is renamed or removed.

use toml_edit::{DocumentMut, Item, TableLike};

use super::service::rename_key;

/// What was allowed for the service stays allowed under its new name.
pub(super) fn rename(document: &mut DocumentMut, old: &str, new: &str) {
    each_code(document, &mut |reasons| {
        for subject in subjects_of(reasons, old) {
            let renamed = format!("{new}{}", &subject[old.len()..]);
            rename_key(reasons, &subject, &renamed);
        }
    });
}

/// Nothing is allowed for a service that is gone, and a code that nothing is left of goes too.
pub(super) fn forget(document: &mut DocumentMut, name: &str) {
    each_code(document, &mut |reasons| {
        for subject in subjects_of(reasons, name) {
            reasons.remove(&subject);
        }
    });
    let is_empty = |item: &Item| item.as_table_like().is_some_and(TableLike::is_empty);
    if let Some(allow) = document.get_mut("allow").and_then(Item::as_table_like_mut) {
        let codes = allow.iter().filter(|(_, reasons)| is_empty(reasons));
        let empty: Vec<String> = codes.map(|(code, _)| code.to_owned()).collect();
        for code in empty {
            allow.remove(&code);
        }
    }
    if document.get("allow").is_some_and(is_empty) {
        document.remove("allow");
    }
}

fn each_code(document: &mut DocumentMut, change: &mut dyn FnMut(&mut dyn TableLike)) {
    let allow = document.get_mut("allow").and_then(Item::as_table_like_mut);
    let codes = allow.into_iter().flat_map(|allow| allow.iter_mut());
    for (_, reasons) in codes {
        if let Some(reasons) = reasons.as_table_like_mut() {
            change(reasons);
        }
    }
}

/// The keys that name the service or one of its resources.
fn subjects_of(reasons: &dyn TableLike, service: &str) -> Vec<String> {
    let keys = reasons.iter().map(|(key, _)| key.to_owned());
    let is_of = |key: &String| {
        let rest = key.strip_prefix(service);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    keys.filter(is_of).collect()
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    const TEXT: &str = "allow.MK0603.\"old/a\" = \"one\"\n[allow.MK0602] # two\nold = \"two\" # why\nolder = \"three\"\n";

    fn edited(change: impl Fn(&mut DocumentMut)) -> String {
        let mut document: DocumentMut = TEXT.parse().unwrap();
        change(&mut document);
        document.to_string()
    }

    #[test]
    fn a_renamed_service_stays_allowed() {
        let expected = "allow.MK0603.\"new/a\" = \"one\"\n[allow.MK0602] # two\nnew = \"two\" # why\nolder = \"three\"\n";
        assert_eq!(
            edited(|document| super::rename(document, "old", "new")),
            expected
        );
    }

    #[test]
    fn of_a_removed_service_nothing_is_allowed() {
        let expected = "[allow.MK0602] # two\nolder = \"three\"\n";
        assert_eq!(edited(|document| super::forget(document, "old")), expected);
        let nothing = edited(|document| {
            super::forget(document, "old");
            super::forget(document, "older");
        });
        assert_eq!(nothing, "");
    }
}
