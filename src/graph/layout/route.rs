//! Turns columns and heights into boxes and lines. A line crosses a column level, at its waypoint, and changes its height
//! only between columns, where no boxes are: so it never runs through one. Called by `layout`.

use super::order::Ordered;
use super::rank::Ranking;
use super::{Edge, Layout, Node, Point, Rect};

/// The room between two columns, and what each line that changes its height there adds to it.
const BETWEEN_COLUMNS: i32 = 56;
const FOR_A_LINE: i32 = 2;
const AT_MOST_FOR_LINES: i32 = 64;
/// Between two arrows that end at the same side of a box, as long as it is not too high.
const BETWEEN_ENDS: i32 = 12;
const HIGHEST_BOX: i32 = 240;
/// Above the first and below the last of them.
const BESIDE_ENDS: i32 = 16;

/// The boxes, each high enough for the arrows at its sides. All heights are even, so that they have a middle.
pub(super) fn with_room_for_ends(nodes: &[Node], edges: &[Edge]) -> Vec<Node> {
    let mut ends = vec![0_i32; nodes.len()];
    for edge in edges {
        ends[edge.from] += 1;
        ends[edge.to] += 1;
    }
    let nodes = nodes.iter().zip(ends);
    nodes
        .map(|(node, ends)| {
            // Which side an arrow takes is not known yet; half of them and two more is a fair guess.
            let wanted = (ends / 2 + 1) * BETWEEN_ENDS + BESIDE_ENDS;
            let height = node.height.max(wanted.min(HIGHEST_BOX));
            Node {
                height: (height + 1) / 2 * 2,
                ..*node
            }
        })
        .collect()
}

pub(super) fn route(
    drawing: &Ordered,
    nodes: &[Node],
    edges: &[Edge],
    ranking: &Ranking,
    middles: &[i32],
) -> Layout {
    let columns = columns(drawing, nodes);
    let top = (0..middles.len())
        .map(|vertex| middles[vertex] - drawing.heights[vertex] / 2)
        .min()
        .unwrap_or(0);
    let boxes: Vec<Rect> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let column = &columns[ranking.ranks[index]];
            Rect {
                x: column.x + (column.width - node.width) / 2,
                y: middles[index] - node.height / 2 - top,
                width: node.width,
                height: node.height,
            }
        })
        .collect();
    let (leaving, arriving) = ends(drawing, &boxes, middles);
    let paths = (0..edges.len()).map(|edge| {
        let chain = &drawing.chains[edge];
        let (left, right) = ranking.ends[edge];
        let first = &columns[ranking.ranks[left]];
        let mut points = vec![
            point(boxes[left].x + boxes[left].width, leaving[edge]),
            point(first.x + first.width, leaving[edge]),
        ];
        for (step, vertex) in chain[1..chain.len() - 1].iter().enumerate() {
            let column = &columns[ranking.ranks[left] + 1 + step];
            let y = middles[*vertex] - top;
            points.push(point(column.x, y));
            points.push(point(column.x + column.width, y));
        }
        points.push(point(columns[ranking.ranks[right]].x, arriving[edge]));
        points.push(point(boxes[right].x, arriving[edge]));
        points.dedup();
        if ranking.turned[edge] {
            points.reverse();
        }
        points
    });
    let bottoms = boxes.iter().map(|rect| rect.y + rect.height);
    let waypoints = middles.iter().map(|middle| middle - top);
    Layout {
        paths: paths.collect(),
        width: columns.last().map_or(0, |column| column.x + column.width),
        height: bottoms.chain(waypoints).max().unwrap_or(0),
        boxes,
    }
}

struct Column {
    x: i32,
    width: i32,
}

fn columns(drawing: &Ordered, nodes: &[Node]) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut x = 0;
    for vertices in &drawing.columns {
        let boxes = vertices
            .iter()
            .filter(|vertex| !drawing.is_waypoint(**vertex));
        let width = boxes.map(|vertex| nodes[*vertex].width).max().unwrap_or(0);
        columns.push(Column { x, width });
        let lines: usize = vertices.iter().map(|v| drawing.right[*v].len()).sum();
        let lines = i32::try_from(lines).unwrap_or(i32::MAX);
        x += width + BETWEEN_COLUMNS + lines.saturating_mul(FOR_A_LINE).min(AT_MOST_FOR_LINES);
    }
    columns
}

/// The heights at which each edge leaves the box on its left and arrives at the one on its right: spread over the side
/// in the order of what is at the other end, so that lines do not cross at once.
fn ends(drawing: &Ordered, boxes: &[Rect], middles: &[i32]) -> (Vec<i32>, Vec<i32>) {
    let mut leaving = vec![0; drawing.chains.len()];
    let mut arriving = vec![0; drawing.chains.len()];
    let mut right: Vec<Vec<(i32, usize)>> = vec![Vec::new(); boxes.len()];
    let mut left: Vec<Vec<(i32, usize)>> = vec![Vec::new(); boxes.len()];
    for (edge, chain) in drawing.chains.iter().enumerate() {
        let last = chain.len() - 1;
        right[chain[0]].push((middles[chain[1]], edge));
        left[chain[last]].push((middles[chain[last - 1]], edge));
    }
    for (sides, heights) in [(right, &mut leaving), (left, &mut arriving)] {
        for (rect, mut side) in boxes.iter().zip(sides) {
            side.sort_unstable();
            let gaps = i32::try_from(side.len()).unwrap_or(i32::MAX).max(2) - 1;
            let room = (gaps * BETWEEN_ENDS).min(rect.height - BESIDE_ENDS);
            let start = match side.len() {
                1 => rect.y + rect.height / 2,
                _ => rect.y + (rect.height - room) / 2,
            };
            for (index, (_, edge)) in (0..).zip(&side) {
                heights[*edge] = start + room * index / gaps;
            }
        }
    }
    (leaving, arriving)
}

fn point(x: i32, y: i32) -> Point {
    Point { x, y }
}
