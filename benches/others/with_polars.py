"""Polars, two threads: the work of an analyst with data frames."""

import os

THREADS = 2
# Read once, when the library is loaded.
os.environ["POLARS_MAX_THREADS"] = str(THREADS)

import polars  # noqa: E402
from dataset import COLUMNS, NOT_NO, YES  # noqa: E402



class Engine:
    def __init__(self, dataset):
        self.dataset = dataset
        self.version = polars.__version__
        self.rows = polars.DataFrame({name: dataset.array(name) for name in COLUMNS + ["earliest", "latest"]})
        # Indexes as Polars wants them: anything narrower is widened anew at each use.
        self.rows = self.rows.with_columns(polars.col(COLUMNS).cast(polars.UInt32))
        self.words = {name: polars.Series(dataset.packed(name), dtype=polars.UInt64) for name in COLUMNS}
        self.plans = {
            "gather, a table a reading": self.by_reading(),
            "gather, 32 readings in a word": self.all_at_once(),
            "gather, windows in the word too": self.all_and_windows_at_once(),
            "joins, 32 readings in a word": self.joins(),
        }

    def formulations(self):
        return {name: lambda plan=plan: self.ask(plan) for name, plan in self.plans.items()}

    def ask(self, plan):
        row = plan.collect().row(0)
        return self.dataset.counts(zip(row[0::2], row[1::2]))

    def by_reading(self):
        counts = []
        for k, reading in enumerate(self.dataset.readings):
            truth = None
            for name, table in reading.truths.items():
                if table is not None:
                    taken = polars.lit(polars.Series(table, dtype=polars.UInt8)).gather(polars.col(name))
                    truth = taken if truth is None else truth & taken
            if truth is None:
                truth = polars.lit(YES | NOT_NO, polars.UInt8)
            counts += counts_of(k, truth, reading.window)
        return self.rows.lazy().select(counts)

    def all_at_once(self):
        word = None
        for name, table in self.words.items():
            taken = polars.lit(table).gather(polars.col(name))
            word = taken if word is None else word & taken
        judged = self.rows.lazy().select("earliest", "latest", word.alias("word"))
        return judged.select(self.counts_of_words())

    def all_and_windows_at_once(self):
        starts, by_start, ends, by_end = self.dataset.periods()
        earliest = polars.lit(polars.Series(starts, dtype=polars.Int64)).search_sorted(polars.col("earliest"), "right")
        latest = polars.lit(polars.Series(ends, dtype=polars.Int64)).search_sorted(polars.col("latest"), "left")
        word = polars.lit(polars.Series(by_start, dtype=polars.UInt64)).gather(earliest)
        word = word & polars.lit(polars.Series(by_end, dtype=polars.UInt64)).gather(latest)
        for name, table in self.words.items():
            word = word & polars.lit(table).gather(polars.col(name))
        bits = [polars.lit(1 << bit, polars.UInt64) for bit in range(2 * len(self.dataset.readings))]
        counts = [((polars.col("word") & bit) != 0).sum().alias(f"bit{i}") for i, bit in enumerate(bits)]
        return self.rows.lazy().select(word.alias("word")).select(counts)

    def joins(self):
        judged = self.rows.lazy()
        for name, table in self.words.items():
            numbers = polars.Series(range(len(table)), dtype=polars.UInt32)
            words = polars.LazyFrame({name: numbers, f"{name}_word": table})
            judged = judged.join(words, on=name, how="inner", maintain_order="none")
        word = polars.col("place_word")
        for name in COLUMNS[1:]:
            word = word & polars.col(f"{name}_word")
        return judged.select("earliest", "latest", word.alias("word")).select(self.counts_of_words())

    def counts_of_words(self):
        counts = []
        for k, reading in enumerate(self.dataset.readings):
            bits = [polars.col("word") & polars.lit(bit << 2 * k, polars.UInt64) for bit in (YES, NOT_NO)]
            counts += counts_of_bits(k, *bits, reading.window)
        return counts

    def fitting(self):
        return {"two conditions": self.at_a_time_and_place}

    def at_a_time_and_place(self, query):
        place, earliest, latest = polars.col("place"), polars.col("earliest"), polars.col("latest")
        inside = place.is_between(query.first, query.last)
        certain = inside & (earliest > -(2**63))
        found = self.rows.lazy().filter(
            (earliest < query.end) & (latest > query.start) & (inside | place.is_in(query.may))
        )
        counts = found.select(certain.sum().alias("certain"), (~certain).sum().alias("may"))
        return [int(n) for n in counts.collect().row(0)]


def counts_of(k, truth, window):
    return counts_of_bits(k, truth & polars.lit(YES, polars.UInt8), truth & polars.lit(NOT_NO, polars.UInt8), window)


def counts_of_bits(k, yes, not_no, window):
    earliest, latest = polars.col("earliest"), polars.col("latest")
    inside = (earliest >= window.latest_start) & (latest <= window.earliest_end)
    may = (latest > window.earliest_start) & (earliest < window.latest_end)
    return [((yes != 0) & inside).sum().alias(f"yes{k}"), ((not_no != 0) & may).sum().alias(f"not_no{k}")]
