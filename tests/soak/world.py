# SPDX-License-Identifier: Apache-2.0
"""One cluster under soak: its machines, accounts and people, and the tally of what was asked and found wrong."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from model import Account, Model, Session, User

from lib import keys
from lib.client import clock
from lib.cluster import Cluster
from lib.cookie import decode
from lib.database import Database
from lib.forge import Idp
from lib.server import MPM, Server

ACCOUNTS, PEOPLE = 4, 12            # users of each account
SESSIONS = 400                      # remembered at most, those that are over among them
ROLES = ("developer", "finance", "account_administrator", "media_library_view_only_access")
PROCESSES = "StartServers 3\nServerLimit 8\nThreadsPerChild 12\nMaxRequestWorkers 96\nMinSpareThreads 12\nMaxSpareThreads 96\n"


@dataclass
class Tally:
    """Counts from many threads."""
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    late: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1

    def add_wrong(self, text: str) -> None:
        with self.lock:
            self.wrong.append(f"{time.strftime('%H:%M:%S')} {text}")

    def note_late(self, seconds: float) -> None:
        with self.lock:
            self.late = max(self.late, seconds)


class World:
    """name is the kind of the database. random belongs to the thread that asks for it."""

    def __init__(self, name: str, machines: int, database: Database, within: float, seed: int) -> None:
        self.name, self.seed = name, seed
        self.model = Model(within)
        self.tally = Tally()
        self.accounts = [Account(f"account{number}") for number in range(ACCOUNTS)]
        self.users = [User(account, f"user{number}@{account.name}.test") for account in self.accounts for number in range(PEOPLE)]
        self.sessions: list[Session] = []
        self.stop = threading.Event()
        self.begun = clock()
        self._numbers = 0
        body = "LogLevel info\n" + (PROCESSES if MPM != "prefork" else "")
        self.cluster = Cluster(machines, database, self._populate, body, key_files=False)

    def _populate(self, server: Server) -> None:
        for account in self.accounts:
            server.add_account(account.name, self.idp(account, 0).metadata())
            for which in (0, 1, 2):
                server.write(f"{account.name}-{which}.xml", self.idp(account, which).metadata(), below="conf")

    @property
    def machines(self) -> list[Server]:
        return self.cluster.machines

    def idp(self, account: Account, which: int) -> Idp:
        """0 and 1 are one identity provider with an old and a new key, 2 is another one."""
        entity = f"https://idp{which // 2}.{account.name}.test/"
        return Idp(entity, [keys.pair("p256", f"{account.name}-{which}")])

    def number(self) -> int:
        """A number that no other login has."""
        with self.model.lock:
            self._numbers += 1
            return self._numbers

    def remember(self, session: Session) -> None:
        """Sessions that have long been over make room."""
        with self.model.lock:
            self.sessions.append(session)
            if len(self.sessions) > SESSIONS:
                over = next((at for at, each in enumerate(self.sessions) if each.over is not None), 0)
                del self.sessions[over]

    def pick(self, dice: random.Random) -> Session | None:
        """Any session, and three times of four one that is not known to be over."""
        with self.model.lock:
            known = self.sessions
            if dice.random() < 0.75:
                known = [each for each in known if each.over is None]
            return dice.choice(known) if known else None

    def running(self) -> bool:
        return not self.stop.is_set()


def key_of(cookie: str) -> str:
    """The id of the key that sealed it."""
    return decode(cookie)[1:5].hex()
