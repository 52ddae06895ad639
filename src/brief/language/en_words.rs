//! English: fixed words and lines.

use super::Word;

/// A fixed word or line.
pub(super) fn word(word: Word) -> &'static str {
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
        Word::NothingObligations => "No obligation was due, pending or overdue in the period.",
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
