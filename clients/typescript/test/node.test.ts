/** The client over @grpc/grpc-js, against a running server. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { status } from "@grpc/grpc-js";
import { Basis, Element, GroupBy, Truth, Verdict } from "../gen/armistice/v1/assessment_pb.js";
import { AssessmentService } from "../gen/armistice/v1/assessment_service_pb.js";
import { type ImportRecordsResponse, RecordService } from "../gen/armistice/v1/record_service_pb.js";
import { connect, refusalOf } from "../src/node.js";
import { pages } from "../src/pages.js";
import type { Refusal } from "../src/refusal.js";
import { accounts, ground, state } from "./ground.js";
import { address, freshDossier, insecure, worked } from "./served.js";

const records = connect(RecordService, address, insecure);
const assessments = connect(AssessmentService, address, insecure);
after(() => {
  records.close();
  assessments.close();
});

async function refused(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    return refusalOf(error);
  }
  assert.fail("the call was answered");
}

test("an incident is a breach by one text and not by another, and each says why", async () => {
  const answer = await assessments.assess({
    parent: worked,
    incidents: ["incidents/v03"],
    readings: { names: ["readings/r1", "readings/r6"] },
    bases: [Basis.ALLEGED],
  });
  const [broad, none] = answer.assessments;
  assert.equal(broad?.verdict, Verdict.BREACH);
  assert.equal(none?.verdict, Verdict.NO_BREACH);
  assert.equal(none.elements.length, 11);
  assert.equal(none.elements.find((e) => e.element === Element.OPERATIVE)?.truth, Truth.NO);
});

test("pages of a listing hold every record once and in order", async () => {
  const asked = { parent: worked, collections: ["incidents"], pageSize: 7 };
  const whole = await records.listRecords({ ...asked, pageSize: 1000 });
  const names: string[] = [];
  let count = 0;
  for await (const page of pages(records.listRecords, asked)) {
    assert.ok(page.records.length <= 7);
    assert.equal(page.readAt, whole.readAt);
    names.push(...page.records.map((record) => record.name));
    count += 1;
  }
  assert.ok(count > 2);
  assert.deepEqual(names, whole.records.map((record) => record.name));
});

test("a tally by week counts what the verdicts say", async () => {
  const question = { parent: worked, readings: { names: ["readings/r5"] }, bases: [Basis.ALLEGED] };
  const total = (await assessments.tally(question)).rows[0];
  const weekly = await assessments.tally({ ...question, groupBy: [GroupBy.WEEK] });
  const verdicts = (await assessments.assess(question)).assessments;
  assert.equal(total?.breach, BigInt(verdicts.filter((v) => v.verdict === Verdict.BREACH).length));
  assert.ok(total.breach > 0n);
  assert.ok(weekly.rows.reduce((sum, row) => sum + row.breach, 0n) >= total.breach);
});

test("a comparison names the elements over which readings part", async () => {
  const answer = await assessments.compare({
    parent: worked,
    readings: { names: ["readings/r1", "readings/r2"] },
    bases: [Basis.ALLEGED],
  });
  assert.equal(answer.pairs.length, 1);
  const partings = answer.comparisons.flatMap((comparison) => comparison.partings);
  assert.ok(partings.length > 0);
  assert.ok(partings.every((p) => p.verdictA !== p.verdictB && p.elements.length > 0));
});

test("a request that is repeated gets the first answer and stores nothing", async () => {
  const parent = await freshDossier();
  const requestId = randomUUID();
  const first = await records.appendRecords({ parent, records: ground, requestId });
  assert.deepEqual(first.records.map((record) => record.position), [1n, 2n, 3n]);
  assert.deepEqual(await records.appendRecords({ parent, records: ground, requestId }), first);
  assert.equal((await records.listRecords({ parent })).records.length, 3);
  const other = await refused(records.appendRecords({ parent, records: [state("c", "C")], requestId }));
  assert.deepEqual([other.code, other.reason], [status.ALREADY_EXISTS, "REQUEST_ID_REUSED"]);
});

test("a refused batch names every fault by its path and stores nothing", async () => {
  const parent = await freshDossier();
  const odd = accounts(1, "actors/aa");
  odd[0] = { name: "incidents/i1", kind: { case: "incident", value: { displayName: "" } } };
  const refusal = await refused(records.appendRecords({ parent, records: [...ground, ...odd] }));
  assert.equal(refusal.code, status.INVALID_ARGUMENT);
  assert.deepEqual(
    Object.fromEntries(refusal.violations.map((v) => [v.field, v.reason])),
    {
      "records[3].incident.display_name": "FIELD_REQUIRED",
      "records[4].report.claimant": "REFERENCE_UNKNOWN",
    },
  );
  assert.equal((await records.listRecords({ parent })).records.length, 0);
});

test("a state of the record can be named and had again after a correction", async () => {
  const parent = await freshDossier();
  const { readAt } = await records.appendRecords({ parent, records: ground });
  await records.appendRecords({ parent, records: [{ ...state("b", "B in full"), reason: "its name in full" }] });
  const name = `${parent}/actors/b`;
  const now = await records.getRecord({ name });
  const at = { case: "at", value: { at: { case: "readAt", value: readAt } } } as const;
  const before = await records.getRecord({ name, consistency: { when: at } });
  assert.equal(now.record?.kind.case === "actor" && now.record.kind.value.displayName, "B in full");
  assert.equal(before.record?.kind.case === "actor" && before.record.kind.value.displayName, "B");
});

test("an import streams batches and their answers both ways, and ends at the first refused one", async () => {
  const parent = await freshDossier();
  const batches = [
    { parent, records: ground, requestId: randomUUID() },
    ...[1, 2, 3].map((n) => ({ parent, records: accounts(n), requestId: randomUUID() })),
    { parent, records: accounts(4, "actors/nobody"), requestId: randomUUID() },
  ];
  const stream = records.importRecords();
  for (const batch of batches) {
    stream.write(batch);
  }
  stream.end();
  const answers: ImportRecordsResponse[] = [];
  const refusal = await refused(
    (async () => {
      for await (const answer of stream) {
        answers.push(answer);
      }
    })(),
  );
  assert.deepEqual(answers.map((answer) => answer.requestId), batches.slice(0, 4).map((batch) => batch.requestId));
  assert.equal(answers.at(-1)?.lastPosition, 9n);
  assert.equal(refusal.metadata["message_index"], "4");
  assert.deepEqual(refusal.violations.map((v) => v.field), ["records[1].report.claimant"]);
  assert.equal((await assessments.tally({ parent })).counted?.incidents, 3n);
});

test("what is not there is not found, and what is no error of a call is not read as one", async () => {
  const refusal = await refused(records.getRecord({ name: `${worked}/incidents/none` }));
  assert.deepEqual([refusal.code, refusal.reason], [status.NOT_FOUND, "RECORD_UNKNOWN"]);
  assert.throws(() => refusalOf(new Error("something else")), TypeError);
});

test("a call whose deadline has passed is refused by the client itself, without a reason of the server's", async () => {
  const refusal = await refused(records.listRecords({ parent: worked }, { deadline: Date.now() - 1 }));
  assert.deepEqual([refusal.code, refusal.reason], [status.DEADLINE_EXCEEDED, ""]);
});

test("the example prints the counts, and what is wrong with a wrong question", () => {
  const example = fileURLToPath(new URL("../examples/tally.js", import.meta.url));
  const printed = execFileSync(process.execPath, [example, address], { encoding: "utf8" });
  for (const shown of [
    "35 incidents in 3 pages",
    "'2025-W13' │ 'energy'",
    "asked again at the same position: the same",
    'filter.objects[0]: "oil_depot" is no node of objects v1; nearest: "oil.depot" (CLASS_UNKNOWN)',
  ]) {
    assert.ok(printed.includes(shown), `${shown}\nis not in\n${printed}`);
  }
});
