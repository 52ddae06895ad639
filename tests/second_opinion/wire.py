"""gRPC without generated code: the repository's protos, compiled in memory, and a client that speaks dicts."""
import pathlib
import tempfile

import grpc
import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from grpc_tools import protoc

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "proto"

# as much of the error model as an explanation needs
ERRORS = """
syntax = "proto3";
package google.rpc;
import "google/protobuf/any.proto";
message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
message BadRequest {
  message FieldViolation { string field = 1; string description = 2; }
  repeated FieldViolation field_violations = 1;
}
"""


class Refused(Exception):
    """The server's answer was an error."""


class Protos:
    def __init__(self):
        files = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("armistice/v1/*.proto"))
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder)
            (out / "errors.proto").write_text(ERRORS, encoding="utf-8")
            well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
            code = protoc.main(["protoc", "-I%s" % FOLDER, "-I%s" % out, "-I%s" % well_known, "--include_imports",
                                "--descriptor_set_out=%s" % (out / "set"), "errors.proto"] + files)
            if code:
                raise SystemExit("the protos do not compile")
            found = descriptor_pb2.FileDescriptorSet.FromString((out / "set").read_bytes())
        self.pool = descriptor_pool.DescriptorPool()
        for file in found.file:
            self.pool.Add(file)

    def message(self, name):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))

    def explain(self, error):
        """An error with the fields at fault."""
        lines = ["%s: %s" % (error.code().name, error.details())]
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                for detail in self.message("google.rpc.Status").FromString(value).details:
                    if detail.type_url.endswith("google.rpc.BadRequest"):
                        faults = self.message("google.rpc.BadRequest").FromString(detail.value).field_violations
                        lines += ["%s: %s" % (fault.field, fault.description) for fault in faults]
        return "\n    ".join(lines)


class Client:
    def __init__(self, address):
        self.protos = Protos()
        self.channel = grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", 16 << 20)])

    def call(self, service, method, request, sparse=False):
        """Sends a dict in proto3 JSON form, and returns one; a sparse one has no fields that are not set."""
        pool = self.protos.pool
        described = pool.FindServiceByName("armistice.v1." + service).methods_by_name[method]
        answer = self.protos.message(described.output_type.full_name)
        message = self.protos.message(described.input_type.full_name)()
        json_format.ParseDict(request, message, descriptor_pool=pool)
        call = self.channel.unary_unary("/armistice.v1.%s/%s" % (service, method),
                                        request_serializer=lambda m: m.SerializeToString(),
                                        response_deserializer=answer.FromString)
        try:
            response = call(message, timeout=60)
        except grpc.RpcError as error:
            raise Refused(self.protos.explain(error)) from None
        return json_format.MessageToDict(response, preserving_proto_field_name=True,
                                         always_print_fields_with_no_presence=not sparse, descriptor_pool=pool)

    def pages(self, service, method, request, field, sparse=False):
        """All pages of an answer: one repeated field joined, the rest from the first."""
        out = self.call(service, method, request, sparse)
        token = out.get("next_page_token")
        while token:
            page = self.call(service, method, dict(request, page_token=token), sparse)
            out[field] += page[field]
            token = page.get("next_page_token")
        return out
