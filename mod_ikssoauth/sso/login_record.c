/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a verified login and begins its session, in one transaction: all of it is there, or nothing. */
#include "sso/login_record.h"

#include <string.h>

#include <apr_strings.h>

#include "seal/random.h"
#include "sso/attributes.h"
#include "sso/audit.h"
#include "sso/revoke.h"
#include "sso/session.h"
#include "store/account.h"
#include "store/idp_key.h"
#include "store/replay.h"
#include "store/revocation.h"
#include "store/user.h"

#define REQUESTS "request"          /* the issuer, as it were, of the marks of our own requests */
#define KEY_USE_EVERY apr_time_from_sec(3600)   /* the time of the key that verified is written again */
#define INDEX_MAX 256               /* bytes; without one, logout ends all sessions of the user (Core 3.7.1) */

/* One login on its way. */
typedef struct recording_t {
    const ik_ctx_t *ctx;
    const ik_admission_t *admission;
    ik_refusal_t *why;
    ik_commit_t level;
    ik_user_t user;                 /* as it will be in the database */
    int user_created;
    int role_changed;
    const char *role_before, *name_before;      /* NULL: there was no such user */
    ik_account_held_t held;
    apr_int64_t position;           /* of the session */
    ik_identity_t *identity;
    const char *cookie;
} recording_t;

/* The mark that decides comes first: of two equal messages only one gets any further (R11). */
static apr_status_t mark_as_used(const recording_t *r, ik_db_t *db, apr_pool_t *p)
{
    const ik_assertion_t *a = r->admission->assertion;
    apr_status_t rv = ik_store_replay_use(db, a->issuer, a->id, r->admission->until, p);

    return rv == APR_EEXIST ? ik_refuse(r->why, IK_REASON_REPLAYED, "assertion \"%s\" was used before", a->id) : rv;
}

/* Likewise of the request: a second answer to it is one too many, from whichever tab (R10). */
static apr_status_t mark_request(const recording_t *r, ik_db_t *db, apr_pool_t *p)
{
    const char *request = r->admission->request;
    apr_status_t rv;

    if (!request)
        return APR_SUCCESS;
    rv = ik_store_replay_use(db, REQUESTS, request, r->admission->request_until, p);
    if (rv == APR_EEXIST)
        return ik_refuse(r->why, IK_REASON_REQUEST_UNKNOWN, "request \"%s\" was answered before", request);
    return rv;
}

/*
 * Whoever disabled the account or replaced its metadata a moment ago must not find a session of the old keys
 * afterwards. From here to the commit nobody can; what they do then revokes this session too.
 */
static apr_status_t hold_account(recording_t *r, ik_db_t *db, apr_pool_t *p)
{
    apr_status_t rv = ik_store_account_hold_all(&r->held, db, r->admission->account->id, p);

    if (rv == APR_NOTFOUND || (rv == APR_SUCCESS && r->held.version != r->admission->account->version))
        return IK_LOGIN_OVERTAKEN;
    return rv;
}

/* An ordinary login writes nothing here: it verifies with the same key as the one before it. */
static apr_status_t note_key(const recording_t *r, ik_db_t *db, apr_pool_t *p)
{
    const ik_certificate_t *key = r->admission->key;
    apr_time_t since = r->ctx->now - r->held.key_at;

    if (!key || (r->held.key && strcmp(r->held.key, key->fingerprint) == 0 && since >= 0 && since < KEY_USE_EVERY))
        return APR_SUCCESS;
    return ik_store_verified_put(db, r->admission->account->id, key->fingerprint, r->ctx->now, p);
}

static apr_int64_t later(apr_int64_t a, apr_int64_t b)
{
    return a > b ? a : b;
}

/*
 * A version never stands for two texts: caches hold on to it. Not the time alone, for clocks are set back. It is what
 * will be in the row: the account is held, so no other login of the user writes between this and ik_store_user_save.
 */
static void count_attributes(recording_t *r, const ik_user_t *known)
{
    const char *before = known && known->attributes ? known->attributes : "";
    apr_int64_t version = known ? known->attributes_version : 0;

    r->user.attributes_version = strcmp(before, r->user.attributes) == 0 ? version : later(r->ctx->now, version + 1);
}

static apr_status_t meet_user(recording_t *r, ik_db_t *db, apr_pool_t *p)
{
    ik_user_t *known = NULL;
    apr_status_t rv = ik_store_user_get(&known, db, r->user.account, r->user.email, p);

    if (rv != APR_SUCCESS && rv != APR_NOTFOUND)
        return rv;
    if (known && !known->enabled)
        return ik_refuse(r->why, IK_REASON_USER_DISABLED, "user \"%s\" is disabled", r->user.email);
    r->user_created = !known;
    r->role_changed = known && strcmp(known->role, r->user.role) != 0;
    r->role_before = known ? apr_pstrdup(r->ctx->p, known->role) : NULL;
    r->name_before = known ? apr_pstrdup(r->ctx->p, known->name) : NULL;
    if (r->role_changed && r->level != IK_COMMIT_POWER_SAFE)
        return IK_LOGIN_OVERTAKEN;
    count_attributes(r, known);
    return APR_SUCCESS;
}

/*
 * A new role ends the sessions that have the old one, but not the one that begins here: it takes the position of that
 * revocation. Otherwise the last one counts, which is read after everything else: a revocation that the checks above
 * may have missed then has a greater position, and ends this session.
 */
static apr_status_t take_position(recording_t *r, ik_db_t *db, apr_pool_t *p)
{
    if (r->role_changed)
        return ik_revoke_user(&r->position, r->ctx, db, r->user.account, r->user.email);
    return ik_store_revocation_position(&r->position, db, p);
}

static apr_time_t session_end(const recording_t *r)
{
    apr_time_t end = r->ctx->now + apr_time_from_sec(r->ctx->settings->session_lifetime);
    apr_time_t theirs = r->admission->assertion->session_ends;

    return theirs != IK_TIME_ABSENT && theirs < end ? theirs : end;
}

static ik_identity_t *make_identity(const recording_t *r)
{
    const ik_assertion_t *a = r->admission->assertion;
    ik_identity_t *identity = apr_pcalloc(r->ctx->p, sizeof *identity);

    identity->session = ik_random_id(r->ctx->p, 16);
    identity->account = r->user.account;
    identity->email = r->user.email;
    identity->name = r->user.name;
    identity->role = r->user.role;
    identity->idp = a->issuer;
    identity->name_id = a->name_id;
    identity->name_id_format = a->name_id_format;
    identity->context = strlen(a->context) <= IK_CONTEXT_MAX ? a->context : "";
    identity->session_index = strlen(a->session_index) <= INDEX_MAX ? a->session_index : "";
    identity->index = ik_revoke_index_subject(identity->name_id, identity->session_index, r->ctx->p);
    identity->authenticated = a->authenticated;
    identity->issued = identity->seen = r->ctx->now;
    identity->expires = session_end(r);
    identity->position = r->position;
    return identity;
}

/* The cookie takes the attributes along if they are small, and names the version of the row that has them if not. */
static apr_status_t seal_with_attributes(recording_t *r)
{
    apr_status_t rv = APR_ERANGE;

    r->identity->attributes = r->user.attributes;
    if (strlen(r->user.attributes) <= IK_ATTRIBUTES_IN_COOKIE)
        rv = ik_session_seal(&r->cookie, r->ctx, r->identity);
    if (rv != APR_ERANGE)
        return rv;
    r->identity->attributes = "";
    r->identity->attributes_version = r->user.attributes_version;
    return ik_session_seal(&r->cookie, r->ctx, r->identity);
}

/* Sealed before the commit: a login whose cookie cannot be made has not happened. */
static apr_status_t begin_session(recording_t *r)
{
    r->identity = make_identity(r);
    return r->identity->session && r->identity->index ? seal_with_attributes(r) : APR_EGENERAL;
}

static apr_status_t record(ik_db_t *db, void *arg, apr_pool_t *p)
{
    recording_t *r = arg;
    apr_status_t rv = mark_as_used(r, db, p);

    if (rv == APR_SUCCESS)
        rv = mark_request(r, db, p);
    if (rv == APR_SUCCESS)
        rv = hold_account(r, db, p);
    if (rv == APR_SUCCESS)
        rv = meet_user(r, db, p);
    if (rv == APR_SUCCESS)
        rv = ik_store_user_save(&r->user, db, p);
    if (rv == APR_SUCCESS)
        rv = note_key(r, db, p);
    if (rv == APR_SUCCESS)
        rv = take_position(r, db, p);
    return rv == APR_SUCCESS ? begin_session(r) : rv;
}

static void tell_user(const recording_t *r)
{
    ik_event_t event = ik_event_of(r->user_created ? IK_EVENT_USER_CREATED : IK_EVENT_USER_CHANGED, r->user.account);
    int renamed = r->user_created || strcmp(r->name_before, r->user.name) != 0;

    if (!renamed && !r->role_changed)
        return;
    event.email = r->user.email;
    event.role_before = r->role_before;
    event.role = r->user.role;
    event.name_before = renamed ? r->name_before : NULL;
    event.name = renamed ? r->user.name : NULL;
    ik_audit(r->ctx, &event);
}

static void tell(const recording_t *r)
{
    ik_event_t event = ik_event_of(IK_EVENT_LOGIN, r->user.account);

    tell_user(r);
    event.email = r->user.email;
    event.session = r->identity->session;
    event.idp = r->identity->idp;
    event.role = r->user.role;
    ik_audit(r->ctx, &event);
}

/*
 * What the commit has to survive must be known before the transaction begins. An ordinary login may be lost with the
 * power: then nobody has been let in who should not be. A new role may not: the revocation that goes with it would
 * be lost too, and the sessions with the old role would be back (design decision 7). So the row is read beforehand;
 * if another login changes it in between, meet_user finds out and everything is decided again.
 */
static apr_status_t choose_level(recording_t *r, ik_db_t *db)
{
    ik_user_t *known = NULL;
    apr_status_t rv = ik_store_user_get(&known, db, r->user.account, r->user.email, r->ctx->p);

    r->level = known && strcmp(known->role, r->user.role) != 0 ? IK_COMMIT_POWER_SAFE : IK_COMMIT_CRASH_SAFE;
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

apr_status_t ik_login_record(ik_login_t *login, const ik_ctx_t *ctx, ik_db_t *db, const ik_admission_t *admission,
                             ik_refusal_t *why)
{
    recording_t r = { .ctx = ctx, .admission = admission, .why = why, .user = admission->user };
    apr_status_t rv;

    r.user.first_login = r.user.last_login = ctx->now;
    r.user.attributes = ik_attributes_choose(ctx, admission->assertion);
    rv = choose_level(&r, db);
    if (rv == APR_SUCCESS)
        rv = ik_db_transaction(db, r.level, record, &r, ctx->p);
    if (rv != APR_SUCCESS)
        return rv;
    if (r.role_changed)
        ik_revoke_publish(ctx, db);
    tell(&r);
    login->identity = r.identity;
    login->cookie = r.cookie;
    login->user_created = r.user_created;
    return APR_SUCCESS;
}
