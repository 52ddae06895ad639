"""Random questions that are valid for a dossier at a position and known time, and the second opinion's answers."""
import random

from answers import assess, compare, counted
from choice import SETS
from dice import DAY, HOUR, WORDS, ZONES
from evidence import BASES
from groups import NODES, PERIODS, tally
from inconsistency import inconsistencies
from snapshot import snapshot
from spans import INF, rfc
from stage import Stage

ANSWER = {"assess": assess, "compare": compare, "tally": tally, "inconsistencies": inconsistencies}


def answer(record, question):
    """{answer, counted}"""
    arguments = {key: value for key, value in question.items() if key != "rpc"}
    out = {"answer": ANSWER[question["rpc"]](record, **arguments)}
    if question["rpc"] != "inconsistencies":
        out["counted"] = counted(record, **{key: value for key, value in arguments.items()
                                            if key in ("at", "known_by", "filter", "incidents")})
    return out


def questions(seed, record, dossier, count=12):
    """[{rpc, at, known_by, …}], with the arguments of the functions that answer."""
    rng = random.Random("questions %s" % seed)
    chance = lambda p: rng.random() < p
    published = sorted({r.known for r in record.revisions if abs(r.known) != INF})
    out = []
    for _ in range(count):
        q = {"rpc": rng.choice(["assess"] * 5 + ["compare"] * 3 + ["tally"] * 3 + ["inconsistencies"] * 2)}
        if chance(0.35):
            q["at"] = rng.randint(1 if chance(0.1) else record.head // 2, record.head)
        if published and chance(0.35):
            q["known_by"] = rfc(rng.choice(published) + rng.choice([0, 0, -1, 1]))
        s = snapshot(record, q.get("at"), q.get("known_by"))
        if q["rpc"] != "inconsistencies":
            q.update(reading_choice(rng, s, dossier))
            if chance(0.9):
                q["bases"] = rng.sample(BASES, rng.randint(1, 4))
        incidents = sorted(r.name for r in s.of("incident"))
        if q["rpc"] != "tally" and incidents and chance(0.15):
            q["incidents"] = rng.sample(incidents, rng.randint(1, min(3, len(incidents))))
        elif chance(0.5):
            wanted = filter_of(rng, s, dossier)
            if wanted:
                q["filter"] = wanted
        if q["rpc"] == "tally":
            q["group_by"] = rng.sample(list(PERIODS) + list(NODES), rng.choice([0, 1, 1, 1, 2]))
            if chance(0.5):
                q["time_zone"] = rng.choice(ZONES)
        out.append(q)
    return out


def nodes_of(s, dossier):
    """What a request may refer to: live records, and the classes that the dossier turns on."""
    out = {"actors": sorted(r.name for r in s.of("actor")), "places": sorted(r.name for r in s.of("place"))}
    for taxonomy, pool in dossier.focus.items():
        added = {r.body["id"] for r in s.record.revisions if r.kind == "class"}
        there = {r.body["id"] for r in s.of("class")}
        out[taxonomy] = [c for c in dict.fromkeys(pool) if c not in added or c in there]
    return out


def reading_choice(rng, s, dossier):
    chance = lambda p: rng.random() < p
    q = {}
    readings = [r for r in s.of("reading") if s.term_type(r.body) != "TERM_TYPE_OBLIGATION"]
    names = sorted(r.name for r in readings)
    terms = sorted(r.name for r in s.of("term") if r.body["type"] == "TERM_TYPE_PROHIBITION")
    shape = rng.random()
    if shape < 0.3 and names:
        q["names"] = rng.sample(names, rng.randint(1, min(4, len(names))))
    elif shape < 0.8:
        q["set"] = rng.choice(SETS)
        holders = sorted({r.body["held_by"] for r in s.of("reading")} & set(s.live))
        if terms and chance(0.2):
            q["terms"] = [rng.choice(terms)]
        if holders and chance(0.2):
            q["held_by"] = rng.sample(holders, 1)
    if terms and chance(0.25):
        drafter = Stage(rng.random())
        drafter.zone, drafter.centre, drafter.hints = dossier.zone, dossier.centre, dossier.hints
        drafter.now = dossier.now
        nodes = nodes_of(s, dossier)
        texts = sorted(r.name for r in s.of("instrument"))
        q["hypothetical"] = []
        for _ in range(rng.randint(1, 2)):
            text = rng.choice(texts) if texts and chance(0.5) else None
            holder = rng.choice(nodes["actors"]) if nodes["actors"] and chance(0.3) else None
            q["hypothetical"].append(drafter.reading_body(rng.choice(terms), holder, text, nodes))
    return q


def filter_of(rng, s, dossier):
    chance = lambda p: rng.random() < p
    nodes = nodes_of(s, dossier)
    out = {}
    fields = [(field, hierarchy) for field, hierarchy, _ in NODES.values()]
    for field, hierarchy in rng.sample(fields, rng.choice([0, 1, 1, 2])):
        pool = nodes[hierarchy]
        if pool:
            out[field] = rng.sample(pool, rng.randint(1, min(2, len(pool))))
    if chance(0.3):
        a = rng.choice(dossier.hints) if dossier.hints else dossier.centre
        out["occurred"] = {"earliest": rfc(a - rng.choice([0, DAY, 5 * DAY])),
                           "latest": rfc(a + rng.choice([HOUR, DAY, 9 * DAY]))}
    if chance(0.12):
        ids = sorted(r.name.split("/")[1] for r in s.of("report") + s.of("incident"))
        out["text"] = rng.choice(ids) if ids and chance(0.4) else rng.choice(WORDS).upper()
    return out
