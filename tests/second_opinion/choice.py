"""Which readings a question is asked under: named ones, drafted ones, or a set (section 5)."""
from reading import Reading

SETS = ["LATEST", "IN_FORCE_AT_INCIDENT", "ALL"]


def in_sets(s):
    """Readings that a set may hold, by position: no glosses, no obligations."""
    readings = sorted((r for r in s.live.values() if r.kind == "reading"), key=lambda r: r.position)
    gloss = lambda r: (s.instrument(r.body) or {}).get("type") == "INSTRUMENT_TYPE_GLOSS"
    return [r for r in readings if not gloss(r) and s.term_type(r.body) != "TERM_TYPE_OBLIGATION"]


def successors(s, name):
    """Live readings that supersede this one directly."""
    return [r for r in s.live.values() if r.kind == "reading" and r.body.get("supersedes") == name]


def in_force(s, time):
    """Stated earliest before t1, and no successor stated certainly by t0."""
    t0, t1 = time
    return [r for r in in_sets(s) if s.stated(r.body)[0] < t1
            and not any(s.stated(successor.body)[1] <= t0 for successor in successors(s, r.name))]


def choose(s, names=(), hypothetical=(), set=None, terms=(), held_by=()):
    """The readings of a request: as named, as drafted, then those of the set, narrowed."""
    out = [Reading(s, name, s.live[name].body) for name in names or ()]
    out += [Reading(s, "hypothetical/%d" % i, body) for i, body in enumerate(hypothetical or ())]
    if set is None and not out:
        set = "LATEST"
    if set is None:
        return out
    named = {reading.name for reading in out}
    for r in in_sets(s):
        if set == "LATEST" and successors(s, r.name):
            continue
        if (not terms or r.body["term"] in terms) and (not held_by or r.body["held_by"] in held_by) \
                and r.name not in named:
            out.append(Reading(s, r.name, r.body, only_in_force=set == "IN_FORCE_AT_INCIDENT"))
    return out


def applicable(s, readings, case):
    """Those that are applied to one incident."""
    forces = {r.name for r in in_force(s, case.time())}
    return [r for r in readings if not r.only_in_force or r.name in forces]
