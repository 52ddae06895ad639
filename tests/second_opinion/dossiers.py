"""Random small dossiers, valid by the contract, as append batches: what happens on the stage, and what is corrected."""
import json

from record import KINDS
from stage import GROUNDS, Stage
from taxonomy import BUILT_IN


class Dossier(Stage):
    def __init__(self, seed, size=1.0):
        super().__init__(seed, size)
        self.same_event, self.part_of = [], []

    def batches(self):
        self.set_stage()
        for _ in range(self.count(1, 4)):
            self.incident()
        actions = [self.report] * 8 + [self.incident] * 2 + [self.finding] * 2 + [self.link] * 3 + [self.reading] * 2
        if self.chance(0.75):
            actions += [self.correct] * 3 + [self.retract] * 2 + [self.revive]
        for _ in range(self.count(12, 40)):
            self.rng.choice(actions)()
        return self.cut_up(self.records)

    def cut_up(self, records):
        out, batch = [], []
        for record in records:
            if batch and (self.chance(0.08) or record["name"] in {r["name"] for r in batch}):
                out.append(batch)
                batch = []
            batch.append(record)
        return out + [batch]

    # ---- what happens, and who says so

    def incident(self):
        body = {"display_name": self.words(2, 2).title()}
        if self.chance(0.4):
            body["about"] = self.span()
        if self.chance(0.3):
            body["place"] = self.rng.choice(self.live("place"))
        return self.add("incident", body, self.citations() if self.chance(0.15) else None)

    def facts(self, nodes, like=None):
        """Facts, partly those of another report of the incident."""
        rng = self.rng
        like = like or {}
        full = self.chance(0.5)
        node = lambda hierarchy: (self.leaf(nodes, hierarchy) if full and self.chance(0.6)
                                  else rng.choice(nodes[hierarchy]))

        def pick(key, p, make):
            if key in like and self.chance(0.7):
                return like[key]
            return make() if self.chance(0.95 if full and key != "ground" else p) else None

        out = {
            "occurred": pick("occurred", 0.85, self.span),
            "attributed_to": pick("attributed_to", 0.85, lambda: node("actors")),
            "against": pick("against", 0.35, lambda: node("actors")),
            "place": pick("place", 0.45, lambda: node("places")),
            "act": pick("act", 0.45, lambda: node("acts")),
            "ground": pick("ground", 0.25, lambda: rng.choice(GROUNDS[:3] if self.chance(0.8) else GROUNDS)),
        }
        struck = []
        for _ in range(rng.choice([0, 1, 1, 1, 1, 2, 2, 3])):
            base = (like.get("struck") or [{}])[0] if self.chance(0.5) else {}
            thing = {}
            if self.chance(0.85):
                thing["object"] = base.get("object") or node("objects")
            if full or self.chance(0.75):
                thing["effect"] = base.get("effect") or "EFFECT_" + rng.choice(
                    ["HIT", "HIT", "HIT", "HIT", "INTERCEPTED", "MISSED", "AFFECTED"])
            if self.chance(0.7 if full else 0.35):
                thing["weapon"] = base.get("weapon") or node("weapons")
            if self.chance(0.1):
                thing["facility"] = rng.choice(["The works"] + nodes["places"])
            if thing:
                struck.append(thing)
        if struck:
            out["struck"] = struck
        return {key: value for key, value in out.items() if value}

    def denials(self, p):
        if not self.chance(p):
            return []
        pool = ["OCCURRED", "AUTHOR", "AUTHOR", "OBJECT", "BREACH"]
        return ["PROPOSITION_" + d for d in dict.fromkeys(self.some(pool, 1, 1 if self.chance(0.7) else 2))]

    def facts_like_others(self, incident, p):
        """Facts that resemble what reports of the incident say already."""
        others = [r["report"]["facts"] for r in self.now.values()
                  if r.get("report", {}).get("incident") == incident and r["report"].get("facts")]
        others = [facts for facts in others if not self.names_the_dead(facts)]
        return self.facts(self.nodes(), self.rng.choice(others) if others and self.chance(p) else None)

    def names_the_dead(self, value):
        """Whether facts name something that is retracted, which cannot be newly referred to."""
        dead = self.dead | {self.now[name]["class"]["id"] for name in self.dead if "class" in self.now[name]}
        return any('"%s"' % name in json.dumps(value) for name in dead)

    def report_body(self, incident, body):
        body = {key: body[key] for key in ("claimant", "statement") if key in body}
        body["incident"] = incident
        denies = self.denials(0.3)
        occurred = "PROPOSITION_OCCURRED" in denies
        facts = self.facts_like_others(incident, 0.75)
        bare = denies and self.chance(0.85 if occurred else 0.45)
        if not bare:
            # that it happened, and nothing more, is said as well
            body["facts"] = {} if self.chance(0.03) else facts
            terms = [t for t in self.term_names if t not in self.dead]
            if terms and not occurred and "PROPOSITION_BREACH" not in denies and self.chance(0.6):
                body["alleges_breach_of"] = self.some(terms, 1, 2)
        if denies:
            body["denies"] = denies
        return body

    def report(self):
        if not self.live("incident"):
            return
        body = self.report_body(self.rng.choice(self.live("incident")), {"claimant": self.rng.choice(self.live("actor"))})
        citations = self.citations()
        if self.chance(0.4):
            statements = self.live("statement")
            body["statement"] = self.rng.choice(statements) if statements and self.chance(0.7) else self.statement()
            if self.chance(0.5):
                citations = None
        self.add("report", body, citations)

    def statement(self):
        return self.add("statement", {"summary": "Said.", "said": self.span()}, self.citations())

    def finding_body(self, incident):
        status = self.rng.choice(["VERIFIED", "VERIFIED", "VERIFIED", "OPEN", "UNVERIFIABLE"])
        body = {"incident": incident, "rationale": "Seen.", "status": "FINDING_STATUS_" + status}
        denies = self.denials(0.25)
        bare = denies and self.chance(0.7 if "PROPOSITION_OCCURRED" in denies else 0.3)
        if not bare:
            body["facts"] = self.facts_like_others(incident, 0.7)
        if denies:
            body["denies"] = denies
        return body

    def finding(self):
        if self.live("incident"):
            self.add("finding", self.finding_body(self.rng.choice(self.live("incident"))), self.citations())

    def link(self):
        kind = self.rng.choice(["SAME_EVENT", "SAME_EVENT", "SAME_STATEMENT", "PART_OF", "PART_OF", "SAME_SITE",
                                "SECOND_STRIKE"])
        pool = self.live("statement" if kind == "SAME_STATEMENT" else "incident")
        if len(pool) < 2:
            return
        subject, target = self.some(pool, 2, 2)
        body = {"type": "LINK_TYPE_" + kind, "subject": subject, "object": target, "made_by": "the mission"}
        self.add("link", body, self.citations() if self.chance(0.3) else None)

    # ---- corrections, retractions, revivals

    def revise(self, name, kind, body, reason="Corrected."):
        cited = self.now[name].get("citations", [])
        fresh = [d for d in self.live("document") if d not in {c["document"] for c in cited}]
        if kind not in ("document", "term", "class") and fresh and self.chance(0.5):
            cited = cited + [{"document": self.rng.choice(fresh)}]
        self.dead.discard(name)
        self.add(kind, body, cited or None, name=name, reason=reason)

    def correct(self):
        kind = self.rng.choice(["report"] * 5 + ["reading"] * 3 + ["instrument", "document", "actor"] * 2
                               + ["place", "class", "finding", "incident", "statement"])
        if self.live(kind):
            name = self.rng.choice(self.live(kind))
            body = self.corrected(name, kind, dict(self.now[name][kind]))
            if body:
                self.revise(name, kind, body)
                if kind == "reading":
                    self.note(body)

    def corrected(self, name, kind, body):
        """Another body for a record; None where it is better left alone."""
        if kind == "report":
            return self.report_body(body["incident"], body)
        if kind == "finding":
            return self.finding_body(body["incident"])
        if kind == "reading":
            if body["term"] == self.obligation:
                return None
            new = self.reading_body(body["term"], body["held_by"], body["instrument"], self.nodes())
            return dict(new, supersedes=body["supersedes"]) if body.get("supersedes") else new
        if kind == "actor":
            return self.moved(name, body, "affiliations", self.order, "ACTOR_TYPE_STATE")
        if kind == "place":
            return self.moved(name, body, "within", self.place_order, "PLACE_TYPE_COUNTRY")
        if kind == "class":
            taxonomy = body["taxonomy"][len("TAXONOMY_"):].lower()
            mine = self.class_order[taxonomy]
            earlier = [self.now[n]["class"]["id"] for n in mine[:mine.index(name)] if n not in self.dead]
            built_in = [c for c in self.focus[taxonomy] if c in BUILT_IN[taxonomy]]
            return dict(body, parents=self.some(dict.fromkeys(built_in + earlier), 1, 3))
        if kind == "document":
            return self.document_body(0)
        field, time = {"instrument": ("stated", self.span(-10, 25)), "incident": ("about", self.span()),
                       "statement": ("said", self.span())}[kind]
        return dict(body, **{field: time})

    def moved(self, name, body, field, order, top):
        """Another place in the hierarchy, under what was recorded earlier, so that no cycle closes."""
        body.pop(field, None)
        above = [n for n in order[:order.index(name)] if n not in self.dead]
        if above and body["type"] != top and self.chance(0.75):
            body[field] = self.some(above, 1, 2)
        return body

    def retract(self):
        kind = self.rng.choice(["report"] * 5 + ["reading"] * 3 + ["incident", "finding", "link"] * 2
                               + ["statement", "document", "actor", "place", "class", "instrument"])
        pool = self.live(kind)
        if len(pool) < (4 if kind in ("actor", "place", "document") else 1):
            return
        name = self.rng.choice(pool)
        self.dead.add(name)
        body = self.now[name] if self.chance(0.5) else {"name": name}
        self.records.append(dict(body, retracted=True, reason="Withdrawn."))

    def revive(self):
        pool = sorted(name for name in self.dead if "document" not in self.now[name])
        if pool:
            name = self.rng.choice(pool)
            kind = next(k for k in KINDS if k in self.now[name])
            self.revise(name, kind, dict(self.now[name][kind]), "Restored.")


def generate(seed, size=1.0):
    """(batches, dossier): the dossier's zone is `dossier.zone`."""
    dossier = Dossier(seed, size)
    return dossier.batches(), dossier
