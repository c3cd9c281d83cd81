//! Where everything in the picture is: heading, clients, the one process with the gateway and the frame of the services.
//! Called by `svg`; read `layout/` for what happens inside the frame, `shape.rs` for how a part looks.

use std::collections::BTreeMap;

use super::super::layout::{Edge, Layout, Node, Point, Rect, layout};
use super::super::words::Words;
use super::super::{Graph, Mark};
use super::shape::{self, boxed, text};
use super::{arrow_title, text_width};

const MARGIN: i32 = 24;
const HEADING: i32 = 84;
/// Between the border of the process, the frame in it and the boxes in that.
const PADDING: i32 = 26;
/// The line at the top of a frame that says what it is.
const LABEL: i32 = 28;
const ARROW: i32 = 56;
/// The gateway's width and height.
const GATEWAY: (i32, i32) = (128, 54);

/// The drawn parts, but for the legend, and the room that they take.
pub(super) struct Scene {
    pub shapes: Vec<String>,
    pub width: i32,
    pub height: i32,
}

impl Scene {
    pub fn of(graph: &Graph, words: &Words) -> Self {
        let placed = placed(graph);
        let clients = text_width(words.clients, 13);
        let process_x = MARGIN + clients + ARROW;
        let gateway_x = process_x + PADDING;
        let frame = Rect {
            x: gateway_x + GATEWAY.0 + ARROW,
            y: HEADING + LABEL + 12,
            width: (placed.width + 2 * PADDING).max(text_width(words.services, 13) + 40),
            height: placed.height + LABEL + PADDING + 8,
        };
        let process = Rect {
            x: process_x,
            y: HEADING,
            width: (frame.x + frame.width + PADDING - process_x)
                .max(text_width(words.one_process, 13) + 40),
            height: frame.y + frame.height + PADDING - HEADING,
        };
        let middle = frame.y + frame.height / 2;
        let gateway = Rect {
            x: gateway_x,
            y: middle - GATEWAY.1 / 2,
            width: GATEWAY.0,
            height: GATEWAY.1,
        };
        let description = words.description(graph);
        let mut shapes = vec![
            text(graph.system.as_str(), MARGIN, 32, "heading ink", "start"),
            text(&description, MARGIN, 60, "quiet", "start"),
        ];
        if !graph.is_divided() {
            let (x, y) = (process.x + 18, process.y + 18);
            shapes.push(boxed(process, 14, "process"));
            shapes.push(text(words.one_process, x, y, "quiet", "start"));
        }
        shapes.extend([
            boxed(frame, 10, "frame"),
            text(words.services, frame.x + 16, frame.y + 16, "quiet", "start"),
            text(words.clients, MARGIN, middle, "ink", "start"),
        ]);
        let level = |from: i32, to: i32| [Point { x: from, y: middle }, Point { x: to, y: middle }];
        let entry = level(MARGIN + clients + 8, gateway.x);
        let onward = level(gateway.x + gateway.width, frame.x);
        let to_services = format!("{} → {}", words.gateway, words.services);
        let to_gateway = format!("{} → {}", words.clients, words.gateway);
        shapes.extend(plain_arrow(&to_gateway, &entry));
        shapes.extend(plain_arrow(&to_services, &onward));
        shapes.push(shape::group("gateway", Mark::Stayed));
        shapes.push(shape::rounded(gateway, 8));
        shapes.push(text(
            words.gateway,
            gateway.x + gateway.width / 2,
            middle,
            "ink",
            "middle",
        ));
        shapes.push("</g>".to_owned());
        shapes.push(format!(
            "<g transform=\"translate({} {})\">",
            frame.x + PADDING,
            frame.y + LABEL + 8
        ));
        shapes.extend(drawn(graph, &placed));
        shapes.push("</g>".to_owned());
        let widest = (process.x + process.width).max(MARGIN + text_width(&description, 13));
        Self {
            shapes,
            width: widest + MARGIN,
            height: process.y + process.height,
        }
    }
}

/// Outside the frame lines cross no other, and a halo would be seen on the ground.
fn plain_arrow(title: &str, points: &[Point]) -> Vec<String> {
    let lines = shape::arrow("call", Mark::Stayed, title, points);
    let is_halo = |line: &String| line.contains("class=\"halo\"");
    lines.into_iter().filter(|line| !is_halo(line)).collect()
}

/// The services, then the events, in their order in the graph.
fn placed(graph: &Graph) -> Layout {
    let services = graph.services.iter().map(shape::service_size);
    let nodes: Vec<Node> = services
        .chain(graph.events.iter().map(shape::event_size))
        .collect();
    let ids = graph
        .services
        .iter()
        .map(super::super::ServiceNode::id)
        .chain(graph.events.iter().map(super::super::EventNode::id));
    let index: BTreeMap<String, usize> = ids.zip(0..).collect();
    let edges = graph.arrows.iter().map(|arrow| {
        let (from, to) = arrow.link.ends();
        Edge {
            from: index[&from],
            to: index[&to],
        }
    });
    layout(&nodes, &edges.collect::<Vec<_>>())
}

fn drawn(graph: &Graph, placed: &Layout) -> Vec<String> {
    let mut shapes = Vec::new();
    for (arrow, path) in graph.arrows.iter().zip(&placed.paths) {
        let class = match arrow.link.is_call() {
            true => "call",
            false => "event",
        };
        let title = arrow_title(&arrow.link);
        shapes.extend(shape::arrow(class, arrow.mark, &title, path));
    }
    let mut boxes = placed.boxes.iter();
    for (node, rect) in graph.services.iter().zip(boxes.by_ref()) {
        // With services in several processes the colour of the gateway says which are in its own.
        let class = match graph.is_divided() && !node.is_extracted {
            true => "service together",
            false => "service",
        };
        shapes.extend(shape::service(class, node, *rect));
    }
    for (node, rect) in graph.events.iter().zip(boxes) {
        shapes.extend(shape::event(node, *rect));
    }
    shapes
}
