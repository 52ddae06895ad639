"""Reads what `cargo bench --bench assess -- --emit DIR` wrote.

A truth is two bits: 1 is yes, 2 is not no; so 3 is yes, 2 unknown, 0 no, and *and* is `&`. The tables of a reading give a
truth for every number of a column; a column that a reading does not restrict has no table. A time that is not given is
before and after every bound, so that the two comparisons of a window leave it unknown.
"""

import json
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ["place", "act", "author", "against", "object", "weapon"]
YES, NOT_NO = 1, 2


@dataclass
class Window:
    earliest_start: int
    latest_start: int
    earliest_end: int
    latest_end: int


@dataclass
class Reading:
    # By column: a truth for each number, or None.
    truths: dict
    window: Window


@dataclass
class Query:
    """How many incidents certainly happened at a time and place, and how many may have? What lies in a place is a range of
    numbers, what may lie in it a few more."""

    start: int
    end: int
    first: int
    last: int
    may: list
    expected: list


class Dataset:
    def __init__(self, directory):
        self.directory = Path(directory)
        tables = json.loads((self.directory / "dataset.json").read_text())
        self.seed, self.rows, self.contested = tables["seed"], tables["rows"], tables["contested"]
        self.sizes = tables["sizes"]
        self.readings = [Reading(r["truths"], Window(**r["window"])) for r in tables["readings"]]
        # For each reading: breach, no breach, undetermined.
        self.expected = tables["expected"]
        self.queries = [
            Query(q["from"], q["to"], q["first"], q["last"], q["may"], q["expected"]) for q in tables["queries"]
        ]

    def array(self, name):
        import numpy

        return numpy.load(self.directory / f"{name}.npy")

    def packed(self, column):
        """For each number of a column one word of 64 bits: reading k has its yes at bit 2k and its not-no at bit 2k + 1."""
        words = [0] * self.sizes[column]
        for k, reading in enumerate(self.readings):
            truths = reading.truths[column] or [YES | NOT_NO] * self.sizes[column]
            for number, truth in enumerate(truths):
                words[number] |= truth << (2 * k)
        return words

    def periods(self):
        """The bounds of all windows in order, and for each period between two of them a word as above.

        A row that starts at or after `starts[i - 1]` and before `starts[i]` has word i of the first list, one that ends after
        `ends[i - 1]` and at or before `ends[i]` word i of the second; the *and* of both is what its time says of every window.
        """
        windows = [reading.window for reading in self.readings]
        starts = sorted({bound for w in windows for bound in (w.latest_start, w.latest_end)})
        ends = sorted({bound for w in windows for bound in (w.earliest_start, w.earliest_end)})
        by_start, by_end = [], []
        for reached in [None, *starts]:
            word = 0
            for k, w in enumerate(windows):
                started = reached is not None and reached >= w.latest_start
                over = reached is not None and reached >= w.latest_end
                word |= (YES * started | NOT_NO * (not over)) << 2 * k
            by_start.append(word)
        for left in [None, *ends]:
            word = 0
            for k, w in enumerate(windows):
                begun = left is not None and left >= w.earliest_start
                over = left is not None and left >= w.earliest_end
                word |= (YES * (not over) | NOT_NO * begun) << 2 * k
            by_end.append(word)
        return starts, by_start, ends, by_end

    def counts(self, of_each):
        """The three counts from (yes, not no) of each reading."""
        return [[int(yes), self.rows - int(not_no), int(not_no) - int(yes)] for yes, not_no in of_each]


def signed(word):
    """A word of 64 bits as engines without unsigned integers hold it."""
    return word - (1 << 64) if word >> 63 else word
