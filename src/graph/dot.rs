//! The picture in DOT, for Graphviz: `microkit graph --format dot | dot -Tpdf`. Called by `commands/graph.rs`.

use crate::lang::Lang;

use super::words::Words;
use super::{EventNode, Graph, Mark, ServiceNode, product};

const HEAD: &str = r##"    rankdir=LR
    compound=true
    bgcolor="white"
    fontname="Helvetica"
    node [shape=box, style="rounded,filled", fillcolor="#ddf4ff", color="#0969da", fontname="Helvetica"]
    edge [color="#57606a", fontname="Helvetica"]"##;

/// How the frame of services looks.
const FRAME: [&str; 2] = ["style=\"rounded\"", "color=\"#d0d7de\""];

/// The text of a directed graph.
pub fn dot(graph: &Graph, lang: Lang) -> String {
    let words = Words::of(lang);
    let name = &graph.system;
    let mut lines = vec![
        format!("digraph \"{name}\" {{"),
        HEAD.to_owned(),
        format!(
            "    clients [label=\"{}\", shape=plaintext, style=\"\"]",
            words.clients
        ),
    ];
    let (together, extracted) = graph.sides();
    let (within, out) = graph.events_by_side();
    let gateway = format!("gateway [label=\"{}\"]", words.gateway);
    if together.is_empty() {
        lines.push(format!("    {gateway}"));
    } else {
        let label = match extracted.is_empty() {
            true => words.one_process,
            false => words.monolith,
        };
        lines.push("    subgraph cluster_monolith {".to_owned());
        lines.push(format!("        label=\"{label}\""));
        lines.push("        style=dashed".to_owned());
        lines.push(format!("        {gateway}"));
        lines.push("        subgraph cluster_services {".to_owned());
        lines.push(format!("            label=\"{}\"", words.services));
        lines.extend(FRAME.map(|line| format!("            {line}")));
        lines.extend(nodes(&together, &within).map(|line| format!("            {line}")));
        lines.push("        }".to_owned());
        lines.push("    }".to_owned());
    }
    if !extracted.is_empty() {
        lines.push("    subgraph cluster_extracted {".to_owned());
        lines.push(format!("        label=\"{}\"", words.extracted));
        lines.extend(FRAME.map(|line| format!("        {line}")));
        lines.extend(nodes(&extracted, &[]).map(|line| format!("        {line}")));
        lines.push("    }".to_owned());
        lines.extend(nodes(&[], &out).map(|line| format!("    {line}")));
    }
    lines.push("    clients -> gateway".to_owned());
    for (side, frame) in [(together, "services"), (extracted, "extracted")] {
        if let Some(first) = side.first() {
            // DOT has no arrows to a cluster: this one leads to a node of it and is cut off at the border.
            let id = first.id();
            lines.push(format!("    gateway -> {id} [lhead=cluster_{frame}]"));
        }
    }
    lines.extend(edges(graph));
    if graph.is_comparison {
        lines.extend(legend(graph, words));
    }
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

fn nodes(services: &[&ServiceNode], events: &[&EventNode]) -> std::vec::IntoIter<String> {
    let mut lines = Vec::new();
    let mut add = |id: String, label: &str, shape: &str, mark: Mark| {
        lines.push(format!("{id} [label=\"{label}\"{shape}{}]", colours(mark)));
    };
    for node in services {
        add(node.id(), node.name.as_str(), "", node.mark);
        for store in &node.stores {
            let shape = ", shape=cylinder, style=filled, fillcolor=\"#f6f8fa\", color=\"#57606a\"";
            add(node.store_id(store), product(store.kind), shape, store.mark);
        }
    }
    for node in events {
        let shape = ", fillcolor=\"#fff8c5\", color=\"#9a6700\"";
        add(node.id(), node.name.as_str(), shape, node.mark);
    }
    lines.into_iter()
}

fn edges(graph: &Graph) -> Vec<String> {
    let mut lines = Vec::new();
    for node in &graph.services {
        for store in &node.stores {
            lines.push(format!(
                "    {} -> {} [arrowhead=none{}]",
                node.id(),
                node.store_id(store),
                stroke(store.mark)
            ));
        }
    }
    for arrow in &graph.arrows {
        let (from, to) = arrow.link.ends();
        let style = match arrow.link.is_call() {
            true => "style=solid",
            false => "style=dashed, arrowhead=empty",
        };
        lines.push(format!(
            "    {from} -> {to} [{style}{}]",
            stroke(arrow.mark)
        ));
    }
    lines
}

/// A later attribute takes the place of an earlier one.
fn colours(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => {
            ", class=\"added\", color=\"#1a7f37\", fillcolor=\"#dafbe1\", fontcolor=\"#116329\", penwidth=2"
        }
        Mark::Removed => {
            ", class=\"removed\", style=\"filled,dashed\", color=\"#cf222e\", fillcolor=\"#ffebe9\", fontcolor=\"#a40e26\""
        }
        Mark::Moved => {
            ", class=\"moved\", color=\"#8250df\", fillcolor=\"#fbefff\", fontcolor=\"#6639ba\", penwidth=2"
        }
        Mark::Stayed => "",
    }
}

fn stroke(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => ", class=\"added\", color=\"#1a7f37\", penwidth=2",
        Mark::Removed => ", class=\"removed\", color=\"#cf222e\", style=dotted",
        Mark::Moved | Mark::Stayed => "",
    }
}

fn legend(graph: &Graph, words: &Words) -> Vec<String> {
    let entry = |id: &str, sign: &str, mark: Mark| {
        format!(
            "        l_{id} [label=\"{sign}{}\"{}]",
            words.mark(mark),
            colours(mark)
        )
    };
    let mut lines = vec![
        "    subgraph cluster_legend {".to_owned(),
        format!("        label=\"{}\"", words.legend),
        entry("added", "+ ", Mark::Added),
        entry("removed", "− ", Mark::Removed),
    ];
    if graph.has_moved() {
        lines.push(entry("moved", "↔ ", Mark::Moved));
    }
    lines.push(entry("stayed", "", Mark::Stayed));
    lines.push("    }".to_owned());
    lines
}
