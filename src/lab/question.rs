//! What a learner is asked before a lab runs, and what came of it. Answers are letters: `a`, `b`, ...

use std::fmt::Write;

/// A question with the answers to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub text: String,
    /// The first is `a`; two to nine.
    pub choices: Vec<String>,
}

/// A question, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub question: Question,
    /// The index of the choice; `None` if nobody was asked.
    pub expected: Option<usize>,
}

impl Question {
    /// The index of the choice of that letter.
    pub fn parse(&self, answer: &str) -> Option<usize> {
        let answer = answer.trim().trim_end_matches([')', '.']);
        (0..self.choices.len()).find(|index| letter(*index).to_string() == answer.to_lowercase())
    }

    /// The question with each choice on a line of its own.
    pub fn shown(&self) -> String {
        let mut text = format!("{}\n", self.text);
        for (index, choice) in self.choices.iter().enumerate() {
            // Writing to a String can't fail.
            let _ = writeln!(text, "  {}) {choice}", letter(index));
        }
        text
    }

    /// A choice as it is shown again: `b) up to twice as long`.
    pub fn choice(&self, index: usize) -> String {
        let choice = self.choices.get(index).map(String::as_str);
        format!("{}) {}", letter(index), choice.unwrap_or_default())
    }

    /// The letter of the last choice.
    pub fn last(&self) -> char {
        letter(self.choices.len().saturating_sub(1))
    }
}

fn letter(index: usize) -> char {
    let index = u8::try_from(index).unwrap_or(u8::MAX);
    char::from(b'a'.saturating_add(index))
}

#[cfg(test)]
mod tests {
    use super::Question;

    #[test]
    fn an_answer_is_a_letter_however_it_is_written() {
        let question = Question {
            text: "?".to_owned(),
            choices: ["one", "two"].map(str::to_owned).to_vec(),
        };
        for answer in ["b", "B", " b ", "b)", "B."] {
            assert_eq!(question.parse(answer), Some(1), "{answer:?}");
        }
        for answer in ["", "c", "ab", "2", "two", "á"] {
            assert_eq!(question.parse(answer), None, "{answer:?}");
        }
    }
}
