/**
 * Who breached what, by the texts of two sides: pulls a tally over @grpc/grpc-js and prints it.
 *
 *     npm run example -- [ADDRESS]
 *
 * It wants a server that holds the worked case: `armistice serve`, then `armistice import cases/energy-2025`.
 */

import { credentials } from "@grpc/grpc-js";
import { Basis, GroupBy } from "../gen/armistice/v1/assessment_pb.js";
import { AssessmentService, type TallyResponse } from "../gen/armistice/v1/assessment_service_pb.js";
import { connect, refusalOf } from "../src/node.js";
import { pages } from "../src/pages.js";

const service = connect(AssessmentService, process.argv[2] ?? "localhost:7411", credentials.createInsecure());
const question = {
  parent: "dossiers/ukraine-2025",
  readings: { names: ["readings/r5", "readings/r7"] },
  bases: [Basis.ALLEGED],
  groupBy: [GroupBy.WEEK, GroupBy.OBJECT],
  pageSize: 10,
};

// A page at a time; all are computed at the position of the first.
const answers: TallyResponse[] = [];
for await (const page of pages(service.tally, question)) {
  answers.push(page);
}
const [first] = answers;
console.log(`${first?.counted?.incidents} ${first?.counted?.unit} in ${answers.length} pages`);
console.table(
  answers.flatMap((page) =>
    page.rows
      .filter((row) => row.group.some((value) => value !== ""))
      .map((row) => ({
        reading: row.reading.split("/").at(-1),
        week: row.group[0],
        object: row.group[1],
        breach: Number(row.breach),
        "no breach": Number(row.noBreach),
        undetermined: Number(row.undetermined),
        "not assessed": Number(row.notAssessed),
      })),
  ),
);

// Asked again at the same position: the same rows, whatever was recorded since.
const at = { case: "at", value: { at: { case: "readAt", value: first?.readAt ?? "" } } } as const;
const again = await service.tally({ ...question, consistency: { when: at } });
console.log(`asked again at the same position: ${again.readAt === first?.readAt ? "the same" : "another state"}`);

// What cannot be answered is refused, with every fault by its field and the nearest match.
try {
  await service.tally({ parent: question.parent, filter: { objects: ["oil_depot"] }, readings: { names: ["readings/r55"] } });
} catch (error) {
  console.log(String(refusalOf(error)));
}
service.close();
