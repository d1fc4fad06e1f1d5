# SPDX-License-Identifier: Apache-2.0
"""What people do: log in, ask for pages, log out; every answer is held against the model."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from model import Ending, Login, Session, User, login_outcomes
from world import ROLES, World, key_of

from lib.browser import FETCH, SESSION
from lib.client import Client, Gone, Reply, Span
from lib.cluster import PAGE
from lib.forge import Response

JSON = {"Accept": "application/json"}
HERE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}
PAUSE = 0.01        # seconds: the machine under test is to be asked, not its CPU to be used up


class Person:
    """One thread of clients."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.tally = world, world.tally
        self.dice = random.Random(f"{world.seed} {world.name} {number}")
        self.client = Client(world.machines)

    def run(self) -> None:
        acts = {self.ask: 70, self.log_in: 16, self.log_out: 5, self.replay: 2}
        while self.world.running():
            act = self.dice.choices(list(acts), list(acts.values()))[0]
            try:
                act()
            except Gone as gone:
                self.tally.add_wrong(f"{self.world.name}: {act.__name__}: {gone}")
            self.world.stop.wait(PAUSE)

    def machine(self) -> int:
        return self.dice.randrange(len(self.world.machines))

    # Asking

    def ask(self) -> None:
        session = self.world.pick(self.dice)
        if session is not None:
            self.look(session, self.machine())

    def look(self, session: Session, machine: int) -> bool | None:
        """One request with the session's cookie; whether it was accepted, None if neither yes nor no was answered."""
        cookie = session.cookie
        reply = self.client.get(machine, PAGE, {**FETCH, "Cookie": f"{SESSION}={cookie}"})
        alive = {200: True, 401: False}.get(reply.status)
        if alive is None:
            self.tally.add_wrong(f"{self.world.name}: a page was answered {reply.status}: {reply.body[:200]!r}")
            return None
        self.tally.count("requests accepted" if alive else "requests refused")
        self._judge(session, key_of(cookie), reply, machine, alive)
        if alive:
            self._check_identity(session, reply)
            if reply.session is not None and not reply.session.gone:
                session.cookie = reply.session.value
                self.tally.count("cookies renewed")
        return alive

    def _judge(self, session: Session, key: str, reply: Reply, machine: int, alive: bool) -> None:
        verdict = self.world.model.judge(session, key, reply.span, machine)
        if alive and not verdict.may_live:
            self.tally.add_wrong(f"{self.world.name}: {session.user.email} was accepted by machine {machine} although the session "
                                 f"is over, {verdict.late:.3f} s after its end")
        elif not alive and not verdict.may_be_over:
            self.tally.add_wrong(f"{self.world.name}: {session.user.email} was refused by machine {machine} although nothing ended "
                                 "the session")
        elif alive:
            self.tally.note_late(verdict.late)
        elif session.over is None and not self.world.model.is_retired(key):
            session.over = (reply.span.end, machine)

    def _check_identity(self, session: Session, reply: Reply) -> None:
        email, role, _, name = (reply.headers.get("X-Identity") or "   ").split(" ", 3)
        if (email, role, name) != (session.user.email, session.role, session.name):
            self.tally.add_wrong(f"{self.world.name}: the session of {session.user.email} {session.role} {session.name} is shown "
                                 f"as {email} {role} {name}")

    # Logging in

    def log_in(self) -> Session | None:
        user = self.dice.choice(self.world.users)
        return self.login_of(user, self.role_for(user), self.machine())

    def role_for(self, user: User) -> str:
        """Mostly the role of the last login."""
        known = user.logins[-1].role if user.logins else self.dice.choice(ROLES)
        return self.dice.choice(ROLES) if self.dice.random() < 0.25 else known

    def _forge(self, user: User, role: str, name: str) -> tuple[int, str]:
        """Which identity provider of the account signs, and the message: mostly the one of its metadata."""
        which = user.account.provider.last
        if which is None or self.dice.random() < 0.03:
            which = self.dice.randrange(3)
        idp = self.world.idp(user.account, which)
        return which, Response(idp=idp, account=user.account.name, email=user.email, name=name, role=role).encoded()

    def login_of(self, user: User, role: str, machine: int) -> Session | None:
        name = f"Login {self.world.number()}"
        which, message = self._forge(user, role, name)
        login, ending = self._begin(user, role, name, machine)
        reply = self.client.post(machine, "/saml/consume", {"SAMLResponse": message}, JSON)
        return self._finish(user, login, ending, which, machine, reply)

    def _begin(self, user: User, role: str, name: str, machine: int) -> tuple[Login, Ending]:
        span = Span()
        login, ending = Login(span, name, role, False), Ending(span, machine, spares=role)
        with self.world.model.lock:
            user.logins.append(login)
            user.endings.append(ending)
        return login, ending

    def _finish(self, user: User, login: Login, ending: Ending, which: int, machine: int, reply: Reply | None,
                also: frozenset[str] = frozenset()) -> Session | None:
        """What an answer to a login means; also are outcomes that are right besides."""
        if reply is None:
            ending.lost()
            self.tally.count("logins lost")
            return None
        outcome = "accepted" if reply.status == 303 else reply.reason if reply.status == 403 else str(reply.status)
        allowed = login_outcomes(user, which, reply.span) | also
        if outcome not in allowed:
            self.tally.add_wrong(f"{self.world.name}: the login of {user.email} was {outcome}, not {sorted(allowed)}: {reply.body[:200]!r}")
        if outcome != "accepted":
            ending.refused()
            with self.world.model.lock:
                user.logins.remove(login)
            self.tally.count(f"logins refused: {outcome}")
            return None
        return self._begin_session(user, login, ending, machine, reply)

    def _begin_session(self, user: User, login: Login, ending: Ending, machine: int, reply: Reply) -> Session | None:
        ending.done()
        login.certain = True
        self.tally.count("logins accepted")
        if reply.session is None:
            self.tally.add_wrong(f"{self.world.name}: the login of {user.email} has set no session")
            return None
        session = Session(user, login.role, login.name, machine, login.span, reply.session.value)
        self.world.remember(session)
        return session

    def replay(self) -> None:
        """One response to every machine twice at once: one login at most."""
        user, name = self.dice.choice(self.world.users), f"Login {self.world.number()}"
        role = self.role_for(user)
        which, message = self._forge(user, role, name)
        targets = list(range(len(self.world.machines))) * 2
        login, ending = self._begin(user, role, name, targets[0])
        ending.machine = None
        clients = [Client(self.world.machines) for _ in targets]
        with ThreadPoolExecutor(len(targets)) as pool:
            replies = list(pool.map(lambda job: job[1].post(job[0], "/saml/consume", {"SAMLResponse": message}, JSON),
                                    zip(targets, clients)))
        accepted = [reply for reply in replies if reply is not None and reply.status == 303]
        if len(accepted) > 1:
            self.tally.add_wrong(f"{self.world.name}: one response was accepted {len(accepted)} times")
        self.tally.count("responses posted many times at once")
        also = frozenset({"replayed"}) if accepted or None in replies else frozenset()
        for reply in replies:
            if reply is not None and reply.status != 303:
                outcome = reply.reason if reply.status == 403 else str(reply.status)
                if outcome not in login_outcomes(user, which, reply.span) - {"accepted"} | also:
                    self.tally.add_wrong(f"{self.world.name}: a copy of a response of {user.email} was {outcome}")
        first = accepted[0] if accepted else next((reply for reply in replies if reply is None), replies[0])
        self._finish(user, login, ending, which, targets[0], first, frozenset({"replayed"}) if None in replies else frozenset())

    # Logging out

    def log_out(self) -> None:
        session = self.world.pick(self.dice)
        if session is None or session.over is not None:
            return
        machine, key = self.machine(), key_of(session.cookie)
        ending = Ending(Span(), machine)
        with self.world.model.lock:
            session.endings.append(ending)
        self.client.fresh(machine)
        reply = self.client.once(machine, "GET", "/logout", {**HERE, "Cookie": f"{SESSION}={session.cookie}"})
        if reply is None:
            ending.lost()
            self.tally.count("logouts lost")
        elif reply.status == 200:
            self.tally.count("logouts")
            if self.world.model.is_retired(key):    # then the cookie opened nothing, and a renewed one goes on
                ending.lost()
            else:
                ending.done()
        else:
            self.tally.add_wrong(f"{self.world.name}: a logout was answered {reply.status}: {reply.body[:200]!r}")
            ending.lost()
