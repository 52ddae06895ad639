//! Makes the tables of a snapshot: from the columns of what was said where nobody else said anything of the incident, else from what
//! is weighed.

use crate::domain::evidence::{Basis, GroundClaim};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::selection::Fact;
use crate::domain::verdict::strikes_nothing;
use crate::domain::world::World;
use crate::view::records::{Accounts, node};
use crate::view::snapshot::Snapshot;

use super::dictionary::{Dictionary, number};
use super::table::{Plain, Table};

/// Stands where a row of a finding would name its claimant.
pub(super) fn finding_number(snapshot: &Snapshot) -> u32 {
    number(snapshot.world.actors.len() + 1)
}

/// The rows that a basis admits.
pub(super) fn build(snapshot: &Snapshot, basis: Basis) -> Table {
    let (world, accounts) = (&*snapshot.world, snapshot.accounts());
    let mut table = Table::new(snapshot.groups().length(), world);
    let silent = Silent::of(&world.acts);
    let mut said = Vec::new();
    for group in snapshot.groups().iter() {
        snapshot.said_about(number(group), &mut said);
        let all = || said.iter().map(|position| accounts.account(snapshot.account(*position)));
        // Of one that neither affirms nor denies anything, nothing weighs.
        let weighing = || all().filter(|account| !account.is_finding() && (account.affirms() || account.denies()));
        let affirming = || all().filter(|account| !account.is_finding() && account.affirms());
        let by_rows = match basis {
            Basis::Alleged => false,
            Basis::Undisputed => weighing().count() > 1 && affirming().next().is_some(),
            Basis::Corroborated => affirming().count() > 1,
            Basis::Verified => all().any(|account| account.is_verified()),
        };
        if by_rows {
            weigh(&mut table, snapshot, group, basis);
            continue;
        }
        if matches!(basis, Basis::Corroborated | Basis::Verified) {
            continue;
        }
        // Most name no ground, and are not looked at twice.
        let grounds = if all().any(|account| account.names_ground()) {
            snapshot.evidence_of(number(group)).grounds(basis)
        } else {
            Vec::new()
        };
        for position in &said {
            let account = snapshot.account(*position);
            if !accounts.account(account).is_finding() {
                let claimant = accounts.account(account).claimant;
                push(&mut table, group, accounts, account, claimant, &grounds, world, &silent);
            }
        }
    }
    table
}

/// What every report and finding says, for filters.
pub(super) fn build_said(snapshot: &Snapshot) -> Table {
    let (world, accounts) = (&*snapshot.world, snapshot.accounts());
    let mut table = Table::new(snapshot.groups().length(), world);
    let silent = Silent::of(&world.acts);
    let mut said = Vec::new();
    for group in snapshot.groups().iter() {
        snapshot.said_about(number(group), &mut said);
        for position in &said {
            let account = snapshot.account(*position);
            let of = accounts.account(account);
            let claimant = if of.is_finding() { finding_number(snapshot) } else { of.claimant };
            push(&mut table, group, accounts, account, claimant, &[], world, &silent);
        }
    }
    table
}

/// The rows of an incident as a basis weighs them.
fn weigh(table: &mut Table, snapshot: &Snapshot, group: usize, basis: Basis) {
    let world = &*snapshot.world;
    let evidence = snapshot.evidence_of(number(group));
    let grounds = evidence.grounds(basis);
    for row in evidence.rows(basis, world) {
        let act = row.act.own.as_ref().map_or(Fact::Anything, |v| v.value.clone());
        let claimant = evidence.reports.iter().find(|r| r.source == row.source).and_then(|r| r.claimant);
        let strikes_nothing = strikes_nothing(&act, &world.acts);
        table.push_weighed(group, &row, Dictionary::node(claimant), &grounds, strikes_nothing, &world.actors);
    }
}

/// The rows of one account, each at its word.
#[expect(clippy::too_many_arguments, reason = "what a row needs beside its account is the same for all of a table")]
fn push(
    table: &mut Table,
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
        table.push_plain(group, &row, claimant, grounds, &world.actors);
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
