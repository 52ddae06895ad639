//! Addresses of pages. Every link within a dossier keeps the clocks by which its page answers.

use crate::render::labels::relative;

/// Links within a dossier.
#[derive(Debug, Clone)]
pub(super) struct Links {
    dossier: String,
    as_of: String,
    known_by: String,
}

impl Links {
    /// Of a dossier, by its id, and the clocks as they were typed.
    pub(super) fn new(dossier: &str, as_of: &str, known_by: &str) -> Links {
        Links { dossier: dossier.to_owned(), as_of: as_of.to_owned(), known_by: known_by.to_owned() }
    }

    /// The same with the record's clock fixed.
    pub(super) fn pinned(&self, read_at: &str) -> Links {
        Links { as_of: read_at.to_owned(), ..self.clone() }
    }

    /// The id of the dossier.
    pub(super) fn dossier(&self) -> &str {
        &self.dossier
    }

    /// The full name of the dossier.
    pub(super) fn parent(&self) -> String {
        format!("dossiers/{}", self.dossier)
    }

    /// The path of a page, without a query.
    pub(super) fn path(&self, page: &str) -> String {
        format!("/dossiers/{}{page}", encoded(&self.dossier))
    }

    /// A page of the dossier, such as `/compare`, with more words in its address; those that are empty are left out.
    pub(super) fn to(&self, page: &str, more: &[(&str, &str)]) -> String {
        let clocks = [("as_of", self.as_of.as_str()), ("known_by", self.known_by.as_str())];
        with_query(&self.path(page), more.iter().copied().chain(clocks))
    }

    /// The page of a record, by its full or relative name. Incidents have one of their own.
    pub(super) fn record(&self, name: &str) -> String {
        match relative(name).split_once('/') {
            Some(("incidents", id)) => self.to(&format!("/incidents/{}", encoded(id)), &[]),
            Some((collection, id)) => self.to(&format!("/records/{}/{}", encoded(collection), encoded(id)), &[]),
            None => self.to("", &[]),
        }
    }

    /// The page of all revisions and fields of a record, also where it has another.
    pub(super) fn as_recorded(&self, name: &str) -> String {
        self.to(&format!("/records/{}", relative(name)), &[])
    }
}

/// A path with a query; what is empty is left out.
pub(super) fn with_query<'q>(path: &str, query: impl Iterator<Item = (&'q str, &'q str)>) -> String {
    let mut address = path.to_owned();
    let mut next = '?';
    for (key, value) in query.filter(|(_, value)| !value.is_empty()) {
        address.push(next);
        address.push_str(&encoded(key));
        address.push('=');
        address.push_str(&encoded(value));
        next = '&';
    }
    address
}

/// Text as a part of an address: letters, digits and `-._~` as they are, all else by its bytes.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_keeps_the_clocks() {
        let links = Links::new("halt", "120", "2025-03-20");
        assert_eq!(links.to("/compare", &[("a", "r1")]), "/dossiers/halt/compare?a=r1&as_of=120&known_by=2025-03-20");
        assert_eq!(
            links.record("dossiers/halt/incidents/v03"),
            "/dossiers/halt/incidents/v03?as_of=120&known_by=2025-03-20"
        );
        assert_eq!(
            links.pinned("CgQ").record("reports/v03-north"),
            "/dossiers/halt/records/reports/v03-north?as_of=CgQ&known_by=2025-03-20"
        );
        assert_eq!(Links::new("halt", "", "").to("", &[("set", "")]), "/dossiers/halt");
    }

    #[test]
    fn nothing_that_was_typed_can_leave_its_place_in_an_address() {
        assert_eq!(encoded("a&b=c#d/ї\"<"), "a%26b%3Dc%23d%2F%D1%97%22%3C");
        assert_eq!(Links::new("../x?y", "", "").to("", &[]), "/dossiers/..%2Fx%3Fy");
    }
}
