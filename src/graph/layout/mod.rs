//! Places boxes in ranks from left to right and leads arrows between them: a layered drawing after Sugiyama, Tagawa and
//! Toda (1981). Pure, in whole pixels, so that the same input gives the same drawing on every machine.
//!
//! Called by `graph/svg`. The steps in reading order: `rank.rs` breaks cycles and chooses the columns, `order.rs` the
//! order in them with few crossings, `align.rs` the heights, `route.rs` the lines; `pack.rs` sets parts that nothing
//! joins beside each other.

mod align;
mod order;
mod pack;
mod rank;
mod route;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

/// A box and the room that it needs at least; it becomes higher where many arrows end at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub width: i32,
    pub height: i32,
    /// Whether it only stands between others, as an event does: then it has no say in where they are.
    pub is_between: bool,
}

/// An arrow between two boxes, by their indices. One from a box to itself, or between two that only stand between
/// others, is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

/// Where everything is; the upper left corner is at (0, 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub boxes: Vec<Rect>,
    /// For each edge the points from its tail to its head. Between points of one height the line is straight, between
    /// others it is an S that leaves and arrives level.
    pub paths: Vec<Vec<Point>>,
    pub width: i32,
    pub height: i32,
}

/// Lays out the boxes.
pub fn layout(nodes: &[Node], edges: &[Edge]) -> Layout {
    let parts = parts(nodes, edges);
    let ordinary = nodes.iter().filter(|node| !node.is_between).count();
    let at_most = ranks_at_most(ordinary);
    let drawn: Vec<(Part, Layout)> = parts
        .into_iter()
        .map(|part| {
            let layout = connected(&part, nodes, edges, at_most);
            (part, layout)
        })
        .collect();
    pack::pack(nodes.len(), edges.len(), drawn)
}

/// How many boxes stand in a column, so that the whole is about as wide as a slide.
fn ranks_at_most(boxes: usize) -> usize {
    let side = (boxes as f64).sqrt() * 1.5;
    (side.ceil() as usize).max(4)
}

/// Boxes that arrows join, and those arrows.
struct Part {
    boxes: Vec<usize>,
    edges: Vec<usize>,
}

/// The connected parts, in the order of their first boxes.
fn parts(nodes: &[Node], edges: &[Edge]) -> Vec<Part> {
    let mut leader: Vec<usize> = (0..nodes.len()).collect();
    fn find(leader: &mut [usize], mut at: usize) -> usize {
        while leader[at] != at {
            leader[at] = leader[leader[at]];
            at = leader[at];
        }
        at
    }
    for edge in edges {
        let (from, to) = (find(&mut leader, edge.from), find(&mut leader, edge.to));
        leader[from.max(to)] = from.min(to);
    }
    let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
    let empty = || Part {
        boxes: Vec::new(),
        edges: Vec::new(),
    };
    for index in 0..nodes.len() {
        let first = find(&mut leader, index);
        parts.entry(first).or_insert_with(empty).boxes.push(index);
    }
    for (index, edge) in edges.iter().enumerate() {
        let first = find(&mut leader, edge.from);
        let is_drawn = !(nodes[edge.from].is_between && nodes[edge.to].is_between);
        if is_drawn && edge.from != edge.to {
            parts.entry(first).or_insert_with(empty).edges.push(index);
        }
    }
    parts.into_values().collect()
}

/// Lays out one part; the indices in what comes out count its own boxes and edges.
fn connected(part: &Part, nodes: &[Node], edges: &[Edge], at_most: usize) -> Layout {
    let place: BTreeMap<usize, usize> = part
        .boxes
        .iter()
        .enumerate()
        .map(|(inside, outside)| (*outside, inside))
        .collect();
    let edges: Vec<Edge> = part
        .edges
        .iter()
        .map(|index| Edge {
            from: place[&edges[*index].from],
            to: place[&edges[*index].to],
        })
        .collect();
    let nodes: Vec<Node> = part.boxes.iter().map(|index| nodes[*index]).collect();
    let nodes = route::with_room_for_ends(&nodes, &edges);
    let ranking = rank::rank(&nodes, &edges, at_most);
    let ordered = order::order(&ranking, &nodes);
    let middles = align::align(&ordered);
    route::route(&ordered, &nodes, &edges, &ranking, &middles)
}
