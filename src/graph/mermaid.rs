//! The picture in Mermaid, which GitHub and many editors draw. Called by `commands/graph.rs` and `plan/readme.rs`.
//!
//! One node or arrow a line and all of them sorted, because the README that it is put into is merged line by line.

use crate::lang::Lang;

use super::words::Words;
use super::{EventNode, Graph, Mark, ServiceNode, Store, product};

/// The text of a flowchart, without a fence around it.
pub fn mermaid(graph: &Graph, lang: Lang) -> String {
    let words = Words::of(lang);
    let mut lines = vec![
        "flowchart LR".to_owned(),
        format!("    clients([\"{}\"])", words.clients),
    ];
    let (together, extracted) = graph.sides();
    let (within, out) = graph.events_by_side();
    let gateway = format!("gateway[\"{}\"]", words.gateway);
    if together.is_empty() {
        lines.push(format!("    {gateway}"));
    } else {
        let label = match extracted.is_empty() {
            true => words.one_process,
            false => words.monolith,
        };
        lines.push(format!("    subgraph monolith[\"{label}\"]"));
        lines.push(format!("        {gateway}"));
        lines.push(format!("        subgraph services[\"{}\"]", words.services));
        lines.extend(together.iter().flat_map(|node| service(12, node)));
        lines.extend(within.iter().map(|node| event(12, node)));
        lines.push("        end".to_owned());
        lines.push("    end".to_owned());
    }
    if !extracted.is_empty() {
        lines.push(format!("    subgraph extracted[\"{}\"]", words.extracted));
        lines.extend(extracted.iter().flat_map(|node| service(8, node)));
        lines.push("    end".to_owned());
        lines.extend(out.iter().map(|node| event(4, node)));
    }
    let (arrows, styles) = arrows(graph);
    lines.extend(arrows);
    if !together.is_empty() {
        lines.push("    style monolith fill:none,stroke-dasharray:6 4".to_owned());
    }
    if graph.is_comparison {
        lines.extend(styles);
        lines.extend(legend(graph, words));
    }
    lines.join("\n") + "\n"
}

fn class(mark: Mark) -> String {
    mark.class()
        .map_or_else(String::new, |class| format!(":::{class}"))
}

/// A service and its databases, so far to the right.
fn service(indent: usize, node: &ServiceNode) -> Vec<String> {
    let (id, name, class) = (node.id(), &node.name, class(node.mark));
    let mut lines = vec![format!("{:indent$}{id}[\"{name}\"]{class}", "")];
    lines.extend(
        node.stores
            .iter()
            .map(|store| database(indent, node, store)),
    );
    lines
}

fn event(indent: usize, node: &EventNode) -> String {
    let (id, name, class) = (node.id(), &node.name, class(node.mark));
    format!("{:indent$}{id}([\"{name}\"]){class}", "")
}

fn database(indent: usize, node: &ServiceNode, store: &Store) -> String {
    format!(
        "{:indent$}{}[(\"{}\")]{}",
        "",
        node.store_id(store),
        product(store.kind),
        class(store.mark)
    )
}

/// The arrows, and the lines that colour those that came or went: Mermaid knows an arrow by its number only.
fn arrows(graph: &Graph) -> (Vec<String>, Vec<String>) {
    let mut arrows = vec![(Mark::Stayed, "    clients --> gateway".to_owned())];
    let (together, extracted) = graph.sides();
    for (side, id) in [(together, "services"), (extracted, "extracted")] {
        if !side.is_empty() {
            arrows.push((Mark::Stayed, format!("    gateway --> {id}")));
        }
    }
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

fn legend(graph: &Graph, words: &Words) -> Vec<String> {
    let mut lines = vec![format!("    subgraph legend[\"{}\"]", words.legend)];
    let mut marks = vec![Mark::Added, Mark::Removed];
    marks.extend(graph.has_moved().then_some(Mark::Moved));
    for mark in marks {
        let class = mark.class().unwrap_or_default();
        let word = words.mark(mark);
        lines.push(format!("        l_{class}[\"{word}\"]:::{class}"));
    }
    let stayed = words.mark(Mark::Stayed);
    lines.push(format!("        l_stayed[\"{stayed}\"]"));
    lines.push("    end".to_owned());
    lines.extend([
        "    classDef added fill:#dafbe1,stroke:#1a7f37,stroke-width:3px,color:#116329".to_owned(),
        "    classDef removed fill:#ffebe9,stroke:#cf222e,stroke-width:2px,stroke-dasharray:4 3,color:#a40e26"
            .to_owned(),
    ]);
    if graph.has_moved() {
        lines.push(
            "    classDef moved fill:#fbefff,stroke:#8250df,stroke-width:3px,color:#6639ba"
                .to_owned(),
        );
    }
    lines
}
