//! What a text covers: a selection of nodes, the label it gives every node, and whether a fact lies in it.
//!
//! ```text
//! a node is                                          its label
//! listed in exclude                                  excluded        no, expressly
//! else listed in unclear                             unknown
//! else listed in include                             yes
//! else, of its parents (a root's parent is *):
//!   one yes and another excluded                     unknown         the text says both
//!   any yes                                          yes             coverage by any path counts
//!   any unknown                                      unknown
//!   any excluded                                     excluded
//!   none of these                                    silent          no, by silence
//! *, not listed itself                               silent if anything is included, else yes
//! *, listed in exclude                               silent          everything else is left out, not forbidden
//!
//! a fact's truth: all its nodes yes → yes; all no (excluded or silent) → no; else unknown
//! ```

use std::sync::Arc;

use super::hierarchy::{Hierarchy, Node};
use super::truth::Truth;

/// One entry of a selection's list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Listed {
    /// `*`: the whole hierarchy.
    All,
    /// One node, by its key.
    Node(Arc<str>),
}

/// What a reading says about one hierarchy. At least one list is not empty: a reading that is silent has no selection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Covered.
    pub include: Vec<Listed>,
    /// Expressly not covered.
    pub exclude: Vec<Listed>,
    /// Neither said nor ruled out.
    pub unclear: Vec<Listed>,
}

impl Selection {
    /// Whether no list says anything.
    pub fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty() && self.unclear.is_empty()
    }

    /// A selection that includes just these nodes.
    pub fn of(nodes: impl IntoIterator<Item = Arc<str>>) -> Selection {
        Selection { include: nodes.into_iter().map(Listed::Node).collect(), ..Selection::default() }
    }

    /// Every entry of the three lists.
    pub fn entries(&self) -> impl Iterator<Item = &Listed> {
        self.include.iter().chain(&self.exclude).chain(&self.unclear)
    }
}

/// How a node came to be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// In `include`.
    Included,
    /// In `exclude`.
    Excluded,
    /// In `unclear`.
    Unclear,
    /// In no list.
    Silent,
}

/// Each is a bit, so that those of several parents are one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Label {
    Yes = 1,
    Unknown = 2,
    Excluded = 4,
    Silent = 8,
}

impl Label {
    /// What a node gets from its parents, for each set of labels among them.
    const INHERITED: [Label; 16] = {
        let mut of_sets = [Label::Silent; 16];
        let mut among = 0;
        while among < of_sets.len() {
            of_sets[among] = Label::inherited(among);
            among += 1;
        }
        of_sets
    };

    const fn inherited(among: usize) -> Label {
        let [yes, unknown, excluded] = [Label::Yes, Label::Unknown, Label::Excluded];
        match (among & yes as usize != 0, among & unknown as usize != 0, among & excluded as usize != 0) {
            (true, _, true) | (false, true, _) => Label::Unknown,
            (true, _, false) => Label::Yes,
            (false, false, true) => Label::Excluded,
            (false, false, false) => Label::Silent,
        }
    }

    fn truth(self) -> Truth {
        match self {
            Label::Yes => Truth::Yes,
            Label::Unknown => Truth::Unknown,
            Label::Excluded | Label::Silent => Truth::No,
        }
    }
}

/// What is known of a fact that lies in a hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fact {
    /// Nobody gave it, or it may be anything.
    Anything,
    /// It is this node or something below it.
    Node(Node),
    /// It is at or below all of these nodes, of which there are at least two and none lies above another.
    Within(Vec<Node>),
}

impl Fact {
    /// The fact that lies at or below all of `bounds`.
    pub fn within(hierarchy: &Hierarchy, bounds: impl IntoIterator<Item = Node>) -> Fact {
        let mut all: Vec<Node> = bounds.into_iter().collect();
        all.sort();
        all.dedup();
        let lowest: Vec<Node> = all
            .iter()
            .copied()
            .filter(|&n| !all.iter().any(|&other| other != n && hierarchy.at_or_below(other, n)))
            .collect();
        match lowest.as_slice() {
            [] => Fact::Anything,
            [one] => Fact::Node(*one),
            _ => Fact::Within(lowest),
        }
    }

    /// The nodes that the fact may be; `None` for anything.
    pub fn nodes(&self, hierarchy: &Hierarchy) -> Option<Vec<Node>> {
        match self {
            Fact::Anything => None,
            Fact::Node(node) => Some(hierarchy.at_or_below_all(*node)),
            Fact::Within(bounds) => {
                let (first, rest) = bounds.split_first().expect("at least two bounds");
                let below = hierarchy.at_or_below_all(*first);
                Some(below.into_iter().filter(|&n| rest.iter().all(|&bound| hierarchy.at_or_below(n, bound))).collect())
            }
        }
    }
}

/// Which truth values are found among a fact's nodes: a set of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Found(u8);

impl Found {
    /// Some node is covered.
    const YES: Found = Found(1);
    /// Of some node the text says neither.
    const UNKNOWN: Found = Found(2);
    /// Some node is not covered.
    const NO: Found = Found(4);

    fn of(truth: Truth) -> Found {
        match truth {
            Truth::Yes => Found::YES,
            Truth::Unknown => Found::UNKNOWN,
            Truth::No => Found::NO,
        }
    }

    /// The two together.
    pub fn union(self, other: Found) -> Found {
        Found(self.0 | other.0)
    }

    /// All yes: yes; all no: no; else unknown.
    pub fn truth(self) -> Truth {
        match self {
            Found::YES => Truth::Yes,
            Found::NO => Truth::No,
            _ => Truth::Unknown,
        }
    }

    /// Whether a sharper fact could be settled; if not, only the text itself leaves it open.
    pub fn could_be_settled(self) -> bool {
        self.0 & (Found::YES.0 | Found::NO.0) != 0
    }
}

/// Why a node has its truth: the way up to the entry that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The node, or `*`.
    pub node: Arc<str>,
    /// Its truth under the selection.
    pub truth: Truth,
    /// The entry that decided; `None` where the text is silent.
    pub listed: Option<Arc<str>>,
    /// In which list it stands.
    pub listing: Listing,
    /// From the node up to the entry, both included.
    pub path: Vec<Arc<str>>,
}

/// A selection worked out over one hierarchy.
#[derive(Debug, Clone)]
pub struct Membership<'h> {
    hierarchy: &'h Hierarchy,
    listing: Vec<Listing>,
    labels: Vec<Label>,
    below: Vec<Found>,
    star: Label,
    star_listing: Listing,
    anything: Found,
}

impl<'h> Membership<'h> {
    /// Labels every node of `hierarchy` under `selection`. Entries that are no node of it are passed over.
    pub fn new(selection: &Selection, hierarchy: &'h Hierarchy) -> Membership<'h> {
        let mut listing = vec![Listing::Silent; hierarchy.len()];
        let mut star_listing = Listing::Silent;
        // The strongest list is written last: exclude over unclear over include.
        let lists = [
            (&selection.include, Listing::Included),
            (&selection.unclear, Listing::Unclear),
            (&selection.exclude, Listing::Excluded),
        ];
        for (list, kind) in lists {
            for entry in list {
                match entry {
                    Listed::All => star_listing = kind,
                    Listed::Node(key) => {
                        if let Some(node) = hierarchy.find(key) {
                            listing[index(node)] = kind;
                        }
                    }
                }
            }
        }
        let star = match star_listing {
            Listing::Included => Label::Yes,
            Listing::Unclear => Label::Unknown,
            Listing::Excluded => Label::Silent,
            Listing::Silent if selection.include.is_empty() => Label::Yes,
            Listing::Silent => Label::Silent,
        };

        let mut labels = vec![Label::Silent; hierarchy.len()];
        for (node, parents) in hierarchy.parents_first() {
            labels[index(node)] = match (listing[index(node)], parents) {
                (Listing::Excluded, _) => Label::Excluded,
                (Listing::Unclear, _) => Label::Unknown,
                (Listing::Included, _) => Label::Yes,
                (Listing::Silent, []) => star,
                (Listing::Silent, parents) => {
                    let among = parents.iter().fold(0, |among, parent| among | labels[index(*parent)] as u8);
                    Label::INHERITED[usize::from(among)]
                }
            };
        }
        let mut below: Vec<Found> = labels.iter().map(|label| Found::of(label.truth())).collect();
        let anything = below.iter().copied().fold(Found::of(star.truth()), Found::union);
        for (node, parents) in hierarchy.parents_first().rev() {
            let found = below[index(node)];
            for &parent in parents {
                below[index(parent)] = below[index(parent)].union(found);
            }
        }
        Membership { hierarchy, listing, labels, below, star, star_listing, anything }
    }

    /// Which truth values the fact's nodes have.
    pub fn found(&self, fact: &Fact) -> Found {
        match self.effective(fact) {
            Fact::Anything => self.anything,
            Fact::Node(node) => self.below[index(*node)],
            within @ Fact::Within(_) => {
                let nodes = within.nodes(self.hierarchy).unwrap_or_default();
                nodes
                    .into_iter()
                    .fold(Found::default(), |found, n| found.union(Found::of(self.labels[index(n)].truth())))
            }
        }
    }

    /// What [`Membership::found`] says of every node as a fact, in the order in which they were added.
    pub fn found_of_nodes(&self) -> impl Iterator<Item = Found> {
        let nodes = self.below.iter().zip(&self.listing).zip(self.hierarchy.unplaced());
        nodes.map(|((below, listing), is_unplaced)| match *is_unplaced && *listing == Listing::Silent {
            true => self.anything,
            false => *below,
        })
    }

    /// Whether the fact lies in the selection.
    pub fn truth(&self, fact: &Fact) -> Truth {
        self.found(fact).truth()
    }

    /// One branch for each truth found among the fact's nodes; two where the text says both.
    pub fn branches(&self, fact: &Fact) -> Vec<Branch> {
        let fact = self.effective(fact);
        let nodes = fact.nodes(self.hierarchy);
        let mut branches = Vec::new();
        let mut seen = Found::default();
        if nodes.is_none() {
            branches.push(self.star_branch(Vec::new(), self.star.truth()));
            seen = Found::of(self.star.truth());
        }
        for node in nodes.unwrap_or_else(|| self.hierarchy.nodes().collect()) {
            let own = Found::of(self.labels[index(node)].truth());
            if seen.union(own) != seen {
                seen = seen.union(own);
                branches.extend(self.ways_up(node));
            }
        }
        branches
    }

    /// An unplaced node counts as `*`, unless the text lists it.
    fn effective<'f>(&self, fact: &'f Fact) -> &'f Fact {
        match fact {
            Fact::Node(node) if self.hierarchy.is_unplaced(*node) && self.listing[index(*node)] == Listing::Silent => {
                &Fact::Anything
            }
            other => other,
        }
    }

    fn ways_up(&self, node: Node) -> Vec<Branch> {
        let truth = self.labels[index(node)].truth();
        let mut path = Vec::new();
        let mut at = node;
        loop {
            path.push(self.hierarchy.key(at).clone());
            let listing = self.listing[index(at)];
            if listing != Listing::Silent {
                return vec![Branch {
                    node: self.hierarchy.key(node).clone(),
                    truth,
                    listed: path.last().cloned(),
                    listing,
                    path,
                }];
            }
            let parents = self.hierarchy.parents(at);
            let with = |label| parents.iter().copied().find(|&p| self.labels[index(p)] == label);
            let next = match self.labels[index(at)] {
                Label::Unknown => match (with(Label::Yes), with(Label::Excluded)) {
                    // The text says both: show both ways.
                    (Some(yes), Some(no)) => {
                        return [yes, no].iter().flat_map(|&p| self.branch_through(&path, p, truth)).collect();
                    }
                    _ => with(Label::Unknown),
                },
                label @ (Label::Yes | Label::Excluded | Label::Silent) => with(label),
            };
            match next {
                Some(parent) => at = parent,
                None => return vec![self.star_branch(path, truth)],
            }
        }
    }

    fn branch_through(&self, path: &[Arc<str>], parent: Node, truth: Truth) -> Vec<Branch> {
        let mut ways = self.ways_up(parent);
        for way in &mut ways {
            way.truth = truth;
            way.node = path[0].clone();
            way.path = path.iter().cloned().chain(way.path.drain(..)).collect();
        }
        ways
    }

    fn star_branch(&self, mut path: Vec<Arc<str>>, truth: Truth) -> Branch {
        let star: Arc<str> = Arc::from("*");
        path.push(star.clone());
        let listed = (self.star_listing != Listing::Silent).then(|| star.clone());
        Branch { node: path[0].clone(), truth, listed, listing: self.star_listing, path }
    }
}

fn index(node: Node) -> usize {
    node.index()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hierarchy() -> Hierarchy {
        let mut h = Hierarchy::default();
        let edges = [
            ("infra", "object"),
            ("energy", "infra"),
            ("elec", "energy"),
            ("sub", "elec"),
            ("dist", "elec"),
            ("rail", "infra"),
            ("rail.power", "rail"),
            ("rail.power", "elec"),
            ("traction", "sub"),
            ("traction", "rail.power"),
            ("contact", "dist"),
            ("contact", "rail.power"),
            ("military", "object"),
        ];
        for (child, parent) in edges {
            let (child, parent) = (h.node(&Arc::from(child)), h.node(&Arc::from(parent)));
            assert!(h.edge(child, parent));
        }
        h
    }

    fn selection(text: &str) -> Selection {
        let mut selection = Selection::default();
        for word in text.split_whitespace() {
            let (mark, key) = word.split_at(1);
            let entry = if key == "*" { Listed::All } else { Listed::Node(Arc::from(key)) };
            match mark {
                "+" => selection.include.push(entry),
                "-" => selection.exclude.push(entry),
                _ => selection.unclear.push(entry),
            }
        }
        selection
    }

    fn check(select: &str, fact: &str, expected: Truth) {
        let h = hierarchy();
        let fact = if fact == "*" { Fact::Anything } else { Fact::Node(h.find(fact).expect("a node")) };
        assert_eq!(Membership::new(&selection(select), &h).truth(&fact), expected, "{select}");
    }

    #[test]
    fn a_broad_fact_is_yes_only_if_everything_below_it_is() {
        check("+energy", "rail.power", Truth::Yes);
        check("+sub ?dist", "rail.power", Truth::Unknown);
        check("+sub ?dist", "traction", Truth::Yes);
        check("+sub ?dist", "contact", Truth::Unknown);
        check("+sub ?dist", "military", Truth::No);
        check("+energy", "infra", Truth::Unknown);
    }

    #[test]
    fn covered_by_one_path_and_expressly_excluded_by_another_is_unknown_but_silence_is_not_exclusion() {
        check("+energy -rail", "rail.power", Truth::Unknown);
        check("+energy -rail.power", "traction", Truth::Unknown);
        check("+energy -rail.power", "rail.power", Truth::Unknown);
        check("+rail -rail.power", "rail.power", Truth::No);
        check("+energy", "traction", Truth::Yes);
        check("+energy -*", "traction", Truth::Yes);
    }

    #[test]
    fn star_is_the_whole_hierarchy() {
        check("-military", "rail", Truth::Yes);
        check("-military", "*", Truth::Unknown);
        check("+*", "*", Truth::Yes);
        check("-* ?energy", "elec", Truth::Unknown);
        check("-* ?energy", "military", Truth::No);
        check("+energy", "*", Truth::Unknown);
        check("-*", "*", Truth::No);
        check("?military", "*", Truth::Unknown);
        check("?military", "rail", Truth::Yes);
    }

    #[test]
    fn an_unplaced_node_counts_as_anything_unless_listed_itself() {
        let mut h = hierarchy();
        let stray = h.node(&Arc::from("stray"));
        h.set_unplaced(stray, true);
        let truth = |select: &str| Membership::new(&selection(select), &h).truth(&Fact::Node(stray));
        assert_eq!(truth("+energy"), Truth::Unknown);
        assert_eq!(truth("+stray"), Truth::Yes);
        assert_eq!(truth("+energy -stray"), Truth::No);
    }

    #[test]
    fn the_branches_show_the_way_up_to_the_entry_that_decided() {
        let h = hierarchy();
        let show = |select: &str, fact: &str| {
            let membership = Membership::new(&selection(select), &h);
            let branches = membership.branches(&Fact::Node(h.find(fact).expect("a node")));
            branches.iter().map(|b| format!("{:?} {:?} {}", b.truth, b.listing, b.path.join("<"))).collect::<Vec<_>>()
        };
        assert_eq!(
            show("+sub ?dist", "rail.power"),
            ["No Silent rail.power<rail<infra<object<*", "Yes Included traction<sub", "Unknown Unclear contact<dist"]
        );
        assert_eq!(
            show("+energy -rail", "rail.power"),
            [
                "Unknown Included rail.power<elec<energy",
                "Unknown Excluded rail.power<rail",
                "Yes Included traction<sub<elec<energy"
            ]
        );
    }
}
