/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the SQL that leads from one version of the tables to the next. */
#include <stddef.h>

#include "store/statements.h"

/* docs/schema.md tells what the columns mean. COLLATE "C" sorts in the order of bytes, as SQLite does. */
const ik_schema_step_t ik_schema_steps[] = {
    { 1, "sqlite3",
        "CREATE TABLE ik_meta (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID" },
    { 1, "sqlite3",
        "CREATE TABLE ik_account (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, entity_id TEXT, "
        "enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)), version INTEGER NOT NULL, metadata TEXT, "
        "idp_entity_id TEXT, domains TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, "
        "CHECK ((metadata IS NULL) = (idp_entity_id IS NULL))) STRICT" },
    { 1, "sqlite3",
        "CREATE TABLE ik_user (account TEXT NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, "
        "email TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, "
        "enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)), first_login INTEGER NOT NULL, "
        "last_login INTEGER NOT NULL, PRIMARY KEY (account, email)) STRICT, WITHOUT ROWID" },
    { 1, "sqlite3",
        "CREATE TABLE ik_assertion (digest TEXT NOT NULL PRIMARY KEY, expires INTEGER NOT NULL) "
        "STRICT, WITHOUT ROWID" },
    { 1, "pgsql",
        "CREATE TABLE ik_meta (name text COLLATE \"C\" NOT NULL PRIMARY KEY, value bigint NOT NULL)" },
    { 1, "pgsql",
        "CREATE TABLE ik_account (id text COLLATE \"C\" NOT NULL PRIMARY KEY, name text NOT NULL, "
        "entity_id text COLLATE \"C\", enabled bigint NOT NULL CHECK (enabled IN (0, 1)), version bigint NOT NULL, "
        "metadata text, idp_entity_id text COLLATE \"C\", domains text NOT NULL, created bigint NOT NULL, "
        "changed bigint NOT NULL, CHECK ((metadata IS NULL) = (idp_entity_id IS NULL)))" },
    { 1, "pgsql",
        "CREATE TABLE ik_user (account text COLLATE \"C\" NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, "
        "email text COLLATE \"C\" NOT NULL, name text NOT NULL, role text NOT NULL, "
        "enabled bigint NOT NULL CHECK (enabled IN (0, 1)), first_login bigint NOT NULL, "
        "last_login bigint NOT NULL, PRIMARY KEY (account, email))" },
    { 1, "pgsql",
        "CREATE TABLE ik_assertion (digest text COLLATE \"C\" NOT NULL PRIMARY KEY, expires bigint NOT NULL)" },
    { 1, NULL, "CREATE UNIQUE INDEX ik_account_entity_id ON ik_account (entity_id)" },
    { 1, NULL, "CREATE INDEX ik_account_idp ON ik_account (idp_entity_id)" },
    { 1, NULL, "CREATE INDEX ik_assertion_expires ON ik_assertion (expires)" },
    { 1, NULL, "INSERT INTO ik_meta (name, value) VALUES ('schema', 0), ('account_version', 0)" },
    { 2, "sqlite3", "ALTER TABLE ik_user ADD COLUMN attributes TEXT NOT NULL DEFAULT ''" },
    { 2, "sqlite3", "ALTER TABLE ik_user ADD COLUMN attributes_version INTEGER NOT NULL DEFAULT 0" },
    { 2, "sqlite3",
        "CREATE TABLE ik_revocation (kind INTEGER NOT NULL CHECK (kind IN (1, 2, 3)), account TEXT NOT NULL, "
        "subject TEXT NOT NULL, position INTEGER NOT NULL, expires INTEGER NOT NULL, "
        "PRIMARY KEY (kind, account, subject)) STRICT, WITHOUT ROWID" },
    { 2, "pgsql", "ALTER TABLE ik_user ADD COLUMN attributes text NOT NULL DEFAULT ''" },
    { 2, "pgsql", "ALTER TABLE ik_user ADD COLUMN attributes_version bigint NOT NULL DEFAULT 0" },
    { 2, "pgsql",
        "CREATE TABLE ik_revocation (kind bigint NOT NULL CHECK (kind IN (1, 2, 3)), "
        "account text COLLATE \"C\" NOT NULL, subject text COLLATE \"C\" NOT NULL, position bigint NOT NULL, "
        "expires bigint NOT NULL, PRIMARY KEY (kind, account, subject))" },
    /* With expires, which makes it hold every column on SQLite: reading all rows in order is one pass over it. */
    { 2, NULL, "CREATE INDEX ik_revocation_position ON ik_revocation (position, expires)" },
    { 2, NULL, "CREATE INDEX ik_revocation_expires ON ik_revocation (expires)" },
    { 2, NULL, "INSERT INTO ik_meta (name, value) VALUES ('revocation_position', 0), ('housekeeping', 0)" },
    { 3, "sqlite3", "ALTER TABLE ik_account ADD COLUMN options TEXT NOT NULL DEFAULT ''" },
    { 3, "sqlite3",
        "CREATE TABLE ik_domain (domain TEXT NOT NULL, "
        "account TEXT NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, PRIMARY KEY (domain, account)) "
        "STRICT, WITHOUT ROWID" },
    { 3, "sqlite3",
        "INSERT INTO ik_domain (domain, account) WITH RECURSIVE word (account, domain, rest) AS "
        "(SELECT id, '', domains || ' ' FROM ik_account UNION ALL "
        "SELECT account, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM word "
        "WHERE rest <> '') SELECT DISTINCT domain, account FROM word WHERE domain <> ''" },
    { 3, "sqlite3",
        "CREATE TABLE ik_held (handle TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL, expires INTEGER NOT NULL) STRICT" },
    /* A CHECK cannot be changed there: a table with the new one takes the rows over. */
    { 3, "sqlite3", "ALTER TABLE ik_revocation RENAME TO ik_revocation_2" },
    { 3, "sqlite3",
        "CREATE TABLE ik_revocation (kind INTEGER NOT NULL CHECK (kind IN (1, 2, 3, 4)), account TEXT NOT NULL, "
        "subject TEXT NOT NULL, position INTEGER NOT NULL, expires INTEGER NOT NULL, "
        "PRIMARY KEY (kind, account, subject)) STRICT, WITHOUT ROWID" },
    { 3, "sqlite3",
        "INSERT INTO ik_revocation (kind, account, subject, position, expires) "
        "SELECT kind, account, subject, position, expires FROM ik_revocation_2" },
    { 3, "sqlite3", "DROP TABLE ik_revocation_2" },
    { 3, "sqlite3", "CREATE INDEX ik_revocation_position ON ik_revocation (position, expires)" },
    { 3, "sqlite3", "CREATE INDEX ik_revocation_expires ON ik_revocation (expires)" },
    { 3, "pgsql", "ALTER TABLE ik_account ADD COLUMN options text NOT NULL DEFAULT ''" },
    { 3, "pgsql",
        "CREATE TABLE ik_domain (domain text COLLATE \"C\" NOT NULL, "
        "account text COLLATE \"C\" NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, "
        "PRIMARY KEY (domain, account))" },
    { 3, "pgsql",
        "INSERT INTO ik_domain (domain, account) SELECT DISTINCT word, id "
        "FROM ik_account, unnest(string_to_array(domains, ' ')) AS word WHERE word <> ''" },
    { 3, "pgsql",
        "CREATE TABLE ik_held (handle text COLLATE \"C\" NOT NULL PRIMARY KEY, text text NOT NULL, "
        "expires bigint NOT NULL)" },
    { 3, "pgsql", "ALTER TABLE ik_revocation DROP CONSTRAINT ik_revocation_kind_check" },
    { 3, "pgsql", "ALTER TABLE ik_revocation ADD CHECK (kind IN (1, 2, 3, 4))" },
    { 3, NULL, "CREATE INDEX ik_domain_account ON ik_domain (account)" },
    { 3, NULL, "CREATE INDEX ik_held_expires ON ik_held (expires)" },
    { 3, NULL, "CREATE INDEX ik_user_email ON ik_user (email)" },
    { 4, "sqlite3",
        "CREATE TABLE ik_draft (id TEXT NOT NULL PRIMARY KEY, "
        "account TEXT NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, digest TEXT NOT NULL, "
        "state INTEGER NOT NULL CHECK (state IN (0, 1, 2)), made INTEGER NOT NULL, report TEXT NOT NULL, "
        "name TEXT NOT NULL, entity_id TEXT, idp_entity_id TEXT NOT NULL, domains TEXT NOT NULL, "
        "options TEXT NOT NULL, metadata TEXT NOT NULL) STRICT" },
    { 4, "sqlite3",
        "CREATE TABLE ik_previous (account TEXT NOT NULL PRIMARY KEY REFERENCES ik_account (id) ON DELETE CASCADE, "
        "entity_id TEXT, idp_entity_id TEXT NOT NULL, domains TEXT NOT NULL, options TEXT NOT NULL, "
        "replaced INTEGER NOT NULL, metadata TEXT NOT NULL) STRICT" },
    { 4, "sqlite3",
        "CREATE TABLE ik_invite (id TEXT NOT NULL PRIMARY KEY, "
        "account TEXT NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, author TEXT NOT NULL, "
        "made INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL, revoked INTEGER NOT NULL) "
        "STRICT, WITHOUT ROWID" },
    { 4, "sqlite3",
        "CREATE TABLE ik_host (origin TEXT NOT NULL PRIMARY KEY, settings_path TEXT NOT NULL, seen INTEGER NOT NULL) "
        "STRICT, WITHOUT ROWID" },
    { 4, "pgsql",
        "CREATE TABLE ik_draft (id text COLLATE \"C\" NOT NULL PRIMARY KEY, "
        "account text COLLATE \"C\" NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, "
        "digest text COLLATE \"C\" NOT NULL, state bigint NOT NULL CHECK (state IN (0, 1, 2)), made bigint NOT NULL, "
        "report text NOT NULL, name text NOT NULL, entity_id text COLLATE \"C\", "
        "idp_entity_id text COLLATE \"C\" NOT NULL, domains text NOT NULL, options text NOT NULL, "
        "metadata text NOT NULL)" },
    { 4, "pgsql",
        "CREATE TABLE ik_previous "
        "(account text COLLATE \"C\" NOT NULL PRIMARY KEY REFERENCES ik_account (id) ON DELETE CASCADE, "
        "entity_id text COLLATE \"C\", idp_entity_id text COLLATE \"C\" NOT NULL, domains text NOT NULL, "
        "options text NOT NULL, replaced bigint NOT NULL, metadata text NOT NULL)" },
    { 4, "pgsql",
        "CREATE TABLE ik_invite (id text COLLATE \"C\" NOT NULL PRIMARY KEY, "
        "account text COLLATE \"C\" NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, author text NOT NULL, "
        "made bigint NOT NULL, expires bigint NOT NULL, used bigint NOT NULL, revoked bigint NOT NULL)" },
    { 4, "pgsql",
        "CREATE TABLE ik_host (origin text COLLATE \"C\" NOT NULL PRIMARY KEY, settings_path text NOT NULL, "
        "seen bigint NOT NULL)" },
    /* What had no end gets one: time enough to see who still needs it. */
    { 4, "sqlite3",
        "UPDATE ik_account SET options = replace(options, 'dummy-request=on', "
        "'dummy-request=' || date('now', '+90 days')) WHERE instr(options, 'dummy-request=on') > 0" },
    { 4, "pgsql",
        "UPDATE ik_account SET options = replace(options, 'dummy-request=on', "
        "'dummy-request=' || to_char(now() AT TIME ZONE 'UTC' + interval '90 days', 'YYYY-MM-DD')) "
        "WHERE strpos(options, 'dummy-request=on') > 0" },
    { 4, NULL, "CREATE INDEX ik_draft_account ON ik_draft (account, made)" },
    { 4, NULL, "CREATE INDEX ik_draft_made ON ik_draft (made)" },
    { 4, NULL, "CREATE INDEX ik_invite_account ON ik_invite (account, made)" },
    { 4, NULL, "CREATE INDEX ik_invite_expires ON ik_invite (expires)" },
    { 5, "sqlite3", "ALTER TABLE ik_account ADD COLUMN rules TEXT NOT NULL DEFAULT ''" },
    { 5, "sqlite3", "ALTER TABLE ik_draft ADD COLUMN rules TEXT NOT NULL DEFAULT ''" },
    { 5, "sqlite3", "ALTER TABLE ik_previous ADD COLUMN rules TEXT NOT NULL DEFAULT ''" },
    { 5, "sqlite3", "ALTER TABLE ik_user ADD COLUMN received TEXT NOT NULL DEFAULT ''" },
    { 5, "sqlite3", "ALTER TABLE ik_host ADD COLUMN settings TEXT NOT NULL DEFAULT ''" },
    { 5, "sqlite3",
        "CREATE TABLE ik_trace (id TEXT NOT NULL PRIMARY KEY, account TEXT NOT NULL, at INTEGER NOT NULL, "
        "reason TEXT NOT NULL, endpoint TEXT NOT NULL, issuer TEXT NOT NULL, detail TEXT NOT NULL, "
        "client TEXT NOT NULL, verified INTEGER NOT NULL CHECK (verified IN (0, 1))) STRICT" },
    { 5, "sqlite3",
        "CREATE TABLE ik_source (account TEXT NOT NULL PRIMARY KEY REFERENCES ik_account (id) ON DELETE CASCADE, "
        "url TEXT NOT NULL, etag TEXT NOT NULL, due INTEGER NOT NULL, fetched INTEGER NOT NULL, "
        "failure TEXT NOT NULL, failing_since INTEGER NOT NULL) STRICT, WITHOUT ROWID" },
    /* AUTOINCREMENT: the id of a line that was taken out is not given to a later one. */
    { 5, "sqlite3", "CREATE TABLE ik_outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL) STRICT" },
    { 5, "sqlite3",
        "CREATE TABLE ik_verified (account TEXT NOT NULL PRIMARY KEY REFERENCES ik_account (id) ON DELETE CASCADE, "
        "fingerprint TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID" },
    { 5, "sqlite3",
        "CREATE TABLE ik_warned (account TEXT NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, "
        "fingerprint TEXT NOT NULL, days INTEGER NOT NULL, at INTEGER NOT NULL, "
        "PRIMARY KEY (account, fingerprint, days)) STRICT, WITHOUT ROWID" },
    { 5, "pgsql", "ALTER TABLE ik_account ADD COLUMN rules text NOT NULL DEFAULT ''" },
    { 5, "pgsql", "ALTER TABLE ik_draft ADD COLUMN rules text NOT NULL DEFAULT ''" },
    { 5, "pgsql", "ALTER TABLE ik_previous ADD COLUMN rules text NOT NULL DEFAULT ''" },
    { 5, "pgsql", "ALTER TABLE ik_user ADD COLUMN received text NOT NULL DEFAULT ''" },
    { 5, "pgsql", "ALTER TABLE ik_host ADD COLUMN settings text NOT NULL DEFAULT ''" },
    { 5, "pgsql",
        "CREATE TABLE ik_trace (id text COLLATE \"C\" NOT NULL PRIMARY KEY, account text COLLATE \"C\" NOT NULL, "
        "at bigint NOT NULL, reason text NOT NULL, endpoint text NOT NULL, issuer text NOT NULL, detail text NOT NULL, "
        "client text NOT NULL, verified bigint NOT NULL CHECK (verified IN (0, 1)))" },
    { 5, "pgsql",
        "CREATE TABLE ik_source "
        "(account text COLLATE \"C\" NOT NULL PRIMARY KEY REFERENCES ik_account (id) ON DELETE CASCADE, "
        "url text NOT NULL, etag text NOT NULL, due bigint NOT NULL, fetched bigint NOT NULL, failure text NOT NULL, "
        "failing_since bigint NOT NULL)" },
    { 5, "pgsql",
        "CREATE TABLE ik_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line text NOT NULL)" },
    { 5, "pgsql",
        "CREATE TABLE ik_verified "
        "(account text COLLATE \"C\" NOT NULL PRIMARY KEY REFERENCES ik_account (id) ON DELETE CASCADE, "
        "fingerprint text COLLATE \"C\" NOT NULL, at bigint NOT NULL)" },
    { 5, "pgsql",
        "CREATE TABLE ik_warned "
        "(account text COLLATE \"C\" NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, "
        "fingerprint text COLLATE \"C\" NOT NULL, days bigint NOT NULL, at bigint NOT NULL, "
        "PRIMARY KEY (account, fingerprint, days))" },
    { 5, NULL, "CREATE INDEX ik_trace_account ON ik_trace (account, verified, at)" },
    { 5, NULL, "CREATE INDEX ik_trace_verified ON ik_trace (verified, at)" },
    { 5, NULL, "CREATE INDEX ik_trace_at ON ik_trace (at)" },
    { 5, NULL, "CREATE INDEX ik_source_due ON ik_source (due)" },
    { 6, "sqlite3",
        "CREATE TABLE ik_certificate (account TEXT NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, "
        "fingerprint TEXT NOT NULL, ends INTEGER NOT NULL, PRIMARY KEY (account, fingerprint)) STRICT, WITHOUT ROWID" },
    { 6, "pgsql",
        "CREATE TABLE ik_certificate "
        "(account text COLLATE \"C\" NOT NULL REFERENCES ik_account (id) ON DELETE CASCADE, "
        "fingerprint text COLLATE \"C\" NOT NULL, ends bigint NOT NULL, PRIMARY KEY (account, fingerprint))" },
    { 6, NULL, "CREATE INDEX ik_certificate_ends ON ik_certificate (ends)" },
    { 6, NULL, "CREATE INDEX ik_warned_at ON ik_warned (at)" },
    { 6, NULL, "INSERT INTO ik_meta (name, value) VALUES ('certificates', 0)" },
    { 0, NULL, NULL }
};
