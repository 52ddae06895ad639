//! Parts and wholes: which incidents lie within which, at any depth, and which are left out of a count for it.
//!
//! Part of is transitive, passes through what is the same event and through incidents that are retracted or not known, and may
//! be said in circles. Incidents of one circle are no whole of one another; they count as one knot.
//!
//! ```text
//!   barrage ◄── railway ◄── second strike        counted: second strike
//!      └ left out    └ left out                  (each is the whole of a part that is counted)
//! ```

use std::collections::HashSet;

/// The knots of a graph of wholes and parts.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// For each group that has to do with parts at all: its knot.
    knot_of: std::collections::HashMap<usize, usize>,
    /// The knots directly below each knot. A knot comes after every knot below it.
    below: Vec<Vec<usize>>,
}

impl Parts {
    /// Joins nodes by edges from part to whole. `group_of` says which group a node stands for, if any.
    pub fn new(nodes: usize, edges: &[(usize, usize)], group_of: impl Fn(usize) -> Option<usize>) -> Parts {
        let mut parts_of: Vec<Vec<usize>> = vec![Vec::new(); nodes];
        for &(part, whole) in edges {
            parts_of[whole].push(part);
        }
        let linked: Vec<usize> = {
            let mut linked: Vec<usize> = edges.iter().flat_map(|&(a, b)| [a, b]).collect();
            linked.sort_unstable();
            linked.dedup();
            linked
        };
        let (knot, knots) = tie(&linked, &parts_of);
        let mut below = vec![Vec::new(); knots];
        for &(part, whole) in edges {
            let (part, whole) = (knot[part], knot[whole]);
            if part != whole && !below[whole].contains(&part) {
                below[whole].push(part);
            }
        }
        let knot_of = linked.iter().filter_map(|&node| Some((group_of(node)?, knot[node]))).collect();
        Parts { knot_of, below }
    }

    /// Whether a group has a part.
    pub fn is_whole(&self, group: usize) -> bool {
        self.knot_of.get(&group).is_some_and(|&knot| !self.below[knot].is_empty())
    }

    /// The groups that have to do with parts or wholes, in no particular order.
    pub fn linked(&self) -> impl Iterator<Item = usize> + '_ {
        self.knot_of.keys().copied()
    }

    /// Whether a group has to do with parts or wholes.
    pub fn is_linked(&self, group: usize) -> bool {
        self.knot_of.contains_key(&group)
    }

    /// Of `groups`, those that are the whole of a group in `counted`.
    pub fn wholes_of(&self, groups: &[usize], counted: &[usize]) -> HashSet<usize> {
        if !groups.iter().any(|group| self.is_whole(*group)) {
            return HashSet::new();
        }
        let mut has_counted = vec![false; self.below.len()];
        for knot in counted.iter().filter_map(|group| self.knot_of.get(group)) {
            has_counted[*knot] = true;
        }
        let mut holds = vec![false; self.below.len()];
        for knot in 0..self.below.len() {
            holds[knot] = self.below[knot].iter().any(|&part| has_counted[part] || holds[part]);
        }
        let is_whole = |group: &&usize| self.knot_of.get(*group).is_some_and(|&knot| holds[knot]);
        groups.iter().filter(is_whole).copied().collect()
    }
}

/// Ties nodes that reach one another into knots, numbered so that a knot comes after all that it reaches (Tarjan's way, without
/// recursion: a chain of parts may be as long as a dossier).
fn tie(nodes: &[usize], edges: &[Vec<usize>]) -> (Vec<usize>, usize) {
    const UNSEEN: usize = usize::MAX;
    let mut order = vec![UNSEEN; edges.len()];
    let mut low = vec![UNSEEN; edges.len()];
    let mut knot = vec![UNSEEN; edges.len()];
    let (mut seen, mut knots) = (0, 0);
    let mut open: Vec<usize> = Vec::new();
    for &start in nodes {
        if order[start] != UNSEEN {
            continue;
        }
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((node, next)) = way.pop() {
            if next == 0 {
                order[node] = seen;
                low[node] = seen;
                seen += 1;
                open.push(node);
            }
            if let Some(&part) = edges[node].get(next) {
                way.push((node, next + 1));
                if order[part] == UNSEEN {
                    way.push((part, 0));
                } else if knot[part] == UNSEEN {
                    low[node] = low[node].min(order[part]);
                }
                continue;
            }
            if low[node] == order[node] {
                while let Some(member) = open.pop() {
                    knot[member] = knots;
                    if member == node {
                        break;
                    }
                }
                knots += 1;
            }
            if let Some(&(above, _)) = way.last() {
                low[above] = low[above].min(low[node]);
            }
        }
    }
    (knot, knots)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(edges: &[(usize, usize)], counted: &[usize]) -> Vec<usize> {
        let mut found: Vec<usize> = Parts::new(10, edges, Some).wholes_of(counted, counted).into_iter().collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn a_whole_is_left_out_if_a_part_at_any_depth_is_counted() {
        let chain = [(2, 1), (1, 0)];
        assert_eq!(left_out(&chain, &[0, 1, 2]), [0, 1]);
        assert_eq!(left_out(&chain, &[0, 2]), [0], "the middle is passed through though it is not counted");
        assert_eq!(left_out(&chain, &[0, 1]), [0]);
        assert_eq!(left_out(&chain, &[2, 5]), Vec::<usize>::new());
    }

    #[test]
    fn incidents_of_a_circle_are_no_whole_of_one_another() {
        let circle = [(0, 1), (1, 2), (2, 0), (3, 1)];
        assert_eq!(left_out(&circle[..3], &[0, 1, 2]), Vec::<usize>::new());
        assert_eq!(left_out(&circle, &[0, 1, 2, 3]), [0, 1, 2], "but each is the whole of a part outside");
    }

    #[test]
    fn a_long_chain_is_walked_without_recursion_and_once() {
        let edges: Vec<(usize, usize)> = (0..200_000).map(|i| (i + 1, i)).collect();
        let parts = Parts::new(200_001, &edges, Some);
        assert_eq!(parts.wholes_of(&[0, 7, 200_000], &[0, 7, 200_000]), HashSet::from([0, 7]));
    }
}
