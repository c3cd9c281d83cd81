//! Which microkit wrote a workspace, and whether this one may go on with it. The answer is in
//! `.microkit/version`; `stage.rs` writes it at the end of every run.

use std::cmp::Ordering;
use std::fs;
use std::path::Path;

use anyhow::bail;

use super::layout::{Layout, VERSION};

/// The version of the older microkit that wrote the workspace last; none if it was this one, or
/// the workspace does not say.
///
/// # Errors
/// When a newer one wrote it: an older one would take out what that has put in.
pub fn older_writer(root: &Path) -> anyhow::Result<Option<String>> {
    let Ok(text) = fs::read_to_string(Layout::new(root).version) else {
        return Ok(None);
    };
    let (theirs, ours) = (text.trim(), VERSION.trim());
    match numbers(theirs).cmp(&numbers(ours)) {
        Ordering::Less => Ok(Some(theirs.to_owned())),
        Ordering::Equal => Ok(None),
        Ordering::Greater => bail!(
            "this workspace was written by microkit {theirs}, and this is {ours}: use that version or a newer one"
        ),
    }
}

fn numbers(version: &str) -> Vec<u64> {
    let parts = version.split(|letter: char| !letter.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(numbers("0.10.0") > numbers("0.9.12"));
        assert!(numbers("1.0.0") > numbers("0.99.0"));
        assert_eq!(numbers("0.1.0"), numbers(" 0.1.0\n"));
    }
}
