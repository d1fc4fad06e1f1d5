# SPDX-License-Identifier: Apache-2.0
"""
The register of attacks: each file in tests/attacks/ adds its own, with the reason each must be refused with.

Run as a program (PYTHONPATH=tests/httpd python3 -m lib.attack FOLDER) it writes them all into a folder: seeds for fuzzers.
"""

from __future__ import annotations

import base64
import importlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping, Union

from .forge import Response, encode
from .server import TOP

FOLDER = TOP / "tests" / "attacks"
Message = Union[Response, bytes, str]       # a response to be built, XML, or the form field as it is
Make = Callable[[], Message]


@dataclass(frozen=True)
class Attack:
    """make builds the message anew each time: ids and times are fresh."""
    file: str
    name: str
    reason: str
    make: Make
    host: str = "imagekit.test"

    @property
    def title(self) -> str:
        return f"{self.file}-{self.reason}-{self.name}"

    def field(self) -> str:
        """What is posted as SAMLResponse."""
        message = self.make()
        if isinstance(message, Response):
            message = message.bytes()
        return encode(message) if isinstance(message, bytes) else message


_register: list[Attack] = []
_reading = ""


def refused(reason: str, rows: Mapping[str, Make], host: str = "imagekit.test") -> None:
    """Every row is refused for this reason."""
    _register.extend(Attack(_reading, name, reason, make, host) for name, make in rows.items())


def load() -> list[Attack]:
    """All attacks. A file that registers none is an error: it would prove nothing."""
    global _reading
    _register.clear()
    for file in sorted(FOLDER.glob("[a-z]*.py")):
        if file.name.startswith(("test_", "conftest")):
            continue
        before, _reading = len(_register), file.stem
        spec = importlib.util.spec_from_file_location(f"attacks_{file.stem}", file)
        assert spec is not None and spec.loader is not None
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        assert len(_register) > before, f"{file} registers no attack"
    names = [each.title for each in _register]
    assert len(names) == len(set(names)), "two attacks of one name"
    return list(_register)


def write(folder: Path) -> int:
    """Writes every attack's XML, as seeds for fuzzers; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for each in load():
        try:
            octets = base64.b64decode(each.field(), validate=True)
        except ValueError:
            continue
        (folder / f"{each.title}.xml").write_bytes(octets)
        count += 1
    return count


if __name__ == "__main__":
    # The attacks register with the module that they import, which is not this one.
    print(importlib.import_module("lib.attack").write(Path(sys.argv[1])), "attacks written")
