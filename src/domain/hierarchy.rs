//! A hierarchy: a directed acyclic graph whose edges mean "is a", "belongs to" or "lies in".
//!
//! One type serves actors, places, objects, acts and weapons. Above every root stands `*`, the whole hierarchy,
//! which is no node: a fact that nobody gave, or one that is *unplaced*, counts as `*`.
//!
//! ```text
//!                  *
//!               /     \
//!          object     …other roots
//!          /    \
//!       infra  military
//! ```

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// A node's number within one hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(u32);

impl Node {
    /// The number itself: nodes are counted from 0, in the order in which they were added.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A hierarchy as it stands at one position and known time. Built once, then only read.
#[derive(Debug, Clone, Default)]
pub struct Hierarchy {
    keys: Vec<Arc<str>>,
    index: HashMap<Arc<str>, Node>,
    parents: Vec<Vec<Node>>,
    children: Vec<Vec<Node>>,
    unplaced: Vec<bool>,
    /// Worked out when it is first asked for.
    order: OnceLock<Order>,
}

/// Every node, parents before children, each with its parents: side by side, for those who walk through all.
#[derive(Debug, Clone)]
struct Order {
    nodes: Vec<Node>,
    parents: Vec<Node>,
    /// Where the parents of each node end.
    ends: Vec<usize>,
}

impl Hierarchy {
    /// Adds a node, or finds it.
    pub fn node(&mut self, key: &Arc<str>) -> Node {
        if let Some(&node) = self.index.get(key) {
            return node;
        }
        let node = Node(u32::try_from(self.keys.len()).expect("fewer than four thousand million nodes"));
        self.order.take();
        self.keys.push(key.clone());
        self.index.insert(key.clone(), node);
        self.parents.push(Vec::new());
        self.children.push(Vec::new());
        self.unplaced.push(false);
        node
    }

    /// Adds the edge from a child up to its parent; a repeated edge is one edge. Returns false, and adds nothing, where it would close a cycle.
    pub fn edge(&mut self, child: Node, parent: Node) -> bool {
        if self.parents[child.index()].contains(&parent) {
            return true;
        }
        if self.at_or_below(parent, child) {
            return false;
        }
        self.order.take();
        self.parents[child.index()].push(parent);
        self.children[parent.index()].push(child);
        true
    }

    /// Whether another has the same nodes in the same order, and the same edges.
    pub fn is_same(&self, other: &Hierarchy) -> bool {
        // The index and the children follow from these, and the order is only another way to read them.
        self.keys == other.keys && self.parents == other.parents && self.unplaced == other.unplaced
    }

    /// Says that nobody recorded where the node belongs: as a fact it counts as `*`.
    pub fn set_unplaced(&mut self, node: Node, unplaced: bool) {
        self.unplaced[node.index()] = unplaced;
    }

    /// Of every node, in the order in which they were added, whether nobody recorded where it belongs.
    pub fn unplaced(&self) -> &[bool] {
        &self.unplaced
    }

    /// Whether nobody recorded where the node belongs.
    pub fn is_unplaced(&self, node: Node) -> bool {
        self.unplaced[node.index()]
    }

    /// Finds a node by its key.
    pub fn find(&self, key: &str) -> Option<Node> {
        self.index.get(key).copied()
    }

    /// The key of a node.
    pub fn key(&self, node: Node) -> &Arc<str> {
        &self.keys[node.index()]
    }

    /// The node with a number, counted from 0 in the order in which they were added.
    pub fn nth(&self, index: usize) -> Option<Node> {
        u32::try_from(index).ok().filter(|_| index < self.keys.len()).map(Node)
    }

    /// Every node, parents not necessarily before children.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + '_ {
        (0..self.keys.len()).filter_map(|i| u32::try_from(i).ok()).map(Node)
    }

    /// Every node with its parents, parents before children.
    pub fn parents_first(&self) -> impl DoubleEndedIterator<Item = (Node, &[Node])> {
        let Order { nodes, parents, ends } = self.order.get_or_init(|| Order::of(self));
        nodes.iter().enumerate().map(|(at, node)| {
            let start = at.checked_sub(1).map_or(0, |before| ends[before]);
            (*node, &parents[start..ends[at]])
        })
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The nodes directly above.
    pub fn parents(&self, node: Node) -> &[Node] {
        &self.parents[node.index()]
    }

    /// The nodes directly below.
    pub fn children(&self, node: Node) -> &[Node] {
        &self.children[node.index()]
    }

    /// The node and everything above it, nearest first.
    pub fn at_or_above_all(&self, node: Node) -> Vec<Node> {
        self.reach(node, &self.parents)
    }

    /// The node and everything below it, nearest first.
    pub fn at_or_below_all(&self, node: Node) -> Vec<Node> {
        self.reach(node, &self.children)
    }

    /// Whether `low` is `high` or lies below it.
    pub fn at_or_below(&self, low: Node, high: Node) -> bool {
        low == high || self.reach(low, &self.parents).contains(&high)
    }

    /// The topmost nodes at or above.
    pub fn tops(&self, node: Node) -> Vec<Node> {
        self.at_or_above_all(node).into_iter().filter(|n| self.parents(*n).is_empty()).collect()
    }

    /// How many edges lie on the shortest way up from `low` to `high`.
    pub fn distance_up(&self, low: Node, high: Node) -> Option<usize> {
        let mut distance = HashMap::from([(low, 0)]);
        let mut queue = std::collections::VecDeque::from([low]);
        while let Some(node) = queue.pop_front() {
            let so_far = distance[&node];
            if node == high {
                return Some(so_far);
            }
            for &parent in self.parents(node) {
                distance.entry(parent).or_insert_with(|| {
                    queue.push_back(parent);
                    so_far + 1
                });
            }
        }
        None
    }

    /// Whether some node lies at or below both: the two can be one and the same thing.
    pub fn share_below(&self, a: Node, b: Node) -> bool {
        let below: std::collections::HashSet<Node> = self.at_or_below_all(a).into_iter().collect();
        self.at_or_below_all(b).iter().any(|n| below.contains(n))
    }

    /// Whether one is at or above the other.
    pub fn in_one_line(&self, a: Node, b: Node) -> bool {
        self.at_or_below(a, b) || self.at_or_below(b, a)
    }

    fn reach(&self, start: Node, edges: &[Vec<Node>]) -> Vec<Node> {
        let mut seen = vec![false; self.keys.len()];
        seen[start.index()] = true;
        let mut found = vec![start];
        let mut next = 0;
        while next < found.len() {
            for &neighbour in &edges[found[next].index()] {
                if !std::mem::replace(&mut seen[neighbour.index()], true) {
                    found.push(neighbour);
                }
            }
            next += 1;
        }
        found
    }
}

impl Order {
    fn of(hierarchy: &Hierarchy) -> Order {
        let mut waiting: Vec<usize> = hierarchy.parents.iter().map(Vec::len).collect();
        let mut nodes: Vec<Node> = hierarchy.nodes().filter(|node| hierarchy.parents(*node).is_empty()).collect();
        let mut next = 0;
        while next < nodes.len() {
            for &child in hierarchy.children(nodes[next]) {
                waiting[child.index()] -= 1;
                if waiting[child.index()] == 0 {
                    nodes.push(child);
                }
            }
            next += 1;
        }
        debug_assert_eq!(nodes.len(), hierarchy.len(), "a hierarchy has no cycle");
        let (mut parents, mut ends) = (Vec::new(), Vec::new());
        for node in &nodes {
            parents.extend_from_slice(hierarchy.parents(*node));
            ends.push(parents.len());
        }
        Order { nodes, parents, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(edges: &[(&str, &str)]) -> Hierarchy {
        let mut hierarchy = Hierarchy::default();
        for (child, parent) in edges {
            let (child, parent) = (hierarchy.node(&Arc::from(*child)), hierarchy.node(&Arc::from(*parent)));
            assert!(hierarchy.edge(child, parent));
        }
        hierarchy
    }

    #[test]
    fn an_edge_that_would_close_a_cycle_is_not_added() {
        let mut h = build(&[("b", "a"), ("c", "b")]);
        let (a, c) = (h.find("a").expect("a"), h.find("c").expect("c"));
        assert!(!h.edge(a, c));
        assert!(!h.edge(a, a));
        assert!(h.parents(a).is_empty());
    }

    #[test]
    fn compatible_nodes_share_something_below() {
        let h = build(&[("traction", "substation"), ("traction", "rail"), ("oil", "energy"), ("substation", "energy")]);
        let node = |key| h.find(key).expect("a node");
        assert!(h.share_below(node("substation"), node("rail")));
        assert!(!h.in_one_line(node("substation"), node("rail")));
        assert!(!h.share_below(node("oil"), node("rail")));
        assert_eq!(h.distance_up(node("traction"), node("energy")), Some(2));
        assert_eq!(h.distance_up(node("energy"), node("traction")), None);
    }
}
