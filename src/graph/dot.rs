//! The picture in DOT, for Graphviz: `microkit graph --format dot | dot -Tpdf`. Called by `commands/graph.rs`.

use crate::lang::Lang;

use super::words::Words;
use super::{Graph, Mark, product};

const HEAD: &str = r##"    rankdir=LR
    compound=true
    bgcolor="white"
    fontname="Helvetica"
    node [shape=box, style="rounded,filled", fillcolor="#ddf4ff", color="#0969da", fontname="Helvetica"]
    edge [color="#57606a", fontname="Helvetica"]"##;

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
        "    subgraph cluster_monolith {".to_owned(),
        format!("        label=\"{}\"", words.one_process),
        "        style=dashed".to_owned(),
        format!("        gateway [label=\"{}\"]", words.gateway),
        "        subgraph cluster_services {".to_owned(),
        format!("            label=\"{}\"", words.services),
        "            style=\"rounded\"".to_owned(),
        "            color=\"#d0d7de\"".to_owned(),
    ];
    lines.extend(nodes(graph));
    lines.push("        }".to_owned());
    lines.push("    }".to_owned());
    lines.push("    clients -> gateway".to_owned());
    if let Some(first) = graph.services.first() {
        // DOT has no arrows to a cluster: this one leads to a node of it and is cut off at the border.
        lines.push(format!(
            "    gateway -> {} [lhead=cluster_services]",
            first.id()
        ));
    }
    lines.extend(edges(graph));
    if graph.is_comparison {
        lines.extend(legend(words));
    }
    lines.push("}".to_owned());
    lines.join("\n") + "\n"
}

fn nodes(graph: &Graph) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |id: String, label: &str, shape: &str, mark: Mark| {
        lines.push(format!(
            "            {id} [label=\"{label}\"{shape}{}]",
            colours(mark)
        ));
    };
    for node in &graph.services {
        add(node.id(), node.name.as_str(), "", node.mark);
        for store in &node.stores {
            let shape = ", shape=cylinder, style=filled, fillcolor=\"#f6f8fa\", color=\"#57606a\"";
            add(node.store_id(store), product(store.kind), shape, store.mark);
        }
    }
    for node in &graph.events {
        let shape = ", fillcolor=\"#fff8c5\", color=\"#9a6700\"";
        add(node.id(), node.name.as_str(), shape, node.mark);
    }
    lines
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
        Mark::Stayed => "",
    }
}

fn stroke(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => ", class=\"added\", color=\"#1a7f37\", penwidth=2",
        Mark::Removed => ", class=\"removed\", color=\"#cf222e\", style=dotted",
        Mark::Stayed => "",
    }
}

fn legend(words: &Words) -> Vec<String> {
    let entry = |id: &str, sign: &str, mark: Mark| {
        format!(
            "        l_{id} [label=\"{sign}{}\"{}]",
            words.mark(mark),
            colours(mark)
        )
    };
    vec![
        "    subgraph cluster_legend {".to_owned(),
        format!("        label=\"{}\"", words.legend),
        entry("added", "+ ", Mark::Added),
        entry("removed", "− ", Mark::Removed),
        entry("stayed", "", Mark::Stayed),
        "    }".to_owned(),
    ]
}
