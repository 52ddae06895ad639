"""A reading: its window, worked out, and what each of its elements says of one fact (section 4)."""
import datetime as dt

from hierarchy import listed
from spans import INF, add_months, bound, day_start, local_date
from truth import NO, UNKNOWN, YES

RULES = ["INCLUSIVE_DAYS", "ELAPSED", "CALENDAR_MONTH"]
STRIKES_NOTHING = ["movement", "reconnaissance", "obstruction", "detention", "statement"]

# element -> the field of the selection, and the hierarchy it is over
SELECTIONS = {"ACTOR": ("actors", "actors"), "ACT": ("acts", "acts"), "AGAINST": ("against", "actors"),
              "OBJECT": ("objects", "objects"), "PLACE": ("places", "places"), "WEAPON": ("weapons", "weapons")}


class Reading:
    """`name` is a record's, or `hypothetical/{index}`. `only_in_force`: applied to an incident only where it was in force."""

    def __init__(self, snapshot, name, body, only_in_force=False):
        self.s, self.name, self.body, self.only_in_force = snapshot, name, body, only_in_force
        self.term = body["term"]
        self.exceptions = body.get("exceptions", [])
        self.start, self.end, self.ends = self.window()

    def tristate(self, field, default):
        """(truth, cause of not knowing) of a field of the text itself."""
        said = self.body.get(field, "TRISTATE_" + default)
        truth = {"TRISTATE_YES": YES, "TRISTATE_NO": NO, "TRISTATE_UNCLEAR": UNKNOWN}[said]
        return truth, "READING" if truth == UNKNOWN else None

    def operative(self):
        return self.tristate("operative", "YES")

    def window(self):
        """((earliest start, latest start), (earliest end, latest end), {rule: (earliest end, latest end)})."""
        window = self.body.get("window") or {}
        zone = window.get("time_zone") or self.s.zone
        stated = self.s.stated(self.body)
        start = bound(window.get("start"), zone)
        if start is None and window.get("start_immediately"):
            start = stated or (-INF, INF)
        elif start is None:
            start = (stated[0] if stated else -INF), INF
        end = bound(window.get("end"), zone)
        ends = {}
        if end is None and window.get("length"):
            days = window["length"]["days"]
            rule = window["length"].get("rule", "COUNTING_RULE_UNSPECIFIED")[len("COUNTING_RULE_"):]
            ends = {r: counted_end(start, days, r, zone) for r in RULES if r != "CALENDAR_MONTH" or days % 30 == 0}
            meant = list(ends.values()) if rule == "UNSPECIFIED" else [ends[rule]]
            end = min(e[0] for e in meant), max(e[1] for e in meant)
        return start, end or (INF, INF), ends

    def in_window(self, time):
        t0, t1 = time or (-INF, INF)
        if t0 >= self.start[1] and t1 <= self.end[0]:
            return YES, None
        if t1 <= self.start[0] or t0 >= self.end[1]:
            return NO, None
        # would some sharper time within [t0, t1) be settled?
        inside = max(t0, self.start[1]) < min(t1, self.end[0])
        return UNKNOWN, "FACT" if inside or t0 < self.start[0] or t1 > self.end[1] else "READING"

    def selected(self, element, fact):
        field, hierarchy = SELECTIONS[element]
        selection = self.body.get(field)
        labels = self.s.labels(hierarchy, selection) if selection else None
        return self.s.h[hierarchy].membership(selection or None, labels, fact)

    def effect(self, effect, act):
        if effect == "EFFECT_HIT":
            return YES, None
        if effect in ("EFFECT_INTERCEPTED", "EFFECT_MISSED"):
            return self.tristate("attempts", "UNCLEAR")
        if effect == "EFFECT_AFFECTED":
            return NO, None
        settled = not listed(self.body.get("objects")) or (act and self.strikes_nothing(act))
        return (YES, None) if settled else (UNKNOWN, "FACT")

    def strikes_nothing(self, act):
        """Whether all that the act may be lies at or below one kind of act that strikes nothing."""
        acts = self.s.h["acts"]
        may_be = acts.below_all(act)
        return any(may_be <= acts.down(kind) for kind in STRIKES_NOTHING)


def counted_end(start, days, rule, zone):
    """The span of ends of a length that is counted from a span of starts."""
    if rule == "ELAPSED":
        return start[0] + days * 86400, start[1] + days * 86400

    def end(day):
        if rule == "INCLUSIVE_DAYS":
            return day_start(day + dt.timedelta(days), zone)
        return day_start(add_months(day, days // 30) + dt.timedelta(1), zone)

    first, last = start
    if first != -INF:
        first = end(local_date(start[0], zone))
    if last != INF:
        day = local_date(start[1], zone)
        # the latest start of a span at local midnight belongs to the day before
        if start[0] != start[1] and day_start(day, zone) == start[1]:
            day -= dt.timedelta(1)
        last = end(day)
    return first, last
