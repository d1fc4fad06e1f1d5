/* SPDX-License-Identifier: Apache-2.0 */
/* Takes part in Single Logout: asks the identity provider, and does what it asks. */
#include "sso/slo.h"

#include <string.h>

#include <apr_strings.h>

#include "model/clock.h"
#include "model/email.h"
#include "saml/logout_build.h"
#include "saml/names.h"
#include "seal/random.h"
#include "sso/audit.h"
#include "sso/connect.h"
#include "sso/revoke.h"
#include "store/account.h"
#include "store/replay.h"

#define ACCOUNTS_MAX 256            /* of one identity provider whose keys are tried */
#define ID_BYTES 16
/* A request's id: as long as any host takes it, whatever its skew (R11). */
#define REMEMBER (IK_LOGOUT_LIFETIME + 2 * IK_CLOCK_SKEW_MAX)

/* One message on its way. */
typedef struct taking_t {
    const ik_ctx_t *ctx;
    ik_slo_done_t *done;
    ik_logout_t *message;
    ik_refusal_t *why;
    ik_db_t *db;
    apr_array_header_t *accounts;       /* const ik_account_t *: whose keys verify it */
    const ik_trust_t *trust;            /* of the first */
    const ik_logout_said_t *said;
} taking_t;

static const char *new_id(const ik_ctx_t *ctx)
{
    const char *id = ik_random_id(ctx->p, ID_BYTES);

    return id ? apr_pstrcat(ctx->p, "_", id, NULL) : NULL;
}

static const char *slo_url(const ik_ctx_t *ctx)
{
    return apr_pstrcat(ctx->p, ctx->settings->origin.text, ctx->settings->logout_path, NULL);
}

/* Where the account is now: it may have another identity provider than the one the session came from. */
static apr_status_t load_account(ik_account_t **account, const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ik_connect(&db, &brief, ctx);

    if (rv == APR_SUCCESS)
        rv = ik_store_account_get(account, db, identity->account, ctx->p);
    ik_disconnect(brief);
    if (rv == APR_SUCCESS && ((*account)->options.local_logout || !(*account)->idp_entity_id
                              || strcmp((*account)->idp_entity_id, identity->idp) != 0))
        return APR_NOTFOUND;
    return rv;
}

apr_status_t ik_slo_start(ik_outgoing_t **out, const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    ik_refusal_t why = { .p = ctx->p };
    ik_logout_request_t request = { .now = ctx->now, .name_id = identity->name_id };
    const ik_trust_t *trust;
    ik_account_t *account;
    apr_status_t rv = *identity->name_id ? load_account(&account, ctx, identity) : APR_NOTFOUND;

    if (rv == APR_SUCCESS)
        rv = ik_trust_cache_get(&trust, ctx->trusts, account, ctx->p, &why);
    if (rv != APR_SUCCESS)
        return rv == IK_REFUSED ? APR_NOTFOUND : rv;
    request.id = new_id(ctx);
    request.entity_id = ik_ctx_entity_id(ctx, account);
    request.name_id_format = identity->name_id_format;
    request.session_index = identity->session_index;
    return request.id ? ik_logout_request_build(out, &request, trust->idp, ctx->settings->spkeys, NULL, ctx->p)
                      : APR_EGENERAL;
}

/* With an account's keys; IK_REFUSED if they do not verify it. */
static apr_status_t try_account(taking_t *t, const ik_account_t *account)
{
    const ik_trust_t *trust;
    ik_logout_said_t *said;
    apr_status_t rv = ik_trust_cache_get(&trust, t->ctx->trusts, account, t->ctx->p, t->why);

    if (rv == APR_SUCCESS)
        rv = ik_logout_verify(&said, t->message, trust, t->why);
    if (rv != APR_SUCCESS)
        return rv;
    if (!t->accounts->nelts) {
        t->trust = trust;
        t->said = said;
        t->done->account = account->id;
    }
    APR_ARRAY_PUSH(t->accounts, const ik_account_t *) = account;
    return APR_SUCCESS;
}

/* Accounts of one identity provider may have its same keys: the message is of all of them. */
static apr_status_t verify(taking_t *t)
{
    const char *issuer = ik_logout_claimed_issuer(t->message);
    apr_array_header_t *candidates;
    apr_status_t rv;
    int i;

    t->done->issuer = issuer;
    rv = ik_store_account_by_idp(&candidates, t->db, issuer ? issuer : "", ACCOUNTS_MAX, t->ctx->p);
    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_refuse(t->why, IK_REASON_ISSUER_MISMATCH, "no account has the identity provider \"%s\"",
                   issuer ? issuer : "");
    for (i = 0; i < candidates->nelts && (rv == APR_SUCCESS || rv == IK_REFUSED); i++)
        rv = try_account(t, APR_ARRAY_IDX(candidates, i, const ik_account_t *));
    if (rv != APR_SUCCESS && rv != IK_REFUSED)
        return rv;
    return t->accounts->nelts ? APR_SUCCESS : rv;
}

static apr_status_t check(const taking_t *t)
{
    apr_array_header_t *ours = apr_array_make(t->ctx->p, 4, sizeof(const char *));

    APR_ARRAY_PUSH(ours, const char *) = slo_url(t->ctx);
    return ik_logout_check(t->said, ours, apr_time_from_sec(t->ctx->settings->clock_skew), t->ctx->now, t->why);
}

/* Without an index it is everything of the user (Core 3.7.3.2): and those sessions that have none, in every case. */
static apr_status_t end_in(const taking_t *t, const ik_account_t *account, ik_db_t *db)
{
    const apr_array_header_t *indexes = t->said->session_indexes;
    const char *email = ik_email_normalise(t->ctx->p, t->said->name_id);
    apr_status_t rv = ik_revoke_index(t->ctx, db, account->id, t->said->name_id, "");
    int i;

    if (rv == APR_SUCCESS && !indexes->nelts && email)
        rv = ik_revoke_user(NULL, t->ctx, db, account->id, email);
    for (i = 0; i < indexes->nelts && rv == APR_SUCCESS; i++)
        rv = ik_revoke_index(t->ctx, db, account->id, t->said->name_id, APR_ARRAY_IDX(indexes, i, const char *));
    return rv;
}

static apr_status_t end_sessions(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const taking_t *t = arg;
    const char *id = apr_pstrcat(p, "logout:", t->said->id, NULL);
    apr_status_t rv = ik_store_replay_use(db, t->said->issuer, id, t->ctx->now + REMEMBER, p);
    int i;

    if (rv == APR_EEXIST)
        return ik_refuse(t->why, IK_REASON_REPLAYED, "LogoutRequest \"%s\" was used before", t->said->id);
    for (i = 0; i < t->accounts->nelts && rv == APR_SUCCESS; i++)
        rv = end_in(t, APR_ARRAY_IDX(t->accounts, i, const ik_account_t *), db);
    return rv;
}

static apr_status_t answer(const taking_t *t, const char *relay_state)
{
    const ik_ctx_t *ctx = t->ctx;
    const ik_account_t *account = APR_ARRAY_IDX(t->accounts, 0, const ik_account_t *);
    ik_logout_answer_t answer = { .id = new_id(ctx), .now = ctx->now, .in_response_to = t->said->id, .success = 1 };
    const char *binding = ik_logout_binding(t->message);
    ik_outgoing_t *out;
    apr_status_t rv;

    answer.entity_id = ik_ctx_entity_id(ctx, account);
    if (!answer.id)
        return APR_EGENERAL;
    if (strcmp(binding, IK_BINDING_SOAP) == 0)
        return ik_logout_answer_soap(&t->done->soap, &answer, ctx->settings->spkeys, ctx->p);
    if (ik_logout_relay_state(t->message))
        relay_state = ik_logout_relay_state(t->message);
    rv = ik_logout_answer_build(&out, &answer, t->trust->idp, binding, ctx->settings->spkeys, relay_state, ctx->p);
    if (rv == APR_SUCCESS)
        t->done->answer = out;
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

/* In every account: which sessions those were, only they themselves know. */
static void tell(const taking_t *t)
{
    ik_by_t by = { .kind = IK_BY_IDP, .who = t->said->issuer, .client = t->ctx->by ? t->ctx->by->client : NULL };
    ik_ctx_t ctx = *t->ctx;

    ctx.by = &by;
    for (int i = 0; i < t->accounts->nelts; i++) {
        ik_event_t event = ik_event_of(IK_EVENT_LOGOUT, APR_ARRAY_IDX(t->accounts, i, const ik_account_t *)->id);

        event.email = ik_email_normalise(ctx.p, t->said->name_id);
        event.idp = t->said->issuer;
        ik_audit(&ctx, &event);
    }
}

/* Whoever is told that sessions have ended must be able to rely on it: safe against the loss of power. */
static apr_status_t serve_request(const taking_t *t, const char *relay_state)
{
    apr_status_t rv = ik_db_transaction(t->db, IK_COMMIT_POWER_SAFE, end_sessions, (void *)(apr_uintptr_t)t, t->ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    ik_revoke_publish(t->ctx, t->db);
    t->done->name_id = t->said->name_id;
    tell(t);
    return answer(t, relay_state);
}

static apr_status_t take(taking_t *t, const char *relay_state)
{
    apr_status_t rv = verify(t);

    if (rv == APR_SUCCESS)
        rv = check(t);
    if (rv != APR_SUCCESS)
        return rv;
    t->done->is_request = t->said->is_request;
    t->done->success = t->said->success;
    return t->said->is_request ? serve_request(t, relay_state) : APR_SUCCESS;
}

apr_status_t ik_slo_take(ik_slo_done_t *done, const ik_ctx_t *ctx, ik_logout_t *message, const char *relay_state,
                         ik_refusal_t *why)
{
    taking_t t = { .ctx = ctx, .done = done, .message = message, .why = why };
    apr_pool_t *brief;
    apr_status_t rv;

    memset(done, 0, sizeof *done);
    t.accounts = apr_array_make(ctx->p, 2, sizeof(const ik_account_t *));
    rv = ik_connect(&t.db, &brief, ctx);
    if (rv == APR_SUCCESS)
        rv = take(&t, relay_state);
    ik_disconnect(brief);
    return rv;
}
