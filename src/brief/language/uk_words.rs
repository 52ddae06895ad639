//! Ukrainian: fixed words and lines, dates and numbers.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Weekday};

use crate::brief::SectionKind;
use crate::brief::times::When;
use crate::domain::evidence::Basis;
use crate::domain::report::Effect;
use crate::domain::texts::{ContactType, InstrumentType, TreatmentType};
use crate::domain::things::{CoverageMeans, CoverageStatus, Taxonomy};
use crate::domain::undertakings::{PersonCategory, TransferStage};
use crate::domain::verdict::Verdict;

use super::uk::{Ukrainian, counted};
use super::{Amount, Word, Words, uk_classes};

/// In the genitive, as after a day.
const MONTHS: [&str; 12] = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
];

/// In the locative, as after "у".
const IN_MONTHS: [&str; 12] = [
    "січні",
    "лютому",
    "березні",
    "квітні",
    "травні",
    "червні",
    "липні",
    "серпні",
    "вересні",
    "жовтні",
    "листопаді",
    "грудні",
];

fn of(months: &[&'static str; 12], date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|index| months.get(index)).copied().unwrap_or_default()
}

/// In the accusative, as after "у".
fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "понеділок",
        Weekday::Tuesday => "вівторок",
        Weekday::Wednesday => "середу",
        Weekday::Thursday => "четвер",
        Weekday::Friday => "п’ятницю",
        Weekday::Saturday => "суботу",
        Weekday::Sunday => "неділю",
    }
}

fn clock(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Names that stand in the plural, by how they begin.
const PLURAL: [&str; 17] = [
    "Сполучені ",
    "Об’єднані ",
    "Об'єднані ",
    "Збройні ",
    "Повітряні ",
    "Сили ",
    "Союзники",
    "Неназвані ",
    "Війська",
    "Власті",
    "Органи",
    "Країни",
    "Держави",
    "Представники",
    "Нідерланди",
    "США",
    "ОАЕ",
];

/// A verb in the third person as the number of a name asks for it: "приймає", of several "приймають".
pub(super) fn agreeing(who: &str, verb: &str) -> String {
    if !PLURAL.iter().any(|start| who.starts_with(start)) {
        return verb.to_owned();
    }
    let (not, verb) = verb.strip_prefix("не ").map_or(("", verb), |verb| ("не ", verb));
    let (first, rest) = verb.split_once(' ').map_or((verb, String::new()), |(first, rest)| (first, format!(" {rest}")));
    let many = match (first.strip_suffix('є'), first.strip_suffix("ить"), first.strip_suffix('е')) {
        (Some(stem), _, _) => format!("{stem}ють"),
        (_, Some(stem), _) if stem.ends_with(['ж', 'ч', 'ш', 'щ']) => format!("{stem}ать"),
        (_, Some(stem), _) => format!("{stem}ять"),
        (_, _, Some(stem)) => format!("{stem}уть"),
        _ => first.to_owned(),
    };
    format!("{not}{many}{rest}")
}

impl Words for Ukrainian {
    fn tag(&self) -> &'static str {
        "uk"
    }

    fn word(&self, what: Word) -> &'static str {
        word(what)
    }

    fn heading(&self, kind: SectionKind) -> &'static str {
        match kind {
            SectionKind::Contacts => "Контакти",
            SectionKind::Readouts => "Що кажуть тексти",
            SectionKind::Readings => "Чинні тлумачення",
            SectionKind::Incidents => "Інциденти",
            SectionKind::Verdicts => "Висновки за тлумаченнями",
            SectionKind::Allegations => "Твердження й заперечення",
            SectionKind::Claims => "Заявлені кількості",
            SectionKind::Exchanges => "Обміни",
            SectionKind::Statements => "Що сказано",
            SectionKind::Positions => "Позиції та умови",
            SectionKind::Pledges => "Обіцянки третіх сторін",
            SectionKind::Forecasts => "Прогнози",
            SectionKind::Obligations => "Зобов’язання",
            SectionKind::Coverage => "Спостереження й доступ",
            SectionKind::Corrections => "Виправлення попередніх випусків",
            SectionKind::Sources => "Джерела",
        }
    }

    fn class(&self, taxonomy: Taxonomy, id: &str) -> Option<&'static str> {
        uk_classes::class(taxonomy, id)
    }

    fn other_of(&self, class: &str) -> String {
        format!("{class}, інший вид")
    }

    fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] if items.iter().any(|item| item.contains(", ")) => {
                format!("{}; {last}", first.join("; "))
            }
            [first @ .., last] => format!("{} і {last}", first.join(", ")),
        }
    }

    fn objects_and_more(&self, items: &[String], more: usize) -> String {
        let objects = counted(i64::try_from(more).unwrap_or(i64::MAX), "об’єкт", "об’єкти", "об’єктів");
        match items.iter().any(|item| item.contains(", ")) {
            _ if more == 0 => self.list(items),
            true => format!("{}; та ще {more} {objects}", items.join("; ")),
            false => format!("{} та ще {more} {objects}", items.join(", ")),
        }
    }

    fn date(&self, date: Date, year: i16) -> String {
        let day = format!("{} {}", date.day(), of(&MONTHS, date));
        if date.year() == year { day } else { format!("{day} {} року", date.year()) }
    }

    fn date_with_weekday(&self, date: Date, year: i16) -> String {
        format!("{} {}", weekday(date), self.date(date, year))
    }

    fn when(&self, when: When, year: i16) -> String {
        match when {
            When::Month(day) => format!("у {} {} року", of(&IN_MONTHS, day), day.year()),
            When::Day(_) => self.when_bare(when, year),
            When::Days(first, last) if first.tomorrow().ok() == Some(last) && first.month() == last.month() => {
                format!("{} або {}", first.day(), self.date(last, year))
            }
            When::Days(first, last) => format!("від {} до {}", self.date(first, year), self.date(last, year)),
            When::Minute(at) => format!("о {} {}", clock(at), self.date(at.date(), year)),
            When::Between(from, to) => {
                let is_end_of_day = to.time() == jiff::civil::Time::midnight();
                let (to_day, to_clock) = match to.date().yesterday() {
                    Ok(day) if is_end_of_day => (day, "24:00".to_owned()),
                    _ => (to.date(), clock(to)),
                };
                if from.date() == to_day {
                    format!("між {} і {to_clock} {}", clock(from), self.date(to_day, year))
                } else {
                    let (from_day, to_day) = (self.date(from.date(), year), self.date(to_day, year));
                    format!("між {} {from_day} і {to_clock} {to_day}", clock(from))
                }
            }
        }
    }

    fn when_with_weekday(&self, when: When, year: i16) -> String {
        match when {
            When::Day(day) => format!("у {}", self.date_with_weekday(day, year)),
            other => self.when(other, year),
        }
    }

    fn when_bare(&self, when: When, year: i16) -> String {
        match when {
            When::Month(day) => format!("{:02}.{}", day.month(), day.year()),
            When::Day(day) => self.date(day, year),
            When::Days(first, last) if first.month() == last.month() && first.year() == last.year() => {
                format!("{}–{}", first.day(), self.date(last, year))
            }
            When::Days(first, last) => format!("{} – {}", self.date(first, year), self.date(last, year)),
            When::Minute(at) => format!("{} {}", self.date(at.date(), year), clock(at)),
            When::Between(from, to) => {
                let (from_day, to_day) = (self.date(from.date(), year), self.date(to.date(), year));
                format!("{from_day} {} – {to_day} {}", clock(from), clock(to))
            }
        }
    }

    fn lasting(&self, from: When, to: When, year: i16) -> String {
        match (from, to) {
            (When::Day(a), When::Day(b)) if a == b => self.when(from, year),
            (When::Day(a), When::Day(b)) if a.month() == b.month() && a.year() == b.year() => {
                format!("з {} до {}", a.day(), self.date(b, year))
            }
            (When::Day(a), When::Day(b)) => format!("з {} до {}", self.date(a, year), self.date(b, year)),
            (When::Minute(a), When::Minute(b)) if a.date() == b.date() => {
                format!("з {} до {} {}", clock(a), clock(b), self.date(a.date(), year))
            }
            _ => format!("{}, закінчення {}", self.when(from, year), self.when(to, year)),
        }
    }

    fn end_of_day(&self, date: Date, year: i16) -> String {
        format!("{} 24:00", self.date(date, year))
    }

    fn duration(&self, duration: SignedDuration) -> String {
        let minutes = duration.as_mins();
        let (hours, rest) = (minutes / 60, minutes % 60);
        let hours_text = format!("{hours} год");
        let minutes_text = format!("{rest} хв");
        match (hours, rest) {
            (0, _) => minutes_text,
            (_, 0) => hours_text,
            _ => format!("{hours_text} {minutes_text}"),
        }
    }

    fn duration_between(&self, least: Option<SignedDuration>, most: Option<SignedDuration>) -> String {
        match (least, most) {
            (Some(least), Some(most)) if least == most => self.duration(least),
            (Some(least), Some(most)) => format!("{} – {}", self.duration(least), self.duration(most)),
            (Some(least), None) => format!("щонайменше {}", self.duration(least)),
            (None, Some(most)) => format!("щонайбільше {}", self.duration(most)),
            (None, None) => "не вказано".to_owned(),
        }
    }

    fn amount(&self, amount: Amount) -> String {
        match amount {
            Amount::Just(n) => number(n),
            Amount::AtLeast(n) => format!("щонайменше {}", number(n)),
            Amount::AtMost(n) => format!("щонайбільше {}", number(n)),
            Amount::From(a, b) => format!("{}–{}", number(a), number(b)),
        }
    }

    fn not_hit(&self, effect: Effect) -> Option<&'static str> {
        match effect {
            Effect::Intercepted => Some("напад відбито"),
            Effect::Missed => Some("без влучання"),
            Effect::Affected => Some("наслідки без влучання"),
            Effect::Hit => None,
        }
    }

    fn more_accounts(&self, count: usize) -> String {
        format!("інших повідомлень, тут не наведених: {count}")
    }

    fn more_findings(&self, count: usize) -> String {
        format!("інших висновків перевірки, тут не наведених: {count}")
    }

    fn known_since(&self, day: &str) -> String {
        format!("відомо з {day}")
    }

    fn still_under_way(&self, names: &[String]) -> String {
        format!("Раніше подано як такі, що тривають; закінчення не записано: {}.", names.join("; "))
    }

    fn quoted(&self, text: &str) -> String {
        format!("«{text}»")
    }

    fn opening(&self, name: &str) -> String {
        capital(name)
    }

    fn within(&self, name: &str) -> String {
        name.to_owned()
    }

    fn contact_type(&self, kind: ContactType) -> &'static str {
        match kind {
            ContactType::Call => "телефонна розмова",
            ContactType::Meeting => "зустріч",
            ContactType::Talks => "переговори",
            ContactType::Message => "звернення",
        }
    }

    fn instrument_type(&self, kind: InstrumentType) -> &'static str {
        match kind {
            InstrumentType::AgreedText => "узгоджений текст",
            InstrumentType::UnilateralStatement => "заява",
            InstrumentType::Readout => "повідомлення про контакт",
            InstrumentType::Proposal => "пропозиція",
            InstrumentType::List => "перелік",
            InstrumentType::Gloss => "пояснення",
        }
    }

    fn treatment(&self, treatment: TreatmentType) -> &'static str {
        match treatment {
            TreatmentType::States => "визначає",
            TreatmentType::Mentions => "згадує",
            TreatmentType::Defers => "відкладає",
            TreatmentType::Rejects => "відкидає",
            TreatmentType::Silent => "мовчить",
        }
    }

    fn basis(&self, basis: Basis) -> &'static str {
        match basis {
            Basis::Alleged => "як стверджується",
            Basis::Undisputed => "наскільки не заперечується",
            Basis::Corroborated => "наскільки підтверджено незалежно",
            Basis::Verified => "за висновками перевірки",
        }
    }

    fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Breach => "порушення",
            Verdict::NoBreach => "немає порушення",
            Verdict::Undetermined => "не визначено",
            Verdict::NotAssessed => "не оцінено",
        }
    }

    fn person_category(&self, category: Option<PersonCategory>) -> &'static str {
        match category {
            None => "особи",
            Some(PersonCategory::PrisonerOfWar) => "військовополонені",
            Some(PersonCategory::Wounded) => "поранені",
            Some(PersonCategory::Detainee) => "затримані",
            Some(PersonCategory::Civilian) => "цивільні",
            Some(PersonCategory::Child) => "діти",
            Some(PersonCategory::Body) => "тіла",
        }
    }

    fn stage(&self, stage: TransferStage) -> &'static str {
        match stage {
            TransferStage::Announced => "оголошено",
            TransferStage::Confirmed => "підтверджено",
        }
    }

    fn coverage_status(&self, status: CoverageStatus) -> &'static str {
        match status {
            CoverageStatus::Full => "повне",
            CoverageStatus::Partial => "часткове",
            CoverageStatus::Refused => "відмовлено",
            CoverageStatus::Impossible => "неможливе",
        }
    }

    fn coverage_means(&self, means: CoverageMeans) -> &'static str {
        match means {
            CoverageMeans::Patrol => "патруль",
            CoverageMeans::RemoteSensor => "дистанційний датчик",
            CoverageMeans::Uav => "безпілотник",
            CoverageMeans::Satellite => "супутник",
            CoverageMeans::Interview => "опитування",
            CoverageMeans::OpenSource => "відкриті джерела",
        }
    }
}

/// A number with its thousands apart.
pub(super) fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

/// A fixed word or line.
fn word(word: Word) -> &'static str {
    match word {
        Word::Account => "За даними",
        Word::AttributedTo => "Кому приписано",
        Word::Basis => "Підстава",
        Word::Claim => "Твердження",
        Word::Count => "Кількість",
        Word::Credibility => "Достовірність повідомлення",
        Word::Denied => "Заперечення",
        Word::Direction => "Напрямок",
        Word::Document => "Документ",
        Word::GradedBy => "Хто оцінив",
        Word::Incident => "Інцидент",
        Word::Now => "Тепер",
        Word::Place => "Місце",
        Word::Point => "Питання",
        Word::Published => "Опубліковано",
        Word::Publisher => "Видавець",
        Word::Reading => "Тлумачення",
        Word::Reliability => "Надійність джерела",
        Word::Said => "Сказано",
        Word::Speaker => "Хто говорить",
        Word::Stage => "Етап",
        Word::Then => "Попередній випуск",
        Word::Window => "За період",
        Word::Persons => "Особи",
        Word::Alleged => "Хто стверджує",
        Word::Against => "Проти кого",
        Word::NotLookedAt => "–",
        Word::NotGiven => "не вказано",
        Word::NoDenial => "заперечення не записано",
        Word::NotGraded => "без оцінки",
        Word::SumOfParts => "сума частин",
        Word::StatedTotal => "заявлена загальна кількість",
        Word::Overall => "загалом",
        Word::LaneContacts => "Контакти",
        Word::LaneTexts => "Тексти",
        Word::LaneIncidents => "Інциденти",
        Word::LaneExchanges => "Обміни",
        Word::ReportedBySide => "Повідомлено",
        Word::OfTheseVerified => "З них із висновком перевірки",
        Word::UnitIncidents => "інциденти",
        Word::OtherObjects => "об’єкт не визначено",
        Word::AllObjects => "усі об’єкти",
        Word::AllOthers => "усі інші",
        Word::Everyone => "усі",
        Word::DifferentObjects => "різні об’єкти",
        Word::VerdictCounts => "Інциденти за висновком, окремо для кожного тлумачення й підстави",
        Word::AllegationTable => "Твердження про порушення поряд із запереченнями",
        Word::ClaimTable => "Кількості, як їх назвали мовці",
        Word::SourceTable => "Документи, на яких ґрунтується випуск",
        Word::VerdictChanges => "Висновки, що змінилися від попереднього випуску",
        Word::IncidentsByDay => "Інциденти за днями і за тим, що, за повідомленнями, уражено",
        Word::AllegationsBySide => "Інциденти випуску за стороною, що повідомляє",
        Word::Timeline => "Що й коли сталося, за повідомленнями",
        Word::NoteVerdicts => {
            "Висновок показує, що випливає з тлумачення щодо повідомленого. Він не встановлює, що подія сталася."
        }
        Word::NoteWords => {
            "Сказане стороною подано разом із цією стороною. Слова в лапках наведено так, як їх записано."
        }
        Word::NothingContacts => "Контактів за період не записано.",
        Word::NothingReadouts => "Текстів за період не записано.",
        Word::NothingReadings => "Чинних тлумачень немає.",
        Word::NothingIncidents => "Повідомлень за період не надходило.",
        Word::NothingVerdicts => "Немає інцидентів, до яких можна застосувати тлумачення.",
        Word::NothingAllegations => "Тверджень про порушення за період не записано.",
        Word::NothingClaims => "Заявлених кількостей за період не записано.",
        Word::NothingExchanges => "Обмінів за період не записано.",
        Word::NothingStatements => "Заяв за період не записано.",
        Word::NothingPositions => "Позицій за період не записано.",
        Word::NothingPledges => "Обіцянок за період не записано.",
        Word::NothingForecasts => {
            "За цей період немає прогнозів: ані нових, ані тих, чий строк настав, ані розв’язаних."
        }
        Word::NothingObligations => {
            "Жодне зобов’язання не має строку в цей період чи найближчі дні; прострочених, нез’ясованих і безстрокових немає."
        }
        Word::NothingCoverage => {
            "Спостереження: немає. За період його не записано, тож відсутність повідомлень не означає, що нічого не сталося."
        }
        Word::NothingCorrections => "Ніщо зі сказаного в попередньому випуску не змінилося.",
        Word::NothingSources => "За цим випуском не стоїть жоден документ.",
        Word::NoPrevious => "Попереднього випуску не названо, тож порівнювати немає з чим.",
        Word::ReadoutsNote => {
            "«мовчить»: текст переглянуто, і цього питання в ньому немає. «–»: цього ніхто не перевіряв."
        }
        Word::ReadingsNote => "Тлумачення — це те, як його носій розуміє текст; його показано, а не схвалено.",
        Word::VerdictsNote => "Кожен висновок належить тлумаченню, названому вгорі стовпця.",
        Word::VerdictCountsNote => {
            "Тлумачення й підстави не додаються. Інцидент без рядка на певній підставі не оцінено, і це не «немає порушення». Цілого не враховано там, де враховано його частину."
        }
        Word::AllegationsNote => {
            "Твердження подано разом із тим, хто його висуває; відсутність заперечення не робить його фактом."
        }
        Word::ClaimsNote => "Наведено й ніколи не додано: у цих кількостей різні одиниці, час і місце.",
        Word::SourcesNote => {
            "Надійність джерела (A–F) і достовірність повідомлення (1–6) — дві різні оцінки; F та 6 означають, що судити не можна."
        }
        Word::ChartDaysNote => {
            "Інцидент, що охоплює кілька днів, не показано в жодному з них; інцидент із кількома видами об’єктів є в кожному ряді."
        }
        Word::ChartSidesNote => {
            "Інцидент, про який повідомляють кілька сторін, є в кожної з них; стовпці не додаються. Цілого не враховано там, де враховано його частину."
        }
        Word::EverythingNew => "Попереднього випуску не названо, тож усе за період подано як нове.",
    }
}
