//! Makes the rows of incidents from the columns of what was said: rows at their word where nothing is weighed, else as a basis weighs
//! them. No record is read for it but of incidents that several findings settle, or one that says it did not occur.

use crate::domain::evidence::{Basis, GroundClaim, Origin, Row};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::selection::Fact;
use crate::domain::verdict::strikes_nothing;
use crate::domain::world::World;
use crate::view::records::{Account, Accounts, node};
use crate::view::snapshot::Snapshot;

use super::bits::Bits;
use super::dictionary::{Dictionary, FINDING, NOT_GIVEN, number};
use super::part::Layer;
use super::rows::{Plain, Rows};
use super::weigh::{Scales, Voice};

/// What there is to weigh of each incident: which of them a basis has rows of that others have not.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    /// Somebody reports it.
    pub(super) reported: Bits,
    /// Somebody reports it, and somebody else reports or denies.
    pub(super) contested: Bits,
    /// Several report it.
    pub(super) repeated: Bits,
    /// A finding is verified.
    pub(super) verified: Bits,
    /// A finding affirms, of whatever status.
    pub(super) found: Bits,
}

/// What is made for several incidents in turn.
struct Maker<'s> {
    snapshot: &'s Snapshot,
    world: &'s World,
    accounts: &'s Accounts,
    silent: Silent,
    scales: Scales<'s>,
    /// The positions of what is said of the incident at hand, and its accounts.
    positions: Vec<u32>,
    said: Vec<(u32, &'s Account)>,
}

/// Rows on their way into layers.
struct Gathered {
    /// One row each, at the incident's number.
    most: Option<Rows>,
    plain: Rows,
    /// What is weighed hangs on the hierarchies.
    bound: Rows,
}

impl Survey {
    /// Nothing known of so many incidents.
    pub(super) fn none(groups: usize) -> Survey {
        let none = || Bits::none(groups);
        Survey { reported: none(), contested: none(), repeated: none(), verified: none(), found: none() }
    }

    /// The same of a state with so many incidents, without those that are to be looked at anew, and those that are no longer there.
    pub(super) fn without(&self, touched: &Bits, groups: &Bits) -> Survey {
        let kept = |of: &Bits| {
            let mut kept = of.resized(groups.length());
            kept.and_not(touched);
            kept.and(groups);
            kept
        };
        Survey {
            reported: kept(&self.reported),
            contested: kept(&self.contested),
            repeated: kept(&self.repeated),
            verified: kept(&self.verified),
            found: kept(&self.found),
        }
    }

    /// The incidents whose rows on a basis are not those at their word.
    pub(super) fn weighed(&self, basis: Basis) -> &Bits {
        match basis {
            Basis::Alleged => &self.reported,
            Basis::Undisputed => &self.contested,
            Basis::Corroborated => &self.repeated,
            Basis::Verified => &self.verified,
        }
    }

    fn note(&mut self, group: usize, said: &[(u32, &Account)]) {
        let reports = || said.iter().filter(|(_, account)| !account.is_finding());
        let affirming = reports().filter(|(_, account)| account.affirms()).count();
        let weighing = reports().filter(|(_, account)| account.affirms() || account.denies_anything()).count();
        let findings = || said.iter().filter(|(_, account)| account.is_finding());
        for (holds, of) in [
            (affirming > 0, &mut self.reported),
            (affirming > 0 && weighing > 1, &mut self.contested),
            // Nobody independent joins a single one.
            (affirming > 1, &mut self.repeated),
            (findings().any(|(_, account)| account.is_verified()), &mut self.verified),
            (findings().any(|(_, account)| account.affirms()), &mut self.found),
        ] {
            if holds {
                of.insert(group);
            }
        }
    }
}

/// Looks at incidents, and makes the rows of what is reported of them at its word. Where that is so of all there are, most may have one row.
pub(super) fn survey(snapshot: &Snapshot, of: &Bits, is_all: bool, survey: &mut Survey) -> Vec<Layer> {
    let mut maker = Maker::new(snapshot);
    let mut gathered = Gathered::new(is_all.then(|| of.length()));
    for group in of.iter() {
        maker.turn_to(group);
        survey.note(group, &maker.said);
        maker.alleged(&mut gathered, group);
    }
    if gathered.most.as_ref().is_some_and(|most| most.count() * 2 < of.length()) {
        // Mostly blanks: nothing is gained by finding an incident's row at its number.
        gathered = Gathered::new(None);
        for group in survey.reported.iter() {
            maker.turn_to(group);
            maker.alleged(&mut gathered, group);
        }
    }
    gathered.done()
}

/// The rows that a basis admits of incidents.
pub(super) fn build(snapshot: &Snapshot, basis: Basis, of: &Bits) -> Vec<Layer> {
    let mut maker = Maker::new(snapshot);
    let mut gathered = Gathered::new(None);
    for group in of.iter() {
        maker.turn_to(group);
        match basis {
            Basis::Alleged => maker.alleged(&mut gathered, group),
            Basis::Undisputed => maker.undisputed(&mut gathered, group),
            Basis::Corroborated => maker.corroborated(&mut gathered, group),
            Basis::Verified => maker.verified(&mut gathered, group),
        }
    }
    gathered.done()
}

/// What every report and finding says of incidents, for filters.
pub(super) fn build_said(snapshot: &Snapshot, of: &Bits) -> Vec<Layer> {
    let mut maker = Maker::new(snapshot);
    let mut gathered = Gathered::new(None);
    for group in of.iter() {
        maker.turn_to(group);
        for (account, of) in maker.said.clone() {
            let claimant = if of.is_finding() { FINDING } else { of.claimant };
            maker.push(&mut gathered.plain, group, (account, of), claimant, &[]);
        }
    }
    gathered.done()
}

/// Whether rows at their word say the same by two states of the hierarchies: what strikes nothing alone hangs on them.
pub(in crate::view) fn says_the_same(one: &World, other: &World) -> bool {
    let (one, other) = (Silent::of(&one.acts), Silent::of(&other.acts));
    one.0.iter().zip(&other.0).all(|(one, other)| one == other)
}

impl Gathered {
    fn new(most: Option<usize>) -> Gathered {
        Gathered { most: most.map(Rows::of_most), plain: Rows::of_some(), bound: Rows::of_some() }
    }

    fn done(self) -> Vec<Layer> {
        let Gathered { most, plain, bound } = self;
        let most = most.and_then(|rows| rows.done(false));
        most.into_iter().chain(plain.done(false)).chain(bound.done(true)).collect()
    }
}

impl<'s> Maker<'s> {
    fn new(snapshot: &'s Snapshot) -> Maker<'s> {
        let world = &*snapshot.world;
        Maker {
            snapshot,
            world,
            accounts: snapshot.accounts(),
            silent: Silent::of(&world.acts),
            scales: Scales::new(world),
            positions: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Reads what is said of an incident.
    fn turn_to(&mut self, group: usize) {
        self.snapshot.said_about(number(group), &mut self.positions);
        let accounts = self.positions.iter().map(|position| self.snapshot.account(*position));
        self.said.clear();
        self.said.extend(accounts.map(|account| (account, self.accounts.account(account))));
    }

    fn alleged(&self, to: &mut Gathered, group: usize) {
        let affirming = || self.said.iter().filter(|(_, account)| !account.is_finding() && account.affirms());
        let grounds = self.grounds(Basis::Alleged);
        let rows = match &mut to.most {
            _ if !grounds.is_empty() => &mut to.bound,
            Some(most) if affirming().flat_map(|(account, _)| self.accounts.rows(*account)).nth(1).is_none() => most,
            _ => &mut to.plain,
        };
        for report in affirming() {
            self.push(rows, group, *report, report.1.claimant, &grounds);
        }
    }

    fn undisputed(&mut self, to: &mut Gathered, group: usize) {
        let (grounds, world) = (self.grounds(Basis::Undisputed), self.world);
        let reports = self.said.iter().filter(|(_, account)| !account.is_finding());
        let voices: Vec<Voice> = reports.map(|(account, _)| Voice::of(self.snapshot, *account)).collect();
        let push = |row: &Row, voice: &Voice| push_weighed(&mut to.bound, group, row, voice, &grounds, world);
        self.scales.undisputed(&voices, push);
    }

    fn corroborated(&mut self, to: &mut Gathered, group: usize) {
        let (grounds, world) = (self.grounds(Basis::Corroborated), self.world);
        let affirming = self.said.iter().filter(|(_, account)| !account.is_finding() && account.affirms());
        let voices: Vec<Voice> = affirming.map(|(account, _)| Voice::of(self.snapshot, *account)).collect();
        let push = |row: &Row, voice: &Voice| push_weighed(&mut to.bound, group, row, voice, &grounds, world);
        self.scales.corroborated(&voices, push);
    }

    fn verified(&mut self, to: &mut Gathered, group: usize) {
        let mut verified = self.said.iter().filter(|(_, account)| account.is_verified());
        match (verified.next(), verified.next()) {
            (Some(one), None) if one.1.affirms() => {
                let grounds = self.grounds(Basis::Verified);
                let rows = if grounds.is_empty() { &mut to.plain } else { &mut to.bound };
                self.push(rows, group, *one, one.1.claimant, &grounds);
            }
            (Some(_), _) => {
                // Several findings, or one that says that it did not occur.
                let evidence = self.snapshot.evidence_of(number(group));
                let grounds = evidence.grounds(Basis::Verified);
                for row in evidence.rows(Basis::Verified, self.world) {
                    push_row(&mut to.bound, group, &row, NOT_GIVEN, &grounds, self.world);
                }
            }
            (None, _) => {}
        }
    }

    /// The grounds that a basis listens to; most incidents have none.
    fn grounds(&self, basis: Basis) -> Vec<GroundClaim> {
        let (mut asserted, mut upheld) = (Vec::new(), Vec::new());
        for (account, ground) in self.said.iter().filter_map(|(_, account)| Some((account, account.ground()?))) {
            let claim = |claimant| GroundClaim { ground, claimant, origin: Origin::clone(self.scales.origin()) };
            if account.is_verified() {
                upheld.push(claim(None));
            } else if !account.is_finding() && basis != Basis::Verified {
                asserted.push(claim(node(account.claimant, &self.world.actors)));
            }
        }
        asserted.append(&mut upheld);
        asserted
    }

    /// The rows of one account, each at its word.
    fn push(
        &self,
        rows: &mut Rows,
        group: usize,
        (account, of): (u32, &Account),
        claimant: u32,
        grounds: &[GroundClaim],
    ) {
        if !of.affirms() {
            return;
        }
        let world = self.world;
        let act = node(of.act, &world.acts);
        let mut row = Plain {
            author: node(of.author, &world.actors),
            act,
            against: node(of.against, &world.actors),
            object: None,
            place: node(of.place, &world.places),
            weapon: None,
            occurred: self.accounts.time(of.occurred()),
            effect: None,
            strikes_nothing: self.silent.is(act),
        };
        for struck in self.accounts.rows(account) {
            row.object = node(struck.object, &world.objects);
            row.weapon = node(struck.weapon, &world.weapons);
            row.effect = struck.effect();
            rows.push_plain(group, &row, claimant, grounds, &world.actors);
        }
    }
}

fn push_weighed(rows: &mut Rows, group: usize, row: &Row, voice: &Voice, grounds: &[GroundClaim], world: &World) {
    push_row(rows, group, row, Dictionary::node(voice.claimant), grounds, world);
}

fn push_row(rows: &mut Rows, group: usize, row: &Row, claimant: u32, grounds: &[GroundClaim], world: &World) {
    let act = row.act.own.as_ref().map_or(Fact::Anything, |v| v.value.clone());
    // Where an effect is given, what the act is does not matter to it.
    let strikes_nothing = row.effect.own.is_none() && strikes_nothing(&act, &world.acts);
    rows.push_weighed(group, row, claimant, grounds, strikes_nothing, &world.actors);
}

/// Which acts strike nothing, asked once of each.
struct Silent(Vec<bool>);

impl Silent {
    fn of(acts: &Hierarchy) -> Silent {
        Silent(acts.nodes().map(|act| strikes_nothing(&Fact::Node(act), acts)).collect())
    }

    fn is(&self, act: Option<Node>) -> bool {
        act.is_some_and(|act| self.0[act.index()])
    }
}
