"""Generates the Python client from the protos: messages, stubs, and their types for mypy and editors.

    python generate.py [OUT]

OUT (default: `gen` beside this file) is made anew and holds the package `armistice.v1`; put it on the path. The
generated code is not in the repository: it follows from the protos to the letter, takes half a second to make, and
would otherwise have to be read in every change of a proto.
"""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROTOS = HERE.parent.parent / "proto"


def plugin(name: str) -> str:
    """Where pip put a plugin, which need not be on the PATH."""
    path = Path(sysconfig.get_path("scripts")) / name
    if not path.exists():
        sys.exit(f"generate.py: {name} is missing: pip install -r {HERE / 'requirements-dev.txt'}")
    return str(path)


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "gen"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    # Only what clients see: `armistice/internal` is the server's own.
    protos = sorted(PROTOS.glob("armistice/v1/*.proto"))
    if not protos:
        sys.exit(f"generate.py: there are no protos in {PROTOS}")
    made = subprocess.run(
        [
            *(sys.executable, "-m", "grpc_tools.protoc"),
            f"--proto_path={PROTOS}",
            f"--plugin=protoc-gen-mypy={plugin('protoc-gen-mypy')}",
            f"--plugin=protoc-gen-mypy_grpc={plugin('protoc-gen-mypy_grpc')}",
            f"--python_out={out}",
            f"--grpc_python_out={out}",
            f"--mypy_out=quiet:{out}",
            f"--mypy_grpc_out=quiet:{out}",
            *(str(path) for path in protos),
        ]
    )
    sys.exit(made.returncode)


if __name__ == "__main__":
    main()
