"""Questions about the worked case, which the command line imported."""

import grpc
from armistice.v1 import assessment_pb2 as assessment
from armistice.v1 import assessment_service_pb2 as assessments
from armistice.v1 import record_service_pb2 as records
from armistice_client import Refusal, pages

from .served import CASE, Served


class TheCase(Served):
    def test_an_incident_is_a_breach_by_one_text_and_not_by_another_and_each_says_why(self) -> None:
        answer = self.assessments.Assess(
            assessments.AssessRequest(
                parent=CASE,
                incidents=["incidents/v03"],
                readings=assessment.ReadingChoice(names=["readings/r1", "readings/r6"]),
                bases=[assessment.BASIS_ALLEGED],
            )
        )
        verdicts = {a.reading.rsplit("/")[-1]: a for a in answer.assessments}
        self.assertEqual(verdicts["r6"].verdict, assessment.VERDICT_NO_BREACH)
        self.assertEqual(verdicts["r1"].verdict, assessment.VERDICT_BREACH)
        by_element = {e.element: e.truth for e in verdicts["r6"].elements}
        self.assertEqual(len(by_element), 11)
        self.assertEqual(by_element[assessment.ELEMENT_OPERATIVE], assessment.TRUTH_NO)

    def test_pages_of_a_listing_hold_every_record_once_and_in_order(self) -> None:
        asked = records.ListRecordsRequest(parent=CASE, collections=["incidents"], page_size=7)
        found = list(pages(self.records.ListRecords, asked))
        whole = self.records.ListRecords(records.ListRecordsRequest(parent=CASE, collections=["incidents"]))
        self.assertGreater(len(found), 2)
        self.assertTrue(all(len(page.records) <= 7 for page in found))
        self.assertEqual([r for page in found for r in page.records], list(whole.records))
        self.assertEqual({page.read_at for page in found}, {whole.read_at})
        self.assertEqual(asked.page_token, "", "the request was changed")

    def test_a_page_token_with_another_question_is_refused(self) -> None:
        asked = records.ListRecordsRequest(parent=CASE, collections=["incidents"], page_size=7)
        asked.page_token = self.records.ListRecords(asked).next_page_token
        asked.text = "Sudzha"
        with self.assertRaises(grpc.RpcError) as caught:
            self.records.ListRecords(asked)
        refusal = Refusal.of(caught.exception)
        self.assertEqual((refusal.code, refusal.reason), (grpc.StatusCode.INVALID_ARGUMENT, "TOKEN_INVALID"))
        self.assertEqual([v.field for v in refusal.violations], ["page_token"])

    def test_a_tally_by_week_and_its_pages_agree_with_the_verdicts_that_it_counts(self) -> None:
        choice = assessment.ReadingChoice(names=["readings/r5"])
        bases = [assessment.BASIS_ALLEGED]
        [total] = self.assessments.Tally(
            assessments.TallyRequest(parent=CASE, readings=choice, bases=bases)
        ).rows
        verdicts = [
            a.verdict
            for page in pages(
                self.assessments.Assess,
                assessments.AssessRequest(parent=CASE, readings=choice, bases=bases, page_size=10),
            )
            for a in page.assessments
            if a.incident != f"{CASE}/incidents/night-barrage"  # its parts are counted, so the whole is not
        ]
        self.assertEqual(total.breach, verdicts.count(assessment.VERDICT_BREACH))
        self.assertEqual(total.no_breach, verdicts.count(assessment.VERDICT_NO_BREACH))
        self.assertEqual(total.undetermined, verdicts.count(assessment.VERDICT_UNDETERMINED))
        self.assertEqual(total.not_assessed, verdicts.count(assessment.VERDICT_NOT_ASSESSED))
        self.assertGreater(total.breach, 0)
        weekly = assessments.TallyRequest(
            parent=CASE, readings=choice, bases=bases, group_by=[assessment.GROUP_BY_WEEK], page_size=2
        )
        rows = [row for page in pages(self.assessments.Tally, weekly) for row in page.rows]
        self.assertEqual(len({tuple(row.group) for row in rows}), len(rows))
        self.assertGreaterEqual(sum(row.breach for row in rows), total.breach)

    def test_a_comparison_names_the_elements_over_which_readings_part(self) -> None:
        answer = self.assessments.Compare(
            assessments.CompareRequest(
                parent=CASE,
                readings=assessment.ReadingChoice(names=["readings/r1", "readings/r2"]),
                bases=[assessment.BASIS_ALLEGED],
            )
        )
        [pair] = answer.pairs
        self.assertEqual((pair.reading_a, pair.reading_b), (f"{CASE}/readings/r1", f"{CASE}/readings/r2"))
        parted = [c for c in answer.comparisons if c.partings]
        self.assertGreater(len(parted), 0)
        for comparison in parted:
            for parting in comparison.partings:
                self.assertNotEqual(parting.verdict_a, parting.verdict_b)
                self.assertGreater(len(parting.elements), 0)

    def test_an_obligation_is_judged_at_an_instant_and_names_what_fulfilled_it(self) -> None:
        asked = assessments.AssessObligationsRequest(
            parent=CASE, readings=assessment.ReadingChoice(names=["readings/talks-monday"])
        )
        asked.as_of_time.FromJsonString("2025-04-01T00:00:00Z")
        answer = self.assessments.AssessObligations(asked)
        [judged] = answer.obligations
        self.assertEqual(judged.state, assessment.OBLIGATION_STATE_FULFILLED)
        self.assertGreater(len(judged.fulfilled_by), 0)
        self.assertEqual(answer.as_of_time, asked.as_of_time)

    def test_a_drafted_clause_is_tried_and_stored_nowhere(self) -> None:
        draft = assessment.ReadingChoice()
        reading = draft.hypothetical.add(term="terms/energy-halt")
        reading.objects.include.append("energy")
        reading.window.start.local = "2025-03-18"
        before = self.records.ListRecords(records.ListRecordsRequest(parent=CASE, page_size=1)).read_at
        answer = self.assessments.Tally(assessments.TallyRequest(parent=CASE, readings=draft))
        self.assertEqual([row.reading for row in answer.rows], ["hypothetical/0"])
        self.assertEqual(answer.read_at, before)

    def test_every_fault_of_a_question_is_named_by_its_field_with_the_nearest_match(self) -> None:
        wrong = assessments.TallyRequest(
            parent=CASE,
            filter=assessment.IncidentFilter(objects=["oil_depot"]),
            readings=assessment.ReadingChoice(names=["readings/r55"]),
        )
        with self.assertRaises(grpc.RpcError) as caught:
            self.assessments.Tally(wrong)
        refusal = Refusal.of(caught.exception)
        self.assertEqual(refusal.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(
            {v.field: v.reason for v in refusal.violations},
            {"filter.objects[0]": "CLASS_UNKNOWN", "readings.names[0]": "REFERENCE_UNKNOWN"},
        )
        self.assertTrue(all("nearest" in v.description for v in refusal.violations))

    def test_a_record_that_is_not_there_is_not_found(self) -> None:
        with self.assertRaises(grpc.RpcError) as caught:
            self.records.GetRecord(records.GetRecordRequest(name=f"{CASE}/incidents/none"))
        refusal = Refusal.of(caught.exception)
        self.assertEqual((refusal.code, refusal.reason), (grpc.StatusCode.NOT_FOUND, "RECORD_UNKNOWN"))
        self.assertIn("RECORD_UNKNOWN", str(refusal))
