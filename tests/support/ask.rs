//! One way to ask, whoever answers: a dossier in process or a server, whole lists instead of pages, tokens left out.

use armistice::wire::pb;

/// Something that answers questions about dossiers.
pub(crate) trait Answers {
    /// Opens a dossier.
    fn create(&mut self, request: pb::CreateDossierRequest) -> Result<(), String>;
    /// Appends a batch; the answer is the position of its last record.
    fn append(&mut self, parent: &str, records: Vec<pb::Record>) -> Result<i64, String>;
    /// `AssessmentService.Assess`, every page.
    fn assess(&self, request: pb::AssessRequest) -> Result<pb::AssessResponse, String>;
    /// `AssessmentService.Tally`, every page.
    fn tally(&self, request: pb::TallyRequest) -> Result<pb::TallyResponse, String>;
    /// `AssessmentService.Compare`, every page.
    fn compare(&self, request: pb::CompareRequest) -> Result<pb::CompareResponse, String>;
    /// `AssessmentService.ListInconsistencies`, every page.
    fn inconsistencies(&self, request: pb::ListInconsistenciesRequest) -> Result<Vec<pb::Inconsistency>, String>;
    /// `AssessmentService.AssessObligations`, every page.
    fn obligations(&self, request: pb::AssessObligationsRequest) -> Result<pb::AssessObligationsResponse, String>;
    /// `RecordService.GetRecord`.
    fn record(&self, name: &str, consistency: Option<pb::Consistency>) -> Result<pb::Record, String>;
    /// `RecordService.ListRecords`, every page.
    fn records(&self, request: pb::ListRecordsRequest) -> Result<Vec<pb::Record>, String>;
}

/// By which clock a question is asked.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct By<'t> {
    /// At which position; `None`: the latest.
    pub(crate) at: Option<i64>,
    /// By which day in the world.
    pub(crate) known_by: Option<&'t str>,
}

impl By<'_> {
    /// As it stands on the wire.
    pub(crate) fn wire(self) -> Option<pb::Consistency> {
        let at = |position| pb::At { at: Some(pb::at::At::Position(position)) };
        Some(pb::Consistency {
            when: self.at.map(|position| pb::consistency::When::At(at(position))),
            known_by: self.known_by.map(super::instant),
        })
    }
}

/// The readings of these names, relative to the dossier.
pub(crate) fn readings(names: &[&str]) -> Option<pb::ReadingChoice> {
    let names = names.iter().map(|name| format!("readings/{name}")).collect();
    Some(pb::ReadingChoice { names, ..pb::ReadingChoice::default() })
}

/// A set of readings.
pub(crate) fn set(set: pb::ReadingSet) -> Option<pb::ReadingChoice> {
    Some(pb::ReadingChoice { set: set.into(), ..pb::ReadingChoice::default() })
}

/// All four bases.
pub(crate) fn all_bases() -> Vec<i32> {
    [pb::Basis::Alleged, pb::Basis::Undisputed, pb::Basis::Corroborated, pb::Basis::Verified].map(i32::from).to_vec()
}

/// A name without its dossier.
pub(crate) fn relative(name: &str) -> &str {
    let mut parts = name.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("dossiers"), Some(_), Some(rest)) => rest,
        _ => name,
    }
}

/// A name without its dossier and collection.
pub(crate) fn id(name: &str) -> &str {
    let name = relative(name);
    name.split_once('/').map_or(name, |(_, id)| id)
}
