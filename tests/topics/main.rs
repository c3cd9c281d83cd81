//! The pages of the principles and patterns: in both languages, of one form, fit for a terminal. Where they stand is in
//! `places.rs`.
#![allow(
    clippy::disallowed_methods,
    reason = "the lines that are told of a system are compared with a file"
)]

#[path = "../support/manifests.rs"]
mod manifests;
mod places;
mod planned;

use std::collections::BTreeSet;

use microkit::lang::Lang;
use microkit::topics::{Topic, overview, rendered, title};
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
