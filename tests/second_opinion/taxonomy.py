"""The built-in taxonomies, as taxonomy/*.toml have them: {taxonomy: {class: [parents]}}."""
import pathlib
import tomllib

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "taxonomy"


def load(name):
    data = tomllib.loads((FOLDER / (name + ".toml")).read_text(encoding="utf-8"))
    return {node["id"]: node["parents"] for node in data["class"]}


BUILT_IN = {name: load(name) for name in ("objects", "acts", "weapons")}
