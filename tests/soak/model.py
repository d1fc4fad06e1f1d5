# SPDX-License-Identifier: Apache-2.0
"""
What the answers of a cluster have to be, given everything that was done to it.

Operations overlap, so each has a span: it acts at some moment within it. An answer is right if it agrees with the state
before or after any operation whose span touches its own. What is over stays over.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Iterable

from lib.client import FOREVER, Span, clock


@dataclass(eq=False)
class Ending:
    """An operation that ends sessions: entered before it is sent, so that no answer is judged without it."""
    span: Span
    machine: int | None             # the one that it was done on; None: by ikssoctl
    spares: str | None = None       # a login ends the sessions of other roles than its own
    certain: bool = False           # it was answered, and has acted
    void: bool = False              # it was refused, and has not acted

    def done(self) -> None:
        self.span.close()
        self.certain = True

    def refused(self) -> None:
        self.span.close()
        self.void = True

    def lost(self) -> None:
        """No answer came: it has acted or not, and will not act later."""
        self.span.end = clock() + 1


class Setting:
    """A value that one administrator at a time changes."""

    def __init__(self, value: Any) -> None:
        self.changes: list[tuple[Span, Any]] = [(Span(-FOREVER, -FOREVER), value)]

    @property
    def last(self) -> Any:
        return self.changes[-1][1]

    def change(self, value: Any) -> Span:
        """Begins a change; the caller closes the span when it is done."""
        span = Span()
        self.changes.append((span, value))
        return span

    def possible(self, during: Span) -> set[Any]:
        """Every value that it may have had at some moment of the span."""
        values = set()
        for span, value in reversed(self.changes):
            if span.begin < during.end:
                values.add(value)
            if span.end <= during.begin:
                break
        return values


@dataclass(eq=False)
class Account:
    name: str
    enabled: Setting = field(default_factory=lambda: Setting(True))
    provider: Setting = field(default_factory=lambda: Setting(0))      # which identity provider; None: no metadata
    endings: list[Ending] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)                  # one administrator at a time


@dataclass(eq=False)
class Login:
    """One login that was accepted, or whose answer was lost. The name is its own: the user's row tells who was last."""
    span: Span
    name: str
    role: str
    certain: bool


@dataclass(eq=False)
class User:
    account: Account
    email: str
    enabled: Setting = field(default_factory=lambda: Setting(True))
    logins: list[Login] = field(default_factory=list)
    deletions: list[Span] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def may_exist(self, during: Span) -> set[bool]:
        """Whether the row is there at some moment of the span."""
        deleted = self.deletions[-1] if self.deletions else Span(-FOREVER, -FOREVER)
        found = set()
        if any(each.span.end > deleted.begin and each.span.begin < during.end for each in self.logins):
            found.add(True)
        if not any(each.certain and each.span.begin >= deleted.end and each.span.end <= during.begin for each in self.logins):
            found.add(False)
        return found

    def last_logins(self) -> list[Login]:
        """Those that may have written the row as it is now; nothing is under way."""
        after = [each.span.begin for each in self.logins if each.certain] + [span.begin for span in self.deletions]
        latest = max(after, default=-FOREVER)
        return [each for each in self.logins if each.span.end > latest or each.span.begin == latest]


@dataclass(eq=False)
class Session:
    user: User
    role: str
    name: str
    machine: int
    span: Span                      # of the login
    cookie: str
    endings: list[Ending] = field(default_factory=list)
    over: tuple[float, int] | None = None       # when, and on which machine, it was first refused

    def relevant(self) -> Iterable[Ending]:
        """What may have ended it: no operation that was over before its login began."""
        for each in [*self.endings, *self.user.endings, *self.user.account.endings]:
            if not each.void and each.spares != self.role and each.span.end > self.span.begin:
                yield each


@dataclass
class Verdict:
    """What an answer about a session may be, and how long after its end it was still accepted."""
    may_live: bool
    may_be_over: bool
    late: float


def _is_first(ending: Ending, endings: list[Ending]) -> bool:
    """
    Whether it was this operation that ended the session. A login finds nothing to end if the role was new already, or the
    user deleted: then the machine learns of the end, as any other, from what was done before.
    """
    return ending.spares is None or all(each is ending or each.span.begin >= ending.span.end for each in endings)


class Model:
    """One cluster. within is how long another machine than the one that did it may take to learn of a revocation."""

    def __init__(self, within: float) -> None:
        self.within = within
        self.keys: dict[str, list[Ending]] = {}     # retirements, by the key's id
        self.lock = threading.RLock()

    def _delay(self, done_on: int | None, asked_on: int) -> float:
        return 0.0 if done_on == asked_on else self.within

    def judge(self, session: Session, key: str, asked: Span, machine: int) -> Verdict:
        """asked is the span of the request, key the one that sealed the cookie it brought."""
        with self.lock:
            endings, retired = list(session.relevant()), self.keys.get(key, [])
            over = session.over
        late, must_be_over, may_be_over = 0.0, False, False
        for each in endings:
            may_be_over |= each.span.begin < asked.end
            if each.certain and each.span.begin >= session.span.end:
                late = max(late, asked.begin - each.span.end)
                done_on = each.machine if _is_first(each, endings) else None
                must_be_over |= asked.begin >= each.span.end + self._delay(done_on, machine)
        for each in retired:        # the key file is one for all machines, and every request looks at it
            may_be_over |= each.span.begin < asked.end
            must_be_over |= each.certain and asked.begin >= each.span.end
        if over is not None:
            must_be_over |= asked.begin >= over[0] + self._delay(over[1], machine)
            may_be_over = True
        return Verdict(not must_be_over, may_be_over, late)

    def is_retired(self, key: str) -> bool:
        with self.lock:
            return bool(self.keys.get(key))


REFUSED_FOR_PROVIDER = {"signature_invalid", "issuer_mismatch"}


def login_outcomes(user: User, provider: int, asked: Span) -> set[str]:
    """What a login with a response of that identity provider may be answered: "accepted", or reasons."""
    enabled, providers = user.account.enabled.possible(asked), user.account.provider.possible(asked)
    allowed_user = user.enabled.possible(asked)
    outcomes = set()
    if True in enabled and provider in providers and True in allowed_user:
        outcomes.add("accepted")
    if False in enabled:
        outcomes.add("account_disabled")
    if None in providers:
        outcomes.add("sso_disabled")
    if providers - {None, provider}:
        outcomes |= REFUSED_FOR_PROVIDER
    if False in allowed_user:
        outcomes.add("user_disabled")
    return outcomes
