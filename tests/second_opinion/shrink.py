"""Makes a dossier and a question smaller for as long as the two opinions still differ, so that a person can see why."""
import copy
import json
import random

from asked import Asked
from differences import of_question
from record import Record


def rebatch(records):
    """Batches, as few as hold one revision of a name each."""
    out, batch = [], []
    for record in records:
        if record["name"] in {r["name"] for r in batch}:
            out.append(batch)
            batch = []
        batch.append(record)
    return out + [batch]


class Shrinker:
    """Records are kept with their first position, to which `at` of the question refers. `budget`: tries left."""

    def __init__(self, client, batches, zone, q, budget=600):
        self.client, self.zone, self.q, self.budget = client, zone, q, budget
        self.kept = list(enumerate((record for batch in batches for record in batch), 1))

    def moved(self, q, kept):
        return dict(q, at=sum(position <= q["at"] for position, _ in kept)) if "at" in q else q

    def differs(self, kept, q):
        self.budget -= 1
        q = self.moved(q, kept)
        if not kept or q.get("at") == 0 or self.budget < 0:
            return False
        batches = rebatch([record for _, record in kept])
        try:
            asked = Asked(self.client, batches, self.zone, "smaller")
            found = of_question(Record(batches, self.zone), asked, q, random.Random(0))
        except Exception:  # no valid dossier any more, for one of the two
            return False
        return bool(found) and ("refused",) not in found

    def run(self):
        """(batches, question)"""
        self.smaller_question()
        while self.fewer_records():
            pass
        for index in reversed(range(len(self.kept))):
            self.fewer_fields(index)
        return rebatch([record for _, record in self.kept]), self.moved(self.q, self.kept)

    def try_question(self, q):
        if q != self.q and self.differs(self.kept, q):
            self.q = q

    def smaller_question(self):
        for key in ("filter", "incidents", "known_by", "at", "time_zone", "hypothetical", "set", "terms", "held_by"):
            self.try_question({k: v for k, v in self.q.items() if k != key})
        for key in ("bases", "names", "group_by", "hypothetical"):
            for value in list(self.q.get(key) or []):
                self.try_question(dict(self.q, **{key: [value]}))
        for field, value in list(self.q.get("filter", {}).items()):
            self.try_question(dict(self.q, filter={field: value}))

    def fewer_records(self):
        """Leaves out revisions, and with a first one all that refers to it; whether anything went."""
        went = False
        for position, record in reversed(list(self.kept)):
            if (position, record) not in self.kept:
                continue
            if any(r["name"] == record["name"] and p < position for p, r in self.kept):
                fewer = [(p, r) for p, r in self.kept if p != position]
            else:
                gone = {record["name"]}
                for _, r in self.kept:
                    if any('"%s"' % name in json.dumps(r) for name in gone):
                        gone.add(r["name"])
                fewer = [(p, r) for p, r in self.kept if r["name"] not in gone]
            if self.differs(fewer, self.q):
                self.kept, went = fewer, True
        return went

    def fewer_fields(self, index):
        tried = set()
        while self.budget > 0:
            position, record = self.kept[index]
            path = next((p for p in removable(record) if p not in tried), None)
            if path is None:
                return
            tried.add(path)
            fewer = self.kept[:index] + [(position, without(record, path))] + self.kept[index + 1:]
            if self.differs(fewer, self.q):
                self.kept = fewer


def removable(value, path=()):
    """Paths of what may be left out of a record, outermost first."""
    if isinstance(value, dict):
        for key in value:
            if path:
                yield path + (key,)
            yield from removable(value[key], path + (key,))
    elif isinstance(value, list):
        for i in range(len(value)):
            if len(value) > 1:
                yield path + (i,)
            yield from removable(value[i], path + (i,))


def without(value, path):
    out = copy.deepcopy(value)
    holder = out
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return out
