//! English.

use crate::domain::evidence::Basis;
use crate::domain::report::{Effect, FindingStatus, Proposition};
use crate::domain::texts::{ContactStatus, ContactType, InstrumentType, ParticipantRole, TreatmentType};
use crate::domain::things::CoverageStatus;
use crate::domain::undertakings::{PersonCategory, TransferStage};
use crate::domain::window::CountingRule;
use crate::view::inconsistency::InconsistencyType;

use super::en_words::{capital, indefinite, number, plural};
use super::{Affirmed, Beside, ContactTold, DenialTold, More, ReadingTold, Sentences, SideTold, StrikesTold, Words};

/// English.
pub(super) struct English;

/// A space and the text, if there is one.
fn after(text: &Option<String>) -> String {
    text.as_ref().map_or_else(String::new, |text| format!(" {text}"))
}

pub(super) fn stop(text: String) -> String {
    let last = text.trim_end_matches(['”', '"', '»', '’']);
    if last.ends_with(['.', '!', '?', '…']) { text } else { text + "." }
}

fn propositions(what: &[Proposition]) -> String {
    let one = |proposition: &Proposition| match proposition {
        Proposition::Occurred => "that it took place".to_owned(),
        Proposition::Author => "being named as the author".to_owned(),
        Proposition::Object => "what is said to have been struck".to_owned(),
        Proposition::Breach => "that it was a breach".to_owned(),
    };
    English.list(&what.iter().map(one).collect::<Vec<_>>())
}

impl English {
    /// Those who take part beside the parties, as an apposition.
    fn beside(&self, (role, who): &Beside) -> String {
        let (one, many) = match role {
            ParticipantRole::Principal => ("a party", "parties"),
            ParticipantRole::Delegate => ("a delegate", "delegates"),
            ParticipantRole::Mediator => ("the mediator", "mediators"),
            ParticipantRole::Host => ("the host", "hosts"),
            ParticipantRole::Observer => ("an observer", "observers"),
        };
        format!(", with {} as {}", self.list(who), if who.len() == 1 { one } else { many })
    }

    fn denial(&self, DenialTold { who, what, incidents }: &DenialTold, all: usize) -> String {
        let of = match *incidents {
            n if n == all && all == 1 => String::new(),
            n if n == all => "In each of these incidents ".to_owned(),
            1 => format!("In one of these {all} incidents "),
            n => format!("In {n} of these {all} incidents "),
        };
        let who = if of.is_empty() { self.opening(who) } else { who.clone() };
        format!(" {of}{who} denied {}.", propositions(what))
    }

    fn contact_told(&self, told: &ContactTold<'_>) -> String {
        let ContactTold { name, contact_type, status, who, beside, when, place, purpose, sources, announced_by } = told;
        let (what, is_many) = match contact_type {
            ContactType::Call => ("A call", false),
            ContactType::Meeting => ("A meeting", false),
            ContactType::Talks => ("Talks", true),
            ContactType::Message => ("A message", false),
        };
        let between = match who.len() {
            0 => String::new(),
            1 => format!(" of {}", self.list(who)),
            _ => format!(" between {}", self.list(who)),
        };
        let (was, are) = if is_many { ("were", "are") } else { ("was", "is") };
        let status = match status {
            ContactStatus::Held => format!("{was} held"),
            ContactStatus::UnderWay if when.is_some() => format!("{was} under way, begun"),
            ContactStatus::UnderWay => format!("{was} under way"),
            ContactStatus::Planned | ContactStatus::Mooted => format!("{are} to come"),
            ContactStatus::Cancelled => format!("{was} called off"),
        };
        let no_time = match (told.status, when) {
            (ContactStatus::Planned | ContactStatus::Mooted, None) => ", with no time named",
            _ => "",
        };
        let place = place.as_ref().map_or_else(String::new, |place| format!(" in {place}"));
        let place = format!("{place}{}", beside.iter().map(|beside| self.beside(beside)).collect::<String>());
        let by = match announced_by.is_empty() {
            true => self.according_to(sources),
            false => format!(", as announced by {}", self.list(announced_by)),
        };
        let purpose =
            if purpose.is_empty() { String::new() } else { format!("; purpose: {}", purpose.trim_end_matches('.')) };
        // What is yet to come is called as it was announced.
        if matches!(told.status, ContactStatus::Planned | ContactStatus::Mooted) {
            let to_be = if told.status == ContactStatus::Planned { "to be held" } else { "talked of" };
            return format!("{name}: {to_be}{}{place}{no_time}{by}{purpose}", after(when));
        }
        format!("{what}{between} {status}{}{place}{no_time}{by}{purpose}", after(when))
    }
}

impl Sentences for English {
    fn title(&self, dossier: &str, period: &str) -> String {
        format!("{dossier}: briefing for {period}")
    }

    fn note_clock(&self, known_by: Option<&str>, position: u64, zone: &str) -> String {
        let cut = match known_by {
            Some(instant) => format!("Only what had been published by {instant} is taken into account"),
            None => "Whatever is recorded is taken into account, whenever it was published".to_owned(),
        };
        format!(
            "{cut}; the record is read as of position {position}. Days are the sources' own; hours are told in {zone}."
        )
    }

    fn note_previous(&self, position: u64, known_by: Option<&str>) -> String {
        let by = known_by.map_or_else(String::new, |instant| format!(", with what had been published by {instant}"));
        format!("Compared with the edition before: the record as of position {position}{by}.")
    }

    fn contact(&self, told: &ContactTold<'_>) -> String {
        stop(self.contact_told(told))
    }

    fn lengths(&self, accounts: &[(String, Option<String>)]) -> String {
        let one = |(length, by): &(String, Option<String>)| match by {
            Some(by) => format!("{length} by {by}"),
            None => format!("{length} by nobody named"),
        };
        format!("Its length is given as {}.", self.list(&accounts.iter().map(one).collect::<Vec<_>>()))
    }

    fn announced_before(&self, who: &[String], when: &str, place: Option<&str>) -> String {
        let place = place.map_or_else(String::new, |place| format!(" in {place}"));
        let by = if who.is_empty() { String::new() } else { format!(" by {}", self.list(who)) };
        format!("An earlier announcement{by} put it{place} {when}.")
    }

    fn contact_after(&self, told: &ContactTold<'_>, after: Option<(&ContactTold<'_>, &str, &[String])>) -> String {
        let after = after.map_or_else(String::new, |(earlier, shared, others)| {
            let what = self.contact_type(earlier.contact_type);
            let when = earlier.when.as_ref().map_or_else(String::new, |when| format!(" {when}"));
            format!(", after {}’s {what} with {}{when}", shared, self.list(others))
        });
        let ContactTold { contact_type, status, who, when, sources, .. } = told;
        let verb = match (contact_type, status) {
            (ContactType::Call, ContactStatus::UnderWay) => "began a call",
            (ContactType::Call, _) => "spoke by telephone",
            (ContactType::Meeting, ContactStatus::UnderWay) => "began a meeting",
            (ContactType::Meeting, _) => "met",
            (ContactType::Talks, ContactStatus::UnderWay) => "began talks",
            (ContactType::Talks, _) => "held talks",
            (ContactType::Message, _) => "exchanged messages",
        };
        let when = when.as_ref().map_or_else(String::new, |when| format!(" {when}"));
        let place = told.place.as_ref().map_or_else(String::new, |place| format!(" in {place}"));
        stop(format!("{} {verb}{place}{when}{after}{}", capital(&self.list(who)), self.according_to(sources)))
    }

    fn strikes_reported(&self, told: &StrikesTold<'_>) -> String {
        let StrikesTold { class, when, are_hits, sides, incidents, denials, has_more_denials } = told;
        let who = match sides {
            [one] => self.opening(&one.side),
            [_, _] => "Both sides".to_owned(),
            _ => "Several sides".to_owned(),
        };
        let what = if *are_hits { "strikes" } else { "attacks" };
        let one = |SideTold { side, what, authors }: &SideTold| {
            let by = match authors.is_empty() {
                true => String::new(),
                false => format!(", naming {} as the author", self.list(authors)),
            };
            (self.within(side), self.list(what), by)
        };
        let all: Vec<(String, String, String)> = sides.iter().map(one).collect();
        let each = match &all[..] {
            [(_, on, by)] if on.is_empty() => by.clone(),
            [(_, on, by)] => format!(": {on}{by}"),
            _ => {
                let each = |(side, on, by): &(String, String, String)| match on.is_empty() {
                    true => format!("{side}{by}"),
                    false => format!("{side} on {on}{by}"),
                };
                format!(": {}", all.iter().map(each).collect::<Vec<_>>().join("; "))
            }
        };
        let denied: String = denials.iter().map(|denial| self.denial(denial, *incidents)).collect();
        let more = if *has_more_denials { " Further denials stand with the incidents." } else { "" };
        stop(format!("{who} reported {what} on {} {when}{each}", plural(class))) + &denied + more
    }

    fn named_since(&self, name: &str, since: &str) -> String {
        format!("{name} ({since})")
    }

    fn object_at(&self, object: &str, place: &str) -> String {
        match place.to_lowercase().contains(&object.to_lowercase()) {
            _ if place.is_empty() => indefinite(object),
            true => format!("the {place}"),
            false => format!("{} ({place})", indefinite(object)),
        }
    }

    fn overnight(&self) -> &'static str {
        "overnight"
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
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", self.list(parts)) };
        let what = if prisoners { "prisoners" } else { "persons" };
        let who = self.list(who);
        stop(format!("{} {what} were exchanged {when}, according to {who}{parts} ({name})", number(count)))
    }

    fn handed_over(
        &self,
        count: i64,
        category: Option<PersonCategory>,
        from: Option<&str>,
        to: Option<&str>,
    ) -> String {
        let from = from.map_or_else(String::new, |from| format!(" from {from}"));
        let to = to.map_or_else(String::new, |to| format!(" to {to}"));
        format!("{} {}{from}{to}", number(count), self.person_category(category))
    }

    fn adds_up(&self, who: &str, stage: TransferStage, sum: i64, total: Option<i64>) -> String {
        let stage = self.stage(stage);
        let sum_text = number(sum);
        match total {
            Some(total) if total == sum => {
                format!("The numbers {stage} by {who} add up to {sum_text}, which is the total that it states.")
            }
            Some(total) => format!(
                "The numbers {stage} by {who} add up to {sum_text}; the total that it states is {}.",
                number(total)
            ),
            None => format!("The numbers {stage} by {who} add up to {sum_text}; it states no total."),
        }
    }

    fn announced_and_confirmed(&self, what: &str, announced: i64, confirmed: i64, who: &str) -> String {
        format!("Of the {what}, {who} announced {} and confirmed {}.", number(announced), number(confirmed))
    }

    fn sides_agree(&self, counts: &[(String, i64)]) -> String {
        let agree = counts.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let who: Vec<String> = counts.iter().map(|(who, _)| who.clone()).collect();
        if let (true, Some((_, count))) = (agree, counts.first()) {
            return format!("The confirmed numbers of {} agree: {} in all.", self.list(&who), number(*count));
        }
        let each: Vec<String> = counts.iter().map(|(who, count)| format!("{} by {who}", number(*count))).collect();
        format!("The confirmed numbers differ: {}.", self.list(&each))
    }

    fn mediated_by(&self, who: &[String], sources: &[String]) -> String {
        stop(format!("{} mediated{}", capital(&self.list(who)), self.according_to(sources)))
    }

    fn exchange_announced(&self, name: &str, when: Option<&str>, who: &[String], parts: &[String]) -> String {
        let when = when.map_or_else(String::new, |when| format!(", to be held {when}"));
        stop(format!("{name}, as announced by {}{when}: {}", self.list(who), self.list(parts)))
    }

    fn texts_part(&self, contact: Option<&str>, term: &str, parts: &[String]) -> String {
        let on = contact.map_or_else(String::new, |contact| format!(" on {}", self.quoted(contact)));
        stop(format!("The texts{on} part over {}: {}", self.quoted(term), parts.join("; ")))
    }

    fn texts_part_too(&self, contact: Option<&str>, term: &str, parts: &[String]) -> String {
        let (term, parts) = (self.quoted(term), parts.join("; "));
        stop(match contact {
            Some(contact) => format!("On {}, texts part over {term}: {parts}", self.quoted(contact)),
            None => format!("Over {term} they part too: {parts}"),
        })
    }

    fn treats(&self, who: &str, treatment: TreatmentType, wording: &str) -> String {
        let words = |verb: &str| match wording.is_empty() {
            true => verb.to_owned(),
            false => format!("{verb} ({})", self.quoted(wording)),
        };
        let what = match treatment {
            TreatmentType::States if wording.is_empty() => "stated it".to_owned(),
            TreatmentType::States => format!("wrote {}", self.quoted(wording)),
            TreatmentType::Mentions => words("mentioned it"),
            TreatmentType::Defers => words("left it to later"),
            TreatmentType::Rejects => words("rejected it"),
            TreatmentType::Silent => "was silent".to_owned(),
        };
        format!("{} {what}", self.within(who))
    }

    fn text_head(&self, who: &str, kind: InstrumentType, when: &str) -> String {
        format!("{who}, {}, {when}", self.instrument_type(kind))
    }

    fn readouts_of(&self, contact: Option<&str>) -> String {
        match contact {
            Some(contact) => format!("What was written about: {contact}"),
            None => "Other texts".to_owned(),
        }
    }

    fn text_came(&self, who: &str, kind: InstrumentType, when: &str, name: &str) -> String {
        let article = if self.instrument_type(kind).starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        stop(format!("{} issued {article} {} {when}: {name}", self.opening(who), self.instrument_type(kind)))
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
        let words = if wording.is_empty() { String::new() } else { format!(" as {}", self.quoted(wording)) };
        let text = text.as_ref().map_or_else(String::new, |text| format!(" ({text})"));
        let mut parts = Vec::new();
        match is_rule {
            Some(true) => {}
            Some(false) => parts.push("it sets no rule yet".to_owned()),
            None => parts.push("whether it sets a rule is unclear".to_owned()),
        }
        if !covers.is_empty() {
            let unclear =
                if unclear.is_empty() { String::new() } else { format!(" (unclear: {})", self.list(unclear)) };
            parts.push(format!("protected: {}{unclear}", self.list(covers)));
        } else if !unclear.is_empty() {
            parts.push(format!("whether protected is unclear: {}", self.list(unclear)));
        }
        if !spared.is_empty() {
            parts.push(format!("not protected: {}", self.list(spared)));
        }
        match (binds.is_empty(), may_bind.is_empty()) {
            (false, true) => parts.push(format!("bound: {}", self.list(binds))),
            (false, false) => parts.push(format!("bound: {} (unclear: {})", self.list(binds), self.list(may_bind))),
            (true, false) => parts.push(format!("whether it binds {} is unclear", self.list(may_bind))),
            (true, true) => {}
        }
        match (from, until) {
            (Some(from), Some(until)) => parts.push(format!("from {from} until {until}")),
            (Some(from), None) => parts.push(format!("from {from}, with no end stated")),
            (None, Some(until)) => parts.push(format!("with no start stated, until {until}")),
            (None, None) => parts.push("neither start nor end stated".to_owned()),
        }
        let replaces = replaces.as_ref().map_or_else(String::new, |earlier| format!(" It replaces {earlier}."));
        stop(format!("{} reads {}{words}{text}: {}", self.opening(holder), self.quoted(term), parts.join("; ")))
            + &replaces
    }

    fn reading_head(&self, holder: &str, when: Option<&str>) -> String {
        when.map_or_else(|| holder.to_owned(), |when| format!("{holder}, {when}"))
    }

    fn some_time(&self, from: &str, to: &str) -> String {
        format!("some time between {from} and {to}")
    }

    fn window_ends(&self, holder: &str, term: &str, by_rule: &[String]) -> String {
        let (holder, term) = (self.within(holder), self.quoted(term));
        stop(match by_rule {
            [one] => format!("By the reading of {holder}, {term} ends by {one}"),
            _ => format!(
                "By the reading of {holder}, when {term} ends depends on how its time is counted: {}",
                by_rule.join("; ")
            ),
        })
    }

    fn counted_end(&self, rule: CountingRule, end: &str) -> String {
        match rule {
            CountingRule::InclusiveDays => format!("{end} if the first day counts"),
            CountingRule::Elapsed => format!("{end} if hours are counted"),
            CountingRule::CalendarMonth => format!("{end} if calendar months are counted"),
            CountingRule::Unspecified => end.to_owned(),
        }
    }

    fn affirmed(&self, affirmed: &Affirmed) -> String {
        let Affirmed { who, act, struck, weapons, place, when, author, cut_off, killed, injured } = affirmed;
        let one = |(effect, objects): &(Option<Effect>, Vec<String>)| {
            let on = if objects.is_empty() { String::new() } else { format!(" on {}", self.list(objects)) };
            match effect {
                Some(Effect::Hit) => format!("a hit{on}"),
                Some(Effect::Intercepted) => format!("an attack{on} that was stopped"),
                Some(Effect::Missed) => format!("an attack{on} that missed"),
                Some(Effect::Affected) => format!("effects{on}"),
                None => format!("an attack{on}"),
            }
        };
        let mut what = match (struck.is_empty(), act) {
            (false, _) => self.list(&struck.iter().map(one).collect::<Vec<_>>()),
            (true, Some(act)) => act.clone(),
            (true, None) => "an incident".to_owned(),
        };
        if !weapons.is_empty() {
            what = format!("{what} (weapons: {})", weapons.join(", "));
        }
        let place = place.as_ref().map_or_else(String::new, |place| format!(" in {place}"));
        let author = author
            .as_ref()
            .map_or_else(|| ", naming no author".to_owned(), |author| format!(", naming {author} as the author"));
        let cut_off = cut_off.as_ref().map_or_else(String::new, |count| format!(", with {count} people cut off"));
        let harmed = match (killed, injured) {
            (Some(killed), Some(injured)) if killed == "0" && injured == "0" => {
                ", with nobody killed or injured".to_owned()
            }
            (Some(killed), Some(injured)) => format!(", with {killed} killed and {injured} injured"),
            (Some(killed), None) => format!(", with {killed} killed"),
            (None, Some(injured)) => format!(", with {injured} injured"),
            (None, None) => String::new(),
        };
        format!("{who} reported {what}{place}{}{author}{cut_off}{harmed}", after(when))
    }

    fn denied(&self, who: &str, what: &[Proposition]) -> String {
        format!("{who} denied {}", propositions(what))
    }

    fn mentioned(&self, who: &str) -> String {
        format!("{who} spoke of it without giving facts")
    }

    fn found(&self, made_by: &str, status: FindingStatus) -> String {
        let by = if made_by.is_empty() { String::new() } else { format!(" by {made_by}") };
        match status {
            FindingStatus::Verified => format!("verified{by}"),
            FindingStatus::Unverifiable => format!("examined{by} and left open, as it could not be checked"),
            FindingStatus::Open => format!("under examination{by}"),
        }
    }

    fn incident(&self, name: &str, parts: &[String]) -> String {
        stop(format!("{name}: {}", parts.join("; ")))
    }

    fn withdrawn(&self, name: &str, reason: &str) -> String {
        stop(format!("{name}: withdrawn from the record. Reason given: {reason}"))
    }

    fn more_incidents(&self, listed: usize, all: usize) -> String {
        format!(
            "Listed are the latest {} of {} incidents; the verdicts and the charts count all of them.",
            listed,
            number(i64::try_from(all).unwrap_or(i64::MAX))
        )
    }

    fn incident_counts(&self, all: usize, new: Option<usize>, updated: usize, unchanged: usize) -> String {
        let incidents = |n: usize| format!("{n} incident{}", if n == 1 { "" } else { "s" });
        match new {
            None => format!(
                "{} reported for the period or first reported in it; no earlier edition is named, so all count as new.",
                incidents(all)
            ),
            Some(new) => format!(
                "{} reported for the period, first reported in it or changed since: {new} new since the edition before, {updated} updated, {unchanged} as they were and not listed again.",
                incidents(all)
            ),
        }
    }

    fn matrix_of(&self, basis: Basis) -> String {
        format!("Each incident under each reading, {}", self.basis(basis))
    }

    fn alleged(&self, who: &str, whom: Option<&str>, term: &str, incidents: usize, latest: Option<usize>) -> String {
        let by = whom.map_or_else(|| " by an author not named".to_owned(), |whom| format!(" by {}", self.within(whom)));
        let times = match (incidents, latest) {
            (1, None) => "in one incident of this edition".to_owned(),
            (n, None) => format!("in {n} incidents of this edition"),
            (1, Some(latest)) => format!("in one of the latest {latest} incidents"),
            (n, Some(latest)) => format!("in {n} of the latest {latest} incidents"),
        };
        format!("{} alleged breaches of {}{by} {times}.", self.opening(who), self.quoted(term))
    }

    fn accused(&self, who: &str, whom: Option<&str>, of: &str, when: Option<&str>) -> String {
        let whom = whom.map_or_else(String::new, |whom| format!(" {}", self.within(whom)));
        let when = when.map_or_else(String::new, |when| format!(" {when}"));
        format!("{} accused{whom} of {of}{when}, giving no number.", self.opening(who))
    }

    fn own_words(&self, who: &str, incident: &str, kind: InconsistencyType) -> String {
        let (who, incident) = (self.opening(who), self.quoted(incident));
        match kind {
            InconsistencyType::OutsideOwnReading => {
                format!("{who} alleged a breach in {incident}; by its own reading then in force it is none.")
            }
            InconsistencyType::NotSettledByOwnReading => {
                format!("{who} alleged a breach in {incident}; its own reading then in force does not settle that.")
            }
            InconsistencyType::SelfContradiction => {
                format!("{who} is reported with accounts of {incident} that contradict each other.")
            }
        }
    }

    fn denies(&self, who: &str, what: &[Proposition]) -> String {
        format!("{who}: denied {}", propositions(what))
    }

    fn said(&self, who: Option<&str>, for_whom: Option<&str>, to: &[String], when: Option<&str>, what: &str) -> String {
        let for_whom = for_whom.map_or_else(String::new, |whom| format!(", for {},", self.within(whom)));
        let to = if to.is_empty() { String::new() } else { format!(" to {}", self.list(to)) };
        let when = when.map_or_else(String::new, |when| format!(" {when}"));
        let what = stop(what.trim().to_owned());
        match who {
            Some(who) => format!("{}{for_whom} said{to}{when}: {what}", self.opening(who)),
            None => format!("Said{to}{when}{}, by whom is not recorded: {what}", for_whom.trim_end_matches(',')),
        }
    }

    fn in_words(&self, quotes: &[String]) -> String {
        let quotes: Vec<String> = quotes.iter().map(|quote| self.quoted(quote)).collect();
        format!("Words quoted: {}.", quotes.join(", "))
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
        let by = observer.map_or_else(String::new, |who| format!(" by {}", self.within(who)));
        let means = if means.is_empty() { String::new() } else { format!(", means: {}", self.list(means)) };
        let refused = refused_by.map_or_else(String::new, |who| format!("; refused by {}", self.within(who)));
        let grounds = if grounds.is_empty() { String::new() } else { format!("; grounds given: {grounds}") };
        let status = match status {
            CoverageStatus::Full => "possible",
            CoverageStatus::Partial => "possible in part",
            CoverageStatus::Refused => "refused",
            CoverageStatus::Impossible => "impossible",
        };
        stop(format!("{}: observation{by} was {status} {when}{means}{refused}{grounds}", self.list(places)))
    }

    fn corrected(&self, name: &str, reason: &str) -> String {
        stop(format!("{name}: changed since the edition before. Reason given: {}", reason.trim()))
    }

    fn retracted(&self, name: &str, reason: &str) -> String {
        stop(format!("{name}: retracted since the edition before. Reason given: {}", reason.trim()))
    }

    fn said_before(&self, before: &str) -> String {
        format!("The edition before had: {before}")
    }

    fn more(&self, what: More, count: usize) -> String {
        let (one, many) = match what {
            More::Contacts => ("contact", "contacts"),
            More::Texts => ("earlier text", "earlier texts"),
            More::Readings => ("reading", "readings"),
            More::OwnWords => ("remark on a side’s own words", "remarks on sides’ own words"),
            More::Claims => ("claim", "claims"),
            More::Exchanges => ("exchange", "exchanges"),
            More::Statements => ("statement", "statements"),
            More::Positions => ("position", "positions"),
            More::Pledges => ("pledge", "pledges"),
            More::Forecasts => ("forecast", "forecasts"),
            More::Obligations => ("obligation", "obligations"),
            More::Coverage => ("record of coverage", "records of coverage"),
            More::Corrections => ("correction", "corrections"),
            More::VerdictChanges => ("verdict that changed", "verdicts that changed"),
            More::Documents => ("document", "documents"),
        };
        match count {
            1 => format!("And 1 more {one}, which is not listed here."),
            _ => format!("And {count} more {many}, which are not listed here."),
        }
    }

    fn according_to(&self, sources: &[String]) -> String {
        if sources.is_empty() { String::new() } else { format!(", according to {}", self.list(sources)) }
    }

    fn hours_told_in(&self, zone: &str) -> String {
        format!("Hours are told in {zone}.")
    }

    fn verdicts_by_day(&self, reading: &str, basis: Basis) -> String {
        format!("Verdicts a day by the reading of {}, {}", self.within(reading), self.basis(basis))
    }
}
