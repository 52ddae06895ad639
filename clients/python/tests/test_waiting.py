"""The same stubs without threads: `grpc.aio`."""

import asyncio

import grpc
from armistice.v1.assessment_pb2 import BASIS_VERIFIED
from armistice.v1.assessment_service_pb2 import TallyRequest
from armistice.v1.assessment_service_pb2_grpc import AssessmentServiceStub

from .served import CASE, Served


class Waiting(Served):
    def test_calls_can_be_awaited_side_by_side(self) -> None:
        async def ask() -> list[int]:
            async with grpc.aio.insecure_channel(self.address) as channel:
                service = AssessmentServiceStub(channel)
                request = TallyRequest(parent=CASE, bases=[BASIS_VERIFIED])
                answers = await asyncio.gather(*(service.Tally(request) for _ in range(4)))
                return [answer.counted.incidents for answer in answers]

        counted = asyncio.run(ask())
        self.assertEqual(len(set(counted)), 1)
        self.assertGreater(counted[0], 0)
