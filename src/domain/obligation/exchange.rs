//! How many persons each side confirms to have been handed over, of those that a duty asks for.
//!
//! What a side gives is a table of counts, some of them totals of others: one without `from`, `to` or `category` is over all of them, and
//! one of an actor is over those who act for it. Which persons stand in two counts nobody says, so what is known is a lower and an
//! upper limit.
//!
//! ```text
//! a side confirms                   asked: wounded from b to a      asked: anybody
//! prisoners of war  a → b   175       others                          }
//! prisoners of war  b → a   175       others                          } 372 together
//! wounded           b → a    22       just these: 22                  }
//! in all                    372       at most 372 - 350               just these: 372
//! ```

use std::collections::HashMap;

use super::super::evidence::{Origin, Said};
use super::super::hierarchy::{Hierarchy, Node};
use super::super::name::ActorName;
use super::super::record::Body;
use super::super::truth::Truth;
use super::super::undertakings::{PersonCategory, Transfer, TransferStage};
use super::super::verdict::{Cause, Element, ElementResult, Rule, settled};
use super::{Account, Event, FACTS_MAX, acts_for};

/// With more counts than this, of one side, which of them lie within which is not looked into: the limits are then wider.
const COUNTS_MAX: usize = 256;

/// What a duty asks for.
pub(super) struct Asked<'a> {
    from: Option<&'a ActorName>,
    to: Option<&'a ActorName>,
    category: Option<PersonCategory>,
    at_least: i64,
    actors: &'a Hierarchy,
}

/// What the records of one exchange say about it.
pub(super) struct Answer {
    /// Whether each side that confirms a count confirms enough.
    pub(super) occurrence: ElementResult,
    /// Whether it is between those whom the duty names; `None` where it names nobody.
    pub(super) named: Option<ElementResult>,
    /// Who hands over, receives, or speaks for a side.
    pub(super) parties: Vec<(Node, Origin)>,
    /// Whether some count may be of what is asked for.
    pub(super) answers: bool,
}

/// One count, in the order in which the counts were given.
struct Count<'e> {
    transfer: &'e Transfer,
    account: &'e Account,
    index: usize,
}

/// Of whom a count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Of {
    from: Option<Node>,
    to: Option<Node>,
    category: Option<PersonCategory>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        from: Option<&'a ActorName>,
        to: Option<&'a ActorName>,
        category: Option<PersonCategory>,
        at_least: Option<i32>,
        actors: &'a Hierarchy,
    ) -> Asked<'a> {
        // "Any number" is somebody: that nobody was handed over is no exchange. A duty that names 0 is content with it.
        Asked { from, to, category, at_least: i64::from(at_least.unwrap_or(1)), actors }
    }

    /// Holds what the records of one exchange say against it; they speak together, for one may have the count of one side alone.
    pub(super) fn of(&self, event: &Event) -> Answer {
        let counts = counts(event);
        let sides = self.sides(&counts);
        let truths: Vec<Truth> = sides.iter().filter_map(|side| self.reached(side)).collect();
        let truth = if truths.is_empty() { Truth::No } else { Truth::weigh_all(truths.iter().copied()) };
        let agreed = truths.iter().all(|t| *t == truths[0]);
        let (note, cause) = match truth {
            Truth::Yes => ("each side that confirms a count confirms enough", Cause::Fact),
            Truth::No if truths.is_empty() => ("no side confirms a count of what the duty asks for", Cause::Fact),
            Truth::No => ("no side confirms as many as the duty asks for", Cause::Fact),
            Truth::Unknown if agreed => ("a total may hold as many, and no count names just these", Cause::Fact),
            Truth::Unknown => ("the sides disagree on whether it was as many as the duty asks for", Cause::Dispute),
        };
        // Where some counts name just these, the totals need not be shown.
        let confirmed = || counts.iter().filter(|c| c.is_confirmed()).map(|c| (self.covers(self.key(c.transfer)), c));
        let truest = confirmed().map(|(truth, _)| truth).fold(Truth::Unknown, Truth::or);
        let shown = confirmed().filter(|(truth, _)| *truth == truest);
        let facts = shown.flat_map(|(_, c)| {
            let count = c.origin("count", Said::Text(c.transfer.count.to_string()));
            [c.origin("stated_by", Said::Record(c.transfer.stated_by.record())), count]
        });
        let facts = facts.take(FACTS_MAX).collect();
        let occurrence = ElementResult { facts, ..settled(Element::Occurrence, truth, Rule::Note(note), cause) };
        Answer {
            occurrence,
            named: (self.from.is_some() || self.to.is_some()).then(|| self.named(&counts)),
            parties: self.parties(&counts),
            answers: counts.iter().any(|c| self.covers(self.key(c.transfer)) != Truth::No),
        }
    }

    fn named(&self, counts: &[Count<'_>]) -> ElementResult {
        let between = |c: &Count<'_>| {
            let Of { from, to, .. } = self.key(c.transfer);
            self.is_of(from, self.from).and(self.is_of(to, self.to))
        };
        let truth = counts.iter().map(between).fold(Truth::No, Truth::or);
        let note = match truth {
            Truth::Yes => "between those whom the duty names, or who act for them",
            Truth::Unknown => "whether it is between those whom the duty names is not given",
            Truth::No => "not between those whom the duty names",
        };
        let mut facts = Vec::new();
        // One count that shows it is enough: others say the same, or something else.
        if let Some(shows) = counts.iter().find(|c| between(c) == truth) {
            let sides = [("from", &shows.transfer.from), ("to", &shows.transfer.to)];
            let origin = |(field, who): (&str, &Option<ActorName>)| {
                who.as_ref().map(|who| shows.origin(field, Said::Record(who.record())))
            };
            facts.extend(sides.into_iter().filter_map(origin));
        }
        ElementResult { facts, ..settled(Element::Actor, truth, Rule::Note(note), Cause::Fact) }
    }

    fn parties(&self, counts: &[Count<'_>]) -> Vec<(Node, Origin)> {
        let mut parties: Vec<(Node, Origin)> = Vec::new();
        for count in counts {
            let Transfer { from, to, stated_by, .. } = count.transfer;
            let named = [("from", from.as_ref()), ("to", to.as_ref()), ("stated_by", Some(stated_by))];
            for (field, who) in named.into_iter().filter_map(|(field, who)| Some((field, who?))) {
                let Some(node) = self.actors.find(who.id().as_str()) else { continue };
                if parties.iter().all(|(known, _)| *known != node) {
                    parties.push((node, count.origin(field, Said::Record(who.record()))));
                }
            }
        }
        parties
    }

    /// The confirmed counts of each side. Who has a top affiliation in common is one side, and speaks for it in turn: of several counts
    /// of the same persons the latest holds.
    fn sides(&self, counts: &[Count<'_>]) -> Vec<HashMap<Of, i64>> {
        let mut sides: Vec<(Vec<Node>, HashMap<Of, i64>)> = Vec::new();
        for count in counts.iter().filter(|c| c.is_confirmed()) {
            let speaker = self.actors.find(count.transfer.stated_by.id().as_str());
            let mut tops = speaker.map(|node| self.actors.tops(node)).unwrap_or_default();
            let mut of_side = HashMap::new();
            // Who acts for two sides makes them one, as far as counts go.
            while let Some(at) = sides.iter().position(|(known, _)| known.iter().any(|top| tops.contains(top))) {
                let (known, earlier) = sides.swap_remove(at);
                tops.extend(known.into_iter().filter(|top| !tops.contains(top)).collect::<Vec<_>>());
                of_side.extend(earlier);
            }
            of_side.insert(self.key(count.transfer), i64::from(count.transfer.count));
            sides.push((tops, of_side));
        }
        sides.into_iter().map(|(_, counts)| counts).collect()
    }

    /// Whether a side's counts reach what is asked for; `None` where none of them is of it.
    fn reached(&self, counts: &HashMap<Of, i64>) -> Option<Truth> {
        let of = |admits: fn(Truth) -> bool| -> Vec<(Of, i64)> {
            counts.iter().filter(|(of, _)| admits(self.covers(**of))).map(|(of, count)| (*of, *count)).collect()
        };
        let (certain, may) = (of(|t| t == Truth::Yes), of(|t| t != Truth::No));
        if may.is_empty() {
            return None;
        }
        let (least, most) = if counts.len() > COUNTS_MAX {
            (certain.iter().map(|(_, n)| *n).max().unwrap_or(0), sum(&may))
        } else {
            (self.least(&certain), self.most(&may, &of(|t| t == Truth::No)))
        };
        // A side whose parts come to more than its total has not said which of them is wrong.
        Some(match (!certain.is_empty() && least >= self.at_least, most >= self.at_least) {
            (true, true) => Truth::Yes,
            (false, false) => Truth::No,
            (true, false) | (false, true) => Truth::Unknown,
        })
    }

    /// At least so many persons stand in these counts.
    fn least(&self, counts: &[(Of, i64)]) -> i64 {
        self.levels(counts).iter().map(|level| sum(&self.outermost(level))).max().unwrap_or(0)
    }

    /// At most so many of what is asked for stand in the counts that may be of it: no more than a count that holds all of it leaves,
    /// once those are taken away that it holds and that are certainly others.
    fn most(&self, may: &[(Of, i64)], others: &[(Of, i64)]) -> i64 {
        let left = |(whole, count): &(Of, i64)| {
            let within: Vec<(Of, i64)> = others.iter().filter(|(part, _)| self.holds(whole, part)).copied().collect();
            (count - self.least(&within)).max(0)
        };
        let asked = may.iter().filter(|(of, _)| self.holds_all(of));
        asked.map(left).min().unwrap_or_else(|| sum(&self.outermost(may)))
    }

    /// Whether a count is over all of what is asked for, and perhaps over more.
    fn holds_all(&self, of: &Of) -> bool {
        let actor = |whole: Option<Node>, asked: Option<&ActorName>| match (whole, asked) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(whole), Some(asked)) => {
                self.actors.find(asked.id().as_str()).is_some_and(|asked| self.actors.at_or_below(asked, whole))
            }
        };
        actor(of.from, self.from) && actor(of.to, self.to) && (of.category.is_none() || of.category == self.category)
    }

    /// Counts that say equally much of whom they are: what differs in one of these is about others, so they add up.
    fn levels(&self, counts: &[(Of, i64)]) -> Vec<Vec<(Of, i64)>> {
        let mut levels: HashMap<(bool, bool, bool), Vec<(Of, i64)>> = HashMap::new();
        for (of, count) in counts {
            let level = (of.from.is_some(), of.to.is_some(), of.category.is_some());
            levels.entry(level).or_default().push((*of, *count));
        }
        levels.into_values().collect()
    }

    /// Those that lie within no other.
    fn outermost(&self, counts: &[(Of, i64)]) -> Vec<(Of, i64)> {
        counts.iter().filter(|(part, _)| !counts.iter().any(|(whole, _)| self.holds(whole, part))).copied().collect()
    }

    /// Whether a count is over another and more.
    fn holds(&self, whole: &Of, part: &Of) -> bool {
        let actor = |part: Option<Node>, whole: Option<Node>| match (part, whole) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(part), Some(whole)) => self.actors.at_or_below(part, whole),
        };
        whole != part
            && actor(part.from, whole.from)
            && actor(part.to, whole.to)
            && (whole.category.is_none() || part.category == whole.category)
    }

    /// Whether a count is of what is asked for.
    fn covers(&self, of: Of) -> Truth {
        let category = match (self.category, of.category) {
            (None, _) => Truth::Yes,
            (Some(_), None) => Truth::Unknown,
            (Some(asked), Some(given)) if asked == given => Truth::Yes,
            (Some(_), Some(_)) => Truth::No,
        };
        category.and(self.is_of(of.from, self.from)).and(self.is_of(of.to, self.to))
    }

    fn is_of(&self, given: Option<Node>, asked: Option<&ActorName>) -> Truth {
        let Some(asked) = asked else { return Truth::Yes };
        match (given, self.actors.find(asked.id().as_str())) {
            (Some(given), Some(asked)) => acts_for(given, asked, self.actors),
            (None, _) | (_, None) => Truth::Unknown,
        }
    }

    fn key(&self, transfer: &Transfer) -> Of {
        let node = |name: &Option<ActorName>| name.as_ref().and_then(|name| self.actors.find(name.id().as_str()));
        Of { from: node(&transfer.from), to: node(&transfer.to), category: transfer.category }
    }
}

impl Count<'_> {
    fn is_confirmed(&self) -> bool {
        self.transfer.stage == TransferStage::Confirmed
    }

    fn origin(&self, field: &str, said: Said) -> Origin {
        self.account.origin(format!("transfers[{}].{field}", self.index), said)
    }
}

/// Every count that records of one exchange give, the latest revision last.
fn counts(event: &Event) -> Vec<Count<'_>> {
    let mut accounts: Vec<&Account> = event.accounts.iter().collect();
    accounts.sort_by_key(|account| account.source.position);
    let of_account = |account| -> Vec<Count<'_>> {
        let account: &Account = account;
        match &account.revision.body {
            Body::Exchange(exchange) => {
                let transfers = exchange.transfers.iter().enumerate();
                transfers.map(|(index, transfer)| Count { transfer, account, index }).collect()
            }
            _ => Vec::new(),
        }
    };
    accounts.into_iter().flat_map(of_account).collect()
}

fn sum(counts: &[(Of, i64)]) -> i64 {
    counts.iter().map(|(_, count)| *count).sum()
}
