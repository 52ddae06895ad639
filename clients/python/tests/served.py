"""The server that the tests ask, and dossiers to write into."""

import os
import unittest
import uuid
from typing import ClassVar

import grpc
from armistice.v1.assessment_service_pb2_grpc import AssessmentServiceStub
from armistice.v1.dossier_pb2 import Dossier
from armistice.v1.dossier_service_pb2 import CreateDossierRequest
from armistice.v1.dossier_service_pb2_grpc import DossierServiceStub
from armistice.v1.record_service_pb2_grpc import RecordServiceStub

CASE = "dossiers/ukraine-2025"

# A call that hangs fails its test, and not the patience of whoever waits for it.
DEADLINE = ("grpc.service_config", '{"methodConfig": [{"name": [{}], "timeout": "60s"}]}')


class Served(unittest.TestCase):
    """A test with a channel to the server."""

    address: ClassVar[str]
    channel: ClassVar[grpc.Channel]
    dossiers: ClassVar[DossierServiceStub]
    records: ClassVar[RecordServiceStub]
    assessments: ClassVar[AssessmentServiceStub]

    @classmethod
    def setUpClass(cls) -> None:
        cls.address = os.environ["ARMISTICE_ADDRESS"]
        cls.channel = grpc.insecure_channel(cls.address, options=[DEADLINE])
        cls.addClassCleanup(cls.channel.close)
        cls.dossiers = DossierServiceStub(cls.channel)
        cls.records = RecordServiceStub(cls.channel)
        cls.assessments = AssessmentServiceStub(cls.channel)

    def fresh_dossier(self) -> str:
        """The name of a dossier that nobody else writes to."""
        request = CreateDossierRequest(
            dossier_id=f"python-{uuid.uuid4()}",
            dossier=Dossier(display_name="A Python client's", time_zone="Europe/Kyiv"),
        )
        return self.dossiers.CreateDossier(request).dossier.name
