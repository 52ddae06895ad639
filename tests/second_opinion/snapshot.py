"""What the record says at a position, known by an instant: current revisions, hierarchies, links (sections 1, 3, 6)."""
from evidence import Case
from hierarchy import Hierarchy
from spans import INF, instant, span
from taxonomy import BUILT_IN


def snapshot(record, at=None, known_by=None):
    """The snapshot of a record; kept with it, because questions come in dozens."""
    key = at, known_by
    if key not in record.snapshots:
        record.snapshots[key] = Snapshot(record, at, known_by)
    return record.snapshots[key]


class Snapshot:
    def __init__(self, record, at=None, known_by=None):
        self.record, self.zone = record, record.zone
        self.at = record.head if at is None else at
        self.known_by = instant(known_by) if isinstance(known_by, str) else known_by
        upto = record.revisions[:self.at]
        known = [r for r in upto if self.known_by is None or r.known <= self.known_by]
        told = {r.body["incident"] for r in known if r.kind in ("report", "finding")}
        # name -> position of its first revision, known or not
        self.first = {}
        for revision in upto:
            self.first.setdefault(revision.name, revision.position)
        self.current = {}
        for revision in known:
            # an incident without citations is known once a report or finding about it is
            always = revision.kind == "incident" and revision.known == -INF
            if self.known_by is None or not always or revision.name in told:
                self.current[revision.name] = revision
        self.live = {name: r for name, r in self.current.items() if not r.retracted}
        self.h = self.hierarchies()
        self._labels = {}
        self.join()

    def of(self, kind):
        """Live records of one kind, in the order first recorded."""
        return sorted((r for r in self.live.values() if r.kind == kind), key=lambda r: self.first[r.name])

    def hierarchies(self):
        """Edges of retracted actors, places and classes stay; of one that is not yet known nobody can say where it belongs."""
        recorded = [self.record.by_name[name][0] for name in sorted(self.first, key=self.first.get)]
        out = {}
        for hierarchy, kind, edges, placed in (
                ("actors", "actor", "affiliations", lambda b: b["type"] not in ("ACTOR_TYPE_PERSON",
                                                                                "ACTOR_TYPE_ARMED_GROUP")),
                ("places", "place", "within", lambda b: b["type"] == "PLACE_TYPE_COUNTRY")):
            parents, unplaced = {}, set()
            for name in (r.name for r in recorded if r.kind == kind):
                now = self.current.get(name)
                parents[name] = now.body.get(edges, []) if now else []
                if not parents[name] and not (now and placed(now.body)):
                    unplaced.add(name)
            out[hierarchy] = Hierarchy(parents, unplaced)
        for taxonomy, built_in in BUILT_IN.items():
            parents, unplaced = dict(built_in), set()
            for first in recorded:
                if first.kind == "class" and first.body["taxonomy"] == "TAXONOMY_" + taxonomy.upper():
                    now = self.current.get(first.name)
                    parents[first.body["id"]] = now.body["parents"] if now else []
                    if not now:
                        unplaced.add(first.body["id"])
            out[taxonomy] = Hierarchy(parents, unplaced)
        return out

    def labels(self, hierarchy, selection):
        key = hierarchy, str(selection)
        if key not in self._labels:
            self._labels[key] = self.h[hierarchy].labels(selection)
        return self._labels[key]

    # ---- links

    def linked(self, link_type):
        """The ends of live links. One whose end is retracted or not yet known still joins what it joins."""
        return [(r.body["subject"], r.body["object"]) for r in self.of("link")
                if r.body["type"] == "LINK_TYPE_" + link_type]

    def joined(self, link_type):
        """A function from a name to the one that stands for all it is linked with."""
        parent = {}

        def find(name):
            while name in parent:
                name = parent[name]
            return name

        for a, b in self.linked(link_type):
            if find(a) != find(b):
                parent[find(a)] = find(b)
        return find

    def join(self):
        """Makes one case of the incidents linked as the same event, under the name recorded first; finds the parts of each."""
        self.same_statement = self.joined("SAME_STATEMENT")
        same_event = self.joined("SAME_EVENT")
        events = {}
        for incident in self.of("incident"):
            events.setdefault(same_event(incident.name), []).append(incident.name)
        self.case_of = {name: names[0] for names in events.values() for name in names}
        self.cases = {names[0]: Case(self, names) for names in events.values()}
        wholes = {}
        for part, whole in self.linked("PART_OF"):
            wholes.setdefault(same_event(part), set()).add(same_event(whole))

        def above(event):
            seen, todo = set(), [event]
            while todo:
                for whole in wholes.get(todo.pop(), ()):
                    if whole not in seen:
                        seen.add(whole)
                        todo.append(whole)
            return seen

        reach = {event: above(event) for event in events}
        # two that are parts of each other are no whole of one another
        self.parts = {names[0]: {others[0] for part, others in events.items()
                                 if event in reach[part] and part not in reach[event]}
                      for event, names in events.items()}

    # ---- what readings rest on; a retracted text stays where it is referred to

    def instrument(self, body):
        return self.current[body["instrument"]].body if body.get("instrument") in self.current else None

    def term_type(self, body):
        return self.current[body["term"]].body["type"] if body.get("term") in self.current else None

    def stated(self, body):
        text = self.instrument(body)
        return span(text["stated"], self.zone) if text else None
