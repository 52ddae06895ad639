/** The client over gRPC-Web, by Node's own `fetch`, against a running server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { Basis, Verdict } from "../gen/armistice/v1/assessment_pb.js";
import { AssessmentService } from "../gen/armistice/v1/assessment_service_pb.js";
import { DossierService } from "../gen/armistice/v1/dossier_service_pb.js";
import { RecordService } from "../gen/armistice/v1/record_service_pb.js";
import * as node from "../src/node.js";
import { pages } from "../src/pages.js";
import { connect, refusalOf } from "../src/web.js";
import { accounts, ground } from "./ground.js";
import { address, freshDossier, insecure, worked } from "./served.js";

const url = `http://${address}`;
const records = connect(RecordService, url);
const assessments = connect(AssessmentService, url);

test("dossiers are listed over gRPC-Web", async () => {
  const answer = await connect(DossierService, url).listDossiers({});
  assert.ok(answer.dossiers.some((dossier) => dossier.name === worked));
});

test("verdicts over gRPC-Web are those over gRPC", async () => {
  const question = { parent: worked, bases: [Basis.ALLEGED] };
  const overWeb = [];
  for await (const page of pages(assessments.assess, { ...question, pageSize: 20 })) {
    overWeb.push(...page.assessments);
  }
  const grpc = node.connect(AssessmentService, address, insecure);
  const overGrpc = (await grpc.assess({ ...question, pageSize: 1000 })).assessments;
  grpc.close();
  assert.deepEqual(overWeb, overGrpc);
  assert.ok(overWeb.some((assessment) => assessment.verdict === Verdict.BREACH));
});

test("a page can record, and a refused batch comes back with every fault by its path", async () => {
  const parent = await freshDossier();
  const odd = accounts(1, "actors/aa");
  await assert.rejects(records.appendRecords({ parent, records: [...ground, ...odd] }), (error) => {
    const refusal = refusalOf(error);
    assert.equal(refusal.code, Code.InvalidArgument);
    assert.equal(refusal.reason, "REFERENCE_UNKNOWN");
    assert.deepEqual(refusal.violations.map((v) => v.field), ["records[4].report.claimant"]);
    return true;
  });
  const stored = await records.appendRecords({ parent, records: [...ground, ...accounts(1)] });
  assert.equal(stored.records.length, 5);
});

test("a refusal before there is a body arrives too", async () => {
  await assert.rejects(records.getRecord({ name: `${worked}/incidents/none` }), (error) => {
    assert.deepEqual([refusalOf(error).code, refusalOf(error).reason], [Code.NotFound, "RECORD_UNKNOWN"]);
    return true;
  });
});
