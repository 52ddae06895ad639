"""The energy halt of March and April 2025, encoded by hand beside the case file, with the verdicts worked out by hand."""
import datetime as dt

from evidence import BASES
from record import Record
from spans import rfc

MONTHS = {"Mar": 3, "Apr": 4}
TERM = "terms/energy-halt"
DOC = [{"document": "documents/press"}]
R, U, US = "actors/russia", "actors/ukraine", "actors/united-states"
NAMES = ["readings/r%d" % i for i in range(1, 8)]

# incident | claimant > author | object | when | effect if no hit | who denies that it occurred
INCIDENTS = """
v01 | ukraine > russia | health | 18 Mar 16:00 - 18 Mar 22:00
v02 | ukraine > russia | elec | 18 Mar 16:30 - 18 Mar 22:00
v03 | ukraine > russia | rail.power | 18 Mar 23:20 - 18 Mar 23:21
v04 | russia > ukraine | oil.depot | 18 Mar 23:08 - 18 Mar 23:09
v06 | russia > ukraine | gas.meter | 20 Mar 20:30 - 20 Mar 22:30
v06 | ukraine > russia | gas.meter | 20 Mar 20:30 - 20 Mar 22:30
v07 | russia > ukraine | elec | 25 Mar 09:00 - 25 Mar 15:00 | | ukraine
v08 | russia > ukraine | gas.ugs | 25 Mar 18:00 - 26 Mar 03:00 | INTERCEPTED | ukraine
v09 | russia > ukraine | elec.line.mv | 26 Mar 01:45 - 26 Mar 01:46 | | ukraine
v10 | russia > ukraine | elec.line.mv | 26 Mar 14:00 - 26 Mar 14:01
v11 | russia > ukraine | elec.sub | 27 Mar 03:00 - 27 Mar 16:30
v12 | ukraine > russia | elec | 26 Mar 22:00 - 27 Mar 16:00 | | ukraine-mfa
v13 | ukraine > russia | heat | 26 Mar 22:00 - 27 Mar 22:00
v14 | ukraine > russia | gas | 26 Mar 22:00 - 28 Mar 16:00
v15 | russia > ukraine | gas.meter | 28 Mar 07:20 - 28 Mar 07:21
v15 | ukraine > russia | gas.meter | 28 Mar 07:20 - 28 Mar 07:21
v16 | russia > ukraine | oil.refinery | 27 Mar 21:00 - 28 Mar 12:00 | INTERCEPTED
v17 | russia > ukraine | elec.sub | 31 Mar 08:38 - 31 Mar 08:39
v18 | ukraine > russia | energy |
v19a | russia > ukraine | gas.dist | 31 Mar 21:43 - 31 Mar 21:44
v19b | russia > ukraine | elec.line.hv | 31 Mar 23:11 - 31 Mar 23:12
v21 | russia > ukraine | industry.other | 4 Apr 21:00 - 5 Apr 21:00
v22a | russia > ukraine | elec.sub | 14 Apr 14:20 - 14 Apr 14:21
v22b | russia > ukraine | gas.dist | 14 Apr 23:40 - 14 Apr 23:41
v24 | russia > ukraine | energy | 16 Apr 21:00 - 17 Apr 21:00
"""

# incident | ALLEGED under r1 to r7 | UNDISPUTED; B breach, N no breach, U undetermined
EXPECTED = """
v01 | N U N N N N N | N U N N N N N
v03 | B U N N U N N | B U N N U N N
v04 | U U N N B N N | U U N N B N N
v06 | B U U N B N N | U U U N U N N
v07 | U U U N U N U | U U U N U N U
v09 | U U U N U N B | U U U N U N U
v12 | B U U N U N B | U U U N U N U
v13 | B U U N U N U | B U U N U N U
v14 | B U U N U N B | B U U N U N B
v17 | U U U N B N B | U U U N B N B
v21 | N U N N N N N | N U N N N N N
"""


def cells(table):
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def t(text):
    """'18 Mar 14:00' as RFC 3339."""
    day, month, clock = text.split()
    hour, minute = clock.split(":")
    return dt.datetime(2025, MONTHS[month], int(day), int(hour), int(minute)).strftime("%Y-%m-%dT%H:%M:00Z")


def span(a, b):
    return {"earliest": t(a), "latest": t(b)}


BOTH = {"include": [R, U]}
RUSSIA_AND_PERHAPS_UKRAINE = {"include": [R], "unclear": [U]}
LISTED = ["oil.refinery", "oil.pipeline", "oil.depot", "gas.pipe", "gas.ugs", "elec.gen", "elec.sub", "elec.trans",
          "elec.gen.npp", "dam.hydro"]
MOSCOW_30_DAYS = {"length": {"days": 30}, "time_zone": "Europe/Moscow"}
READINGS = [
    # id, holder, stated, objects, actors, window, operative, supersedes
    ("r1", R, span("18 Mar 16:30", "18 Mar 21:00"), {"include": ["energy"]}, RUSSIA_AND_PERHAPS_UKRAINE,
     dict(MOSCOW_30_DAYS, start=span("18 Mar 14:00", "18 Mar 21:00")), "YES", None),
    ("r2", US, span("18 Mar 16:30", "19 Mar 04:00"), {"include": ["infra"]}, RUSSIA_AND_PERHAPS_UKRAINE, None, "YES",
     None),
    ("r3", US, span("19 Mar 14:00", "20 Mar 04:00"), {"include": ["energy"]}, {"exclude": ["*"], "unclear": [R, U]},
     None, "YES", "r2"),
    ("r4", U, span("19 Mar 14:00", "19 Mar 22:00"), {"include": ["infra"]}, BOTH, None, "NO", None),
    ("r5", R, span("25 Mar 12:00", "25 Mar 21:00"), {"include": LISTED, "unclear": ["elec.dist", "gas.compress"]}, BOTH,
     dict(MOSCOW_30_DAYS, start=span("17 Mar 21:00", "18 Mar 21:00")), "YES", "r1"),
    ("r6", US, span("25 Mar 12:00", "26 Mar 04:00"), {"include": ["energy"]}, BOTH, None, "NO", "r3"),
    ("r7", U, span("25 Mar 12:00", "25 Mar 22:00"),
     {"include": ["elec", "oil", "gas", "nuclear", "coal", "energy.equip"]}, BOTH,
     {"start": span("24 Mar 22:00", "25 Mar 22:00")}, "YES", "r4"),
]


def case(objects=None, rule=None):
    """The record. `objects` codes incidents otherwise: {incident: class}; `rule` counts r5's days by one rule."""
    out = [{"name": "documents/press", "document": {"title": "Press", "retrieve_time": t("18 Apr 00:00")}},
           {"name": TERM, "term": {"display_name": "Energy halt", "type": "TERM_TYPE_PROHIBITION"}}]
    out += [{"name": name, "actor": {"display_name": name, "type": "ACTOR_TYPE_STATE"}} for name in (R, U, US)]
    out.append({"name": "actors/ukraine-mfa", "actor": {
        "display_name": "Foreign ministry of Ukraine", "affiliations": [U], "type": "ACTOR_TYPE_ORGANIZATION"}})
    for reading in READINGS:
        out += reading_records(*reading, rule=rule if reading[0] == "r5" else None)
    told = set()
    for cell in cells(INCIDENTS):
        out += incident_records(*(cell + ["", ""])[:6], objects=objects or {}, told=told)
    return Record([out])


def reading_records(rid, holder, stated, objects, actors, window, operative, supersedes, rule):
    body = {"term": TERM, "held_by": holder, "instrument": "instruments/" + rid, "objects": objects, "actors": actors,
            "operative": "TRISTATE_" + operative}
    if window:
        body["window"] = dict(window, length={"days": 30, "rule": "COUNTING_RULE_" + rule}) if rule else window
    if supersedes:
        body["supersedes"] = "readings/" + supersedes
    return [{"name": "instruments/" + rid, "citations": DOC, "instrument": {
        "display_name": rid, "type": "INSTRUMENT_TYPE_UNILATERAL_STATEMENT", "author": holder, "stated": stated}},
        {"name": "readings/" + rid, "citations": DOC, "reading": body}]


def incident_records(incident, who, thing, when, effect, denied_by, objects, told):
    claimant, author = who.split(" > ")
    facts = {"attributed_to": "actors/" + author, "struck": [
        {"object": objects.get(incident, thing), "effect": "EFFECT_" + (effect or "HIT")}]}
    if when:
        facts["occurred"] = span(*when.split(" - "))
    name = "incidents/" + incident
    body = {"incident": name, "claimant": "actors/" + claimant, "facts": facts}
    if incident not in ("v01", "v21"):
        body["alleges_breach_of"] = [TERM]
    out = [] if name in told else [{"name": name, "incident": {"display_name": incident}}]
    told.add(name)
    out.append({"name": "reports/%s-%s" % (incident, claimant), "citations": DOC, "report": body})
    if denied_by:
        out.append({"name": "reports/%s-%s" % (incident, denied_by), "citations": DOC, "report": {
            "incident": name, "claimant": "actors/" + denied_by, "denies": ["PROPOSITION_OCCURRED"]}})
    return out


LETTER = {"BREACH": "B", "NO_BREACH": "N", "UNDETERMINED": "U", "NOT_ASSESSED": "-"}


def check(assess, applied, compare, inconsistencies):
    """Holds the answers against the table, and against what follows from it."""
    record = case()
    answers = {(a["incident"][10:], a["basis"], a["reading"][9:]): a for a in assess(record, names=NAMES, bases=BASES)}
    row = lambda incident, basis: " ".join(LETTER[answers[incident, basis, name[9:]]["verdict"]] for name in NAMES)
    for incident, alleged, undisputed in cells(EXPECTED):
        assert row(incident, "ALLEGED") == alleged, (incident, row(incident, "ALLEGED"))
        assert row(incident, "UNDISPUTED") == undisputed, (incident, row(incident, "UNDISPUTED"))
    incidents = {incident for incident, _, _ in answers}
    assert len(incidents) == 23, incidents
    for incident in incidents:
        assert row(incident, "VERIFIED") == "- - - - - - -"
        assert ("-" in row(incident, "CORROBORATED")) == (incident not in ("v06", "v15"))
    for incident in ("v06", "v15"):
        # two independent claimants agree on everything but the author
        elements = answers[incident, "CORROBORATED", "r5"]["elements"]
        assert elements["OBJECT"] == elements["WINDOW"] == "YES" and elements["ACTOR"] == "UNKNOWN", elements

    both = compare(record, names=["readings/r1", "readings/r5"], bases=["ALLEGED"], incidents=["incidents/v03"])
    assert both["comparisons"][0]["partings"][0]["elements"] == ["OBJECT"], both
    assert answers["v01", "ALLEGED", "r2"]["elements"]["OBJECT"] == "YES"
    assert answers["v01", "ALLEGED", "r3"]["elements"]["OBJECT"] == "NO"
    flags = {(f["incident"][10:], f["type"]) for f in inconsistencies(record)}
    assert ("v13", "NOT_SETTLED_BY_OWN_READING") in flags and ("v12", "SELF_CONTRADICTION") in flags, flags

    def under_r5(record, incident):
        return assess(record, names=["readings/r5"], bases=["ALLEGED"], incidents=["incidents/" + incident])[0]

    letter = lambda record, incident: LETTER[under_r5(record, incident)["verdict"]]
    assert letter(case({"v03": "elec.sub.traction"}), "v03") == "B"
    assert letter(case({"v03": "rail.contact"}), "v03") == "U"
    assert letter(case({"v21": "industry"}), "v21") == "U"
    refinery = {"v24": "oil.refinery"}
    answer = under_r5(case(refinery), "v24")
    assert answer["verdict"] == "UNDETERMINED" and [m["element"] for m in answer["missing"]] == ["WINDOW"], answer
    assert letter(case(refinery, "CALENDAR_MONTH"), "v24") == "B"
    assert letter(case(refinery, "INCLUSIVE_DAYS"), "v24") == "N"
    for reading in ("readings/r1", "readings/r5"):
        end = applied(record, names=[reading])[0]["end"]
        assert [rfc(e) for e in end] == [t("16 Apr 21:00"), t("18 Apr 21:00")], end
