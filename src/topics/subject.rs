//! Finds what is meant: a topic by any of its names in either language, or a code.
//!
//! Called by `commands/explain.rs`. Read `page.rs` next.

use crate::diagnostic::{self, Code};
use crate::lang::Lang;

use super::Topic;

/// What there is a page about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Topic(Topic),
    Code(Code),
}

impl Subject {
    /// What goes by this name. Capitals, accents, and spaces or underscores in the place of hyphens don't matter.
    pub fn parse(text: &str) -> Option<Self> {
        let name = plain(text);
        let topic = Topic::ALL
            .iter()
            .find(|topic| names(**topic).any(|known| known == name));
        topic.map_or_else(
            || Code::parse(&name).map(Self::Code),
            |topic| Some(Self::Topic(*topic)),
        )
    }

    /// Its page in Markdown.
    pub fn page(self, lang: Lang) -> &'static str {
        match self {
            Self::Topic(topic) => topic.page(lang),
            Self::Code(code) => code.explanation(lang),
        }
    }
}

/// The name, in either language, that this one was most likely meant to be.
pub fn nearest(text: &str) -> Option<&'static str> {
    let topics = Topic::ALL.iter().flat_map(|topic| names(*topic));
    let codes = Code::ALL.iter().map(|code| code.as_str());
    diagnostic::nearest(&plain(text), topics.chain(codes))
}

/// Every name of a topic, its own first.
fn names(topic: Topic) -> impl Iterator<Item = &'static str> {
    let own = [Lang::En, Lang::Es].map(|lang| topic.name(lang));
    own.into_iter().chain(topic.aliases().iter().copied())
}

/// In kebab case: in small letters without accents, with one hyphen in the place of what is between words.
fn plain(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase);
    let letters = letters.filter_map(|letter| match letter {
        'á' => Some('a'),
        'é' => Some('e'),
        'í' => Some('i'),
        'ó' => Some('o'),
        'ú' | 'ü' => Some('u'),
        'ñ' => Some('n'),
        // What is left of an accent that was typed as a letter of its own, and an apostrophe.
        '\u{300}'..='\u{36f}' | '\'' | '’' => None,
        other => Some(other),
    });
    let text: String = letters.collect();
    let words = text.split(|letter: char| letter.is_whitespace() || "-_".contains(letter));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_accents_spaces_and_underscores_are_forgiven() {
        let meant = Some(Subject::Topic(Topic::DatabasePerService));
        for text in [
            "database-per-service",
            "Database per Service",
            " database_per__service ",
            "Base de datos por servicio",
        ] {
            assert_eq!(Subject::parse(text), meant, "{text}");
        }
        let meant = Some(Subject::Topic(Topic::SynchronousCommunication));
        assert_eq!(Subject::parse("COMUNICACIÓN síncrona"), meant);
        assert_eq!(Subject::parse("comunicacio\u{301}n sincrona"), meant);
        let meant = Some(Subject::Topic(Topic::TeamOwnership));
        assert_eq!(Subject::parse("Conway's law"), meant);
        assert_eq!(
            Subject::parse("mk0203"),
            Some(Subject::Code(Code::UnknownService))
        );
        assert_eq!(Subject::parse(""), None);
        assert_eq!(Subject::parse("--"), None);
    }

    #[test]
    fn the_nearest_name_is_found_in_either_language() {
        assert_eq!(nearest("circiut breaker"), Some("circuit-breaker"));
        assert_eq!(nearest("monolito-moduler"), Some("monolito-modular"));
        assert_eq!(nearest("MK02O3"), Some("MK0203"));
        assert_eq!(nearest("blockchain"), None);
    }

    /// Otherwise the order of the list would decide which is found.
    #[test]
    fn no_name_stands_for_two_topics_and_each_is_in_kebab_case() {
        let mut seen = std::collections::BTreeMap::new();
        for topic in Topic::ALL {
            for name in names(*topic) {
                assert_eq!(plain(name), name);
                let before = seen.insert(name, *topic);
                assert!(before.is_none_or(|before| before == *topic), "{name}");
                assert_eq!(Code::parse(name), None);
            }
        }
    }
}
