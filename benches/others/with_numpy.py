"""NumPy, one thread: the work of an analyst with arrays."""

import numpy
from dataset import COLUMNS, NOT_NO, YES

THREADS = 1

# Rows worked on at once, so that what is in between stays in the cache: 255 times 256, because 255 bits can be added in a byte.
LANES, CHUNK = 256, 255 * 256
EVERY_YES = numpy.uint64(0x5555_5555_5555_5555)
EVERY_NOT_NO = numpy.uint64(0xAAAA_AAAA_AAAA_AAAA)
EVERY_BYTE = numpy.uint64(0x0101_0101_0101_0101)


class Engine:
    def __init__(self, dataset):
        self.dataset = dataset
        self.version = numpy.__version__
        # Indexes as NumPy wants them: anything narrower is widened anew at each use.
        self.columns = {name: dataset.array(name).astype(numpy.intp) for name in COLUMNS}
        self.earliest, self.latest = dataset.array("earliest"), dataset.array("latest")
        self.truths = [
            {name: numpy.array(t, numpy.uint8) for name, t in reading.truths.items() if t is not None}
            for reading in dataset.readings
        ]
        self.packed = {name: numpy.array(dataset.packed(name), numpy.uint64) for name in COLUMNS}
        self.chunks = [slice(at, min(at + CHUNK, dataset.rows)) for at in range(0, dataset.rows, CHUNK)]
        starts, by_start, ends, by_end = dataset.periods()
        self.starts, self.ends = numpy.array(starts), numpy.array(ends)
        self.by_start, self.by_end = numpy.array(by_start, numpy.uint64), numpy.array(by_end, numpy.uint64)
        self.contested = Contested(dataset, self.chunks) if dataset.contested else None

    def formulations(self):
        return {"a table of bytes a reading": self.by_reading, "32 readings in a word": self.all_at_once}

    def by_reading(self):
        """Per reading and column: take a truth for each row from a table, and them."""
        truth, taken = numpy.empty(CHUNK, numpy.uint8), numpy.empty(CHUNK, numpy.uint8)
        counts = numpy.zeros((len(self.truths), 2), numpy.int64)
        # Chunk by chunk rather than reading by reading: the rows of a chunk stay in the cache for all readings.
        for number, rows in enumerate(self.chunks):
            size = rows.stop - rows.start
            acc, take = truth[:size], taken[:size]
            for k, (tables, reading) in enumerate(zip(self.truths, self.dataset.readings)):
                self.window(reading.window, rows, acc, take)
                for name, table in tables.items():
                    numpy.take(table, self.columns[name][rows], out=take, mode="clip")
                    acc &= take
                if self.contested:
                    of_contested = self.contested.chunks[number]
                    at = of_contested.at - rows.start
                    acc[at] = of_contested.by_reading(tables, self.window(reading.window, of_contested.at))
                not_no = numpy.count_nonzero(acc)
                acc &= YES
                counts[k] += numpy.count_nonzero(acc), not_no
        return self.dataset.counts(counts)

    def window(self, window, rows, out=None, scratch=None):
        earliest, latest = self.earliest[rows], self.latest[rows]
        if out is None:
            out, scratch = numpy.empty(len(earliest), numpy.uint8), numpy.empty(len(earliest), numpy.uint8)
        yes, may = out.view(bool), scratch.view(bool)
        numpy.greater(latest, window.earliest_start, out=yes)
        yes &= earliest < window.latest_end
        numpy.greater_equal(earliest, window.latest_start, out=may)
        may &= latest <= window.earliest_end
        out <<= 1
        out |= scratch
        return out

    def all_at_once(self):
        """All readings in one word of 64 bits a row: one table a column, and the bits counted at the end."""
        word, taken = numpy.empty(CHUNK, numpy.uint64), numpy.empty(CHUNK, numpy.uint64)
        counts = numpy.zeros(64, numpy.int64)
        for number, rows in enumerate(self.chunks):
            size = rows.stop - rows.start
            acc, take = word[:size], taken[:size]
            numpy.take(self.by_start, self.starts.searchsorted(self.earliest[rows], "right"), out=acc, mode="clip")
            numpy.take(self.by_end, self.ends.searchsorted(self.latest[rows], "left"), out=take, mode="clip")
            acc &= take
            if self.contested:
                of_contested = self.contested.chunks[number]
                at = of_contested.at - rows.start
                weighed = of_contested.all_at_once(self.packed, acc[at])
            for name in COLUMNS:
                numpy.take(self.packed[name], self.columns[name][rows], out=take, mode="clip")
                acc &= take
            if self.contested:
                acc[at] = weighed
            counts += count_bits(acc, take)
        return self.dataset.counts([(counts[2 * k], counts[2 * k + 1]) for k in range(len(self.dataset.readings))])

    def fitting(self):
        return {}


def count_bits(words, scratch):
    """How many of the words have each bit: eight bits at a time are added as bytes."""
    whole = len(words) // LANES * LANES
    counts = numpy.zeros((8, 8), numpy.int64)
    for shift in range(8):
        numpy.right_shift(words, numpy.uint64(shift), out=scratch)
        scratch &= EVERY_BYTE
        lanes = scratch[:whole].reshape(-1, LANES).sum(axis=0)
        counts[:, shift] = lanes.view(numpy.uint8).reshape(-1, 8).sum(axis=0, dtype=numpy.int64)
        counts[:, shift] += scratch[whole:].view(numpy.uint8).reshape(-1, 8).sum(axis=0, dtype=numpy.int64)
    return counts.reshape(64)


class Contested:
    """The rows of contested incidents: each fact beside what disputes it, worked out when loaded."""

    def __init__(self, dataset, chunks):
        incident = dataset.array("contested_incident")
        bounds = numpy.searchsorted(incident, [rows.start for rows in chunks] + [dataset.rows])
        columns = {name: dataset.array(f"contested_{name}") for name in COLUMNS}
        others = {name: dataset.array(f"contested_{name}_other") for name in COLUMNS}
        occurrence = dataset.array("contested_occurrence")
        self.chunks = []
        for first, last in zip(bounds, bounds[1:]):
            part = slice(first, last)
            self.chunks.append(
                ContestedChunk(
                    incident[part],
                    {name: c[part].astype(numpy.intp) for name, c in columns.items()},
                    {name: c[part].astype(numpy.intp) for name, c in others.items()},
                    occurrence[part] == NOT_NO,
                )
            )


class ContestedChunk:
    def __init__(self, incident, own, others, denied):
        # Every contested incident has one row or two.
        self.at, self.first, count = numpy.unique(incident, return_index=True, return_counts=True)
        self.has_second = numpy.flatnonzero(count == 2)
        self.second = self.first[self.has_second] + 1
        self.of_row = numpy.repeat(numpy.arange(len(self.at)), count)
        self.denied = numpy.flatnonzero(denied)
        self.own = own
        disputed = {name: numpy.flatnonzero(own[name] != others[name]) for name in COLUMNS}
        self.disputed = {name: (rows, others[name][rows]) for name, rows in disputed.items() if len(rows)}

    def by_reading(self, tables, window):
        return self.weigh(tables, window[self.of_row], numpy.uint8(YES), numpy.uint8(NOT_NO))

    def all_at_once(self, tables, window):
        return self.weigh(tables, window[self.of_row], EVERY_YES, EVERY_NOT_NO)

    def weigh(self, tables, truth, yes, not_no):
        truth[self.denied] &= not_no
        for name, table in tables.items():
            taken = table[self.own[name]]
            if name in self.disputed:
                rows, other = self.disputed[name]
                a, b = taken[rows], table[other]
                taken[rows] = (a & b & yes) | ((a | b) & not_no)
            truth &= taken
        of_incident = truth[self.first]
        of_incident[self.has_second] |= truth[self.second]
        return of_incident
