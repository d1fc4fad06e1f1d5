/* SPDX-License-Identifier: Apache-2.0 */
/* Holds every SQL text of the program. */
#include <stddef.h>
#include <string.h>

#include "store/statements.h"

/*
 * 250 ms is how long SQLite itself waits for a writer in another process; the driver then tries 15 times more,
 * 100 ms apart, so that a writer gives up after some 6 s. It holds the driver's process-wide lock while SQLite waits.
 */
static const char *const sqlite_setup[] = {
    "PRAGMA busy_timeout = 250",
    "PRAGMA journal_mode = WAL",
    "PRAGMA journal_size_limit = 16777216",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    NULL
};

static const char *const pgsql_setup[] = {
    "SET client_encoding = 'UTF8'",
    "SET lock_timeout = '6s'",
    "SET statement_timeout = '10s'",
    "SET client_min_messages = warning",
    NULL
};

static const ik_dialect_t dialects[] = {
    {
        .driver = "sqlite3", .package = "libaprutil1-dbd-sqlite3",
        .is_file = 1, .one_writer = 1, .stale = 1, .setup = sqlite_setup,
        .level = { "PRAGMA synchronous = NORMAL", "PRAGMA synchronous = FULL" },
        /* IMMEDIATE takes the write lock first: one that reads before it writes could end in SQLITE_BUSY_SNAPSHOT. */
        .begin = "BEGIN IMMEDIATE", .commit = "COMMIT", .rollback = "ROLLBACK"
    },
    {
        .driver = "pgsql", .package = "libaprutil1-dbd-pgsql", .setup = pgsql_setup,
        .begin = "BEGIN", .commit = "COMMIT", .rollback = "ROLLBACK", .ping = "SELECT 1"
    }
};

#define ACCOUNT \
    "SELECT id, name, entity_id, enabled, version, metadata, idp_entity_id, domains, created, changed, options " \
    "FROM ik_account "
#define USER(attributes) \
    "SELECT account, email, name, role, enabled, first_login, last_login, " attributes ", attributes_version " \
    "FROM ik_user "

/* Both %s are what is searched for, its ASCII letters lowered; those of e-mail addresses are so in the table. */
#define MATCHES "(instr(email, %s) > 0 OR instr(lower(name), %s) > 0)"
#define MATCHES_PGSQL "(strpos(email, %s) > 0 OR strpos(lower(name COLLATE \"C\"), %s) > 0)"
#define USER_AFTER(matches) \
    USER("NULL") "WHERE account = %s AND email > %s AND " matches " ORDER BY email LIMIT %lld"
#define USER_BEFORE(matches) \
    USER("NULL") "WHERE account = %s AND email < %s AND " matches " ORDER BY email DESC LIMIT %lld"
#define USER_MATCHES(matches) "SELECT count(*) FROM ik_user WHERE account = %s AND " matches
#define INVITE "SELECT id, account, author, made, expires, used, revoked FROM ik_invite "

/*
 * A version never stands for two texts: of two logins at once, the second finds the text of the first under the version
 * that it counted on, and takes the next one. The condition is evaluated on the row as it is when it is locked.
 */
#define USER_SAVE(max) \
    "INSERT INTO ik_user " \
    "(account, email, name, role, enabled, first_login, last_login, attributes, attributes_version) " \
    "VALUES (%s, %s, %s, %s, %lld, %lld, %lld, %s, %lld) ON CONFLICT (account, email) " \
    "DO UPDATE SET name = excluded.name, role = excluded.role, last_login = excluded.last_login, " \
    "attributes = excluded.attributes, attributes_version = " max "(excluded.attributes_version, " \
    "ik_user.attributes_version + CASE WHEN ik_user.attributes = excluded.attributes THEN 0 ELSE 1 END)"

/* Updated first, read then: the row stays locked until the transaction ends, so positions follow the commits. */
#define REVOCATION_NEXT(max) \
    "UPDATE ik_meta SET value = " max "(value + 1, %lld) WHERE name = 'revocation_position'"

#define COUNTS \
    "SELECT (SELECT count(*) FROM ik_account), (SELECT count(*) FROM ik_user), " \
    "(SELECT count(*) FROM ik_assertion), (SELECT count(*) FROM ik_revocation), " \
    "(SELECT count(*) FROM ik_held), "

static const struct {
    const char *label, *text;
    const char *pgsql;              /* where PostgreSQL has no common words with SQLite; else NULL */
} statements[IK_SQL_COUNT] = {
    /* An upgrade may take longer than a statement of every day. */
    [IK_SQL_SCHEMA_LOCK] = { "ik_schema_lock", "SELECT 1",
        "SELECT 1 FROM (SELECT pg_advisory_xact_lock(7235977), set_config('statement_timeout', '0', true)) AS done" },
    [IK_SQL_SCHEMA_FIND] = { "ik_schema_find",
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'ik_meta'",
        "SELECT 'ik_meta' WHERE to_regclass('ik_meta') IS NOT NULL" },
    [IK_SQL_SCHEMA_GET] = { "ik_schema_get", "SELECT value FROM ik_meta WHERE name = 'schema'", NULL },
    [IK_SQL_SCHEMA_SET] = { "ik_schema_set", "UPDATE ik_meta SET value = %lld WHERE name = 'schema'", NULL },

    [IK_SQL_VERSION_NEXT] = { "ik_version_next",
        "UPDATE ik_meta SET value = value + 1 WHERE name = 'account_version'", NULL },
    [IK_SQL_VERSION_GET] = { "ik_version_get", "SELECT value FROM ik_meta WHERE name = 'account_version'", NULL },

    [IK_SQL_ACCOUNT_GET] = { "ik_account_get", ACCOUNT "WHERE id = %s", NULL },
    [IK_SQL_ACCOUNT_BY_ENTITY_ID] = { "ik_account_by_entity_id", ACCOUNT "WHERE entity_id = %s", NULL },
    [IK_SQL_ACCOUNT_BY_IDP] = { "ik_account_by_idp", ACCOUNT "WHERE idp_entity_id = %s ORDER BY id LIMIT %lld", NULL },
    [IK_SQL_ACCOUNT_BY_DOMAIN] = { "ik_account_by_domain",
        ACCOUNT "WHERE id IN (SELECT account FROM ik_domain WHERE domain = %s) ORDER BY id LIMIT %lld", NULL },
    [IK_SQL_ACCOUNT_BY_USER] = { "ik_account_by_user",
        ACCOUNT "WHERE id IN (SELECT account FROM ik_user WHERE email = %s AND enabled = 1) ORDER BY id LIMIT %lld",
        NULL },
    [IK_SQL_ACCOUNT_PAGE] = { "ik_account_page",
        "SELECT id, name, entity_id, enabled, version, NULL, idp_entity_id, domains, created, changed, options "
        "FROM ik_account WHERE id > %s ORDER BY id LIMIT %lld", NULL },
    /* Not FOR SHARE: two that hold an account and then change it would wait for each other. New users do not wait. */
    [IK_SQL_ACCOUNT_HOLD] = { "ik_account_hold",
        "SELECT version, enabled FROM ik_account WHERE id = %s",
        "SELECT version, enabled FROM ik_account WHERE id = %s FOR NO KEY UPDATE" },
    [IK_SQL_ACCOUNT_INSERT] = { "ik_account_insert",
        "INSERT INTO ik_account "
        "(id, name, entity_id, enabled, version, metadata, idp_entity_id, domains, created, changed, options) "
        "VALUES (%s, %s, %s, %lld, %lld, %s, %s, %s, %lld, %lld, %s) ON CONFLICT DO NOTHING", NULL },
    [IK_SQL_ACCOUNT_UPDATE] = { "ik_account_update",
        "UPDATE ik_account SET name = %s, entity_id = %s, enabled = %lld, version = %lld, metadata = %s, "
        "idp_entity_id = %s, domains = %s, changed = %lld, options = %s WHERE id = %s", NULL },
    [IK_SQL_ACCOUNT_DELETE] = { "ik_account_delete", "DELETE FROM ik_account WHERE id = %s", NULL },

    [IK_SQL_USER_GET] = { "ik_user_get", USER("attributes") "WHERE account = %s AND email = %s", NULL },
    [IK_SQL_USER_PAGE] = { "ik_user_page",
        USER("NULL") "WHERE account = %s AND email > %s ORDER BY email LIMIT %lld", NULL },
    [IK_SQL_USER_AFTER] = { "ik_user_after", USER_AFTER(MATCHES), USER_AFTER(MATCHES_PGSQL) },
    [IK_SQL_USER_BEFORE] = { "ik_user_before", USER_BEFORE(MATCHES), USER_BEFORE(MATCHES_PGSQL) },
    [IK_SQL_USER_COUNT] = { "ik_user_count", "SELECT count(*) FROM ik_user WHERE account = %s", NULL },
    [IK_SQL_USER_MATCHES] = { "ik_user_matches", USER_MATCHES(MATCHES), USER_MATCHES(MATCHES_PGSQL) },
    [IK_SQL_USER_SAVE] = { "ik_user_save", USER_SAVE("max"), USER_SAVE("GREATEST") },
    [IK_SQL_USER_ENABLE] = { "ik_user_enable",
        "UPDATE ik_user SET enabled = %lld WHERE account = %s AND email = %s", NULL },
    [IK_SQL_USER_DELETE] = { "ik_user_delete", "DELETE FROM ik_user WHERE account = %s AND email = %s", NULL },

    [IK_SQL_DOMAIN_ADD] = { "ik_domain_add",
        "INSERT INTO ik_domain (domain, account) VALUES (%s, %s) ON CONFLICT DO NOTHING", NULL },
    [IK_SQL_DOMAIN_FORGET] = { "ik_domain_forget", "DELETE FROM ik_domain WHERE account = %s", NULL },

    [IK_SQL_HELD_PUT] = { "ik_held_put", "INSERT INTO ik_held (handle, text, expires) VALUES (%s, %s, %lld)", NULL },
    [IK_SQL_HELD_GET] = { "ik_held_get", "SELECT text FROM ik_held WHERE handle = %s AND expires > %lld", NULL },
    [IK_SQL_HELD_DELETE] = { "ik_held_delete", "DELETE FROM ik_held WHERE handle = %s", NULL },
    [IK_SQL_HELD_COUNT] = { "ik_held_count", "SELECT count(*) FROM ik_held", NULL },
    [IK_SQL_HELD_EXPIRE] = { "ik_held_expire",
        "DELETE FROM ik_held WHERE handle IN "
        "(SELECT handle FROM ik_held WHERE expires <= %lld ORDER BY expires LIMIT %lld)", NULL },

    [IK_SQL_REPLAY_USE] = { "ik_replay_use",
        "INSERT INTO ik_assertion (digest, expires) VALUES (%s, %lld) ON CONFLICT DO NOTHING", NULL },
    [IK_SQL_REPLAY_EXPIRE] = { "ik_replay_expire",
        "DELETE FROM ik_assertion WHERE digest IN "
        "(SELECT digest FROM ik_assertion WHERE expires < %lld ORDER BY expires LIMIT %lld)", NULL },

    [IK_SQL_REVOCATION_NEXT] = { "ik_revocation_next", REVOCATION_NEXT("max"), REVOCATION_NEXT("GREATEST") },
    [IK_SQL_REVOCATION_POSITION] = { "ik_revocation_position",
        "SELECT value FROM ik_meta WHERE name = 'revocation_position'", NULL },
    [IK_SQL_REVOCATION_SAVE] = { "ik_revocation_save",
        "INSERT INTO ik_revocation (kind, account, subject, position, expires) VALUES (%lld, %s, %s, %lld, %lld) "
        "ON CONFLICT (kind, account, subject) DO UPDATE SET position = excluded.position, expires = "
        "CASE WHEN ik_revocation.expires > excluded.expires THEN ik_revocation.expires ELSE excluded.expires END",
        NULL },
    [IK_SQL_REVOCATION_PAGE] = { "ik_revocation_page",
        "SELECT kind, account, subject, position, expires FROM ik_revocation "
        "WHERE position > %lld AND expires > %lld ORDER BY position LIMIT %lld", NULL },
    /* The time is asked twice: a row that was raised while PostgreSQL waited for it is to stay. */
    [IK_SQL_REVOCATION_EXPIRE] = { "ik_revocation_expire",
        "DELETE FROM ik_revocation WHERE expires <= %lld AND (kind, account, subject) IN "
        "(SELECT kind, account, subject FROM ik_revocation WHERE expires <= %lld ORDER BY expires LIMIT %lld)", NULL },

    [IK_SQL_DRAFT_TRIM] = { "ik_draft_trim",
        "DELETE FROM ik_draft WHERE account = %s AND id NOT IN "
        "(SELECT id FROM ik_draft WHERE account = %s ORDER BY made DESC, id LIMIT %lld)", NULL },
    [IK_SQL_DRAFT_PUT] = { "ik_draft_put",
        "INSERT INTO ik_draft "
        "(id, account, digest, state, made, report, name, entity_id, idp_entity_id, domains, options, metadata) "
        "VALUES (%s, %s, %s, 0, %lld, '', %s, %s, %s, %s, %s, %s)", NULL },
    [IK_SQL_DRAFT_GET] = { "ik_draft_get",
        "SELECT id, digest, state, made, report, account, name, entity_id, idp_entity_id, domains, options, metadata "
        "FROM ik_draft WHERE account = %s AND id = %s AND made >= %lld", NULL },
    [IK_SQL_DRAFT_TESTED] = { "ik_draft_tested",
        "SELECT id, digest, state, made, report FROM ik_draft "
        "WHERE account = %s AND digest = %s AND state <> 0 AND made >= %lld ORDER BY made DESC, id LIMIT 1", NULL },
    /* The condition is evaluated on the row as it is when it is locked: of two, one finds another state. */
    [IK_SQL_DRAFT_FINISH] = { "ik_draft_finish",
        "UPDATE ik_draft SET state = %lld, report = %s WHERE account = %s AND id = %s AND state = 0", NULL },
    [IK_SQL_DRAFT_STATE] = { "ik_draft_state", "SELECT state FROM ik_draft WHERE account = %s AND id = %s", NULL },
    [IK_SQL_DRAFT_EXPIRE] = { "ik_draft_expire",
        "DELETE FROM ik_draft WHERE id IN "
        "(SELECT id FROM ik_draft WHERE made < %lld ORDER BY made LIMIT %lld)", NULL },

    [IK_SQL_PREVIOUS_PUT] = { "ik_previous_put",
        "INSERT INTO ik_previous (account, entity_id, metadata, idp_entity_id, domains, options, replaced) "
        "VALUES (%s, %s, %s, %s, %s, %s, %lld) ON CONFLICT (account) DO UPDATE SET entity_id = excluded.entity_id, "
        "metadata = excluded.metadata, idp_entity_id = excluded.idp_entity_id, domains = excluded.domains, "
        "options = excluded.options, replaced = excluded.replaced", NULL },
    [IK_SQL_PREVIOUS_GET] = { "ik_previous_get",
        "SELECT entity_id, metadata, idp_entity_id, domains, options, replaced FROM ik_previous WHERE account = %s",
        NULL },
    [IK_SQL_PREVIOUS_FORGET] = { "ik_previous_forget", "DELETE FROM ik_previous WHERE account = %s", NULL },

    [IK_SQL_INVITE_OPEN] = { "ik_invite_open",
        "SELECT count(*) FROM ik_invite WHERE account = %s AND used = 0 AND revoked = 0 AND expires > %lld", NULL },
    [IK_SQL_INVITE_PUT] = { "ik_invite_put",
        "INSERT INTO ik_invite (id, account, author, made, expires, used, revoked) "
        "VALUES (%s, %s, %s, %lld, %lld, %lld, %lld)", NULL },
    [IK_SQL_INVITE_GET] = { "ik_invite_get", INVITE "WHERE id = %s", NULL },
    [IK_SQL_INVITE_USE] = { "ik_invite_use",
        "UPDATE ik_invite SET used = %lld WHERE id = %s AND used = 0 AND revoked = 0 AND expires > %lld", NULL },
    [IK_SQL_INVITE_LIST] = { "ik_invite_list",
        INVITE "WHERE account = %s AND revoked = 0 AND "
        "((used = 0 AND expires > %lld) OR (used <> 0 AND used > %lld)) ORDER BY made DESC, id", NULL },
    [IK_SQL_INVITE_REVOKE] = { "ik_invite_revoke",
        "UPDATE ik_invite SET revoked = %lld WHERE account = %s AND id = %s AND revoked = 0", NULL },
    [IK_SQL_INVITE_REVOKE_ALL] = { "ik_invite_revoke_all",
        "UPDATE ik_invite SET revoked = %lld WHERE account = %s AND revoked = 0", NULL },
    [IK_SQL_INVITE_EXPIRE] = { "ik_invite_expire",
        "DELETE FROM ik_invite WHERE id IN "
        "(SELECT id FROM ik_invite WHERE expires < %lld ORDER BY expires LIMIT %lld)", NULL },

    [IK_SQL_HOST_PUT] = { "ik_host_put",
        "INSERT INTO ik_host (origin, settings_path, seen) VALUES (%s, %s, %lld) ON CONFLICT (origin) "
        "DO UPDATE SET settings_path = excluded.settings_path, seen = excluded.seen", NULL },
    [IK_SQL_HOST_LIST] = { "ik_host_list",
        "SELECT origin, settings_path, seen FROM ik_host ORDER BY seen DESC, origin LIMIT %lld", NULL },

    [IK_SQL_UPKEEP_TAKE] = { "ik_upkeep_take",
        "UPDATE ik_meta SET value = %lld WHERE name = 'housekeeping' AND (value <= %lld OR value > %lld)", NULL },
    [IK_SQL_UPKEEP_SIZES] = { "ik_upkeep_sizes",
        COUNTS "0, file FROM pragma_database_list WHERE name = 'main'",
        COUNTS "CAST((SELECT sum(pg_total_relation_size(name::regclass)) FROM (VALUES ('ik_meta'), ('ik_account'), "
        "('ik_user'), ('ik_assertion'), ('ik_revocation'), ('ik_domain'), ('ik_held'), ('ik_draft'), ('ik_previous'), "
        "('ik_invite'), ('ik_host')) AS tables (name)) AS bigint), NULL" },
};

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
    { 0, NULL, NULL }
};

const ik_dialect_t *ik_dialect_find(const char *driver)
{
    for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
        if (strcmp(dialects[i].driver, driver) == 0)
            return &dialects[i];
    return NULL;
}

const char *ik_sql_label(ik_sql_t sql)
{
    return statements[sql].label;
}

const char *ik_sql_text(ik_sql_t sql, const ik_dialect_t *dialect)
{
    if (statements[sql].pgsql && strcmp(dialect->driver, "pgsql") == 0)
        return statements[sql].pgsql;
    return statements[sql].text;
}
