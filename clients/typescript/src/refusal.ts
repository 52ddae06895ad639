/** A refusal as the server meant it, whichever way it came. Knows of no transport, so that the browser can use it. */

import { fromBinary } from "@bufbuild/protobuf";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../gen/armistice/client/v1/refusal_pb.js";

/** One fault of a request. */
export interface Violation {
  /** Full path of the field, such as `records[3].report.claimant`. */
  readonly field: string;
  /** Which kind of fault, such as `REFERENCE_UNKNOWN`. */
  readonly reason: string;
  /** What is wrong with it, and what would be right. */
  readonly description: string;
}

/** One detail of a gRPC status: the name of its type, and its bytes. */
export interface Detail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** Why a call was refused. Every refusal of this service has a reason; one without never reached it. */
export class Refusal {
  private constructor(
    /** The gRPC code. */
    readonly code: number,
    /** What was wrong, for a person. */
    readonly message: string,
    /** From the documented list, such as `REFERENCE_UNKNOWN`. */
    readonly reason: string,
    /** Each variable word of the message, such as `message_index` in a stream. */
    readonly metadata: Readonly<Record<string, string>>,
    /** Every fault by the path of its field, where it was the request that was at fault. */
    readonly violations: readonly Violation[],
    /** How long to wait before trying again, where that may help. */
    readonly retryAfterSeconds: number | undefined,
  ) {}

  /** Reads the details of a status. What this client does not know is passed over. */
  static read(code: number, message: string, details: Iterable<Detail>): Refusal {
    let reason = "";
    let metadata: Record<string, string> = {};
    let retryAfterSeconds: number | undefined;
    const violations: Violation[] = [];
    for (const { type, value } of details) {
      if (type === "google.rpc.ErrorInfo") {
        ({ reason, metadata } = fromBinary(ErrorInfoSchema, value));
      } else if (type === "google.rpc.BadRequest") {
        for (const { field, reason, description } of fromBinary(BadRequestSchema, value).fieldViolations) {
          violations.push({ field, reason, description });
        }
      } else if (type === "google.rpc.RetryInfo") {
        const delay = fromBinary(RetryInfoSchema, value).retryDelay;
        retryAfterSeconds = delay && Number(delay.seconds) + delay.nanos / 1e9;
      }
    }
    return new Refusal(code, message, reason, metadata, violations, retryAfterSeconds);
  }

  toString(): string {
    const faults = this.violations.map((v) => `\n  ${v.field}: ${v.description} (${v.reason})`);
    return `${this.reason || "no answer"} (code ${this.code}): ${this.message}${faults.join("")}`;
  }
}
