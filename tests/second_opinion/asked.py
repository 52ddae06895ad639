"""A dossier at the server: appended batch by batch or there already, and asked what the second opinion is asked."""
import uuid

from wire import Refused

RPC = {"assess": ("Assess", "assessments"), "compare": ("Compare", "comparisons"), "tally": ("Tally", "rows"),
       "inconsistencies": ("ListInconsistencies", "inconsistencies")}


class Held:
    """A dossier that the server holds."""

    def __init__(self, client, dossier_id):
        self.client, self.id, self.name = client, dossier_id, "dossiers/" + dossier_id
        self.tokens = {}   # position -> read_at

    def revisions(self):
        """Every revision, by position, as records that could be appended, and as the server shows them."""
        listed = self.client.pages("RecordService", "ListRecords", {
            "parent": self.name, "show_retracted": True, "page_size": 1000}, "records")["records"]
        shown = [revision for record in listed for revision in self.client.pages("RecordService", "ListRevisions", {
            "name": record["name"], "page_size": 1000}, "revisions", sparse=True)["revisions"]]
        shown.sort(key=lambda revision: int(revision["position"]))
        return [self.short(revision) for revision in shown], shown

    def ask(self, q, rng):
        """The server's answer to a question, with relative names; how it is paged and fixed in time is left to chance."""
        readings = {key: q[key] for key in ("names", "hypothetical", "terms", "held_by") if q.get(key)}
        if q.get("set"):
            readings["set"] = "READING_SET_" + q["set"]
        consistency = {}
        if q.get("at"):
            token = self.tokens.get(q["at"])
            consistency["at"] = {"read_at": token} if token and rng.random() < 0.5 else {"position": q["at"]}
        if q.get("known_by"):
            consistency["known_by"] = q["known_by"]
        request = {"readings": readings, "consistency": consistency,
                   "bases": ["BASIS_" + basis for basis in q.get("bases", [])],
                   "group_by": ["GROUP_BY_" + group for group in q.get("group_by", [])]}
        request.update({key: q[key] for key in ("incidents", "filter", "time_zone") if q.get(key)})
        request = {key: value for key, value in request.items() if value}
        request.update(parent=self.name, page_size=rng.choice([0, 1000, rng.randint(2, 30)]))
        if q["rpc"] in ("assess", "compare"):
            request["explain"] = True
        method, field = RPC[q["rpc"]]
        return self.short(self.client.pages("AssessmentService", method, request, field))

    def short(self, value):
        """Relative names, everywhere in an answer."""
        if isinstance(value, dict):
            return {key: self.short(v) for key, v in value.items()}
        if isinstance(value, list):
            return [self.short(v) for v in value]
        if isinstance(value, str) and value.startswith(self.name + "/"):
            return value[len(self.name) + 1:]
        return value


class Asked(Held):
    """A dossier that is appended to be asked. `stored`: the records as answered."""

    def __init__(self, client, batches, zone, label):
        super().__init__(client, "random-%s-%s" % (label, uuid.uuid4().hex[:8]))
        self.stored = []
        client.call("DossierService", "CreateDossier", {
            "dossier_id": self.id, "dossier": {"display_name": "Random %s" % label, "time_zone": zone}})
        for index, batch in enumerate(batches):
            try:
                answer = client.call("RecordService", "AppendRecords", {"parent": self.name, "records": batch})
            except Refused as refused:
                raise Refused("batch %d of %d (records %d to %d) was refused: %s" % (
                    index, len(batches), len(self.stored) + 1, len(self.stored) + len(batch), refused)) from None
            self.stored += answer["records"]
            self.tokens[len(self.stored)] = answer["read_at"]
