"""The example, run as a reader would run it."""

import subprocess
import sys
import tempfile
from pathlib import Path

from .served import Served

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "tally.py"


class TheExample(Served):
    def test_the_example_prints_the_frame_and_plots_it(self) -> None:
        for suffix, begins in ((".png", b"\x89PNG\r\n"), (".svg", b"<?xml")):
            with self.subTest(suffix), tempfile.TemporaryDirectory() as folder:
                plot = Path(folder) / f"tally{suffix}"
                run = subprocess.run(
                    [sys.executable, str(EXAMPLE), self.address, str(plot)], capture_output=True, text=True
                )
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertTrue(plot.read_bytes().startswith(begins))
                self.assertGreater(plot.stat().st_size, 5_000)
        for shown in (
            "reading of     week    object",
            "Ukraine 2025-W13    energy",
            "asked again at the same position: the same rows",
            "filter.objects[0]: \"oil_depot\" is no node of objects v1; nearest: \"oil.depot\" (CLASS_UNKNOWN)",
        ):
            self.assertIn(shown, run.stdout)
