//! Ukrainian: what is undertaken, promised, demanded and foreseen.

use crate::domain::obligation::State;
use crate::domain::undertakings::{
    ConditionTiming, Firmness, Likelihood, OutcomeType, PledgeMove, PledgeType, StancePosition,
};

use super::uk::{Ukrainian, stop};
use super::uk_words::agreeing;
use super::{Sentences, Standing, Undertakings, Words};

impl Undertakings for Ukrainian {
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
            StancePosition::Accepts => "приймає",
            StancePosition::AcceptsOnConditions => "приймає за певних умов",
            StancePosition::Rejects => "відкидає",
            StancePosition::Demands => "висуває вимоги щодо",
            StancePosition::Proposes => "пропонує",
            StancePosition::WarnsAgainst => "застерігає щодо",
            StancePosition::ReservesRelease => "залишає за собою право звільнитися від",
            StancePosition::InvokesRelease => "вважає себе звільненою стороною щодо",
            StancePosition::Suspends => "призупиняє",
            StancePosition::OffersExtension => "пропонує продовжити",
            StancePosition::DeclaresExpired => "оголошує, що закінчилося",
            StancePosition::DeclinesToSay => "не коментує",
        };
        let when = when.map_or_else(String::new, |when| format!(", {when}"));
        let conditions = match conditions {
            [] => String::new(),
            [one] => format!(". Умова: {one}"),
            several => format!(". Умови: {}", several.join("; ")),
        };
        let verb = agreeing(who, verb);
        stop(format!("{who} {verb}: {}{when}{}{conditions}", self.quoted(subject), self.according_to(sources)))
    }

    fn condition(&self, what: &str, upon: &[String], timing: Option<ConditionTiming>) -> String {
        let upon = if upon.is_empty() { String::new() } else { format!("на кому: {}", self.list(upon)) };
        let timing = match timing {
            None => "",
            Some(ConditionTiming::Before) => "заздалегідь",
            Some(ConditionTiming::During) => "протягом усього часу",
            Some(ConditionTiming::Reciprocal) => "навзаєм",
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
            PledgeMove::Undertakes => "обіцяє",
            PledgeMove::Continues => "обіцяє продовження",
            PledgeMove::Refuses => "відмовляє",
            // Who only lets it be seen has not done it yet.
            PledgeMove::Withdraws => match firmness {
                Some(Firmness::Indicated | Firmness::Intended) => "говорить про відкликання",
                None | Some(Firmness::Declared | Firmness::Binding) => "відкликає",
            },
            PledgeMove::Delivers => "надає",
        };
        let kind = match kind {
            PledgeType::Aid => "допомога",
            PledgeType::Guarantee => "гарантія",
            PledgeType::Force => "сили",
            PledgeType::Funding => "фінансування",
            PledgeType::Spending => "видатки",
            PledgeType::Sanctions => "санкції",
        };
        let firmness = match firmness {
            None => "",
            Some(Firmness::Indicated) => ", лише натяк",
            Some(Firmness::Intended) => ", намір",
            Some(Firmness::Declared) => ", заявлено",
            Some(Firmness::Binding) => ", обов’язково",
        };
        let to = if to.is_empty() { String::new() } else { format!("; для кого: {}", self.list(to)) };
        let when = when.map_or_else(String::new, |when| format!(", {when}"));
        let what = what.trim_end_matches('.');
        let verb = agreeing(who, verb);
        stop(format!("{who} {verb} ({kind}{firmness}{to}){when}{}: {what}", self.according_to(sources)))
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
        let text = text.map_or_else(String::new, |text| format!("; {text}"));
        let state = match state {
            State::Fulfilled => "виконано",
            State::Pending => "очікується",
            State::Overdue => "прострочено",
            State::Undetermined => "чи виконано, не з’ясовано",
        };
        let deadline = deadline.map_or_else(|| ", строку не вказано".to_owned(), |at| format!(", строк: {at}"));
        let by = if by.is_empty() { String::new() } else { format!("; у записі: {}", self.list(by)) };
        let late =
            if late.is_empty() { String::new() } else { format!("; із запізненням: {}", self.list(late)) };
        stop(format!("За тлумаченням ({holder}{text}) {}: {state}{deadline}{by}{late}", self.quoted(term)))
    }

    fn due_by(&self, when: &str) -> String {
        format!("Строк: {when}.")
    }

    fn forecast(&self, who: &str, what: &str, likelihood: Option<Likelihood>, when: Option<&str>) -> String {
        let likelihood = match likelihood {
            None => "",
            Some(Likelihood::Possible) => ", як можливе",
            Some(Likelihood::Likely) => ", як імовірне",
            Some(Likelihood::VeryLikely) => ", як дуже ймовірне",
            Some(Likelihood::Certain) => ", як певне",
            Some(Likelihood::Unlikely) => ", як малоймовірне",
        };
        let when = when.map_or_else(String::new, |when| format!(", {when}"));
        let predicts = agreeing(who, "прогнозує");
        stop(format!("{who} {predicts}{likelihood}{when}: {}", what.trim()))
    }

    fn forecast_due(&self, deadline: Option<&str>, is_over: bool) -> String {
        match deadline {
            None => "Строку не названо: прогноз може справдитися, але не може не справдитися.".to_owned(),
            Some(deadline) if is_over => format!("Строк минув: {deadline}; результату не записано."),
            Some(deadline) => format!("Відкритий, строк: {deadline}."),
        }
    }

    fn outcome(&self, outcome: OutcomeType, rationale: &str, decided_by: &str) -> String {
        let what = match outcome {
            OutcomeType::CameTrue => "справдився",
            OutcomeType::Failed => "не справдився",
            OutcomeType::Unresolvable => "розв’язати неможливо",
        };
        let by = if decided_by.is_empty() { String::new() } else { format!(" ({decided_by})") };
        let why = rationale.trim();
        if why.is_empty() {
            format!("Результат{by}: {what}.")
        } else {
            stop(format!("Результат{by}: {what}. {why}"))
        }
    }

    fn standing(&self, standing: Standing, what: &[String]) -> String {
        let how = match standing {
            Standing::Overdue => "Досі прострочено",
            Standing::NotSettled => "Чи виконано, досі не з’ясовано",
            Standing::NoDeadline => "Досі очікується, строку не вказано",
        };
        format!("{how}: {}.", what.join("; "))
    }

    fn obligation_in_short(&self, holder: &str, term: &str, deadline: Option<&str>) -> String {
        let due = deadline.map_or_else(String::new, |at| format!("; строк: {at}"));
        format!("{} (за тлумаченням: {holder}{due})", self.quoted(term))
    }

    fn other_forecasts(&self, open: usize) -> String {
        format!("Прогнозів, зроблених раніше й досі відкритих: {open}.")
    }

    fn other_obligations(&self, fulfilled: usize, later: usize) -> String {
        let done = format!("Інших, виконаних до цього періоду: {fulfilled}.");
        let open = format!("Інших, що очікуються пізніше: {later}.");
        match (fulfilled, later) {
            (_, 0) => done,
            (0, _) => open,
            _ => format!("{done} {open}"),
        }
    }
}
