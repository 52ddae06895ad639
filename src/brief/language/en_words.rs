//! English: fixed words and lines, dates and numbers.

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

use super::en::English;
use super::{Amount, Word, Words};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default()
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn clock(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Names that English gives an article, by how they begin; a name with "of" in it is given one too.
const WITH_ARTICLE: [&str; 8] =
    ["United ", "Kremlin", "White House", "OSCE", "European Union", "Security Council", "Caspian ", "US government"];

fn takes_article(name: &str) -> bool {
    let is_office = name.contains(" of ") && !name.contains(['(', ',']) && name.starts_with(char::is_uppercase);
    WITH_ARTICLE.iter().any(|start| name.starts_with(start)) || is_office
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Nouns that are not counted, and those of which there is one.
const UNCOUNTED: [&str; 12] = [
    "infrastructure",
    "heating",
    "generation",
    "manufacturing",
    "distribution",
    "storage",
    "transport",
    "telecommunications",
    "water",
    "kinds",
    "equipment",
    "housing",
];
const ONE: [&str; 2] = ["system", "network"];

/// The noun of a label, before what is said of its kind.
fn noun(label: &str) -> &str {
    label.split(" of another kind").next().unwrap_or(label)
}

/// What is of a class, where it is not known which: "an oil depot", "the gas system", "energy infrastructure".
pub(super) fn indefinite(label: &str) -> String {
    let noun = noun(label);
    if UNCOUNTED.iter().any(|end| noun.ends_with(end)) {
        return label.to_owned();
    }
    let article = match noun.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) {
        _ if ONE.iter().any(|end| noun.ends_with(end)) => "the",
        true => "an",
        false => "a",
    };
    format!("{article} {label}")
}

/// Several of a class: "health facilities", "energy infrastructure".
pub(super) fn plural(label: &str) -> String {
    let noun = noun(label);
    if UNCOUNTED.iter().any(|end| noun.ends_with(end)) || noun.ends_with('s') {
        return label.to_owned();
    }
    let rest = &label[noun.len()..];
    match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies{rest}"),
        None => format!("{noun}s{rest}"),
    }
}

impl Words for English {
    fn tag(&self) -> &'static str {
        "en"
    }

    fn word(&self, what: Word) -> &'static str {
        word(what)
    }

    fn heading(&self, kind: SectionKind) -> &'static str {
        match kind {
            SectionKind::Contacts => "Contacts",
            SectionKind::Readouts => "What the texts say",
            SectionKind::Readings => "Readings in force",
            SectionKind::Incidents => "Incidents",
            SectionKind::Verdicts => "Verdicts by reading",
            SectionKind::Allegations => "Allegations and denials",
            SectionKind::Claims => "Counts that were claimed",
            SectionKind::Exchanges => "Exchanges",
            SectionKind::Statements => "What was said",
            SectionKind::Positions => "Positions and conditions",
            SectionKind::Pledges => "Pledges of third parties",
            SectionKind::Forecasts => "Forecasts",
            SectionKind::Obligations => "Obligations",
            SectionKind::Coverage => "Coverage and access",
            SectionKind::Corrections => "Corrections to earlier editions",
            SectionKind::Sources => "Sources",
        }
    }

    fn class(&self, taxonomy: Taxonomy, id: &str) -> Option<&'static str> {
        // Of the others, the part of the label before the first stroke does.
        match (taxonomy, id) {
            (Taxonomy::Objects, "elec.gen.renew") => Some("renewable power plant"),
            (Taxonomy::Objects, "government") => Some("government facility"),
            (Taxonomy::Objects, "industry") => Some("industrial, commercial or agricultural site"),
            _ => None,
        }
    }

    fn other_of(&self, class: &str) -> String {
        format!("{class} of another kind")
    }

    fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            // A list of things that have commas of their own is kept apart by semicolons.
            [first @ .., last] if items.iter().any(|item| item.contains(", ")) => {
                format!("{}; and {last}", first.join("; "))
            }
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        }
    }

    fn objects_and_more(&self, items: &[String], more: usize) -> String {
        let objects = if more == 1 { "object" } else { "objects" };
        match items.iter().any(|item| item.contains(", ")) {
            _ if more == 0 => self.list(items),
            true => format!("{}; and {more} more {objects}", items.join("; ")),
            false => format!("{} and {more} more {objects}", items.join(", ")),
        }
    }

    fn date(&self, date: Date, year: i16) -> String {
        let day = format!("{} {}", date.day(), month(date));
        if date.year() == year { day } else { format!("{day} {}", date.year()) }
    }

    fn date_with_weekday(&self, date: Date, year: i16) -> String {
        format!("{} {}", weekday(date), self.date(date, year))
    }

    fn when(&self, when: When, year: i16) -> String {
        match when {
            When::Month(_) => format!("in {}", self.when_bare(when, year)),
            When::Day(_) => format!("on {}", self.when_bare(when, year)),
            When::Days(first, last) if first.tomorrow().ok() == Some(last) && first.month() == last.month() => {
                format!("on {} or {}", first.day(), self.date(last, year))
            }
            When::Days(first, last) => format!("between {} and {}", self.date(first, year), self.date(last, year)),
            When::Minute(at) => format!("at {} on {}", clock(at), self.date(at.date(), year)),
            When::Between(from, to) => {
                let is_end_of_day = to.time() == jiff::civil::Time::midnight();
                let (to_day, to_clock) = match to.date().yesterday() {
                    Ok(day) if is_end_of_day => (day, "24:00".to_owned()),
                    _ => (to.date(), clock(to)),
                };
                if from.date() == to_day {
                    format!("between {} and {to_clock} on {}", clock(from), self.date(to_day, year))
                } else {
                    let (from_day, to_day) = (self.date(from.date(), year), self.date(to_day, year));
                    format!("between {} on {from_day} and {to_clock} on {to_day}", clock(from))
                }
            }
        }
    }

    fn when_with_weekday(&self, when: When, year: i16) -> String {
        match when {
            When::Day(day) => format!("on {}", self.date_with_weekday(day, year)),
            other => self.when(other, year),
        }
    }

    fn when_bare(&self, when: When, year: i16) -> String {
        match when {
            When::Month(day) => format!("{} {}", month(day), day.year()),
            When::Day(day) => self.date(day, year),
            When::Days(first, last) if first.month() == last.month() && first.year() == last.year() => {
                format!("{}–{}", first.day(), self.date(last, year))
            }
            When::Days(first, last) => format!("{} – {}", self.date(first, year), self.date(last, year)),
            When::Minute(at) => format!("{} {}", self.date(at.date(), year), clock(at)),
            When::Between(from, to) => {
                format!(
                    "{} {} – {} {}",
                    self.date(from.date(), year),
                    clock(from),
                    self.date(to.date(), year),
                    clock(to)
                )
            }
        }
    }

    fn lasting(&self, from: When, to: When, year: i16) -> String {
        match (from, to) {
            (When::Day(a), When::Day(b)) if a == b => self.when(from, year),
            (When::Day(a), When::Day(b)) if a.month() == b.month() && a.year() == b.year() => {
                format!("from {} to {}", a.day(), self.date(b, year))
            }
            (When::Day(a), When::Day(b)) => format!("from {} to {}", self.date(a, year), self.date(b, year)),
            (When::Minute(a), When::Minute(b)) if a.date() == b.date() => {
                format!("from {} to {} on {}", clock(a), clock(b), self.date(a.date(), year))
            }
            _ => format!("{}, ending {}", self.when(from, year), self.when(to, year)),
        }
    }

    fn end_of_day(&self, date: Date, year: i16) -> String {
        format!("the end of {}", self.date(date, year))
    }

    fn duration(&self, duration: SignedDuration) -> String {
        let minutes = duration.as_mins();
        let (hours, rest) = (minutes / 60, minutes % 60);
        let hours_text = format!("{hours} hour{}", if hours == 1 { "" } else { "s" });
        let minutes_text = format!("{rest} minute{}", if rest == 1 { "" } else { "s" });
        match (hours, rest) {
            (0, _) => minutes_text,
            (_, 0) => hours_text,
            _ => format!("{hours_text} {minutes_text}"),
        }
    }

    fn duration_between(&self, least: Option<SignedDuration>, most: Option<SignedDuration>) -> String {
        match (least, most) {
            (Some(least), Some(most)) if least == most => self.duration(least),
            (Some(least), Some(most)) => format!("{} to {}", self.duration(least), self.duration(most)),
            (Some(least), None) => format!("at least {}", self.duration(least)),
            (None, Some(most)) => format!("at most {}", self.duration(most)),
            (None, None) => "not stated".to_owned(),
        }
    }

    fn amount(&self, amount: Amount) -> String {
        match amount {
            Amount::Just(n) => number(n),
            Amount::AtLeast(n) => format!("at least {}", number(n)),
            Amount::AtMost(n) => format!("at most {}", number(n)),
            Amount::From(a, b) => format!("{} to {}", number(a), number(b)),
        }
    }

    fn not_hit(&self, effect: Effect) -> Option<&'static str> {
        match effect {
            Effect::Intercepted => Some("attack stopped"),
            Effect::Missed => Some("attack missed"),
            Effect::Affected => Some("affected, not hit"),
            Effect::Hit => None,
        }
    }

    fn more_accounts(&self, count: usize) -> String {
        let accounts = if count == 1 { "account" } else { "accounts" };
        format!("{count} further {accounts} not told here")
    }

    fn more_findings(&self, count: usize) -> String {
        let findings = if count == 1 { "finding" } else { "findings" };
        format!("{count} further {findings} not told here")
    }

    fn known_since(&self, day: &str) -> String {
        format!("known since {day}")
    }

    fn still_under_way(&self, names: &[String]) -> String {
        format!("Told before as under way, with no end recorded: {}.", names.join("; "))
    }

    fn quoted(&self, text: &str) -> String {
        format!("“{text}”")
    }

    fn opening(&self, name: &str) -> String {
        if takes_article(name) { format!("The {name}") } else { capital(name) }
    }

    fn within(&self, name: &str) -> String {
        match name.strip_prefix("The ") {
            Some(rest) => format!("the {rest}"),
            None if takes_article(name) => format!("the {name}"),
            None => name.to_owned(),
        }
    }

    fn contact_type(&self, kind: ContactType) -> &'static str {
        match kind {
            ContactType::Call => "call",
            ContactType::Meeting => "meeting",
            ContactType::Talks => "talks",
            ContactType::Message => "message",
        }
    }

    fn instrument_type(&self, kind: InstrumentType) -> &'static str {
        match kind {
            InstrumentType::AgreedText => "agreed text",
            InstrumentType::UnilateralStatement => "statement",
            InstrumentType::Readout => "readout",
            InstrumentType::Proposal => "proposal",
            InstrumentType::List => "list",
            InstrumentType::Gloss => "gloss",
        }
    }

    fn treatment(&self, treatment: TreatmentType) -> &'static str {
        match treatment {
            TreatmentType::States => "states it",
            TreatmentType::Mentions => "mentions it",
            TreatmentType::Defers => "leaves it to later",
            TreatmentType::Rejects => "rejects it",
            TreatmentType::Silent => "silent",
        }
    }

    fn basis(&self, basis: Basis) -> &'static str {
        match basis {
            Basis::Alleged => "as alleged",
            Basis::Undisputed => "as far as undisputed",
            Basis::Corroborated => "as far as corroborated",
            Basis::Verified => "as found by verifiers",
        }
    }

    fn verdict(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Breach => "breach",
            Verdict::NoBreach => "no breach",
            Verdict::Undetermined => "undetermined",
            Verdict::NotAssessed => "not assessed",
        }
    }

    fn person_category(&self, category: Option<PersonCategory>) -> &'static str {
        match category {
            None => "persons",
            Some(PersonCategory::PrisonerOfWar) => "prisoners of war",
            Some(PersonCategory::Wounded) => "wounded",
            Some(PersonCategory::Detainee) => "detainees",
            Some(PersonCategory::Civilian) => "civilians",
            Some(PersonCategory::Child) => "children",
            Some(PersonCategory::Body) => "bodies",
        }
    }

    fn stage(&self, stage: TransferStage) -> &'static str {
        match stage {
            TransferStage::Announced => "announced",
            TransferStage::Confirmed => "confirmed",
        }
    }

    fn coverage_status(&self, status: CoverageStatus) -> &'static str {
        match status {
            CoverageStatus::Full => "full",
            CoverageStatus::Partial => "partial",
            CoverageStatus::Refused => "refused",
            CoverageStatus::Impossible => "impossible",
        }
    }

    fn coverage_means(&self, means: CoverageMeans) -> &'static str {
        match means {
            CoverageMeans::Patrol => "patrol",
            CoverageMeans::RemoteSensor => "remote sensor",
            CoverageMeans::Uav => "uncrewed aircraft",
            CoverageMeans::Satellite => "satellite",
            CoverageMeans::Interview => "interviews",
            CoverageMeans::OpenSource => "open sources",
        }
    }
}

/// A number with its thousands apart.
pub(super) fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

/// A fixed word or line.
fn word(word: Word) -> &'static str {
    match word {
        Word::Account => "Account",
        Word::AttributedTo => "Attributed to",
        Word::Basis => "Basis",
        Word::Claim => "Claim",
        Word::Count => "Number",
        Word::Credibility => "Credibility of the item",
        Word::Denied => "Denied",
        Word::Direction => "Direction",
        Word::Document => "Document",
        Word::GradedBy => "Graded by",
        Word::Incident => "Incident",
        Word::Now => "Now",
        Word::Place => "Place",
        Word::Point => "Point",
        Word::Published => "Published",
        Word::Publisher => "Publisher",
        Word::Reading => "Reading",
        Word::Reliability => "Reliability of the source",
        Word::Said => "Said",
        Word::Speaker => "Speaker",
        Word::Stage => "Stage",
        Word::Then => "Edition before",
        Word::Window => "Throughout",
        Word::Persons => "Persons",
        Word::Alleged => "Alleged by",
        Word::Against => "Against",
        Word::NotLookedAt => "–",
        Word::NotGiven => "not given",
        Word::NoDenial => "no denial recorded",
        Word::NotGraded => "not graded",
        Word::SumOfParts => "sum of the parts",
        Word::StatedTotal => "total as stated",
        Word::Overall => "in all",
        Word::LaneContacts => "Contacts",
        Word::LaneTexts => "Texts",
        Word::LaneIncidents => "Incidents",
        Word::LaneExchanges => "Exchanges",
        Word::ReportedBySide => "Reported",
        Word::OfTheseVerified => "Of these with a finding by verifiers",
        Word::UnitIncidents => "incidents",
        Word::OtherObjects => "object not certain",
        Word::AllObjects => "all objects",
        Word::AllOthers => "all others",
        Word::Everyone => "everyone",
        Word::DifferentObjects => "objects of different kinds",
        Word::VerdictCounts => "Incidents by verdict, for each reading and basis",
        Word::AllegationTable => "Allegations of a breach, beside what is denied",
        Word::ClaimTable => "Counts as their speakers gave them",
        Word::SourceTable => "Documents behind this edition",
        Word::VerdictChanges => "Verdicts that are not what they were in the edition before",
        Word::IncidentsByDay => "Incidents a day by what is reported struck",
        Word::AllegationsBySide => "Incidents of the edition by reporting side",
        Word::Timeline => "What happened when, as reported",
        Word::NoteVerdicts => {
            "A verdict says what a reading makes of what is reported. It is no finding that something happened."
        }
        Word::NoteWords => "What one side says stands with that side. Words in quotation marks are as recorded.",
        Word::NothingContacts => "No contact is recorded for the period.",
        Word::NothingReadouts => "No text is recorded for the period.",
        Word::NothingReadings => "No reading is in force.",
        Word::NothingIncidents => "No reports received for the period.",
        Word::NothingVerdicts => "There is no incident to apply a reading to.",
        Word::NothingAllegations => "No allegation of a breach is recorded for the period.",
        Word::NothingClaims => "No claimed count is recorded for the period.",
        Word::NothingExchanges => "No exchange is recorded for the period.",
        Word::NothingStatements => "No statement is recorded for the period.",
        Word::NothingPositions => "No position was recorded for the period.",
        Word::NothingPledges => "No pledge was recorded for the period.",
        Word::NothingForecasts => "No forecast was made, due or settled in the period.",
        Word::NothingObligations => {
            "No obligation fell due in the period or falls due in the days after it, and none is overdue, not settled or open without a deadline."
        }
        Word::NothingCoverage => {
            "Coverage: none. No coverage is recorded for the period, so that nothing was reported does not mean that nothing happened."
        }
        Word::NothingCorrections => "Nothing that the edition before said has changed.",
        Word::NothingSources => "No document stands behind this edition.",
        Word::NoPrevious => "No edition before this one is named, so there is nothing to compare with.",
        Word::ReadoutsNote => {
            "“silent”: somebody looked, and the text passes over the point. “–”: nobody looked whether it does."
        }
        Word::ReadingsNote => "A reading is what its holder takes the text to mean; it is shown, not endorsed.",
        Word::VerdictsNote => "Each verdict is that of the reading at the head of its column.",
        Word::VerdictCountsNote => {
            "Readings and bases are not added up. An incident that has no row on a basis is not assessed, which is not “no breach”. A whole is left out where one of its parts is counted."
        }
        Word::AllegationsNote => {
            "An allegation is shown with whoever makes it; that nobody denied it does not make it so."
        }
        Word::ClaimsNote => "Quoted, never added: no two of these counts need share unit, time and place.",
        Word::SourcesNote => {
            "Reliability of the source (A–F) and credibility of the item (1–6) are two things; F and 6 mean that it cannot be judged."
        }
        Word::ChartDaysNote => {
            "An incident that spans several days is on none of them; one that struck several kinds of object is in each of their series."
        }
        Word::ChartSidesNote => {
            "An incident that several sides report stands with each of them; the bars do not add up. A whole is left out where one of its parts is counted."
        }
        Word::EverythingNew => "No edition before this one is named, so everything of the period is told as new.",
    }
}
