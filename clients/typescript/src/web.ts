/** The client in the browser: any generated service over gRPC-Web, which the server speaks on the same port. */

import type { DescService } from "@bufbuild/protobuf";
import { type Client, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { Refusal } from "./refusal.js";

/**
 * A client of one service: `connect(RecordService, "http://localhost:7411")`. Needs nothing but `fetch`, and so runs in Node too.
 *
 * A browser sends no stream of requests: `ImportRecords` is for Node.
 */
export function connect<S extends DescService>(service: S, address: string): Client<S> {
  return createClient(service, createGrpcWebTransport({ baseUrl: address }));
}

/** Reads the error of a failed call. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ConnectError)) {
    throw new TypeError("not the error of a call", { cause: error });
  }
  // What a server sent has a type and bytes; the other kind of detail is for errors that a server of ours would make.
  const details = error.details.flatMap((detail) => ("type" in detail ? [detail] : []));
  return Refusal.read(error.code, error.rawMessage, details);
}
