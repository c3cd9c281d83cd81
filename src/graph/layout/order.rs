//! Chooses the order of the boxes in each column so that few lines cross: barycentres, swept left and right, then swaps
//! of neighbours. Called by `layout`; read `align.rs` next.

use super::Node;
use super::rank::Ranking;

/// The columns with everything in them: boxes, and a waypoint wherever an edge passes through a column.
pub(super) struct Ordered {
    /// The vertices of each column from top to bottom. Boxes come first in the numbering, then waypoints.
    pub columns: Vec<Vec<usize>>,
    /// The height of each vertex; that of a waypoint is 0.
    pub heights: Vec<i32>,
    /// The neighbours of each vertex in the column before and in the one behind.
    pub left: Vec<Vec<usize>>,
    pub right: Vec<Vec<usize>>,
    /// The vertices of each edge from left to right.
    pub chains: Vec<Vec<usize>>,
    pub boxes: usize,
}

/// Sweeps beyond which a drawing hardly becomes better.
const SWEEPS: usize = 16;
/// Drawings up to this many vertices are polished by swaps of neighbours, which take longer.
const POLISHED: usize = 1_500;

impl Ordered {
    pub fn is_waypoint(&self, vertex: usize) -> bool {
        vertex >= self.boxes
    }
}

pub(super) fn order(ranking: &Ranking, nodes: &[Node]) -> Ordered {
    let mut drawing = with_waypoints(ranking, nodes);
    let mut place = places(&drawing.columns, drawing.heights.len());
    let mut best = drawing.columns.clone();
    let mut fewest = crossings(&drawing, &place);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        sort_by_barycentres(&mut drawing, &mut place, sweep % 2 == 0);
        if drawing.heights.len() <= POLISHED {
            swap_neighbours(&mut drawing, &mut place);
        }
        let now = crossings(&drawing, &place);
        if now < fewest {
            fewest = now;
            best.clone_from(&drawing.columns);
        }
    }
    drawing.columns = best;
    drawing
}

fn with_waypoints(ranking: &Ranking, nodes: &[Node]) -> Ordered {
    let boxes = nodes.len();
    let columns = ranking.ranks.iter().max().map_or(0, |last| last + 1);
    let mut drawing = Ordered {
        columns: vec![Vec::new(); columns],
        heights: nodes.iter().map(|node| node.height).collect(),
        left: vec![Vec::new(); boxes],
        right: vec![Vec::new(); boxes],
        chains: Vec::new(),
        boxes,
    };
    let mut rank = ranking.ranks.clone();
    for (from, to) in &ranking.ends {
        let mut chain = vec![*from];
        for column in ranking.ranks[*from] + 1..ranking.ranks[*to] {
            chain.push(drawing.heights.len());
            drawing.heights.push(0);
            drawing.left.push(Vec::new());
            drawing.right.push(Vec::new());
            rank.push(column);
        }
        chain.push(*to);
        for pair in chain.windows(2) {
            drawing.right[pair[0]].push(pair[1]);
            drawing.left[pair[1]].push(pair[0]);
        }
        drawing.chains.push(chain);
    }
    for vertex in depth_first(&drawing) {
        drawing.columns[rank[vertex]].push(vertex);
    }
    drawing
}

/// Everything in an order in which what hangs together comes together.
fn depth_first(drawing: &Ordered) -> Vec<usize> {
    let mut seen = vec![false; drawing.heights.len()];
    let mut found = Vec::new();
    for start in 0..drawing.heights.len() {
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                found.push(at);
                let next = drawing.left[at]
                    .iter()
                    .rev()
                    .chain(drawing.right[at].iter().rev());
                open.extend(next);
            }
        }
    }
    found
}

fn places(columns: &[Vec<usize>], vertices: usize) -> Vec<usize> {
    let mut place = vec![0; vertices];
    for column in columns {
        for (index, vertex) in column.iter().enumerate() {
            place[*vertex] = index;
        }
    }
    place
}

/// One sweep: each column in the order of the mean places of its neighbours in the column before it.
fn sort_by_barycentres(drawing: &mut Ordered, place: &mut [usize], to_the_right: bool) {
    let count = drawing.columns.len();
    for step in 1..count {
        let (index, near) = match to_the_right {
            true => (step, &drawing.left),
            false => (count - 1 - step, &drawing.right),
        };
        let mean = |vertex: usize| match near[vertex].len() {
            0 => place[vertex] as f64,
            number => {
                let sum: usize = near[vertex].iter().map(|other| place[*other]).sum();
                sum as f64 / number as f64
            }
        };
        let column = &drawing.columns[index];
        let mut keyed: Vec<(f64, usize)> = column.iter().map(|v| (mean(*v), *v)).collect();
        keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
        drawing.columns[index] = keyed.into_iter().map(|(_, vertex)| vertex).collect();
        for (index, vertex) in drawing.columns[index].iter().enumerate() {
            place[*vertex] = index;
        }
    }
}

/// Swaps neighbours in a column as long as that saves crossings.
fn swap_neighbours(drawing: &mut Ordered, place: &mut [usize]) {
    for _ in 0..8 {
        let mut is_better = false;
        for index in 0..drawing.columns.len() {
            for upper in 1..drawing.columns[index].len() {
                let (one, two) = (
                    drawing.columns[index][upper - 1],
                    drawing.columns[index][upper],
                );
                let now = crossings_of(drawing, place, one, two);
                if now > 0 && crossings_of(drawing, place, two, one) < now {
                    drawing.columns[index].swap(upper - 1, upper);
                    place.swap(one, two);
                    is_better = true;
                }
            }
        }
        if !is_better {
            return;
        }
    }
}

/// The crossings between the edges of two neighbours if `upper` is above `lower`.
fn crossings_of(drawing: &Ordered, place: &[usize], upper: usize, lower: usize) -> usize {
    let mut number = 0;
    for near in [&drawing.left, &drawing.right] {
        for one in &near[upper] {
            let over = near[lower].iter();
            number += over.filter(|two| place[**two] < place[*one]).count();
        }
    }
    number
}

/// All crossings, column by column: pairs out of order, counted with a Fenwick tree.
fn crossings(drawing: &Ordered, place: &[usize]) -> usize {
    let mut number = 0;
    for (index, column) in drawing.columns.iter().enumerate() {
        let next = drawing.columns.get(index + 1).map_or(0, Vec::len);
        let mut tree = vec![0_usize; next + 1];
        let mut seen = 0;
        for vertex in column {
            let mut ends: Vec<usize> = drawing.right[*vertex].iter().map(|v| place[*v]).collect();
            ends.sort_unstable();
            for end in &ends {
                let mut at = end + 1;
                let mut not_below = 0;
                while at > 0 {
                    not_below += tree[at];
                    at &= at - 1;
                }
                number += seen - not_below;
            }
            for end in &ends {
                let mut at = end + 1;
                while at <= next {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
                seen += 1;
            }
        }
    }
    number
}
