//! What can be wrong with a request, each fault by the path of its field.

/// One fault in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The full path of the field, such as `records[3].report.claimant`.
    pub field: String,
    /// Which kind of fault.
    pub reason: Reason,
    /// What is wrong with it, and what would be right.
    pub description: String,
}

impl Violation {
    /// A fault at a field.
    pub fn new(field: impl Into<String>, reason: Reason, description: impl Into<String>) -> Violation {
        Violation { field: field.into(), reason, description: description.into() }
    }
}

/// Declares the reasons with the words that clients see.
macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident = $word:literal;)*) => {
        /// Why a request was refused: the documented list of `ErrorInfo.reason`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[$doc])* $reason,)* }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Reason] = &[$(Reason::$reason,)*];

            /// The word that clients see.
            pub fn word(self) -> &'static str {
                match self { $(Reason::$reason => $word,)* }
            }
        }
    };
}

reasons! {
    /// The bytes are no message of the expected type. Send what the protos describe.
    MalformedMessage = "MALFORMED_MESSAGE";
    /// The message is larger than 4 MiB. Send less at a time.
    MessageTooLarge = "MESSAGE_TOO_LARGE";
    /// Too much for one request: more than 1,000 records or names, 4 MiB of them, or 100 readings. Send several.
    BatchTooLarge = "BATCH_TOO_LARGE";
    /// A required field is missing.
    FieldRequired = "FIELD_REQUIRED";
    /// A field stands where it does not belong, or beside one that excludes it.
    FieldNotAllowed = "FIELD_NOT_ALLOWED";
    /// A value is outside its range: a latitude of 91, a number that is none, a negative radius.
    ValueOutOfRange = "VALUE_OUT_OF_RANGE";
    /// An enum value that this version does not know, or its zero where it has no meaning.
    EnumUnknown = "ENUM_UNKNOWN";
    /// A name is not of the form it must have, or of the wrong collection, or in another dossier.
    NameInvalid = "NAME_INVALID";
    /// The kind of a record does not match the collection of its name.
    KindMismatch = "KIND_MISMATCH";
    /// A span or bound with nothing inside, or a time that does not exist or exists twice in its zone.
    TimeInvalid = "TIME_INVALID";
    /// No such time zone in the IANA database.
    ZoneUnknown = "ZONE_UNKNOWN";
    /// A text that is not GeoJSON.
    GeojsonMalformed = "GEOJSON_MALFORMED";
    /// A class that is in neither the built-in taxonomy nor the dossier's additions.
    ClassUnknown = "CLASS_UNKNOWN";
    /// A record that is not in the dossier.
    ReferenceUnknown = "REFERENCE_UNKNOWN";
    /// A record that comes later in the same batch. Put it first.
    ReferenceLater = "REFERENCE_LATER";
    /// A retracted record cannot be newly referred to.
    ReferenceRetracted = "REFERENCE_RETRACTED";
    /// An edge that would close a cycle.
    HierarchyCycle = "HIERARCHY_CYCLE";
    /// An assertion without a source.
    CitationRequired = "CITATION_REQUIRED";
    /// A rule of the record is broken: a report moved to another incident, a reading of a topic.
    RuleBroken = "RULE_BROKEN";
    /// The same name twice in one batch.
    NameRepeated = "NAME_REPEATED";
    /// A known name without a reason. To correct it, say why.
    RecordExists = "RECORD_EXISTS";
    /// A correction of a record that is not there.
    RecordUnknown = "RECORD_UNKNOWN";
    /// The record has moved on since it was read. Read it again and decide anew.
    EtagStale = "ETAG_STALE";
    /// A classification that this server cannot protect yet.
    NotYetProtected = "NOT_YET_PROTECTED";
    /// An obligation has no verdict; ask for its state instead.
    ObligationNotAssessed = "OBLIGATION_NOT_ASSESSED";
    /// Only an obligation has a state; ask for the verdicts of a prohibition instead.
    NoObligation = "NO_OBLIGATION";
    /// A page or read token that is damaged, from another dossier, or used with other arguments.
    TokenInvalid = "TOKEN_INVALID";
    /// A position past the head of the log, or an instant to come.
    PastHead = "PAST_HEAD";
    /// The request id was used with another body.
    RequestIdReused = "REQUEST_ID_REUSED";
    /// No such dossier.
    DossierUnknown = "DOSSIER_UNKNOWN";
    /// A dossier of this name is there already.
    DossierExists = "DOSSIER_EXISTS";
    /// Who asks is not known: no token came with the call, or one that nobody holds. Send `authorization: Bearer TOKEN`, once.
    NotAuthenticated = "NOT_AUTHENTICATED";
    /// The caller may not do this. The answer is the same whether there is such a dossier or not; ask whoever runs the server for a role.
    NotPermitted = "NOT_PERMITTED";
    /// The server is shutting down or too busy. Try again.
    Unavailable = "UNAVAILABLE";
    /// A defect of the server; its log says more.
    Internal = "INTERNAL";
}
