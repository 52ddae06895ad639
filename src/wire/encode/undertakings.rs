//! Writes what is wanted, promised, foretold and handed over: stances, pledges, forecasts and exchanges.

use super::writer::Writer;
use crate::domain::undertakings::{Condition, Exchange, Forecast, Outcome, Pledge, Stance, Transfer};
use crate::wire::mirrored::{Mirrored, number_of};
use crate::wire::pb;

pub(super) fn stance(writer: &Writer<'_>, stance: &Stance) -> pb::Stance {
    let Stance { actor, subject, position, stated, conditions: attached, statement } = stance;
    pb::Stance {
        actor: writer.name(actor),
        subject: writer.record(subject),
        position: position.number(),
        stated: writer.optional_span(stated),
        conditions: conditions(writer, attached),
        statement: writer.optional_name(statement),
    }
}

fn conditions(writer: &Writer<'_>, conditions: &[Condition]) -> Vec<pb::Condition> {
    let condition = |condition: &Condition| {
        let Condition { description, upon, term, timing } = condition;
        pb::Condition {
            description: description.clone(),
            upon: writer.names(upon),
            term: writer.optional_name(term),
            timing: number_of(*timing),
        }
    };
    conditions.iter().map(condition).collect()
}

pub(super) fn pledge(writer: &Writer<'_>, pledge: &Pledge) -> pb::Pledge {
    let Pledge {
        by,
        to,
        pledge_type,
        pledge_move,
        firmness,
        description,
        stated,
        due,
        conditions: attached,
        statement,
    } = pledge;
    pb::Pledge {
        by: writer.name(by),
        to: writer.names(to),
        r#type: pledge_type.number(),
        r#move: pledge_move.number(),
        firmness: number_of(*firmness),
        description: description.clone(),
        stated: writer.optional_span(stated),
        due: writer.optional_bound(due),
        conditions: conditions(writer, attached),
        statement: writer.optional_name(statement),
    }
}

pub(super) fn forecast(writer: &Writer<'_>, forecast: &Forecast) -> pb::Forecast {
    let Forecast { speaker, prediction, likelihood, stated, deadline, subject, statement, outcome } = forecast;
    let what_came = |outcome: &Outcome| {
        let Outcome { outcome_type, records, rationale, decided_by } = outcome;
        pb::Outcome {
            r#type: outcome_type.number(),
            records: writer.records(records),
            rationale: rationale.clone(),
            decided_by: writer.words(decided_by),
        }
    };
    pb::Forecast {
        speaker: writer.name(speaker),
        prediction: prediction.clone(),
        likelihood: number_of(*likelihood),
        stated: writer.optional_span(stated),
        deadline: writer.optional_bound(deadline),
        subject: writer.optional_record(subject),
        statement: writer.optional_name(statement),
        outcome: outcome.as_ref().map(what_came),
    }
}

pub(super) fn exchange(writer: &Writer<'_>, exchange: &Exchange) -> pb::Exchange {
    let Exchange { display_name, held, place, mediators, transfers } = exchange;
    let transfer = |transfer: &Transfer| {
        let Transfer { from, to, category, stage, stated_by, count } = transfer;
        pb::Transfer {
            from: writer.optional_name(from),
            to: writer.optional_name(to),
            category: number_of(*category),
            stage: stage.number(),
            stated_by: writer.name(stated_by),
            count: Some(*count),
        }
    };
    pb::Exchange {
        display_name: display_name.clone(),
        held: writer.optional_span(held),
        place: writer.optional_name(place),
        mediators: writer.names(mediators),
        transfers: transfers.iter().map(transfer).collect(),
    }
}
