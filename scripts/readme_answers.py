"""What `scripts/readme-check` needs Python for: to compare an answer with what a page shows of it, and to show refusals and
descriptions as grpcurl does, out of what buf and the server's own reflection say.

    readme_answers.py holds SHOWN ANSWER      is what the page shows, a JSON file, in the answer?
    readme_answers.py says SHOWN OUTPUT       are the lines that the page shows among those of the output, in this order?
    readme_answers.py refusal BUF URL ERROR   an error as `buf curl` printed it, as grpcurl prints it
    readme_answers.py describe BUF URL NAME   a message or service, as `grpcurl describe` prints it
    readme_answers.py selftest                does `holds` see what is missing?

`refusal` and `describe` need the package protobuf.
"""

import base64
import json
import subprocess
import sys
from pathlib import Path


def difference(shown: object, found: object, path: str = "") -> str | None:
    """Where an answer lacks what is shown. More may be in it: fields, and elements of lists, whose order is kept. A text that
    ends in `…` stands for all that begin so; `…` alone for any that is not empty."""
    at = path or "the answer"
    if isinstance(shown, dict):
        if not isinstance(found, dict):
            return f"{at} is {found!r}, not an object"
        for key, value in shown.items():
            if key not in found:
                return f"{at} has no {key}"
            if wrong := difference(value, found[key], f"{path}.{key}" if path else key):
                return wrong
        return None
    if isinstance(shown, list):
        if not isinstance(found, list):
            return f"{at} is {found!r}, not a list"
        rest = iter(enumerate(found))
        for wanted in shown:
            tried = []
            for index, element in rest:
                wrong = difference(wanted, element, f"{path}[{index}]")
                if wrong is None:
                    break
                tried.append(wrong)
            else:
                return f"{at} has no {json.dumps(wanted, ensure_ascii=False)} (there)" + "".join(f"\n  {t}" for t in tried[:5])
        return None
    if isinstance(shown, str) and shown.endswith("…") and isinstance(found, str):
        return None if found and found.startswith(shown[:-1]) else f"{at} is {found!r}, shown is {shown!r}"
    is_same = shown == found and isinstance(shown, bool) == isinstance(found, bool)  # to Python 1 is True
    return None if is_same else f"{at} is {found!r}, shown is {shown!r}"


def holds(shown: str, answer: str) -> str | None:
    try:
        wanted = json.loads(Path(shown).read_text())
    except json.JSONDecodeError as error:
        return f"what the page shows is not JSON: {error}"
    return difference(wanted, json.loads(Path(answer).read_text()))


def says(shown: str, output: str) -> str | None:
    lines = iter([" ".join(line.split()) for line in Path(output).read_text().splitlines()])
    for wanted in Path(shown).read_text().splitlines():
        words = " ".join(wanted.split())
        if words not in ("", "…") and words not in lines:
            return f"this line is not there, or not in this place: {words}"
    return None


class Reflection:
    """Descriptors as the server gives them to whoever asks."""

    def __init__(self, buf: str, url: str) -> None:
        from google.protobuf import descriptor_pb2, descriptor_pool

        self.buf, self.url = buf, url
        self.pool = descriptor_pool.DescriptorPool()
        self.file_type = descriptor_pb2.FileDescriptorProto
        self.files: dict[str, descriptor_pb2.FileDescriptorProto] = {}

    def load(self, question: dict[str, str]) -> None:
        command = [self.buf, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--data", json.dumps(question)]
        method = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
        asked = subprocess.run([*command, f"{self.url}/{method}"], capture_output=True, text=True, check=True)
        answer = json.loads(asked.stdout)
        if "fileDescriptorResponse" not in answer:
            sys.exit(f"readme-check: reflection knows nothing of {question}: {answer.get('errorResponse')}")
        for encoded in answer["fileDescriptorResponse"]["fileDescriptorProto"]:
            file = self.file_type.FromString(base64.b64decode(encoded))
            if file.name not in self.files:
                self.files[file.name] = file
                for needed in file.dependency:
                    if needed not in self.files:
                        self.load({"fileByFilename": needed})
                self.pool.Add(file)

    def symbol(self, name: str) -> None:
        self.load({"fileContainingSymbol": name})


def refusal(buf: str, url: str, error: str) -> str:
    from google.protobuf import json_format, message_factory

    told = json.loads(Path(error).read_text())
    code = "".join(word.capitalize() for word in told["code"].split("_"))
    lines = ["ERROR:", f"  Code: {code}", f"  Message: {told['message']}"]
    reflection = Reflection(buf, url)
    for number, detail in enumerate(told.get("details", []), 1):
        if number == 1:
            lines.append("  Details:")
        reflection.symbol(detail["type"])
        message = message_factory.GetMessageClass(reflection.pool.FindMessageTypeByName(detail["type"]))()
        message.ParseFromString(base64.b64decode(detail["value"] + "=="))
        fields = json_format.MessageToDict(message, descriptor_pool=reflection.pool)
        shown = json.dumps({"@type": f"type.googleapis.com/{detail['type']}", **fields}, indent=2, ensure_ascii=False)
        first, *rest = shown.split("\n")
        lines += [f"  {number})\t{first}", *(f"    \t{line}" for line in rest)]
    return "\n".join(lines)


def describe(buf: str, url: str, name: str) -> str:
    """Comments and fields; the options of fields, which grpcurl prints too, are left out."""
    reflection = Reflection(buf, url)
    reflection.symbol(name)
    for file in reflection.files.values():
        local = name.removeprefix(f"{file.package}.")
        comments = {tuple(at.path): at.leading_comments for at in file.source_code_info.location}

        def comment(path: tuple[int, ...], indent: str, of: dict[tuple[int, ...], str] = comments) -> list[str]:
            return [f"{indent}//{line}" for line in of.get(path, "").rstrip("\n").split("\n") if path in of and line]

        for index, message in enumerate(file.message_type):
            if message.name == local:
                lines = [f"{name} is a message:", *comment((4, index), ""), f"message {local} {{"]
                for number, field in enumerate(message.field):
                    kind = field.type_name or field.Type.Name(field.type).removeprefix("TYPE_").lower()
                    repeated = "repeated " if field.label == field.LABEL_REPEATED else ""
                    lines += comment((4, index, 2, number), "  ")
                    lines.append(f"  {repeated}{kind} {field.name} = {field.number};")
                return "\n".join([*lines, "}"])
        for index, service in enumerate(file.service):
            if service.name == local:
                lines = [f"{name} is a service:", *comment((6, index), ""), f"service {local} {{"]
                for number, method in enumerate(service.method):
                    asked = f"{'stream ' if method.client_streaming else ''}{method.input_type}"
                    answered = f"{'stream ' if method.server_streaming else ''}{method.output_type}"
                    lines += comment((6, index, 2, number), "  ")
                    lines.append(f"  rpc {method.name} ( {asked} ) returns ( {answered} );")
                return "\n".join([*lines, "}"])
    sys.exit(f"readme-check: describe {name} has no translation")


def selftest() -> str:
    in_it = [
        ({}, {"a": 1}),
        ({"a": [1, 3]}, {"a": [1, 2, 3], "b": 1}),
        ([{"a": 1}], [{"a": 2}, {"a": 1, "c": 1}]),
        ({"t": "…", "u": "x…"}, {"t": "any", "u": "xy"}),
        (["…"], ["a"]),
    ]
    not_in_it = [
        ({"a": 1}, {}),
        ({"a": 1}, {"a": "1"}),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, []),
        ([], {}),
        ({"a": [3, 1]}, {"a": [1, 2, 3]}),
        ([1, 1], [1]),
        ({"t": "…"}, {"t": ""}),
        ({"t": "x…"}, {"t": "y"}),
        ({"a": {"b": ["c"]}}, {"a": {"b": []}}),
    ]
    wrong = [pair for pair in in_it if difference(*pair)] + [pair for pair in not_in_it if not difference(*pair)]
    if wrong:
        sys.exit(f"readme_answers.py misjudges {wrong}")
    return f"{len(in_it) + len(not_in_it)} comparisons judged right"


def main() -> None:
    verb, *words = sys.argv[1:]
    if verb in ("holds", "says"):
        if wrong := {"holds": holds, "says": says}[verb](*words):
            sys.exit(wrong)
    else:
        print({"refusal": refusal, "describe": describe, "selftest": selftest}[verb](*words))


if __name__ == "__main__":
    main()
