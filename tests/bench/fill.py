# SPDX-License-Identifier: Apache-2.0
"""Fills a database with accounts, users and live revocations by SQL that SQLite and PostgreSQL share."""

from __future__ import annotations

from lib import cookie, forge
from lib.database import Database

ACCOUNTS = 100_000
USERS = 1_000_000
REVOCATIONS = 1_000_000
PER_ACCOUNT = USERS // ACCOUNTS
OF_USERS, OF_ACCOUNTS = 390_000, 10_000     # revocations; the others are of sessions

HOUR = 3600 * 1_000_000
IDP = "https://idp.acme.test/metadata"

NUMBERS = """
    WITH RECURSIVE numbers (i) AS (SELECT CAST(0 AS bigint) UNION ALL SELECT i + 1 FROM numbers WHERE i < ? - 1)
"""

ADD_ACCOUNTS = f"""
    INSERT INTO ik_account (id, name, entity_id, enabled, version, metadata, idp_entity_id, domains, created, changed)
    {NUMBERS}
    SELECT 'acct' || i, 'Account ' || i, NULL, 1, ? + i, replace(?, '{IDP}', 'https://idp' || i || '.test/'),
           'https://idp' || i || '.test/', '', ?, ?
      FROM numbers ORDER BY 1
"""

ADD_USERS = f"""
    INSERT INTO ik_user (account, email, name, role, enabled, first_login, last_login)
    {NUMBERS}
    SELECT 'acct' || (i / {PER_ACCOUNT}), 'user' || i || '@acct' || (i / {PER_ACCOUNT}) || '.test', 'User Number ' || i,
           'developer', 1, ?, ?
      FROM numbers ORDER BY 1, 2
"""

# A row's place in the order of keys (j) says nothing about its place in the order of commits (i): 7919 has no factor in
# common with the number of rows. They are written in the order in which the database would have them, had they come one
# by one: SQLite's table is sorted by key, PostgreSQL's holds rows as they came.
OF_SESSIONS = REVOCATIONS - OF_USERS - OF_ACCOUNTS
USER = f"(j - {OF_SESSIONS})"

ADD_REVOCATIONS = f"""
    INSERT INTO ik_revocation (kind, account, subject, position, expires)
    {NUMBERS}
    SELECT CASE WHEN j < {OF_SESSIONS} THEN 1 WHEN j < {OF_SESSIONS + OF_USERS} THEN 2 ELSE 3 END,
           'acct' || CASE WHEN j < {OF_SESSIONS} THEN j % {ACCOUNTS}
                          WHEN j < {OF_SESSIONS + OF_USERS} THEN {USER} / {PER_ACCOUNT}
                          ELSE j - {OF_SESSIONS + OF_USERS} END,
           CASE WHEN j < {OF_SESSIONS} THEN CAST(10000000000 + j AS text) || 'abcdefghijk'
                WHEN j < {OF_SESSIONS + OF_USERS}
                THEN 'user' || {USER} || '@acct' || ({USER} / {PER_ACCOUNT}) || '.test'
                ELSE '' END,
           ? + i, ? + (i % 43200) * 1000000
      FROM (SELECT i, (i * 7919) % {REVOCATIONS} AS j FROM numbers) AS rows ORDER BY """


def account_of(user: int) -> str:
    return f"acct{user // PER_ACCOUNT}"


def email_of(user: int) -> str:
    return f"user{user}@{account_of(user)}.test"


def _meta(db: Database, name: str) -> int:
    (value,), = db.sql("SELECT value FROM ik_meta WHERE name = ?", name)
    return value


def fill(db: Database) -> None:
    """Adds everything to a database that ikssoctl has initialised and nobody uses yet."""
    now, version, begin = cookie.now(), _meta(db, "account_version") + 1, cookie.now() - HOUR
    db.sql(ADD_ACCOUNTS, ACCOUNTS, version, forge.idp().metadata(), begin, begin)
    db.sql("UPDATE ik_meta SET value = ? WHERE name = 'account_version'", version + ACCOUNTS)
    db.sql(ADD_USERS, USERS, begin, begin)
    order = "1, 2, 3" if db.spec.startswith("sqlite3:") else "4"
    db.sql(ADD_REVOCATIONS + order, REVOCATIONS, begin, now + 12 * HOUR)
    db.sql("UPDATE ik_meta SET value = ? WHERE name = 'revocation_position'", begin + REVOCATIONS)
    db.sql("ANALYZE")
    check(db)


def check(db: Database) -> None:
    """Everything is there as it was meant to be, or the comparison would mean nothing."""
    wanted = {"ik_account": ACCOUNTS + 1, "ik_user": USERS, "ik_revocation": REVOCATIONS}
    for table, rows in wanted.items():
        (found,), = db.sql(f"SELECT count(*) FROM {table}")
        if found != rows:
            raise RuntimeError(f"{table} has {found} rows, not {rows}")
    (positions, last), = db.sql("SELECT count(DISTINCT position), max(position) FROM ik_revocation")
    if positions != REVOCATIONS or last >= _meta(db, "revocation_position"):
        raise RuntimeError("two revocations have one position, or the last is not known")
