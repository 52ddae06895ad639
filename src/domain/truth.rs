//! Kleene truth: yes, unknown, no. Unknown means that the record does not settle it; it is never rounded.
//!
//! ```text
//! and (minimum)          or (maximum)           weigh (what disputed values say together)
//!       no  ?  yes             no  ?  yes             no  ?  yes
//! no    no  no no        no    no  ?  yes       no    no  ?  ?
//! ?     no  ?  ?         ?     ?   ?  yes       ?     ?   ?  ?
//! yes   no  ?  yes       yes   yes yes yes      yes   ?   ?  yes
//! ```

/// One of three truth values, ordered no < unknown < yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// Settled: it is not so.
    No,
    /// Not settled by the record.
    Unknown,
    /// Settled: it is so.
    Yes,
}

impl Truth {
    /// Both: the minimum.
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// Either: the maximum.
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    /// The other way round; unknown stays unknown.
    pub fn negate(self) -> Truth {
        match self {
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
            Truth::Yes => Truth::No,
        }
    }

    /// The same value if both agree, else unknown.
    pub fn weigh(self, other: Truth) -> Truth {
        if self == other { self } else { Truth::Unknown }
    }

    /// What several values say together: all yes is yes, all no is no, else unknown; nothing at all is unknown.
    pub fn weigh_all(values: impl IntoIterator<Item = Truth>) -> Truth {
        values.into_iter().reduce(Truth::weigh).unwrap_or(Truth::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{No, Unknown, Yes};
    use super::*;

    const ALL: [Truth; 3] = [No, Unknown, Yes];

    #[test]
    fn the_laws_of_kleene_hold_for_every_triple() {
        for a in ALL {
            assert_eq!(a.negate().negate(), a);
            for b in ALL {
                assert_eq!(a.and(b), b.and(a));
                assert_eq!(a.or(b), b.or(a));
                assert_eq!(a.and(b).negate(), a.negate().or(b.negate()), "De Morgan");
                assert_eq!(a.weigh(b), b.weigh(a));
                assert_eq!(a.and(a.or(b)), a, "absorption");
                for c in ALL {
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                    assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)), "distribution");
                    assert_eq!(a.weigh(b).weigh(c), a.weigh(b.weigh(c)));
                }
            }
        }
    }

    #[test]
    fn unknown_is_never_rounded() {
        assert_eq!(Unknown.and(Yes), Unknown);
        assert_eq!(Unknown.or(No), Unknown);
        assert_eq!(Truth::weigh_all([Yes, No]), Unknown);
        assert_eq!(Truth::weigh_all([]), Unknown);
    }
}
