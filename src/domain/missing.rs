//! What is missing, in words: the fact that nobody gives, the one that is too broad, the accounts that differ, what the reading leaves open.

use super::evidence::RecordRef;
use super::verdict::{Cause, Element, ElementResult, Rule};

/// Why an element of a row is unknown; `source` is the report or finding of the row.
pub fn note(source: &RecordRef, open: &ElementResult) -> String {
    match open.cause.unwrap_or(Cause::Fact) {
        Cause::Fact => fact(open),
        Cause::Dispute => dispute(source, open),
        Cause::Reading => format!("the reading leaves open {}; no evidence can settle that", left_open(open)),
    }
}

fn fact(open: &ElementResult) -> String {
    let what = asked(open.element);
    match &open.rule {
        Rule::Selection { fact, .. } if fact != "*" => {
            let fact = named(open.element, fact);
            format!("{what} is given only as {fact}, and the reading does not treat alike all that this may be")
        }
        Rule::Window { .. } if !open.facts.is_empty() => {
            format!("{what} is given, but not sharply enough to be inside the window or outside")
        }
        Rule::Selection { .. } | Rule::Window { .. } | Rule::Note(_) => format!("{what} is not given"),
    }
}

fn dispute(source: &RecordRef, open: &ElementResult) -> String {
    let what = asked(open.element);
    let is_denial = |field: &str| field == "denies";
    match (open.element, &open.rule) {
        (Element::Exception, _) => {
            "the accused side names a ground that the reading allows, and no finding has upheld it".to_owned()
        }
        (Element::Occurrence, _) => format!("{what} is affirmed by one account and denied by another"),
        (_, Rule::Selection { fact, .. })
            if !open.facts.iter().any(|f| f.record != *source && !is_denial(&f.field)) =>
        {
            // Nobody gives another value: what stands against this one is a denial.
            if fact == "*" {
                format!("{what} is not given by this account and denied by another")
            } else {
                format!("{what} is given by one account and denied by another")
            }
        }
        _ => format!("accounts differ on {what}"),
    }
}

fn left_open(open: &ElementResult) -> String {
    let (any, is) = match open.element {
        Element::Actor => ("any actor", "is bound"),
        Element::Act => ("any act", "is prohibited"),
        Element::Against => ("any side", "is protected"),
        Element::Object => ("any object", "is protected"),
        Element::Place => ("any place", "lies in its area"),
        Element::Weapon => ("any weapon", "is one that it names"),
        Element::Effect => return "whether an attempt counts".to_owned(),
        Element::Operative => return "whether the text sets a rule".to_owned(),
        Element::Window | Element::Occurrence | Element::Exception => {
            let at_end = matches!(&open.rule, Rule::Window { decision, .. } if decision.at_end);
            return format!("when its window {}", if at_end { "ends" } else { "starts" });
        }
    };
    match &open.rule {
        Rule::Selection { fact, .. } if fact != "*" => format!("whether {} {is}", named(open.element, fact)),
        Rule::Selection { .. } | Rule::Window { .. } | Rule::Note(_) => format!("whether {any} {is}"),
    }
}

/// What an element asks, as the subject of a sentence.
fn asked(element: Element) -> &'static str {
    match element {
        Element::Operative => "whether the text sets a rule",
        Element::Occurrence => "whether it happened",
        Element::Actor => "who did it",
        Element::Act => "what was done",
        Element::Against => "which side was struck",
        Element::Object => "what was struck",
        Element::Place => "where it happened",
        Element::Weapon => "which weapon was used",
        Element::Window => "when it happened",
        Element::Effect => "whether it was struck",
        Element::Exception => "whether a ground excuses it",
    }
}

/// The nodes of a fact: actors and places by their names, classes by their identifiers.
fn named(element: Element, fact: &str) -> String {
    let collection = match element {
        Element::Actor | Element::Against => "actors/",
        Element::Place => "places/",
        Element::Operative
        | Element::Occurrence
        | Element::Act
        | Element::Object
        | Element::Weapon
        | Element::Window
        | Element::Effect
        | Element::Exception => "",
    };
    fact.split(" & ").map(|node| format!("{collection}{node}")).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::{Origin, Said};
    use crate::domain::name::{DossierId, RecordName};
    use crate::domain::truth::Truth;
    use crate::domain::window::{Decision, Side};

    fn record(name: &str) -> RecordRef {
        let dossier = DossierId::parse("d").expect("an id");
        RecordRef { name: RecordName::parse(name, &dossier).expect("a name"), position: 1 }
    }

    fn origin(name: &str, field: &str) -> Origin {
        Origin { record: record(name), field: field.into(), said: Said::Text("x".into()), unsourced: false }
    }

    fn check(element: Element, cause: Cause, rule: Rule, facts: &[(&str, &str)], expected: &str) {
        let facts = facts.iter().map(|(name, field)| origin(name, field)).collect();
        let open = ElementResult { element, truth: Truth::Unknown, facts, rule, cause: Some(cause) };
        assert_eq!(note(&record("reports/a"), &open), expected);
    }

    fn selection(fact: &str) -> Rule {
        Rule::Selection { fact: fact.into(), branches: Vec::new() }
    }

    fn window(at_end: bool) -> Rule {
        Rule::Window { decision: Decision { at_end, side: Side { earliest: None, latest: None } }, counting: None }
    }

    #[test]
    fn a_fact_is_missing_or_too_broad() {
        use Element::{Actor, Effect, Object, Window};
        check(Object, Cause::Fact, selection("*"), &[], "what was struck is not given");
        check(
            Object,
            Cause::Fact,
            selection("rail.power"),
            &[("reports/a", "facts.struck[0].object")],
            "what was struck is given only as rail.power, and the reading does not treat alike all that this may be",
        );
        check(
            Actor,
            Cause::Fact,
            selection("b1 & b2"),
            &[("reports/a", "facts.attributed_to")],
            "who did it is given only as actors/b1 and actors/b2, and the reading does not treat alike all that this may be",
        );
        check(Window, Cause::Fact, window(false), &[], "when it happened is not given");
        check(
            Window,
            Cause::Fact,
            window(true),
            &[("reports/a", "facts.occurred")],
            "when it happened is given, but not sharply enough to be inside the window or outside",
        );
        check(Effect, Cause::Fact, Rule::Note("not given"), &[], "whether it was struck is not given");
    }

    #[test]
    fn accounts_differ_or_one_denies_what_another_gives() {
        use Element::{Actor, Exception, Occurrence, Window};
        let own = ("reports/a", "facts.attributed_to");
        check(
            Actor,
            Cause::Dispute,
            selection("a"),
            &[own, ("reports/b", "facts.attributed_to"), ("reports/c", "denies")],
            "accounts differ on who did it",
        );
        check(
            Actor,
            Cause::Dispute,
            selection("a"),
            &[own, ("reports/b", "denies")],
            "who did it is given by one account and denied by another",
        );
        check(
            Actor,
            Cause::Dispute,
            selection("*"),
            &[("reports/b", "denies")],
            "who did it is not given by this account and denied by another",
        );
        check(Window, Cause::Dispute, window(false), &[], "accounts differ on when it happened");
        check(
            Occurrence,
            Cause::Dispute,
            Rule::Note(""),
            &[],
            "whether it happened is affirmed by one account and denied by another",
        );
        check(
            Exception,
            Cause::Dispute,
            Rule::Note(""),
            &[("reports/b", "facts.ground")],
            "the accused side names a ground that the reading allows, and no finding has upheld it",
        );
    }

    #[test]
    fn what_the_reading_leaves_open_is_its_own() {
        let settled_by_nothing = |element, rule, expected: &str| {
            let expected = format!("the reading leaves open {expected}; no evidence can settle that");
            check(element, Cause::Reading, rule, &[("reports/a", "facts.x")], &expected);
        };
        settled_by_nothing(Element::Actor, selection("ukraine"), "whether actors/ukraine is bound");
        settled_by_nothing(Element::Object, selection("*"), "whether any object is protected");
        settled_by_nothing(Element::Window, window(false), "when its window starts");
        settled_by_nothing(Element::Window, window(true), "when its window ends");
        settled_by_nothing(Element::Effect, Rule::Note(""), "whether an attempt counts");
        settled_by_nothing(Element::Operative, Rule::Note(""), "whether the text sets a rule");
    }
}
