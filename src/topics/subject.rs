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
    /// What goes by this name. Capitals, accents, and spaces or underscores in the place of hyphens don't matter, nor
    /// words around it that name nothing: `the outbox pattern`, `el patrón outbox`.
    pub fn parse(text: &str) -> Option<Self> {
        let name = plain(text);
        Self::named(&name).or_else(|| Self::named(&bare(&name)))
    }

    fn named(name: &str) -> Option<Self> {
        let is_it = |mut known: Names| known.any(|known| known == name);
        let topic = Topic::ALL.iter().find(|topic| is_it(names(**topic)));
        let topic = topic.map(|topic| Self::Topic(*topic));
        let code = || Code::ALL.iter().find(|code| is_it(names_of_code(**code)));
        topic
            .or_else(|| code().map(|code| Self::Code(*code)))
            .or_else(|| Code::parse(name).map(Self::Code))
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
    let codes = Code::ALL.iter().flat_map(|code| {
        let own = std::iter::once(code.as_str());
        own.chain(names_of_code(*code))
    });
    diagnostic::nearest(&plain(text), topics.chain(codes))
}

type Names = Box<dyn Iterator<Item = &'static str>>;

/// Every name of a topic, its own first.
fn names(topic: Topic) -> Names {
    let own = [Lang::En, Lang::Es].map(|lang| topic.name(lang));
    Box::new(own.into_iter().chain(topic.aliases().iter().copied()))
}

/// Names of what a remark on the architecture is about.
fn names_of_code(code: Code) -> Names {
    let names = match code {
        Code::CallCycle => {
            "cycle cycles circle circles call-cycle circular-calls circular-dependency ciclo ciclos circulo circulos \
             ciclo-de-llamadas dependencia-circular"
        }
        Code::MutualCalls => "mutual-calls llamadas-mutuas",
        Code::RequiredCircle => "required-circle circulo-de-recursos",
        Code::LongChain => {
            "chain chains long-chain call-chain cadena cadenas cadena-larga cadena-de-llamadas"
        }
        Code::ShortTimeout => "short-timeout tiempo-limite-corto",
        Code::ManyDuties => "god-service many-duties servicio-dios servicio-que-hace-demasiado",
        Code::NothingOwn => "nothing-own anemic-service servicio-anemico servicio-sin-nada-propio",
        Code::Hub => "hub hubs central-service centro centros servicio-central servicios-centrales",
        Code::UnreadEvent => "unread-event unread-events evento-sin-leer evento-que-nadie-lee",
        Code::SharedStore => "shared-store almacen-compartido",
        Code::RepeatedCall => "repeated-call llamada-repetida",
        Code::LostEvent => "lost-event evento-perdido",
        _ => "",
    };
    Box::new(names.split_whitespace())
}

/// The name without words that name nothing.
fn bare(name: &str) -> String {
    const AROUND: [&str; 13] = [
        "the", "a", "an", "el", "la", "los", "las", "un", "una", "pattern", "patterns", "patron",
        "patrones",
    ];
    let words = name.split('-').filter(|word| !AROUND.contains(word));
    // What is left of `el patrón de la bandeja de salida`.
    let words = words.skip_while(|word| ["de", "del", "of"].contains(word));
    words.collect::<Vec<_>>().join("-")
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
    fn words_around_a_name_are_passed_over() {
        let outbox = Some(Subject::Topic(Topic::TransactionalOutbox));
        for text in [
            "outbox pattern",
            "the outbox pattern",
            "patrón outbox",
            "el patrón de la bandeja de salida",
            "bandeja",
        ] {
            assert_eq!(Subject::parse(text), outbox, "{text}");
        }
        let breaker = Some(Subject::Topic(Topic::CircuitBreaker));
        assert_eq!(Subject::parse("circuit breaker pattern"), breaker);
        let database = Some(Subject::Topic(Topic::DatabasePerService));
        assert_eq!(Subject::parse("la base de datos por servicio"), database);
        assert_eq!(Subject::parse("pattern"), None);
        assert_eq!(Subject::parse("the pattern of the"), None);
    }

    #[test]
    fn a_remark_is_found_by_what_it_is_about() {
        let meant = [
            (Code::CallCycle, ["cycle", "circle", "ciclo", "círculo"]),
            (
                Code::LongChain,
                ["chain", "long chain", "cadena", "cadena larga"],
            ),
            (Code::Hub, ["hub", "the hub", "centro", "servicio central"]),
        ];
        for (code, names) in meant {
            for name in names {
                assert_eq!(Subject::parse(name), Some(Subject::Code(code)), "{name}");
            }
        }
        assert_eq!(nearest("cadenna"), Some("cadena"));
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
    fn no_name_stands_for_two_subjects_and_each_is_in_kebab_case() {
        let topics = Topic::ALL.iter();
        let topics = topics.map(|topic| (Subject::Topic(*topic), names(*topic)));
        let codes = Code::ALL.iter();
        let codes = codes.map(|code| (Subject::Code(*code), names_of_code(*code)));
        let mut seen = std::collections::BTreeMap::new();
        for (subject, names) in topics.chain(codes) {
            for name in names {
                assert_eq!(plain(name), name);
                let before = seen.insert(name, subject);
                assert!(before.is_none_or(|before| before == subject), "{name}");
                assert_eq!(Code::parse(name), None);
            }
        }
    }
}
