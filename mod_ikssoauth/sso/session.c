/* SPDX-License-Identifier: Apache-2.0 */
/* The session: packs an identity into the sealed cookie, and decides whether what comes back still signs in. */
#include "sso/session.h"

#include <stddef.h>
#include <string.h>

#include <apr_strings.h>

#include "base/log.h"
#include "base/pack.h"
#include "base/text.h"
#include "saml/names.h"
#include "seal/seal.h"
#include "sso/revoke.h"

#define FORMAT 3        /* of what is sealed, docs/cookie.md */
#define FORMAT_OLD 2    /* without what is new in 3: still opens */
#define TIME_MAX APR_INT64_C(253402300799000000)    /* the end of 9999: a sum with a duration cannot overflow */
#define RENEW_AFTER apr_time_from_sec(60)

/* The texts of an identity in the order in which they are packed; without a needed one there is no identity. */
static const struct {
    apr_size_t offset;
    int needed;
    int since;      /* the format that brought it */
} texts[] = {
    { offsetof(ik_identity_t, session), 1, 0 },
    { offsetof(ik_identity_t, account), 1, 0 },
    { offsetof(ik_identity_t, email), 1, 0 },
    { offsetof(ik_identity_t, name), 0, 0 },
    { offsetof(ik_identity_t, role), 1, 0 },
    { offsetof(ik_identity_t, idp), 1, 0 },
    { offsetof(ik_identity_t, name_id), 0, 0 },
    { offsetof(ik_identity_t, session_index), 0, 0 },
    { offsetof(ik_identity_t, attributes), 0, 0 },
    { offsetof(ik_identity_t, name_id_format), 0, 3 },
    { offsetof(ik_identity_t, context), 0, 3 },
    { offsetof(ik_identity_t, index), 1, 3 },   /* or a LogoutRequest would not end it */
};

/* Its numbers, likewise: times, and what else only grows. What decides must be one that can be calculated with. */
static const struct {
    apr_size_t offset;
    int decides;
} numbers[] = {
    { offsetof(ik_identity_t, authenticated), 0 },
    { offsetof(ik_identity_t, issued), 1 },
    { offsetof(ik_identity_t, seen), 1 },
    { offsetof(ik_identity_t, expires), 1 },
    { offsetof(ik_identity_t, position), 1 },
    { offsetof(ik_identity_t, attributes_version), 1 },
};

#define TEXTS (sizeof texts / sizeof texts[0])
#define NUMBERS (sizeof numbers / sizeof numbers[0])

_Static_assert(sizeof(apr_time_t) == sizeof(apr_int64_t), "times and positions are read alike");

static const char **text_of(ik_identity_t *identity, apr_size_t i)
{
    return (const char **)((char *)identity + texts[i].offset);
}

static apr_int64_t *number_of(ik_identity_t *identity, apr_size_t i)
{
    return (apr_int64_t *)((char *)identity + numbers[i].offset);
}

static int is_countable(apr_int64_t number)
{
    return number >= 0 && number <= TIME_MAX;
}

/* 1 if nothing needed is missing, and the numbers that decide can be calculated with. */
static int is_whole(ik_identity_t *identity)
{
    apr_size_t i;

    for (i = 0; i < TEXTS; i++) {
        const char *text = *text_of(identity, i);

        if (texts[i].needed && (!text || !*text))
            return 0;
    }
    for (i = 0; i < NUMBERS; i++)
        if (numbers[i].decides && !is_countable(*number_of(identity, i)))
            return 0;
    return 1;
}

/* The e-mail is nearly always the NameID in lower case; twice the longest would not fit into a cookie. */
static const char *email_of_name_id(const ik_identity_t *identity, apr_pool_t *p)
{
    return identity->name_id ? ik_text_lower(p, identity->name_id) : "";
}

/* What is nearly always the same is left out. */
static void shorten(ik_identity_t *identity, apr_pool_t *p)
{
    if (strcmp(identity->email, email_of_name_id(identity, p)) == 0)
        identity->email = "";
    if (identity->name_id_format && strcmp(identity->name_id_format, IK_NAMEID_EMAIL) == 0)
        identity->name_id_format = "";
}

static void fill_in(ik_identity_t *identity, apr_pool_t *p)
{
    if (!*identity->email)
        identity->email = email_of_name_id(identity, p);
    if (!*identity->name_id_format)
        identity->name_id_format = IK_NAMEID_EMAIL;
}

apr_status_t ik_session_pack(ik_pack_t *to, const ik_identity_t *given)
{
    ik_identity_t identity = *given;
    apr_status_t rv = APR_SUCCESS;
    apr_size_t i;

    shorten(&identity, to->p);
    ik_pack_int(to, FORMAT);
    for (i = 0; i < TEXTS && rv == APR_SUCCESS; i++)
        rv = ik_pack_text(to, *text_of(&identity, i));
    for (i = 0; i < NUMBERS; i++)
        ik_pack_int(to, *number_of(&identity, i));
    return rv;
}

ik_identity_t *ik_session_unpack(const unsigned char *bytes, apr_size_t len, apr_pool_t *p)
{
    ik_unpack_t from = { .bytes = bytes, .len = len };
    ik_identity_t *identity = apr_pcalloc(p, sizeof *identity);
    apr_int64_t format;
    apr_size_t i;

    format = ik_unpack_int(&from);
    if (format != FORMAT && format != FORMAT_OLD)
        return NULL;
    for (i = 0; i < TEXTS; i++)
        *text_of(identity, i) = texts[i].since <= format ? ik_unpack_text(&from, p) : "";
    for (i = 0; i < NUMBERS; i++)
        *number_of(identity, i) = ik_unpack_int(&from);
    fill_in(identity, p);
    if (format == FORMAT_OLD)
        identity->index = ik_revoke_index_subject(identity->name_id, identity->session_index, p);
    return ik_unpack_done(&from) && is_whole(identity) ? identity : NULL;
}

static ik_seal_scope_t scope_of(const ik_ctx_t *ctx)
{
    return (ik_seal_scope_t){ .purpose = "session", .host = ctx->settings->origin.text };
}

apr_status_t ik_session_seal(const char **value, const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    ik_pack_t packed = { .p = ctx->p };
    ik_seal_scope_t scope = scope_of(ctx);
    ik_identity_t copy = *identity;
    const char *sealed;
    apr_status_t rv;

    *value = NULL;
    if (!is_whole(&copy))
        return APR_EGENERAL;    /* it would not open */
    rv = ik_session_pack(&packed, &copy);
    if (rv == APR_SUCCESS)
        rv = ik_seal(&sealed, ctx->keys, ctx->now, &scope, packed.bytes, packed.len, ctx->p);
    if (rv != APR_SUCCESS)
        return rv;
    if (strlen(sealed) > IK_SESSION_COOKIE_MAX)
        return APR_ERANGE;
    *value = sealed;
    return APR_SUCCESS;
}

/* What the value holds, if we sealed it for this host. */
static ik_identity_t *read_value(const ik_ctx_t *ctx, const char *value)
{
    ik_seal_scope_t scope = scope_of(ctx);
    const unsigned char *bytes;
    apr_size_t len;

    if (strnlen(value, IK_SESSION_COOKIE_MAX + 1) > IK_SESSION_COOKIE_MAX)
        return NULL;
    if (ik_unseal(&bytes, &len, ctx->keys, &scope, value, ctx->p) != APR_SUCCESS)
        return NULL;
    return ik_session_unpack(bytes, len, ctx->p);
}

/*
 * A clock that was set back, or another machine's that goes ahead, is forgiven up to the skew: the times then lie
 * in the future a little. The lifetime counts as configured now, so that shortening it acts on sessions that exist.
 */
static ik_session_state_t state_in_time(const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    const ik_settings_t *settings = ctx->settings;
    apr_time_t latest = ctx->now + apr_time_from_sec(settings->clock_skew);

    if (identity->issued > latest || identity->seen > latest)
        return IK_SESSION_UNREADABLE;
    if (ctx->now >= identity->expires || ctx->now >= identity->issued + apr_time_from_sec(settings->session_lifetime))
        return IK_SESSION_EXPIRED;
    if (ctx->now >= identity->seen + apr_time_from_sec(settings->session_idle))
        return IK_SESSION_IDLE;
    return IK_SESSION_OK;
}

/* A program without a table serves no requests; one that has a table, and cannot tell, gives no access. */
static ik_session_state_t state_in_table(const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    if (!ctx->revocations)
        return IK_SESSION_OK;
    ik_revoke_listen(ctx);
    switch (ik_revocations_check(ctx->revocations, identity)) {
    case IK_REVOKED_NO:
        return IK_SESSION_OK;
    case IK_REVOKED_YES:
        return IK_SESSION_REVOKED;
    default:
        return IK_SESSION_UNCERTAIN;
    }
}

/* What the table says comes last, for it is asked with a look at the bell. */
static ik_session_state_t state_of(const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    ik_session_state_t state = state_in_time(ctx, identity);

    return state == IK_SESSION_OK ? state_in_table(ctx, identity) : state;
}

/* With an idle time below two minutes, once a minute would be too seldom to tell activity. */
static apr_time_t renew_after(const ik_settings_t *settings)
{
    apr_time_t half = apr_time_from_sec(settings->session_idle) / 2;

    return half < RENEW_AFTER ? half : RENEW_AFTER;
}

/* The new value for the cookie; NULL when the old one will do, or has to because sealing failed. */
static const char *renew(const ik_ctx_t *ctx, ik_identity_t *identity, const char *value)
{
    ik_identity_t copy = *identity;
    const char *renewed;
    apr_status_t rv;

    if (ctx->now - identity->seen < renew_after(ctx->settings)
        && ik_seal_is_current(ctx->keys, ctx->now, value, ctx->p))
        return NULL;
    if (ctx->now > copy.seen)
        copy.seen = ctx->now;
    rv = ik_session_seal(&renewed, ctx, &copy);
    if (rv != APR_SUCCESS) {
        ik_log(ctx->log, IK_LOG_ERROR, "IK0301", rv, "cannot renew session \"%s\"", identity->session);
        return NULL;
    }
    identity->seen = copy.seen;
    return renewed;
}

ik_session_state_t ik_session_open(const ik_identity_t **identity, const char **renewed, const ik_ctx_t *ctx,
                                   const char *value)
{
    ik_identity_t *found;
    ik_session_state_t state;

    *identity = NULL;
    *renewed = NULL;
    if (!value || !*value)
        return IK_SESSION_NONE;
    found = read_value(ctx, value);
    if (!found)
        return IK_SESSION_UNREADABLE;
    state = state_of(ctx, found);
    if (state != IK_SESSION_OK)
        return state;
    *renewed = renew(ctx, found, value);
    *identity = found;
    return IK_SESSION_OK;
}

/* The end that is sealed, not the lifetime as configured now: another machine may have another, or this one soon. */
ik_session_state_t ik_session_read(const ik_identity_t **identity, const ik_ctx_t *ctx, const char *value)
{
    const ik_identity_t *found;
    ik_session_state_t state;

    *identity = NULL;
    if (!value || !*value)
        return IK_SESSION_NONE;
    found = read_value(ctx, value);
    if (!found)
        return IK_SESSION_UNREADABLE;
    if (ctx->now >= found->expires)
        return IK_SESSION_EXPIRED;
    state = state_in_table(ctx, found);
    if (state == IK_SESSION_OK)
        *identity = found;
    return state;
}
