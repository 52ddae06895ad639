//! A list in pages. A copy of the list shares them; whoever changes it copies the page that the change is in.

use std::sync::Arc;

/// How many items a page holds, unless said otherwise.
const ITEMS: usize = 1024;

/// How many the first page starts with: a small dossier needs little.
const ITEMS_FIRST: usize = 16;

/// A list that is cheap to copy and to add to.
#[derive(Debug, Clone)]
pub(in crate::view) struct Pages<T, const N: usize = ITEMS> {
    sealed: Arc<Vec<Arc<[T]>>>,
    /// As long as room was made for; what lies past the length is not used yet.
    tail: Arc<[T]>,
    length: usize,
}

impl<T: Clone + Default, const N: usize> Default for Pages<T, N> {
    fn default() -> Pages<T, N> {
        Pages { sealed: Arc::default(), tail: Arc::default(), length: 0 }
    }
}

impl<T: Clone + Default, const N: usize> Pages<T, N> {
    /// How many there are.
    pub(in crate::view) fn len(&self) -> usize {
        self.length
    }

    /// The one with a number.
    pub(in crate::view) fn at(&self, index: usize) -> &T {
        debug_assert!(index < self.length, "there is one of that number");
        match self.sealed.get(index / N) {
            Some(page) => &page[index % N],
            None => &self.tail[index % N],
        }
    }

    /// The one with a number, if there is one.
    pub(in crate::view) fn get(&self, index: usize) -> Option<&T> {
        (index < self.length).then(|| self.at(index))
    }

    /// The last one.
    pub(in crate::view) fn last(&self) -> Option<&T> {
        self.get(self.length.checked_sub(1)?)
    }

    /// The one with a number, to be changed.
    pub(in crate::view) fn at_mut(&mut self, index: usize) -> &mut T {
        debug_assert!(index < self.length, "there is one of that number");
        if index / N < self.sealed.len() {
            let page = &mut Arc::make_mut(&mut self.sealed)[index / N];
            return &mut Arc::make_mut(page)[index % N];
        }
        &mut Arc::make_mut(&mut self.tail)[index % N]
    }

    /// Adds one; returns its number.
    pub(in crate::view) fn push(&mut self, item: T) -> usize {
        let (index, place) = (self.length, self.length % N);
        if place == 0 && index > 0 {
            let full = std::mem::replace(&mut self.tail, std::iter::repeat_n(T::default(), N).collect());
            Arc::make_mut(&mut self.sealed).push(full);
        } else if place == self.tail.len() {
            let room = (place * 2).clamp(ITEMS_FIRST.min(N), N);
            let more = std::iter::repeat_n(T::default(), room - place);
            self.tail = self.tail.iter().cloned().chain(more).collect();
        }
        Arc::make_mut(&mut self.tail)[place] = item;
        self.length += 1;
        index
    }

    /// The first number for which `holds` is no longer so; it holds up to some number and not past it.
    pub(in crate::view) fn partition_point(&self, holds: impl Fn(&T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.length);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.at(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Those below a number, first to last.
    pub(in crate::view) fn iter_to(&self, end: usize) -> impl Iterator<Item = &T> {
        self.sealed.iter().map(|page| &**page).chain(std::iter::once(&*self.tail)).flatten().take(end.min(self.length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_what_it_was_when_the_list_goes_on() {
        let mut pages = Pages::<usize, 8>::default();
        let mut copies = Vec::new();
        for i in 0..50 {
            copies.push(pages.clone());
            assert_eq!(pages.push(i), i);
            *pages.at_mut(i / 2) += 100;
        }
        // What each copy must say: made again from nothing.
        let mut plain: Vec<usize> = Vec::new();
        for (i, copy) in copies.iter().enumerate() {
            assert_eq!(copy.iter_to(99).copied().collect::<Vec<_>>(), plain);
            assert_eq!((copy.len(), copy.get(i), copy.last()), (i, None, plain.last()));
            plain.push(i);
            plain[i / 2] += 100;
        }
        assert_eq!(pages.iter_to(3).count(), 3);
    }

    #[test]
    fn the_point_where_a_list_parts_is_found_across_pages() {
        let mut pages = Pages::<usize, 4>::default();
        (0..30).for_each(|i| assert_eq!(pages.push(i), i));
        for point in 0..=30 {
            assert_eq!(pages.partition_point(|i| *i < point), point);
        }
    }
}
