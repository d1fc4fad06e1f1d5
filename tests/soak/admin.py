# SPDX-License-Identifier: Apache-2.0
"""What administrators do with ikssoctl while people work: users, accounts, metadata, sessions, keys."""

from __future__ import annotations

import json
import random
from contextlib import contextmanager
from typing import Iterator

from model import Account, Ending, Setting, User
from world import World

from lib.client import Span
from lib.cookie import read_keys

KEYS = 6                    # more than that in the file: the oldest is retired
PAUSE = 0.25                # seconds
DONE, REFUSED = 0, 1


class Admin:
    """One thread."""

    def __init__(self, world: World) -> None:
        self.world, self.tally = world, world.tally
        self.dice = random.Random(f"{world.seed} {world.name} admin")

    def run(self) -> None:
        acts = {self.delete_user: 16, self.shut_user_out: 10, self.end_sessions_of_user: 12, self.rotate: 8,
                self.disable_account: 5, self.change_keys: 8, self.change_provider: 3, self.forget_metadata: 4,
                self.end_sessions_of_account: 3}
        while self.world.running():
            self.dice.choices(list(acts), list(acts.values()))[0]()
            self.world.stop.wait(self.dice.random() * 2 * PAUSE)

    def ctl(self, *args: str, may_be: frozenset[str] = frozenset()) -> str:
        """Runs a command on any machine. "done", or the code of a refusal that is among those that may be."""
        done = self.dice.choice(self.world.machines).ctl("--json", *args, check=False)
        self.tally.count(f"ikssoctl {args[0]} {args[1]}")
        if done.code == DONE:
            return "done"
        code = json.loads(done.out)["error"]["code"] if done.code == REFUSED else f"exit code {done.code}"
        if code not in may_be:
            self.tally.add_wrong(f"{self.world.name}: ikssoctl {' '.join(args)}: {code}: {done.out} {done.err}")
        return code

    @contextmanager
    def ending(self, of: User | Account) -> Iterator[Ending]:
        """An operation that ends sessions; the caller says how it went."""
        ending = Ending(Span(), None)
        with self.world.model.lock:
            of.endings.append(ending)
        yield ending

    def setting(self, setting: Setting, value: object, *command: str) -> None:
        span = setting.change(value)
        self.ctl(*command)
        span.close()

    # Users

    def _on_user(self, user: User, *command: str) -> bool:
        """A command that ends the sessions of a user; False if she was not there, which must be possible."""
        with self.ending(user) as ending:
            code = self.ctl(*command, user.account.name, user.email, may_be=frozenset({"user_not_found"}))
            ending.done() if code == "done" else ending.refused()
        if (code == "done") not in user.may_exist(ending.span):
            self.tally.add_wrong(f"{self.world.name}: {' '.join(command)} of {user.email}: {code}")
        return code == "done"

    def delete_user(self) -> None:
        user = self.dice.choice(self.world.users)
        with user.lock:
            deletion, enabled = Span(), user.enabled.change(True)
            before = len(user.deletions)
            user.deletions.append(deletion)
            gone = self._on_user_deleted(user, before)
            deletion.close()
            enabled.close()
            if not gone:
                user.deletions.remove(deletion)

    def _on_user_deleted(self, user: User, before: int) -> bool:
        """As _on_user, held against the deletions there were before this one."""
        with self.ending(user) as ending:
            code = self.ctl("user", "delete", user.account.name, user.email, may_be=frozenset({"user_not_found"}))
            ending.done() if code == "done" else ending.refused()
        known = User(user.account, user.email, logins=list(user.logins), deletions=user.deletions[:before])
        if (code == "done") not in known.may_exist(ending.span):
            self.tally.add_wrong(f"{self.world.name}: user delete {user.email}: {code}")
        return code == "done"

    def shut_user_out(self) -> None:
        user = self.dice.choice(self.world.users)
        with user.lock:
            shut = user.enabled.change(False)
            there = self._on_user(user, "user", "disable")
            shut.close()
            if not there:
                user.enabled.change(True).close()
                return
            self.world.stop.wait(self.dice.random())
            self.setting(user.enabled, True, "user", "enable", user.account.name, user.email)

    def end_sessions_of_user(self) -> None:
        user = self.dice.choice(self.world.users)
        with user.lock:
            self._on_user(user, "session", "revoke")

    # Accounts

    def _end_account(self, account: Account, *command: str) -> None:
        with self.ending(account) as ending:
            self.ctl(*command)
            ending.done()

    def end_sessions_of_account(self) -> None:
        account = self.dice.choice(self.world.accounts)
        self._end_account(account, "session", "revoke", account.name)

    def disable_account(self) -> None:
        account = self.dice.choice(self.world.accounts)
        with account.lock:
            off = account.enabled.change(False)
            self._end_account(account, "account", "disable", account.name)
            off.close()
            self.world.stop.wait(self.dice.random())
            self.setting(account.enabled, True, "account", "enable", account.name)

    def _metadata(self, account: Account, which: int) -> str:
        return str(self.world.machines[0].root / "conf" / f"{account.name}-{which}.xml")

    def _save(self, account: Account, which: int) -> None:
        """Saves metadata; another identity provider ends the sessions of the one before, another key does not."""
        command = ("account", "metadata", account.name, self._metadata(account, which))
        before, span = account.provider.last, account.provider.change(which)
        if before is not None and before // 2 != which // 2:
            self._end_account(account, *command)
        else:
            self.ctl(*command)
        span.close()

    def change_keys(self) -> None:
        account = self.dice.choice(self.world.accounts)
        with account.lock:
            if account.provider.last in (0, 1):
                self._save(account, 1 - account.provider.last)

    def change_provider(self) -> None:
        account = self.dice.choice(self.world.accounts)
        with account.lock:
            self._save(account, 0 if account.provider.last == 2 else 2)

    def forget_metadata(self) -> None:
        account = self.dice.choice(self.world.accounts)
        with account.lock:
            off = account.provider.change(None)
            self._end_account(account, "account", "metadata", account.name, "--delete")
            off.close()
            self.world.stop.wait(self.dice.random())
            self._save(account, self.dice.randrange(3))

    # Keys: one file for all machines

    def rotate(self) -> None:
        first = self.world.machines[0]
        self.ctl("key", "rotate")
        known = read_keys(first.keys)
        if len(known) > KEYS:
            self._retire(known[-1].id.hex())

    def _retire(self, key: str) -> None:
        ending = Ending(Span(), None)
        with self.world.model.lock:
            self.world.model.keys[key] = [ending]
        self.ctl("key", "retire", key)
        ending.done()
