//! Who may do what: one `decide`, by a table of roles; and the roster of those who may ask at all.
//!
//! ```text
//! token ─► its hash ─► Roster ─► Principal ─┐
//!                             action, resource ├─► decide ─► Grant ─► the dossier is opened
//! ```
//!
//! Whoever opens a dossier needs a [`Grant`], and only a decision makes one. It is asked for before the dossier is looked up, so that
//! a refusal is the same whether there is such a dossier or not. Every record that is taken is public so far, so whoever may read a
//! dossier may read all of it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use crate::domain::name::{Collection, DossierId};

/// The id of whoever asks a server that tells nobody from another.
pub const LOCAL: &str = "local";

/// What a principal is for, on a dossier or on all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Reader,
    /// Adds documents, statements, incidents, reports and coverage.
    Reporter,
    /// Adds everything but findings.
    Analyst,
    /// Adds documents and findings.
    Verifier,
    /// Adds everything; on all dossiers, creates them.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [Role::Reader, Role::Reporter, Role::Analyst, Role::Verifier, Role::Admin];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::Reporter => "reporter",
            Role::Analyst => "analyst",
            Role::Verifier => "verifier",
            Role::Admin => "admin",
        }
    }

    /// The role that a word stands for.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Who asks. Copies share what it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Principal(Arc<Held>);

#[derive(PartialEq, Eq)]
struct Held {
    id: String,
    everywhere: Vec<Role>,
    dossiers: BTreeMap<DossierId, Vec<Role>>,
}

impl Principal {
    /// Whoever reaches a server that tells nobody from another: it may do everything.
    pub fn local() -> Principal {
        Principal::new(LOCAL, vec![Role::Admin], BTreeMap::new())
    }

    /// A principal with the roles that it has on every dossier, be it there or yet to come, and those that it has on some beside.
    pub fn new(id: &str, everywhere: Vec<Role>, dossiers: BTreeMap<DossierId, Vec<Role>>) -> Principal {
        Principal(Arc::new(Held { id: id.to_owned(), everywhere, dossiers }))
    }

    /// How the principal is written down: beside what it recorded, and in the line about each of its calls.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Its roles on something: on a dossier those that it has everywhere, and those that it has there.
    fn roles(&self, resource: Resource<'_>) -> impl Iterator<Item = Role> {
        let there = match resource {
            Resource::Server => None,
            Resource::Dossier(dossier) => self.0.dossiers.get(dossier),
        };
        self.0.everywhere.iter().chain(there.into_iter().flatten()).copied()
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Principal({})", self.id())
    }
}

/// SHA-256 of a token: all of it that is ever kept.
pub type TokenSha256 = [u8; 32];

/// Everyone who may ask, by the hash of the token that each holds. Copies share it.
#[derive(Clone)]
pub struct Roster(Arc<HashMap<TokenSha256, Principal>>);

impl Roster {
    /// A roster of these.
    pub fn new(principals: impl IntoIterator<Item = (TokenSha256, Principal)>) -> Roster {
        Roster(Arc::new(principals.into_iter().collect()))
    }

    /// Who holds the token of this hash. How long it takes to find out says something of the hash at most, and nothing of any token.
    pub fn holder(&self, token: &TokenSha256) -> Option<&Principal> {
        self.0.get(token)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.values().map(Principal::id)).finish()
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To create a dossier. A matter of the whole server.
    Create,
    /// To read a dossier.
    Read,
    /// To append to a dossier, of whatever collection: asked while nothing is known of the records.
    Append,
    /// To append a record of this collection to a dossier.
    AppendTo(Collection),
}

/// What it is asked for on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'d> {
    /// The server as a whole.
    Server,
    /// One dossier, whether there is one or not.
    Dossier(&'d DossierId),
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Allowed.
    Allow,
    /// Refused.
    Deny,
}

/// Decides. What is not decided is refused.
pub fn decide(principal: &Principal, action: Action, resource: Resource<'_>) -> Decision {
    let is_sensible = match resource {
        Resource::Server => action == Action::Create,
        Resource::Dossier(_) => action != Action::Create,
    };
    let suffices = suffices(action);
    match is_sensible && principal.roles(resource).any(|role| suffices.contains(&role)) {
        true => Decision::Allow,
        false => Decision::Deny,
    }
}

/// The roles each of which is enough for an action.
pub fn suffices(action: Action) -> &'static [Role] {
    use Role::{Admin, Analyst, Reporter, Verifier};
    match action {
        Action::Create => &[Admin],
        Action::Read => &Role::ALL,
        Action::Append => &[Reporter, Analyst, Verifier, Admin],
        Action::AppendTo(collection) => match collection {
            Collection::Documents => &[Reporter, Analyst, Verifier, Admin],
            Collection::Statements | Collection::Incidents | Collection::Reports | Collection::Coverage => {
                &[Reporter, Analyst, Admin]
            }
            Collection::Findings => &[Verifier, Admin],
            Collection::Actors
            | Collection::Places
            | Collection::Classes
            | Collection::Contacts
            | Collection::Instruments
            | Collection::Terms
            | Collection::Readings
            | Collection::Stances
            | Collection::Exchanges
            | Collection::Pledges
            | Collection::Forecasts
            | Collection::Links => &[Analyst, Admin],
        },
    }
}

/// Leave to open a dossier. There is no way to one but a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    dossier: DossierId,
}

impl Grant {
    /// The grant, if the principal may do this on the dossier.
    pub fn ask(principal: &Principal, action: Action, dossier: &DossierId) -> Option<Grant> {
        match decide(principal, action, Resource::Dossier(dossier)) {
            Decision::Allow => Some(Grant { dossier: dossier.clone() }),
            Decision::Deny => None,
        }
    }

    /// The dossier that it is for.
    pub fn dossier(&self) -> &DossierId {
        &self.dossier
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> DossierId {
        DossierId::parse(text).expect("an id")
    }

    fn on(dossier: &str, role: Role) -> Principal {
        Principal::new("p", vec![], BTreeMap::from([(id(dossier), vec![role])]))
    }

    /// The table of roles as people write it: what each may add. Everyone reads.
    const TABLE: [(Role, &str); 5] = [
        (Role::Reader, ""),
        (Role::Reporter, "documents statements incidents reports coverage"),
        (
            Role::Analyst,
            "actors places classes documents statements contacts instruments terms readings stances incidents reports exchanges \
             pledges forecasts coverage links",
        ),
        (Role::Verifier, "documents findings"),
        (
            Role::Admin,
            "actors places classes documents statements contacts instruments terms readings stances incidents reports findings \
             exchanges pledges forecasts coverage links",
        ),
    ];

    #[test]
    fn each_role_may_do_what_the_table_says_and_nothing_else() {
        let (here, elsewhere) = (id("here"), id("elsewhere"));
        for (role, adds) in TABLE {
            let adds: Vec<&str> = adds.split_whitespace().collect();
            let everywhere = Principal::new("p", vec![role], BTreeMap::new());
            let mut expected = vec![(Action::Read, true), (Action::Append, !adds.is_empty()), (Action::Create, false)];
            expected.extend(Collection::ALL.iter().map(|c| (Action::AppendTo(*c), adds.contains(&c.word()))));
            for (action, is_allowed) in expected {
                let decided = |principal: &Principal, resource| decide(principal, action, resource) == Decision::Allow;
                let case = format!("{role:?} {action:?}");
                assert_eq!(decided(&on("here", role), Resource::Dossier(&here)), is_allowed, "{case}");
                assert_eq!(decided(&everywhere, Resource::Dossier(&here)), is_allowed, "{case}, having it everywhere");
                assert!(!decided(&on("here", role), Resource::Dossier(&elsewhere)), "{case}, elsewhere");
                assert!(!decided(&on("here", role), Resource::Server), "{case}, on no dossier");
                assert_eq!(Grant::ask(&on("here", role), action, &here).is_some(), is_allowed, "{case}");
            }
            let creates = decide(&everywhere, Action::Create, Resource::Server) == Decision::Allow;
            assert_eq!(creates, role == Role::Admin, "{role:?}");
        }
    }

    #[test]
    fn roles_add_up_and_nobody_has_one_that_was_not_given() {
        let both = BTreeMap::from([(id("d"), vec![Role::Reporter, Role::Verifier])]);
        let both = Principal::new("p", vec![Role::Reader], both);
        let allows = |principal: &Principal, action, dossier| {
            decide(principal, action, Resource::Dossier(&id(dossier))) == Decision::Allow
        };
        assert!(allows(&both, Action::AppendTo(Collection::Reports), "d"));
        assert!(allows(&both, Action::AppendTo(Collection::Findings), "d"));
        assert!(!allows(&both, Action::AppendTo(Collection::Actors), "d"));
        assert!(allows(&both, Action::Read, "e") && !allows(&both, Action::Append, "e"));
        let none = Principal::new("p", vec![], BTreeMap::new());
        assert!(!allows(&none, Action::Read, "d"));
        assert!(allows(&Principal::local(), Action::AppendTo(Collection::Findings), "d"));
    }

    #[test]
    fn every_role_has_a_word_that_is_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.word()), Some(role));
        }
        assert_eq!(Role::parse("liaison"), None);
        assert_eq!(Role::parse("Reader"), None);
    }

    #[test]
    fn a_roster_shows_who_is_on_it_and_no_hash() {
        let roster = Roster::new([([7; 32], on("d", Role::Reader))]);
        assert_eq!(roster.holder(&[7; 32]).map(Principal::id), Some("p"));
        assert_eq!(roster.holder(&[8; 32]), None);
        assert_eq!(format!("{roster:?}"), "{\"p\"}");
    }
}
