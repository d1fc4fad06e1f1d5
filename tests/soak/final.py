# SPDX-License-Identifier: Apache-2.0
"""When all is quiet: every session, on every machine, and every row of the database, against the model."""

from __future__ import annotations

from model import Account, User
from people import Person
from world import World

from lib.client import Span


def check_sessions(world: World) -> None:
    """All machines agree about every session, and with the model; who is in has the role of the user's row."""
    asker = Person(world, -1)
    roles = dict((tuple(row[:2]), row[2]) for row in world.cluster.database.sql("SELECT account, email, role FROM ik_user"))
    for session in list(world.sessions):
        alive = {asker.look(session, machine) for machine in range(len(world.machines))}
        if len(alive) != 1:
            world.tally.add_wrong(f"{world.name}: the machines do not agree about a session of {session.user.email}")
        role = roles.get((session.user.account.name, session.user.email))
        if alive == {True} and role != session.role:
            world.tally.add_wrong(f"{world.name}: a session of {session.user.email} is {session.role}, the user is {role}")
        world.tally.count("sessions alive at the end" if alive == {True} else "sessions over at the end")


def _user_problem(user: User, row: tuple[str, str, int] | None) -> str | None:
    """row is name, role and enabled."""
    if row is None:
        return None if False in user.may_exist(Span()) else "is missing"
    name, role, enabled = row
    if (name, role) not in [(each.name, each.role) for each in user.last_logins()]:
        return f"is {name}, {role}: not of the last login"
    return None if bool(enabled) == user.enabled.last else f"has enabled {enabled}"


def _account_problem(world: World, account: Account, row: tuple[int, str | None]) -> str | None:
    """row is enabled and metadata."""
    enabled, metadata = row
    which = account.provider.last
    wanted = None if which is None else world.idp(account, which).metadata()
    if metadata != wanted:
        return "has other metadata than was saved last"
    return None if bool(enabled) == account.enabled.last else f"has enabled {enabled}"


def lost_updates(world: World) -> list[str]:
    """What was accepted or saved and is not there."""
    database, lost = world.cluster.database, []
    rows = {(account, email): tuple(rest) for account, email, *rest
            in database.sql("SELECT account, email, name, role, enabled FROM ik_user")}
    for user in world.users:
        problem = _user_problem(user, rows.pop((user.account.name, user.email), None))
        if problem:
            lost.append(f"{world.name}: user {user.email} {problem}")
    lost += [f"{world.name}: user {email} of {account} is there" for account, email in rows]
    for account in world.accounts:
        [row] = database.sql("SELECT enabled, metadata FROM ik_account WHERE id = ?", account.name)
        problem = _account_problem(world, account, row)
        if problem:
            lost.append(f"{world.name}: account {account.name} {problem}")
    return lost
