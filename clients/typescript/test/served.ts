/**
 * The server that the tests ask: its address is in ARMISTICE_ADDRESS. `scripts/clients-check` starts one that holds the
 * worked case, and runs the tests. Every test that records something opens a dossier of its own for it.
 */

import { randomUUID } from "node:crypto";
import { credentials } from "@grpc/grpc-js";
import { DossierService } from "../gen/armistice/v1/dossier_service_pb.js";
import { connect } from "../src/node.js";

/** A variable of the environment without which there is nothing to test. */
export function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: run scripts/clients-check typescript`);
  }
  return value;
}

export const address = needed("ARMISTICE_ADDRESS");
export const insecure = credentials.createInsecure();
export const worked = "dossiers/ukraine-2025";

/** The name of a dossier that nobody else writes to. */
export async function freshDossier(): Promise<string> {
  const dossiers = connect(DossierService, address, insecure);
  try {
    const dossier = { displayName: "A TypeScript client's", timeZone: "Europe/Kyiv" };
    const answer = await dossiers.createDossier({ dossierId: `typescript-${randomUUID()}`, dossier });
    return answer.dossier?.name ?? "";
  } finally {
    dossiers.close();
  }
}
