# SPDX-License-Identifier: Apache-2.0
"""The role map of conf/dashboard.conf, as data."""
import re
from pathlib import Path

ROLES = ("account_administrator", "developer", "media_library_full_access", "media_library_view_only_access",
         "media_library_restricted_access", "finance")
FILE = Path(__file__).resolve().parents[2] / "conf" / "dashboard.conf"
SECTION = re.compile(r'<Location "([^"]+)">(.*?)</Location>', re.S)
REQUIRE = re.compile(r"^\s*Require\s+(valid-user|ik-role\s+(.+))$", re.M)


def read(file: Path = FILE) -> dict[str, frozenset[str]]:
    """Path of each section, and the roles it is open to. Says no rather than guess at a line it does not know."""
    sections = {}
    for path, body in SECTION.findall(file.read_text().replace("\\\n", " ")):
        requires = REQUIRE.findall(body)
        if len(requires) != 1:
            raise ValueError(f"{file}: {path} needs exactly one Require that is valid-user or ik-role")
        sections[path] = frozenset(requires[0][1].split() or ROLES)
        if not sections[path] <= set(ROLES):
            raise ValueError(f"{file}: {path} names an unknown role")
    if not sections:
        raise ValueError(f"{file}: no <Location> found")
    return sections
