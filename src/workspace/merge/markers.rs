//! Conflict markers, in the form that git and editors know (`diff3`): how they are written, found
//! and settled. `<<<<<<< ours` is the user's side, `>>>>>>> theirs` is microkit's.

const OURS: &str = "<<<<<<< ours";
const BASE: &str = "||||||| original";
const MIDDLE: &str = "=======";
const THEIRS: &str = ">>>>>>> theirs";

/// Which of the two texts of a conflict is to stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The user's.
    Ours,
    /// Microkit's.
    Theirs,
}

/// Whether a conflict that microkit left there is still in the text.
pub(in super::super) fn marked(text: &[u8]) -> bool {
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    // `contains` goes on from where it stopped: the three have to come in this order.
    [OURS, MIDDLE, THEIRS]
        .iter()
        .all(|marker| lines.any(|line| line == marker.as_bytes()))
}

/// The two texts as one conflict.
pub(super) fn whole(base: &str, ours: &str, theirs: &str) -> String {
    let full = |text: &str| match text.is_empty() || text.ends_with('\n') {
        true => text.to_owned(),
        false => format!("{text}\n"),
    };
    let [base, ours, theirs] = [base, ours, theirs].map(full);
    format!("{OURS}\n{ours}{BASE}\n{base}{MIDDLE}\n{theirs}{THEIRS}\n")
}

/// The text with every conflict settled for one side.
pub(in super::super) fn settle(text: &[u8], side: Side) -> Vec<u8> {
    let mut settled = Vec::new();
    // Which part of a conflict the line is in; none outside.
    let mut part = None;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let word = line.trim_ascii_end();
        part = match part {
            None if word == OURS.as_bytes() => Some(OURS),
            Some(OURS) if word == BASE.as_bytes() => Some(BASE),
            Some(OURS | BASE) if word == MIDDLE.as_bytes() => Some(MIDDLE),
            Some(MIDDLE) if word == THEIRS.as_bytes() => None,
            _ => {
                let wanted = match side {
                    Side::Ours => OURS,
                    Side::Theirs => MIDDLE,
                };
                if part.is_none_or(|part| part == wanted) {
                    settled.extend_from_slice(line);
                }
                continue;
            }
        };
    }
    settled
}
