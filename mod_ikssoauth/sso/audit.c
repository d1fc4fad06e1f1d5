/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the lines of the audit log, and hands them to where they go. */
#include "sso/audit.h"

#include <string.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "model/refusal.h"
#include "seal/random.h"
#include "sso/connect.h"
#include "store/outbox.h"

#define ID_BYTES 16
#define ELLIPSIS "\xe2\x80\xa6"

/* A member of the line. max: bytes of its value as JSON at most; together they stay below IK_AUDIT_LINE_MAX. */
typedef struct member_t {
    const char *key, *value;
    apr_size_t max;
} member_t;

/* RFC 3339 in UTC with milliseconds. */
static const char *instant(apr_time_t at, apr_pool_t *p)
{
    apr_time_exp_t t = { 0 };

    apr_time_exp_gmt(&t, at);
    return apr_psprintf(p, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                        t.tm_min, t.tm_sec, t.tm_usec / 1000);
}

/* The first len bytes of value, without a character that would be cut: it has three more bytes at most. */
static const char *beginning(const char *value, apr_size_t len, apr_pool_t *p)
{
    for (int i = 0; i < 3 && len > 0 && ((unsigned char)value[len] & 0xc0) == 0x80; i++)
        len--;
    return apr_pstrmemdup(p, value, len);
}

/* As a JSON string whose content has max bytes at most: how many a byte becomes depends on it. */
static const char *bounded(const char *value, apr_size_t max, apr_pool_t *p)
{
    apr_size_t len = strnlen(value, max + 1);
    const char *json = len <= max ? ik_encode_json(p, value) : NULL;

    while (!json || strlen(json) > max + 2) {
        len = json ? len * max / strlen(json) : max;
        len = len > sizeof ELLIPSIS - 1 ? len - (sizeof ELLIPSIS - 1) : 0;
        json = ik_encode_json(p, apr_pstrcat(p, beginning(value, len, p), ELLIPSIS, NULL));
    }
    return json;
}

static const char *number(apr_int64_t value, apr_pool_t *p)
{
    return apr_psprintf(p, "%" APR_INT64_T_FMT, value);
}

/* Who signs in or out is who it is about; who is refused is nobody yet. */
static const char *actor(const ik_event_t *event, const ik_by_t *by)
{
    if (by->who || by->kind != IK_BY_USER || event->id == IK_EVENT_REFUSAL)
        return by->who;
    return event->email;
}

/* Who can mend it, for those who read the log. */
static const char *mender(const ik_event_t *event)
{
    const ik_reason_t reason = ik_reason_find(event->reason);

    return reason < IK_REASON_COUNT ? ik_actor_name(ik_reason_row(reason)->actor) : NULL;
}

static const char *text_members(const member_t *members, const char *line, apr_pool_t *p)
{
    for (; members->key; members++) {
        if (members->value && *members->value)
            line = apr_pstrcat(p, line, *line ? "," : "{", "\"", members->key, "\":",
                               bounded(members->value, members->max, p), NULL);
    }
    return line;
}

const char *ik_audit_line(const ik_event_t *event, const ik_by_t *by, apr_time_t now, const char *host, apr_pool_t *p)
{
    static const ik_by_t server = { .kind = IK_BY_SERVER };
    const ik_by_t *cause = by ? by : &server;
    const char *id = ik_random_id(p, ID_BYTES);
    const member_t members[] = {
        { "time", instant(now, p), 32 }, { "id", id ? id : "unavailable", 32 }, { "event", ik_event_word(event->id), 32 },
        { "host", host, 270 }, { "by", ik_by_word(cause->kind), 16 }, { "who", actor(event, cause), 270 },
        { "client", cause->client, 64 }, { "account", event->account, 100 }, { "email", event->email, 270 },
        { "session", event->session, 32 }, { "idp", event->idp, 512 }, { "role_before", event->role_before, 64 },
        { "role", event->role, 64 }, { "name_before", event->name_before, 300 }, { "name", event->name, 300 },
        { "reason", event->reason, 40 }, { "actor", mender(event), 32 }, { "trace", event->trace, 32 }, { "subject", event->subject, 140 },
        { "detail", event->detail, 1000 }, { NULL, NULL, 0 },
    };
    const char *line = text_members(members, "", p);

    if (event->days >= 0)
        line = apr_pstrcat(p, line, ",\"days\":", number(event->days, p), NULL);
    if (event->count >= 0)
        line = apr_pstrcat(p, line, ",\"count\":", number(event->count, p), NULL);
    return apr_pstrcat(p, line, "}\n", NULL);
}

static const char *line_of(const ik_ctx_t *ctx, const ik_event_t *event)
{
    return ik_audit_line(event, ctx->by, ctx->now, ctx->settings ? ctx->settings->origin.text : NULL, ctx->p);
}

static apr_status_t leave_in_outbox(const ik_ctx_t *ctx, const char *line)
{
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ik_connect(&db, &brief, ctx);

    if (rv == APR_SUCCESS)
        rv = ik_store_outbox_put(db, line, ctx->p);
    ik_disconnect(brief);
    if (rv != APR_SUCCESS)
        ik_log(ctx->log, IK_LOG_ERROR, "IK0350", rv, "a line for the audit log cannot be kept in the database");
    return rv;
}

void ik_audit(const ik_ctx_t *ctx, const ik_event_t *event)
{
    const struct ik_audit_t *audit = ctx->audit;

    if (!audit)
        return;
    if (audit->write)
        audit->write(audit->to, ctx, line_of(ctx, event));
    else
        leave_in_outbox(ctx, line_of(ctx, event));
}

apr_status_t ik_audit_commit(const ik_ctx_t *ctx, ik_db_t *db, const apr_array_header_t *events)
{
    apr_status_t rv = APR_SUCCESS;

    if (!ctx->audit || ctx->audit->write)
        return APR_SUCCESS;
    for (int i = 0; events && i < events->nelts && rv == APR_SUCCESS; i++)
        rv = ik_store_outbox_put(db, line_of(ctx, &APR_ARRAY_IDX(events, i, ik_event_t)), ctx->p);
    return rv;
}

void ik_audit_committed(const ik_ctx_t *ctx, const apr_array_header_t *events)
{
    if (!ctx->audit || !ctx->audit->write)
        return;
    for (int i = 0; events && i < events->nelts; i++)
        ik_audit(ctx, &APR_ARRAY_IDX(events, i, ik_event_t));
}
