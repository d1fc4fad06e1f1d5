/* SPDX-License-Identifier: Apache-2.0 */
/* From a posted response to a session: decides whose keys count and who that is; login_record.c writes it. */
#include "sso/consume.h"

#include <string.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "base/text.h"
#include "saml/conditions.h"
#include "saml/response.h"
#include "sso/claims.h"
#include "sso/login_record.h"
#include "store/account.h"

#define UNLOCK_MAX 16               /* accounts of one identity provider whose keys are tried before CBC is decrypted */
#define ACCOUNT_SHOWN_MAX 64        /* bytes of what is no account id, in the log */
#define DECIDE_MAX 4                /* times, when the account is changed while somebody signs in to it */

/* One login on its way. */
typedef struct consuming_t {
    const ik_ctx_t *ctx;
    ik_refusal_t *why;
    ik_login_t *login;
    ik_db_t *db;
    ik_response_t *response;
    ik_account_t *account;
    const ik_trust_t *trust;
    ik_verified_t *verified;
    ik_admission_t admission;
} consuming_t;

static apr_status_t parse(consuming_t *c, const char *saml_response)
{
    const unsigned char *xml;
    apr_size_t len;
    apr_status_t rv;

    if (ik_decode_base64(&xml, &len, saml_response, c->ctx->p) != APR_SUCCESS)
        return ik_refuse(c->why, IK_REASON_MALFORMED, "SAMLResponse is not base64");
    rv = ik_response_parse(&c->response, (const char *)xml, len, c->ctx->p, c->why);
    if (rv == APR_SUCCESS)
        c->login->issuer = ik_response_claimed_issuer(c->response);
    return rv;
}

static apr_status_t try_unlock(const consuming_t *c, const ik_account_t *account)
{
    const ik_trust_t *trust;
    apr_status_t rv = ik_trust_cache_get(&trust, c->ctx->trusts, account, c->ctx->p, c->why);

    return rv == APR_SUCCESS ? ik_response_unlock(c->response, trust, c->why) : rv;
}

/* The account whose own entity ID the message is sent to comes first: of one identity provider there may be many. */
static apr_status_t unlock_by_destination(const consuming_t *c)
{
    const char *destination = ik_response_claimed_destination(c->response);
    ik_account_t *account;
    apr_status_t rv = APR_NOTFOUND;

    if (destination)
        rv = ik_store_account_by_entity_id(&account, c->db, destination, c->ctx->p);
    if (rv == APR_NOTFOUND)
        return ik_refuse(c->why, IK_REASON_DESTINATION_MISMATCH, "the Destination is no account's own entity ID");
    return rv == APR_SUCCESS ? try_unlock(c, account) : rv;
}

static apr_status_t unlock_by_issuer(const consuming_t *c)
{
    const char *issuer = c->login->issuer ? c->login->issuer : "";
    apr_array_header_t *accounts;
    apr_status_t rv = ik_store_account_by_idp(&accounts, c->db, issuer, UNLOCK_MAX, c->ctx->p);
    int i;

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_refuse(c->why, IK_REASON_ISSUER_MISMATCH, "no account has the identity provider \"%s\"", issuer);
    for (i = 0; i < accounts->nelts && rv == IK_REFUSED; i++)
        rv = try_unlock(c, APR_ARRAY_IDX(accounts, i, ik_account_t *));
    return rv;
}

/*
 * AES-CBC is decrypted only inside a Response that an identity provider we trust has signed (R17). Which account
 * is meant stands inside, so the keys of any account it may be for open the gate; they decide nothing else.
 */
static apr_status_t unlock(const consuming_t *c)
{
    apr_status_t rv;

    if (!ik_response_needs_unlock(c->response))
        return APR_SUCCESS;
    rv = unlock_by_destination(c);
    return rv == IK_REFUSED ? unlock_by_issuer(c) : rv;
}

/* The account that the message names. Only a choice of keys so far: the same claim is checked once it is verified. */
static apr_status_t choose_account(consuming_t *c)
{
    const char *id;
    apr_status_t rv = ik_response_account(&id, c->response, c->ctx->settings->claim_account, c->why);

    if (rv != APR_SUCCESS)
        return rv;
    if (ik_text_has_control(id))
        return ik_refuse(c->why, IK_REASON_CLAIM_INVALID, "the account claim holds a control character");
    if (!ik_account_id_is_valid(id))
        return ik_refuse(c->why, IK_REASON_UNKNOWN_ACCOUNT, "\"%s\" is no account id",
                         apr_pstrndup(c->why->p, id, ACCOUNT_SHOWN_MAX));
    c->login->account = id;
    rv = ik_store_account_get(&c->account, c->db, id, c->ctx->p);
    if (rv == APR_NOTFOUND)
        return ik_refuse(c->why, IK_REASON_UNKNOWN_ACCOUNT, "there is no account \"%s\"", id);
    return rv;
}

static apr_status_t check_account(const consuming_t *c)
{
    const char *only = c->ctx->settings->only_account;

    if (only && strcmp(only, c->account->id) != 0)
        return ik_refuse(c->why, IK_REASON_ACCOUNT_MISMATCH, "this host serves account \"%s\" only, not \"%s\"",
                         only, c->account->id);
    if (!c->account->enabled)
        return ik_refuse(c->why, IK_REASON_ACCOUNT_DISABLED, "account \"%s\" is disabled", c->account->id);
    return APR_SUCCESS;
}

/* 1 if entity_id is the own one of another account with the same identity provider. */
static int belongs_to_other(const consuming_t *c, const char *entity_id)
{
    ik_account_t *other;

    return entity_id && ik_store_account_by_entity_id(&other, c->db, entity_id, c->ctx->p) == APR_SUCCESS
           && strcmp(other->id, c->account->id) != 0
           && other->idp_entity_id && strcmp(other->idp_entity_id, c->trust->idp->entity_id) == 0;
}

/* 1 if the verified message carries the entity ID of such an account anywhere. */
static int is_meant_for_other(const consuming_t *c)
{
    const ik_assertion_t *a = c->verified->assertion;
    const apr_array_header_t *audiences;
    int i, j;

    for (i = 0; i < a->audiences->nelts; i++) {
        audiences = APR_ARRAY_IDX(a->audiences, i, const apr_array_header_t *);
        for (j = 0; j < audiences->nelts; j++)
            if (belongs_to_other(c, APR_ARRAY_IDX(audiences, j, const char *)))
                return 1;
    }
    for (i = 0; i < a->confirmations->nelts; i++)
        if (belongs_to_other(c, APR_ARRAY_IDX(a->confirmations, i, const ik_confirmation_t *)->recipient))
            return 1;
    return belongs_to_other(c, c->verified->destination);
}

/* Where one identity provider serves several accounts, the address of another one is no typing error: say so. */
static apr_status_t explain_mismatch(const consuming_t *c)
{
    ik_reason_t reason = c->why->reason;

    if ((reason == IK_REASON_AUDIENCE_MISMATCH || reason == IK_REASON_RECIPIENT_MISMATCH
         || reason == IK_REASON_DESTINATION_MISMATCH) && is_meant_for_other(c))
        return ik_refuse(c->why, IK_REASON_ACCOUNT_MISMATCH, "names account \"%s\" but is addressed to another: %s",
                         c->account->id, c->why->detail);
    return IK_REFUSED;
}

static apr_status_t verify(consuming_t *c)
{
    const ik_settings_t *settings = c->ctx->settings;
    ik_expect_t expect = { 0 };
    apr_status_t rv = ik_trust_cache_get(&c->trust, c->ctx->trusts, c->account, c->ctx->p, c->why);

    if (rv == APR_SUCCESS)
        rv = ik_response_verify(&c->verified, c->response, c->trust, c->why);
    if (rv != APR_SUCCESS)
        return rv;
    expect.idp = c->trust->idp->entity_id;
    expect.entity_id = ik_ctx_entity_id(c->ctx, c->account);
    expect.acs = ik_ctx_acs(c->ctx, c->account);
    expect.skew = apr_time_from_sec(settings->clock_skew);
    rv = ik_conditions_check(&c->admission.until, c->verified, &expect, c->ctx->now, c->why);
    return rv == IK_REFUSED ? explain_mismatch(c) : rv;
}

/* Everything that depends on the account as it is now. */
static apr_status_t decide(consuming_t *c)
{
    apr_status_t rv = choose_account(c);

    if (rv == APR_SUCCESS)
        rv = check_account(c);
    if (rv == APR_SUCCESS)
        rv = verify(c);
    if (rv == APR_SUCCESS)
        rv = ik_claims_user(&c->admission.user, c->ctx, c->verified->assertion, c->account, c->why);
    if (rv != APR_SUCCESS)
        return rv;
    c->admission.account = c->account;
    c->admission.assertion = c->verified->assertion;
    return ik_login_record(c->login, c->ctx, c->db, &c->admission, c->why);
}

/* An account that changes all the time decides nothing: whoever signs in tries again later. */
static apr_status_t decide_until_it_holds(consuming_t *c)
{
    apr_status_t rv = IK_LOGIN_OVERTAKEN;

    for (int i = 0; i < DECIDE_MAX && rv == IK_LOGIN_OVERTAKEN; i++)
        rv = decide(c);
    return rv == IK_LOGIN_OVERTAKEN ? APR_EAGAIN : rv;
}

/* Not allowed means replaced, never followed (R14). The default target is the administrator's, and on our own host. */
static void choose_target(ik_login_t *login, const ik_ctx_t *ctx, const char *relay_state)
{
    const ik_settings_t *settings = ctx->settings;

    login->target = NULL;
    if (relay_state && *relay_state) {
        login->target = ik_url_target(ctx->p, relay_state, &settings->origin, settings->redirect_hosts);
        login->target_refused = login->target ? NULL : relay_state;
    }
    if (!login->target)
        login->target = ik_url_target(ctx->p, settings->default_target, &settings->origin, settings->redirect_hosts);
}

/* The connection is given back before the answer goes out: a browser may take its time over it. */
static apr_status_t decide_connected(consuming_t *c)
{
    apr_pool_t *brief;
    apr_status_t rv = apr_pool_create(&brief, c->ctx->p);

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_store_acquire(&c->db, c->ctx->store, brief);
    if (rv == APR_SUCCESS)
        rv = unlock(c);
    if (rv == APR_SUCCESS)
        rv = ik_response_open(c->response, c->ctx->settings->spkeys, c->why);
    if (rv == APR_SUCCESS)
        rv = decide_until_it_holds(c);
    c->db = NULL;
    apr_pool_destroy(brief);
    return rv;
}

apr_status_t ik_consume(ik_login_t *login, const ik_ctx_t *ctx, const char *saml_response, const char *relay_state,
                        ik_refusal_t *why)
{
    consuming_t c = { .ctx = ctx, .why = why, .login = login };
    apr_status_t rv = parse(&c, saml_response);

    if (rv == APR_SUCCESS)
        rv = decide_connected(&c);
    if (rv == APR_SUCCESS)
        choose_target(login, ctx, relay_state);
    return rv;
}
