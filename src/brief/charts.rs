//! Series to be drawn: incidents a day by what was struck, verdicts a day under each reading, reports by side, and a timeline.
//!
//! They are counted by the columns, over the period and the days before it; nothing is read one by one but what a timeline shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use crate::domain::evidence::Basis;
use crate::domain::name::{ActorName, Collection, Id, TermName};
use crate::domain::reading::Clause;
use crate::domain::record::Body;
use crate::domain::taxonomy;
use crate::domain::things::Taxonomy;
use crate::domain::time::{Range, Span};
use crate::domain::truth::Truth;
use crate::domain::verdict::Verdict;
use crate::domain::window::{End, Start, Window};
use crate::view::assess::Docket;
use crate::view::choice::{Choice, Chosen, Hypothetical, choose};
use crate::view::columns::Bits;
use crate::view::filter::Filter;
use crate::view::tally::{Counts, GroupBy, GroupKey, TallyRow, tally};

use super::contacts::{begins, is_of_edition};
use super::desk::Desk;
use super::language::Word;
use super::readings::head;
use super::readouts::texts;
use super::{Chart, ChartKind, Moment, Series};

/// How many days before the period are drawn.
const DAYS_BEFORE: i64 = 30;

/// How many readings have a chart of their own.
const READINGS_MAX: usize = 6;

/// How many moments a timeline has on each of its lines.
const MOMENTS_MAX: usize = 40;

/// The charts.
pub(super) fn charts(desk: &Desk<'_>) -> Vec<Chart> {
    let days = days(desk);
    let window = window(desk, &days);
    let mut charts = vec![incidents_by_day(desk, &days, &window)];
    charts.extend(verdicts_by_day(desk, &days, &window));
    charts.push(by_side(desk));
    charts.push(timeline(desk));
    charts
}

/// The days of the period and those before it.
fn days(desk: &Desk<'_>) -> Vec<Date> {
    let (zone, period) = (&desk.question.zone, &desk.question.period);
    let first = zone.day_of(period.earliest);
    let last = period.latest.checked_sub(SignedDuration::from_nanos(1)).map_or(first, |last| zone.day_of(last));
    let mut day = first.checked_sub(DAYS_BEFORE.days()).unwrap_or(first);
    let mut days = Vec::new();
    while day <= last {
        days.push(day);
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    days
}

/// The incidents that may have happened on one of the days.
fn window(desk: &Desk<'_>, days: &[Date]) -> Bits {
    let zone = &desk.question.zone;
    let from = days.first().and_then(|day| zone.start_of(*day));
    let to = days.last().and_then(|day| day.tomorrow().ok()).and_then(|day| zone.start_of(day));
    let range = Range { from, to };
    let (groups, times) = (desk.snapshot.groups(), desk.snapshot.frame().times(desk.snapshot));
    let is_within = |time: &Range| time.from.is_some() && time.to.is_some() && time.overlaps(&range);
    Bits::of(groups.length(), |group| groups.has(group) && is_within(&times.of(group)))
}

/// A reading that asks for nothing: every row is as good as any other, so that its verdicts count rows.
fn anything<'d>(desk: &Desk<'d>) -> Vec<Chosen<'d>> {
    let is_free = |id: &Id| !desk.snapshot.is_there(&TermName::new(id.clone()).record());
    let term = (0..).filter_map(|n| Id::parse(&format!("any{n}")).ok()).find(is_free);
    let Some(term) = term.map(TermName::new) else { return Vec::new() };
    let window = Window { start: Start::Missing, end: End::Open, zone: desk.question.zone.clone() };
    let clause = Clause {
        operative: Truth::Yes,
        attempts: Truth::Yes,
        exceptions: Vec::new(),
        actors: None,
        against: None,
        acts: None,
        objects: None,
        places: None,
        weapons: None,
        window,
        duties: Vec::new(),
    };
    let draft = Hypothetical {
        term,
        held_by: None,
        instrument: None,
        wording: String::new(),
        clause,
        references: Vec::new(),
        classes: Vec::new(),
        field: String::new(),
    };
    let choice = Choice { hypothetical: vec![draft], ..Choice::default() };
    choose(&choice, desk.snapshot, "").unwrap_or_default()
}

fn counted<'d>(desk: &Desk<'d>, admitted: Bits, readings: Vec<Chosen<'d>>, basis: Basis) -> Docket<'d> {
    Docket { snapshot: desk.snapshot, admitted, uncertain: 0, readings, bases: vec![basis], window: None }
}

fn all(counts: &Counts) -> i64 {
    counts.breach + counts.no_breach + counts.undetermined + counts.not_assessed
}

/// Where a day stands among the days.
fn place_of(days: &[String], key: Option<&Option<GroupKey>>) -> Option<usize> {
    match key {
        Some(Some(GroupKey::Time(day))) => days.iter().position(|known| known == day),
        _ => None,
    }
}

fn categories(days: &[Date]) -> Vec<String> {
    days.iter().map(ToString::to_string).collect()
}

fn incidents_by_day(desk: &Desk<'_>, days: &[Date], window: &Bits) -> Chart {
    let categories = categories(days);
    let docket = counted(desk, window.clone(), anything(desk), Basis::Alleged);
    let rows = tally(&docket, &Filter::default(), &[GroupBy::Day, GroupBy::Object], &desk.question.zone);
    // In the order of the taxonomy; what is not certain comes last.
    let mut series: BTreeMap<(usize, Option<Arc<str>>), Vec<i64>> = BTreeMap::new();
    for row in &rows {
        let Some(day) = place_of(&categories, row.group.first()) else { continue };
        let branch = match row.group.get(1) {
            Some(Some(GroupKey::Class(id))) => Some(id.clone()),
            _ => None,
        };
        let order = branch.as_ref().map_or(usize::MAX, |id| {
            let classes = taxonomy::classes(Taxonomy::Objects);
            classes.iter().position(|(own, _, _)| **own == **id).unwrap_or(usize::MAX - 1)
        });
        let values = series.entry((order, branch)).or_insert_with(|| vec![0; categories.len()]);
        values[day] += all(&row.counts);
    }
    let name = |branch: Option<Arc<str>>| match branch {
        Some(id) => desk.class(Taxonomy::Objects, &id),
        None => desk.words.word(Word::OtherObjects).to_owned(),
    };
    let series =
        series.into_iter().map(|((_, branch), values)| Series { name: name(branch), values, verdict: None }).collect();
    Chart {
        kind: ChartKind::IncidentsByDay,
        title: desk.words.word(Word::IncidentsByDay).to_owned(),
        unit: desk.words.word(Word::UnitIncidents).to_owned(),
        categories,
        series,
        moments: Vec::new(),
        note: desk.words.word(Word::ChartDaysNote).to_owned(),
    }
}

fn verdicts_by_day(desk: &Desk<'_>, days: &[Date], window: &Bits) -> Vec<Chart> {
    let readings: Vec<Chosen<'_>> = desk.docket.readings.iter().take(READINGS_MAX).cloned().collect();
    let bases = &desk.docket.bases;
    let basis = bases.iter().copied().find(|basis| *basis == Basis::Undisputed).or(bases.first().copied());
    let Some(basis) = basis.filter(|_| !readings.is_empty()) else { return Vec::new() };
    let categories = categories(days);
    let docket = counted(desk, window.clone(), readings, basis);
    let rows = tally(&docket, &Filter::default(), &[GroupBy::Day], &desk.question.zone);
    let charts = docket.readings.iter().enumerate().map(|(index, reading)| {
        let of_reading: Vec<&TallyRow> = rows.iter().filter(|row| row.reading == index).collect();
        let series = |verdict: Verdict, count: fn(&Counts) -> i64| {
            let mut values = vec![0; categories.len()];
            for row in &of_reading {
                if let Some(day) = place_of(&categories, row.group.first()) {
                    values[day] += count(&row.counts);
                }
            }
            Series { name: desk.words.verdict(verdict).to_owned(), values, verdict: Some(verdict) }
        };
        Chart {
            kind: ChartKind::VerdictsByDay,
            title: desk.words.verdicts_by_day(&head(desk, reading), basis),
            unit: desk.words.word(Word::UnitIncidents).to_owned(),
            categories: categories.clone(),
            series: vec![
                series(Verdict::Breach, |counts| counts.breach),
                series(Verdict::NoBreach, |counts| counts.no_breach),
                series(Verdict::Undetermined, |counts| counts.undetermined),
                series(Verdict::NotAssessed, |counts| counts.not_assessed),
            ],
            moments: Vec::new(),
            note: desk.words.word(Word::ChartDaysNote).to_owned(),
        }
    });
    charts.collect()
}

fn by_side(desk: &Desk<'_>) -> Chart {
    let count = |admitted: Bits| {
        let docket = counted(desk, admitted, anything(desk), Basis::Alleged);
        tally(&docket, &Filter::default(), &[GroupBy::Claimant], &desk.question.zone)
    };
    let reported = count(desk.scope.all.clone());
    let mut found = desk.scope.all.clone();
    found.and(desk.snapshot.frame().assessed(desk.snapshot, Basis::Verified));
    let found = count(found);
    let side = |row: &TallyRow| match row.group.first() {
        Some(Some(GroupKey::Actor(id))) => Id::parse(id).ok().map(ActorName::new),
        _ => None,
    };
    let mut sides: Vec<ActorName> = reported.iter().filter_map(side).collect();
    sides.sort_by_key(|side| desk.order_of(side));
    let values = |rows: &[TallyRow]| {
        let of = |name: &ActorName| {
            rows.iter().find(|row| side(row).as_ref() == Some(name)).map_or(0, |row| all(&row.counts))
        };
        sides.iter().map(of).collect()
    };
    Chart {
        kind: ChartKind::AllegationsBySide,
        title: desk.words.word(Word::AllegationsBySide).to_owned(),
        unit: desk.words.word(Word::UnitIncidents).to_owned(),
        categories: sides.iter().map(|side| desk.actor(side)).collect(),
        series: vec![
            Series { name: desk.words.word(Word::ReportedBySide).to_owned(), values: values(&reported), verdict: None },
            Series { name: desk.words.word(Word::OfTheseVerified).to_owned(), values: values(&found), verdict: None },
        ],
        moments: Vec::new(),
        note: desk.words.word(Word::ChartSidesNote).to_owned(),
    }
}

fn timeline(desk: &Desk<'_>) -> Chart {
    let lane = |word: Word| desk.words.word(word).to_owned();
    let mut contacts: Vec<Moment> = Vec::new();
    for (revision, contact) in desk.contacts().filter(|(r, c)| is_of_edition(desk, r, c)) {
        // A month is no moment.
        let began = contact.began.as_ref().filter(|span| begins(span));
        if let Some(span) = began.filter(|_| desk.is_carried(revision, "contact.began")) {
            let label = desk.name_of_revision(revision);
            let lane = lane(Word::LaneContacts);
            contacts.push(Moment { span: span.clone(), label, lane, record: revision.name.clone() });
        }
    }
    let of_text = |(revision, text): super::readouts::Text<'_>| Moment {
        span: text.stated.clone(),
        label: desk.name_of_revision(revision),
        lane: lane(Word::LaneTexts),
        record: revision.name.clone(),
    };
    let texts: Vec<Moment> = texts(desk).into_iter().map(of_text).collect();
    let times = desk.snapshot.frame().times(desk.snapshot);
    let of_incident = |group: usize| {
        let time = &times.of(group);
        let span = Span::new(time.from?, time.to?, desk.question.zone.clone()).ok()?;
        let record = desk.snapshot.group_at(group).incident.record();
        Some(Moment { span, label: desk.name_of(&record), lane: lane(Word::LaneIncidents), record })
    };
    let recent = desk.scope.recent(MOMENTS_MAX).iter().copied();
    let incidents: Vec<Moment> = recent.filter_map(of_incident).collect();
    let of_exchange = |revision: Arc<crate::domain::record::Revision>| match &revision.body {
        Body::Exchange(exchange) if desk.is_of_period(&revision, exchange.held.as_ref()) => Some(Moment {
            span: exchange.held.clone()?,
            label: desk.name_of_revision(&revision),
            lane: lane(Word::LaneExchanges),
            record: revision.name.clone(),
        }),
        _ => None,
    };
    let exchanges = desk.snapshot.all_live(Collection::Exchanges).filter_map(of_exchange).collect::<Vec<_>>();
    let lanes = [contacts, texts, incidents, exchanges];
    let moments = lanes.into_iter().flat_map(|mut lane| {
        lane.sort_by_key(|moment| (moment.span.earliest, moment.span.latest));
        lane.truncate(MOMENTS_MAX);
        lane
    });
    Chart {
        kind: ChartKind::Timeline,
        title: desk.words.word(Word::Timeline).to_owned(),
        unit: String::new(),
        categories: Vec::new(),
        series: Vec::new(),
        moments: moments.collect(),
        note: desk.words.hours_told_in(desk.question.zone.name()),
    }
}
