//! Ukrainian. Verbs stand in the present or the impersonal, and names in the nominative: neither gender nor case of a name is known.

use crate::domain::evidence::Basis;
use crate::domain::obligation::State;
use crate::domain::report::{Effect, FindingStatus, Proposition};
use crate::domain::texts::{ContactStatus, ContactType, InstrumentType, TreatmentType};
use crate::domain::things::CoverageStatus;
use crate::domain::undertakings::{
    ConditionTiming, Firmness, Likelihood, OutcomeType, PersonCategory, PledgeMove, PledgeType, StancePosition,
    TransferStage,
};
use crate::domain::window::CountingRule;
use crate::view::inconsistency::InconsistencyType;

use super::uk_words::{agreeing, capital, number};
use super::{Affirmed, ContactTold, ReadingTold, Sentences, Words};

/// Ukrainian.
pub(super) struct Ukrainian;

/// A space and the text, if there is one.
fn after(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!(" {text}"))
}

fn stop(text: String) -> String {
    let last = text.trim_end_matches(['»', '”', '"', '’']);
    if last.ends_with(['.', '!', '?', '…']) { text } else { text + "." }
}

/// The form of a noun that a number takes.
fn counted(n: i64, one: &'static str, few: &'static str, many: &'static str) -> &'static str {
    match (n.unsigned_abs() % 10, n.unsigned_abs() % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

fn incidents(n: usize) -> String {
    let count = i64::try_from(n).unwrap_or(i64::MAX);
    format!("{} {}", number(count), counted(count, "інцидент", "інциденти", "інцидентів"))
}

fn propositions(what: &[Proposition]) -> String {
    let one = |proposition: &Proposition| match proposition {
        Proposition::Occurred => "що подія сталася".to_owned(),
        Proposition::Author => "авторство".to_owned(),
        Proposition::Object => "що саме уражено".to_owned(),
        Proposition::Breach => "що це порушення".to_owned(),
    };
    Ukrainian.list(&what.iter().map(one).collect::<Vec<_>>())
}

impl Ukrainian {
    fn contact_told(&self, told: &ContactTold<'_>) -> String {
        let ContactTold { name, contact_type, status, who, when, place, purpose, sources, announced_by } = told;
        let status = match status {
            ContactStatus::Held => "проведено",
            ContactStatus::UnderWay if *contact_type == ContactType::Talks => "тривають, початок",
            ContactStatus::UnderWay => "триває, початок",
            ContactStatus::Planned => "заплановано",
            ContactStatus::Mooted => "обговорюється",
            ContactStatus::Cancelled => "скасовано",
        };
        let status = if when.is_none() { status.trim_end_matches(", початок") } else { status };
        let is_to_come = matches!(told.status, ContactStatus::Planned | ContactStatus::Mooted);
        let no_time = if is_to_come && when.is_none() { ", час не вказано" } else { "" };
        let what = match (is_to_come, who.is_empty()) {
            (true, _) => (*name).to_owned(),
            (false, true) => capital(self.contact_type(*contact_type)),
            (false, false) => format!("{} ({})", capital(self.contact_type(*contact_type)), self.list(who)),
        };
        let place = place.as_ref().map_or_else(String::new, |place| format!(", місце: {place}"));
        let by = match announced_by.is_empty() {
            true => self.according_to(sources),
            false => format!(", оголошує {}", self.list(announced_by)),
        };
        let purpose = match purpose.trim_end_matches('.') {
            "" => String::new(),
            purpose => format!("; мета: {purpose}"),
        };
        format!("{what}: {status}{}{place}{no_time}{by}{purpose}", after(when.as_deref()))
    }
}

impl Sentences for Ukrainian {
    fn title(&self, dossier: &str, period: &str) -> String {
        format!("{dossier}: випуск за {period}")
    }

    fn note_clock(&self, known_by: Option<&str>, position: u64, zone: &str) -> String {
        let cut = match known_by {
            Some(instant) => format!("Враховано лише опубліковане до {instant}"),
            None => "Враховано все записане, коли б його не опублікували".to_owned(),
        };
        format!("{cut}; стан запису — позиція {position}. Дні подано за джерелами, години — за зоною {zone}.")
    }

    fn note_previous(&self, position: u64, known_by: Option<&str>) -> String {
        let by = known_by.map_or_else(String::new, |instant| format!(", опубліковане до {instant}"));
        format!("Порівняно з попереднім випуском: стан запису — позиція {position}{by}.")
    }

    fn contact(&self, told: &ContactTold<'_>) -> String {
        stop(self.contact_told(told))
    }

    fn lengths(&self, accounts: &[(String, Option<String>)]) -> String {
        let one = |(length, by): &(String, Option<String>)| match by {
            Some(by) => format!("{length} ({by})"),
            None => format!("{length} (чиї дані, не вказано)"),
        };
        format!("Тривалість за різними даними: {}.", self.list(&accounts.iter().map(one).collect::<Vec<_>>()))
    }

    fn announced_before(&self, who: &[String], when: &str, place: Option<&str>) -> String {
        let place = place.map_or_else(String::new, |place| format!(", місце: {place}"));
        let by = if who.is_empty() { String::new() } else { format!(" ({})", self.list(who)) };
        format!("Раніше оголошене{by}: {when}{place}.")
    }

    fn contact_after(&self, told: &ContactTold<'_>, after_it: Option<(&ContactTold<'_>, &str, &[String])>) -> String {
        let after_it = after_it.map_or_else(String::new, |(earlier, shared, others)| {
            let who: Vec<String> = std::iter::once(shared.to_owned()).chain(others.iter().cloned()).collect();
            let when = after(earlier.when.as_deref());
            format!("; перед цим — {} ({}){when}", self.contact_type(earlier.contact_type), self.list(&who))
        });
        let ContactTold { contact_type, status, who, when, sources, .. } = told;
        let status = if *status == ContactStatus::UnderWay { "триває" } else { "проведено" };
        let place = told.place.as_ref().map_or_else(String::new, |place| format!(", місце: {place}"));
        stop(format!(
            "{} ({}): {status}{}{place}{after_it}{}",
            capital(self.contact_type(*contact_type)),
            self.list(who),
            after(when.as_deref()),
            self.according_to(sources)
        ))
    }

    fn strikes_reported(&self, class: &str, when: &str, sides: &[(String, Vec<String>, Vec<String>)]) -> String {
        let who = match sides {
            [(one, _, _)] => format!("{one} {}", agreeing(one, "повідомляє")),
            [_, _] => "Обидві сторони повідомляють".to_owned(),
            _ => "Кілька сторін повідомляють".to_owned(),
        };
        let one = |(side, what, authors): &(String, Vec<String>, Vec<String>)| {
            let by = if authors.is_empty() {
                String::new()
            } else {
                format!("; автором названо: {}", self.list(authors))
            };
            (side.clone(), if what.is_empty() { class.to_owned() } else { self.list(what) }, by)
        };
        let all: Vec<(String, String, String)> = sides.iter().map(one).collect();
        let each = match (sides, &all[..]) {
            ([(_, what, _)], [(_, _, by)]) if what.is_empty() => by.clone(),
            (_, [(_, what, by)]) => format!(". {}{by}", capital(what)),
            _ => {
                let each = |(side, what, by): &(String, String, String)| format!("{side} — {what}{by}");
                format!(". {}", all.iter().map(each).collect::<Vec<_>>().join(". "))
            }
        };
        stop(format!("{who} про удари ({class}) {when}{each}"))
    }

    fn object_at(&self, object: &str, place: &str) -> String {
        match place.to_lowercase().strip_prefix(&object.to_lowercase()) {
            _ if place.is_empty() => object.to_owned(),
            // A place that begins with what it is needs no word for that beside it.
            Some(rest) => {
                let rest = place.chars().count() - rest.chars().count();
                format!("{object}{}", place.chars().skip(rest).collect::<String>())
            }
            None => format!("{object} ({place})"),
        }
    }

    fn overnight(&self) -> &'static str {
        "уночі"
    }

    fn exchanged(
        &self,
        name: &str,
        count: i64,
        prisoners: bool,
        when: &str,
        who: &[String],
        parts: &[String],
    ) -> String {
        let what = if prisoners { "полонених" } else { "осіб" };
        let parts = if parts.is_empty() { String::new() } else { format!(" ({})", self.list(parts)) };
        stop(format!("{name}: {when} обміняно {} {what}{parts}, за даними: {}", number(count), self.list(who)))
    }

    fn handed_over(
        &self,
        count: i64,
        category: Option<PersonCategory>,
        from: Option<&str>,
        to: Option<&str>,
    ) -> String {
        let direction = match (from, to) {
            (None, None) => String::new(),
            (from, to) => format!(" ({} → {})", from.unwrap_or("–"), to.unwrap_or("–")),
        };
        format!("{}: {}{direction}", self.person_category(category), number(count))
    }

    fn adds_up(&self, who: &str, stage: TransferStage, sum: i64, total: Option<i64>) -> String {
        let (stage, sum_text) = (self.stage(stage), number(sum));
        match total {
            Some(total) if total == sum => {
                format!("{who}, {stage}: сума частин — {sum_text}, що дорівнює заявленій загальній кількості.")
            }
            Some(total) => {
                format!("{who}, {stage}: сума частин — {sum_text}, заявлена загальна кількість — {}.", number(total))
            }
            None => format!("{who}, {stage}: сума частин — {sum_text}; загальної кількості не заявлено."),
        }
    }

    fn announced_and_confirmed(&self, what: &str, announced: i64, confirmed: i64, who: &str) -> String {
        format!("{who}: {what} — оголошено {}, підтверджено {}.", number(announced), number(confirmed))
    }

    fn sides_agree(&self, counts: &[(String, i64)]) -> String {
        let agree = counts.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let who: Vec<String> = counts.iter().map(|(who, _)| who.clone()).collect();
        if let (true, Some((_, count))) = (agree, counts.first()) {
            return format!("Підтверджені кількості збігаються ({}): загалом {}.", self.list(&who), number(*count));
        }
        let each: Vec<String> = counts.iter().map(|(who, count)| format!("{who} — {}", number(*count))).collect();
        format!("Підтверджені кількості різняться: {}.", self.list(&each))
    }

    fn mediated_by(&self, who: &[String], sources: &[String]) -> String {
        stop(format!("Посередництво: {}{}", self.list(who), self.according_to(sources)))
    }

    fn exchange_announced(&self, name: &str, when: Option<&str>, who: &[String], parts: &[String]) -> String {
        stop(format!("{name}: оголошує {}{}: {}", self.list(who), after(when), self.list(parts)))
    }

    fn texts_part(&self, contact: Option<&str>, term: &str, parts: &[String]) -> String {
        let on = contact.map_or_else(String::new, |contact| format!(" про {}", self.quoted(contact)));
        stop(format!("Тексти{on} розходяться щодо {}: {}", self.quoted(term), parts.join("; ")))
    }

    fn treats(&self, who: &str, treatment: TreatmentType, wording: &str) -> String {
        let what = self.treatment(treatment);
        match (treatment, wording) {
            (TreatmentType::Silent, _) | (_, "") => format!("{who} {}", agreeing(who, what)),
            (TreatmentType::States, wording) => format!("{who} {} {}", agreeing(who, "пише"), self.quoted(wording)),
            (_, wording) => format!("{who} {} ({})", agreeing(who, what), self.quoted(wording)),
        }
    }

    fn text_head(&self, who: &str, kind: InstrumentType, when: &str) -> String {
        format!("{who}, {}, {when}", self.instrument_type(kind))
    }

    fn readouts_of(&self, contact: Option<&str>) -> String {
        match contact {
            Some(contact) => format!("Що написано про контакт: {contact}"),
            None => "Інші тексти".to_owned(),
        }
    }

    fn text_came(&self, who: &str, kind: InstrumentType, when: &str, name: &str) -> String {
        let issues = agreeing(who, "оприлюднює");
        stop(format!("{who} {issues} текст ({}) {when}: {name}", self.instrument_type(kind)))
    }

    fn reading(&self, told: &ReadingTold) -> String {
        let ReadingTold {
            holder,
            term,
            wording,
            text,
            is_rule,
            covers,
            unclear,
            spared,
            binds,
            may_bind,
            from,
            until,
            is_new: _,
            replaces,
        } = told;
        let words = if wording.is_empty() { String::new() } else { format!(" як {}", self.quoted(wording)) };
        let text = text.as_ref().map_or_else(String::new, |text| format!(" ({text})"));
        let mut parts = Vec::new();
        match is_rule {
            Some(true) => {}
            Some(false) => parts.push("правила ще не встановлює".to_owned()),
            None => parts.push("чи встановлює правило, неясно".to_owned()),
        }
        if !covers.is_empty() {
            let unclear =
                if unclear.is_empty() { String::new() } else { format!(" (неясно: {})", self.list(unclear)) };
            parts.push(format!("під захистом: {}{unclear}", self.list(covers)));
        } else if !unclear.is_empty() {
            parts.push(format!("чи під захистом, неясно: {}", self.list(unclear)));
        }
        if !spared.is_empty() {
            parts.push(format!("не під захистом: {}", self.list(spared)));
        }
        match (binds.is_empty(), may_bind.is_empty()) {
            (false, true) => parts.push(format!("зобов’язує: {}", self.list(binds))),
            (false, false) => parts.push(format!("зобов’язує: {} (неясно: {})", self.list(binds), self.list(may_bind))),
            (true, false) => parts.push(format!("чи зобов’язує, неясно: {}", self.list(may_bind))),
            (true, true) => {}
        }
        match (from, until) {
            (Some(from), Some(until)) => parts.push(format!("початок: {from}; кінець: {until}")),
            (Some(from), None) => parts.push(format!("початок: {from}; кінця не вказано")),
            (None, Some(until)) => parts.push(format!("початку не вказано; кінець: {until}")),
            (None, None) => parts.push("ні початку, ні кінця не вказано".to_owned()),
        }
        let replaces = replaces.as_ref().map_or_else(String::new, |earlier| format!(" Замінює: {earlier}."));
        let reads = agreeing(holder, "розуміє");
        stop(format!("{holder} {reads} {}{words}{text}: {}", self.quoted(term), parts.join("; "))) + &replaces
    }

    fn reading_head(&self, holder: &str, when: Option<&str>) -> String {
        when.map_or_else(|| holder.to_owned(), |when| format!("{holder}, {when}"))
    }

    fn some_time(&self, from: &str, to: &str) -> String {
        format!("десь між {from} і {to}")
    }

    fn window_ends(&self, holder: &str, term: &str, by_rule: &[String]) -> String {
        stop(format!("За тлумаченням ({holder}) закінчується {}: {}", self.quoted(term), by_rule.join("; ")))
    }

    fn counted_end(&self, rule: CountingRule, end: &str) -> String {
        match rule {
            CountingRule::InclusiveDays => format!("{end}, якщо рахувати перший день"),
            CountingRule::Elapsed => format!("{end}, якщо рахувати години"),
            CountingRule::CalendarMonth => format!("{end}, якщо рахувати календарні місяці"),
            CountingRule::Unspecified => end.to_owned(),
        }
    }

    fn affirmed(&self, affirmed: &Affirmed) -> String {
        let Affirmed { who, act, struck, weapons, place, when, author, cut_off, killed, injured } = affirmed;
        let one = |(effect, objects): &(Option<Effect>, Vec<String>)| {
            let on = if objects.is_empty() { String::new() } else { format!(" ({})", self.list(objects)) };
            match effect {
                Some(Effect::Hit) => format!("влучання{on}"),
                Some(Effect::Intercepted) => format!("відбитий напад{on}"),
                Some(Effect::Missed) => format!("напад без влучання{on}"),
                Some(Effect::Affected) => format!("наслідки{on}"),
                None => format!("напад{on}"),
            }
        };
        let mut what = match (struck.is_empty(), act) {
            (false, _) => self.list(&struck.iter().map(one).collect::<Vec<_>>()),
            (true, Some(act)) => act.clone(),
            (true, None) => "подія".to_owned(),
        };
        if !weapons.is_empty() {
            what = format!("{what}, зброя: {}", self.list(weapons));
        }
        let place = place.as_ref().map_or_else(String::new, |place| format!(", місце: {place}"));
        let when = when.as_ref().map_or_else(String::new, |when| format!(", {when}"));
        let author = match author {
            Some(author) => format!(", автором названо: {author}"),
            None => ", автора не названо".to_owned(),
        };
        let cut_off = cut_off.as_ref().map_or_else(String::new, |count| format!(", без постачання людей: {count}"));
        let killed = killed.as_ref().map_or_else(String::new, |count| format!(", загиблих: {count}"));
        let injured = injured.as_ref().map_or_else(String::new, |count| format!(", поранених: {count}"));
        let reports = agreeing(who, "повідомляє");
        format!("{who} {reports}: {what}{place}{when}{author}{cut_off}{killed}{injured}")
    }

    fn denied(&self, who: &str, what: &[Proposition]) -> String {
        format!("{who} {} {}", agreeing(who, "заперечує"), propositions(what))
    }

    fn mentioned(&self, who: &str) -> String {
        format!("{who} {} про це без жодних фактів", agreeing(who, "говорить"))
    }

    fn found(&self, made_by: &str, status: FindingStatus) -> String {
        let by = if made_by.is_empty() { String::new() } else { format!(" ({made_by})") };
        match status {
            FindingStatus::Verified => format!("перевірено й підтверджено{by}"),
            FindingStatus::Unverifiable => format!("розглянуто, перевірити неможливо{by}"),
            FindingStatus::Open => format!("на розгляді{by}"),
        }
    }

    fn incident(&self, name: &str, parts: &[String]) -> String {
        stop(format!("{name}: {}", parts.join("; ")))
    }

    fn withdrawn(&self, name: &str, reason: &str) -> String {
        stop(format!("{name}: відкликано із запису. Зазначена причина: {reason}"))
    }

    fn more_incidents(&self, listed: usize, all: usize) -> String {
        format!("Наведено останні {listed} (усього {}); висновки й графіки враховують усі.", incidents(all))
    }

    fn incident_counts(&self, all: usize, new: Option<usize>, updated: usize, unchanged: usize) -> String {
        match new {
            None => format!(
                "За період або вперше повідомлено в ньому: {}; попереднього випуску не названо, тож усі подано як нові.",
                incidents(all)
            ),
            Some(new) => format!(
                "За період, уперше повідомлено в ньому або змінено відтоді: {}; нових {new}, змінених {updated}, без змін і не повторених {unchanged}.",
                incidents(all)
            ),
        }
    }

    fn matrix_of(&self, basis: Basis) -> String {
        format!("Кожен інцидент за кожним тлумаченням, {}", self.basis(basis))
    }

    fn alleged(&self, who: &str, whom: Option<&str>, term: &str, count: usize) -> String {
        let by = whom.map_or_else(|| "автора не названо".to_owned(), |whom| format!("автором названо: {whom}"));
        let (says, term) = (agreeing(who, "стверджує"), self.quoted(term));
        format!("{who} {says}, що порушено {term} ({by}): {} цього випуску.", incidents(count))
    }

    fn accused(&self, who: &str, whom: Option<&str>, of: &str, when: Option<&str>) -> String {
        let whom = whom.map_or_else(String::new, |whom| format!(" ({whom})"));
        let when = when.map_or_else(String::new, |when| format!(", {when}"));
        let puts = agreeing(who, "висуває");
        format!("{who} {puts} звинувачення{whom} без зазначення кількості: {}{when}.", self.quoted(of))
    }

    fn own_words(&self, who: &str, incident: &str, kind: InconsistencyType) -> String {
        let (says, incident) = (agreeing(who, "стверджує"), self.quoted(incident));
        match kind {
            InconsistencyType::OutsideOwnReading => {
                format!(
                    "{who} {says}, що це порушення: {incident}; за власним чинним тоді тлумаченням порушення немає."
                )
            }
            InconsistencyType::NotSettledByOwnReading => {
                format!("{who} {says}, що це порушення: {incident}; власне чинне тоді тлумачення цього не з’ясовує.")
            }
            InconsistencyType::SelfContradiction => {
                format!("{who}: повідомлення про {incident} суперечать одне одному.")
            }
        }
    }

    fn denies(&self, who: &str, what: &[Proposition]) -> String {
        format!("{who}: {} {}", agreeing(who, "заперечує"), propositions(what))
    }

    fn said(&self, who: Option<&str>, for_whom: Option<&str>, to: &[String], when: Option<&str>, what: &str) -> String {
        let for_whom = for_whom.map_or_else(String::new, |whom| format!(" (від імені: {whom})"));
        let to = if to.is_empty() { String::new() } else { format!(" (кому: {})", self.list(to)) };
        let when = when.map_or_else(String::new, |when| format!(", {when}"));
        let what = stop(what.trim().to_owned());
        match who {
            Some(who) => format!("{who}{for_whom} {}{to}{when}: {what}", agreeing(who, "заявляє")),
            None => format!("Сказано{for_whom}{to}{when}, ким — не записано: {what}"),
        }
    }

    fn in_words(&self, quotes: &[String]) -> String {
        let quotes: Vec<String> = quotes.iter().map(|quote| self.quoted(quote)).collect();
        format!("Наведені слова: {}.", quotes.join(", "))
    }

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
        let conditions =
            if conditions.is_empty() { String::new() } else { format!(". Умови: {}", conditions.join("; ")) };
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
            PledgeMove::Undertakes => "бере на себе",
            PledgeMove::Continues => "продовжує",
            PledgeMove::Refuses => "відмовляє",
            PledgeMove::Withdraws => "відкликає",
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
        let to = if to.is_empty() { String::new() } else { format!(", для кого: {}", self.list(to)) };
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
            State::Undetermined => "не з’ясовано",
        };
        let deadline = deadline.map_or_else(|| ", строку не вказано".to_owned(), |at| format!(", строк: {at}"));
        let by = if by.is_empty() { String::new() } else { format!("; у записі: {}", by.join(", ")) };
        let late =
            if late.is_empty() { String::new() } else { format!("; із запізненням: {}", late.join(", ")) };
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

    fn coverage(
        &self,
        status: CoverageStatus,
        places: &[String],
        when: &str,
        means: &[String],
        observer: Option<&str>,
        refused_by: Option<&str>,
        grounds: &str,
    ) -> String {
        let by = observer.map_or_else(String::new, |who| format!(" ({who})"));
        let means = if means.is_empty() { String::new() } else { format!(", засоби: {}", self.list(means)) };
        let refused = refused_by.map_or_else(String::new, |who| format!("; хто відмовляє: {who}"));
        let grounds = if grounds.is_empty() {
            String::new()
        } else {
            format!("; зазначені підстави: {grounds}")
        };
        let status = self.coverage_status(status);
        stop(format!("{}: спостереження{by} — {status}, {when}{means}{refused}{grounds}", self.list(places)))
    }

    fn corrected(&self, name: &str, reason: &str) -> String {
        stop(format!("{name}: змінено від попереднього випуску. Зазначена причина: {}", reason.trim()))
    }

    fn retracted(&self, name: &str, reason: &str) -> String {
        stop(format!("{name}: відкликано від попереднього випуску. Зазначена причина: {}", reason.trim()))
    }

    fn said_before(&self, before: &str) -> String {
        format!("У попередньому випуску було: {before}")
    }

    fn more(&self, count: usize) -> String {
        format!("І ще {count}, яких тут не наведено.")
    }

    fn according_to(&self, sources: &[String]) -> String {
        if sources.is_empty() { String::new() } else { format!(", за даними: {}", self.list(sources)) }
    }

    fn verdicts_by_day(&self, reading: &str, basis: Basis) -> String {
        format!("Висновки за днями, тлумачення: {reading}, {}", self.basis(basis))
    }
}
