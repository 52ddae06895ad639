//! Pages that are full, in shelves: a copy shares them all, and whoever adds one copies the last shelf and the list of the shelves, never a
//! list of all pages there are.

use std::sync::Arc;

/// How many pages a shelf holds.
const PAGES: usize = 64;

/// A list of shared pages.
#[derive(Debug)]
pub(super) struct Shelves<P: ?Sized> {
    shelves: Arc<Vec<Shelf<P>>>,
}

type Shelf<P> = Arc<Vec<Arc<P>>>;

impl<P: ?Sized> Clone for Shelves<P> {
    fn clone(&self) -> Shelves<P> {
        Shelves { shelves: self.shelves.clone() }
    }
}

impl<P: ?Sized> Default for Shelves<P> {
    fn default() -> Shelves<P> {
        Shelves { shelves: Arc::default() }
    }
}

impl<P: ?Sized> Shelves<P> {
    /// How many pages there are.
    pub(super) fn len(&self) -> usize {
        self.shelves.last().map_or(0, |last| (self.shelves.len() - 1) * PAGES + last.len())
    }

    /// The page with a number, if there is one.
    pub(super) fn get(&self, page: usize) -> Option<&P> {
        self.shelves.get(page / PAGES)?.get(page % PAGES).map(|page| &**page)
    }

    /// Adds a page.
    pub(super) fn push(&mut self, page: Arc<P>) {
        let shelves = Arc::make_mut(&mut self.shelves);
        match shelves.last_mut().filter(|last| last.len() < PAGES) {
            Some(last) => Arc::make_mut(last).push(page),
            None => shelves.push(Arc::new(vec![page])),
        }
    }

    /// Every page, in order.
    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &P> {
        self.shelves.iter().flat_map(|shelf| shelf.iter()).map(|page| &**page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_shares_every_page_and_does_not_see_what_was_added_since() {
        let mut shelves = Shelves::<[usize]>::default();
        for i in 0..3 * PAGES + 1 {
            assert_eq!(shelves.get(i), None);
            assert_eq!(shelves.len(), i);
            shelves.push(Arc::from([i]));
        }
        let old = shelves.clone();
        (0..2 * PAGES).for_each(|i| shelves.push(Arc::from([i])));
        assert_eq!(old.iter().flatten().copied().collect::<Vec<_>>(), (0..3 * PAGES + 1).collect::<Vec<_>>());
        assert_eq!((old.len(), shelves.len()), (3 * PAGES + 1, 5 * PAGES + 1));
        let is_shared = |(one, other): (&[usize], &[usize])| std::ptr::eq(one, other);
        assert!(old.iter().zip(shelves.iter()).all(is_shared));
        assert_eq!((old.get(3 * PAGES + 1), shelves.get(3 * PAGES + 2)), (None, Some(&[1][..])));
    }
}
