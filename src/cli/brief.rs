//! `armistice brief`: what the record says about a day or a longer period, as a file to be read or sent on.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use jiff::Timestamp;

use super::client::{Client, ServerFlags};
use super::failure::Failure;
use super::question::{Basis, BasisFlags, ClockFlags, ReadingFlags};
use super::sink::Sink;
use super::{demo, reflection};
use crate::wire::pb;

/// Writes the briefing of a day or a longer period: composed from records and from nothing else.
///
/// The same dossier, period, language, readings, bases and clocks give the same bytes. Every sentence names the records
/// behind it. Markdown goes well to a terminal; HTML is one file that loads nothing, with charts and a map, fit for
/// printing; ninjs is what news systems take in.
#[derive(Debug, Clone, Args)]
#[command(group(ArgGroup::new("when").args(["date", "period"]).required(true)), after_help = "Examples:
  armistice brief --demo --date 2025-03-19 --known-by 2025-03-20T06:00:00Z
                                                            the built-in case, as it could be told the next morning
  armistice brief --date 2025-03-28 --format html --output 28-march.html
  armistice brief --period 2025-03-24/2025-03-30 --zone Europe/Kyiv --language uk
  armistice brief --date 2025-03-20 --previous 191 --number 2     what is new since an edition
  armistice brief --date 2025-03-19 --format json | jq '.briefing.keyPoints[].text'")]
pub(super) struct BriefCommand {
    /// Day to tell of, such as --date 2025-03-19
    #[arg(long, value_name = "DAY")]
    date: Option<String>,
    /// Longer period to tell of, such as --period 2025-03-24/2025-03-30
    #[arg(long, value_name = "A/B")]
    period: Option<String>,
    /// IANA zone in which days and hours are told, such as --zone Europe/Kyiv; default: the dossier's
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Language of the sentences, such as --language uk; words out of records stay as they were recorded
    #[arg(long, value_name = "en|uk", default_value = "en")]
    language: String,
    /// How to write it, such as --format html
    #[arg(
        long,
        value_enum,
        default_value_t = Form::Markdown,
        hide_possible_values = true,
        value_name = "markdown|html|ninjs|json"
    )]
    format: Form,
    /// File to write, such as --output briefing.html; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Tell of the built-in case, such as --demo; it is loaded and served for this one question, and no server is asked
    #[arg(long, conflicts_with = "dossier")]
    demo: bool,
    #[command(flatten)]
    server: ServerFlags,
    /// Dossier to tell of, such as --dossier ukraine-2025; may be left out where the server has only one
    #[arg(long, value_name = "ID")]
    dossier: Option<String>,
    /// Number of the edition to print, such as --number 2
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, allow_negative_numbers = true)]
    number: i32,
    /// Edition before, as --at gives a state: what came since is new, such as --previous 120
    #[arg(long, value_name = "POSITION|INSTANT|TOKEN")]
    previous: Option<String>,
    /// What was known for the edition before, such as --previous-known-by 2025-03-19T06:00:00Z
    #[arg(long, value_name = "INSTANT", requires = "previous")]
    previous_known_by: Option<String>,
    /// Basis to judge on, such as --basis alleged,verified or --basis all; default: alleged and undisputed
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        hide_possible_values = true,
        value_name = "alleged|undisputed|corroborated|verified|all"
    )]
    basis: Vec<Basis>,
    #[command(flatten)]
    readings: ReadingFlags,
    #[command(flatten)]
    clocks: ClockFlags,
}

/// How a briefing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Plain enough to be read as it is.
    Markdown,
    /// One file that loads nothing.
    Html,
    /// For news systems.
    Ninjs,
    /// The answer itself, in the proto3 JSON mapping.
    Json,
}

/// Runs it.
pub(super) async fn run(command: &BriefCommand) -> Result<(), Failure> {
    let question = command.question()?;
    // What was begun is dropped with its future, and with it the file that was not finished.
    let done = tokio::select! {
        done = Box::pin(brief(command, question)) => done,
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    };
    match done {
        // `| head` has seen enough; that is no failure.
        Err(Failure::ReaderGone) => Ok(()),
        done => done,
    }
}

async fn brief(command: &BriefCommand, mut question: pb::ComposeBriefingRequest) -> Result<(), Failure> {
    let mut sink = Sink::open(&command.output)?;
    let text = if command.demo {
        let served = demo::Served::start().await?;
        question.parent.clone_from(&served.parent);
        let asked = ask(command, &served.client, question).await;
        served.stop().await?;
        asked?
    } else {
        let client = Client::of(&command.server).await?;
        question.parent = client.parent(command.dossier.as_deref()).await?;
        ask(command, &client, question).await?
    };
    sink.write(&text)?;
    sink.finish()
}

async fn ask(command: &BriefCommand, client: &Client, question: pb::ComposeBriefingRequest) -> Result<String, Failure> {
    let mut service = client.briefings();
    let refused = |doing| {
        move |status| Failure::RefusedQuestion { doing, status: Box::new(status), flags: command.flags_of_fields() }
    };
    let format = match command.format {
        Form::Markdown => pb::BriefingFormat::Markdown,
        Form::Html => pb::BriefingFormat::Html,
        Form::Ninjs => pb::BriefingFormat::Ninjs,
        Form::Json => {
            let composed = service.compose_briefing(question).await.map_err(refused("compose the briefing"))?;
            return Ok(reflection::to_json("ComposeBriefingResponse", &composed.into_inner()) + "\n");
        }
    };
    let request = pb::RenderBriefingRequest { briefing: Some(question), format: format.into() };
    let rendered = service.render_briefing(request).await.map_err(refused("render the briefing"))?;
    let content = rendered.into_inner().content;
    String::from_utf8(content).map_err(|error| Failure::System {
        doing: "read the briefing",
        source: std::io::Error::new(std::io::ErrorKind::InvalidData, error),
    })
}

impl BriefCommand {
    /// Which flags stand behind the fields of the question, as they were typed.
    fn flags_of_fields(&self) -> Vec<(&'static str, &'static str)> {
        vec![
            ("period", if self.date.is_some() { "--date" } else { "--period" }),
            ("period.time_zone", "--zone"),
            ("time_zone", "--zone"),
            ("language", "--language"),
            ("number", "--number"),
            ("previous", "--previous"),
            ("previous_known_by", "--previous-known-by"),
            ("readings.names", "--reading"),
            ("parent", "--dossier"),
        ]
    }

    /// The question without its dossier, which is not known yet.
    fn question(&self) -> Result<pb::ComposeBriefingRequest, Failure> {
        let zone = self.zone.clone().unwrap_or_default();
        let said = self.date.as_ref().or(self.period.as_ref()).cloned().unwrap_or_default();
        let previous = ClockFlags { at: self.previous.clone(), known_by: self.previous_known_by.clone() };
        let previous = previous.consistency().map_err(|failure| of_previous(failure, self))?.unwrap_or_default();
        let at = match previous.when {
            Some(pb::consistency::When::At(at)) => Some(at),
            Some(pb::consistency::When::AtLeastAsFresh(_)) | None => None,
        };
        Ok(pb::ComposeBriefingRequest {
            parent: String::new(),
            period: Some(period(&said, &zone)),
            time_zone: zone,
            language: self.language.clone(),
            readings: self.readings.choice()?,
            bases: BasisFlags { basis: self.basis.clone() }.bases(),
            previous: at,
            previous_known_by: previous.known_by,
            number: self.number,
            consistency: self.clocks.consistency()?,
        })
    }
}

/// Two instants as such, anything else as people say it.
fn period(said: &str, zone: &str) -> pb::TimeSpan {
    let instant = |text: &str| {
        let instant: Timestamp = text.parse().ok()?;
        Some(prost_types::Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() })
    };
    let instants = said.split_once('/').map(|(from, to)| (instant(from), instant(to)));
    match instants {
        Some((Some(earliest), Some(latest))) => pb::TimeSpan {
            earliest: Some(earliest),
            latest: Some(latest),
            time_zone: zone.to_owned(),
            local: String::new(),
        },
        _ => pb::TimeSpan { time_zone: zone.to_owned(), local: said.to_owned(), ..Default::default() },
    }
}

/// The same failure by the flags of the edition before.
fn of_previous(failure: Failure, command: &BriefCommand) -> Failure {
    match failure {
        Failure::Usage { .. } => {
            let given = |flag: &str, value: &Option<String>| value.as_ref().map(|value| format!("{flag} {value}"));
            let flags =
                [given("--previous", &command.previous), given("--previous-known-by", &command.previous_known_by)];
            let flags = flags.into_iter().flatten().collect::<Vec<_>>().join(" ");
            Failure::Usage { problem: format!("{flags}: no instant that names its zone, such as 2025-03-20T06:00:00Z") }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Only {
        #[command(flatten)]
        brief: BriefCommand,
    }

    fn question(arguments: &[&str]) -> Result<pb::ComposeBriefingRequest, u8> {
        let only = Only::try_parse_from(std::iter::once("brief").chain(arguments.iter().copied())).map_err(|_| 2)?;
        only.brief.question().map_err(|failure| failure.exit_code())
    }

    #[test]
    fn a_day_or_a_period_is_told_and_not_both() {
        let day = question(&["--date", "2025-03-19", "--zone", "Europe/Kyiv"]).expect("it is a question");
        let span = day.period.expect("it has one");
        assert_eq!(
            (span.local.as_str(), span.time_zone.as_str(), day.language.as_str()),
            ("2025-03-19", "Europe/Kyiv", "en")
        );
        let span =
            question(&["--period", "2025-03-18T22:00:00Z/2025-03-19T22:00:00Z"]).expect("it is a question").period;
        let span = span.expect("it has one");
        assert_eq!((span.earliest.map(|at| at.seconds), span.local.as_str()), (Some(1_742_335_200), ""));
        assert_eq!(question(&[]), Err(2));
        assert_eq!(question(&["--date", "2025-03-19", "--period", "2025-03"]), Err(2));
        assert_eq!(question(&["--date", "2025-03-19", "--demo", "--dossier", "d"]), Err(2));
    }

    #[test]
    fn the_edition_before_has_its_own_clocks() {
        let known_by = "2025-03-19T06:00:00Z";
        let asked =
            question(&["--date", "2025-03-19", "--previous", "120", "--previous-known-by", known_by, "--at", "191"]);
        let asked = asked.expect("it is a question");
        assert_eq!(asked.previous, Some(pb::At { at: Some(pb::at::At::Position(120)) }));
        assert_eq!(asked.previous_known_by.map(|at| at.seconds), Some(1_742_364_000));
        assert!(asked.consistency.is_some_and(|consistency| consistency.known_by.is_none()));
        assert_eq!(question(&["--date", "2025-03-19", "--previous-known-by", known_by]), Err(2));
        assert_eq!(question(&["--date", "2025-03-19", "--previous", "2025-03-19"]), Err(2));
    }
}
