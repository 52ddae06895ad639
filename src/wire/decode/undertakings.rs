//! Reads what is wanted, promised, foretold and handed over: stances, pledges, forecasts and exchanges.

use super::reader::Reader;
use crate::domain::fault::Reason;
use crate::domain::name::{Collection, InActors};
use crate::domain::undertakings::{Condition, Exchange, Forecast, Outcome, OutcomeType, Pledge, Stance, Transfer};
use crate::wire::path::Path;
use crate::wire::pb;

/// What an actor can take a position on.
const SUBJECTS_OF_STANCES: [Collection; 3] = [Collection::Terms, Collection::Instruments, Collection::Contacts];

pub(super) fn stance(reader: &mut Reader<'_>, stance: pb::Stance, at: &Path<'_>) -> Option<Stance> {
    let pb::Stance { actor, subject, position, stated, conditions, statement } = stance;
    let actor = reader.required_name(&actor, &at.field("actor"));
    let subject = reader.required_record_in(&subject, &SUBJECTS_OF_STANCES, &at.field("subject"));
    let position = reader.required_choice(position, &at.field("position"));
    let stated = reader.span(stated, &at.field("stated"));
    let conditions = reader.each(conditions, &at.field("conditions"), condition);
    let statement = reader.name(&statement, &at.field("statement"));
    Some(Stance {
        actor: actor?,
        subject: subject?,
        position: position?,
        stated: stated?,
        conditions: conditions?,
        statement: statement?,
    })
}

fn condition(reader: &mut Reader<'_>, condition: pb::Condition, at: &Path<'_>) -> Option<Condition> {
    let pb::Condition { description, upon, term, timing } = condition;
    let description = reader.required_text(description, &at.field("description"));
    let upon = reader.names(upon, &at.field("upon"));
    let term = reader.name(&term, &at.field("term"));
    let timing = reader.choice(timing, &at.field("timing"));
    Some(Condition { description: description?, upon: upon?, term: term?, timing: timing? })
}

pub(super) fn pledge(reader: &mut Reader<'_>, pledge: pb::Pledge, at: &Path<'_>) -> Option<Pledge> {
    let pb::Pledge { by, to, r#type, r#move, firmness, description, stated, due, conditions, statement } = pledge;
    let by = reader.required_name(&by, &at.field("by"));
    let to = reader.names(to, &at.field("to"));
    let pledge_type = reader.required_choice(r#type, &at.field("type"));
    let pledge_move = reader.required_choice(r#move, &at.field("move"));
    let firmness = reader.choice(firmness, &at.field("firmness"));
    let description = reader.required_text(description, &at.field("description"));
    let stated = reader.span(stated, &at.field("stated"));
    let due = reader.bound(due, Some(reader.zone), &at.field("due"));
    let conditions = reader.each(conditions, &at.field("conditions"), condition);
    let statement = reader.name(&statement, &at.field("statement"));
    Some(Pledge {
        by: by?,
        to: to?,
        pledge_type: pledge_type?,
        pledge_move: pledge_move?,
        firmness: firmness?,
        description: description?,
        stated: stated?,
        due: due?,
        conditions: conditions?,
        statement: statement?,
    })
}

pub(super) fn forecast(reader: &mut Reader<'_>, forecast: pb::Forecast, at: &Path<'_>) -> Option<Forecast> {
    let pb::Forecast { speaker, prediction, likelihood, stated, deadline, subject, statement, outcome: what_came } =
        forecast;
    let has_deadline = deadline.is_some();
    let speaker = reader.required_name(&speaker, &at.field("speaker"));
    let prediction = reader.required_text(prediction, &at.field("prediction"));
    let likelihood = reader.choice(likelihood, &at.field("likelihood"));
    let stated = reader.span(stated, &at.field("stated"));
    let deadline = reader.bound(deadline, Some(reader.zone), &at.field("deadline"));
    let subject = reader.record(&subject, &at.field("subject"));
    let statement = reader.name(&statement, &at.field("statement"));
    let outcome = match what_came {
        None => Some(None),
        Some(came) => outcome(reader, came, has_deadline, &at.field("outcome")).map(Some),
    };
    Some(Forecast {
        speaker: speaker?,
        prediction: prediction?,
        likelihood: likelihood?,
        stated: stated?,
        deadline: deadline?,
        subject: subject?,
        statement: statement?,
        outcome: outcome?,
    })
}

fn outcome(reader: &mut Reader<'_>, outcome: pb::Outcome, has_deadline: bool, at: &Path<'_>) -> Option<Outcome> {
    let pb::Outcome { r#type, records, rationale, decided_by } = outcome;
    let outcome_type = reader.required_choice(r#type, &at.field("type"));
    let records = reader.records(records, &at.field("records"));
    let decided_by = reader.words::<InActors>(decided_by, &at.field("decided_by"));
    let outcome_type = outcome_type?;
    if outcome_type == OutcomeType::Failed && !has_deadline {
        let description = "a forecast without a deadline can come true, never fail";
        reader.fault(&at.field("type"), Reason::RuleBroken, description);
        return None;
    }
    Some(Outcome { outcome_type, records: records?, rationale, decided_by: decided_by? })
}

pub(super) fn exchange(reader: &mut Reader<'_>, exchange: pb::Exchange, at: &Path<'_>) -> Option<Exchange> {
    let pb::Exchange { display_name, held, place, mediators, transfers } = exchange;
    let display_name = reader.required_text(display_name, &at.field("display_name"));
    let held = reader.span(held, &at.field("held"));
    let place = reader.name(&place, &at.field("place"));
    let mediators = reader.names(mediators, &at.field("mediators"));
    let transfers_at = at.field("transfers");
    let count = transfers.len();
    let listed = reader.each(transfers, &transfers_at, transfer);
    let transfers = reader.required_list(count, listed, &transfers_at);
    Some(Exchange {
        display_name: display_name?,
        held: held?,
        place: place?,
        mediators: mediators?,
        transfers: transfers?,
    })
}

fn transfer(reader: &mut Reader<'_>, transfer: pb::Transfer, at: &Path<'_>) -> Option<Transfer> {
    let pb::Transfer { from, to, category, stage, stated_by, count } = transfer;
    let from = reader.name(&from, &at.field("from"));
    let to = reader.name(&to, &at.field("to"));
    let category = reader.choice(category, &at.field("category"));
    let stage = reader.required_choice(stage, &at.field("stage"));
    let stated_by = reader.required_name(&stated_by, &at.field("stated_by"));
    let count_at = at.field("count");
    let count = reader.not_negative(count, &count_at);
    let count = count.and_then(|count| reader.required(count, &count_at));
    Some(Transfer { from: from?, to: to?, category: category?, stage: stage?, stated_by: stated_by?, count: count? })
}
