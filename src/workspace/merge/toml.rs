//! `Cargo.toml` by structure: microkit's changes are done key by key to the user's file, so that a
//! dependency that the user added never conflicts with one that microkit adds.

use std::collections::BTreeMap;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

/// What microkit changed, done to the user's file; `None` where both changed one value, or where
/// a comment of the user would go with what is removed. Then the file is merged as text.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let read = |text: &str| text.parse::<DocumentMut>().ok();
    let (base, mut ours, theirs) = (read(base)?, read(ours)?, read(theirs)?);
    tables(base.as_table(), Mine::Table(&mut ours), theirs.as_table())?;
    Some(ours.to_string())
}

/// A table of the user's file, in either of its two forms.
enum Mine<'a> {
    Table(&'a mut Table),
    Inline(&'a mut InlineTable),
}

impl Mine<'_> {
    fn like(&mut self) -> &mut dyn TableLike {
        match self {
            Self::Table(table) => *table,
            Self::Inline(table) => *table,
        }
    }
}

/// Does to the table `ours` what makes `theirs` of `base`.
fn tables(base: &dyn TableLike, mut ours: Mine, theirs: &dyn TableLike) -> Option<()> {
    for (key, old) in base.iter() {
        let ours = ours.like();
        let Some(mine) = ours.get(key) else {
            continue; // The user took it out, and it stays out.
        };
        match theirs.get(key) {
            Some(new) if same(old, new) || same(mine, new) => {}
            Some(new) if same(old, mine) && !both_tables(mine, new) => {
                replace(ours.get_mut(key)?, new);
            }
            Some(new) => items(old, ours.get_mut(key)?, new)?,
            None if same(old, mine) => {
                let commented = !same_comments(base.key(key)?, old, ours.key(key)?, mine);
                if commented {
                    return None;
                }
                ours.remove(key);
            }
            None => {} // The user changed it, and it stays.
        }
    }
    let mut before: Option<String> = None;
    for (key, new) in theirs.iter() {
        if !base.contains_key(key) {
            match ours.like().get_mut(key) {
                None => insert(&mut ours, before.as_deref(), theirs.key(key)?, new),
                Some(mine) if both_tables(mine, new) => items(&Item::None, mine, new)?,
                Some(_) => {} // The user was there first.
            }
        }
        if ours.like().contains_key(key) {
            before = Some(key.to_owned());
        }
    }
    Some(())
}

fn items(old: &Item, mine: &mut Item, new: &Item) -> Option<()> {
    let nothing = Table::new();
    if let Some(new) = new.as_table_like() {
        let mine = match mine {
            Item::Table(table) => Mine::Table(table),
            Item::Value(Value::InlineTable(table)) => Mine::Inline(table),
            _ => return None,
        };
        return tables(old.as_table_like().unwrap_or(&nothing), mine, new);
    }
    arrays(old.as_array()?, mine.as_array_mut()?, new.as_array()?)
}

/// An array in a Cargo.toml is a set: members, features.
fn arrays(old: &Array, mine: &mut Array, new: &Array) -> Option<()> {
    let has = |array: &Array, value: &Value| array.iter().any(|other| same_value(other, value));
    for gone in old.iter().filter(|value| !has(new, value)) {
        let Some(at) = mine.iter().position(|value| same_value(value, gone)) else {
            continue;
        };
        let removed = mine.remove(at);
        if removed.decor().prefix()?.as_str()?.contains('#') {
            return None;
        }
        if let (0, Some(first)) = (at, mine.get_mut(0)) {
            *first.decor_mut() = removed.decor().clone();
        }
    }
    let mut at = 0;
    for value in new.iter() {
        if let Some(found) = mine.iter().position(|other| same_value(other, value)) {
            at = found + 1;
        } else if !has(old, value) {
            insert_value(mine, at, value);
            at += 1;
        }
    }
    Some(())
}

/// Inserts a value that looks like its neighbours.
fn insert_value(array: &mut Array, at: usize, value: &Value) {
    let mut value = value.clone();
    let plain = |other: &&Value| {
        let prefix = other.decor().prefix().and_then(|prefix| prefix.as_str());
        !prefix.is_some_and(|prefix| prefix.contains('#'))
    };
    if let Some(like) = array.iter().filter(plain).last() {
        let like = like.decor().clone();
        match (at, array.get_mut(0)) {
            (0, Some(first)) if array_is_flat(first) => {
                *value.decor_mut() = first.decor().clone();
                first.decor_mut().set_prefix(" ");
            }
            _ => *value.decor_mut() = like,
        }
    }
    array.insert_formatted(at, value);
}

fn array_is_flat(first: &Value) -> bool {
    let prefix = first.decor().prefix().and_then(|prefix| prefix.as_str());
    !prefix.is_some_and(|prefix| prefix.contains('\n'))
}

/// Gives `mine` the value of `new`; a comment behind it stays.
fn replace(mine: &mut Item, new: &Item) {
    let mut new = new.clone();
    if let (Some(old), Some(new)) = (mine.as_value(), new.as_value_mut()) {
        *new.decor_mut() = old.decor().clone();
    }
    *mine = new;
}

/// Puts an item behind the one with the key `before`, or first.
fn insert(ours: &mut Mine, before: Option<&str>, key: &Key, item: &Item) {
    let mut item = item.clone();
    place_anywhere(&mut item);
    let table = ours.like();
    let mut order: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let at = before.and_then(|before| order.iter().position(|key| key == before));
    order.insert(at.map_or(0, |at| at + 1), key.get().to_owned());
    let ranks: BTreeMap<&str, usize> = order.iter().map(String::as_str).zip(0..).collect();
    let rank = |key: &Key| ranks.get(key.get()).copied();
    table.entry_format(key).or_insert(item);
    if let Mine::Table(table) = ours {
        table.sort_values_by(|one, _, other, _| rank(one).cmp(&rank(other)));
    }
}

/// A table of another document has no place in this one: it follows the one before it.
fn place_anywhere(item: &mut Item) {
    if let Item::Table(table) = item {
        table.set_position(None);
        table.iter_mut().for_each(|(_, item)| place_anywhere(item));
    }
}

fn both_tables(one: &Item, other: &Item) -> bool {
    one.is_table_like() && other.is_table_like()
}

/// Whether two items say the same, however they are written.
fn same(one: &Item, other: &Item) -> bool {
    if let (Some(one), Some(other)) = (one.as_table_like(), other.as_table_like()) {
        let found =
            |(key, item): (&str, &Item)| other.get(key).is_some_and(|other| same(item, other));
        return one.len() == other.len() && one.iter().all(found);
    }
    match (one.as_value(), other.as_value()) {
        (Some(one), Some(other)) => same_value(one, other),
        _ => one.to_string() == other.to_string(),
    }
}

fn same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other.iter())
                    .all(|(one, other)| same_value(one, other))
        }
        (Value::InlineTable(_), _) | (_, Value::InlineTable(_)) => {
            same(&Item::Value(one.clone()), &Item::Value(other.clone()))
        }
        (Value::String(one), Value::String(other)) => one.value() == other.value(),
        (one, other) => one.to_string().trim() == other.to_string().trim(),
    }
}

/// Whether what is written around the two is the same, comments above all.
fn same_comments(old_key: &Key, old: &Item, key: &Key, item: &Item) -> bool {
    let around = |key: &Key, item: &Item| {
        let inner = match item {
            Item::Table(table) => format!("{:?}{table}", table.decor()),
            other => other.to_string(),
        };
        let comments = |text: String| text.matches('#').count();
        comments(format!(
            "{:?}{:?}{inner}",
            key.leaf_decor(),
            key.dotted_decor()
        ))
    };
    around(old_key, old) == around(key, item)
}
