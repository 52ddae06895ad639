"""Sentences of the semantics tried by hand on the second opinion itself, so that two implementations cannot agree on nonsense.

    python selftest.py
"""
import sys
import traceback

import case38
import datetime as dt
from answers import applied, assess, compare, counted
from groups import tally
from hierarchy import Hierarchy
from inconsistency import inconsistencies
from reading import counted_end
from record import Record
from snapshot import snapshot
from spans import INF, day_start, instant, local_date, rfc
from truth import NO, UNKNOWN, YES

DOC = [{"document": "documents/d"}]
TESTS = []


def fact(test):
    TESTS.append(test)
    return test


# ---- a small stage: states a and b, a's army, a band and its unit, a free press; one term, one text, one incident

def S(a, b):
    return {"earliest": "2025-03-%s:00Z" % a, "latest": "2025-03-%s:00Z" % b}


def actor(name, kind="STATE", *above):
    return {"name": "actors/" + name, "actor": {"display_name": name, "type": "ACTOR_TYPE_" + kind,
                                                "affiliations": ["actors/" + up for up in above]}}


def stage(*more):
    return [[{"name": "documents/d", "document": {"title": "d", "published": S("01T00:00", "02T00:00")}},
             {"name": "documents/late", "document": {"title": "l", "retrieve_time": "2025-04-01T00:00:00Z"}},
             actor("a"), actor("b"), actor("army", "ARMED_GROUP", "a"), actor("band", "ARMED_GROUP"),
             actor("press", "OUTLET"), actor("unit", "ARMED_GROUP", "band"),
             {"name": "terms/t", "term": {"display_name": "t", "type": "TERM_TYPE_PROHIBITION"}},
             {"name": "instruments/i", "citations": DOC, "instrument": {
                 "display_name": "i", "type": "INSTRUMENT_TYPE_AGREED_TEXT", "stated": S("01T00:00", "01T12:00")}},
             {"name": "incidents/x", "incident": {"display_name": "X"}}] + list(more)]


def reading(name="r", **body):
    start = {"start": {"earliest": "2025-03-01T00:00:00Z", "latest": "2025-03-01T00:00:00Z"}}
    return {"name": "readings/" + name, "citations": DOC, "reading": dict(
        {"term": "terms/t", "held_by": "actors/a", "instrument": "instruments/i", "window": start}, **body)}


def report(name, claimant="b", incident="x", citations=DOC, struck=({"effect": "EFFECT_HIT"},), denies=(), **facts):
    facts = dict({"occurred": S("05T00:00", "06T00:00"), "attributed_to": "actors/a", "struck": list(struck)}, **facts)
    body = {"incident": "incidents/" + incident, "claimant": "actors/" + claimant,
            "facts": {key: value for key, value in facts.items() if value},
            "denies": ["PROPOSITION_" + what for what in denies]}
    return {"name": "reports/" + name, "citations": citations, "report": body}


def denial(name, claimant, *what):
    return {"name": "reports/" + name, "citations": DOC, "report": {
        "incident": "incidents/x", "claimant": "actors/" + claimant, "denies": ["PROPOSITION_" + w for w in what]}}


def finding(name, **body):
    return {"name": "findings/" + name, "citations": DOC, "finding": dict(
        {"incident": "incidents/x", "status": "FINDING_STATUS_VERIFIED", "rationale": "r"}, **body)}


def thing(object_class, effect="HIT"):
    return [{"object": object_class, "effect": "EFFECT_" + effect}]


def one(batches, basis="ALLEGED", **more):
    record = batches if isinstance(batches, Record) else Record(batches)
    return assess(record, names=["readings/r"], bases=[basis], **more)[0]


# ---- section 3

@fact
def labels_are_inherited_by_any_path_and_a_text_that_says_both_is_unknown():
    h = Hierarchy({"r": [], "a": ["r"], "b": ["r"], "ab": ["a", "b"], "abb": ["ab", "b"]})
    L = lambda **lists: h.labels(lists)
    assert L(include=["a"], exclude=["b"])["ab"] == UNKNOWN
    assert L(include=["a"])["ab"] == YES
    assert L(include=["a"])["r"] == NO and L(include=["a"])["*"] == NO
    assert L(exclude=["a"])["r"] == YES and L(exclude=["a"])["ab"] == UNKNOWN


@fact
def excluding_everything_is_silence_and_excludes_nothing_expressly():
    h = Hierarchy({"r": [], "a": ["r"], "b": ["r"], "ab": ["a", "b"]})
    L = lambda **lists: h.labels(lists)
    assert L(exclude=["*"], unclear=["a"])["ab"] == UNKNOWN and L(exclude=["*"])["b"] == NO
    assert L(include=["b"], exclude=["*"])["ab"] == YES


@fact
def a_fact_is_settled_only_if_all_it_may_be_is():
    h = Hierarchy({"r": [], "a": ["r"], "lone": []}, ["lone"])
    M = lambda selection, fact: h.membership(selection, h.labels(selection), fact)[0]
    assert M({"include": ["a"]}, {"r"}) == UNKNOWN and M({"include": ["r", "lone"]}, None) == UNKNOWN
    assert M({"include": ["*"]}, None) == YES and M({"exclude": ["*"]}, None) == NO
    assert M({"include": ["r"]}, {"lone"}) == UNKNOWN and M({"include": ["lone"]}, {"lone"}) == YES


# ---- section 4

def ends(a, b, days, rule, zone):
    return [rfc(x) for x in counted_end((instant(a + ":00Z"), instant(b + ":00Z")), days, rule, zone)]


@fact
def a_day_is_not_always_24_hours():
    at = "2025-03-30T10:00"
    assert ends(at, at, 1, "ELAPSED", "Europe/Kyiv") == ["2025-03-31T10:00:00Z"] * 2
    assert ends(at, at, 1, "INCLUSIVE_DAYS", "Europe/Kyiv") == ["2025-03-30T21:00:00Z"] * 2   # summer time now


@fact
def a_calendar_month_ends_with_the_last_day_of_a_shorter_one():
    at = "2025-01-31T10:00"
    assert ends(at, at, 30, "CALENDAR_MONTH", "UTC") == ["2025-03-01T00:00:00Z"] * 2


@fact
def a_day_whose_midnight_is_skipped_begins_with_its_first_instant():
    # Cairo, 25 April 2025
    assert rfc(day_start(dt.date(2025, 4, 25), "Africa/Cairo")) == "2025-04-24T22:00:00Z"
    assert local_date(instant("2025-04-24T22:00:00Z"), "Africa/Cairo") == dt.date(2025, 4, 25)


@fact
def the_latest_start_of_a_span_at_midnight_belongs_to_the_day_before_and_a_settled_one_opens_its_own():
    cairo = lambda a, b: ends(a, b, 1, "INCLUSIVE_DAYS", "Africa/Cairo")
    assert cairo("2025-04-23T22:00", "2025-04-24T22:00") == ["2025-04-24T22:00:00Z"] * 2
    assert cairo("2025-04-24T22:00", "2025-04-24T22:00") == ["2025-04-25T21:00:00Z"] * 2
    assert ends("2025-03-17T10:00", "2025-03-18T10:00", 2, "INCLUSIVE_DAYS", "UTC") == [
        "2025-03-19T00:00:00Z", "2025-03-20T00:00:00Z"]


@fact
def an_effect_counts_as_the_reading_says():
    for effect, attempts, objects, act, wanted in [
            ("HIT", None, True, None, "YES"), ("INTERCEPTED", "YES", True, None, "YES"),
            ("MISSED", "NO", True, None, "NO"), ("MISSED", None, True, None, "UNKNOWN"),
            ("AFFECTED", "YES", True, None, "NO"), (None, "YES", True, None, "UNKNOWN"),
            (None, "NO", False, None, "YES"), (None, None, True, "movement", "YES"),
            (None, None, True, "act", "UNKNOWN"), ("MISSED", "NO", False, None, "NO")]:
        body = {"objects": {"include": ["infra"]}} if objects else {}
        if attempts:
            body["attempts"] = "TRISTATE_" + attempts
        struck = thing("energy", effect) if effect else [{"object": "energy"}]
        got = one(stage(reading(**body), report("p", struck=struck, act=act)))["elements"]["EFFECT"]
        assert got == wanted, (effect, attempts, objects, act, got)


@fact
def a_ground_excuses_only_if_listed_and_named_by_the_accused_side_or_upheld():
    def exception(*more):
        return one(stage(reading(exceptions=["self-defence"]), *more))["elements"]["EXCEPTION"]
    assert exception(report("p")) == "YES"
    assert exception(report("p"), report("q", "army", ground="self-defence")) == "UNKNOWN"   # below the author
    assert exception(report("p"), report("q", "b", ground="self-defence")) == "YES"          # not the accused side
    assert exception(report("p"), report("q", "army", ground="response")) == "YES"           # not listed
    assert exception(report("p", attributed_to=None, ground="self-defence")) == "UNKNOWN"    # anyone may be the accused
    assert exception(report("p"), finding("f", facts={"ground": "self-defence"})) == "NO"


# ---- section 5

ENERGY = reading(objects={"include": ["energy"]}, actors={"include": ["actors/a"]})
P = report("p", struck=thing("elec"))


def judged(basis, *more):
    return one(stage(ENERGY, *more), basis)


@fact
def denials_make_unknown_what_they_deny_and_a_denied_breach_weighs_nothing():
    assert judged("UNDISPUTED", P)["verdict"] == "BREACH"
    assert judged("UNDISPUTED", P, denial("q", "press", "OCCURRED"))["elements"]["OCCURRENCE"] == "UNKNOWN"
    assert judged("UNDISPUTED", P, denial("q", "press", "AUTHOR"))["elements"]["ACTOR"] == "UNKNOWN"
    assert judged("UNDISPUTED", P, denial("q", "press", "BREACH"))["verdict"] == "BREACH"
    agreed = report("q", "press", attributed_to="actors/army", denies=["AUTHOR"])
    assert judged("UNDISPUTED", P, agreed)["verdict"] == "BREACH"


@fact
def incompatible_values_dispute_and_compatible_ones_do_not():
    answer = judged("UNDISPUTED", P, report("q", "press", struck=thing("health")))
    assert answer["elements"]["OBJECT"] == "UNKNOWN" and answer["missing"][0]["cause"] == "DISPUTE"
    # both may be a traction substation
    both = report("p", struck=thing("elec.sub")), report("q", "press", struck=thing("rail.power"))
    assert judged("UNDISPUTED", *both)["verdict"] == "BREACH"
    # one compatible value is enough
    several = report("q", "press", struck=thing("health") + thing("energy"))
    assert judged("UNDISPUTED", P, several)["verdict"] == "BREACH"


@fact
def effects_are_set_against_each_other_only_between_compatible_objects():
    one_thing = report("q", "press", struck=thing("elec", "AFFECTED"))
    assert judged("UNDISPUTED", P, one_thing)["elements"]["EFFECT"] == "UNKNOWN"
    two_things = report("q", "press", struck=thing("energy") + thing("health", "AFFECTED"))
    assert judged("UNDISPUTED", P, two_things)["elements"]["EFFECT"] == "YES"


@fact
def corroboration_wants_an_independent_claimant_and_keeps_what_both_say():
    joined = lambda **more: judged("CORROBORATED", P, report("q", "press", **more))
    assert judged("CORROBORATED", P)["verdict"] == "NOT_ASSESSED"
    assert joined(struck=thing("elec"))["verdict"] == "BREACH"
    assert joined(struck=thing("oil"))["elements"]["OBJECT"] == "YES"          # both energy
    assert joined(struck=thing("health"))["elements"]["OBJECT"] == "UNKNOWN"
    assert joined(attributed_to=None)["elements"]["ACTOR"] == "UNKNOWN"
    own_side = report("p", "army", struck=thing("elec")), report("q", "a", struck=thing("elec"))
    assert judged("CORROBORATED", *own_side)["verdict"] == "NOT_ASSESSED"


@fact
def two_reports_of_one_statement_are_not_independent():
    said = {"name": "statements/s", "citations": DOC, "statement": {"summary": "s"}}
    x, y = [report(n, who, struck=thing("elec"), citations=None) for n, who in (("p", "b"), ("q", "press"))]
    x["report"]["statement"] = y["report"]["statement"] = "statements/s"
    assert judged("CORROBORATED", said, x, y)["verdict"] == "NOT_ASSESSED"


@fact
def with_several_independent_claimants_the_hulls_of_the_times_intersect():
    at = lambda name, who, a, b: report(name, who, occurred=S("%02dT00:00" % a, "%02dT00:00" % b))
    record = Record(stage(ENERGY, at("p", "b", 5, 6), at("q", "press", 5, 9), at("s", "band", 3, 6)))
    row = snapshot(record).cases["incidents/x"].rows("CORROBORATED")[0]
    assert [rfc(t)[8:10] for t in row.time] == ["05", "06"], row.time


@fact
def findings_weigh_against_each_other():
    facts = {"occurred": S("05T00:00", "06T00:00"), "attributed_to": "actors/a", "struck": thing("elec")}
    no = finding("g", denies=["PROPOSITION_OCCURRED"])
    assert judged("VERIFIED", finding("f", facts=facts))["verdict"] == "BREACH"
    assert judged("VERIFIED", no)["verdict"] == "NO_BREACH"
    both = judged("VERIFIED", finding("f", facts=facts), no)
    assert both["verdict"] == "UNDETERMINED" and both["missing"][0]["decisive"]


Y = {"name": "incidents/y", "incident": {"display_name": "Y"}}


def link(kind):
    return {"name": "links/l", "link": {"type": "LINK_TYPE_" + kind, "subject": "incidents/y", "object": "incidents/x"}}


@fact
def a_whole_is_judged_but_not_counted_beside_a_part_with_a_verdict():
    count = lambda record: tally(record, names=["readings/r"], bases=["ALLEGED"])[0]
    record = Record(stage(reading(), report("p"), Y, link("PART_OF"), report("q", incident="y")))
    assert count(record)["breach"] == 1
    assert len(assess(record, names=["readings/r"], bases=["ALLEGED"])) == 2
    row = count(Record(stage(reading(), report("p"), Y, link("PART_OF"))))
    assert (row["breach"], row["not_assessed"]) == (1, 1)


@fact
def one_event_goes_by_the_name_recorded_first():
    record = Record(stage(reading(), Y, link("SAME_EVENT"), report("p"), report("q", incident="y")))
    answers = assess(record, names=["readings/r"], bases=["ALLEGED"])
    assert [(a["incident"], a["same_event"]) for a in answers] == [("incidents/x", ["incidents/y"])]


@fact
def retracting_a_reading_brings_back_the_one_it_superseded():
    later = {"name": "instruments/j", "citations": DOC, "instrument": {
        "display_name": "j", "type": "INSTRUMENT_TYPE_AGREED_TEXT", "stated": S("05T06:00", "05T12:00")}}
    batches = stage(reading(), later, reading("s", instrument="instruments/j", supersedes="readings/r"), report("p"))
    used = lambda record, which, **more: [a["reading"][9:] for a in assess(record, set=which, bases=["ALLEGED"], **more)]
    record = Record(batches)
    assert used(record, "LATEST") == ["s"] and used(record, "ALL") == ["r", "s"]
    assert used(record, "IN_FORCE_AT_INCIDENT") == ["r", "s"]     # 5 March, and a text of that day: both may be
    record = Record(batches + [[{"name": "readings/s", "retracted": True, "reason": "Withdrawn."}]])
    assert used(record, "LATEST") == ["r"] and used(record, "LATEST", at=record.head - 1) == ["s"]


@fact
def an_incident_that_may_fit_is_counted_apart():
    record = Record(stage(reading(), report("p", struck=[{"object": "elec"}]), Y,
                          report("q", incident="y", struck=[{"object": "infra"}])))
    count = lambda **wanted: tuple(counted(record, filter=wanted).values())
    assert count(objects=["energy"]) == (1, 1) and count(objects=["infra"]) == (2, 0)
    assert count(objects=["health"]) == (0, 1) and count(claimants=["actors/b"]) == (2, 0)
    assert count(occurred=S("05T23:00", "07T00:00")) == (2, 0)
    assert count(occurred=S("06T00:00", "07T00:00")) == (0, 0)
    groups = lambda *by, **more: [row["group"] for row in tally(record, names=["readings/r"], bases=["ALLEGED"],
                                                                group_by=list(by), **more)]
    assert groups("OBJECT") == [[""], ["energy"]]
    assert groups("DAY") == [["2025-03-05"]] and groups("DAY", time_zone="Europe/Kyiv") == [[""]]
    assert groups("WEEK") == [["2025-W10"]] and groups("ATTRIBUTED_TO", "MONTH") == [["actors/a", "2025-03"]]


# ---- section 6

@fact
def a_correction_is_known_from_the_document_it_adds():
    late = dict(report("p", struck=[{"effect": "EFFECT_AFFECTED"}], citations=DOC + [{"document": "documents/late"}]),
                reason="Corrected.")
    record = Record(stage(reading(), report("p")) + [[late]])
    assert one(record)["verdict"] == "NO_BREACH"
    assert one(record, known_by="2025-03-31T00:00:00Z")["verdict"] == "BREACH"
    assert one(record, known_by="2025-04-01T00:00:00Z")["verdict"] == "NO_BREACH"
    assert assess(record, set="ALL", known_by="2025-03-01T12:00:00Z") == []       # nothing was published


@fact
def a_document_dated_later_is_known_no_earlier_and_one_never_dated_is_known_from_its_date():
    dated = lambda day: {"title": "d", "published": S("%02dT00:00" % day, "%02dT12:00" % day)}
    known = lambda *bodies: [rfc(r.known)[8:10] for r in Record([[dict({"name": "documents/d", "document": body})]
                                                                for body in bodies]).revisions if r.known != INF]
    assert known(dated(2), dated(9)) == ["02", "09"] and known(dated(9), dated(2)) == ["09", "09"]
    assert known({"title": "d"}, dated(2)) == ["02"]


@fact
def the_case_of_the_energy_halt_comes_out_as_worked_by_hand():
    case38.check(assess, applied, compare, inconsistencies)


def run():
    """(passed, failed); what failed is printed."""
    failed = 0
    for test in TESTS:
        try:
            test()
        except Exception:
            failed += 1
            print("\n=== %s" % test.__name__)
            traceback.print_exc(file=sys.stdout)
    return len(TESTS) - failed, failed


if __name__ == "__main__":
    outcome = run()
    print("%d passed, %d failed" % outcome)
    sys.exit(1 if outcome[1] else 0)
