//! What holds for every drawing, whatever is drawn.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{Edge, Layout, Node, Point, Rect, layout};

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let node = (40..300_i32, 15..80_i32, prop::bool::weighted(0.3));
    let node = node.prop_map(|(width, height, is_between)| Node {
        width,
        height,
        is_between,
    });
    prop_oneof![vec(node.clone(), 0..8), vec(node, 8..50)]
}

/// Boxes and any arrows between them: circles, several between the same two, such as are not drawn.
fn drawing() -> impl Strategy<Value = (Vec<Node>, Vec<Edge>)> {
    let ends = vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..90);
    (nodes(), ends).prop_map(|(nodes, ends)| {
        let edges = ends.iter().filter(|_| !nodes.is_empty());
        let edges = edges.map(|(from, to)| Edge {
            from: from.index(nodes.len()),
            to: to.index(nodes.len()),
        });
        let edges = edges.collect();
        (nodes, edges)
    })
}

fn is_drawn(nodes: &[Node], edge: &Edge) -> bool {
    edge.from != edge.to && !(nodes[edge.from].is_between && nodes[edge.to].is_between)
}

/// The box around a piece of a line.
fn around(one: Point, other: Point) -> Rect {
    Rect {
        x: one.x.min(other.x),
        y: one.y.min(other.y),
        width: (one.x - other.x).abs(),
        height: (one.y - other.y).abs(),
    }
}

fn meet(one: &Rect, other: &Rect) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

/// Whether the point is on the left or the right side of the box.
fn is_at_side(point: Point, rect: &Rect) -> bool {
    let is_level = point.y > rect.y && point.y < rect.y + rect.height;
    is_level && (point.x == rect.x || point.x == rect.x + rect.width)
}

fn lines(layout: &Layout, edge: usize) -> impl Iterator<Item = Rect> + '_ {
    layout.paths[edge]
        .windows(2)
        .map(|pair| around(pair[0], pair[1]))
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_two_boxes_meet_and_all_are_inside((nodes, edges) in drawing()) {
        let layout = layout(&nodes, &edges);
        for (index, rect) in layout.boxes.iter().enumerate() {
            let node = nodes[index];
            prop_assert!(rect.width == node.width && rect.height >= node.height, "{rect:?} {node:?}");
            prop_assert!(rect.x >= 0 && rect.x + rect.width <= layout.width);
            prop_assert!(rect.y >= 0 && rect.y + rect.height <= layout.height);
            for other in &layout.boxes[index + 1..] {
                prop_assert!(!meet(rect, other), "{rect:?} and {other:?}");
            }
        }
    }

    #[test]
    fn every_arrow_leads_from_its_box_to_its_box((nodes, edges) in drawing()) {
        let layout = layout(&nodes, &edges);
        for (edge, path) in edges.iter().zip(&layout.paths) {
            match (path.first(), path.last()) {
                (Some(tail), Some(head)) => {
                    prop_assert!(is_at_side(*tail, &layout.boxes[edge.from]), "{path:?}");
                    prop_assert!(is_at_side(*head, &layout.boxes[edge.to]), "{path:?}");
                }
                _ => prop_assert!(!is_drawn(&nodes, edge), "{edge:?} is missing"),
            }
        }
    }

    #[test]
    fn no_arrow_runs_through_a_box_or_out_of_the_picture((nodes, edges) in drawing()) {
        let layout = layout(&nodes, &edges);
        for edge in 0..edges.len() {
            for line in lines(&layout, edge) {
                let through = layout.boxes.iter().find(|rect| meet(&line, rect));
                prop_assert!(through.is_none(), "{line:?} through {through:?}");
                prop_assert!(line.x >= 0 && line.x + line.width <= layout.width);
                prop_assert!(line.y >= 0 && line.y + line.height <= layout.height);
            }
        }
    }

    #[test]
    fn calls_without_a_circle_point_to_the_right((nodes, edges) in drawing()) {
        let nodes: Vec<Node> = nodes.into_iter().map(|node| Node { is_between: false, ..node }).collect();
        let edges: Vec<Edge> = edges.into_iter().filter(|edge| edge.from < edge.to).collect();
        let layout = layout(&nodes, &edges);
        for path in &layout.paths {
            let (tail, head) = (path.first().unwrap(), path.last().unwrap());
            prop_assert!(tail.x < head.x, "{path:?}");
        }
    }

    #[test]
    fn the_same_boxes_give_the_same_drawing((nodes, edges) in drawing()) {
        prop_assert_eq!(layout(&nodes, &edges), layout(&nodes, &edges));
    }
}

fn service() -> Node {
    Node {
        width: 150,
        height: 60,
        is_between: false,
    }
}

#[test]
fn an_event_stands_between_its_publisher_and_a_consumer_that_calls_it() {
    let event = Node {
        is_between: true,
        ..service()
    };
    let nodes = [service(), service(), event];
    let edge = |from, to| Edge { from, to };
    // The first calls the second, which publishes the event that the first consumes.
    let layout = layout(&nodes, &[edge(0, 1), edge(1, 2), edge(2, 0)]);
    let x: Vec<i32> = layout.boxes.iter().map(|rect| rect.x).collect();
    assert!(x[0] < x[2] && x[2] < x[1], "{x:?}");
}

#[test]
fn one_that_all_call_does_not_make_a_tower() {
    let nodes = vec![service(); 41];
    let edges: Vec<Edge> = (1..41).map(|from| Edge { from, to: 0 }).collect();
    let layout = layout(&nodes, &edges);
    let (width, height) = (layout.width, layout.height);
    assert!(2 * width > height, "{width} x {height}");
}

/// A thousand services that call two others each, and 250 events: in less than a second, if it is optimized.
#[test]
fn a_thousand_services_are_laid_out_at_once() {
    let mut seed = 1_u64;
    let mut any = |below: usize| {
        seed = seed
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut nodes = vec![service(); 1_000];
    let mut edges = Vec::new();
    for from in 0..1_000 {
        for _ in 0..2 {
            edges.push(Edge {
                from,
                to: any(1_000),
            });
        }
        if from % 4 == 0 {
            let event = nodes.len();
            nodes.push(Node {
                is_between: true,
                ..service()
            });
            edges.push(Edge { from, to: event });
            edges.push(Edge {
                from: event,
                to: any(1_000),
            });
        }
    }
    let started = Instant::now();
    let layout = layout(&nodes, &edges);
    let took = started.elapsed();
    assert_eq!(layout.boxes.len(), 1_250);
    let bar = match cfg!(debug_assertions) {
        true => Duration::from_secs(60),
        false => Duration::from_secs(1),
    };
    assert!(took < bar, "{took:?}");
}
