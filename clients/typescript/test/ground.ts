/** Records to write: two states, a document, and accounts of incidents. */

import type { MessageInitShape } from "@bufbuild/protobuf";
import { ActorType } from "../gen/armistice/v1/actors_pb.js";
import type { RecordSchema } from "../gen/armistice/v1/record_pb.js";

type Draft = MessageInitShape<typeof RecordSchema>;

export function state(id: string, displayName: string): Draft {
  return { name: `actors/${id}`, kind: { case: "actor", value: { displayName, type: ActorType.STATE } } };
}

export const ground: Draft[] = [
  state("a", "A"),
  state("b", "B"),
  {
    name: "documents/log",
    kind: { case: "document", value: { title: "A log", published: { local: "2025-03-19" } } },
  },
];

/** An incident and one report of it, by this claimant. */
export function accounts(number: number, claimant = "actors/a"): Draft[] {
  return [
    { name: `incidents/i${number}`, kind: { case: "incident", value: { displayName: `Incident ${number}` } } },
    {
      name: `reports/i${number}`,
      citations: [{ document: "documents/log" }],
      kind: {
        case: "report",
        value: {
          incident: `incidents/i${number}`,
          claimant,
          facts: { occurred: { local: "2025-03-19" }, attributedTo: "actors/b" },
        },
      },
    },
  ];
}
