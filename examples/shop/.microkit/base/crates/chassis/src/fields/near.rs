//! 'Did you mean': the known name that is nearest to a misspelt one.
//! `Fields` calls it for a field that nobody asked about. Read next: `rules.rs`.

/// Names longer than this are no misspelling of a field.
const LONGEST_NAME: usize = 64;

/// The name in `known` that is at most a third of its letters (rounded up) away from `name`.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.to_lowercase().replace('-', "_");
    known
        .iter()
        .map(|candidate| (distance(&name, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance: how many letters have to be added, dropped or replaced.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not_suggested() {
        let known = ["email", "name", "user_id"];
        assert_eq!(nearest("emial", &known), Some("email"));
        assert_eq!(nearest("emal", &known), Some("email"));
        assert_eq!(nearest("user-id", &known), Some("user_id"));
        assert_eq!(nearest("userId", &known), Some("user_id"));
        assert_eq!(nearest("NAME", &known), Some("name"));
        assert_eq!(nearest("password", &known), None);
        assert_eq!(nearest("id", &[]), None);
    }

    #[test]
    fn a_distance_counts_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("naïve", "naive"), 1);
    }
}
