//! What the parts of the picture mean, in lines below it. Called by `svg`.

use super::super::layout::{Point, Rect};
use super::super::words::Words;
use super::super::{Graph, Mark};
use super::shape::{arrow, boxed, cylinder, group, rounded, text};
use super::text_width;

const MARGIN: i32 = 24;
const LINE: i32 = 30;
/// From a sample to its words.
const SAMPLE: i32 = 44;
const BETWEEN: i32 = 30;

/// The drawn legend and its height.
pub(super) struct Legend {
    pub shapes: Vec<String>,
    pub height: i32,
}

pub(super) fn legend(graph: &Graph, words: &Words, width: i32) -> Legend {
    let [_, has_stores, has_calls, has_events] = graph.marks().map(|marks| !marks.is_empty());
    let marks = graph.is_comparison;
    let is_divided = graph.is_divided();
    let is_together = is_divided && graph.services.iter().any(|node| !node.is_extracted);
    let samples: [(bool, &str, Sample); 11] = [
        (!is_divided, words.service, service),
        (is_divided, words.alone, service),
        (is_together, words.together, together),
        (has_stores, words.database, database),
        (has_calls, words.call, |x, y| line("call", x, y)),
        (has_events, words.event, |x, y| line("event", x, y)),
        (!is_divided, words.process, process),
        (marks, words.mark(Mark::Added), |x, y| {
            marked(Mark::Added, x, y)
        }),
        (marks, words.mark(Mark::Removed), |x, y| {
            marked(Mark::Removed, x, y)
        }),
        (
            marks && graph.has_moved(),
            words.mark(Mark::Moved),
            |x, y| marked(Mark::Moved, x, y),
        ),
        (marks, words.mark(Mark::Stayed), |x, y| {
            marked(Mark::Stayed, x, y)
        }),
    ];
    let mut shapes = Vec::new();
    let (mut x, mut y) = (MARGIN, LINE);
    for (is_shown, label, sample) in samples {
        if !is_shown {
            continue;
        }
        let room = SAMPLE + text_width(label, 13);
        if x > MARGIN && x + room > width - MARGIN {
            (x, y) = (MARGIN, y + LINE);
        }
        shapes.extend(sample(x, y));
        shapes.push(text(label, x + SAMPLE, y, "ink", "start"));
        x += room + BETWEEN;
    }
    Legend {
        shapes,
        height: y + LINE,
    }
}

/// Draws an example at its left edge and its middle.
type Sample = fn(i32, i32) -> Vec<String>;

fn sample_box(x: i32, y: i32) -> Rect {
    Rect {
        x,
        y: y - 9,
        width: 34,
        height: 18,
    }
}

fn service(x: i32, y: i32) -> Vec<String> {
    marked(Mark::Stayed, x, y)
}

fn together(x: i32, y: i32) -> Vec<String> {
    vec![
        group("service together", Mark::Stayed),
        rounded(sample_box(x, y), 5),
        "</g>".to_owned(),
    ]
}

fn marked(mark: Mark, x: i32, y: i32) -> Vec<String> {
    vec![
        group("service", mark),
        rounded(sample_box(x, y), 5),
        "</g>".to_owned(),
    ]
}

fn database(x: i32, y: i32) -> Vec<String> {
    vec![
        group("store", Mark::Stayed),
        cylinder(x + 22, y),
        "</g>".to_owned(),
    ]
}

fn line(class: &str, x: i32, y: i32) -> Vec<String> {
    let points = [Point { x, y }, Point { x: x + 34, y }];
    let lines = arrow(class, Mark::Stayed, "", &points);
    let is_needed = |line: &String| !line.contains("halo") && !line.contains("<title>");
    lines.into_iter().filter(is_needed).collect()
}

fn process(x: i32, y: i32) -> Vec<String> {
    vec![boxed(sample_box(x, y), 5, "process")]
}
