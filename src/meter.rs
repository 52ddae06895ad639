//! Counters, levels and histograms that anyone may add to, at the price of an addition, and that are read now and then.
//!
//! Whoever counts does not know who reads: the text of a scrape is made elsewhere.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The upper bounds of durations, in nanoseconds: those that the conventions of OpenTelemetry advise for calls, and finer ones
/// below, where most of ours lie.
const DURATIONS: &[u64] = &[
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    75_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    750_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    7_500_000_000,
    10_000_000_000,
];

/// The upper bounds of sizes of groups.
const SIZES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds one.
    pub fn count(&self) {
        self.add(1);
    }

    /// Adds some.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// What it has come to.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A number that goes up and down.
#[derive(Debug, Default)]
pub struct Level(AtomicI64);

impl Level {
    /// One more.
    pub fn rise(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// One less.
    pub fn fall(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// Where it stands.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often something was how large.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// How many units of `bounds` are one of what is read.
    per_unit: f64,
    /// One for each bound, and one for what is larger.
    buckets: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// A histogram as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The sum of all observations: seconds, where they are durations.
    pub sum: f64,
    /// How many there were.
    pub count: u64,
    /// Each upper bound, and how many lie between it and the one before; the last is infinity.
    pub buckets: Vec<(f64, u64)>,
}

impl Histogram {
    /// Of durations.
    pub fn of_durations() -> Histogram {
        Histogram::new(DURATIONS, 1e9)
    }

    /// Of how many there are in a group.
    pub fn of_sizes() -> Histogram {
        Histogram::new(SIZES, 1.0)
    }

    fn new(bounds: &'static [u64], per_unit: f64) -> Histogram {
        let buckets = (0..=bounds.len()).map(|_| AtomicU64::default()).collect();
        Histogram { bounds, per_unit, buckets, sum: AtomicU64::default() }
    }

    /// Adds a duration.
    pub fn took(&self, duration: Duration) {
        self.add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Adds the time that something takes, and gives what came of it.
    pub fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let outcome = work();
        self.took(started.elapsed());
        outcome
    }

    /// Adds a size.
    pub fn had(&self, size: usize) {
        self.add(size as u64);
    }

    fn add(&self, value: u64) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        self.buckets[place].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(value, Ordering::Relaxed);
    }

    /// Reads it. What is added meanwhile is in it or not.
    pub fn read(&self) -> Reading {
        let bounds = self.bounds.iter().map(|bound| *bound as f64 / self.per_unit).chain([f64::INFINITY]);
        let counts = self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed));
        let buckets: Vec<(f64, u64)> = bounds.zip(counts).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        Reading { sum: self.sum.load(Ordering::Relaxed) as f64 / self.per_unit, count, buckets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_observation_is_counted_below_the_first_bound_that_it_does_not_pass() {
        let sizes = Histogram::of_sizes();
        for size in [1, 2, 3, 4, 5000] {
            sizes.had(size);
        }
        let Reading { sum, count, buckets } = sizes.read();
        assert_eq!((sum, count), (5010.0, 5));
        let filled: Vec<(f64, u64)> = buckets.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(filled, [(1.0, 1), (2.0, 1), (4.0, 2), (f64::INFINITY, 1)]);
    }

    #[test]
    fn durations_are_read_in_seconds() {
        let durations = Histogram::of_durations();
        durations.took(Duration::from_millis(5));
        durations.took(Duration::from_micros(5_001));
        let Reading { sum, count, buckets } = durations.read();
        assert!((sum - 0.010_001).abs() < 1e-9 && count == 2, "{sum} {count}");
        let filled: Vec<(f64, u64)> = buckets.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(filled, [(0.005, 1), (0.01, 1)]);
    }
}
