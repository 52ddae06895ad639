//! `/`: the dossiers.

use maud::html;

use super::ask::Ask;
use super::fault::Fault;
use super::links::{Links, with_query};
use super::shell::Page;
use crate::render::labels::id;
use crate::wire::pb;

/// Lists them, by name.
pub(super) async fn show(ask: Ask) -> Result<Page, Fault> {
    let request = pb::ListDossiersRequest { page_token: ask.said("page").to_owned(), ..Default::default() };
    let listed = ask.desk.dossiers.list_dossiers(ask.question(request)).await?;
    let body = html! {
        h1 { "Dossiers" }
        p { "Each is the file of one process: what was said, what is said to have happened, and what each side's reading makes of it." }
        @if listed.dossiers.is_empty() {
            p { "There is none yet that you may read. " code { "armistice demo --keep" } " serves a real case; " code { "armistice import" } " reads one from files." }
        } @else {
            ul .cards {
                @for dossier in &listed.dossiers {
                    li {
                        h2 { a href=(Links::new(id(&dossier.name), "", "").to("", &[])) {
                            @if dossier.display_name.is_empty() { (id(&dossier.name)) } @else { (dossier.display_name) }
                        } }
                        @if !dossier.description.is_empty() { p { (dossier.description) } }
                        p .hint { (id(&dossier.name)) ", days told in " (dossier.time_zone) }
                    }
                }
            }
        }
        @if !listed.next_page_token.is_empty() {
            p { a href=(with_query("/", [("page", listed.next_page_token.as_str())].into_iter())) { "More dossiers" } }
        }
    };
    Ok(Page::new("Dossiers".to_owned(), body))
}
