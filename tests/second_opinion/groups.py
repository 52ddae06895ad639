"""Tally: how many incidents have which verdict, per reading, basis and group (section 5)."""
import itertools

from answers import DEFAULT_BASES, left_out
from choice import applicable, choose
from filters import fitting
from snapshot import snapshot
from spans import local_date
from verdict import judge

# dimension -> the field of the filter that lists its nodes, the hierarchy, and the element of a row
NODES = {"PLACE": ("places", "places", "PLACE"), "ATTRIBUTED_TO": ("attributed_to", "actors", "ACTOR"),
         "AGAINST": ("against", "actors", "AGAINST"), "OBJECT": ("objects", "objects", "OBJECT"),
         "ACT": ("acts", "acts", "ACT"), "WEAPON": ("weapons", "weapons", "WEAPON"),
         "CLAIMANT": ("claimants", "actors", None)}
PERIODS = {"DAY": lambda d: d.isoformat(), "MONTH": lambda d: d.strftime("%Y-%m"),
           "WEEK": lambda d: "%d-W%02d" % d.isocalendar()[:2]}


def tally(record, names=None, hypothetical=None, set=None, bases=None, at=None, known_by=None, filter=None,
          group_by=None, time_zone=None, terms=None, held_by=None):
    """[{reading, basis, group, breach, no_breach, undetermined, not_assessed}]; groups that hold nothing are left out."""
    s = snapshot(record, at, known_by)
    cases, _ = fitting(s, filter)
    out = []
    for reading in choose(s, names, hypothetical, set, terms, held_by):
        usable = [case for case in cases if applicable(s, [reading], case)]
        for basis in bases or DEFAULT_BASES:
            cells = {}
            for case in usable:
                judgement = judge(case, reading, basis)
                for cell in cells_of(s, case, basis, group_by or [], filter or {}, time_zone or s.zone):
                    cells.setdefault(cell, []).append((case, judgement))
            for cell, members in sorted(cells.items()):
                with_verdict = {case.name for case, judgement in members if judgement.truth is not None}
                row = dict.fromkeys(("breach", "no_breach", "undetermined", "not_assessed"), 0)
                for case, judgement in members:
                    if not left_out(s, case, with_verdict):
                        row[judgement.verdict.lower()] += 1
                if any(row.values()):
                    out.append(dict(row, reading=reading.name, basis=basis, group=list(cell)))
    return out


def cells_of(s, case, basis, group_by, wanted, zone):
    """Every combination of groups in which one of its rows certainly lies, else the empty one."""
    found = set()
    for row in case.rows(basis):
        found |= set(itertools.product(*(row_groups(s, row, dimension, wanted, zone) for dimension in group_by)))
    return found or {("",) * len(group_by)}


def row_groups(s, row, dimension, wanted, zone):
    """The groups of one dimension in which a row certainly lies."""
    if dimension in PERIODS:
        if row.time is None:
            return []
        first, last = [PERIODS[dimension](local_date(t, zone)) for t in (row.time[0], row.time[1] - 1)]
        return [first] if first == last else []
    _, hierarchy, element = NODES[dimension]
    fact = row.nodes[element] if element else [row.source.claimant] if row.source.claimant else None
    if not fact:
        return []
    h = s.h[hierarchy]
    may_be = h.below_all(fact)
    return [node for node in group_nodes(s, dimension, wanted) if may_be <= h.down(node)]


def group_nodes(s, dimension, wanted):
    """The nodes that are groups: those that the filter lists, else countries, top affiliations, classes under the root."""
    field, hierarchy, _ = NODES[dimension]
    parents = s.h[hierarchy].parents
    if wanted.get(field):
        return list(dict.fromkeys(wanted[field]))
    if hierarchy == "places":
        return [place.name for place in s.of("place") if place.body["type"] == "PLACE_TYPE_COUNTRY"]
    if hierarchy == "actors":
        return [node for node in parents if not parents[node]]
    root = {"objects": "infra", "acts": "act", "weapons": "weapon"}[hierarchy]
    nodes = [node for node, above in parents.items() if root in above]
    return list(dict.fromkeys(nodes + (["military"] if hierarchy == "objects" else [])))
