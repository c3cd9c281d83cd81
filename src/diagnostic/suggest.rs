//! 'Did you mean': the nearest of the words that would have been right.
//!
//! Called where a name is looked up and not found.

/// The candidate that the word was most likely meant to be, if one is near enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().take(81).flat_map(char::to_lowercase).collect();
    if letters.is_empty() || letters.len() > 80 {
        return None;
    }
    let allowed = match letters.len() {
        1..=2 => 1,
        3..=8 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 80)
        .map(|candidate| (distance(&letters, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
fn distance(word: &[char], other: &str) -> usize {
    let other: Vec<char> = other.chars().flat_map(char::to_lowercase).collect();
    let mut before = Vec::new();
    let mut previous: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in word.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, candidate) in other.iter().enumerate() {
            let replaced = previous[j] + usize::from(letter != candidate);
            let mut best = replaced.min(previous[j + 1] + 1).min(current[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && word[i - 1] == *candidate {
                best = best.min(before[j - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[other.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_error_is_recognised() {
        let names = ["user-service", "order-service", "payment-service"];
        assert_eq!(nearest("user-servcie", names), Some("user-service"));
        assert_eq!(nearest("odrer-service", names), Some("order-service"));
        assert_eq!(nearest("User-Service", names), Some("user-service"));
    }

    #[test]
    fn a_word_that_resembles_none_gets_no_suggestion() {
        assert_eq!(nearest("shipping", ["user-service", "to"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest("x", ["a"]), None);
    }

    #[test]
    fn of_two_equally_near_words_the_first_in_the_alphabet_is_taken() {
        assert_eq!(nearest("cat", ["rat", "bat"]), Some("bat"));
    }
}
