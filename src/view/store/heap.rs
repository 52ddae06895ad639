//! Bytes in blocks: each piece stands whole in one, so that it is read without being copied.

use std::sync::Arc;

use super::shelves::Shelves;

/// How large a block grows; a piece that is larger has one of its own.
const BLOCK_BYTES: usize = 32 * 1024;

/// How large a block is that begins: a small dossier needs little.
const BLOCK_BYTES_FIRST: usize = 1024;

/// Pieces of bytes, found by where they were put.
#[derive(Debug, Clone, Default)]
pub(in crate::view) struct Heap {
    sealed: Shelves<[u8]>,
    tail: Arc<Vec<u8>>,
}

impl Heap {
    /// Puts a piece, in two parts, behind the others; returns where.
    pub(in crate::view) fn push(&mut self, head: &[u8], rest: &[u8]) -> u64 {
        if !self.tail.is_empty() && self.tail.len() + head.len() + rest.len() > BLOCK_BYTES {
            self.sealed.push(Arc::from(self.tail.as_slice()));
            self.tail = Arc::new(Vec::with_capacity(BLOCK_BYTES));
        }
        let place = (self.sealed.len() as u64) << 32 | self.tail.len() as u64;
        let tail = self.own_tail(head.len() + rest.len());
        tail.extend_from_slice(head);
        tail.extend_from_slice(rest);
        place
    }

    /// The block that grows, shared with nobody. If it was shared, room for what follows is made in the same step: a copy that was only as
    /// long as what it holds would at once be copied again.
    fn own_tail(&mut self, more: usize) -> &mut Vec<u8> {
        if Arc::get_mut(&mut self.tail).is_none() {
            let room = (self.tail.len() + more).next_power_of_two();
            let mut own = Vec::with_capacity(room.clamp(BLOCK_BYTES_FIRST, BLOCK_BYTES.max(self.tail.len() + more)));
            own.extend_from_slice(&self.tail);
            self.tail = Arc::new(own);
        }
        Arc::get_mut(&mut self.tail).expect("it was just made")
    }

    /// What stands at a place, and behind it.
    pub(in crate::view) fn at(&self, place: u64) -> &[u8] {
        let block = usize::try_from(place >> 32).expect("as many blocks as fit into memory");
        let start = usize::try_from(place & u64::from(u32::MAX)).expect("within a block");
        let block = self.sealed.get(block).unwrap_or(self.tail.as_slice());
        &block[start..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_found_whole_however_large_and_a_copy_does_not_see_more() {
        let mut heap = Heap::default();
        let piece = |i: usize| vec![u8::try_from(i % 251).expect("small"); 1 + i * 977 % 40_000];
        let mut places = Vec::new();
        for i in 0..60 {
            let before = heap.clone();
            places.push(heap.push(&[7], &piece(i)));
            for (at, place) in places[..i].iter().enumerate() {
                assert_eq!(before.at(*place)[..=piece(at).len()], [&[7], &piece(at)[..]].concat());
            }
        }
        assert!(heap.sealed.iter().all(|block| block.len() <= 40_002));
    }
}
