//! The few fixed words that rendering adds to a briefing, by language. All others come composed.

use crate::wire::pb;

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phrases {
    /// BCP 47 tag.
    pub tag: &'static str,
    pub key_points: &'static str,
    pub contents: &'static str,
    pub skip: &'static str,
    pub briefing: &'static str,
    /// Before the number of an edition.
    pub number: &'static str,
    pub period: &'static str,
    pub known_by: &'static str,
    pub no_limit: &'static str,
    pub record: &'static str,
    pub position: &'static str,
    pub rules: &'static str,
    pub taxonomies: &'static str,
    pub readings: &'static str,
    pub bases: &'static str,
    pub previous: &'static str,
    pub none: &'static str,
    pub edition: &'static str,
    pub records: &'static str,
    pub records_note: &'static str,
    pub map: &'static str,
    pub map_note: &'static str,
    pub north: &'static str,
    pub around: &'static str,
    pub outline: &'static str,
    pub no_geometry: &'static str,
    pub attributed_to: &'static str,
    pub nobody_named: &'static str,
    pub figures: &'static str,
    pub numbers: &'static str,
    pub zeros_left_out: &'static str,
    pub nothing_to_draw: &'static str,
    pub timeline: &'static str,
    pub only_around: &'static str,
    pub bars_mean: &'static str,
    pub when: &'static str,
    pub what: &'static str,
    pub lane: &'static str,
    pub day: &'static str,
    pub side: &'static str,
    pub known_later: &'static str,
    pub new: &'static str,
    pub updated: &'static str,
    pub withdrawn: &'static str,
    pub nothing: &'static str,
    pub months: [&'static str; 12],
    pub kilometres: &'static str,
    pub metres: &'static str,
    pub composed_from: &'static str,
}

const ENGLISH: Phrases = Phrases {
    tag: "en",
    key_points: "Key points",
    contents: "Contents",
    skip: "Skip to the key points",
    briefing: "Briefing",
    number: "No.",
    period: "Period",
    known_by: "Known by",
    no_limit: "no limit",
    record: "Record",
    position: "position",
    rules: "Rules",
    taxonomies: "Taxonomies",
    readings: "Readings applied",
    bases: "Bases",
    previous: "Edition before",
    none: "none",
    edition: "This edition",
    records: "Records",
    records_note: "Each number in brackets stands for a record in",
    map: "Map",
    map_note: "Plain projection, no base map. Circles show how far off a point may be, where that was said; outlines are of \
               places, where no point was given.",
    north: "N",
    around: "within",
    outline: "outline",
    no_geometry: "not drawn",
    attributed_to: "attributed to",
    nobody_named: "nobody named",
    figures: "Figures",
    numbers: "The same as numbers",
    zeros_left_out: "Rows in which every value is 0 are left out: nothing on record, which is not the same as nothing happened.",
    nothing_to_draw: "Nothing on record to draw.",
    timeline: "Timeline",
    bars_mean: "A bar spans the time within which it was, as far as that is reported; it does not say how long it took.",
    only_around: "Drawn are the period and the time around it; the list has what lies further off too.",
    when: "When",
    what: "What",
    lane: "Line",
    day: "Day",
    side: "Side",
    known_later: "known only after the period",
    new: "New",
    updated: "Updated",
    withdrawn: "Withdrawn",
    nothing: "Nothing on record.",
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    kilometres: "km",
    metres: "m",
    composed_from: "Composed from records by Armistice; no sentence is an editor's.",
};

const UKRAINIAN: Phrases = Phrases {
    tag: "uk",
    key_points: "Головне",
    contents: "Зміст",
    skip: "Перейти до головного",
    briefing: "Зведення",
    number: "№",
    period: "Період",
    known_by: "Відоме станом на",
    no_limit: "без обмеження",
    record: "Записи",
    position: "позиція",
    rules: "Правила",
    taxonomies: "Таксономії",
    readings: "Застосовані тлумачення",
    bases: "Підстави",
    previous: "Попередній випуск",
    none: "немає",
    edition: "Цей випуск",
    records: "Записи",
    records_note: "Кожне число в дужках означає запис у",
    map: "Карта",
    map_note: "Проста проєкція, без картографічної основи. Кола показують можливу похибку точки, де її названо; контури — \
               це контури місць, де точки не названо.",
    north: "Пн",
    around: "у межах",
    outline: "контур",
    no_geometry: "не нанесено",
    attributed_to: "приписують:",
    nobody_named: "нікого не названо",
    figures: "Графіки",
    numbers: "Те саме числами",
    zeros_left_out: "Рядки, де всі значення 0, пропущено: записів немає, а це не те саме, що нічого не сталося.",
    nothing_to_draw: "Немає записів для графіка.",
    timeline: "Перебіг подій",
    bars_mean: "Смуга охоплює час, у межах якого це сталося, наскільки про це повідомлено; вона не показує тривалості.",
    only_around: "Показано період і час довкола нього; у переліку є й те, що лежить далі.",
    when: "Коли",
    what: "Що",
    lane: "Лінія",
    day: "День",
    side: "Сторона",
    known_later: "стало відомо лише після періоду",
    new: "Нове",
    updated: "Оновлено",
    withdrawn: "Відкликано",
    nothing: "Записів немає.",
    months: ["січ", "лют", "бер", "квіт", "трав", "черв", "лип", "серп", "вер", "жовт", "лист", "груд"],
    kilometres: "км",
    metres: "м",
    composed_from: "Складено із записів програмою Armistice; жодне речення не належить редакторові.",
};

impl Phrases {
    /// Those of a language; English where there are none.
    pub(super) fn of(tag: &str) -> &'static Phrases {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("uk") { &UKRAINIAN } else { &ENGLISH }
    }

    /// A day of a month, such as `19 Mar`.
    pub(super) fn day_of(&self, day: i8, month: i8) -> String {
        let name = usize::try_from(month - 1).ok().and_then(|index| self.months.get(index)).unwrap_or(&"");
        format!("{day} {name}")
    }

    /// A verdict in words; empty where there is none.
    pub(super) fn verdict(&self, verdict: pb::Verdict) -> &'static str {
        let is_english = self.tag == ENGLISH.tag;
        match verdict {
            pb::Verdict::Breach if is_english => "breach",
            pb::Verdict::NoBreach if is_english => "no breach",
            pb::Verdict::Undetermined if is_english => "undetermined",
            pb::Verdict::NotAssessed if is_english => "not assessed",
            pb::Verdict::Breach => "порушення",
            pb::Verdict::NoBreach => "немає порушення",
            pb::Verdict::Undetermined => "не визначено",
            pb::Verdict::NotAssessed => "не оцінено",
            pb::Verdict::Unspecified => "",
        }
    }

    /// A verdict as a letter; empty where there is none.
    pub(super) fn letter(&self, verdict: pb::Verdict) -> &'static str {
        let is_english = self.tag == ENGLISH.tag;
        match verdict {
            pb::Verdict::Unspecified => "",
            _ if is_english => super::super::words::letter(verdict),
            pb::Verdict::Breach => "П",
            pb::Verdict::NoBreach => "Н",
            pb::Verdict::Undetermined => "?",
            pb::Verdict::NotAssessed => "–",
        }
    }

    /// A basis in words, as composed sentences have it.
    pub(super) fn basis(&self, basis: pb::Basis) -> &'static str {
        let is_english = self.tag == ENGLISH.tag;
        match basis {
            pb::Basis::Alleged if is_english => "as alleged",
            pb::Basis::Undisputed | pb::Basis::Unspecified if is_english => "as far as undisputed",
            pb::Basis::Corroborated if is_english => "as far as corroborated",
            pb::Basis::Verified if is_english => "as found by verifiers",
            pb::Basis::Alleged => "як стверджується",
            pb::Basis::Undisputed | pb::Basis::Unspecified => "наскільки не заперечується",
            pb::Basis::Corroborated => "наскільки підтверджено незалежно",
            pb::Basis::Verified => "за висновками перевірки",
        }
    }

    /// What a sentence is, in a word; empty where nothing needs to be said: without an edition before, everything is new.
    pub(super) fn kind(&self, kind: pb::BriefingSentenceKind, has_previous: bool) -> &'static str {
        match kind {
            pb::BriefingSentenceKind::New if !has_previous => "",
            pb::BriefingSentenceKind::New => self.new,
            pb::BriefingSentenceKind::Updated => self.updated,
            pb::BriefingSentenceKind::Withdrawn => self.withdrawn,
            pb::BriefingSentenceKind::Note | pb::BriefingSentenceKind::Unspecified => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_words_is_told_in_english() {
        assert_eq!(Phrases::of("uk-UA").tag, "uk");
        for tag in ["en", "en-GB", "fr", ""] {
            assert_eq!(Phrases::of(tag).tag, "en", "{tag}");
        }
    }

    #[test]
    fn no_verdict_is_told_by_the_letter_of_another() {
        for phrases in [&ENGLISH, &UKRAINIAN] {
            let all = [pb::Verdict::Breach, pb::Verdict::NoBreach, pb::Verdict::Undetermined, pb::Verdict::NotAssessed];
            let mut letters = all.map(|verdict| phrases.letter(verdict)).to_vec();
            letters.sort_unstable();
            letters.dedup();
            assert_eq!(letters.len(), all.len(), "{}", phrases.tag);
            assert!(all.iter().all(|verdict| !phrases.verdict(*verdict).is_empty()));
            assert_eq!(phrases.letter(pb::Verdict::Unspecified), "");
        }
    }
}
