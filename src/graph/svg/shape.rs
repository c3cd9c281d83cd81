//! Draws one part of the picture each: a service with its databases, an event, an arrow. Called by `scene.rs` and
//! `legend.rs`.

use super::super::layout::{Node, Point, Rect};
use super::super::{EventNode, Mark, ServiceNode, product};
use super::{escaped, name_width, text_width};

const NAME: i32 = 13;
const EVENT: i32 = 12;
/// The height of the name and of each database below it.
const NAME_LINE: i32 = 20;
const STORE_LINE: i32 = 20;

pub(super) fn service_size(node: &ServiceNode) -> Node {
    let stores = node.stores.iter();
    let stores = stores.map(|store| text_width(product(store.kind), 13) + 22);
    let inside = stores
        .max()
        .unwrap_or(0)
        .max(name_width(node.name.as_str(), NAME));
    Node {
        width: (inside + 32).max(130),
        height: content_height(node) + 20,
        is_between: false,
    }
}

fn content_height(node: &ServiceNode) -> i32 {
    NAME_LINE + i32::try_from(node.stores.len()).unwrap_or(0) * STORE_LINE
}

pub(super) fn event_size(node: &EventNode) -> Node {
    Node {
        width: name_width(node.name.as_str(), EVENT) + 34,
        height: 30,
        is_between: true,
    }
}

/// `class` says in which process it is.
pub(super) fn service(class: &str, node: &ServiceNode, rect: Rect) -> Vec<String> {
    let middle = rect.x + rect.width / 2;
    let mut y = rect.y + (rect.height - content_height(node)) / 2;
    let mut lines = vec![
        group(class, node.mark),
        rounded(rect, 8),
        name(node.name.as_str(), middle, y + NAME_LINE / 2),
    ];
    y += NAME_LINE;
    for store in &node.stores {
        let label = product(store.kind);
        let left = middle - (text_width(label, 13) + 18) / 2;
        lines.push(group("store", store.mark));
        lines.push(cylinder(left, y + STORE_LINE / 2));
        lines.push(text(label, left + 20, y + STORE_LINE / 2, "quiet", "start"));
        lines.push("</g>".to_owned());
        y += STORE_LINE;
    }
    lines.extend(badge(node.mark, rect));
    lines.push("</g>".to_owned());
    lines
}

pub(super) fn event(node: &EventNode, rect: Rect) -> Vec<String> {
    let mut lines = vec![
        group("event", node.mark),
        rounded(rect, rect.height.min(30) / 2),
        name(
            node.name.as_str(),
            rect.x + rect.width / 2,
            rect.y + rect.height / 2,
        ),
    ];
    lines.extend(badge(node.mark, rect));
    lines.push("</g>".to_owned());
    lines
}

/// An arrow along the points; `class` is what it stands for.
pub(super) fn arrow(class: &str, mark: Mark, title: &str, points: &[Point]) -> Vec<String> {
    let [.., before, tip] = points else {
        return Vec::new();
    };
    let along = curve(points);
    let back = match before.x < tip.x {
        true => tip.x - 9,
        false => tip.x + 9,
    };
    let (x, y) = (tip.x, tip.y);
    vec![
        group(class, mark),
        format!("<title>{}</title>", escaped(title)),
        format!("<path class=\"halo\" d=\"{along}\"/>"),
        format!("<path class=\"line\" d=\"{along}\"/>"),
        format!(
            "<path class=\"head\" d=\"M{x} {y}L{back} {}V{}Z\"/>",
            y - 5,
            y + 5
        ),
        "</g>".to_owned(),
    ]
}

fn curve(points: &[Point]) -> String {
    let mut path = String::new();
    let mut last: Option<Point> = None;
    for point in points {
        let (x, y) = (point.x, point.y);
        path += &match last {
            None => format!("M{x} {y}"),
            Some(from) if from.y == y => format!("H{x}"),
            Some(from) => {
                let half = (from.x + x) / 2;
                format!("C{half} {} {half} {y} {x} {y}", from.y)
            }
        };
        last = Some(*point);
    }
    path
}

/// Opens a group of that class; `</g>` closes it.
pub(super) fn group(class: &str, mark: Mark) -> String {
    match mark.class() {
        Some(mark) => format!("<g class=\"{class} {mark}\">"),
        None => format!("<g class=\"{class}\">"),
    }
}

pub(super) fn rounded(rect: Rect, radius: i32) -> String {
    boxed(rect, radius, "box")
}

pub(super) fn boxed(rect: Rect, radius: i32, class: &str) -> String {
    let Rect {
        x,
        y,
        width,
        height,
    } = rect;
    format!(
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>"
    )
}

/// A name around a place.
fn name(text: &str, x: i32, y: i32) -> String {
    format!(
        "<text class=\"name ink\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" dominant-baseline=\"central\">{}</text>",
        escaped(text)
    )
}

pub(super) fn text(text: &str, x: i32, y: i32, class: &str, anchor: &str) -> String {
    format!(
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" dominant-baseline=\"central\">{}</text>",
        escaped(text)
    )
}

/// A database, its left edge and its middle.
pub(super) fn cylinder(x: i32, y: i32) -> String {
    format!(
        "<path d=\"M{x} {}v9a6 2.5 0 0 0 12 0v-9a6 2.5 0 0 0 -12 0a6 2.5 0 0 0 12 0\"/>",
        y - 5
    )
}

/// A sign at the corner, for those who can't tell the colours.
fn badge(mark: Mark, rect: Rect) -> Vec<String> {
    let (x, y) = (rect.x + rect.width - 4, rect.y + 3);
    let sign = match mark {
        Mark::Stayed => return Vec::new(),
        Mark::Added => format!("M{} {y}h8M{x} {}v8", x - 4, y - 4),
        Mark::Removed => format!("M{} {y}h8", x - 4),
        // An arrow to either side.
        Mark::Moved => format!(
            "M{} {y}h8m-2 -2l2 2l-2 2M{} {}l-2 2l2 2",
            x - 4,
            x - 2,
            y - 2
        ),
    };
    vec![
        format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"8\"/>"),
        format!("<path class=\"badge\" d=\"{sign}\"/>"),
    ]
}
