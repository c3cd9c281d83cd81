//! The pages of the principles and patterns: in both languages, of one form, fit for a terminal; and the places that they
//! name, which are there in the workspace of any valid manifest.

#[path = "support/manifests.rs"]
mod manifests;

use std::collections::BTreeSet;

use microkit::lang::Lang;
use microkit::manifest::{self, Document};
use microkit::plan::{self, Plan};
use microkit::system::{self, System};
use microkit::topics::{At, Ground, Place, Standing, Topic, overview, rendered, standing, title};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

const LANGS: [Lang; 2] = [Lang::En, Lang::Es];

/// The headings of the sections, English and Spanish.
const SECTIONS: [[&str; 2]; 5] = [
    ["Why", "Por qué"],
    ["Why it happens", "Por qué pasa"],
    ["What it costs", "Qué cuesta"],
    ["When not to", "Cuándo no"],
    [
        "When it is right all the same",
        "Cuándo está bien a pesar de todo",
    ],
];

/// A system that is planned and not on any disk.
struct Planned {
    text: String,
    document: Document,
    system: System,
    plan: Plan,
}

impl Planned {
    fn new(text: &str) -> Self {
        let document = manifest::parse("microkit.toml", text).expect("the manifest parses");
        let system = system::validate(&document).expect("the manifest is valid");
        Self {
            text: text.to_owned(),
            plan: plan::plan(&system),
            document,
            system,
        }
    }

    fn read(&self, path: &str) -> Option<String> {
        if path == "microkit.toml" {
            return Some(self.text.clone());
        }
        let bytes = self.plan.get(path)?;
        Some(String::from_utf8(bytes.to_vec()).expect("a planned file is text"))
    }

    fn standing(&self, topic: Topic, lang: Lang) -> Standing {
        self.standing_among(topic, lang, &|path| self.read(path))
    }

    fn standing_among(
        &self,
        topic: Topic,
        lang: Lang,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> Standing {
        let ground = Ground {
            system: &self.system,
            document: &self.document,
            manifest: &self.text,
            read,
        };
        standing(topic, &ground, lang)
    }

    /// Says what is wrong with a place that is told.
    fn check(&self, place: &Place) -> Result<(), String> {
        let wrong = |what: &str| {
            Err(format!(
                "{}: {what}: {place:?}\n{}",
                self.system.name, self.text
            ))
        };
        let At::Line(number) = place.at else {
            return wrong("not found");
        };
        let Some(text) = self.read(&place.path) else {
            return wrong("no such file");
        };
        match text.lines().nth(number - 1) {
            Some(line) if line.contains(place.anchor.trim()) => Ok(()),
            _ => wrong("not in this line"),
        }
    }
}

fn shop() -> Planned {
    Planned::new(include_str!("../examples/shop/microkit.toml"))
}

fn paths(standing: &Standing) -> Vec<(&str, At)> {
    let places = standing.places.iter();
    places
        .map(|place| (place.path.as_str(), place.at))
        .collect()
}

fn headings(page: &str) -> Vec<&str> {
    page.lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect()
}

#[test]
fn every_topic_has_a_page_of_the_same_form_in_both_languages() {
    for topic in Topic::ALL {
        for lang in LANGS {
            let first = format!("# {}: ", topic.name(lang));
            assert!(topic.page(lang).starts_with(&first), "{topic:?} {lang:?}");
        }
        let [english, spanish] = LANGS.map(|lang| headings(topic.page(lang)));
        let translated: Vec<&str> = english
            .iter()
            .filter_map(|heading| SECTIONS.iter().find(|[en, _]| en == heading))
            .map(|[_, es]| *es)
            .collect();
        assert_eq!(
            english.len(),
            3,
            "{topic:?}: why, what it costs, when not to"
        );
        assert_eq!(english[1], "What it costs", "{topic:?}");
        assert_eq!(translated, spanish, "{topic:?}");
        assert_ne!(
            title(topic.page(Lang::En)),
            title(topic.page(Lang::Es)),
            "{topic:?}"
        );
    }
}

#[test]
fn a_page_fits_a_terminal_and_is_short() {
    for (topic, lang) in Topic::ALL
        .iter()
        .flat_map(|topic| LANGS.map(|lang| (topic, lang)))
    {
        let text = anstream::adapter::strip_str(&rendered(topic.page(lang))).to_string();
        let lines = text.lines().count();
        assert!(
            (12..=36).contains(&lines),
            "{topic:?} {lang:?}: {lines} lines"
        );
        for line in text.lines() {
            assert!(line.width() <= 80, "{topic:?} {lang:?}: {line}");
        }
    }
}

#[test]
fn a_topic_leads_to_others_and_not_to_itself() {
    for topic in Topic::ALL {
        let see = topic.see_also();
        let different: BTreeSet<_> = see.iter().collect();
        assert!(!see.is_empty() && different.len() == see.len(), "{topic:?}");
        assert!(!see.contains(topic), "{topic:?}");
        let is_named = |other: &&Topic| other.see_also().contains(topic);
        assert!(
            Topic::ALL.iter().any(|other| is_named(&other)),
            "nothing leads to {topic:?}"
        );
    }
}

#[test]
fn the_overview_names_everything_in_lines_of_80_columns() {
    for lang in LANGS {
        let text = anstream::adapter::strip_str(&overview(lang)).to_string();
        for line in text.lines() {
            assert!(line.width() <= 80, "{line}");
        }
        let first = |line: &str| line.split_whitespace().next().map(str::to_owned);
        let named: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with("  "))
            .filter_map(first)
            .collect();
        let topics = Topic::ALL.iter().map(|topic| topic.name(lang));
        let codes = microkit::diagnostic::Code::ALL
            .iter()
            .map(|code| code.as_str());
        let expected: Vec<&str> = topics.chain(codes).collect();
        assert_eq!(named, expected);
    }
}

#[test]
fn in_the_shop_each_topic_stands_somewhere_and_can_be_seen() {
    let shop = shop();
    for topic in Topic::ALL {
        let standing = shop.standing(*topic, Lang::En);
        assert!(!standing.places.is_empty(), "{topic:?} stands nowhere");
        assert!(!standing.commands.is_empty(), "{topic:?} can't be seen");
        for place in &standing.places {
            assert_eq!(shop.check(place), Ok(()), "{topic:?}");
        }
    }
    let told = shop.standing(Topic::DatabasePerService, Lang::Es);
    assert_eq!(told.places[0].path, "microkit.toml");
    let told = shop.standing(Topic::IdempotentConsumer, Lang::En);
    assert_eq!(
        told.places[0].path,
        "services/payment-service/src/events/order_created.rs"
    );
}

#[test]
fn what_a_system_has_none_of_is_said() {
    let least = Planned::new("[system]\nname = \"a\"\n[services.b]\n");
    let without = [
        Topic::DatabasePerService,
        Topic::SynchronousCommunication,
        Topic::AsynchronousCommunication,
        Topic::TransactionalOutbox,
        Topic::IdempotentConsumer,
        Topic::EventualConsistency,
        Topic::Migrations,
        Topic::Coupling,
    ];
    for topic in without {
        let notes = least.standing(topic, Lang::En).notes;
        assert!(!notes.is_empty(), "{topic:?}");
        assert!(
            shop().standing(topic, Lang::En).notes.is_empty(),
            "{topic:?}"
        );
    }
}

#[test]
fn an_event_that_no_repository_publishes_is_told_where_it_is_declared() {
    let planned = Planned::new(
        "[system]\nname = \"a\"\n[services.b]\ndatabase = \"sqlite\"\npublishes = [\"b.done\"]\n\
         [events.\"b.done\"]\nid = \"uuid\"\n",
    );
    let told = planned.standing(Topic::TransactionalOutbox, Lang::En);
    assert_eq!(told.places[0].path, "services/b/src/events/b_done.rs");
    assert_eq!(planned.check(&told.places[0]), Ok(()));
}

#[test]
fn what_the_user_moved_is_told_by_its_file_alone() {
    let shop = shop();
    let breaker = "crates/chassis/src/client/breaker.rs";
    let emptied = |path: &str| match path {
        path if path == breaker => Some("// all of it is elsewhere\n".to_owned()),
        path => shop.read(path),
    };
    let told = shop.standing_among(Topic::CircuitBreaker, Lang::En, &emptied);
    let first = &told.places[0];
    assert_eq!((first.path.as_str(), first.at), (breaker, At::File));
    let deleted = |path: &str| {
        Some(path)
            .filter(|path| *path != breaker)
            .and_then(|path| shop.read(path))
    };
    let told = shop.standing_among(Topic::CircuitBreaker, Lang::En, &deleted);
    assert_eq!(told.places[0].at, At::Missing);
}

#[test]
fn a_line_that_moved_is_found_where_it_is_now() {
    let shop = shop();
    let path = "services/order-service/src/lib.rs";
    let longer = |asked: &str| {
        let text = shop.read(asked)?;
        Some(match asked == path {
            true => format!("// one\n// two\n{text}"),
            false => text,
        })
    };
    let line = |standing: &Standing| {
        let found = paths(standing).into_iter().find(|(at, _)| *at == path);
        match found {
            Some((_, At::Line(line))) => line,
            other => panic!("{other:?}"),
        }
    };
    let before = shop.standing(Topic::DatabasePerService, Lang::En);
    let after = shop.standing_among(Topic::DatabasePerService, Lang::En, &longer);
    assert_eq!(line(&after), line(&before) + 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_any_system_every_place_is_there_and_every_topic_has_something_to_say(text in manifests::manifest()) {
        let planned = Planned::new(&text);
        for topic in Topic::ALL {
            let [english, spanish] = LANGS.map(|lang| planned.standing(*topic, lang));
            prop_assert!(!english.places.is_empty() || !english.notes.is_empty(), "{topic:?}");
            prop_assert!(english.places.len() <= 5);
            for place in &english.places {
                let checked = planned.check(place);
                prop_assert!(checked.is_ok(), "{topic:?}: {}", checked.unwrap_err());
            }
            prop_assert_eq!(paths(&english), paths(&spanish));
            prop_assert_eq!(english.notes.len(), spanish.notes.len());
            let commands = |standing: &Standing| -> Vec<String> {
                standing.commands.iter().map(|(command, _)| command.clone()).collect()
            };
            prop_assert_eq!(commands(&english), commands(&spanish));
        }
    }
}
