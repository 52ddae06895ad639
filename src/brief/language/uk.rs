//! Ukrainian. Verbs stand in the present or the impersonal, and names in the nominative: neither gender nor case of a name is known.

use crate::domain::evidence::Basis;
use crate::domain::report::{Effect, FindingStatus, Proposition};
use crate::domain::texts::{ContactStatus, ContactType, InstrumentType, ParticipantRole, TreatmentType};
use crate::domain::things::CoverageStatus;
use crate::domain::undertakings::{PersonCategory, TransferStage};
use crate::domain::window::CountingRule;
use crate::view::inconsistency::InconsistencyType;

use super::uk_words::{agreeing, capital, number};
use super::{Affirmed, Beside, ContactTold, DenialTold, More, ReadingTold, Sentences, SideTold, StrikesTold, Words};

/// Ukrainian.
pub(super) struct Ukrainian;

/// A space and the text, if there is one.
fn after(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| format!(" {text}"))
}

pub(super) fn stop(text: String) -> String {
    let last = text.trim_end_matches(['»', '”', '"', '’']);
    if last.ends_with(['.', '!', '?', '…']) { text } else { text + "." }
}

/// The form of a noun that a number takes.
pub(super) fn counted(n: i64, one: &'static str, few: &'static str, many: &'static str) -> &'static str {
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
        // After "заперечує", so all of them in one case.
        Proposition::Occurred => "саму подію".to_owned(),
        Proposition::Author => "авторство".to_owned(),
        Proposition::Object => "названий об’єкт ураження".to_owned(),
        Proposition::Breach => "порушення".to_owned(),
    };
    Ukrainian.list(&what.iter().map(one).collect::<Vec<_>>())
}

impl Ukrainian {
    /// Those who take part beside the parties.
    fn beside(&self, (role, who): &Beside) -> String {
        let (one, many) = match role {
            ParticipantRole::Principal => ("сторона", "сторони"),
            ParticipantRole::Delegate => ("делегат", "делегати"),
            ParticipantRole::Mediator => ("посередник", "посередники"),
            ParticipantRole::Host => ("господар", "господарі"),
            ParticipantRole::Observer => ("спостерігач", "спостерігачі"),
        };
        format!(", {}: {}", if who.len() == 1 { one } else { many }, self.list(who))
    }

    fn denial(&self, DenialTold { who, what, incidents }: &DenialTold, all: usize) -> String {
        let of = match *incidents {
            n if n == all && all == 1 => String::new(),
            n if n == all => "щодо кожного з цих інцидентів ".to_owned(),
            1 => format!("щодо одного з цих інцидентів (усього {all}) "),
            n => format!("щодо {n} з цих інцидентів (усього {all}) "),
        };
        format!(" {} {} {of}{}.", capital(who), agreeing(who, "заперечує"), propositions(what))
    }

    fn contact_told(&self, told: &ContactTold<'_>) -> String {
        let ContactTold { name, contact_type, status, who, beside, when, place, purpose, sources, announced_by } = told;
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
        let place = format!("{place}{}", beside.iter().map(|beside| self.beside(beside)).collect::<String>());
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
        let by = if accounts.len() == 1 {
            "Тривалість"
        } else {
            "Тривалість за різними даними"
        };
        format!("{by}: {}.", self.list(&accounts.iter().map(one).collect::<Vec<_>>()))
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

    fn strikes_reported(&self, told: &StrikesTold<'_>) -> String {
        let StrikesTold { class, when, are_hits, sides, incidents, denials, has_more_denials } = told;
        let who = match sides {
            [one] => format!("{} {}", one.side, agreeing(&one.side, "повідомляє")),
            [_, _] => "Обидві сторони повідомляють".to_owned(),
            _ => "Кілька сторін повідомляють".to_owned(),
        };
        let about = if *are_hits { "удари" } else { "напади" };
        let by = |authors: &[String]| match authors.is_empty() {
            true => String::new(),
            false => format!("; автором названо: {}", self.list(authors)),
        };
        let each = match sides {
            [SideTold { what, authors, .. }] if what.is_empty() => by(authors),
            [SideTold { what, authors, .. }] => format!(". {}{}", capital(&self.list(what)), by(authors)),
            _ => {
                let each = |SideTold { side, what, authors }: &SideTold| {
                    let what = if what.is_empty() { (*class).to_owned() } else { self.list(what) };
                    format!("{side} — {what}{}", by(authors))
                };
                format!(". {}", sides.iter().map(each).collect::<Vec<_>>().join(". "))
            }
        };
        let denied: String = denials.iter().map(|denial| self.denial(denial, *incidents)).collect();
        let more = if *has_more_denials {
            " Інші заперечення наведено біля інцидентів."
        } else {
            ""
        };
        stop(format!("{who} про {about} ({class}) {when}{each}")) + &denied + more
    }

    fn named_since(&self, name: &str, since: &str) -> String {
        format!("{name} ({since})")
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
        let what = match prisoners {
            true => counted(count, "полоненого", "полонених", "полонених"),
            false => counted(count, "особу", "особи", "осіб"),
        };
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
        let when = when.map_or_else(String::new, |when| format!(", має відбутися {when}"));
        stop(format!("{name} (оголошує {}{when}): {}", self.list(who), self.list(parts)))
    }

    fn texts_part(&self, contact: Option<&str>, term: &str, parts: &[String]) -> String {
        let on = contact.map_or_else(String::new, |contact| format!(" про {}", self.quoted(contact)));
        stop(format!("Тексти{on} розходяться щодо {}: {}", self.quoted(term), parts.join("; ")))
    }

    fn texts_part_too(&self, contact: Option<&str>, term: &str, parts: &[String]) -> String {
        let (term, parts) = (self.quoted(term), parts.join("; "));
        stop(match contact {
            Some(contact) => format!("Про {} тексти розходяться щодо {term}: {parts}", self.quoted(contact)),
            None => format!("Щодо {term} вони теж розходяться: {parts}"),
        })
    }

    fn treats(&self, who: &str, treatment: TreatmentType, wording: &str) -> String {
        let what = self.treatment(treatment);
        match (treatment, wording) {
            (TreatmentType::Silent, _) => format!("{who} {}", agreeing(who, what)),
            (_, "") => format!("{who} {} це", agreeing(who, what)),
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
        format!("у якийсь момент між {from} і {to}")
    }

    fn window_ends(&self, holder: &str, term: &str, by_rule: &[String]) -> String {
        let term = self.quoted(term);
        stop(match by_rule {
            [one] => format!("За тлумаченням ({holder}) закінчується {term}: {one}"),
            _ => format!("За тлумаченням ({holder}) кінець {term} залежить від способу лічби: {}", by_rule.join("; ")),
        })
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
                "Інциденти за цей період або вперше повідомлені в ньому: {}; попереднього випуску не названо, тож усі подано як нові.",
                number(i64::try_from(all).unwrap_or(i64::MAX))
            ),
            Some(new) => format!(
                "Інциденти за цей період, уперше повідомлені в ньому або змінені відтоді: {}; нових {new}, змінених {updated}, без змін і не повторених {unchanged}.",
                number(i64::try_from(all).unwrap_or(i64::MAX))
            ),
        }
    }

    fn matrix_of(&self, basis: Basis) -> String {
        format!("Кожен інцидент за кожним тлумаченням, {}", self.basis(basis))
    }

    fn alleged(&self, who: &str, whom: Option<&str>, term: &str, count: usize, latest: Option<usize>) -> String {
        let by = whom.map_or_else(|| "автора не названо".to_owned(), |whom| format!("автором названо: {whom}"));
        let (says, term) = (agreeing(who, "стверджує"), self.quoted(term));
        let of = match latest {
            None => " цього випуску".to_owned(),
            Some(latest) => format!(" з останніх {latest}"),
        };
        format!("{who} {says}, що порушено {term} ({by}): {}{of}.", incidents(count))
    }

    fn accused(&self, who: &str, whom: Option<&str>, of: &str, when: Option<&str>) -> String {
        let whom = whom.map_or_else(String::new, |whom| format!(" (кому: {whom})"));
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

    fn more(&self, what: More, count: usize) -> String {
        let (one, few, many) = match what {
            More::Contacts => ("контакт", "контакти", "контактів"),
            More::Texts => ("раніший текст", "раніші тексти", "раніших текстів"),
            More::Readings => ("тлумачення", "тлумачення", "тлумачень"),
            More::OwnWords => (
                "зауваження щодо власних слів сторони",
                "зауваження щодо власних слів сторін",
                "зауважень щодо власних слів сторін",
            ),
            More::Claims => ("заявлену кількість", "заявлені кількості", "заявлених кількостей"),
            More::Exchanges => ("обмін", "обміни", "обмінів"),
            More::Statements => ("заяву", "заяви", "заяв"),
            More::Positions => ("позицію", "позиції", "позицій"),
            More::Pledges => ("обіцянку", "обіцянки", "обіцянок"),
            More::Forecasts => ("прогноз", "прогнози", "прогнозів"),
            More::Obligations => ("зобов’язання", "зобов’язання", "зобов’язань"),
            More::Coverage => ("запис про спостереження", "записи про спостереження", "записів про спостереження"),
            More::Corrections => ("виправлення", "виправлення", "виправлень"),
            More::VerdictChanges => ("зміну висновку", "зміни висновків", "змін висновків"),
            More::Documents => ("документ", "документи", "документів"),
        };
        let n = i64::try_from(count).unwrap_or(i64::MAX);
        format!("Тут не наведено ще {} {}.", number(n), counted(n, one, few, many))
    }

    fn according_to(&self, sources: &[String]) -> String {
        if sources.is_empty() { String::new() } else { format!(", за даними: {}", self.list(sources)) }
    }

    fn hours_told_in(&self, zone: &str) -> String {
        format!("Години подано за зоною {zone}.")
    }

    fn verdicts_by_day(&self, reading: &str, basis: Basis) -> String {
        format!("Висновки за днями, тлумачення: {reading}, {}", self.basis(basis))
    }
}
