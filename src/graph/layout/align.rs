//! Chooses the height at which the middle of each box and waypoint lies, so that long lines are straight: Brandes and
//! Köpf (2001), four times from four corners and then the mean of the two in the middle. Called by `layout`; read
//! `route.rs` next.

use std::collections::{BTreeMap, BTreeSet};

use super::order::Ordered;

/// The room between two boxes of a column, and between a line and whatever is next to it.
const BETWEEN_BOXES: i32 = 26;
const BESIDE_A_LINE: i32 = 16;

/// The middle of each vertex. Lines go straight from box to box, unless that makes a tower of the drawing: where many
/// call one, they are then led to each other first.
pub(super) fn align(drawing: &Ordered) -> Vec<i32> {
    let conflicts = conflicts(drawing);
    let straight = mean_of_four(drawing, &conflicts, true);
    let bent = mean_of_four(drawing, &conflicts, false);
    let height = |middles: &[i32]| {
        let (least, most) = extent(middles);
        most - least
    };
    match 5 * height(&bent) < 4 * height(&straight) {
        true => bent,
        false => straight,
    }
}

fn extent(middles: &[i32]) -> (i32, i32) {
    let least = middles.iter().min().copied().unwrap_or(0);
    (least, middles.iter().max().copied().unwrap_or(0))
}

fn mean_of_four(
    drawing: &Ordered,
    conflicts: &BTreeSet<(usize, usize)>,
    is_straight: bool,
) -> Vec<i32> {
    let mut all: Vec<Vec<i32>> = Vec::new();
    for to_the_left in [false, true] {
        for upwards in [false, true] {
            let view = View::of(drawing, to_the_left, upwards);
            let is_bound = |one: usize, other: usize| {
                is_straight || drawing.is_waypoint(one) == drawing.is_waypoint(other)
            };
            let blocks = view.blocks(conflicts, is_bound);
            let mut middles = view.compact(&blocks, drawing);
            if upwards {
                middles.iter_mut().for_each(|middle| *middle = -*middle);
            }
            all.push(middles);
        }
    }
    let narrowest = all
        .iter()
        .map(|middles| extent(middles))
        .min_by_key(|(least, most)| most - least);
    let (least, most) = narrowest.unwrap_or((0, 0));
    for (index, middles) in all.iter_mut().enumerate() {
        let own = extent(middles);
        // Those that were packed from above are aligned at the top, the others at the bottom.
        let by = match index % 2 {
            0 => least - own.0,
            _ => most - own.1,
        };
        middles.iter_mut().for_each(|middle| *middle += by);
    }
    (0..drawing.heights.len())
        .map(|vertex| {
            let mut four: Vec<i32> = all.iter().map(|middles| middles[vertex]).collect();
            four.sort_unstable();
            (four[1] + four[2]).div_euclid(2)
        })
        .collect()
}

/// Pieces of edges, by their ends, that give way: they cross a piece between two waypoints, which is to stay straight.
fn conflicts(drawing: &Ordered) -> BTreeSet<(usize, usize)> {
    let mut conflicts = BTreeSet::new();
    for pair in drawing.columns.windows(2) {
        let (before, column) = (&pair[0], &pair[1]);
        let place: BTreeMap<usize, usize> = before.iter().copied().zip(0..).collect();
        let inner = |vertex: usize| {
            let mut left = drawing.left[vertex].iter().copied();
            let left = left.find(|left| drawing.is_waypoint(*left));
            left.filter(|_| drawing.is_waypoint(vertex))
        };
        let (mut low, mut scanned) = (0, 0);
        for (index, vertex) in column.iter().enumerate() {
            let inner = inner(*vertex);
            if inner.is_none() && index + 1 < column.len() {
                continue;
            }
            let high = inner.map_or(before.len(), |left| place[&left]);
            for scanned in &column[scanned..=index] {
                for left in &drawing.left[*scanned] {
                    let is_inner = drawing.is_waypoint(*left) && drawing.is_waypoint(*scanned);
                    if !is_inner && (place[left] < low || place[left] > high) {
                        conflicts.insert((*left, *scanned));
                    }
                }
            }
            scanned = index + 1;
            low = high;
        }
    }
    conflicts
}

/// The drawing as seen from one corner.
struct View<'a> {
    columns: Vec<Vec<usize>>,
    /// The neighbours in the column that was seen before.
    near: &'a [Vec<usize>],
    place: Vec<usize>,
    to_the_left: bool,
}

impl<'a> View<'a> {
    fn of(drawing: &'a Ordered, to_the_left: bool, upwards: bool) -> Self {
        let mut columns = drawing.columns.clone();
        let near = match to_the_left {
            true => {
                columns.reverse();
                &drawing.right
            }
            false => &drawing.left,
        };
        if upwards {
            columns.iter_mut().for_each(|column| column.reverse());
        }
        let mut place = vec![0; drawing.heights.len()];
        for column in &columns {
            for (index, vertex) in column.iter().enumerate() {
                place[*vertex] = index;
            }
        }
        Self {
            columns,
            near,
            place,
            to_the_left,
        }
    }

    /// Joins each vertex with the middle one of its neighbours where nothing is in the way and the two may be bound; the
    /// first of each block stands for all of it.
    fn blocks(
        &self,
        conflicts: &BTreeSet<(usize, usize)>,
        is_bound: impl Fn(usize, usize) -> bool,
    ) -> Vec<usize> {
        let mut root: Vec<usize> = (0..self.place.len()).collect();
        let mut is_taken = vec![false; self.place.len()];
        for column in &self.columns {
            let mut last: Option<usize> = None;
            for vertex in column {
                let mut near = self.near[*vertex].clone();
                near.sort_by_key(|other| self.place[*other]);
                let Some(most) = near.len().checked_sub(1) else {
                    continue;
                };
                for other in &near[most / 2..=most.div_ceil(2)] {
                    let pair = match self.to_the_left {
                        true => (*vertex, *other),
                        false => (*other, *vertex),
                    };
                    let is_free =
                        root[*vertex] == *vertex && !is_taken[*other] && is_bound(*vertex, *other);
                    let is_below = last.is_none_or(|last| last < self.place[*other]);
                    if is_free && is_below && !conflicts.contains(&pair) {
                        root[*vertex] = root[*other];
                        is_taken[*other] = true;
                        last = Some(self.place[*other]);
                    }
                }
            }
        }
        root
    }

    /// Moves the blocks as close together as their heights allow: first all up, then each down to what is below it.
    fn compact(&self, root: &[usize], drawing: &Ordered) -> Vec<i32> {
        let vertices = root.len();
        let mut below: Vec<BTreeMap<usize, i32>> = vec![BTreeMap::new(); vertices];
        let mut waits = vec![0_usize; vertices];
        for column in &self.columns {
            for pair in column.windows(2) {
                let (upper, lower) = (root[pair[0]], root[pair[1]]);
                let apart = distance(drawing, pair[0], pair[1]);
                let slot = below[upper].entry(lower).or_insert_with(|| {
                    waits[lower] += 1;
                    0
                });
                *slot = (*slot).max(apart);
            }
        }
        let roots = (0..vertices).filter(|vertex| root[*vertex] == *vertex);
        let mut open: Vec<usize> = roots.filter(|vertex| waits[*vertex] == 0).collect();
        let mut sorted = Vec::new();
        let mut middle = vec![0; vertices];
        while let Some(at) = open.pop() {
            sorted.push(at);
            for (lower, apart) in &below[at] {
                middle[*lower] = middle[*lower].max(middle[at] + apart);
                waits[*lower] -= 1;
                if waits[*lower] == 0 {
                    open.push(*lower);
                }
            }
        }
        for at in sorted.into_iter().rev() {
            let limits = below[at]
                .iter()
                .map(|(lower, apart)| middle[*lower] - apart);
            middle[at] = limits.min().unwrap_or(middle[at]).max(middle[at]);
        }
        root.iter().map(|root| middle[*root]).collect()
    }
}

/// From the middle of the one to the middle of the other, which is next to it in their column.
fn distance(drawing: &Ordered, one: usize, other: usize) -> i32 {
    let gap = match drawing.is_waypoint(one) || drawing.is_waypoint(other) {
        true => BESIDE_A_LINE,
        false => BETWEEN_BOXES,
    };
    (drawing.heights[one] + drawing.heights[other]) / 2 + gap
}
