"""PostgreSQL, a server of its own with two processes to a query: the work of an analyst with SQL.

The server lives in a temporary directory and on a Unix socket there, and is ended by its own process number.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from dataset import COLUMNS, NOT_NO, YES, signed

THREADS = 2
USER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "shared_buffers": "512MB",
    "work_mem": "128MB",
    # One worker beside the process that leads.
    "max_parallel_workers_per_gather": THREADS - 1,
    "parallel_setup_cost": 0,
    "min_parallel_table_scan_size": 0,
    "jit_above_cost": 0,
}
END = "-- answered --"


def programs():
    """Where the server's programs are, newest version first; None if it is not installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found += [Path(path).parent for path in [shutil.which("initdb")] if path]
    found = [path for path in found if (path / "postgres").exists()]
    return max(found, key=lambda path: [int(part) for part in path.parts if part.isdigit()], default=None)


def version():
    command = [programs() / "postgres", "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[2]


class Server:
    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="side-by-side-"))
        self.demote, self.client = [], None
        if os.getuid() == 0:
            # The server refuses to run as root.
            user = pwd.getpwnam(USER)
            os.chown(self.directory, user.pw_uid, user.pw_gid)
            self.demote = ["setpriv", f"--reuid={USER}", f"--regid={user.pw_gid}", "--clear-groups"]
        data, quiet = self.directory / "data", {"stdout": subprocess.DEVNULL, "cwd": self.directory}
        initdb = [programs() / "initdb", "-D", data, "-A", "trust", "-U", USER, "-N", "-E", "UTF8", "--locale=C"]
        subprocess.run([*self.demote, *initdb], check=True, **quiet)
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        log = open(self.directory / "log", "wb")
        server = [programs() / "postgres", "-D", data, "-k", self.directory, *settings]
        self.process = subprocess.Popen([*self.demote, *server], stderr=log, **quiet)
        atexit.register(self.stop)
        ready = [programs() / "pg_isready", "-q", "-h", self.directory, "-U", USER]
        while subprocess.run(ready).returncode != 0:
            if self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start: {(self.directory / 'log').read_text()}")
        command = [programs() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", self.directory, "-U", USER, "-F", ","]
        self.client = subprocess.Popen(
            [*command, "postgres"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, text):
        """Sends statements, or rows; returns the lines of the answer."""
        self.client.stdin.write(f"{text}\n\\echo {END}\n")
        self.client.stdin.flush()
        lines = []
        for line in self.client.stdout:
            if line.strip() == END:
                return lines
            lines.append(line.strip())
        raise RuntimeError("PostgreSQL refused a statement")

    def stop(self):
        if self.client:
            self.client.kill()
            self.client.wait()
        if self.process.poll() is None:
            # A fast shutdown of this very server.
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


class Engine:
    def __init__(self, dataset):
        self.dataset = dataset
        self.version = version()
        self.server = Server()
        numbers = ", ".join(f"{name} smallint" for name in COLUMNS)
        self.load(
            "rows", f"{numbers}, earliest bigint, latest bigint",
            [dataset.array(name).tolist() for name in COLUMNS + ["earliest", "latest"]],
        )
        for name in COLUMNS:
            words = [signed(word) for word in dataset.packed(name)]
            self.load(f"{name}_words", "number smallint, word bigint", [range(len(words)), words])
        self.queries = {
            "joins, 32 readings in a word": (self.words(), "off"),
            "joins, 32 readings in a word, compiled": (self.words(), "on"),
            "arrays, indexed by number": (self.arrays(), "off"),
        }

    def load(self, name, columns, values):
        rows = "\n".join(",".join(map(str, row)) for row in zip(*values))
        self.server.tell(f"CREATE UNLOGGED TABLE {name} ({columns});\nCOPY {name} FROM STDIN CSV;\n{rows}\n\\.")
        self.server.tell(f"VACUUM ANALYZE {name};")

    def formulations(self):
        return {name: lambda asked=asked: self.ask(*asked) for name, asked in self.queries.items()}

    def ask(self, query, jit):
        (line,) = self.server.tell(f"SET jit = {jit};\n{query}")
        row = [int(n) for n in line.split(",")]
        return self.dataset.counts(zip(row[0::2], row[1::2]))

    def words(self):
        """One word of 64 bits in a table for each hierarchy, two bits a reading."""
        columns = []
        for k, reading in enumerate(self.dataset.readings):
            columns += counts_of("word", YES << 2 * k, NOT_NO << 2 * k, "bigint", reading.window)
        word = " & ".join(f"{name}_words.word" for name in COLUMNS)
        joins = [f"JOIN {name}_words ON {name}_words.number = rows.{name}" for name in COLUMNS]
        judged = f"SELECT {word} AS word, earliest, latest FROM rows {' '.join(joins)}"
        return f"SELECT {', '.join(columns)} FROM ({judged}) judged;"

    def arrays(self):
        """A constant array of truths for each reading and hierarchy; arrays count from one."""
        columns = []
        for reading in self.dataset.readings:
            truths = [
                f"('{{{','.join(map(str, table))}}}'::smallint[])[{name} + 1]"
                for name, table in reading.truths.items()
                if table is not None
            ]
            truth = " & ".join(truths) or "3::smallint"
            columns += counts_of(f"({truth})", YES, NOT_NO, "smallint", reading.window)
        return f"SELECT {', '.join(columns)} FROM rows;"

    def fitting(self):
        return {}


def counts_of(truth, yes, not_no, kind, window):
    """How many are yes, and how many not no."""
    inside = f"earliest >= {window.latest_start} AND latest <= {window.earliest_end}"
    may = f"latest > {window.earliest_start} AND earliest < {window.latest_end}"
    return [
        f"count(*) FILTER (WHERE {inside} AND {truth} & '{signed(yes)}'::{kind} <> 0)",
        f"count(*) FILTER (WHERE {may} AND {truth} & '{signed(not_no)}'::{kind} <> 0)",
    ]
