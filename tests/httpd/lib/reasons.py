# SPDX-License-Identifier: Apache-2.0
"""The closed list of refusal reasons, read from the header that defines it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .server import TOP

ROW = re.compile(r'X\((\w+), "(\w+)", (\d{3}), (\w+),[\s\\]*"([^"]+)"\)')


@dataclass(frozen=True)
class Reason:
    id: str
    status: int
    sentence: str


def read() -> dict[str, Reason]:
    """Every reason by its id."""
    rows = ROW.findall((TOP / "mod_ikssoauth" / "model" / "refusal.h").read_text())
    assert len(rows) > 20, "mod_ikssoauth/model/refusal.h is not read any more"
    return {name: Reason(name, int(status), sentence) for _, name, status, _, sentence in rows}


REASONS = read()
