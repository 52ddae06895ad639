"""DuckDB, in memory, two threads: the work of an analyst with SQL."""

import duckdb
import numpy
from dataset import COLUMNS, NOT_NO, YES

THREADS = 2


class Engine:
    def __init__(self, dataset):
        self.dataset = dataset
        self.version = duckdb.__version__
        self.connection = duckdb.connect(config={"threads": THREADS})
        columns = {name: dataset.array(name) for name in COLUMNS + ["earliest", "latest"]}
        self.load("rows", columns)
        for name in COLUMNS:
            numbers = numpy.arange(dataset.sizes[name], dtype=numpy.uint16)
            self.load(f"{name}_words", {"number": numbers, "word": numpy.array(dataset.packed(name), numpy.uint64)})
            tables = {
                f"r{k}": numpy.array(reading.truths[name], numpy.uint8)
                for k, reading in enumerate(dataset.readings)
                if reading.truths[name]
            }
            self.load(f"{name}_truths", {"number": numbers, **tables})
        self.queries = {
            "joins, a column a reading": self.joins(),
            "joins, 32 readings in a word": self.words(),
            "lists, indexed by number": self.lists(),
        }

    def load(self, name, columns):
        # NumPy arrays become a table of DuckDB's own.
        relation = columns  # noqa: F841: DuckDB finds it by its name.
        self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM relation")

    def formulations(self):
        return {name: lambda query=query: self.ask(query) for name, query in self.queries.items()}

    def ask(self, query):
        row = self.connection.execute(query).fetchone()
        return self.dataset.counts(zip(row[0::2], row[1::2]))

    def joins(self):
        """A column of truths for each reading in a table for each hierarchy."""
        columns = []
        for k, reading in enumerate(self.dataset.readings):
            truths = [f"{name}_truths.r{k}" for name in COLUMNS if reading.truths[name]]
            columns += counts_of(" & ".join(truths) or "3::UTINYINT", reading.window)
        joins = [f"JOIN {name}_truths ON {name}_truths.number = rows.{name}" for name in COLUMNS]
        return f"SELECT {', '.join(columns)} FROM rows {' '.join(joins)}"

    def words(self):
        """One word of 64 bits in a table for each hierarchy, two bits a reading."""
        columns = []
        for k, reading in enumerate(self.dataset.readings):
            columns += counts_of(f"(word >> {2 * k})", reading.window)
        word = " & ".join(f"{name}_words.word" for name in COLUMNS)
        joins = [f"JOIN {name}_words ON {name}_words.number = rows.{name}" for name in COLUMNS]
        judged = f"SELECT {word} AS word, earliest, latest FROM rows {' '.join(joins)}"
        return f"SELECT {', '.join(columns)} FROM ({judged})"

    def lists(self):
        """A constant list of truths for each reading and hierarchy; lists count from one."""
        columns = []
        for reading in self.dataset.readings:
            truths = [
                f"list_extract({table}::UTINYINT[], {name} + 1)"
                for name, table in reading.truths.items()
                if table is not None
            ]
            columns += counts_of(" & ".join(truths) or "3::UTINYINT", reading.window)
        return f"SELECT {', '.join(columns)} FROM rows"

    def fitting(self):
        return {"two conditions": self.at_a_time_and_place}

    def at_a_time_and_place(self, query):
        may = ", ".join(map(str, query.may))
        return list(
            self.connection.execute(
                f"""
                SELECT count(*) FILTER (inside AND given), count(*) FILTER (NOT (inside AND given))
                FROM (
                    SELECT place BETWEEN {query.first} AND {query.last} AS inside, earliest > {-(2**63)} AS given
                    FROM rows
                    WHERE earliest < {query.end} AND latest > {query.start}
                      AND (place BETWEEN {query.first} AND {query.last} OR place IN ({may}))
                )
                """
            ).fetchone()
        )


def counts_of(truth, window):
    """How many are yes, and how many not no; the first bit of a truth is yes, the second not no."""
    inside = f"earliest >= {window.latest_start} AND latest <= {window.earliest_end}"
    may = f"latest > {window.earliest_start} AND earliest < {window.latest_end}"
    return [
        f"count(*) FILTER (({truth}) & {YES} <> 0 AND {inside})",
        f"count(*) FILTER (({truth}) & {NOT_NO} <> 0 AND {may})",
    ]
