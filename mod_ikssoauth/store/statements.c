/* SPDX-License-Identifier: Apache-2.0 */
/* Holds every SQL text of the program but the steps of the schema, which are in schema_steps.c. */
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
    "SELECT id, name, entity_id, enabled, version, metadata, idp_entity_id, domains, created, changed, options, " \
    "rules, NULL, NULL FROM ik_account "
#define ACCOUNT_HOLD \
    "SELECT version, enabled, (SELECT fingerprint FROM ik_verified WHERE account = id), " \
    "(SELECT at FROM ik_verified WHERE account = id) FROM ik_account WHERE id = %s"
#define USER(attributes, received) \
    "SELECT account, email, name, role, enabled, first_login, last_login, " attributes ", attributes_version, " \
    received " FROM ik_user "

/* Both %s are what is searched for, its ASCII letters lowered; those of e-mail addresses are so in the table. */
#define MATCHES "(instr(email, %s) > 0 OR instr(lower(name), %s) > 0)"
#define MATCHES_PGSQL "(strpos(email, %s) > 0 OR strpos(lower(name COLLATE \"C\"), %s) > 0)"
#define USER_AFTER(matches) \
    USER("NULL", "NULL") "WHERE account = %s AND email > %s AND " matches " ORDER BY email LIMIT %lld"
#define USER_BEFORE(matches) \
    USER("NULL", "NULL") "WHERE account = %s AND email < %s AND " matches " ORDER BY email DESC LIMIT %lld"
#define USER_MATCHES(matches) "SELECT count(*) FROM ik_user WHERE account = %s AND " matches
#define TRACE "SELECT id, account, at, reason, endpoint, issuer, detail, client, verified FROM ik_trace "
#define SOURCE "SELECT account, url, etag, due, fetched, failure, failing_since FROM ik_source "
#define OUTBOX "SELECT id, line FROM ik_outbox ORDER BY id LIMIT %lld"
#define INVITE "SELECT id, account, author, made, expires, used, revoked FROM ik_invite "

/*
 * A version never stands for two texts: of two logins at once, the second finds the text of the first under the version
 * that it counted on, and takes the next one. The condition is evaluated on the row as it is when it is locked.
 */
#define USER_SAVE(max) \
    "INSERT INTO ik_user " \
    "(account, email, name, role, enabled, first_login, last_login, received, attributes, attributes_version) " \
    "VALUES (%s, %s, %s, %s, %lld, %lld, %lld, %s, %s, %lld) ON CONFLICT (account, email) DO UPDATE SET " \
    "name = excluded.name, role = excluded.role, last_login = excluded.last_login, received = excluded.received, " \
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
        "SELECT id, name, entity_id, enabled, version, NULL, idp_entity_id, domains, created, changed, options, "
        "NULL, (SELECT min(ends) FROM ik_certificate WHERE account = id), "
        "(SELECT max(ends) FROM ik_certificate WHERE account = id) FROM ik_account WHERE id > %s ORDER BY id LIMIT %lld",
        NULL },
    /* Not FOR SHARE: two that hold an account and then change it would wait for each other. New users do not wait. */
    [IK_SQL_ACCOUNT_HOLD] = { "ik_account_hold", ACCOUNT_HOLD, ACCOUNT_HOLD " FOR NO KEY UPDATE" },
    [IK_SQL_ACCOUNT_INSERT] = { "ik_account_insert",
        "INSERT INTO ik_account "
        "(id, name, entity_id, enabled, version, metadata, idp_entity_id, domains, created, changed, options, rules) "
        "VALUES (%s, %s, %s, %lld, %lld, %s, %s, %s, %lld, %lld, %s, %s) ON CONFLICT DO NOTHING", NULL },
    [IK_SQL_ACCOUNT_UPDATE] = { "ik_account_update",
        "UPDATE ik_account SET name = %s, entity_id = %s, enabled = %lld, version = %lld, metadata = %s, "
        "idp_entity_id = %s, domains = %s, changed = %lld, options = %s, rules = %s WHERE id = %s", NULL },
    [IK_SQL_ACCOUNT_DELETE] = { "ik_account_delete", "DELETE FROM ik_account WHERE id = %s", NULL },

    [IK_SQL_USER_GET] = { "ik_user_get", USER("attributes", "received") "WHERE account = %s AND email = %s", NULL },
    [IK_SQL_USER_PAGE] = { "ik_user_page",
        USER("NULL", "NULL") "WHERE account = %s AND email > %s ORDER BY email LIMIT %lld", NULL },
    [IK_SQL_USER_AFTER] = { "ik_user_after", USER_AFTER(MATCHES), USER_AFTER(MATCHES_PGSQL) },
    [IK_SQL_USER_BEFORE] = { "ik_user_before", USER_BEFORE(MATCHES), USER_BEFORE(MATCHES_PGSQL) },
    [IK_SQL_USER_COUNT] = { "ik_user_count", "SELECT count(*) FROM ik_user WHERE account = %s", NULL },
    [IK_SQL_USER_MATCHES] = { "ik_user_matches", USER_MATCHES(MATCHES), USER_MATCHES(MATCHES_PGSQL) },
    [IK_SQL_USER_SAVE] = { "ik_user_save", USER_SAVE("max"), USER_SAVE("GREATEST") },
    [IK_SQL_USER_RECEIVED] = { "ik_user_received",
        USER("NULL", "received") "WHERE account = %s ORDER BY last_login DESC, email LIMIT %lld", NULL },
    [IK_SQL_USER_ENABLE] = { "ik_user_enable",
        "UPDATE ik_user SET enabled = %lld WHERE account = %s AND email = %s", NULL },
    [IK_SQL_USER_DELETE] = { "ik_user_delete", "DELETE FROM ik_user WHERE account = %s AND email = %s", NULL },

    [IK_SQL_DOMAIN_ADD] = { "ik_domain_add",
        "INSERT INTO ik_domain (domain, account) VALUES (%s, %s) ON CONFLICT DO NOTHING", NULL },
    [IK_SQL_DOMAIN_REMOVE] = { "ik_domain_remove", "DELETE FROM ik_domain WHERE account = %s AND domain = %s", NULL },
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
    [IK_SQL_REPLAY_USED] = { "ik_replay_used", "SELECT count(*) FROM ik_assertion WHERE digest = %s", NULL },
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
        "(id, account, digest, state, made, report, name, entity_id, idp_entity_id, domains, options, rules, metadata) "
        "VALUES (%s, %s, %s, 0, %lld, '', %s, %s, %s, %s, %s, %s, %s)", NULL },
    [IK_SQL_DRAFT_GET] = { "ik_draft_get",
        "SELECT id, digest, state, made, report, account, name, entity_id, idp_entity_id, domains, options, metadata, "
        "rules FROM ik_draft WHERE account = %s AND id = %s AND made >= %lld", NULL },
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
        "INSERT INTO ik_previous (account, entity_id, metadata, idp_entity_id, domains, options, rules, replaced) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %lld) ON CONFLICT (account) DO UPDATE SET "
        "entity_id = excluded.entity_id, metadata = excluded.metadata, idp_entity_id = excluded.idp_entity_id, "
        "domains = excluded.domains, options = excluded.options, rules = excluded.rules, "
        "replaced = excluded.replaced", NULL },
    [IK_SQL_PREVIOUS_GET] = { "ik_previous_get",
        "SELECT entity_id, metadata, idp_entity_id, domains, options, replaced, rules FROM ik_previous "
        "WHERE account = %s", NULL },
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
        "((used = 0 AND expires > %lld) OR (used <> 0 AND used > %lld)) ORDER BY made DESC, id LIMIT 100", NULL },
    [IK_SQL_INVITE_REVOKE] = { "ik_invite_revoke",
        "UPDATE ik_invite SET revoked = %lld WHERE account = %s AND id = %s AND revoked = 0", NULL },
    [IK_SQL_INVITE_REVOKE_ALL] = { "ik_invite_revoke_all",
        "UPDATE ik_invite SET revoked = %lld WHERE account = %s AND revoked = 0", NULL },
    [IK_SQL_INVITE_REVOKE_AUTHOR] = { "ik_invite_revoke_author",
        "UPDATE ik_invite SET revoked = %lld WHERE account = %s AND author = %s AND revoked = 0", NULL },
    [IK_SQL_INVITE_REVOKE_USED] = { "ik_invite_revoke_used",
        "UPDATE ik_invite SET revoked = %lld WHERE account = %s AND used <> 0 AND revoked = 0", NULL },
    [IK_SQL_INVITE_EXPIRE] = { "ik_invite_expire",
        "DELETE FROM ik_invite WHERE id IN "
        "(SELECT id FROM ik_invite WHERE expires < %lld ORDER BY expires LIMIT %lld)", NULL },

    [IK_SQL_HOST_PUT] = { "ik_host_put",
        "INSERT INTO ik_host (origin, settings_path, settings, seen) VALUES (%s, %s, %s, %lld) ON CONFLICT (origin) "
        "DO UPDATE SET settings_path = excluded.settings_path, settings = excluded.settings, seen = excluded.seen",
        NULL },
    [IK_SQL_HOST_SEEN] = { "ik_host_seen", "UPDATE ik_host SET seen = %lld WHERE origin = %s", NULL },
    [IK_SQL_HOST_LIST] = { "ik_host_list",
        "SELECT origin, settings_path, settings, seen FROM ik_host ORDER BY seen DESC, origin LIMIT %lld", NULL },

    [IK_SQL_TRACE_PUT] = { "ik_trace_put",
        "INSERT INTO ik_trace (id, account, at, reason, endpoint, issuer, detail, client, verified) "
        "VALUES (%s, %s, %lld, %s, %s, %s, %s, %s, %lld) ON CONFLICT DO NOTHING", NULL },
    [IK_SQL_TRACE_GET] = { "ik_trace_get", TRACE "WHERE id = %s", NULL },
    [IK_SQL_TRACE_LIST] = { "ik_trace_list",
        TRACE "WHERE account = %s AND at < %lld ORDER BY at DESC, id DESC LIMIT %lld", NULL },
    [IK_SQL_TRACE_COUNT] = { "ik_trace_count",
        "SELECT count(*) FROM ik_trace WHERE account = %s AND verified = %lld", NULL },
    [IK_SQL_TRACE_COUNT_ALL] = { "ik_trace_count_all", "SELECT count(*) FROM ik_trace WHERE verified = %lld", NULL },
    [IK_SQL_TRACE_TRIM] = { "ik_trace_trim",
        "DELETE FROM ik_trace WHERE id IN "
        "(SELECT id FROM ik_trace WHERE account = %s AND verified = %lld ORDER BY at, id LIMIT %lld)", NULL },
    [IK_SQL_TRACE_TRIM_ALL] = { "ik_trace_trim_all",
        "DELETE FROM ik_trace WHERE id IN (SELECT id FROM ik_trace WHERE verified = %lld ORDER BY at, id LIMIT %lld)",
        NULL },
    [IK_SQL_TRACE_EXPIRE] = { "ik_trace_expire",
        "DELETE FROM ik_trace WHERE id IN (SELECT id FROM ik_trace WHERE at < %lld ORDER BY at LIMIT %lld)", NULL },
    [IK_SQL_TRACE_FORGET] = { "ik_trace_forget", "DELETE FROM ik_trace WHERE account = %s", NULL },

    [IK_SQL_SOURCE_PUT] = { "ik_source_put",
        "INSERT INTO ik_source (account, url, etag, due, fetched, failure, failing_since) "
        "VALUES (%s, %s, %s, %lld, %lld, %s, %lld) ON CONFLICT (account) DO UPDATE SET url = excluded.url, "
        "etag = excluded.etag, due = excluded.due, fetched = excluded.fetched, failure = excluded.failure, "
        "failing_since = excluded.failing_since", NULL },
    [IK_SQL_SOURCE_GET] = { "ik_source_get", SOURCE "WHERE account = %s", NULL },
    [IK_SQL_SOURCE_FORGET] = { "ik_source_forget", "DELETE FROM ik_source WHERE account = %s", NULL },
    [IK_SQL_SOURCE_DUE] = { "ik_source_due", SOURCE "WHERE due <= %lld ORDER BY due, account LIMIT %lld", NULL },
    /* The condition is evaluated on the row as it is when it is locked: of all who try, one finds the old time. */
    [IK_SQL_SOURCE_TAKE] = { "ik_source_take",
        "UPDATE ik_source SET due = %lld WHERE account = %s AND url = %s AND due = %lld", NULL },

    [IK_SQL_OUTBOX_PUT] = { "ik_outbox_put", "INSERT INTO ik_outbox (line) VALUES (%s)", NULL },
    [IK_SQL_OUTBOX_BOUND] = { "ik_outbox_bound",
        "DELETE FROM ik_outbox WHERE id <= (SELECT max(id) FROM ik_outbox) - %lld", NULL },
    [IK_SQL_OUTBOX_WAITS] = { "ik_outbox_waits",
        "SELECT count(*) FROM (SELECT id FROM ik_outbox LIMIT 1) AS first", NULL },
    [IK_SQL_OUTBOX_LIST] = { "ik_outbox_list", OUTBOX, OUTBOX " FOR UPDATE SKIP LOCKED" },
    [IK_SQL_OUTBOX_DELETE] = { "ik_outbox_delete", "DELETE FROM ik_outbox WHERE id = %lld", NULL },

    [IK_SQL_VERIFIED_PUT] = { "ik_verified_put",
        "INSERT INTO ik_verified (account, fingerprint, at) VALUES (%s, %s, %lld) ON CONFLICT (account) "
        "DO UPDATE SET fingerprint = excluded.fingerprint, at = excluded.at", NULL },
    [IK_SQL_VERIFIED_GET] = { "ik_verified_get", "SELECT fingerprint, at FROM ik_verified WHERE account = %s", NULL },
    [IK_SQL_WARNED_PUT] = { "ik_warned_put",
        "INSERT INTO ik_warned (account, fingerprint, days, at) VALUES (%s, %s, %lld, %lld) ON CONFLICT DO NOTHING",
        NULL },
    [IK_SQL_WARNED_EXPIRE] = { "ik_warned_expire",
        "DELETE FROM ik_warned WHERE (account, fingerprint, days) IN "
        "(SELECT account, fingerprint, days FROM ik_warned WHERE at < %lld ORDER BY at LIMIT %lld)", NULL },

    [IK_SQL_CERTIFICATE_ADD] = { "ik_certificate_add",
        "INSERT INTO ik_certificate (account, fingerprint, ends) VALUES (%s, %s, %lld) ON CONFLICT DO NOTHING", NULL },
    [IK_SQL_CERTIFICATE_FORGET] = { "ik_certificate_forget", "DELETE FROM ik_certificate WHERE account = %s", NULL },
    [IK_SQL_CERTIFICATE_ENDING] = { "ik_certificate_ending",
        "SELECT c.account, a.idp_entity_id, c.fingerprint, c.ends, "
        "(SELECT max(other.ends) FROM ik_certificate AS other WHERE other.account = c.account) "
        "FROM ik_certificate AS c JOIN ik_account AS a ON a.id = c.account "
        "WHERE c.ends > %lld AND c.ends <= %lld AND a.enabled = 1 AND NOT EXISTS (SELECT 1 FROM ik_warned AS w "
        "WHERE w.account = c.account AND w.fingerprint = c.fingerprint AND w.days <= %lld) "
        "ORDER BY c.ends, c.account, c.fingerprint LIMIT %lld", NULL },
    [IK_SQL_CERTIFICATE_UNKNOWN] = { "ik_certificate_unknown",
        "SELECT id FROM ik_account WHERE id > %s AND idp_entity_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM ik_certificate WHERE account = id) ORDER BY id LIMIT %lld", NULL },
    [IK_SQL_CERTIFICATES_LOOKED] = { "ik_certificates_looked",
        "SELECT value FROM ik_meta WHERE name = 'certificates'", NULL },
    [IK_SQL_CERTIFICATES_LOOK] = { "ik_certificates_look",
        "UPDATE ik_meta SET value = %lld WHERE name = 'certificates'", NULL },

    [IK_SQL_UPKEEP_TAKE] = { "ik_upkeep_take",
        "UPDATE ik_meta SET value = %lld WHERE name = 'housekeeping' AND (value <= %lld OR value > %lld)", NULL },
    [IK_SQL_UPKEEP_LAST] = { "ik_upkeep_last", "SELECT value FROM ik_meta WHERE name = 'housekeeping'", NULL },
    [IK_SQL_UPKEEP_SIZES] = { "ik_upkeep_sizes",
        COUNTS "0, file FROM pragma_database_list WHERE name = 'main'",
        COUNTS "CAST((SELECT sum(pg_total_relation_size(name::regclass)) FROM (VALUES ('ik_meta'), ('ik_account'), "
        "('ik_user'), ('ik_assertion'), ('ik_revocation'), ('ik_domain'), ('ik_held'), ('ik_draft'), ('ik_previous'), "
        "('ik_invite'), ('ik_host'), ('ik_trace'), ('ik_source'), ('ik_outbox'), ('ik_verified'), ('ik_warned'), "
        "('ik_certificate')) "
        "AS tables (name)) AS bigint), NULL" },
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
