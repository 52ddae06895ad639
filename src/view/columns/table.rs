//! The rows of one basis, in layers: what a reading or a filter makes of each incident.

use crate::domain::verdict::Applied;

use super::bits::Bits;
use super::judge::{Judge, LANES, Wanted};
use super::part::Layer;

/// The rows of one basis.
#[derive(Debug)]
pub(in crate::view) struct Table {
    /// The incidents that have a row.
    pub(super) present: Bits,
    /// Each incident is shown by one of them at most.
    layers: Vec<Layer>,
}

/// What is computed for every incident under a reading.
#[derive(Debug, Clone)]
pub(super) struct Truths {
    /// Some row is yes.
    pub(super) yes: Bits,
    /// Some row is not no.
    pub(super) not_no: Bits,
}

impl Table {
    /// The layers as a table over so many incidents.
    pub(super) fn of(groups: usize, layers: Vec<Layer>) -> Table {
        let mut present = Bits::none(groups);
        layers.iter().for_each(|layer| layer.spread(&layer.shown, &mut present));
        debug_assert_eq!(present.count(), layers.iter().map(|layer| layer.shown.count()).sum::<usize>());
        Table { present, layers }
    }

    /// The layers.
    pub(in crate::view) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The incidents that have a row.
    pub(in crate::view) fn present(&self) -> &Bits {
        &self.present
    }

    /// The truth of every incident under a reading.
    pub(super) fn truths(&self, applied: &Applied<'_>) -> Truths {
        self.set(&Judge::of_readings(&[applied]))
    }

    /// The truth of every incident under each of many readings.
    pub(super) fn truths_of_many(&self, readings: &[&Applied<'_>]) -> Vec<Truths> {
        let mut truths: Vec<Truths> = readings.iter().map(|_| self.nothing()).collect();
        for (some, truths) in readings.chunks(LANES).zip(truths.chunks_mut(LANES)) {
            let judge = Judge::of_readings(some);
            for layer in &self.layers {
                let sets = layer.part.sets(&judge, &layer.shown, some.len());
                for (truths, (yes, not_no)) in truths.iter_mut().zip(sets) {
                    layer.spread(&yes, &mut truths.yes);
                    layer.spread(&not_no, &mut truths.not_no);
                }
            }
        }
        truths
    }

    /// Of the incidents in `base`, how many are yes, and how many not no, under each of many readings.
    pub(super) fn counts(&self, readings: &[&Applied<'_>], base: &Bits) -> Vec<(u64, u64)> {
        let layers: Vec<(&Layer, Bits)> = self.layers.iter().map(|layer| (layer, layer.local(base))).collect();
        let counts = readings.chunks(LANES).flat_map(|some| {
            let judge = Judge::of_readings(some);
            let mut counts = [0; 2 * LANES];
            for (layer, base) in layers.iter().filter(|(_, base)| !base.is_empty()) {
                counts.iter_mut().zip(layer.part.count(&judge, base)).for_each(|(all, of_layer)| *all += of_layer);
            }
            (0..some.len()).map(move |lane| (counts[lane], counts[LANES + lane]))
        });
        counts.collect()
    }

    /// Whether each incident fits a filter: yes if some row certainly does, not no if some row may.
    pub(super) fn fits(&self, wanted: &Wanted<'_>) -> Truths {
        self.set(&Judge::of_filter(wanted))
    }

    /// The truth of every incident in the first lane.
    fn set(&self, judge: &Judge<'_>) -> Truths {
        let mut truths = self.nothing();
        for layer in &self.layers {
            let (yes, not_no) = layer.part.set(judge, &layer.shown);
            layer.spread(&yes, &mut truths.yes);
            layer.spread(&not_no, &mut truths.not_no);
        }
        truths
    }

    fn nothing(&self) -> Truths {
        let none = Bits::none(self.present.length());
        Truths { yes: none.clone(), not_no: none }
    }
}
