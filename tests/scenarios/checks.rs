//! The lines of a table that ask: each says what must be answered, and a difference is told as what was found instead.
//!
//! ```text
//! expect x r BASIS => VERDICT [element=truth …] [missing=element/cause!,…] [rows=x-a.0:yes,…] [denied=x-b:OCCURRED,…]
//!                             [fact=element:node] [path=element:a<b<c] [bound=start|end]
//! readings x SET [terms= held_by= names=] => r1 r2           which are applied, in order
//! window r => start=A..B end=C..D [RULE=C..D …]              `..` is no limit
//! compare x BASIS readings=r1,r2 => OUTCOME [r1|r2:object,actor …]
//! pairs BASIS readings=r1,r2 => BREACH/NO_BREACH=1 …         only those above zero
//! inconsistent x [readings=…] => KIND:actor:report[:reading|:other:PROPOSITION+…] …   or nothing
//! tally BASIS r by=KEY,… [zone=] [filter] => group:breach/no/undetermined/not …  [coverage=…]
//! fits [filter] => x y [uncertain=1]
//! owed r as_of=INSTANT => STATE [duties=yes,no] [by=contacts/c,…] [possible=…] [late=…] [deadline=A..B] [operative=truth]
//!                                [why=occurrence:yes,…]      the elements of the first duty
//! owed SET as_of=INSTANT => r1:STATE r2:STATE                 a set of readings, in order
//! decline-owed r|SET => REASON FIELD
//! known NAME => 2025-01-02T00:00:00Z | always | never
//! unsourced NAME => yes | no
//! absent NAME => REASON
//! refuse LINE => REASON FIELD                                 a record that is not taken
//! decline x r => REASON FIELD                                a question that is not answered
//! ```
//!
//! Any question may say `known=INSTANT` and `at=MARK`. A reading that begins with `?` is a draft.

use std::collections::HashMap;

use armistice::wire::{instant as wire_instant, pb};
use pb::{Basis, Element};

use super::stage_lines::{filter, records};
use super::words::{Line, commas};
use crate::support::ask::{Answers, By, id, relative};

/// Readings that are recorded nowhere, by the table's own names.
pub(crate) type Drafts = HashMap<String, pb::Reading>;

struct Question<'q> {
    answers: &'q mut dyn Answers,
    parent: &'q str,
    line: &'q Line,
    drafts: &'q Drafts,
    consistency: Option<pb::Consistency>,
}

/// Asks, and compares.
pub(crate) fn check(
    answers: &mut dyn Answers,
    parent: &str,
    line: &Line,
    drafts: &Drafts,
    marks: &[(String, i64)],
) -> Result<(), String> {
    let at = line.get("at").map(|mark| {
        let found = marks.iter().find(|(name, _)| name == mark);
        found.unwrap_or_else(|| panic!("{}: there is no mark {mark}", line.place)).1
    });
    let consistency = By { at, known_by: line.get("known") }.wire();
    let question = Question { answers, parent, line, drafts, consistency };
    let (expected, found) = match line.verb() {
        "expect" => return question.expect(),
        "window" => return question.window(),
        "refuse" => return question.refuse(),
        "decline" => return question.decline(),
        "owed" => return question.owed(),
        "decline-owed" => return question.decline_owed(),
        "readings" => question.readings()?,
        "compare" => question.compare()?,
        "pairs" => question.pairs()?,
        "inconsistent" => question.inconsistent()?,
        "tally" => question.tally()?,
        "fits" => question.fits()?,
        "known" | "unsourced" => question.record()?,
        "absent" => question.absent()?,
        verb => panic!("{}: nobody can ask {verb:?}", line.place),
    };
    same(&expected, &found)
}

fn same(expected: &[String], found: &[String]) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("expected {}\n    found {}", show(expected), show(found))) }
}

fn show(words: &[String]) -> String {
    words.join(" ")
}

/// An enum's own word in small letters, without the prefix of its type.
fn word(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).trim_start_matches('_').to_lowercase()
}

fn element_word(element: Element) -> String {
    word(element.as_str_name(), "ELEMENT")
}

fn instant(of: &Option<prost_types::Timestamp>) -> String {
    let read = of.as_ref().and_then(|t| wire_instant::read(*t));
    // Seconds are shown only where there are any.
    read.map_or(String::new(), |t| t.to_string().replace(":00Z", "Z"))
}

fn bound(of: &Option<pb::Bound>) -> String {
    let Some(bound) = of else { return "..".to_owned() };
    let (earliest, latest) = (instant(&bound.earliest), instant(&bound.latest));
    if earliest == latest { earliest } else { format!("{earliest}..{latest}") }
}

impl Question<'_> {
    fn answer_words(&self) -> Vec<String> {
        let words = self.line.answer();
        words.iter().filter(|w| **w != "nothing").map(|w| (*w).to_owned()).collect()
    }

    fn basis(&self, at: usize) -> Basis {
        let word = self.line.word(at);
        Basis::from_str_name(&format!("BASIS_{word}")).unwrap_or_else(|| panic!("{}: {word}", self.line.place))
    }

    /// The readings of these words, drafts among them.
    fn choice(&self, words: &[&str]) -> pb::ReadingChoice {
        let mut choice = pb::ReadingChoice::default();
        for word in words {
            match word.strip_prefix('?') {
                Some(draft) => choice.hypothetical.push(self.drafts[draft].clone()),
                None => choice.names.push(format!("readings/{word}")),
            }
        }
        choice
    }

    fn set(&self, word: &str) -> pb::ReadingChoice {
        let set = pb::ReadingSet::from_str_name(&format!("READING_SET_{word}"));
        let all = |key: &str, collection: &str| -> Vec<String> {
            self.line.list(key).iter().map(|id| format!("{collection}/{id}")).collect()
        };
        pb::ReadingChoice {
            set: set.unwrap_or_else(|| panic!("{}: {word} is no set", self.line.place)).into(),
            terms: all("terms", "terms"),
            held_by: all("held_by", "actors"),
            names: all("names", "readings"),
            hypothetical: Vec::new(),
        }
    }

    fn incidents(&self, word: &str) -> Vec<String> {
        if word == "*" { Vec::new() } else { commas(word).iter().map(|i| format!("incidents/{i}")).collect() }
    }

    fn assess(&self, incidents: Vec<String>, choice: pb::ReadingChoice) -> Result<pb::AssessResponse, String> {
        let bases = ["ALLEGED", "UNDISPUTED", "CORROBORATED", "VERIFIED"]
            .map(|b| Basis::from_str_name(&format!("BASIS_{b}")).expect("a basis").into());
        let filter = if self.line.verb() == "fits" { filter(self.line) } else { None };
        self.answers.assess(pb::AssessRequest {
            parent: self.parent.to_owned(),
            incidents,
            filter,
            readings: Some(choice),
            bases: bases.to_vec(),
            explain: true,
            consistency: self.consistency.clone(),
            ..pb::AssessRequest::default()
        })
    }

    fn expect(&self) -> Result<(), String> {
        let line = self.line;
        let basis = self.basis(3);
        let answer = self.assess(self.incidents(line.word(1)), self.choice(&[line.word(2)]))?;
        line.done(4);
        let mut found = answer.assessments.iter().filter(|a| a.basis() == basis);
        let (Some(found), None) = (found.next(), found.next()) else {
            return Err(format!("{} assessments", answer.assessments.len()));
        };
        let wanted = line.answer();
        let (verdict, details) = wanted.split_first().expect("a verdict");
        let mut differ = Vec::new();
        let verdict_found = found.verdict().as_str_name().trim_start_matches("VERDICT_");
        if verdict_found != *verdict {
            differ.push(format!("{verdict_found}, not {verdict}"));
        }
        for detail in details {
            let (key, value) = detail.split_once('=').unwrap_or_else(|| panic!("{}: {detail}", line.place));
            let told = detail_of(found, key, value);
            if told != value {
                differ.push(format!("{key} is {told}, not {value}"));
            }
        }
        if differ.is_empty() {
            return Ok(());
        }
        let open = found.elements.iter().filter(|e| e.truth() != pb::Truth::Yes);
        let open: Vec<String> = open.map(|e| format!("{}={}", element_word(e.element()), truth(e.truth()))).collect();
        Err(format!("{} [of the deciding row: {}]", differ.join("; "), open.join(" ")))
    }

    fn obligations(&self) -> Result<pb::AssessObligationsResponse, String> {
        let word = self.line.word(1);
        let is_set = word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let readings = if is_set { self.set(word) } else { self.choice(&[word]) };
        self.answers.obligations(pb::AssessObligationsRequest {
            parent: self.parent.to_owned(),
            readings: Some(readings),
            as_of_time: self.line.get("as_of").map(crate::support::instant),
            consistency: self.consistency.clone(),
            ..pb::AssessObligationsRequest::default()
        })
    }

    fn owed(&self) -> Result<(), String> {
        let line = self.line;
        let answer = self.obligations()?;
        line.done(2);
        let state =
            |of: &pb::ObligationAssessment| of.state().as_str_name().trim_start_matches("OBLIGATION_STATE_").to_owned();
        if line.word(1).starts_with(|c: char| c.is_ascii_uppercase()) {
            let found: Vec<String> =
                answer.obligations.iter().map(|of| format!("{}:{}", id(&of.reading), state(of))).collect();
            return same(&self.answer_words(), &found);
        }
        let [found] = answer.obligations.as_slice() else {
            return Err(format!("{} obligations", answer.obligations.len()));
        };
        let wanted = line.answer();
        let (expected, details) = wanted.split_first().expect("a state");
        let names = |records: &[pb::RecordRef]| -> String {
            records.iter().map(|r| relative(&r.name)).collect::<Vec<_>>().join(",")
        };
        let told = |key: &str| match key {
            "duties" => found.duties.iter().map(|d| truth(d.truth())).collect::<Vec<_>>().join(","),
            "by" => names(&found.fulfilled_by),
            "possible" => names(&found.possible),
            "late" => names(&found.late),
            "deadline" => bound(&found.deadline),
            "operative" => found.elements.iter().map(|e| truth(e.truth())).collect::<Vec<_>>().join(","),
            "why" => {
                let elements = found.duties.first().map(|duty| &duty.elements[..]).unwrap_or_default();
                let told = elements.iter().map(|e| format!("{}:{}", element_word(e.element()), truth(e.truth())));
                told.collect::<Vec<_>>().join(",")
            }
            _ => panic!("{}: {key:?} is told of no obligation", line.place),
        };
        let mut differ = Vec::new();
        if state(found) != *expected {
            differ.push(format!("{}, not {expected}", state(found)));
        }
        for detail in details {
            let (key, value) = detail.split_once('=').unwrap_or_else(|| panic!("{}: {detail}", line.place));
            let value = value.trim_matches('-');
            if told(key) != value {
                differ.push(format!("{key} is {:?}, not {value:?}", told(key)));
            }
        }
        if differ.is_empty() { Ok(()) } else { Err(format!("{} [{}]", differ.join("; "), told("why"))) }
    }

    fn decline_owed(&self) -> Result<(), String> {
        let refused = self.obligations();
        self.line.done(2);
        declined(&self.line.answer(), refused.map(drop))
    }

    fn window(&self) -> Result<(), String> {
        let answer = self.assess(Vec::new(), self.choice(&[self.line.word(1)]))?;
        self.line.done(2);
        let applied = answer.readings.first().ok_or("no reading was applied")?;
        let mut found = vec![format!("start={}", bound(&applied.start)), format!("end={}", bound(&applied.end))];
        for end in &applied.ends {
            let rule = end.rule().as_str_name().trim_start_matches("COUNTING_RULE_");
            found.push(format!("{rule}={}", bound(&end.end)));
        }
        same(&self.answer_words(), &found)
    }

    fn readings(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let answer = self.assess(self.incidents(self.line.word(1)), self.set(self.line.word(2)))?;
        self.line.done(3);
        let of_basis = answer.assessments.iter().filter(|a| a.basis() == Basis::Alleged);
        let found: Vec<String> = of_basis.map(|a| id(&a.reading).to_owned()).collect();
        Ok((self.answer_words(), found))
    }

    fn compare(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let request = pb::CompareRequest {
            parent: self.parent.to_owned(),
            incidents: self.incidents(self.line.word(1)),
            readings: Some(self.choice(&self.line.list("readings"))),
            bases: vec![self.basis(2).into()],
            consistency: self.consistency.clone(),
            ..pb::CompareRequest::default()
        };
        self.line.done(3);
        let answer = self.answers.compare(request)?;
        let mut found = Vec::new();
        for comparison in &answer.comparisons {
            let outcome = comparison.outcome().as_str_name().trim_start_matches("COMPARISON_OUTCOME_");
            found.push(outcome.to_owned());
            found.extend(comparison.partings.iter().map(|p| {
                let elements: Vec<String> = p.elements().map(element_word).collect();
                format!("{}|{}:{}", id(&p.reading_a), id(&p.reading_b), elements.join(","))
            }));
        }
        Ok((self.answer_words(), found))
    }

    fn pairs(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let request = pb::CompareRequest {
            parent: self.parent.to_owned(),
            readings: Some(self.choice(&self.line.list("readings"))),
            bases: vec![self.basis(1).into()],
            filter: filter(self.line),
            consistency: self.consistency.clone(),
            ..pb::CompareRequest::default()
        };
        self.line.done(2);
        let answer = self.answers.compare(request)?;
        let [table] = &answer.pairs[..] else { return Err(format!("{} pairs", answer.pairs.len())) };
        let counts = [
            ("BREACH/BREACH", table.breach_breach),
            ("BREACH/NO_BREACH", table.breach_no_breach),
            ("BREACH/UNDETERMINED", table.breach_undetermined),
            ("NO_BREACH/BREACH", table.no_breach_breach),
            ("NO_BREACH/NO_BREACH", table.no_breach_no_breach),
            ("NO_BREACH/UNDETERMINED", table.no_breach_undetermined),
            ("UNDETERMINED/BREACH", table.undetermined_breach),
            ("UNDETERMINED/NO_BREACH", table.undetermined_no_breach),
            ("UNDETERMINED/UNDETERMINED", table.undetermined_undetermined),
        ];
        let found = counts.iter().filter(|(_, n)| *n != 0).map(|(pair, n)| format!("{pair}={n}")).collect();
        Ok((self.answer_words(), found))
    }

    fn inconsistent(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let request = pb::ListInconsistenciesRequest {
            parent: self.parent.to_owned(),
            incidents: self.incidents(self.line.word(1)),
            readings: self.line.get("readings").map(|words| self.choice(&commas(words))),
            consistency: self.consistency.clone(),
            ..pb::ListInconsistenciesRequest::default()
        };
        self.line.done(2);
        let found = self.answers.inconsistencies(request)?;
        let told = found.iter().map(|i| {
            let kind = i.r#type().as_str_name().trim_start_matches("INCONSISTENCY_TYPE_");
            let report = |r: &Option<pb::RecordRef>| r.as_ref().map_or(String::new(), |r| id(&r.name).to_owned());
            let head = format!("{kind}:{}:{}", id(&i.actor), report(&i.report));
            if i.r#type() == pb::InconsistencyType::SelfContradiction {
                let on: Vec<&str> =
                    i.propositions().map(|p| p.as_str_name().trim_start_matches("PROPOSITION_")).collect();
                format!("{head}:{}:{}", report(&i.other_report), on.join("+"))
            } else {
                format!("{head}:{}", id(&i.reading))
            }
        });
        let told: Vec<String> = told.collect();
        Ok((self.answer_words(), told))
    }

    fn tally(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let by = self.line.list("by");
        let group = |by: &&str| pb::GroupBy::from_str_name(&format!("GROUP_BY_{by}")).expect("a group").into();
        let expected = self.answer_words();
        let request = pb::TallyRequest {
            parent: self.parent.to_owned(),
            filter: filter(self.line),
            readings: Some(self.choice(&[self.line.word(2)])),
            bases: vec![self.basis(1).into()],
            group_by: by.iter().map(group).collect(),
            time_zone: self.line.get("zone").unwrap_or_default().to_owned(),
            consistency: self.consistency.clone(),
            ..pb::TallyRequest::default()
        };
        self.line.done(3);
        let answer = self.answers.tally(request)?;
        let mut found: Vec<String> = answer
            .rows
            .iter()
            .map(|row| {
                let key = |group: &String| if group.is_empty() { "-".to_owned() } else { id(group).to_owned() };
                let keys: Vec<String> = row.group.iter().map(key).collect();
                let keys = if keys.is_empty() { "all".to_owned() } else { keys.join("+") };
                format!("{keys}:{}/{}/{}/{}", row.breach, row.no_breach, row.undetermined, row.not_assessed)
            })
            .collect();
        if !answer.coverage.is_empty() || expected.iter().any(|w| w.starts_with("coverage=")) {
            let names: Vec<&str> = answer.coverage.iter().map(|name| id(name)).collect();
            found.push(format!("coverage={}", names.join(",")));
        }
        Ok((expected, found))
    }

    fn fits(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let draft = pb::Reading { term: "terms/t".to_owned(), ..pb::Reading::default() };
        let choice = pb::ReadingChoice { hypothetical: vec![draft], ..pb::ReadingChoice::default() };
        let answer = self.assess(Vec::new(), choice)?;
        self.line.done(1);
        let of_basis = answer.assessments.iter().filter(|a| a.basis() == Basis::Alleged);
        let mut found: Vec<String> = of_basis.map(|a| id(&a.incident).to_owned()).collect();
        let counted = answer.counted.ok_or("nothing is counted")?;
        if usize::try_from(counted.incidents) != Ok(found.len()) {
            return Err(format!("{} are counted and {} are listed", counted.incidents, found.len()));
        }
        if counted.uncertain != 0 {
            found.push(format!("uncertain={}", counted.uncertain));
        }
        Ok((self.answer_words(), found))
    }

    fn get(&self) -> Result<pb::Record, String> {
        let name = format!("{}/{}", self.parent, relative(self.line.word(1)));
        self.line.done(2);
        self.answers.record(&name, self.consistency.clone())
    }

    fn record(&self) -> Result<(Vec<String>, Vec<String>), String> {
        let record = self.get()?;
        let found = match (self.line.verb(), record.never_known, &record.known_time) {
            ("unsourced", _, _) => if record.unsourced { "yes" } else { "no" }.to_owned(),
            (_, true, _) => "never".to_owned(),
            (_, false, None) => "always".to_owned(),
            (_, false, known) => instant(known),
        };
        Ok((self.answer_words(), vec![found]))
    }

    fn absent(&self) -> Result<(Vec<String>, Vec<String>), String> {
        match self.get() {
            Ok(record) => Err(format!("{} is there", record.name)),
            Err(_) => Ok((Vec::new(), Vec::new())),
        }
    }

    fn decline(&self) -> Result<(), String> {
        let line = self.line;
        let answer = self.assess(self.incidents(line.word(1)), self.choice(&[line.word(2)]));
        line.done(3);
        declined(&line.answer(), answer.map(drop))
    }

    fn refuse(self) -> Result<(), String> {
        let Question { answers, parent, line, .. } = self;
        let text = line.refused();
        let read = Line::read(line.place.clone(), &text);
        let mut introduced = Vec::new();
        // What it is about is on record already.
        let record = records(&read, &mut introduced).pop().expect("a line is a record");
        match answers.append(parent, vec![record]) {
            Ok(position) => Err(format!("taken at position {position}")),
            Err(told) => {
                let wanted = line.answer().join(" records[0].");
                let lines: Vec<&str> = told.lines().filter(|l| l.contains("records[0]")).collect();
                let fits = lines.iter().any(|l| l.starts_with(&format!("{wanted}:")));
                if fits && lines.len() == 1 { Ok(()) } else { Err(format!("expected {wanted}, told {lines:?}")) }
            }
        }
    }
}

/// Whether a question was declined for this reason, at this field.
fn declined(wanted: &[&str], answer: Result<(), String>) -> Result<(), String> {
    let wanted = wanted.join(" ");
    match answer {
        Ok(()) => Err("it was answered".to_owned()),
        Err(told) if told.lines().any(|l| l.starts_with(&format!("{wanted}:"))) => Ok(()),
        Err(told) => Err(format!("expected {wanted}, told {told}")),
    }
}

fn truth(truth: pb::Truth) -> String {
    word(truth.as_str_name(), "TRUTH")
}

/// A detail of an assessment, told the way the table tells it.
fn detail_of(found: &pb::Assessment, key: &str, wanted: &str) -> String {
    let join = |words: Vec<String>| if words.is_empty() { "-".to_owned() } else { words.join(",") };
    let name = |r: &Option<pb::RecordRef>| r.as_ref().map_or(String::new(), |r| id(&r.name).to_owned());
    // `element:…` asks about one element of the deciding row.
    let about = wanted.split_once(':').map_or("", |(element, _)| element);
    let element = || found.elements.iter().find(|e| element_word(e.element()) == about);
    match key {
        "missing" => {
            let one = |m: &pb::Missing| {
                let cause = word(m.cause().as_str_name(), "MISSING_CAUSE");
                format!("{}/{cause}{}", element_word(m.element()), if m.decisive { "!" } else { "" })
            };
            join(found.missing.iter().map(one).collect())
        }
        "rows" => {
            let one = |r: &pb::RowResult| format!("{}.{}:{}", name(&r.source), r.struck, truth(r.truth()));
            join(found.rows.iter().map(one).collect())
        }
        "denied" => {
            let one = |d: &pb::Denial| {
                let on: Vec<&str> =
                    d.propositions().map(|p| p.as_str_name().trim_start_matches("PROPOSITION_")).collect();
                format!("{}:{}", name(&d.report), on.join("+"))
            };
            join(found.denials.iter().map(one).collect())
        }
        "same" => join(found.same_event.iter().map(|i| id(i).to_owned()).collect()),
        "fact" | "path" => {
            let Some(pb::element_result::Rule::Selection(rule)) = element().and_then(|e| e.rule.as_ref()) else {
                return "no selection".to_owned();
            };
            if key == "fact" {
                let fact: Vec<&str> = rule.fact.split(" & ").map(id).collect();
                return format!("{about}:{}", fact.join("&"));
            }
            let paths: Vec<String> = rule
                .branches
                .iter()
                .map(|b| format!("{about}:{}", b.path.iter().map(|n| id(n)).collect::<Vec<_>>().join("<")))
                .collect();
            paths.iter().find(|p| *p == wanted).cloned().unwrap_or_else(|| join(paths))
        }
        "used" => {
            let facts = element().map(|e| &e.facts[..]).unwrap_or_default();
            let one = |f: &pb::UsedFact| {
                format!("{}.{}", name(&f.record), f.field.trim_start_matches("facts.").trim_start_matches("struck"))
            };
            format!("{about}:{}", join(facts.iter().map(one).collect()))
        }
        "bound" => {
            let window = found.elements.iter().find(|e| e.element() == Element::Window);
            match window.and_then(|e| e.rule.as_ref()) {
                Some(pb::element_result::Rule::Window(rule)) => if rule.at_end { "end" } else { "start" }.to_owned(),
                _ => "no window".to_owned(),
            }
        }
        element => {
            let one = found.elements.iter().find(|e| element_word(e.element()) == element);
            one.map_or_else(|| format!("no element {element}"), |e| truth(e.truth()))
        }
    }
}
