"""Claims outside the claimant's own reading, and reports of one side that contradict each other (section 5)."""
from choice import in_force
from evidence import DENIAL_OF
from filters import fitting
from reading import Reading
from snapshot import snapshot
from verdict import judge_alone

KIND = {"NO_BREACH": "OUTSIDE_OWN_READING", "UNDETERMINED": "NOT_SETTLED_BY_OWN_READING"}


def inconsistencies(record, at=None, known_by=None, filter=None, incidents=None):
    s = snapshot(record, at, known_by)
    out = []
    for case in fitting(s, filter, incidents)[0]:
        for i, report in enumerate(case.reports):
            for term in report.alleges:
                out += outside_own_reading(s, case, report, term)
            pairs = [contradiction(s, case, report, other) for other in case.reports[i + 1:]]
            out += [found for found in pairs if found]
    return out


def outside_own_reading(s, case, report, term):
    """The own reading is that of the nearest holder, among readings of the term in force at the incident."""
    actors = s.h["actors"]
    held = [(actors.distance(report.claimant, r.body["held_by"]), r) for r in in_force(s, case.time())
            if r.body["term"] == term and r.body["held_by"] in actors.up(report.claimant)]
    nearest = min((steps for steps, _ in held), default=None)
    out = []
    for r in (r for steps, r in held if steps == nearest):
        judgement = judge_alone(case, Reading(s, r.name, r.body), report)
        if judgement.verdict in KIND:
            out.append({"type": KIND[judgement.verdict], "actor": report.claimant, "incident": case.name,
                        "report": report.name, "other_report": "", "reading": r.name, "propositions": [],
                        "missing": judgement.missing()})
    return out


def contradiction(s, case, a, b):
    actors = s.h["actors"]
    shared = actors.up(a.claimant) & actors.up(b.claimant)
    propositions = {p for one, two in ((a, b), (b, a)) for p in denied(case, one, two)}
    for element, proposition in DENIAL_OF.items():
        mine, yours = a.values(element), b.values(element)
        if mine and yours and not any(case.compatible(element, x, y) for x in mine for y in yours):
            propositions.add(proposition)
    if not shared or not propositions:
        return None
    far = lambda n: (actors.distance(a.claimant, n) + actors.distance(b.claimant, n), s.first[n])
    return {"type": "SELF_CONTRADICTION", "actor": min(shared, key=far), "incident": case.name, "report": a.name,
            "other_report": b.name, "reading": "", "propositions": sorted(propositions), "missing": []}


def denied(case, one, two):
    """What the first report denies and the second affirms or alleges."""
    if "OCCURRED" in one.denies and not two.denied and (two.affirms or two.alleges):
        yield "OCCURRED"
    if "BREACH" in one.denies and two.alleges:
        yield "BREACH"
    for element, proposition in DENIAL_OF.items():
        own = one.values(element)
        against = [v for v in two.values(element) if not any(case.compatible(element, v, o) for o in own)]
        if proposition in one.denies and against:
            yield proposition
