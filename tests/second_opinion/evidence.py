"""What is said about one incident, and the rows that each basis admits (section 5)."""
from reading import SELECTIONS
from spans import INF, hull, overlap, span
from truth import NO, YES

BASES = ["ALLEGED", "UNDISPUTED", "CORROBORATED", "VERIFIED"]

# the proposition whose denial makes an element "anything"
DENIAL_OF = {"ACTOR": "AUTHOR", "OBJECT": "OBJECT"}


class Row:
    """One thing struck. `nodes`: {element: None if not given, else nodes; the fact lies at or below each of them}."""

    def __init__(self, source, struck, nodes, effect, time, occurrence=YES):
        self.source, self.struck, self.nodes = source, struck, nodes
        self.effect, self.time, self.occurrence = effect, time, occurrence

    @property
    def key(self):
        return self.source.name, self.struck


class Source:
    """A report or a finding. One that denies the incident affirms nothing, nor does one without facts."""

    def __init__(self, snapshot, revision):
        self.s, self.name, body = snapshot, revision.name, revision.body
        self.first = snapshot.first[revision.name]
        self.claimant, self.statement = body.get("claimant"), body.get("statement")
        self.verified = body.get("status") == "FINDING_STATUS_VERIFIED"
        self.alleges = list(body.get("alleges_breach_of", []))
        self.denies = {denial[len("PROPOSITION_"):] for denial in body.get("denies", [])}
        self.denied = "OCCURRED" in self.denies
        self.facts = body.get("facts")
        self.affirms = self.facts is not None and not self.denied
        self.ground = self.facts.get("ground") if self.affirms else None
        self.rows = self.make_rows() if self.affirms else []

    def make_rows(self, occurrence=YES):
        facts = self.facts or {}
        one = lambda value: frozenset([value]) if value else None
        out = []
        for i, thing in enumerate(facts.get("struck") or [{}]):
            nodes = {"ACTOR": facts.get("attributed_to"), "ACT": facts.get("act"), "AGAINST": facts.get("against"),
                     "OBJECT": thing.get("object"), "PLACE": facts.get("place"), "WEAPON": thing.get("weapon")}
            effect = thing.get("effect") if thing.get("effect") != "EFFECT_UNSPECIFIED" else None
            out.append(Row(self, i, {e: one(v) for e, v in nodes.items()}, effect,
                           span(facts.get("occurred"), self.s.zone), occurrence))
        return out

    def values(self, element):
        """Every value that it gives for an element, each as a set of one node."""
        return list(dict.fromkeys(row.nodes[element] for row in self.rows if row.nodes[element]))


class Case:
    """An incident with those linked as the same event, under the name recorded first."""

    def __init__(self, snapshot, names):
        self.s, self.names, self.name = snapshot, names, names[0]
        mine = lambda kind: [Source(snapshot, r) for r in snapshot.of(kind) if r.body["incident"] in names]
        self.reports, self.findings = mine("report"), mine("finding")
        self.verified = [f for f in self.findings if f.verified]
        self._rows = {}

    def time(self):
        """The hull of what its reports give, else its `about`, else any."""
        spans = [row.time for report in self.reports for row in report.rows if row.time]
        if not spans:
            abouts = [span(self.s.live[name].body.get("about"), self.s.zone) for name in self.names]
            spans = [about for about in abouts if about]
        return hull(spans) if spans else (-INF, INF)

    def rows(self, basis):
        """The rows that a basis admits, in the order in which their sources were first recorded."""
        if basis not in self._rows:
            if basis in ("ALLEGED", "UNDISPUTED"):
                rows = [row for report in self.reports for row in report.rows]
            elif basis == "CORROBORATED":
                rows = [row for report in self.reports for row in self.corroborated(report)]
            else:
                rows = [row for f in self.verified for row in (f.make_rows(NO) if f.denied else f.rows)]
            self._rows[basis] = rows
        return self._rows[basis]

    # ---- compatible, independent

    def compatible(self, element, a, b):
        """Whether two given values can be one and the same thing."""
        h = self.s.h[SELECTIONS[element][1]]
        (a,), (b,) = a, b
        return h.in_one_line(a, b) if element in ("ACTOR", "AGAINST") else h.share_below(a, b)

    def beside(self, row, other):
        """Whether weapon and effect of two rows may be set against each other."""
        a, b = row.nodes["OBJECT"], other.nodes["OBJECT"]
        return a is None or b is None or self.compatible("OBJECT", a, b)

    def independent(self, a, b):
        tops = self.s.h["actors"].tops
        same = self.s.same_statement
        one_statement = a.statement and b.statement and same(a.statement) == same(b.statement)
        return not tops(a.claimant) & tops(b.claimant) and not one_statement

    # ---- UNDISPUTED

    def disputes(self, row, sources):
        """{element: other values that count beside the row's own}; None among them is "anything"."""
        extra = {element: [] for element in list(SELECTIONS) + ["OCCURRENCE", "WINDOW", "EFFECT"]}
        for other in sources:
            if other is row.source:
                continue
            beside = [r for r in other.rows if self.beside(row, r)]
            if other.denied:
                extra["OCCURRENCE"].append(None)
            for element in SELECTIONS:
                own = row.nodes[element]
                values = other.values(element)
                if element == "WEAPON":
                    values = [r.nodes["WEAPON"] for r in beside if r.nodes["WEAPON"]]
                # what is not given is compatible with anything
                agreed = any(own is None or self.compatible(element, own, value) for value in values)
                if values and not agreed:
                    extra[element] += values
                    if element == "ACTOR":
                        extra[element].append(None)
                if DENIAL_OF.get(element) in other.denies and not agreed:
                    extra[element].append(None)
            times = [r.time for r in other.rows if r.time][:1]
            if row.time and times and not overlap(row.time, times[0]):
                extra["WINDOW"] += times
            effects = [r.effect for r in beside if r.effect]
            if row.effect and row.effect not in effects:
                extra["EFFECT"] += effects
        return extra

    # ---- CORROBORATED

    def corroborated(self, report):
        others = [o for o in self.reports if o.affirms and self.independent(report, o)]
        return [self.widened(row, others) for row in report.rows] if others else []

    def widened(self, row, others):
        """The row with each fact widened to what independent claimants assert too; what none of them asserts is not given."""
        every = [r for other in others for r in other.rows]
        beside = [r for r in every if self.beside(row, r)]
        nodes = {}
        for element, (_, hierarchy) in SELECTIONS.items():
            own = row.nodes[element]
            values = [r.nodes[element] for r in (beside if element == "WEAPON" else every) if r.nodes[element]]
            up = self.s.h[hierarchy].up
            # at or below every ancestor that is in common with one of them
            common = [up(node) & up(value) for node in own or () for (value,) in values]
            nodes[element] = frozenset().union(*common) or None
        effect = row.effect if any(r.effect == row.effect for r in beside) else None
        hulls = [hull([row.time, r.time]) for r in every if row.time and r.time]
        time = (max(h[0] for h in hulls), min(h[1] for h in hulls)) if hulls else None
        return Row(row.source, row.struck, nodes, effect, time)
