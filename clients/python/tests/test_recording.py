"""Records written by a client: repeated requests, refusals, corrections, and imports over a stream."""

import uuid
from collections.abc import Iterator

import grpc
from armistice.v1 import assessment_service_pb2 as assessments
from armistice.v1 import record_service_pb2 as records
from armistice.v1.actors_pb2 import ACTOR_TYPE_STATE, Actor
from armistice.v1.common_pb2 import At, Consistency, TimeSpan
from armistice.v1.incidents_pb2 import Facts, Incident, Report
from armistice.v1.record_pb2 import Citation, Record
from armistice.v1.texts_pb2 import Document
from armistice_client import Refusal, pages

from .served import Served


def state(id: str, display_name: str) -> Record:
    return Record(name=f"actors/{id}", actor=Actor(display_name=display_name, type=ACTOR_TYPE_STATE))


def accounts(number: int) -> list[Record]:
    """An incident and one report of it."""
    return [
        Record(name=f"incidents/i{number}", incident=Incident(display_name=f"Incident {number}")),
        Record(
            name=f"reports/i{number}",
            citations=[Citation(document="documents/log")],
            report=Report(
                incident=f"incidents/i{number}",
                claimant="actors/a",
                facts=Facts(occurred=TimeSpan(local="2025-03-19"), attributed_to="actors/b"),
            ),
        ),
    ]


GROUND = [
    state("a", "A"),
    state("b", "B"),
    Record(name="documents/log", document=Document(title="A log", published=TimeSpan(local="2025-03-19"))),
]


class Recording(Served):
    def test_a_request_that_is_repeated_gets_the_first_answer_and_stores_nothing(self) -> None:
        parent = self.fresh_dossier()
        request = records.AppendRecordsRequest(parent=parent, records=GROUND, request_id=str(uuid.uuid4()))
        first = self.records.AppendRecords(request)
        self.assertEqual([r.position for r in first.records], [1, 2, 3])
        self.assertEqual(self.records.AppendRecords(request), first)
        self.assertEqual(len(self.records.ListRecords(records.ListRecordsRequest(parent=parent)).records), 3)
        del request.records[1:]
        with self.assertRaises(grpc.RpcError) as caught:
            self.records.AppendRecords(request)
        refusal = Refusal.of(caught.exception)
        self.assertEqual((refusal.code, refusal.reason), (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED"))

    def test_a_refused_batch_names_every_fault_by_its_path_and_stores_nothing(self) -> None:
        parent = self.fresh_dossier()
        batch = [*GROUND, *accounts(1)]
        batch[4].report.claimant = "actors/aa"
        batch[4].report.facts.struck.add(object="oil_depot")
        batch[3].incident.ClearField("display_name")
        with self.assertRaises(grpc.RpcError) as caught:
            self.records.AppendRecords(records.AppendRecordsRequest(parent=parent, records=batch))
        refusal = Refusal.of(caught.exception)
        self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(
            {v.field: v.reason for v in refusal.violations},
            {
                "records[3].incident.display_name": "FIELD_REQUIRED",
                "records[4].report.claimant": "REFERENCE_UNKNOWN",
                "records[4].report.facts.struck[0].object": "CLASS_UNKNOWN",
            },
        )
        self.assertEqual(len(self.records.ListRecords(records.ListRecordsRequest(parent=parent)).records), 0)

    def test_a_correction_keeps_what_stood_before_and_both_can_be_had(self) -> None:
        parent = self.fresh_dossier()
        first = self.records.AppendRecords(
            records.AppendRecordsRequest(parent=parent, records=[*GROUND, *accounts(1)])
        )
        corrected = Record(name="actors/b", reason="its name in full", etag=first.records[1].etag)
        corrected.actor.CopyFrom(Actor(display_name="B in full", type=ACTOR_TYPE_STATE))
        request = records.AppendRecordsRequest(parent=parent, records=[corrected])
        self.records.AppendRecords(request)

        name = f"{parent}/actors/b"
        now = self.records.GetRecord(records.GetRecordRequest(name=name)).record
        before = self.records.GetRecord(
            records.GetRecordRequest(name=name, consistency=Consistency(at=At(read_at=first.read_at)))
        ).record
        self.assertEqual((now.actor.display_name, before.actor.display_name), ("B in full", "B"))
        revisions = self.records.ListRevisions(records.ListRevisionsRequest(name=name, page_size=1))
        self.assertEqual(list(revisions.revisions), [before])
        self.assertNotEqual(revisions.next_page_token, "")

        with self.assertRaises(grpc.RpcError) as caught:
            self.records.AppendRecords(request)
        refusal = Refusal.of(caught.exception)
        self.assertEqual((refusal.code, refusal.reason), (grpc.StatusCode.ABORTED, "ETAG_STALE"))

    def test_an_import_streams_batches_and_their_answers_both_ways(self) -> None:
        parent = self.fresh_dossier()
        batches = [
            records.ImportRecordsRequest(records=GROUND, request_id=str(uuid.uuid4())),
            *(
                records.ImportRecordsRequest(records=accounts(n), request_id=str(uuid.uuid4()))
                for n in range(20)
            ),
        ]
        batches[0].parent = parent

        def one_after_another() -> Iterator[records.ImportRecordsRequest]:
            yield from batches

        answers = list(self.records.ImportRecords(one_after_another()))
        self.assertEqual([a.request_id for a in answers], [b.request_id for b in batches])
        self.assertEqual([a.record_count for a in answers], [len(b.records) for b in batches])
        self.assertEqual(answers[0].first_position, 1)
        for before, after in zip(answers, answers[1:], strict=False):
            self.assertEqual(after.first_position, before.last_position + 1)
        listing = records.ListRecordsRequest(parent=parent, page_size=20)
        stored = [r for page in pages(self.records.ListRecords, listing) for r in page.records]
        self.assertEqual(len(stored), answers[-1].last_position)
        counted = self.assessments.Tally(assessments.TallyRequest(parent=parent)).counted
        self.assertEqual(counted.incidents, 20)

        self.assertEqual(list(self.records.ImportRecords(iter(batches))), answers, "sent again, it is answered again")

    def test_an_import_ends_at_the_first_refused_batch_and_says_which(self) -> None:
        parent = self.fresh_dossier()
        odd = accounts(2)
        odd[1].report.incident = "incidents/i9"
        batches = [
            records.ImportRecordsRequest(parent=parent, records=[*GROUND, *accounts(1)]),
            records.ImportRecordsRequest(records=odd, request_id=str(uuid.uuid4())),
            records.ImportRecordsRequest(records=accounts(3)),
        ]
        answers = self.records.ImportRecords(iter(batches))
        self.assertEqual(next(answers).record_count, 5)
        with self.assertRaises(grpc.RpcError) as caught:
            next(answers)
        refusal = Refusal.of(caught.exception)
        self.assertEqual(refusal.metadata["message_index"], "1")
        self.assertEqual(refusal.metadata["request_id"], batches[1].request_id)
        self.assertEqual([v.field for v in refusal.violations], ["records[1].report.incident"])
        listed = self.records.ListRecords(records.ListRecordsRequest(parent=parent))
        self.assertEqual(len(listed.records), 5)
