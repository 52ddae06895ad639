"""The eleven elements of a row, the verdict of an incident, and what is missing (sections 4 and 5)."""
from reading import SELECTIONS
from truth import NO, UNKNOWN, VERDICT, WORD, YES, weigh

ELEMENTS = ["OPERATIVE", "OCCURRENCE", "ACTOR", "ACT", "AGAINST", "OBJECT", "PLACE", "WEAPON", "WINDOW", "EFFECT",
            "EXCEPTION"]


def judge(case, reading, basis):
    return Judgement(case, reading, basis, [(row, elements(case, reading, row, basis)) for row in case.rows(basis)])


def judge_alone(case, reading, report):
    """As if nobody but this report had spoken: its facts, its grounds, no findings."""
    rows = [(row, elements(case, reading, row, "ALLEGED", alone=report)) for row in report.rows]
    return Judgement(case, reading, "ALLEGED", rows)


def elements(case, reading, row, basis, alone=None):
    """{element: (truth, cause of not knowing)}"""
    extra = {}
    if basis == "UNDISPUTED":
        extra = case.disputes(row, case.reports)
    elif basis == "VERIFIED" and row.occurrence == YES:
        extra = case.disputes(row, case.verified)
    others = lambda element: extra.get(element, [])
    out = {"OPERATIVE": reading.operative(),
           "OCCURRENCE": (UNKNOWN, "DISPUTE") if others("OCCURRENCE") else (row.occurrence, None)}
    for element in SELECTIONS:
        out[element] = weigh(reading.selected(element, row.nodes[element]),
                             [reading.selected(element, value) for value in others(element)])
    out["WINDOW"] = weigh(reading.in_window(row.time), [reading.in_window(time) for time in others("WINDOW")])
    act = row.nodes["ACT"]
    out["EFFECT"] = weigh(reading.effect(row.effect, act), [reading.effect(e, act) for e in others("EFFECT")])
    reports, findings = ([alone], []) if alone else (case.reports, case.verified)
    out["EXCEPTION"] = exception(case, reading, row, [] if basis == "VERIFIED" else reports, findings)
    return {element: out[element] for element in ELEMENTS}


def exception(case, reading, row, reports, findings):
    """No: a finding upholds a ground that the reading allows. Unknown: the accused side names one."""
    if any(finding.ground in reading.exceptions for finding in findings):
        return NO, None
    actors = case.s.h["actors"]
    # the author itself, or the lowest nodes that bound it; whoever is in one line with none of them is not the accused side
    known = row.nodes["ACTOR"]
    authors = [a for a in known if not any(a != b and a in actors.up(b) for b in known)] if known else None
    for report in reports:
        accused = authors is None or any(actors.in_one_line(report.claimant, author) for author in authors)
        if accused and report.ground in reading.exceptions:
            return UNKNOWN, "DISPUTE"
    return YES, None


class Judgement:
    """`rows`: (row, its elements, the *and* of them); `truth`: the *or* of the rows, None where there is none."""

    def __init__(self, case, reading, basis, rows):
        self.case, self.reading, self.basis = case, reading, basis
        self.rows = [(row, found, min(truth for truth, _ in found.values())) for row, found in rows]
        self.truth = max((truth for _, _, truth in self.rows), default=None)
        self.verdict = "NOT_ASSESSED" if self.truth is None else VERDICT[self.truth]

    def deciding(self):
        """The truest row, then the first recorded."""
        return next((r for r in self.rows if r[2] == self.truth), None)

    def missing(self):
        if self.truth != UNKNOWN:
            return []
        return [{"element": element, "source": row.source.name, "struck": row.struck, "cause": cause,
                 "decisive": self.decisive(row, element)}
                for row, found, truth in self.rows if truth == UNKNOWN
                for element, (value, cause) in found.items() if value == UNKNOWN]

    def decisive(self, row, element):
        """Whether settling this element of this row alone, whichever way it falls, would settle the verdict."""
        def settled_to(value):
            return max(min(value if (other is row and e == element) else t for e, (t, _) in found.items())
                       for other, found, _ in self.rows)
        return UNKNOWN not in (settled_to(YES), settled_to(NO))

    def answer(self):
        words = lambda found: {element: WORD[truth] for element, (truth, _) in found.items()}
        deciding = self.deciding()
        return {"incident": self.case.name, "same_event": self.case.names[1:], "reading": self.reading.name,
                "basis": self.basis, "verdict": self.verdict, "elements": words(deciding[1]) if deciding else {},
                "missing": self.missing(),
                "rows": [{"source": row.source.name, "struck": row.struck, "truth": WORD[truth],
                          "elements": words(found)} for row, found, truth in self.rows]}
