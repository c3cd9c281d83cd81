//! Chooses the column of each box. Calls point to the right but for the few that close a circle. What stands between
//! others, an event, gets a column of its own beside that of its publisher, on the side where most of its consumers are;
//! it draws them to the right as long as the whole does not become long. Called by `layout`; read `order.rs` next.

use std::collections::BTreeSet;

use super::{Edge, Node};

/// The columns, and the direction in which each edge runs through them.
pub(super) struct Ranking {
    /// The column of each box.
    pub ranks: Vec<usize>,
    /// Whether the edge points to the left.
    pub turned: Vec<bool>,
    /// The ends of each edge, the left one first.
    pub ends: Vec<(usize, usize)>,
}

/// Ranks the boxes with at most so many, events apart, in a column. No edge leads from an event to an event.
pub(super) fn rank(nodes: &[Node], edges: &[Edge], at_most: usize) -> Ranking {
    let is_call = |edge: &&Edge| !nodes[edge.from].is_between && !nodes[edge.to].is_between;
    let calls: Vec<&Edge> = edges.iter().filter(is_call).collect();
    let position = greedy_order(nodes.len(), &calls);
    let mut order = Acyclic::new(nodes.len());
    for call in calls {
        match position[call.from] < position[call.to] {
            true => order.add(call.from, call.to),
            false => order.add(call.to, call.from),
        }
    }
    let events = events(nodes, edges);
    follow_events(&mut order, &events, at_most);
    let ranks = columns(&order, nodes, at_most);
    let ranks = with_events(ranks, &events);
    let turned: Vec<bool> = edges
        .iter()
        .map(|edge| ranks[edge.from] > ranks[edge.to])
        .collect();
    let ends = edges
        .iter()
        .zip(&turned)
        .map(|(edge, turned)| match turned {
            true => (edge.to, edge.from),
            false => (edge.from, edge.to),
        });
    Ranking {
        ends: ends.collect(),
        ranks,
        turned,
    }
}

/// A box between others, and those that lead to it and from it.
struct Event {
    at: usize,
    from: Vec<usize>,
    to: Vec<usize>,
}

fn events(nodes: &[Node], edges: &[Edge]) -> Vec<Event> {
    let between = (0..nodes.len()).filter(|index| nodes[*index].is_between);
    let mut events: Vec<Event> = between
        .map(|at| Event {
            at,
            from: Vec::new(),
            to: Vec::new(),
        })
        .collect();
    for edge in edges {
        if let Ok(found) = events.binary_search_by_key(&edge.from, |event| event.at) {
            events[found].to.push(edge.to);
        }
        if let Ok(found) = events.binary_search_by_key(&edge.to, |event| event.at) {
            events[found].from.push(edge.from);
        }
    }
    events
}

/// Sets consumers right of publishers where calls leave that open and the drawing stays short.
fn follow_events(order: &mut Acyclic, events: &[Event], at_most: usize) {
    let (mut before, mut behind) = order.depths();
    let longest = before.iter().max().copied().unwrap_or(0).max(at_most - 1);
    for event in events {
        let Some(from) = event.from.first() else {
            continue;
        };
        for to in &event.to {
            let is_short = before[*from] + 1 + behind[*to] <= longest;
            if from != to && is_short && !order.reaches(*to, *from) {
                order.add(*from, *to);
                (before, behind) = order.depths();
            }
        }
    }
}

/// Gives events their columns, between the others; columns without anything vanish.
fn with_events(ranks: Vec<usize>, events: &[Event]) -> Vec<usize> {
    let mut fine: Vec<usize> = ranks.iter().map(|rank| 2 * rank + 1).collect();
    for event in events {
        let here = match (event.from.first(), event.to.first()) {
            (Some(from), _) => fine[*from],
            (None, Some(to)) => fine[*to],
            (None, None) => continue,
        };
        let to_the_left = event.to.iter().filter(|to| fine[**to] < here).count();
        fine[event.at] = match event.from.is_empty() || 2 * to_the_left > event.to.len() {
            true => here - 1,
            false => here + 1,
        };
    }
    let used: BTreeSet<usize> = fine.iter().copied().collect();
    let numbers: std::collections::BTreeMap<usize, usize> = used.into_iter().zip(0..).collect();
    fine.iter().map(|rank| numbers[rank]).collect()
}

/// A graph without circles.
struct Acyclic {
    after: Vec<Vec<usize>>,
    before: Vec<Vec<usize>>,
}

impl Acyclic {
    fn new(boxes: usize) -> Self {
        Self {
            after: vec![Vec::new(); boxes],
            before: vec![Vec::new(); boxes],
        }
    }

    fn add(&mut self, left: usize, right: usize) {
        self.after[left].push(right);
        self.before[right].push(left);
    }

    /// The longest way to each box and the longest way from it, in edges.
    fn depths(&self) -> (Vec<usize>, Vec<usize>) {
        let mut waits: Vec<usize> = self.before.iter().map(Vec::len).collect();
        let mut sorted: Vec<usize> = (0..waits.len()).filter(|at| waits[*at] == 0).collect();
        let mut done = 0;
        let (mut to, mut from) = (vec![0; waits.len()], vec![0; waits.len()]);
        while let Some(at) = sorted.get(done).copied() {
            done += 1;
            for next in &self.after[at] {
                to[*next] = to[*next].max(to[at] + 1);
                waits[*next] -= 1;
                if waits[*next] == 0 {
                    sorted.push(*next);
                }
            }
        }
        for at in sorted.into_iter().rev() {
            let longest = self.after[at].iter().map(|next| from[*next] + 1).max();
            from[at] = longest.unwrap_or(0);
        }
        (to, from)
    }

    /// Whether a way leads from the one to the other.
    fn reaches(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.after.len()];
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            if !std::mem::replace(&mut seen[at], true) {
                open.extend(&self.after[at]);
            }
        }
        false
    }
}

/// A position for each box such that few calls point back: Eades, Lin and Smyth (1993). Sinks go to the
/// end, sources to the start, and in a circle the box with the most going out over what comes in goes first.
fn greedy_order(boxes: usize, calls: &[&Edge]) -> Vec<usize> {
    let mut outgoing = vec![Vec::new(); boxes];
    let mut incoming = vec![Vec::new(); boxes];
    let (mut outs, mut ins) = (vec![0_i64; boxes], vec![0_i64; boxes]);
    for edge in calls {
        outgoing[edge.from].push(edge.to);
        incoming[edge.to].push(edge.from);
        outs[edge.from] += 1;
        ins[edge.to] += 1;
    }
    let mut left: BTreeSet<usize> = (0..boxes).collect();
    let (mut start, mut end) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let sink = left.iter().find(|index| outs[**index] == 0);
        let source = left.iter().find(|index| ins[**index] == 0);
        let surplus = || {
            let key = |index: &&usize| (outs[**index] - ins[**index], std::cmp::Reverse(**index));
            left.iter().max_by_key(key)
        };
        let (at, last) = match (source, sink) {
            (Some(source), _) => (*source, false),
            (None, Some(sink)) => (*sink, true),
            (None, None) => (*surplus().expect("the set is not empty"), false),
        };
        left.remove(&at);
        outgoing[at].iter().for_each(|to: &usize| ins[*to] -= 1);
        incoming[at]
            .iter()
            .for_each(|from: &usize| outs[*from] -= 1);
        match last {
            true => end.push(at),
            false => start.push(at),
        }
    }
    let mut position = vec![0; boxes];
    for (place, index) in start.into_iter().chain(end.into_iter().rev()).enumerate() {
        position[index] = place;
    }
    position
}

/// A column for each box, right of all that are before it, with at most so many boxes in a column. Events come later.
fn columns(order: &Acyclic, nodes: &[Node], at_most: usize) -> Vec<usize> {
    let boxes = order.after.len();
    let mut ranks = vec![0; boxes];
    let mut full: Vec<usize> = Vec::new();
    let mut waits: Vec<usize> = order.before.iter().map(Vec::len).collect();
    let is_first = |index: &usize| waits[*index] == 0 && !nodes[*index].is_between;
    let mut ready: BTreeSet<usize> = (0..boxes).filter(is_first).collect();
    while let Some(at) = ready.pop_first() {
        let mut rank = leftmost(order, &ranks, at);
        while full.get(rank).is_some_and(|count| *count >= at_most) {
            rank += 1;
        }
        full.resize(full.len().max(rank + 1), 0);
        full[rank] += 1;
        ranks[at] = rank;
        for next in &order.after[at] {
            waits[*next] -= 1;
            if waits[*next] == 0 {
                ready.insert(*next);
            }
        }
    }
    shorten(order, &mut ranks, &mut full, at_most);
    ranks
}

fn leftmost(order: &Acyclic, ranks: &[usize], at: usize) -> usize {
    let before = order.before[at].iter().map(|index| ranks[*index] + 1);
    before.max().unwrap_or(0)
}

/// Moves boxes towards the side where they have more edges, as far as there is room.
fn shorten(order: &Acyclic, ranks: &mut [usize], full: &mut [usize], at_most: usize) {
    for _ in 0..4 {
        for at in 0..ranks.len() {
            let (ins, outs) = (order.before[at].len(), order.after[at].len());
            let now = ranks[at];
            let after = order.after[at].iter().map(|index| ranks[*index] - 1);
            let range = match ins.cmp(&outs) {
                std::cmp::Ordering::Less => (now + 1)..=after.min().unwrap_or(now),
                std::cmp::Ordering::Greater => leftmost(order, ranks, at)..=now.saturating_sub(1),
                std::cmp::Ordering::Equal => continue,
            };
            let mut free = range.filter(|rank| *rank != now && full[*rank] < at_most);
            let to = match ins < outs {
                true => free.next_back(),
                false => free.next(),
            };
            if let Some(to) = to {
                full[now] -= 1;
                full[to] += 1;
                ranks[at] = to;
            }
        }
    }
}
