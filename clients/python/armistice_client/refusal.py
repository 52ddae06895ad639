"""A refusal as the server meant it: `google.rpc.Status` with its details, out of the trailers of a failed call."""

from dataclasses import dataclass, field

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from grpc_status import rpc_status


@dataclass(frozen=True)
class Violation:
    """One fault of a request."""

    field: str
    """Full path of the field, such as `records[3].report.claimant`."""
    reason: str
    """Which kind of fault, such as `REFERENCE_UNKNOWN`."""
    description: str
    """What is wrong with it, and what would be right."""


@dataclass(frozen=True)
class Refusal:
    """Why a call was refused. Every refusal of this service has a reason; one without never reached it."""

    code: grpc.StatusCode
    message: str
    reason: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    """Each variable word of the message, such as `message_index` in a stream."""
    violations: tuple[Violation, ...] = ()
    """Every fault by the path of its field, where it was the request that was at fault."""
    retry_after_seconds: float | None = None
    """How long to wait before trying again, where that may help."""

    @classmethod
    def of(cls, error: grpc.RpcError) -> "Refusal":
        """Reads a failed call."""
        if not isinstance(error, grpc.Call):
            raise TypeError(f"not the error of a call: {error!r}")
        status = rpc_status.from_call(error)
        reason, metadata, violations, retry = "", {}, [], None
        for detail in status.details if status is not None else ():
            info = ErrorInfo()
            faults = BadRequest()
            wait = RetryInfo()
            if detail.Unpack(info):
                reason, metadata = info.reason, dict(info.metadata)
            elif detail.Unpack(faults):
                violations += [Violation(v.field, v.reason, v.description) for v in faults.field_violations]
            elif detail.Unpack(wait):
                retry = wait.retry_delay.ToTimedelta().total_seconds()
        return cls(error.code(), error.details() or "", reason, metadata, tuple(violations), retry)

    def __str__(self) -> str:
        lines = [f"{self.code.name} {self.reason}: {self.message}"]
        lines += [f"  {v.field}: {v.description} ({v.reason})" for v in self.violations]
        return "\n".join(lines)
