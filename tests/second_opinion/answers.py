"""Assess and compare, what they count, and the readings they applied."""
from choice import applicable, choose
from filters import fitting
from snapshot import snapshot
from verdict import ELEMENTS, judge

DEFAULT_BASES = ["UNDISPUTED"]


def assess(record, names=None, hypothetical=None, set=None, bases=None, at=None, known_by=None, filter=None,
           incidents=None, terms=None, held_by=None):
    s = snapshot(record, at, known_by)
    readings = choose(s, names, hypothetical, set, terms, held_by)
    cases, _ = fitting(s, filter, incidents)
    return [judge(case, reading, basis).answer() for case in cases for reading in applicable(s, readings, case)
            for basis in bases or DEFAULT_BASES]


def counted(record, at=None, known_by=None, filter=None, incidents=None):
    """How many incidents fit, wholes included, and how many only may."""
    cases, uncertain = fitting(snapshot(record, at, known_by), filter, incidents)
    return {"incidents": len(cases), "uncertain": uncertain}


def applied(record, names=None, hypothetical=None, set=None, at=None, known_by=None, filter=None, incidents=None,
            terms=None, held_by=None):
    """The readings of a question, with their windows worked out; of those that apply only in force, those that do."""
    s = snapshot(record, at, known_by)
    readings = choose(s, names, hypothetical, set, terms, held_by)
    cases, _ = fitting(s, filter, incidents)
    in_use = {r.name for case in cases for r in applicable(s, readings, case)}
    readings = [r for r in readings if not r.only_in_force or r.name in in_use]
    return [{"reading": r.name, "start": r.start, "end": r.end, "ends": r.ends} for r in readings]


def left_out(s, case, with_verdict):
    """A whole is left out of a count in which one of its parts is counted with a verdict."""
    return bool(s.parts[case.name] & with_verdict)


def compare(record, names=None, hypothetical=None, set=None, bases=None, at=None, known_by=None, filter=None,
            incidents=None, terms=None, held_by=None):
    """{comparisons: [...], pairs: [...]}"""
    s = snapshot(record, at, known_by)
    readings = choose(s, names, hypothetical, set, terms, held_by)
    cases, _ = fitting(s, filter, incidents)
    bases = bases or DEFAULT_BASES
    comparisons, judged, together = [], {}, []
    for case in cases:
        usable = applicable(s, readings, case)
        together.append({r.name for r in usable})
        for term in dict.fromkeys(r.term for r in readings):
            mine = [r for r in usable if r.term == term]
            for basis in bases if mine else []:
                judgements = [judge(case, r, basis) for r in mine]
                judged.update({(case.name, j.reading.name, basis): j for j in judgements})
                comparisons.append(comparison(case, term, basis, judgements))
    pairs = [pair_table(s, cases, judged, a.name, b.name, basis) for i, a in enumerate(readings)
             for b in readings[i + 1:] if a.term == b.term and any({a.name, b.name} <= names for names in together)
             for basis in bases]
    return {"comparisons": comparisons, "pairs": pairs}


def comparison(case, term, basis, judgements):
    seen = {j.verdict for j in judgements}
    if seen == {"NOT_ASSESSED"}:
        outcome = "NOT_ASSESSED"
    elif seen == {"BREACH"} or seen == {"NO_BREACH"}:
        outcome = "AGREED_" + seen.pop()
    else:
        outcome = "CONTESTED" if {"BREACH", "NO_BREACH"} <= seen else "OPEN"
    partings = [parting(a, b) for i, a in enumerate(judgements) for b in judgements[i + 1:] if a.verdict != b.verdict]
    return {"incident": case.name, "term": term, "basis": basis, "outcome": outcome,
            "verdicts": [{"reading": j.reading.name, "verdict": j.verdict} for j in judgements], "partings": partings}


def parting(a, b):
    """The elements whose truth differs on the deciding row of the truer verdict."""
    truer, other = (a, b) if a.truth > b.truth else (b, a)
    row, here, _ = truer.deciding()
    there = next(found for r, found, _ in other.rows if r.key == row.key)
    return {"reading_a": a.reading.name, "verdict_a": a.verdict, "reading_b": b.reading.name, "verdict_b": b.verdict,
            "elements": [e for e in ELEMENTS if here[e][0] != there[e][0]]}


def pair_table(s, cases, judged, a, b, basis):
    of = lambda case: (judged.get((case.name, a, basis)), judged.get((case.name, b, basis)))
    assessed = {case: of(case) for case in cases if all(j is not None and j.truth is not None for j in of(case))}
    with_verdict = {case.name for case in assessed}
    counts = {}
    for case, (one, two) in assessed.items():
        if not left_out(s, case, with_verdict):
            key = (one.verdict + "_" + two.verdict).lower()
            counts[key] = counts.get(key, 0) + 1
    return {"reading_a": a, "reading_b": b, "basis": basis, "counts": counts}
