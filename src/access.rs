//! Who may do what. Until access control lands there is one principal, who may do everything, and one classification that is taken.

use crate::domain::record::Classification;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Whoever reaches the server: it answers on a loopback address only, unless told otherwise.
    Local,
}

impl Principal {
    /// How the principal is written down beside what it recorded.
    pub fn id(&self) -> &'static str {
        match self {
            Principal::Local => "local",
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To create a dossier.
    Create,
    /// To append to a dossier.
    Append,
    /// To read what has a classification.
    Read(Classification),
}

/// The answer. What is not decided is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Allowed.
    Allow,
    /// Refused.
    Deny,
}

/// Decides.
pub fn decide(principal: &Principal, action: Action) -> Decision {
    match (principal, action) {
        (Principal::Local, Action::Create | Action::Append | Action::Read(Classification::Public)) => Decision::Allow,
        (Principal::Local, Action::Read(Classification::Restricted | Classification::Confidential)) => Decision::Deny,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_protected_yet_is_not_shown() {
        assert_eq!(decide(&Principal::Local, Action::Read(Classification::Public)), Decision::Allow);
        assert_eq!(decide(&Principal::Local, Action::Read(Classification::Confidential)), Decision::Deny);
    }
}
