# SPDX-License-Identifier: Apache-2.0
"""A private PostgreSQL in a directory of its own, on a unix socket; it can be stopped, restarted and killed."""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

PORT = 5432             # names the socket; nothing listens on TCP
SUPERUSER = "postgres"
OWNER = "ikssoauth"     # the role that the module and ikssoctl are: no superuser
START_SECONDS = 60

# No fsync: what is tested is the loss of processes, not of power; databases are made and dropped by the dozen.
SETTINGS = """
fsync = off
listen_addresses = ''
port = {port}
unix_socket_directories = '{run}'
max_connections = 400
shared_buffers = 32MB
log_min_messages = warning
"""


class PostgresError(Exception):
    """PostgreSQL did not do what it was told; the text holds what it said."""


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        raise PostgresError(f"{name} is missing: tools/install-packages test")
    return str(found[-1])


def _user() -> dict[str, Any]:
    """What makes subprocess run a program as the user that PostgreSQL may have: it refuses root."""
    if os.geteuid() != 0:
        return {}
    postgres = pwd.getpwnam("postgres")
    return {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}


def _children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(each) for each in found.split()]


class Postgres:
    """One server. Trusts everybody who reaches its socket."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="ik-postgres-", dir="/tmp"))
        self.root.chmod(0o755)
        self.data, self.run = self.root / "data", self.root / "run"
        self.process: subprocess.Popen[bytes] | None = None
        self._names = (f"ik{number}" for number in itertools.count())
        for path in (self.data, self.run):
            path.mkdir(0o700 if path is self.data else 0o755)
            if os.geteuid() == 0:
                os.chown(path, _user()["user"], _user()["group"])
        self._initialise()

    def _initialise(self) -> None:
        command = [_program("initdb"), "-D", str(self.data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", **_user())
        if done.returncode != 0:
            raise PostgresError(f"initdb: {done.stdout}{done.stderr}")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(SETTINGS.format(run=self.run, port=PORT))
        self.start()
        self.sql(f"CREATE ROLE {OWNER} LOGIN")

    # Its life

    def start(self) -> None:
        """Starts it and waits until it answers."""
        with open(self.root / "log", "ab") as log:
            self.process = subprocess.Popen([_program("postgres"), "-D", str(self.data)], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True, cwd="/", **_user())
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if time.monotonic() > end or self.process.poll() is not None:
                raise PostgresError(f"PostgreSQL did not start:\n{(self.root / 'log').read_text(errors='replace')}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.conninfo("postgres", SUPERUSER)).close()
            return True
        except psycopg2.OperationalError:
            return False

    def stop(self, how: int = signal.SIGINT) -> None:
        """Ends it: SIGINT closes its connections first, SIGQUIT leaves the recovery to the next start."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(START_SECONDS)

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """kill -9 of all its processes at once."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        for pid in [*_children(self.process.pid), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(START_SECONDS)

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.root, ignore_errors=True)

    # Its databases

    def conninfo(self, database: str, user: str = OWNER) -> str:
        return f"host={self.run} port={PORT} dbname={database} user={user}"

    def create(self) -> str:
        """An empty database; returns its name."""
        name = next(self._names)
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
        return name

    def drop(self, name: str) -> None:
        """Deletes a database, whoever is still connected to it."""
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def sql(self, statement: str, *values: Any, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs a statement, with ? for each value as SQLite has it, and returns its rows."""
        with closing(psycopg2.connect(self.conninfo(database, SUPERUSER))) as db:
            db.autocommit = True
            with db.cursor() as cursor:
                if values:
                    cursor.execute(statement.replace("%", "%%").replace("?", "%s"), values)
                else:
                    cursor.execute(statement)
                return [] if cursor.description is None else cursor.fetchall()


_shared: list[Postgres] = []


def shared() -> Postgres:
    """The one of this run of tests, started when it is asked for first, and gone with the run."""
    if not _shared:
        _shared.append(Postgres())
        atexit.register(remove_shared)
    return _shared[0]


def remove_shared() -> None:
    while _shared:
        _shared.pop().remove()
