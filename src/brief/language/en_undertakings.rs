//! English: what is undertaken, promised, demanded and foreseen.

use crate::domain::obligation::State;
use crate::domain::undertakings::{
    ConditionTiming, Firmness, Likelihood, OutcomeType, PledgeMove, PledgeType, StancePosition,
};

use super::en::{English, stop};
use super::{Sentences, Standing, Undertakings, Words};

impl Undertakings for English {
    fn stance(
        &self,
        who: &str,
        position: StancePosition,
        subject: &str,
        when: Option<&str>,
        conditions: &[String],
        sources: &[String],
    ) -> String {
        let verb = match position {
            StancePosition::Accepts => "accepted",
            StancePosition::AcceptsOnConditions => "accepted on conditions",
            StancePosition::Rejects => "rejected",
            StancePosition::Demands => "made demands on",
            StancePosition::Proposes => "proposed",
            StancePosition::WarnsAgainst => "warned about",
            StancePosition::ReservesRelease => "reserved the right to be released from",
            StancePosition::InvokesRelease => "claimed release from",
            StancePosition::Suspends => "suspended",
            StancePosition::OffersExtension => "offered to extend",
            StancePosition::DeclaresExpired => "declared the end of",
            StancePosition::DeclinesToSay => "declined to speak on",
        };
        let when = when.map_or_else(String::new, |when| format!(" {when}"));
        let conditions = match conditions {
            [] => String::new(),
            [one] => format!(". Condition: {one}"),
            several => format!(". Conditions: {}", several.join("; ")),
        };
        stop(format!(
            "{} {verb} {}{when}{}{conditions}",
            self.opening(who),
            self.quoted(subject),
            self.according_to(sources)
        ))
    }

    fn condition(&self, what: &str, upon: &[String], timing: Option<ConditionTiming>) -> String {
        let upon = if upon.is_empty() { String::new() } else { format!("upon {}", self.list(upon)) };
        let timing = match timing {
            None => "",
            Some(ConditionTiming::Before) => "beforehand",
            Some(ConditionTiming::During) => "throughout",
            Some(ConditionTiming::Reciprocal) => "in return",
        };
        let beside: Vec<&str> = [upon.as_str(), timing].into_iter().filter(|part| !part.is_empty()).collect();
        let what = what.trim_end_matches('.');
        if beside.is_empty() { what.to_owned() } else { format!("{what} ({})", beside.join(", ")) }
    }

    fn pledge(
        &self,
        who: &str,
        pledge_move: PledgeMove,
        kind: PledgeType,
        firmness: Option<Firmness>,
        what: &str,
        to: &[String],
        when: Option<&str>,
        sources: &[String],
    ) -> String {
        let verb = match pledge_move {
            PledgeMove::Undertakes => "pledged",
            PledgeMove::Continues => "pledged to go on with",
            PledgeMove::Refuses => "refused",
            // Who only lets it be seen has not done it yet.
            PledgeMove::Withdraws => match firmness {
                Some(Firmness::Indicated | Firmness::Intended) => "spoke of withdrawing",
                None | Some(Firmness::Declared | Firmness::Binding) => "withdrew",
            },
            PledgeMove::Delivers => "delivered",
        };
        let kind = match kind {
            PledgeType::Aid => "aid",
            PledgeType::Guarantee => "a guarantee",
            PledgeType::Force => "forces",
            PledgeType::Funding => "funding",
            PledgeType::Spending => "spending",
            PledgeType::Sanctions => "sanctions",
        };
        let firmness = match firmness {
            None => "",
            Some(Firmness::Indicated) => " (indicated only)",
            Some(Firmness::Intended) => " (intended)",
            Some(Firmness::Declared) => " (declared)",
            Some(Firmness::Binding) => " (binding)",
        };
        let to = if to.is_empty() { String::new() } else { format!(" for {}", self.list(to)) };
        let when = when.map_or_else(String::new, |when| format!(" {when}"));
        let what = what.trim_end_matches('.');
        stop(format!("{} {verb} {kind}{to}{firmness}{when}{}: {what}", self.opening(who), self.according_to(sources)))
    }

    fn obligation(
        &self,
        holder: &str,
        term: &str,
        text: Option<&str>,
        state: State,
        deadline: Option<&str>,
        by: &[String],
        late: &[String],
    ) -> String {
        let text = text.map_or_else(String::new, |text| format!(" ({text})"));
        let state = match state {
            State::Fulfilled => "is fulfilled",
            State::Pending => "is pending",
            State::Overdue => "is overdue",
            State::Undetermined => "is not settled either way",
        };
        let deadline = deadline.map_or_else(|| ", with no deadline stated".to_owned(), |at| format!(", due by {at}"));
        let by = if by.is_empty() { String::new() } else { format!("; on the record for it: {}", self.list(by)) };
        let late = if late.is_empty() { String::new() } else { format!("; came late: {}", self.list(late)) };
        let holder = self.within(holder);
        stop(format!("By the reading of {holder}{text}, {} {state}{deadline}{by}{late}", self.quoted(term)))
    }

    fn due_by(&self, when: &str) -> String {
        format!("Due by {when}.")
    }

    fn forecast(&self, who: &str, what: &str, likelihood: Option<Likelihood>, when: Option<&str>) -> String {
        let likelihood = match likelihood {
            None => "",
            Some(Likelihood::Possible) => ", as possible",
            Some(Likelihood::Likely) => ", as likely",
            Some(Likelihood::VeryLikely) => ", as very likely",
            Some(Likelihood::Certain) => ", as certain",
            Some(Likelihood::Unlikely) => ", as unlikely",
        };
        let when = when.map_or_else(String::new, |when| format!(" {when}"));
        stop(format!("{} predicted{when}{likelihood}: {}", self.opening(who), what.trim()))
    }

    fn forecast_due(&self, deadline: Option<&str>, is_over: bool) -> String {
        match deadline {
            None => "No time is named: it can come true, but not fail.".to_owned(),
            Some(deadline) if is_over => format!("Its time was over by {deadline}; no outcome is recorded."),
            Some(deadline) => format!("Open until {deadline}."),
        }
    }

    fn outcome(&self, outcome: OutcomeType, rationale: &str, decided_by: &str) -> String {
        let what = match outcome {
            OutcomeType::CameTrue => "came true",
            OutcomeType::Failed => "failed",
            OutcomeType::Unresolvable => "cannot be resolved",
        };
        let by = if decided_by.is_empty() { String::new() } else { format!(", as decided by {decided_by}") };
        let why = rationale.trim();
        if why.is_empty() { format!("Outcome{by}: {what}.") } else { stop(format!("Outcome{by}: {what}. {why}")) }
    }

    fn standing(&self, standing: Standing, what: &[String]) -> String {
        let how = match standing {
            Standing::Overdue => "Still overdue",
            Standing::NotSettled => "Still not settled either way",
            Standing::NoDeadline => "Still pending, with no deadline stated",
        };
        format!("{how}: {}.", what.join("; "))
    }

    fn obligation_in_short(&self, holder: &str, term: &str, deadline: Option<&str>) -> String {
        let due = deadline.map_or_else(String::new, |at| format!(", due by {at}"));
        format!("{} (by the reading of {}{due})", self.quoted(term), self.within(holder))
    }

    fn other_forecasts(&self, open: usize) -> String {
        let (forecasts, are) = if open == 1 { ("forecast", "is") } else { ("forecasts", "are") };
        format!("{open} {forecasts} made before {are} still open.")
    }

    fn other_obligations(&self, fulfilled: usize, later: usize) -> String {
        let (others, were) = if fulfilled == 1 { ("other", "was") } else { ("others", "were") };
        let done = format!("{fulfilled} {others} {were} fulfilled before this period.");
        let (others, are) = if later == 1 { ("other", "is") } else { ("others", "are") };
        let open = format!("{later} {others} {are} pending and not due in the days to come.");
        match (fulfilled, later) {
            (_, 0) => done,
            (0, _) => open,
            _ => format!("{done} {open}"),
        }
    }
}
