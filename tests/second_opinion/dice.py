"""What every random dossier is made with: names, moments, spans, citations, and the records made so far."""
import datetime as dt
import random
from zoneinfo import ZoneInfo

from spans import day_start, local_date, rfc, span
from taxonomy import BUILT_IN

ZONES = ["UTC", "Europe/Moscow", "Europe/Kyiv", "America/New_York", "Africa/Cairo", "Asia/Beirut", "America/Santiago",
         "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu"]
# around changes of the clock, some of which skip midnight, and around short months
CENTRES = ["2024-01-30", "2024-03-09", "2024-03-31", "2024-04-07", "2024-04-26", "2024-09-08", "2024-11-03",
           "2025-01-31", "2025-03-09", "2025-03-18", "2025-03-30", "2025-04-06", "2025-04-25"]
WORDS = "amber birch cedar delta ember fjord grove heron inlet jetty knoll larch maple north orbit pearl".split()
COLLECTION = {"actor": "actors", "place": "places", "class": "classes", "document": "documents",
              "statement": "statements", "instrument": "instruments", "term": "terms", "reading": "readings",
              "incident": "incidents", "report": "reports", "finding": "findings", "link": "links"}
MINUTE, HOUR, DAY = 60, 3600, 86400


class Dice:
    def __init__(self, seed, size=1.0):
        self.rng = random.Random(seed)
        self.size = size
        self.records = []
        self.now = {}          # name -> its latest record, body and citations included
        self.dead = set()      # what is retracted
        self.hints = []        # instants at which something may turn
        self.used = set()
        self.zone = self.rng.choice(ZONES)
        centre = dt.datetime.fromisoformat(self.rng.choice(CENTRES)).replace(tzinfo=dt.timezone.utc)
        self.centre = int(centre.timestamp())

    def chance(self, p):
        return self.rng.random() < p

    def count(self, low, high):
        return max(low, round(self.rng.randint(low, high) * self.size))

    def some(self, pool, low, high):
        pool = list(pool)
        return self.rng.sample(pool, min(len(pool), self.rng.randint(low, high)))

    # ---- records

    def name(self, kind):
        while True:
            name = "%s/%s%d" % (COLLECTION[kind], self.rng.choice("abcdefghijklmnopqrstuvwxyz"), self.rng.randint(0, 99))
            if name not in self.used:
                self.used.add(name)
                return name

    def live(self, kind):
        return [name for name, record in self.now.items() if kind in record and name not in self.dead]

    def add(self, kind, body, citations=None, **more):
        record = {"name": more.pop("name", None) or self.name(kind), kind: body}
        if citations:
            record["citations"] = citations
        record.update(more)
        self.records.append(record)
        self.now[record["name"]] = {k: v for k, v in record.items() if k != "reason"}
        return record["name"]

    def nodes(self):
        """What may be newly referred to, by hierarchy. `focus` are the classes that this dossier turns on."""
        out = {"actors": self.live("actor"), "places": self.live("place")}
        gone = {self.now[n]["class"]["id"] for n in self.dead if "class" in self.now[n]}
        for taxonomy, pool in self.focus.items():
            out[taxonomy] = [c for c in pool if c not in gone]
        return out

    def citations(self):
        out = []
        for document in self.some(self.live("document"), 1, 2):
            citation = {"document": document}
            if self.chance(0.3):
                citation["locator"] = "p. %d" % self.rng.randint(1, 9)
            if self.chance(0.3):
                citation["quote"] = self.words(2, 3)
            out.append(citation)
        return out

    def words(self, low, high):
        return " ".join(self.some(WORDS, low, high))

    # ---- time

    def moment(self, low=-20, high=40):
        rng = self.rng
        if self.hints and self.chance(0.55):
            return rng.choice(self.hints) + rng.choice([0, 0, 0, MINUTE, -MINUTE, HOUR, -HOUR, 12 * HOUR, -DAY, DAY])
        day = self.centre + rng.randint(low, high) * DAY
        if self.chance(0.5):
            zone = rng.choice([self.zone, rng.choice(ZONES)])
            return day_start(local_date(day, zone), zone)
        return day + rng.randint(0, 47) * 1800

    def span(self, low=-20, high=40, wide=True):
        """A TimeSpan, now and then as people write it."""
        rng = self.rng
        if self.chance(0.15):
            return self.local_span(low, high)
        a = self.moment(low, high)
        b = a + rng.choice([MINUTE, MINUTE, HOUR, 6 * HOUR, DAY] + ([3 * DAY, 10 * DAY] if wide else []))
        if self.hints and self.chance(0.25):
            later = [hint for hint in self.hints if hint > a]
            b = rng.choice(later) if later else b
        return {"earliest": rfc(a), "latest": rfc(b)}

    def local_span(self, low, high):
        rng = self.rng
        zone = rng.choice([self.zone, rng.choice(ZONES)])
        named = {} if zone == self.zone and self.chance(0.5) else {"time_zone": zone}
        day = local_date(self.moment(low, high), zone)
        shape = rng.randint(0, 3)
        if shape == 0:
            return dict(named, local=day.isoformat())
        if shape == 1:
            return dict(named, local=day.isoformat() + "/" + (day + dt.timedelta(rng.randint(0, 3))).isoformat())
        text = day.isoformat() + "T%02d:%02d" % (rng.randint(0, 23), rng.choice([0, 20, 30, 59]))
        return dict(named, local=text if exists_once(text, zone) else day.isoformat()[:7])

    def hint(self, time):
        self.hints += list(span(time, self.zone))

    def leaf(self, nodes, hierarchy):
        """A node of a hierarchy, a leaf of the built-in classes where there is one."""
        pool = nodes[hierarchy]
        if hierarchy in BUILT_IN:
            inner = {parent for above in BUILT_IN[hierarchy].values() for parent in above}
            pool = [node for node in pool if node not in inner] or pool
        return self.rng.choice(pool)


def exists_once(text, zone):
    """Whether a local time is neither skipped nor repeated."""
    naive = dt.datetime.fromisoformat(text)
    first, second = [naive.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1)]
    back = dt.datetime.fromtimestamp(first.timestamp(), ZoneInfo(zone)).replace(tzinfo=None)
    return first.utcoffset() == second.utcoffset() and back == naive
