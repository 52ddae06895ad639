//! The answer to `AppendRecords`, in place of the message that the build would make. Whoever reads one finds a message like all others; the
//! server, whose answers hold records by the hundred, hands in their bytes, so that they are never put together as messages.

use bytes::{Buf, BufMut};
use prost::encoding::{DecodeContext, WireType, message, skip_field, string};
use prost::{DecodeError, Message};

use crate::domain::record::{Known, Revision};
use crate::wire::encode;
use crate::wire::pb::{Record, Warning};

/// The batch as stored: `armistice.v1.AppendRecordsResponse`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AppendRecordsResponse {
    /// The records, in the order given.
    pub records: Vec<Record>,
    /// What their author may want to look at.
    pub warnings: Vec<Warning>,
    /// Token of the position at which the answer was computed.
    pub read_at: String,
    /// Records that stand before the others and are written already. Of an answer that was read it is empty.
    pub written: Vec<u8>,
}

const NAME: &str = "AppendRecordsResponse";

const RECORDS: u32 = 1;
const WARNINGS: u32 = 2;
const READ_AT: u32 = 3;

impl AppendRecordsResponse {
    /// Writes one more record, as the answer shows it: since when it is known, and whether it is unsourced, depends on what else the
    /// dossier holds.
    pub fn write(&mut self, revision: &Revision, says: (Known, bool), context: &encode::Context<'_>) {
        encode::bytes::answered(&mut self.written, RECORDS, revision, says, context);
    }
}

impl Message for AppendRecordsResponse {
    fn encode_raw(&self, buffer: &mut impl BufMut) {
        buffer.put_slice(&self.written);
        message::encode_repeated(RECORDS, &self.records, buffer);
        message::encode_repeated(WARNINGS, &self.warnings, buffer);
        if !self.read_at.is_empty() {
            string::encode(READ_AT, &self.read_at, buffer);
        }
    }

    fn merge_field(
        &mut self,
        field: u32,
        wire_type: WireType,
        buffer: &mut impl Buf,
        context: DecodeContext,
    ) -> Result<(), DecodeError> {
        let (name, merged) = match field {
            RECORDS => ("records", message::merge_repeated(wire_type, &mut self.records, buffer, context)),
            WARNINGS => ("warnings", message::merge_repeated(wire_type, &mut self.warnings, buffer, context)),
            READ_AT => ("read_at", string::merge(wire_type, &mut self.read_at, buffer, context)),
            _ => return skip_field(wire_type, field, buffer, context),
        };
        merged.map_err(|mut fault| {
            fault.push(NAME, name);
            fault
        })
    }

    fn encoded_len(&self) -> usize {
        let read_at = if self.read_at.is_empty() { 0 } else { string::encoded_len(READ_AT, &self.read_at) };
        self.written.len()
            + message::encoded_len_repeated(RECORDS, &self.records)
            + message::encoded_len_repeated(WARNINGS, &self.warnings)
            + read_at
    }

    fn clear(&mut self) {
        *self = AppendRecordsResponse::default();
    }
}
