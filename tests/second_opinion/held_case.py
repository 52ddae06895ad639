"""The worked case of cases/energy-2025, read back from a server that has imported it, and the questions it is asked."""
from evidence import BASES
from groups import NODES, PERIODS
from questions import questions
from record import KINDS, Record
from spans import bound, instant, span
from stage import Stage

READINGS = ["readings/r%d" % i for i in range(1, 8)]
# before, in the morning after, and after each text of March 2025
MORNINGS = ["2025-03-18T12:00:00Z", "2025-03-20T06:00:00Z", "2025-03-26T06:00:00Z", "2025-04-17T06:00:00Z"]


class HeldCase(Stage):
    """The case as a stage for random questions: its classes, and the instants at which something turns."""

    def __init__(self, held, zone):
        super().__init__(0)
        records, self.shown = held.revisions()
        self.record = Record([records], zone)
        self.zone, self.centre = zone, instant("2025-03-25T00:00:00Z")
        self.records = records
        self.now = {record["name"]: record for record in records}
        self.focus = {"objects": [], "acts": [], "weapons": []}
        for record in records:
            self.take_in(next(record[kind] for kind in KINDS if kind in record))

    def take_in(self, body):
        facts = body.get("facts", {})
        times = [span(facts.get("occurred"), self.zone), span(body.get("stated"), self.zone)]
        times += [bound(body.get("window", {}).get(side), self.zone) for side in ("start", "end")]
        self.hints += [t for time in times if time for t in time]
        self.focus["acts"] += [facts["act"]] if facts.get("act") else []
        for thing in facts.get("struck", []):
            for taxonomy, field in (("objects", "object"), ("weapons", "weapon")):
                self.focus[taxonomy] += [thing[field]] if thing.get(field) else []
        for field in self.focus:
            lists = body.get(field, {}) if isinstance(body.get(field), dict) else {}
            self.focus[field] += [node for nodes in lists.values() for node in nodes if node != "*"]

    def questions(self, count):
        """Every incident under every reading on every basis, what follows from that, and some at random."""
        every = {"names": READINGS, "bases": BASES}
        out = [dict(every, rpc="assess"), dict(every, rpc="compare"), {"rpc": "inconsistencies"}]
        out += [dict(every, rpc="tally", group_by=[by]) for by in list(PERIODS) + list(NODES)]
        for morning in MORNINGS:
            latest = {"bases": BASES, "known_by": morning}
            out += [dict(latest, rpc="assess"), dict(latest, rpc="assess", set="IN_FORCE_AT_INCIDENT"),
                    dict(latest, rpc="compare", set="ALL"), {"rpc": "inconsistencies", "known_by": morning}]
        return out + questions("case", self.record, self, count)
