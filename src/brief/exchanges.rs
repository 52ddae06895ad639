//! Exchanges: who handed over whom by each account, with totals reconciled.

use crate::domain::name::{ActorName, Collection, RecordName};
use crate::domain::record::{Body, Revision};
use crate::domain::undertakings::{Exchange, PersonCategory, Transfer, TransferStage};

use super::desk::Desk;
use super::language::{More, Word};
use super::{Cell, Section, SectionKind, Sentence, Table};

/// How many exchanges are told.
const LISTED_MAX: usize = 20;

/// What one side states at one stage.
pub(super) struct Account<'e> {
    pub(super) by: &'e ActorName,
    pub(super) stage: TransferStage,
    pub(super) parts: Vec<&'e Transfer>,
    pub(super) total: Option<i64>,
}

impl Account<'_> {
    /// What its parts add up to.
    pub(super) fn sum(&self) -> i64 {
        self.parts.iter().map(|part| i64::from(part.count)).sum()
    }
}

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Exchanges);
    let mut more = 0;
    for revision in desk.snapshot.all_live(Collection::Exchanges) {
        let Body::Exchange(exchange) = &revision.body else { continue };
        if !desk.is_of_period(&revision, exchange.held.as_ref()) {
            continue;
        }
        if draft.tables.len() == LISTED_MAX {
            more += 1;
            continue;
        }
        let accounts = accounts(desk, &revision, exchange);
        draft.sentences.extend(sentences(desk, &revision, exchange, &accounts));
        draft.tables.push(table(desk, &revision, &accounts));
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Exchanges, more)));
    }
    draft.done(desk, Word::NothingExchanges)
}

/// What each side states at each stage, as far as it is carried; in the order of first mention.
pub(super) fn accounts<'e>(desk: &Desk<'_>, revision: &Revision, exchange: &'e Exchange) -> Vec<Account<'e>> {
    let mut accounts: Vec<Account<'e>> = Vec::new();
    for (index, transfer) in exchange.transfers.iter().enumerate() {
        if !desk.is_carried(revision, &format!("exchange.transfers[{index}]")) {
            continue;
        }
        let (by, stage) = (&transfer.stated_by, transfer.stage);
        let at = accounts.iter().position(|account| account.by == by && account.stage == stage);
        let at = at.unwrap_or_else(|| {
            accounts.push(Account { by, stage, parts: Vec::new(), total: None });
            accounts.len() - 1
        });
        let is_total = transfer.from.is_none() && transfer.to.is_none() && transfer.category.is_none();
        if is_total {
            accounts[at].total = Some(i64::from(transfer.count));
        } else {
            accounts[at].parts.push(transfer);
        }
    }
    accounts
}

/// The parts of an account, in words.
pub(super) fn parts(desk: &Desk<'_>, account: &Account<'_>) -> Vec<String> {
    let name = |actor: &Option<ActorName>| actor.as_ref().map(|actor| desk.actor_within(actor));
    let one = |part: &&Transfer| {
        let (from, to) = (name(&part.from), name(&part.to));
        desk.words.handed_over(i64::from(part.count), part.category, from.as_deref(), to.as_deref())
    };
    account.parts.iter().map(one).collect()
}

fn sentences(desk: &Desk<'_>, revision: &Revision, exchange: &Exchange, accounts: &[Account<'_>]) -> Vec<Sentence> {
    let records = || vec![revision.name.clone()];
    let mut texts: Vec<(String, Vec<RecordName>)> = Vec::new();
    let name = desk.name_of_revision(revision);
    let confirmed: Vec<&Account<'_>> = accounts.iter().filter(|a| a.stage == TransferStage::Confirmed).collect();
    let held = exchange.held.as_ref().filter(|_| desk.is_carried(revision, "exchange.held"));
    if confirmed.is_empty() {
        for account in accounts {
            let when = held.map(|span| desk.when(span));
            let who = [desk.actor_within(account.by)];
            let mut parts = parts(desk, account);
            if let (true, Some(total)) = (parts.is_empty(), account.total) {
                parts.push(desk.words.handed_over(total, None, None, None));
            }
            let text = desk.words.exchange_announced(&name, when.as_deref(), &who, &parts);
            texts.push((text, records()));
        }
    } else if let Some(text) = exchanged(desk, revision, exchange, accounts) {
        texts.push((text, records()));
    }
    for account in confirmed.iter().filter(|account| !account.parts.is_empty()) {
        let who = desk.actor_within(account.by);
        texts.push((desk.words.adds_up(&who, account.stage, account.sum(), account.total), records()));
    }
    let sums: Vec<(String, i64)> = confirmed
        .iter()
        .filter(|account| !account.parts.is_empty() || account.total.is_some())
        .map(|account| {
            // The total that is stated, as where the exchange is told.
            (desk.actor_within(account.by), account.total.unwrap_or_else(|| account.sum()))
        })
        .collect();
    if sums.len() > 1 {
        texts.push((desk.words.sides_agree(&sums), records()));
    }
    texts.extend(differences(desk, accounts).into_iter().map(|text| (text, records())));
    let mediators: Vec<&ActorName> = exchange
        .mediators
        .iter()
        .filter(|who| desk.is_carried(revision, "exchange.mediators") && desk.snapshot.is_there(&who.record()))
        .collect();
    if !mediators.is_empty() {
        let sources = desk.sources(revision, Some("exchange.mediators"));
        let behind = records().into_iter().chain(mediators.iter().map(|who| who.record())).collect();
        texts.push((desk.words.mediated_by(&desk.actors_within(mediators), &sources), behind));
    }
    texts.into_iter().map(|(text, records)| desk.sentence(text, records)).collect()
}

/// An exchange that was held, by its total: the one that is stated, else what the parts add up to.
pub(super) fn exchanged(
    desk: &Desk<'_>,
    revision: &Revision,
    exchange: &Exchange,
    accounts: &[Account<'_>],
) -> Option<String> {
    let confirmed = || accounts.iter().filter(|account| account.stage == TransferStage::Confirmed);
    let count_of = |account: &Account<'_>| account.total.unwrap_or_else(|| account.sum());
    let first = confirmed().find(|account| account.total.is_some()).or_else(|| confirmed().next())?;
    let count = count_of(first);
    let who: Vec<String> =
        confirmed().filter(|a| count_of(a) == count).map(|account| desk.actor_within(account.by)).collect();
    let held = exchange.held.as_ref().filter(|_| desk.is_carried(revision, "exchange.held"))?;
    let name = desk.name_of_revision(revision);
    let parts = parts(desk, first);
    // Where the parts do not make up the total, they are not set beside it as if they did.
    let parts = if first.sum() == count { parts } else { Vec::new() };
    let prisoners = are_prisoners(&first.parts);
    Some(desk.words.exchanged(&name, count, prisoners, &desk.when(held), &who, &parts))
}

/// Where one side confirmed another number than it had announced.
fn differences(desk: &Desk<'_>, accounts: &[Account<'_>]) -> Vec<String> {
    let mut texts = Vec::new();
    for announced in accounts.iter().filter(|account| account.stage == TransferStage::Announced) {
        let confirmed = accounts.iter().find(|a| a.stage == TransferStage::Confirmed && a.by == announced.by);
        for part in &announced.parts {
            let same =
                |other: &&&Transfer| other.from == part.from && other.to == part.to && other.category == part.category;
            let Some(then) = confirmed.and_then(|account| account.parts.iter().find(same)) else { continue };
            if then.count != part.count {
                let what = what(desk, part);
                let who = desk.actor_within(announced.by);
                let (announced, confirmed) = (i64::from(part.count), i64::from(then.count));
                texts.push(desk.words.announced_and_confirmed(&what, announced, confirmed, &who));
            }
        }
    }
    texts
}

fn what(desk: &Desk<'_>, part: &Transfer) -> String {
    desk.words.person_category(part.category).to_owned()
}

fn table(desk: &Desk<'_>, revision: &Revision, accounts: &[Account<'_>]) -> Table {
    let mut rows = Vec::new();
    let record = || vec![revision.name.clone()];
    for account in accounts {
        let (by, stage) = (desk.actor(account.by), desk.words.stage(account.stage));
        let name = |actor: &Option<ActorName>| actor.as_ref().map_or_else(|| "–".to_owned(), |actor| desk.actor(actor));
        for part in &account.parts {
            let direction = format!("{} → {}", name(&part.from), name(&part.to));
            let persons = desk.words.person_category(part.category).to_owned();
            let cells = [by.clone(), stage.to_owned(), direction, persons, part.count.to_string()];
            rows.push(desk.row(cells.into_iter().map(Cell::from).collect(), record()));
        }
        let mut line = |what: Word, count: i64| {
            let all = desk.words.word(Word::Overall).to_owned();
            let cells = [by.clone(), stage.to_owned(), all, desk.words.word(what).to_owned(), count.to_string()];
            rows.push(desk.row(cells.into_iter().map(Cell::from).collect(), record()));
        };
        if account.parts.len() > 1 {
            line(Word::SumOfParts, account.sum());
        }
        if let Some(total) = account.total {
            line(Word::StatedTotal, total);
        }
    }
    let columns = [Word::Account, Word::Stage, Word::Direction, Word::Persons, Word::Count];
    Table { caption: desk.name_of_revision(revision), columns: desk.columns(&columns), rows, note: String::new() }
}

/// Whether all were held: then they are called prisoners.
fn are_prisoners(parts: &[&Transfer]) -> bool {
    let is_held = |category: Option<PersonCategory>| {
        matches!(category, Some(PersonCategory::PrisonerOfWar | PersonCategory::Detainee | PersonCategory::Wounded))
    };
    !parts.is_empty() && parts.iter().all(|part| is_held(part.category))
}
