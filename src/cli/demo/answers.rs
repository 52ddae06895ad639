//! What the demonstration asks.

use crate::cli::client::Client;
use crate::cli::failure::Failure;
use crate::wire::pb;

/// The seven readings of the case, in the order of their dates.
const READINGS: [&str; 7] =
    ["readings/r1", "readings/r2", "readings/r3", "readings/r4", "readings/r5", "readings/r6", "readings/r7"];

/// All answers, computed from one state of the record.
pub(super) struct Answers {
    /// Of the matrix.
    pub basis: pb::Basis,
    /// Every incident × every reading on that basis.
    pub assessed: pb::AssessResponse,
    /// The same, each report taken at its word.
    pub alleged: pb::AssessResponse,
    /// How many came out how.
    pub tally: pb::TallyResponse,
    /// Where the readings part.
    pub compared: pb::CompareResponse,
    /// Where allegations do not follow from their author's own reading.
    pub inconsistencies: Vec<pb::Inconsistency>,
    /// Actors, incidents, terms and texts.
    pub records: Vec<pb::Record>,
}

impl Answers {
    /// Asks everything.
    pub(super) async fn ask(client: &Client, parent: &str, basis: pb::Basis) -> Result<Answers, Failure> {
        let parent = parent.to_owned();
        let bases = vec![i32::from(basis)];
        let assess = assess_request(&parent, bases.clone());
        let at_their_word = assess_request(&parent, vec![pb::Basis::Alleged.into()]);
        let tally = pb::TallyRequest {
            parent: parent.clone(),
            readings: Some(choice()),
            bases: bases.clone(),
            ..Default::default()
        };
        let compare =
            pb::CompareRequest { parent: parent.clone(), readings: Some(choice()), bases, ..Default::default() };
        let inconsistencies = pb::ListInconsistenciesRequest { parent: parent.clone(), ..Default::default() };
        let collections = ["actors", "incidents", "terms", "instruments"].map(str::to_owned).to_vec();
        let records = pb::ListRecordsRequest { parent, collections, ..Default::default() };
        Ok(Answers {
            basis,
            assessed: client.assess(assess).await?,
            alleged: client.assess(at_their_word).await?,
            tally: client.tally(tally).await?,
            compared: client.compare(compare).await?,
            inconsistencies: client.inconsistencies(inconsistencies).await?.inconsistencies,
            records: client.list(records).await?,
        })
    }
}

/// Every incident under the seven readings.
pub(super) fn assess_request(parent: &str, bases: Vec<i32>) -> pb::AssessRequest {
    pb::AssessRequest { parent: parent.to_owned(), readings: Some(choice()), bases, ..Default::default() }
}

fn choice() -> pb::ReadingChoice {
    pb::ReadingChoice { names: READINGS.map(str::to_owned).to_vec(), ..Default::default() }
}
