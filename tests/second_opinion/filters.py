"""Which incidents fit a filter, and which only may (section 5)."""
from reading import SELECTIONS
from spans import overlap, span
from truth import NO, UNKNOWN, YES

FIELDS = {"places": "PLACE", "attributed_to": "ACTOR", "against": "AGAINST", "objects": "OBJECT", "acts": "ACT",
          "weapons": "WEAPON"}


def fitting(s, wanted=None, incidents=None):
    """(cases that fit, how many only may)."""
    cases = list(s.cases.values())
    if incidents:
        asked = {s.case_of[name] for name in incidents}
        cases = [case for case in cases if case.name in asked]
    truths = [fit(s, case, wanted or {}) for case in cases]
    return [case for case, truth in zip(cases, truths) if truth == YES], truths.count(UNKNOWN)


def fit(s, case, wanted):
    if wanted.get("text") and not has_text(s, case, wanted["text"]):
        return NO
    if not any(wanted.get(field) for field in list(FIELDS) + ["claimants", "occurred"]):
        return YES
    # one thing struck is wanted: an incident that nobody says anything of does not fit
    rows = [row for source in case.reports + case.findings for row in source.rows]
    return max((row_fit(s, row, wanted) for row in rows), default=NO)


def row_fit(s, row, wanted):
    truths = [YES]
    for field, element in FIELDS.items():
        if wanted.get(field):
            truths.append(node_fit(s, SELECTIONS[element][1], wanted[field], row.nodes[element]))
    if wanted.get("claimants"):
        claimant = row.source.claimant
        # a finding has no claimant
        truths.append(node_fit(s, "actors", wanted["claimants"], [claimant]) if claimant else NO)
    if wanted.get("occurred"):
        asked = span(wanted["occurred"], s.zone)
        truths.append(UNKNOWN if row.time is None else YES if overlap(row.time, asked) else NO)
    return min(truths)


def node_fit(s, hierarchy, nodes, fact):
    """At or below a listed node: the filter's list is taken as a selection."""
    selection = {"include": list(nodes)}
    return s.h[hierarchy].membership(selection, s.labels(hierarchy, selection), fact)[0]


def has_text(s, case, text):
    """Case aside, in names and quoted words of the incident, its reports and findings, the places they name and the
    statements that they rest on."""
    said = [s.live[source.name] for source in case.reports + case.findings]
    revisions = [s.live[name] for name in case.names] + said
    for revision in said:
        facts = revision.body.get("facts") or {}
        named = [facts.get("place")] + [thing.get("facility") for thing in facts.get("struck") or []]
        places = [name for name in named if name and name.startswith("places/")]
        revisions += [s.current[name] for name in places + [revision.body.get("statement")] if name in s.current]
    return any(text.lower() in word.lower() for revision in revisions for word in words(revision))


def words(revision):
    """The id, the names and the quoted words of a record."""
    yield revision.name.split("/")[1]
    yield from (citation.get("quote", "") for citation in revision.cited)
    yield revision.body.get("display_name", "")
    yield from (name["name"] for name in revision.body.get("names", []))
