# SPDX-License-Identifier: Apache-2.0
"""The databases that a server under test can have: a file of SQLite, or one of a private PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from . import postgres

KIND = os.environ.get("IK_TEST_DATABASE", "sqlite3")


class Database(Protocol):
    """spec is what IkSSODatabase and ikssoctl --db take."""
    spec: str

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Looks into, or changes, the database behind the product's back; ? stands for a value."""

    def remove(self) -> None:
        """Deletes what would outlive the directory of the server."""


class SqliteFile:
    """A file, which goes with the directory that it is in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.spec = f"sqlite3:{path}"

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path, timeout=10)) as db:
            rows = db.execute(statement, values).fetchall()
            db.commit()
            return rows

    def remove(self) -> None:
        return None


class PostgresDatabase:
    """A database of its own in a PostgreSQL."""

    def __init__(self, server: postgres.Postgres | None = None) -> None:
        self.server = server or postgres.shared()
        self.name = self.server.create()
        self.spec = f"pgsql:{self.server.conninfo(self.name)}"

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.server.sql(statement, *values, database=self.name)

    def remove(self) -> None:
        self.server.drop(self.name)


def fresh(path: Path, kind: str | None = None) -> Database:
    """An empty database of that kind, else of the one that IK_TEST_DATABASE names: sqlite3 (then the file is path) or pgsql."""
    kinds = {"sqlite3": lambda: SqliteFile(path), "pgsql": PostgresDatabase}
    if (kind or KIND) not in kinds:
        raise ValueError(f"IK_TEST_DATABASE={KIND}: it is one of {', '.join(kinds)}")
    return kinds[kind or KIND]()
