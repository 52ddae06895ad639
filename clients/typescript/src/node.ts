/** The client in Node: any generated service over @grpc/grpc-js, with the types of its own messages. */

import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  type ClientReadableStream,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { StatusSchema } from "../gen/armistice/client/v1/refusal_pb.js";
import { type Detail, Refusal } from "./refusal.js";

/** How one method is called, by what it streams. */
type Call<M> = M extends { methodKind: "unary"; input: infer I extends DescMessage; output: infer O extends DescMessage }
  ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
  : M extends { methodKind: "server_streaming"; input: infer I extends DescMessage; output: infer O extends DescMessage }
    ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>> & ClientReadableStream<MessageShape<O>>
    : M extends { methodKind: "bidi_streaming"; input: infer I extends DescMessage; output: infer O extends DescMessage }
      ? (options?: CallOptions) => AsyncIterable<MessageShape<O>> & ClientDuplexStream<MessageInitShape<I>, MessageShape<O>>
      : never;

/** A service with one function for each method, and a way to end its connection. */
export type Service<S extends DescService> = { readonly [K in keyof S["method"]]: Call<S["method"][K]> } & {
  /** Ends the connection. */
  close(): void;
};

/**
 * A client of one service: `connect(RecordService, "localhost:7411", credentials.createInsecure())`.
 *
 * The generated code describes services and leaves the transport open; this fills the gap. A method becomes a function
 * of its request: one that answers once gives a promise, one that streams gives the stream of @grpc/grpc-js.
 */
export function connect<S extends DescService>(
  service: S,
  address: string,
  credentials: ChannelCredentials,
  options?: ClientOptions,
): Service<S> {
  const client = new Client(address, credentials, options);
  const calls: Record<string, unknown> = { close: () => client.close() };
  for (const method of service.methods) {
    calls[method.localName] = callOf(client, service, method);
  }
  // The type says for each method what `callOf` made by its kind; the loop cannot be typed so far.
  return calls as Service<S>;
}

function callOf(client: Client, service: DescService, method: DescMethod): unknown {
  const path = `/${service.typeName}/${method.name}`;
  const encode = (request: MessageInitShape<DescMessage>): Buffer =>
    Buffer.from(toBinary(method.input, create(method.input, request)));
  const decode = (bytes: Buffer): MessageShape<DescMessage> => fromBinary(method.output, bytes);
  switch (method.methodKind) {
    case "unary":
      return (request: MessageInitShape<DescMessage>, options: CallOptions = {}) =>
        new Promise((resolve, reject) => {
          client.makeUnaryRequest(path, encode, decode, request, new Metadata(), options, (error, answer) => {
            if (error !== null) {
              reject(error);
            } else {
              resolve(answer);
            }
          });
        });
    case "server_streaming":
      return (request: MessageInitShape<DescMessage>, options: CallOptions = {}) =>
        client.makeServerStreamRequest(path, encode, decode, request, new Metadata(), options);
    case "bidi_streaming":
      return (options: CallOptions = {}) => client.makeBidiStreamRequest(path, encode, decode, new Metadata(), options);
    case "client_streaming":
      // No method of the service is of this kind, and `Call` has no type for one.
      throw new TypeError(`${path} streams requests and answers once`);
  }
}

/** Reads the error of a failed call. */
export function refusalOf(error: unknown): Refusal {
  if (!isServiceError(error)) {
    throw new TypeError("not the error of a call", { cause: error });
  }
  const details: Detail[] = [];
  for (const trailer of error.metadata.get("grpc-status-details-bin")) {
    if (typeof trailer !== "string") {
      for (const { typeUrl, value } of fromBinary(StatusSchema, trailer).details) {
        details.push({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value });
      }
    }
  }
  return Refusal.read(error.code, error.details, details);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}
