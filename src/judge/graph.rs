//! What the judges need to know of a graph: which nodes lead back to each other, and the shortest way round.
//!
//! Called by `calls.rs`, `circle.rs` and `longest.rs`. A node is an index, and `edges` lists where each one leads.

use std::collections::VecDeque;

/// The group of each node: two nodes are in one if each leads to the other (a strongly connected component). A group
/// that is led to has a lower number than the one that leads to it.
///
/// This is Tarjan's algorithm with a path of its own instead of recursion, so that no manifest exhausts the stack.
pub(super) fn groups(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut search = Search {
        seen: vec![None; edges.len()],
        lowest: vec![0; edges.len()],
        group: vec![None; edges.len()],
        open: Vec::new(),
        visited: 0,
        closed: 0,
    };
    for start in 0..edges.len() {
        if search.seen[start].is_none() {
            search.from(start, edges);
        }
    }
    let groups = search.group.into_iter();
    groups.map(Option::unwrap_or_default).collect()
}

struct Search {
    /// When each node was visited.
    seen: Vec<Option<usize>>,
    /// The earliest visit that a node leads back to.
    lowest: Vec<usize>,
    group: Vec<Option<usize>>,
    /// Visited, and not yet in a group.
    open: Vec<usize>,
    visited: usize,
    closed: usize,
}

impl Search {
    fn from(&mut self, start: usize, edges: &[Vec<usize>]) {
        let mut path = vec![(start, 0)];
        self.visit(start);
        while let Some((node, edge)) = path.last_mut() {
            let node = *node;
            let Some(&next) = edges[node].get(*edge) else {
                path.pop();
                if let Some((before, _)) = path.last() {
                    self.lowest[*before] = self.lowest[*before].min(self.lowest[node]);
                }
                self.leave(node);
                continue;
            };
            *edge += 1;
            match self.seen[next] {
                None => {
                    self.visit(next);
                    path.push((next, 0));
                }
                Some(visit) if self.group[next].is_none() => {
                    self.lowest[node] = self.lowest[node].min(visit);
                }
                Some(_) => {}
            }
        }
    }

    fn visit(&mut self, node: usize) {
        self.seen[node] = Some(self.visited);
        self.lowest[node] = self.visited;
        self.visited += 1;
        self.open.push(node);
    }

    /// All that leads on from here was visited: what is still open from here on leads back to it.
    fn leave(&mut self, node: usize) {
        if self.seen[node] != Some(self.lowest[node]) {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.group[member] = Some(self.closed);
            if member == node {
                break;
            }
        }
        self.closed += 1;
    }
}

/// The members of each group, sorted, in the order of the groups.
pub(super) fn members(group: &[usize]) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); group.len()];
    for (node, group) in group.iter().enumerate() {
        members[*group].push(node);
    }
    members
}

/// The members of each group of two or more, sorted, in the order of their first members.
pub(super) fn circles(group: &[usize]) -> Vec<Vec<usize>> {
    let mut members = members(group);
    members.retain(|members| members.len() > 1);
    members.sort();
    members
}

/// A shortest way from `start` back to it, both ends included. `start` is in a group of two or more.
pub(super) fn way_round(start: usize, edges: &[Vec<usize>], group: &[usize]) -> Vec<usize> {
    let mut before: Vec<Option<usize>> = vec![None; edges.len()];
    let mut next = VecDeque::from([start]);
    while let Some(node) = next.pop_front() {
        for &to in &edges[node] {
            if group[to] != group[start] || before[to].is_some() {
                continue;
            }
            before[to] = Some(node);
            next.push_back(to);
            if to == start {
                next.clear();
                break;
            }
        }
    }
    let mut way = vec![start];
    let mut at = before[start];
    while let Some(node) = at {
        way.push(node);
        at = if node == start { None } else { before[node] };
    }
    way.reverse();
    way
}

/// A node that another one leads to, by the shortest way.
pub(super) struct Way {
    pub node: usize,
    pub distance: usize,
    /// The node before it on that way.
    before: usize,
}

/// The ways from a node to all others that it leads to, the shortest first.
pub(super) fn ways_from(start: usize, edges: &[Vec<usize>]) -> Vec<Way> {
    if edges[start].is_empty() {
        return Vec::new();
    }
    let mut seen = vec![false; edges.len()];
    seen[start] = true;
    let mut ways: Vec<Way> = Vec::new();
    let (mut node, mut distance, mut done) = (start, 0, 0);
    loop {
        for &next in &edges[node] {
            if !seen[next] {
                seen[next] = true;
                ways.push(Way {
                    node: next,
                    distance: distance + 1,
                    before: node,
                });
            }
        }
        let Some(way) = ways.get(done) else {
            return ways;
        };
        (node, distance) = (way.node, way.distance);
        done += 1;
    }
}

/// The nodes on a shortest way, both ends included; only the first one if there is no way.
pub(super) fn shortest(start: usize, end: usize, edges: &[Vec<usize>]) -> Vec<usize> {
    let mut way = Vec::new();
    let mut at = end;
    if start != end {
        // Whoever is before another one on a way was reached before it.
        for step in ways_from(start, edges).iter().rev() {
            if step.node == at {
                way.push(at);
                at = step.before;
            }
        }
    }
    way.push(start);
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_lead_back_to_each_other_are_one_group() {
        // 0 -> 1 -> 2 -> 1, 2 -> 3, 4 alone
        let edges = [vec![1], vec![2], vec![1, 3], vec![], vec![]];
        let group = groups(&edges);
        assert_eq!(group[1], group[2]);
        assert!(group[0] > group[1] && group[1] > group[3]);
        assert_eq!(circles(&group), [vec![1, 2]]);
    }

    #[test]
    fn two_circles_that_share_a_node_are_one_group() {
        let edges = [vec![1], vec![2], vec![0, 3], vec![2], vec![0]];
        assert_eq!(circles(&groups(&edges)), [vec![0, 1, 2, 3]]);
    }

    #[test]
    fn the_shortest_way_round_is_found() {
        let edges = [vec![1, 2], vec![2], vec![3], vec![0]];
        let group = groups(&edges);
        assert_eq!(way_round(0, &edges, &group), [0, 2, 3, 0]);
        assert_eq!(way_round(1, &edges, &group), [1, 2, 3, 0, 1]);
    }

    #[test]
    fn the_shortest_way_from_one_to_another_is_found() {
        let edges = [vec![1, 2], vec![2], vec![3], vec![0], vec![0]];
        assert_eq!(shortest(0, 3, &edges), [0, 2, 3]);
        assert_eq!(shortest(1, 0, &edges), [1, 2, 3, 0]);
        assert_eq!(shortest(2, 2, &edges), [2]);
        assert_eq!(shortest(0, 4, &edges), [0]);
        let distances = ways_from(0, &edges);
        let distances = distances.iter().map(|way| (way.node, way.distance));
        assert_eq!(distances.collect::<Vec<_>>(), [(1, 1), (2, 1), (3, 2)]);
    }

    #[test]
    fn a_very_long_path_is_no_trouble() {
        let edges: Vec<Vec<usize>> = (1..=100_000).map(|next| vec![next % 100_000]).collect();
        let circles = circles(&groups(&edges));
        assert_eq!((circles.len(), circles[0].len()), (1, 100_000));
    }
}
