//! The picture in Mermaid, which GitHub and many editors draw. Called by `commands/graph.rs` and `plan/readme.rs`.
//!
//! One node or arrow a line and all of them sorted, because the README that it is put into is merged line by line.

use crate::lang::Lang;

use super::words::Words;
use super::{Graph, Mark, ServiceNode, Store, product};

/// The text of a flowchart, without a fence around it.
pub fn mermaid(graph: &Graph, lang: Lang) -> String {
    let words = Words::of(lang);
    let mut lines = vec![
        "flowchart LR".to_owned(),
        format!("    clients([\"{}\"])", words.clients),
        format!("    subgraph monolith[\"{}\"]", words.one_process),
        format!("        gateway[\"{}\"]", words.gateway),
        format!("        subgraph services[\"{}\"]", words.services),
    ];
    for node in &graph.services {
        let class = class(node.mark);
        lines.push(format!(
            "            {}[\"{}\"]{class}",
            node.id(),
            node.name
        ));
        lines.extend(node.stores.iter().map(|store| database(node, store)));
    }
    for node in &graph.events {
        let class = class(node.mark);
        lines.push(format!(
            "            {}([\"{}\"]){class}",
            node.id(),
            node.name
        ));
    }
    lines.push("        end".to_owned());
    lines.push("    end".to_owned());
    let (arrows, styles) = arrows(graph);
    lines.extend(arrows);
    lines.push("    style monolith fill:none,stroke-dasharray:6 4".to_owned());
    if graph.is_comparison {
        lines.extend(styles);
        lines.extend(legend(words));
    }
    lines.join("\n") + "\n"
}

fn class(mark: Mark) -> String {
    mark.class()
        .map_or_else(String::new, |class| format!(":::{class}"))
}

fn database(node: &ServiceNode, store: &Store) -> String {
    format!(
        "            {}[(\"{}\")]{}",
        node.store_id(store),
        product(store.kind),
        class(store.mark)
    )
}

/// The arrows, and the lines that colour those that came or went: Mermaid knows an arrow by its number only.
fn arrows(graph: &Graph) -> (Vec<String>, Vec<String>) {
    let mut arrows = vec![
        (Mark::Stayed, "    clients --> gateway".to_owned()),
        (Mark::Stayed, "    gateway --> services".to_owned()),
    ];
    for node in &graph.services {
        for store in &node.stores {
            let line = format!("    {} --- {}", node.id(), node.store_id(store));
            arrows.push((store.mark, line));
        }
    }
    for arrow in &graph.arrows {
        let (from, to) = arrow.link.ends();
        let line = match arrow.link.is_call() {
            true => format!("    {from} --> {to}"),
            false => format!("    {from} -.-> {to}"),
        };
        arrows.push((arrow.mark, line));
    }
    let numbers = |mark: Mark| -> String {
        let numbered = arrows.iter().enumerate();
        let marked = numbered.filter(|(_, (with, _))| *with == mark);
        let numbers: Vec<String> = marked.map(|(number, _)| number.to_string()).collect();
        numbers.join(",")
    };
    let styles = [
        (Mark::Added, "stroke:#1a7f37,stroke-width:3px"),
        (
            Mark::Removed,
            "stroke:#cf222e,stroke-width:2px,stroke-dasharray:2 4",
        ),
    ];
    let styles = styles
        .iter()
        .map(|(mark, style)| (numbers(*mark), style))
        .filter(|(numbers, _)| !numbers.is_empty())
        .map(|(numbers, style)| format!("    linkStyle {numbers} {style}"));
    let styles = styles.collect();
    (arrows.into_iter().map(|(_, line)| line).collect(), styles)
}

fn legend(words: &Words) -> Vec<String> {
    vec![
        format!("    subgraph legend[\"{}\"]", words.legend),
        format!(
            "        l_added[\"{}\"]:::added",
            words.mark(Mark::Added)
        ),
        format!(
            "        l_removed[\"{}\"]:::removed",
            words.mark(Mark::Removed)
        ),
        format!("        l_stayed[\"{}\"]", words.mark(Mark::Stayed)),
        "    end".to_owned(),
        "    classDef added fill:#dafbe1,stroke:#1a7f37,stroke-width:3px,color:#116329".to_owned(),
        "    classDef removed fill:#ffebe9,stroke:#cf222e,stroke-width:2px,stroke-dasharray:4 3,color:#a40e26"
            .to_owned(),
    ]
}
