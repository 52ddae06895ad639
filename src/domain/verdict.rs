//! The verdict: eleven elements of each row, the rows of an incident, and what would settle what is open.
//!
//! ```text
//! row       = operative AND occurrence AND actor AND act AND against AND object
//!             AND place AND weapon AND window AND effect AND exception
//! incident  = row OR row OR …                  no row: not assessed, never "no breach"
//! yes → BREACH     no → NO_BREACH     unknown → UNDETERMINED
//! ```

use super::evidence::{Basis, Evidence, GroundClaim, Origin, RecordRef, Row, Weighed, effect_word};
use super::hierarchy::Hierarchy;
use super::missing;
use super::name::Collection;
use super::reading::Clause;
use super::report::{Effect, Proposition};
use super::selection::{Branch, Fact, Found, Membership, Selection};
use super::texts::Instrument;
use super::time::Range;
use super::truth::Truth;
use super::window::{CountingRule, Decision, Resolved};
use super::world::World;

/// The acts that strike nothing: for one at or below these, an effect that nobody gave is no open question.
pub const STRIKES_NOTHING: [&str; 5] = ["movement", "reconnaissance", "obstruction", "detention", "statement"];

/// One of the eleven questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Element {
    /// Does the text set a rule at all?
    Operative,
    /// Did it happen?
    Occurrence,
    /// Is the author bound?
    Actor,
    /// Is the act prohibited?
    Act,
    /// Is the side that was struck protected?
    Against,
    /// Is what was struck protected?
    Object,
    /// Inside the area?
    Place,
    /// A weapon the clause names?
    Weapon,
    /// Inside the time?
    Window,
    /// Was it struck?
    Effect,
    /// Is there no excuse?
    Exception,
}

impl Element {
    /// All eleven, in the order of the contract.
    pub const ALL: [Element; 11] = [
        Element::Operative,
        Element::Occurrence,
        Element::Actor,
        Element::Act,
        Element::Against,
        Element::Object,
        Element::Place,
        Element::Weapon,
        Element::Window,
        Element::Effect,
        Element::Exception,
    ];
}

/// The answer for an incident under a reading on a basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Some row is a breach.
    Breach,
    /// Every row is no breach.
    NoBreach,
    /// The record does not settle it.
    Undetermined,
    /// No row is admitted on this basis.
    NotAssessed,
}

impl Verdict {
    /// The verdict of an incident whose rows together are `truth`; `None`: it has no row.
    pub fn of(truth: Option<Truth>) -> Verdict {
        match truth {
            Some(Truth::Yes) => Verdict::Breach,
            Some(Truth::No) => Verdict::NoBreach,
            Some(Truth::Unknown) => Verdict::Undetermined,
            None => Verdict::NotAssessed,
        }
    }

    /// How true it is; `None` where nothing was assessed.
    pub fn truth(self) -> Option<Truth> {
        match self {
            Verdict::Breach => Some(Truth::Yes),
            Verdict::NoBreach => Some(Truth::No),
            Verdict::Undetermined => Some(Truth::Unknown),
            Verdict::NotAssessed => None,
        }
    }
}

/// Why an element is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A fact that nobody gave, or not sharply enough.
    Fact,
    /// Accounts that cannot all be so, or a ground that is named and not upheld.
    Dispute,
    /// The reading leaves it open, which no evidence can mend.
    Reading,
}

/// The truth of one element, with what it was decided by.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementResult {
    /// Which.
    pub element: Element,
    /// Its truth.
    pub truth: Truth,
    /// The fields that were looked at.
    pub facts: Vec<Origin>,
    /// The rule that decided.
    pub rule: Rule,
    /// Why it is unknown; `None` where it is settled.
    pub cause: Option<Cause>,
}

/// The rule that decided an element.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// A selection over a hierarchy.
    Selection {
        /// The fact, as the key of its node; `*` where it was not given.
        fact: String,
        /// The way up from a node of each truth found.
        branches: Vec<Branch>,
    },
    /// A window.
    Window {
        /// The bound.
        decision: Decision,
        /// How the end was counted.
        counting: Option<CountingRule>,
    },
    /// In a few words.
    Note(&'static str),
}

/// A row under a reading.
#[derive(Debug, Clone, PartialEq)]
pub struct RowResult {
    /// The report or finding.
    pub source: RecordRef,
    /// Which of its things struck.
    pub struck: usize,
    /// The *and* of its elements.
    pub truth: Truth,
    /// The eleven elements.
    pub elements: Vec<ElementResult>,
}

/// An open question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Which element.
    pub element: Element,
    /// Of which report or finding.
    pub source: RecordRef,
    /// Of which thing struck.
    pub struck: usize,
    /// Why it is open.
    pub cause: Cause,
    /// What is missing, in words.
    pub note: String,
    /// Whether settling it alone, whichever way it falls, would settle the incident's verdict.
    pub decisive: bool,
}

/// Who denies what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// The report or finding.
    pub source: RecordRef,
    /// What is denied.
    pub propositions: Vec<Proposition>,
}

/// An incident under one reading on one basis.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Every row, in the order in which they were first recorded.
    pub rows: Vec<RowResult>,
    /// The deciding row: the truest, then the first.
    pub deciding: Option<usize>,
}

/// A clause worked out over the hierarchies of one position and known time.
#[derive(Debug, Clone)]
pub struct Applied<'w> {
    clause: Clause,
    world: &'w World,
    actors: Option<Membership<'w>>,
    against: Option<Membership<'w>>,
    acts: Option<Membership<'w>>,
    objects: Option<Membership<'w>>,
    places: Option<Membership<'w>>,
    weapons: Option<Membership<'w>>,
    window: Resolved,
}

impl<'w> Applied<'w> {
    /// Works a clause out. `instrument` is the text it rests on; a drafted reading may have none.
    pub fn new(clause: &Clause, instrument: Option<&Instrument>, world: &'w World) -> Applied<'w> {
        let over = |selection: &Option<Selection>, hierarchy: &'w Hierarchy| {
            selection.as_ref().map(|s| Membership::new(s, hierarchy))
        };
        Applied {
            world,
            actors: over(&clause.actors, &world.actors),
            against: over(&clause.against, &world.actors),
            acts: over(&clause.acts, &world.acts),
            objects: over(&clause.objects, &world.objects),
            places: over(&clause.places, &world.places),
            weapons: over(&clause.weapons, &world.weapons),
            window: clause.window.resolve(instrument.map(|i| &i.stated)),
            clause: clause.clone(),
        }
    }

    /// The window, worked out.
    pub fn window(&self) -> &Resolved {
        &self.window
    }

    /// Judges one incident on one basis.
    pub fn judge(&self, evidence: &Evidence, basis: Basis) -> Judgement {
        let grounds = evidence.grounds(basis);
        let rows: Vec<RowResult> = evidence.rows(basis, self.world).iter().map(|row| self.row(row, &grounds)).collect();
        let truth = rows.iter().map(|r| r.truth).reduce(Truth::or);
        let deciding = truth.and_then(|truth| rows.iter().position(|r| r.truth == truth));
        Judgement { verdict: Verdict::of(truth), rows, deciding }
    }

    /// The elements of one row.
    pub fn row(&self, row: &Row, grounds: &[GroundClaim]) -> RowResult {
        let elements = vec![
            self.operative(),
            occurrence(row),
            selected(Element::Actor, self.actors.as_ref(), &row.author, &self.world.actors),
            selected(Element::Act, self.acts.as_ref(), &row.act, &self.world.acts),
            selected(Element::Against, self.against.as_ref(), &row.against, &self.world.actors),
            selected(Element::Object, self.objects.as_ref(), &row.object, &self.world.objects),
            selected(Element::Place, self.places.as_ref(), &row.place, &self.world.places),
            selected(Element::Weapon, self.weapons.as_ref(), &row.weapon, &self.world.weapons),
            self.timed(&row.occurred),
            self.effect(row),
            self.exception(row, grounds),
        ];
        let truth = elements.iter().map(|e| e.truth).fold(Truth::Yes, Truth::and);
        RowResult { source: row.source.clone(), struck: row.struck, truth, elements }
    }

    /// Whether the text sets a rule at all.
    pub(super) fn operative(&self) -> ElementResult {
        let truth = self.clause.operative;
        let note = match truth {
            Truth::Yes => "the reading takes the text to set a rule",
            Truth::Unknown => "the reading leaves open whether the text sets a rule",
            Truth::No => "the reading takes the text to set no rule",
        };
        settled(Element::Operative, truth, Rule::Note(note), Cause::Reading)
    }

    fn timed(&self, occurred: &Weighed<Range>) -> ElementResult {
        let own = occurred.own.as_ref().map_or(Range::ANY, |v| v.value);
        let times: Vec<Range> = std::iter::once(own).chain(occurred.others.iter().map(|v| v.value)).collect();
        let truth = Truth::weigh_all(times.iter().map(|t| self.window.truth(t)));
        let settleable = times.iter().any(|t| self.window.could_be_settled(t));
        ElementResult {
            element: Element::Window,
            truth,
            facts: occurred.origins().cloned().collect(),
            rule: Rule::Window { decision: self.window.decision(&times), counting: self.window.counting },
            cause: cause(truth, settleable, occurred.disputed()),
        }
    }

    fn effect(&self, row: &Row) -> ElementResult {
        let attempts = self.clause.attempts;
        let Some(own) = &row.effect.own else {
            let act = row.act.own.as_ref().map_or(&Fact::Anything, |v| &v.value);
            let harmless = strikes_nothing(act, &self.world.acts);
            let note = if self.clause.objects.is_none() {
                "the reading names no objects: firing itself is the breach"
            } else if harmless {
                "such an act strikes nothing"
            } else {
                "whether it was hit is not given"
            };
            return settled(Element::Effect, self.effect_not_given(harmless), Rule::Note(note), Cause::Fact);
        };
        let effects: Vec<Effect> =
            std::iter::once(own.value).chain(row.effect.others.iter().map(|v| v.value)).collect();
        let truths: Vec<Truth> = effects.iter().map(|&e| self.effect_truth(e)).collect();
        let truth = Truth::weigh_all(truths.iter().copied());
        let note = match effect_word(own.value) {
            _ if row.effect.disputed() => "accounts differ on whether it was hit",
            "HIT" if row.source.name.collection == Collection::Findings => "found to have been hit",
            "HIT" => "said to have been hit",
            "AFFECTED" => "given as affected by a strike elsewhere, which is no strike on it",
            _ => match attempts {
                Truth::Yes => "an attempt, which the reading counts",
                Truth::Unknown => "the reading leaves open whether an attempt counts",
                Truth::No => "an attempt, which the reading does not count",
            },
        };
        let settleable = truths.iter().any(|&t| t != Truth::Unknown);
        ElementResult {
            element: Element::Effect,
            truth,
            facts: row.effect.origins().cloned().collect(),
            rule: Rule::Note(note),
            cause: cause(truth, settleable, row.effect.disputed()),
        }
    }

    /// The clause itself.
    pub fn clause(&self) -> &Clause {
        &self.clause
    }

    /// The selection that decides an element, if the reading restricts it and a selection does.
    pub fn membership(&self, element: Element) -> Option<&Membership<'w>> {
        match element {
            Element::Actor => self.actors.as_ref(),
            Element::Act => self.acts.as_ref(),
            Element::Against => self.against.as_ref(),
            Element::Object => self.objects.as_ref(),
            Element::Place => self.places.as_ref(),
            Element::Weapon => self.weapons.as_ref(),
            Element::Operative | Element::Occurrence | Element::Window | Element::Effect | Element::Exception => None,
        }
    }

    /// Whether a given effect counts as struck.
    pub fn effect_truth(&self, effect: Effect) -> Truth {
        match effect {
            Effect::Hit => Truth::Yes,
            Effect::Intercepted | Effect::Missed => self.clause.attempts,
            Effect::Affected => Truth::No,
        }
    }

    /// Whether something counts as struck of which nobody gave the effect.
    pub fn effect_not_given(&self, act_strikes_nothing: bool) -> Truth {
        if self.clause.objects.is_none() || act_strikes_nothing { Truth::Yes } else { Truth::Unknown }
    }

    fn exception(&self, row: &Row, grounds: &[GroundClaim]) -> ElementResult {
        let listed = |claim: &&GroundClaim| self.clause.exceptions.contains(&claim.ground);
        let accused = |claim: &GroundClaim| claim.claimant.is_some_and(|who| self.may_be_accused(&row.author, who));
        let upheld: Vec<&GroundClaim> = grounds.iter().filter(listed).filter(|c| c.claimant.is_none()).collect();
        let asserted: Vec<&GroundClaim> = grounds.iter().filter(listed).filter(|c| accused(c)).collect();
        let (truth, note, used) = if !upheld.is_empty() {
            (Truth::No, "a finding upholds a ground that the reading allows", upheld)
        } else if !asserted.is_empty() {
            (Truth::Unknown, "the accused side names a ground that the reading allows; no finding upholds it", asserted)
        } else {
            (Truth::Yes, "no ground that the reading allows is named by the accused side", Vec::new())
        };
        let facts = used.into_iter().map(|c| c.origin.clone()).collect();
        ElementResult { facts, ..settled(Element::Exception, truth, Rule::Note(note), Cause::Dispute) }
    }

    /// Whether an actor belongs to the accused side: the author, or one above or below it. Where no author is given, anyone may.
    fn may_be_accused(&self, author: &Weighed<Fact>, who: super::hierarchy::Node) -> bool {
        let author = author.own.as_ref().map_or(&Fact::Anything, |v| &v.value);
        is_accused(author, who, &self.world.actors)
    }
}

impl Judgement {
    /// The deciding row.
    pub fn deciding_row(&self) -> Option<&RowResult> {
        self.deciding.map(|i| &self.rows[i])
    }

    /// For an undetermined incident: every unknown element of every unknown row.
    pub fn missing(&self) -> Vec<Missing> {
        if self.verdict != Verdict::Undetermined {
            return Vec::new();
        }
        let open_rows: Vec<&RowResult> = self.rows.iter().filter(|r| r.truth == Truth::Unknown).collect();
        let mut found = Vec::new();
        for row in &open_rows {
            let open: Vec<&ElementResult> = row.elements.iter().filter(|e| e.truth == Truth::Unknown).collect();
            // No row is yes here. Settled to "no", the element closes its row, and the verdict if no other row is open;
            // settled to "yes", it makes its row a breach only if nothing else in it is open.
            let decisive = open_rows.len() == 1 && open.len() == 1;
            found.extend(open.iter().map(|e| Missing {
                element: e.element,
                source: row.source.clone(),
                struck: row.struck,
                cause: e.cause.unwrap_or(Cause::Fact),
                note: missing::note(&row.source, e),
                decisive,
            }));
        }
        found
    }
}

/// Whether an actor is the author, or above or below it by affiliation; of an author that is not given, anyone may be.
pub fn is_accused(author: &Fact, who: super::hierarchy::Node, actors: &Hierarchy) -> bool {
    match author {
        Fact::Anything => true,
        Fact::Node(node) => actors.in_one_line(*node, who),
        Fact::Within(bounds) => bounds.iter().any(|&bound| actors.in_one_line(bound, who)),
    }
}

/// Whether an act strikes nothing, whatever it may be among the nodes that it is known as.
pub fn strikes_nothing(act: &Fact, acts: &Hierarchy) -> bool {
    let Some(nodes) = act.nodes(acts) else { return false };
    let at_or_below = |high: &str| acts.find(high).is_some_and(|high| nodes.iter().all(|&n| acts.at_or_below(n, high)));
    STRIKES_NOTHING.iter().any(|high| at_or_below(high))
}

/// Who denies what about an incident, findings beside reports where the basis is what was verified.
pub fn denials(evidence: &Evidence, basis: Basis) -> Vec<Denial> {
    let findings = evidence.findings.iter().filter(|_| basis == Basis::Verified);
    let speakers = evidence.reports.iter().chain(findings).filter(|t| !t.denied().is_empty());
    speakers.map(|t| Denial { source: t.source.clone(), propositions: t.denied().to_vec() }).collect()
}

fn occurrence(row: &Row) -> ElementResult {
    let note = match row.occurrence {
        Truth::Yes => "affirmed, and denied by nobody whom this basis weighs",
        Truth::Unknown => "affirmed by some and denied by others",
        Truth::No => "found not to have happened",
    };
    let facts = row.occurrence_origins.clone();
    ElementResult { facts, ..settled(Element::Occurrence, row.occurrence, Rule::Note(note), Cause::Dispute) }
}

/// An element that a selection decides; silence does not restrict.
pub(super) fn selected(
    element: Element,
    membership: Option<&Membership<'_>>,
    weighed: &Weighed<Fact>,
    hierarchy: &Hierarchy,
) -> ElementResult {
    let Some(membership) = membership else {
        return settled(element, Truth::Yes, Rule::Note("the reading does not restrict it"), Cause::Reading);
    };
    let anything = (!weighed.anything.is_empty()).then_some(&Fact::Anything);
    let own = weighed.own.as_ref().map_or(&Fact::Anything, |v| &v.value);
    let facts: Vec<&Fact> =
        std::iter::once(own).chain(weighed.others.iter().map(|v| &v.value)).chain(anything).collect();
    let found = facts.iter().map(|fact| membership.found(fact)).fold(Found::default(), Found::union);
    let truth = found.truth();

    let mut branches: Vec<Branch> = Vec::new();
    for fact in &facts {
        let shown: Vec<Truth> = branches.iter().map(|b| b.truth).collect();
        branches.extend(membership.branches(fact).into_iter().filter(|b| !shown.contains(&b.truth)));
    }
    ElementResult {
        element,
        truth,
        facts: weighed.origins().cloned().collect(),
        rule: Rule::Selection { fact: fact_text(own, hierarchy), branches },
        cause: cause(truth, found.could_be_settled(), weighed.disputed()),
    }
}

fn fact_text(fact: &Fact, hierarchy: &Hierarchy) -> String {
    match fact {
        Fact::Anything => "*".to_owned(),
        Fact::Node(node) => hierarchy.key(*node).to_string(),
        Fact::Within(bounds) => bounds.iter().map(|&n| hierarchy.key(n).to_string()).collect::<Vec<_>>().join(" & "),
    }
}

/// Why an element is open: where no sharper fact could settle it, only the text leaves it open.
fn cause(truth: Truth, settleable: bool, disputed: bool) -> Option<Cause> {
    match (truth, settleable, disputed) {
        (Truth::Yes | Truth::No, _, _) => None,
        (Truth::Unknown, false, _) => Some(Cause::Reading),
        (Truth::Unknown, true, true) => Some(Cause::Dispute),
        (Truth::Unknown, true, false) => Some(Cause::Fact),
    }
}

/// An element without facts to show; `cause` is why it is unknown, if it is.
pub(super) fn settled(element: Element, truth: Truth, rule: Rule, cause: Cause) -> ElementResult {
    let cause = (truth == Truth::Unknown).then_some(cause);
    ElementResult { element, truth, facts: Vec::new(), rule, cause }
}
