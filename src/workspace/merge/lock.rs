//! `Cargo.lock` by structure: one block for each package. Cargo itself rewrites the file when
//! something is missing, so this never has to be a conflict.

use std::collections::{BTreeMap, BTreeSet};

const PACKAGE: &str = "[[package]]\n";

/// A package by its name, its version (as numbers first, for cargo's order) and its source.
type Key<'a> = (&'a str, Vec<u64>, &'a str, &'a str);
type Blocks<'a> = BTreeMap<Key<'a>, &'a str>;

/// What microkit changed, done to the user's file; `None` where one of the files has another form.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let (_, base) = read(base)?;
    let (head, ours) = read(ours)?;
    let (_, theirs) = read(theirs)?;
    let mut merged: BTreeMap<_, String> = BTreeMap::new();
    let keys: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    for key in keys {
        let [base, ours, theirs] = [&base, &ours, &theirs].map(|blocks| blocks.get(key).copied());
        let block = match (base, ours, theirs) {
            (Some(base), Some(ours), Some(theirs)) if ours != base && theirs != base => {
                dependencies(base, ours, theirs)
            }
            (base, ours, theirs) if ours == base => match theirs {
                Some(theirs) => theirs.to_owned(),
                None => continue,
            },
            (_, Some(ours), _) => ours.to_owned(),
            // The user's cargo dropped it.
            (_, None, _) => continue,
        };
        merged.insert(key, block);
    }
    let blocks: Vec<String> = merged.into_values().collect();
    Some(format!("{head}{}\n", blocks.join("\n\n")))
}

fn read(text: &str) -> Option<(&str, Blocks<'_>)> {
    let start = text.find(PACKAGE)?;
    let (head, mut rest) = text.split_at(start);
    let mut blocks = Blocks::new();
    while !rest.is_empty() {
        let end = rest[PACKAGE.len()..].find(PACKAGE);
        let (block, after) = rest.split_at(end.map_or(rest.len(), |end| end + PACKAGE.len()));
        let value = |name: &str| {
            let mut lines = block.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "))
        };
        let version = value("version")?;
        let numbers = version.split(|letter: char| !letter.is_ascii_digit());
        let numbers = numbers.filter_map(|number| number.parse().ok()).collect();
        let source = value("source").unwrap_or_default();
        blocks.insert(
            (value("name")?, numbers, version, source),
            block.trim_end_matches('\n'),
        );
        rest = after;
    }
    // Somebody's comment would get lost, and an empty line is put between the blocks and nowhere else.
    let plain = |block: &&str| !block.contains("\n\n") && !block.contains("\n#");
    Some((head, blocks)).filter(|(_, blocks)| blocks.values().all(plain))
}

/// The user's block with the dependencies that microkit added and without those that it took out.
fn dependencies(base: &str, ours: &str, theirs: &str) -> String {
    let list = |block: &str| -> BTreeSet<String> {
        let lines = block.lines().filter(|line| line.starts_with(" \""));
        lines.map(str::to_owned).collect()
    };
    let [before, mut mine, new] = [base, ours, theirs].map(list);
    mine.extend(new.difference(&before).cloned());
    mine.retain(|line| new.contains(line) || !before.contains(line));
    let head: Vec<&str> = ours
        .lines()
        .take_while(|line| *line != "dependencies = [")
        .collect();
    let mut block = head.join("\n");
    if !mine.is_empty() {
        let lines: Vec<String> = mine.into_iter().collect();
        block.push_str(&format!("\ndependencies = [\n{}\n]", lines.join("\n")));
    }
    block
}
