//! Makes the tables of a snapshot from the columns of what was said: rows at their word where nothing is weighed, else as a basis weighs
//! them. No record is read for it but of incidents that several findings settle, or one that says it did not occur.

use crate::domain::evidence::{Basis, GroundClaim, Origin, Row};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::selection::Fact;
use crate::domain::verdict::strikes_nothing;
use crate::domain::world::World;
use crate::view::records::{Account, Accounts, node};
use crate::view::snapshot::Snapshot;

use super::dictionary::{Dictionary, NOT_GIVEN, number};
use super::rows::{Plain, Rows};
use super::table::Table;
use super::weigh::{Scales, Voice};

/// Stands where a row of a finding would name its claimant.
pub(super) fn finding_number(snapshot: &Snapshot) -> u32 {
    number(snapshot.world.actors.len() + 1)
}

/// The rows that a basis admits.
pub(super) fn build(snapshot: &Snapshot, basis: Basis) -> Table {
    let (world, accounts) = (&*snapshot.world, snapshot.accounts());
    let mut rows = Rows::new(snapshot.groups().length(), world);
    let silent = Silent::of(&world.acts);
    let mut scales = Scales::new(world);
    let mut said = Vec::new();
    for group in snapshot.groups().iter() {
        snapshot.said_about(number(group), &mut said);
        let all = || said.iter().map(|position| snapshot.account(*position)).map(|a| (a, accounts.account(a)));
        let reports = || all().filter(|(_, account)| !account.is_finding());
        let affirming = || reports().filter(|(_, account)| account.affirms());
        let verified = || all().filter(|(_, account)| account.is_verified());
        let grounds = || grounds(all().map(|(_, account)| account), basis, world, scales.origin());
        let mut plain = |(account, of): (u32, &Account), grounds: &[GroundClaim]| {
            push(&mut rows, group, accounts, account, of.claimant, grounds, world, &silent);
        };
        match basis {
            Basis::Undisputed if affirming().next().is_some() && reports().filter(|(_, a)| weighs(a)).count() > 1 => {
                let (grounds, voices) = (grounds(), reports().map(|(account, _)| Voice::of(snapshot, account)));
                scales.undisputed(&voices.collect::<Vec<_>>(), |row, voice| {
                    push_weighed(&mut rows, group, row, voice, &grounds, world);
                });
            }
            Basis::Alleged | Basis::Undisputed => {
                let grounds = grounds();
                affirming().for_each(|report| plain(report, &grounds));
            }
            Basis::Corroborated if affirming().count() > 1 => {
                let (grounds, voices) = (grounds(), affirming().map(|(account, _)| Voice::of(snapshot, account)));
                scales.corroborated(&voices.collect::<Vec<_>>(), |row, voice| {
                    push_weighed(&mut rows, group, row, voice, &grounds, world);
                });
            }
            // Nobody independent joins a single one.
            Basis::Corroborated => {}
            Basis::Verified => match (verified().next(), verified().nth(1)) {
                (Some(one), None) if one.1.affirms() => plain(one, &grounds()),
                (Some(_), _) => weigh_findings(&mut rows, snapshot, group),
                (None, _) => {}
            },
        }
    }
    rows.done()
}

/// Whether anything of a report weighs for others.
fn weighs(account: &Account) -> bool {
    account.affirms() || account.denies_anything()
}

/// The grounds that a basis listens to; most incidents have none.
fn grounds<'a>(
    accounts: impl Iterator<Item = &'a Account>,
    basis: Basis,
    world: &World,
    origin: &Origin,
) -> Vec<GroundClaim> {
    let (mut asserted, mut upheld) = (Vec::new(), Vec::new());
    for (account, ground) in accounts.filter_map(|account| Some((account, account.ground()?))) {
        let claim = |claimant| GroundClaim { ground, claimant, origin: origin.clone() };
        if account.is_verified() {
            upheld.push(claim(None));
        } else if !account.is_finding() && basis != Basis::Verified {
            asserted.push(claim(node(account.claimant, &world.actors)));
        }
    }
    asserted.append(&mut upheld);
    asserted
}

/// What every report and finding says, for filters.
pub(super) fn build_said(snapshot: &Snapshot) -> Table {
    let (world, accounts) = (&*snapshot.world, snapshot.accounts());
    let mut rows = Rows::new(snapshot.groups().length(), world);
    let silent = Silent::of(&world.acts);
    let mut said = Vec::new();
    for group in snapshot.groups().iter() {
        snapshot.said_about(number(group), &mut said);
        for position in &said {
            let account = snapshot.account(*position);
            let of = accounts.account(account);
            let claimant = if of.is_finding() { finding_number(snapshot) } else { of.claimant };
            push(&mut rows, group, accounts, account, claimant, &[], world, &silent);
        }
    }
    rows.done()
}

/// The rows of an incident's verified findings, if there are several or one says that it did not occur.
fn weigh_findings(rows: &mut Rows, snapshot: &Snapshot, group: usize) {
    let world = &*snapshot.world;
    let evidence = snapshot.evidence_of(number(group));
    let grounds = evidence.grounds(Basis::Verified);
    for row in evidence.rows(Basis::Verified, world) {
        push_row(rows, group, &row, NOT_GIVEN, &grounds, world);
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

/// The rows of one account, each at its word.
#[expect(clippy::too_many_arguments, reason = "what a row needs beside its account is the same for all of a rows")]
fn push(
    rows: &mut Rows,
    group: usize,
    accounts: &Accounts,
    account: u32,
    claimant: u32,
    grounds: &[GroundClaim],
    world: &World,
    silent: &Silent,
) {
    let of = accounts.account(account);
    if !of.affirms() {
        return;
    }
    let act = node(of.act, &world.acts);
    let mut row = Plain {
        author: node(of.author, &world.actors),
        act,
        against: node(of.against, &world.actors),
        object: None,
        place: node(of.place, &world.places),
        weapon: None,
        occurred: accounts.time(of.occurred()),
        effect: None,
        strikes_nothing: silent.is(act),
    };
    for struck in accounts.rows(account) {
        row.object = node(struck.object, &world.objects);
        row.weapon = node(struck.weapon, &world.weapons);
        row.effect = struck.effect();
        rows.push_plain(group, &row, claimant, grounds, &world.actors);
    }
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
