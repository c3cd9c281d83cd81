//! What holds for the picture of any system: its Mermaid and DOT name only what they declare, its SVG is well-formed
//! XML, and two systems compared the other way round have their marks exchanged.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;

use microkit::graph::{Graph, Mark, dot, mermaid, svg};
use microkit::lang::Lang;
use microkit::{manifest, system};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[path = "support/manifests.rs"]
mod manifests;

const KEYWORDS: &str = r#"
[system]
name = "graph"
[services]
end = { calls = ["node", "o", "x"], database = "sqlite", publishes = ["graph.end"] }
node = { calls = ["end"], database = "postgres", consumes = ["graph.end"] }
subgraph = { database = "sqlite", consumes = ["graph.end"] }
class = {}
click = {}
clients = {}
default = {}
digraph = {}
edge = {}
graph = {}
o = {}
services = {}
strict = {}
style = {}
x = {}
[events]
"graph.end" = { number = "integer" }
"#;

fn system(text: &str) -> system::System {
    let document = manifest::parse("microkit.toml", text).expect("the manifest parses");
    system::validate(&document).expect("the manifest is valid")
}

/// An id as both languages take it without quotation marks, and no word of theirs.
fn assert_is_id(id: &str) {
    let words = [
        "class",
        "click",
        "default",
        "digraph",
        "direction",
        "edge",
        "end",
        "flowchart",
        "graph",
        "node",
        "strict",
        "style",
        "subgraph",
    ];
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    assert!(
        !id.is_empty() && id.chars().all(is_plain),
        "{id:?} is no id"
    );
    assert!(!words.contains(&id), "{id:?} is a keyword");
}

/// What is between quotation marks; they come in pairs.
fn labels(line: &str) -> Vec<&str> {
    let parts: Vec<&str> = line.split('"').collect();
    assert!(parts.len() % 2 == 1, "an open quotation mark in {line}");
    parts.into_iter().skip(1).step_by(2).collect()
}

/// A flowchart as far as microkit writes one; gives the labels and the number of arrows.
fn read_mermaid(text: &str) -> (BTreeSet<String>, usize) {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("flowchart LR"));
    let (mut ids, mut names, mut ends, mut depth) =
        (BTreeSet::new(), BTreeSet::new(), Vec::new(), 0);
    let mut arrows = 0;
    for line in lines.map(str::trim) {
        names.extend(labels(line).into_iter().map(str::to_owned));
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["end"] => depth -= 1,
            ["classDef", ..] => {}
            ["style", id, _, _] => ends.push(id),
            ["linkStyle", numbers, _] | ["linkStyle", numbers, _, _] => {
                for number in numbers.split(',') {
                    assert!(number.parse::<usize>().unwrap() < arrows, "{line}");
                }
            }
            [from, "-->" | "-.->" | "---", to] => {
                arrows += 1;
                ends.extend([from, to]);
            }
            _ => {
                let declared = line.strip_prefix("subgraph ").unwrap_or(line);
                depth += i32::from(declared != line);
                let (id, shape) = declared.split_at(declared.find(['[', '(']).expect(line));
                assert_is_id(id);
                assert!(ids.insert(id), "{id} is declared twice");
                let shape = shape.split(":::").next().unwrap();
                let brackets = [("[\"", "\"]"), ("([\"", "\"])"), ("[(\"", "\")]")];
                let is_shape = |(open, close): &(&str, &str)| {
                    shape.starts_with(open) && shape.ends_with(close)
                };
                assert!(brackets.iter().any(is_shape), "{line}");
            }
        }
        assert!(depth >= 0);
    }
    assert_eq!(depth, 0, "a subgraph without an end");
    for id in ends {
        assert!(ids.contains(id), "{id} is not declared");
    }
    (names, arrows)
}

/// A DOT graph as far as microkit writes one; gives the number of arrows.
fn read_dot(text: &str) -> usize {
    let (mut ids, mut ends, mut depth, mut arrows) = (BTreeSet::new(), Vec::new(), 0, 0);
    for line in text.lines().map(str::trim) {
        labels(line);
        let bare: String = line.split('"').step_by(2).collect();
        if bare.ends_with('{') {
            depth += 1;
        } else if bare == "}" {
            depth -= 1;
        } else if let Some((from, rest)) = bare.split_once(" -> ") {
            arrows += 1;
            ends.extend([from.to_owned(), rest.split(' ').next().unwrap().to_owned()]);
        } else if let Some((id, _)) = bare.split_once(" [label=") {
            assert_is_id(id);
            assert!(ids.insert(id.to_owned()), "{id} is declared twice");
        } else {
            let is_setting = bare.contains('=')
                && (!bare.contains('[')
                    || bare.starts_with("node [")
                    || bare.starts_with("edge ["));
            assert!(is_setting, "{line}");
        }
    }
    assert_eq!(depth, 0);
    for id in ends {
        assert!(ids.contains(&id), "{id} is not declared");
    }
    arrows
}

/// The texts that are shown, and the number of arrows.
fn read_svg(text: &str) -> (BTreeSet<String>, usize) {
    let document = roxmltree::Document::parse(text).expect("well-formed XML");
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let named = |id: &str| {
        document
            .descendants()
            .find(|node| node.attribute("id") == Some(id))
    };
    for id in root.attribute("aria-labelledby").unwrap().split(' ') {
        assert!(!named(id).unwrap().text().unwrap().is_empty());
    }
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    let texts = texts.map(|node| node.text().unwrap().to_owned()).collect();
    let lines = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("halo"));
    (texts, lines.count())
}

fn assert_all_read(graph: &Graph) {
    for lang in [Lang::En, Lang::Es] {
        let (labels, _) = read_mermaid(&mermaid(graph, lang));
        let stores: usize = graph.services.iter().map(|node| node.stores.len()).sum();
        // Besides the arrows between nodes: from the clients to the gateway, and on to the services of either side.
        let is_there = |side: &bool| graph.services.iter().any(|node| node.is_extracted == *side);
        let fixed = 1 + [false, true].iter().filter(|side| is_there(side)).count();
        assert_eq!(
            read_mermaid(&mermaid(graph, lang)).1,
            graph.arrows.len() + stores + fixed
        );
        assert_eq!(
            read_dot(&dot(graph, lang)),
            graph.arrows.len() + stores + fixed
        );
        let (texts, lines) = read_svg(&svg(graph, lang));
        let drawn = graph.arrows.iter();
        assert_eq!(lines, drawn.count());
        for name in graph.services.iter().map(|node| node.name.to_string()) {
            assert!(labels.contains(&name) && texts.contains(&name), "{name}");
        }
        for name in graph.events.iter().map(|node| node.name.to_string()) {
            assert!(labels.contains(&name) && texts.contains(&name), "{name}");
        }
    }
}

/// The manifest that the documentation speaks of, `shop`.
const SHOP: &str = include_str!("../templates/examples/shop.toml");

#[test]
fn names_that_are_keywords_of_the_formats_are_no_trouble() {
    assert_all_read(&Graph::of(&system(KEYWORDS)));
    assert_all_read(&Graph::between(&system(KEYWORDS), &system(SHOP)));
}

#[test]
fn events_that_only_differ_in_a_dot_and_an_underscore_stay_apart() {
    let with = |event: &str| {
        let event = format!("[events.\"{event}\"]\nnumber = \"integer\"\n");
        system(&format!("[system]\nname = \"a\"\n[services.b]\n{event}"))
    };
    assert_all_read(&Graph::between(&with("a.b_c"), &with("a_b.c")));
}

#[test]
fn spanish_changes_the_words_and_no_line() {
    let graph = Graph::of(&system(SHOP));
    let (english, spanish) = (mermaid(&graph, Lang::En), mermaid(&graph, Lang::Es));
    assert_eq!(english.lines().count(), spanish.lines().count());
    assert!(spanish.contains("\"clientes\"") && !english.contains("\"clientes\""));
    let changed = english
        .lines()
        .zip(spanish.lines())
        .filter(|(one, other)| one != other);
    assert!(changed.into_iter().all(|(line, _)| line.contains('"')));
}

#[test]
fn a_change_of_the_shop_in_words() {
    let after = SHOP
        .replacen("database = \"postgres\"", "database = \"sqlite\"", 1)
        .replace("consumes = [\"order.created\"]", "")
        + "\n[services.review-service]\ncalls = [\"user-service\"]\n";
    let graph = Graph::between(&system(SHOP), &system(&after));
    let expected = [
        "+ service review-service",
        "+ call review-service -> user-service",
        "- payment-service consumes order.created",
        "~ user-service: database postgres -> sqlite",
    ];
    assert_eq!(graph.changes(), expected);
}

#[test]
fn a_database_that_is_given_up_and_a_new_name_are_changes_too() {
    let before = "[system]\nname = \"a\"\n[services.b]\ndatabase = \"sqlite\"\n";
    let after = "[system]\nname = \"c\"\n[services.b]\n";
    let graph = Graph::between(&system(before), &system(after));
    assert_eq!(
        graph.changes(),
        ["~ system a -> c", "~ b: database sqlite -> none"]
    );
}

#[test]
fn extracted_services_stand_outside_of_the_monolith() {
    let hybrid = SHOP.replacen("\nname = ", "\nextracted = [\"user-service\"]\nname = ", 1);
    let graph = Graph::of(&system(&hybrid));
    assert_all_read(&graph);
    let text = mermaid(&graph, Lang::En);
    let (inside, outside) = text.split_once("    end\n    subgraph extracted").unwrap();
    assert!(inside.contains("gateway[") && inside.contains("s_order_service["));
    assert!(outside.contains("s_user_service[") && outside.contains("d_user_service_postgres["));
    // The event is published and consumed within the monolith.
    assert!(inside.contains("e_order__created(["));
    assert!(outside.contains("    gateway --> services\n    gateway --> extracted\n"));

    let before = Graph::between(&system(SHOP), &system(&hybrid));
    assert_all_read(&before);
    let told = ["~ user-service: extracted, a process of its own"];
    assert_eq!(before.changes(), told);
    assert!(mermaid(&before, Lang::En).contains("s_user_service[\"user-service\"]:::moved"));
    let back = Graph::between(&system(&hybrid), &system(SHOP));
    assert_eq!(
        back.changes(),
        ["~ user-service: absorbed, in the one process"]
    );
}

/// The services, events and arrows with a mark, as they are told, without the mark.
fn told(graph: &Graph, mark: Mark) -> BTreeSet<String> {
    let sign = match mark {
        Mark::Added => "+ ",
        Mark::Removed => "- ",
        Mark::Moved | Mark::Stayed => "",
    };
    let lines = graph.changes();
    lines
        .iter()
        .filter_map(|line| line.strip_prefix(sign))
        .map(str::to_owned)
        .collect()
}

fn config() -> ProptestConfig {
    let quiet = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    ProptestConfig {
        cases: 48,
        rng_seed: RngSeed::Fixed(1),
        ..quiet
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_picture_of_any_system_can_be_read(text in manifests::manifest()) {
        assert_all_read(&Graph::of(&system(&text)));
    }

    #[test]
    fn any_two_systems_can_be_compared_both_ways(one in manifests::manifest(), other in manifests::manifest()) {
        let (one, other) = (system(&one), system(&other));
        let (there, back) = (Graph::between(&one, &other), Graph::between(&other, &one));
        assert_all_read(&there);
        prop_assert_eq!(told(&there, Mark::Added), told(&back, Mark::Removed));
        prop_assert_eq!(told(&there, Mark::Removed), told(&back, Mark::Added));
    }

    #[test]
    fn a_system_compared_with_itself_has_not_changed(text in manifests::manifest()) {
        let system = system(&text);
        let graph = Graph::between(&system, &system);
        prop_assert!(graph.changes().is_empty());
        prop_assert!(graph.arrows.iter().all(|arrow| arrow.mark == Mark::Stayed));
    }

    #[test]
    fn the_same_manifest_gives_the_same_picture(text in manifests::manifest()) {
        let draw = || {
            let graph = Graph::of(&system(&text));
            [mermaid(&graph, Lang::En), dot(&graph, Lang::En), svg(&graph, Lang::En)]
        };
        prop_assert_eq!(draw(), draw());
    }
}
