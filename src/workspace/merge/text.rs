//! Any text, line by line: what one side changed is taken, what both changed in the same place is
//! a conflict. The algorithm is diffy's; what it may never do is checked here.

use std::collections::BTreeMap;

use diffy::{ConflictStyle, IncompleteHunkStyle, MergeOptions};

use super::markers;

/// The merged text, and whether it has conflicts in it.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> (String, bool) {
    let mut options = MergeOptions::new();
    options
        .set_conflict_style(ConflictStyle::Diff3)
        .set_incomplete_hunk_style(IncompleteHunkStyle::Git);
    let merged = match options.merge(base, ours, theirs) {
        Ok(merged) => (merged, false),
        Err(marked) => (marked, true),
    };
    match keeps_all(base, ours, &merged.0) {
        true => merged,
        // A line of the user may not get lost, whatever the algorithm thinks of it.
        false => (markers::whole(base, ours, theirs), true),
    }
}

/// Whether every line that the user added is there, as often as they added it.
fn keeps_all(base: &str, ours: &str, merged: &str) -> bool {
    let count = |text: &'_ str| {
        let mut lines: BTreeMap<String, i64> = BTreeMap::new();
        for line in text.lines() {
            *lines.entry(line.to_owned()).or_default() += 1;
        }
        lines
    };
    let [base, ours, merged] = [base, ours, merged].map(count);
    ours.iter().all(|(line, times)| {
        let added = times - base.get(line).unwrap_or(&0);
        *merged.get(line).unwrap_or(&0) >= added
    })
}
