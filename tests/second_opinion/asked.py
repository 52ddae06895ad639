"""A dossier at the server: appended batch by batch, and asked what the second opinion is asked."""
import uuid

from wire import Refused

RPC = {"assess": ("Assess", "assessments"), "compare": ("Compare", "comparisons"), "tally": ("Tally", "rows"),
       "inconsistencies": ("ListInconsistencies", "inconsistencies")}


class Asked:
    def __init__(self, client, batches, zone, label):
        self.client = client
        self.id = "random-%s-%s" % (label, uuid.uuid4().hex[:8])
        self.name = "dossiers/" + self.id
        self.tokens = {}   # position -> read_at
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
        return self.short(self.client.pages(RPC[q["rpc"]][0], request, RPC[q["rpc"]][1]))

    def short(self, value):
        """Relative names, everywhere in an answer."""
        if isinstance(value, dict):
            return {key: self.short(v) for key, v in value.items()}
        if isinstance(value, list):
            return [self.short(v) for v in value]
        if isinstance(value, str) and value.startswith(self.name + "/"):
            return value[len(self.name) + 1:]
        return value
