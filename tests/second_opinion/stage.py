"""The stage of a random dossier: who acts, where, what may be struck, and the texts and readings that say so."""
from dice import DAY, HOUR, ZONES, Dice
from reading import RULES, Reading
from record import Record
from snapshot import snapshot
from spans import INF, bound, local_date, rfc, span
from taxonomy import BUILT_IN

OBJECT_FOCI = [
    ["object", "infra", "energy", "elec", "elec.sub", "elec.sub.traction", "elec.dist", "rail.power", "rail.contact",
     "rail", "transport", "health", "military"],
    ["object", "infra", "energy", "oil", "oil.refinery", "oil.depot", "oil.terminal", "industry", "industry.other",
     "coal", "energy.equip", "transport", "gas.process", "gas"],
    ["object", "energy", "heat", "heat.plant", "elec.gen", "elec.gen.chp", "elec.gen.hydro", "dam.hydro", "dam",
     "water", "nuclear", "elec.gen.npp", "energy.mil", "military", "energy.other"],
]
ACT_FOCUS = ["act", "strike", "strike.missile", "strike.missile.cruise", "strike.drone", "movement", "assault",
             "reconnaissance", "detention", "strike.other"]
WEAPON_FOCUS = ["weapon", "missile", "missile.cruise", "missile.ballistic", "uav", "uav.fpv", "artillery", "mortar"]
GROUNDS = ["self-defence", "response", "release", "necessity", "consent", "error", "other"]


class Stage(Dice):
    # ---- who, where, what

    def set_stage(self):
        self.documents()
        self.actors()
        self.places()
        self.classes()
        self.terms()
        for _ in range(self.count(2, 5)):
            self.reading()
        self.obligation_reading()

    def documents(self):
        for i in range(self.count(3, 6)):
            self.add("document", self.document_body(i))

    def document_body(self, number):
        body = {"title": "Document %d" % number}
        shape = self.rng.random()
        if shape < 0.75:
            body["published"] = self.span(0, 50, wide=False)
            if self.chance(0.3):
                body["retrieve_time"] = rfc(self.moment(0, 60))
        elif shape < 0.93:
            body["retrieve_time"] = rfc(self.moment(0, 60))
        return body

    def perhaps_cited(self, p=0.12):
        """Citations of an actor, place or class that enters the story later than it is recorded."""
        return self.citations() if self.chance(p) else None

    def actors(self):
        rng = self.rng
        self.order = [self.add("actor", {"display_name": "State %d" % i, "type": "ACTOR_TYPE_STATE"})
                      for i in range(rng.randint(2, 3))]
        for i in range(self.count(3, 7)):
            kind = rng.choice(["ARMED_GROUP", "ORGANIZATION", "ORGANIZATION", "OUTLET", "PERSON", "COLLECTIVE"])
            body = {"display_name": "Actor %d" % i, "type": "ACTOR_TYPE_" + kind}
            if self.chance(0.65):
                body["affiliations"] = self.some(self.order, 1, 2 if self.chance(0.3) else 1)
            if self.chance(0.2):
                body["memberships"] = self.some(self.order, 1, 1)
            self.order.append(self.add("actor", body, self.perhaps_cited()))

    def places(self):
        rng = self.rng
        self.place_order = [self.add("place", {"display_name": "Land %d" % i, "type": "PLACE_TYPE_COUNTRY"})
                            for i in range(rng.randint(1, 2))]
        for i in range(self.count(2, 6)):
            kind = rng.choice(["REGION", "REGION", "SETTLEMENT", "FACILITY", "LINE", "AREA"])
            body = {"display_name": "Place %d of %s" % (i, self.words(1, 1)), "type": "PLACE_TYPE_" + kind}
            if self.chance(0.2):
                body["names"] = [{"language": "en", "name": self.words(1, 1)}]
            if self.chance(0.75):
                body["within"] = self.some(self.place_order, 1, 2 if self.chance(0.3) else 1)
            self.place_order.append(self.add("place", body, self.perhaps_cited()))

    def classes(self):
        rng = self.rng
        self.focus = {"objects": list(rng.choice(OBJECT_FOCI)), "acts": list(ACT_FOCUS), "weapons": list(WEAPON_FOCUS)}
        self.focus["objects"] += self.some(BUILT_IN["objects"], 0, 3)
        self.class_order = {taxonomy: [] for taxonomy in self.focus}
        for i in range(self.count(0, 4)):
            taxonomy = rng.choice(["objects", "objects", "objects", "acts", "weapons"])
            pool = list(dict.fromkeys(self.focus[taxonomy]))
            body = {"taxonomy": "TAXONOMY_" + taxonomy.upper(), "id": "x.%s%d" % (rng.choice("kmpqrz"), i),
                    "display_name": "Class %d" % i, "parents": self.some(pool, 1, 3)}
            self.class_order[taxonomy].append(self.add("class", body, self.perhaps_cited()))
            self.focus[taxonomy] += [body["id"]] * 2

    def terms(self):
        self.term_names = [self.add("term", {"display_name": "Term %d" % i, "type": "TERM_TYPE_PROHIBITION"})
                           for i in range(self.rng.randint(1, 2))]
        self.obligation = None
        if self.chance(0.25):
            self.obligation = self.add("term", {"display_name": "Duty", "type": "TERM_TYPE_OBLIGATION"})
        if self.chance(0.2):
            self.add("term", {"display_name": "Topic", "type": "TERM_TYPE_TOPIC"})

    def instrument(self, gloss=False):
        kinds = ["AGREED_TEXT", "UNILATERAL_STATEMENT", "READOUT", "PROPOSAL", "LIST"]
        kind = "GLOSS" if gloss else self.rng.choice(kinds)
        stated = self.span(-10, 25)
        self.hint(stated)
        body = {"display_name": "Text", "type": "INSTRUMENT_TYPE_" + kind, "stated": stated}
        return self.add("instrument", body, self.citations())

    # ---- readings

    def selection(self, pool):
        """Every shape of selection."""
        rng = self.rng
        nodes = self.some(dict.fromkeys(pool), 2, 5)
        rng.shuffle(nodes)
        shape = rng.randint(0, 9)
        if shape <= 2:
            out = {"include": nodes[:2]}
        elif shape == 3:
            out = {"include": nodes[:1], "exclude": nodes[1:3]}
        elif shape == 4:
            out = {"include": nodes[:1], "unclear": nodes[1:3]}
        elif shape == 5:
            out = {"include": nodes[:2], "exclude": nodes[2:3], "unclear": nodes[3:]}
        elif shape == 6:
            out = {"include": ["*"], "exclude": nodes[:2], "unclear": nodes[2:3]}
        elif shape == 7:
            out = {"exclude": ["*"] + nodes[2:3], "unclear": nodes[:2], "include": nodes[3:]}
        elif shape == 8:
            out = {"exclude": nodes[:2], "unclear": nodes[2:3]}
        else:
            out = rng.choice([{"include": ["*"]}, {"unclear": nodes[:2]}, {"unclear": ["*"], "include": nodes[:2]},
                              {"exclude": nodes[:1], "include": nodes[1:4]}, {"unclear": ["*"]}, {"exclude": ["*"]}])
        return {key: value for key, value in out.items() if value}

    def bound(self, low, high):
        a = self.moment(low, high)
        if self.chance(0.5):
            return {"earliest": rfc(a), "latest": rfc(a)}
        return {"earliest": rfc(a), "latest": rfc(a + self.rng.choice([HOUR, 7 * HOUR, DAY, 2 * DAY]))}

    def window(self, stated):
        """Every shape of window; `stated` is None for a drafted reading without an instrument."""
        rng = self.rng
        if self.chance(0.12):
            return None
        out = {}
        zone = rng.choice([self.zone, rng.choice(ZONES)])
        if self.chance(0.6):
            out["time_zone"] = zone
        else:
            zone = self.zone
        shape, last = rng.random(), None
        if shape < 0.5:
            local = {"local": local_date(self.moment(-12, 12), zone).isoformat()}
            out["start"] = local if self.chance(0.3) else self.bound(-12, 12)
            last = bound(out["start"], zone)[1]
        elif shape < 0.75:
            out["start_immediately"] = True
            last = span(stated, self.zone)[1] if stated else None
        if self.chance(0.7):
            if self.chance(0.4):
                a, b = bound(self.bound(0, 30), zone)
                floor = (self.centre if last is None else last) + HOUR
                if a <= floor:
                    late = floor - a
                    a, b = a + late + rng.choice([HOUR, 5 * DAY]), b + late + 5 * DAY + HOUR
                out["end"] = {"earliest": rfc(a), "latest": rfc(b)}
            elif last is not None or self.chance(0.1):
                out["length"] = self.length()
        return out or None

    def length(self):
        rng = self.rng
        rule = rng.choice(["UNSPECIFIED", "UNSPECIFIED"] + RULES)
        length = {"days": rng.choice([30, 60, 90] if rule == "CALENDAR_MONTH" else [1, 2, 7, 14, 30, 30, 60])}
        if rule != "UNSPECIFIED" or self.chance(0.3):
            length["rule"] = "COUNTING_RULE_" + rule
        return length

    def wide_window(self):
        """A settled window around most of what happens, now and then with an end by one of the three rules."""
        rng = self.rng
        a = self.centre - rng.randint(0, 25) * DAY - rng.choice([0, 0, 3 * HOUR])
        out = {"start": {"earliest": rfc(a), "latest": rfc(a)}, "time_zone": rng.choice(ZONES)}
        shape = rng.randint(0, 2)
        if shape == 1:
            b = self.centre + rng.randint(10, 45) * DAY
            out["end"] = {"earliest": rfc(b), "latest": rfc(b)}
        elif shape == 2:
            out["length"] = {"days": rng.choice([30, 60]), "rule": "COUNTING_RULE_" + rng.choice(RULES)}
        return out

    def reading_body(self, term, holder, instrument, nodes):
        rng = self.rng
        thin = self.chance(0.6)  # restricts little, so that each element gets to decide
        body = {"term": term}
        if holder:
            body["held_by"] = holder
        if instrument:
            body["instrument"] = instrument
        if self.chance(0.15 if thin else 0.4):
            body["operative"] = "TRISTATE_" + rng.choice(["YES", "YES", "NO", "UNCLEAR"])
        if self.chance(0.75):
            body["attempts"] = "TRISTATE_" + rng.choice(["YES", "NO", "UNCLEAR"])
        if self.chance(0.5):
            body["exceptions"] = self.some(GROUNDS[:3], 1, 2) if self.chance(0.8) else self.some(GROUNDS, 1, 4)
        for field, hierarchy, p in (("objects", "objects", 0.8), ("actors", "actors", 0.65), ("places", "places", 0.3),
                                    ("against", "actors", 0.25), ("acts", "acts", 0.25), ("weapons", "weapons", 0.25)):
            selection = self.selection(nodes[hierarchy]) if self.chance(p * 0.45 if thin else p) else None
            if selection:
                body[field] = selection
        stated = self.now[instrument]["instrument"]["stated"] if instrument else None
        window = self.wide_window() if thin and self.chance(0.7) else self.window(stated)
        if window:
            body["window"] = window
        return body

    def note(self, body):
        """Remembers the bounds of a reading, so that facts fall on and beside them."""
        worked_out = Reading(snapshot(Record([self.records], self.zone)), "noted", body)
        for pair in [worked_out.start, worked_out.end] + list(worked_out.ends.values()):
            self.hints += [int(x) for x in pair if abs(x) != INF]

    def is_gloss(self, instrument):
        return self.now[instrument]["instrument"]["type"] == "INSTRUMENT_TYPE_GLOSS"

    def reading(self):
        rng = self.rng
        texts = self.live("instrument")
        gloss = self.chance(0.08)
        instrument = self.instrument(gloss) if gloss or not texts or self.chance(0.75) else rng.choice(texts)
        body_of = lambda name: self.now[name]["reading"]
        earlier = [name for name in self.live("reading") if body_of(name)["term"] != self.obligation
                   and not self.is_gloss(body_of(name)["instrument"])]
        supersedes = None
        if earlier and not self.is_gloss(instrument) and self.chance(0.5):
            supersedes = rng.choice(earlier)
            term, holder = body_of(supersedes)["term"], body_of(supersedes)["held_by"]
        else:
            holders = self.live("actor")
            term = rng.choice(self.term_names)
            holder = rng.choice(holders[:4] if self.chance(0.7) else holders)
        if term in self.dead or holder in self.dead:
            return
        body = self.reading_body(term, holder, instrument, self.nodes())
        if supersedes:
            body["supersedes"] = supersedes
        self.add("reading", body, self.citations())
        self.note(body)

    def obligation_reading(self):
        if self.obligation and self.live("instrument"):
            body = {"term": self.obligation, "held_by": self.rng.choice(self.live("actor")),
                    "instrument": self.rng.choice(self.live("instrument")),
                    "duties": [{"pledge": {"type": "PLEDGE_TYPE_AID"}}]}
            self.add("reading", body, self.citations())
