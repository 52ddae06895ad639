"""The log of one dossier: revisions, their positions, and when each could be known (sections 1 and 6).

Records come as a list of append batches. A record is a dict in proto3 JSON form with snake_case fields, relative
names, full enum names and RFC 3339 times.
"""
from spans import INF, instant, span

KINDS = ["actor", "place", "class", "document", "statement", "contact", "instrument", "term", "reading", "stance",
         "incident", "report", "finding", "exchange", "pledge", "forecast", "coverage", "link"]


class Revision:
    """`cited` are its own citations, `citations` also those that it inherits from the statement it rests on."""

    def __init__(self, name, position, kind, body, retracted, cited, citations):
        self.name, self.position, self.kind, self.body = name, position, kind, body
        self.retracted, self.cited, self.citations = retracted, cited, citations
        self.known = None


class Record:
    """Everything ever appended, in order; positions start at 1. Seconds, -INF (always) or INF (never) are known times."""

    def __init__(self, batches, zone="UTC"):
        self.zone = zone
        self.revisions = []
        self.by_name = {}
        self.snapshots = {}
        for batch in batches:
            for record in batch:
                self.append(record)

    @property
    def head(self):
        return len(self.revisions)

    def append(self, record):
        name = record["name"]
        earlier = self.by_name.get(name, [])
        kind = next((k for k in KINDS if k in record), None) or earlier[-1].kind
        body = record.get(kind) if record.get(kind) is not None else earlier[-1].body
        cited = list(record.get("citations") or [])
        if record.get("retracted") and not cited and earlier:
            cited = earlier[-1].cited  # carried over
        inherited = []
        if kind == "report" and body.get("statement"):
            inherited = self.by_name[body["statement"]][-1].cited
        citations = cited + [c for c in inherited if c not in cited]
        revision = Revision(name, self.head + 1, kind, body, bool(record.get("retracted")), cited, citations)
        revision.known = self.known_time(revision, earlier)
        self.revisions.append(revision)
        self.by_name.setdefault(name, []).append(revision)

    def published(self, body):
        """When a document is published; never, if nobody says."""
        told = span(body.get("published"), self.zone)
        if told:
            return told[1]
        return instant(body["retrieve_time"]) if body.get("retrieve_time") else INF

    def known_time(self, revision, earlier):
        """Fixed when the revision is recorded, by the documents as they then stand."""
        if revision.kind == "document":
            known = self.published(revision.body)
            # a date given earlier is not taken back; one that was missing is made good
            return max(known, earlier[-1].known) if earlier and earlier[-1].known != INF else known
        publication = lambda c: self.published(self.by_name[c["document"]][-1].body)
        if earlier:
            old = {identity(c) for c in earlier[-1].citations}
            added = [c for c in revision.citations if identity(c) not in old]
            known = max(earlier[-1].known, min(map(publication, added), default=-INF))
        else:
            known = min(map(publication, revision.citations), default=-INF)
        if revision.kind == "reading" and revision.body.get("instrument"):
            known = max(known, self.by_name[revision.body["instrument"]][0].known)
        return known


def identity(citation):
    """What makes two citations the same."""
    return citation["document"], citation.get("locator", ""), citation.get("quote", "")
