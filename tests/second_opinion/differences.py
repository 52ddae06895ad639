"""Where the server's answer and the second opinion's differ: both in one form, {key: value}, key by key."""
from answers import applied
from asked import RPC
from questions import answer
from spans import INF, rfc
from verdict import ELEMENTS
from wire import Refused

PREFIXES = ("VERDICT_", "TRUTH_", "ELEMENT_", "MISSING_CAUSE_", "BASIS_", "COMPARISON_OUTCOME_", "PROPOSITION_",
            "INCONSISTENCY_TYPE_", "COUNTING_RULE_")


def of_question(record, asked, q, rng):
    """{key: (the second opinion's, the server's)}"""
    mine = answer(record, q)
    try:
        theirs = asked.ask(q, rng)
    except Refused as refused:
        return {("refused",): ("an answer", str(refused))}
    a = flat(q, mine["answer"], mine.get("counted"), source=lambda s: s)
    items = theirs if q["rpc"] == "compare" else theirs[RPC[q["rpc"]][1]]
    b = flat(q, items, theirs.get("counted"), source=lambda s: (s or {}).get("name", ""))
    out = {key: (a.get(key), b.get(key)) for key in list(a) + [k for k in b if k not in a] if a.get(key) != b.get(key)}
    if q["rpc"] != "inconsistencies":
        out.update(of_windows(record, q, theirs["readings"]))
    return out


def of_revisions(record, stored):
    """Positions, names and known times, as answered to the appends."""
    out = {}
    for revision, theirs in zip(record.revisions, stored):
        where = int(theirs["position"]), theirs["name"].split("/", 2)[2]
        if where != (revision.position, revision.name):
            out["position", revision.name] = (revision.position, revision.name), where
        if revision.kind == "incident" and revision.known == -INF:
            continue  # known once a report about it is: not fixed when recorded
        mine = {INF: "never", -INF: "always"}.get(revision.known) or rfc(revision.known)
        known = "never" if theirs.get("never_known") else theirs.get("known_time") or "always"
        if mine != known:
            out["known time", revision.name, revision.position] = mine, known
    return out


def of_windows(record, q, readings):
    """Windows as applied: start, end, and the end by each rule that fits."""
    arguments = {key: value for key, value in q.items() if key in ("names", "hypothetical", "set", "at", "known_by",
                                                                   "terms", "held_by", "filter", "incidents")}
    mine = {x["reading"]: x for x in applied(record, **arguments)}
    theirs = {x["reading"]: x for x in readings}
    out = {}
    if list(mine) != list(theirs):
        out["applied", "readings"] = list(mine), list(theirs)
    told = lambda bound: [bound["earliest"], bound["latest"]] if bound else None
    for name in set(mine) & set(theirs):
        m, t = mine[name], theirs[name]
        if INF in m["start"]:
            continue  # how a window without a start is shown is a matter of taste
        shown = lambda pair: None if INF in pair else [rfc(x) for x in pair]
        a = shown(m["start"]), shown(m["end"]), {rule: shown(end) for rule, end in m["ends"].items()}
        b = told(t.get("start")), told(t.get("end")), {cut(e["rule"]): told(e["end"]) for e in t.get("ends", [])}
        if a != b:
            out["applied", name] = a, b
    return out


# ---- one form for both

def flat(q, a, counted, source):
    """`source` takes a record reference to its name. Where an answer is empty, its row is not there."""
    if q["rpc"] == "compare":
        out = {**flat_comparisons(a["comparisons"]), **flat_pairs(a["pairs"])}
    else:
        out = {"assess": flat_assessments, "tally": flat_rows, "inconsistencies": flat_inconsistencies}[q["rpc"]](
            a, source)
    if counted:
        out["counted", "incidents"] = int(counted["incidents"])
        out["counted", "uncertain"] = int(counted["uncertain"])
    return out


def flat_assessments(a, source):
    out, order = {}, []
    for x in a:
        key = x["incident"], x["reading"], cut(x["basis"])
        order.append(" ".join(key))
        out[key + ("verdict",)] = cut(x["verdict"])
        out[key + ("same event",)] = sorted(x["same_event"])
        out[key + ("elements",)] = terse(x["elements"])
        out[key + ("missing",)] = missing(x["missing"], source)
        out[key + ("rows",)] = ["%s[%d] %s %s" % (source(r["source"]), r["struck"], cut(r["truth"]),
                                                  terse(r["elements"])) for r in x["rows"]]
    out["order",] = order
    return out


def flat_comparisons(comparisons):
    out = {}
    for x in comparisons:
        key = x["incident"], x["term"], cut(x["basis"])
        out[key + ("outcome",)] = cut(x["outcome"])
        out[key + ("verdicts",)] = [v["reading"] + " " + cut(v["verdict"]) for v in x["verdicts"]]
        out[key + ("partings",)] = sorted("%s %s / %s %s: %s" % (
            p["reading_a"], cut(p["verdict_a"]), p["reading_b"], cut(p["verdict_b"]),
            " ".join(cut(e) for e in p["elements"])) for p in x["partings"])
    return out


def flat_pairs(pairs):
    out = {}
    for p in pairs:
        named = p["counts"] if "counts" in p else {key: int(value) for key, value in p.items()
                                                   if key not in ("reading_a", "reading_b", "basis")}
        out["pair", p["reading_a"], p["reading_b"], cut(p["basis"])] = {k: v for k, v in named.items() if v}
    return out


def flat_rows(a, _):
    out = {}
    for x in a:
        group = tuple(x["group"]) if any(x["group"]) else ()
        counts = {key: int(x[key]) for key in ("breach", "no_breach", "undetermined", "not_assessed") if int(x[key])}
        if counts:
            out["tally", x["reading"], cut(x["basis"]), group] = counts
    return out


def flat_inconsistencies(a, source):
    out = {}
    for x in a:
        reports = tuple(sorted(name for name in (source(x["report"]), source(x.get("other_report"))) if name))
        out[cut(x["type"]), x["actor"], x["incident"], reports, x["reading"]] = {
            "propositions": sorted(cut(p) for p in x["propositions"]), "missing": missing(x["missing"], source)}
    return out


def cut(value):
    """`VERDICT_NO_BREACH` and the like without their type."""
    return next((value[len(prefix):] for prefix in PREFIXES if value.startswith(prefix)), value)


def missing(found, source):
    return sorted("%s %s[%d] %s%s" % (cut(m["element"]), source(m["source"]), m["struck"], cut(m["cause"]),
                                      " decisive" if m["decisive"] else "") for m in found)


def terse(elements):
    """Elements, of which only those that are not yes are spelt out."""
    if not isinstance(elements, dict):
        elements = {cut(e["element"]): cut(e["truth"]) for e in elements}
    if not elements:
        return "-"
    words = ["%s=%s" % (e, elements.get(e, "left out")) for e in ELEMENTS if elements.get(e) != "YES"]
    return " ".join(words) or "all YES"
