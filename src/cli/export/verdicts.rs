//! Verdicts: one line or row for each incident, reading and basis.

use super::state::{Lookup, State};
use crate::cli::failure::Failure;
use crate::cli::progress::Progress;
use crate::cli::reflection;
use crate::cli::sink::Sink;
use crate::render::hxl::{self, Manner};
use crate::render::labels::Labels;
use crate::render::verdicts;
use crate::wire::pb;

/// The answer without its assessments first: the readings applied, what was counted, by which rules. Then one assessment a
/// line. Answers how many.
pub(super) async fn lines(state: &State, question: pb::AssessRequest, sink: &mut Sink) -> Result<usize, Failure> {
    let mut progress = Progress::count("exporting");
    let mut pages = state.assess(question);
    let mut count = 0;
    let mut is_first = true;
    while let Some(mut page) = pages.next(&mut progress).await? {
        let assessments = std::mem::take(&mut page.assessments);
        let mut text = String::new();
        if std::mem::take(&mut is_first) {
            let about = pb::AssessResponse { next_page_token: String::new(), ..page };
            text = format!("{}\n", reflection::to_line("AssessResponse", &about));
        }
        for assessment in &assessments {
            text.push_str(&format!("{}\n", reflection::to_line("Assessment", assessment)));
        }
        sink.write(&text)?;
        count += assessments.len();
        progress.advance(assessments.len());
    }
    Ok(count)
}

/// One row for each assessment; answers how many.
pub(super) async fn rows(
    state: &State,
    question: pb::AssessRequest,
    manner: Manner,
    sink: &mut Sink,
) -> Result<usize, Failure> {
    let mut progress = Progress::count("exporting");
    let mut pages = state.assess(question);
    let mut lookup = Lookup::default();
    let mut count = 0;
    sink.write(&hxl::head(&verdicts::COLUMNS, manner))?;
    while let Some(page) = pages.next(&mut progress).await? {
        lookup.fetch(state, page.assessments.iter().map(|assessment| assessment.incident.clone())).await?;
        let incidents = page.assessments.iter().filter_map(|assessment| lookup.book.get(&assessment.incident));
        let labels = Labels::of(incidents);
        let counted = page.counted.unwrap_or_default();
        let rows = page.assessments.iter().map(|assessment| verdicts::row(assessment, &counted, &labels));
        sink.write(&hxl::lines(rows, manner))?;
        count += page.assessments.len();
        progress.advance(page.assessments.len());
    }
    Ok(count)
}
