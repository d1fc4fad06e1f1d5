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
#include "sso/login_request.h"
#include "sso/solicited.h"
#include "store/account.h"

#define UNLOCK_MAX 16               /* accounts of one identity provider whose keys are tried before CBC is decrypted */
#define ACCOUNT_SHOWN_MAX 64        /* bytes of what is no account id, in the log */
#define DECIDE_MAX 4                /* times, when the account is changed while somebody signs in to it */

/* One login on its way. */
typedef struct consuming_t {
    const ik_ctx_t *ctx;
    const ik_consume_in_t *in;
    ik_refusal_t *why;
    ik_login_t *login;
    ik_db_t *db;
    ik_response_t *response;
    ik_account_t *account;
    const ik_trust_t *trust;
    ik_verified_t *verified;
    ik_solicited_t solicited;
    const ik_pending_t *pending;    /* that it answers; NULL: none */
    ik_refusal_t other;             /* of IK_ANSWERS_OTHER */
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
    apr_status_t rv = ik_trust_cache_get(&c->trust, c->ctx->trusts, c->account, c->ctx->p, c->why);

    return rv == APR_SUCCESS ? ik_response_verify(&c->verified, c->response, c->trust, c->why) : rv;
}

static apr_status_t check_conditions(consuming_t *c)
{
    ik_expect_t expect = { .any_request = c->solicited != IK_SOLICITED };
    apr_status_t rv;

    expect.idp = c->trust->idp->entity_id;
    expect.entity_id = ik_ctx_entity_id(c->ctx, c->account);
    expect.acs = ik_ctx_acs(c->ctx, c->account);
    expect.request = c->pending ? c->pending->request : NULL;
    expect.skew = apr_time_from_sec(c->ctx->settings->clock_skew);
    rv = ik_conditions_check(&c->admission.until, c->verified, &expect, c->ctx->now, c->why);
    return rv == IK_REFUSED ? explain_mismatch(c) : rv;
}

/* Everything that depends on the account as it is now, up to who that is. */
static apr_status_t identify(consuming_t *c)
{
    apr_status_t rv = choose_account(c);

    if (rv == APR_SUCCESS)
        rv = check_account(c);
    if (rv == APR_SUCCESS)
        rv = verify(c);
    if (rv != APR_SUCCESS)
        return rv;
    c->solicited = ik_solicited(&c->pending, &c->login->tolerated_dummy, c->verified, c->account, c->in->pending,
                                &c->other);
    rv = check_conditions(c);
    return rv == APR_SUCCESS
           ? ik_claims_user(&c->admission.user, c->ctx, c->verified->assertion, c->account, c->why) : rv;
}

static int is_present(const consuming_t *c)
{
    return c->in->present && strcmp(c->in->present->account, c->admission.user.account) == 0
           && strcmp(c->in->present->email, c->admission.user.email) == 0;
}

/*
 * Back button, double submit, a bookmark: the message is good but for having been used, or for the request it answers.
 * The person it names is signed in already, and is led on; nobody gains anything.
 */
static apr_status_t lead_on(consuming_t *c)
{
    if (!is_present(c))
        return IK_REFUSED;
    c->login->outcome = IK_CONSUME_ONWARD;
    return APR_SUCCESS;
}

static apr_status_t record(consuming_t *c)
{
    apr_status_t rv;

    c->admission.account = c->account;
    c->admission.assertion = c->verified->assertion;
    if (c->pending) {
        c->admission.request = c->pending->request;
        c->admission.request_until = c->pending->made + IK_PENDING_LIFETIME
                                     + apr_time_from_sec(c->ctx->settings->clock_skew);
    }
    rv = ik_login_record(c->login, c->ctx, c->db, &c->admission, c->why);
    if (rv == APR_SUCCESS)
        c->login->outcome = c->in->present && !is_present(c) ? IK_CONSUME_SWITCH : IK_CONSUME_SESSION;
    if (rv == IK_REFUSED && (c->why->reason == IK_REASON_REPLAYED || c->why->reason == IK_REASON_REQUEST_UNKNOWN))
        return lead_on(c);
    return rv;
}

static apr_status_t admit_unsolicited(consuming_t *c)
{
    switch (c->account->options.unsolicited) {
    case IK_UNSOLICITED_ACCEPT:
        return record(c);
    case IK_UNSOLICITED_BOUNCE:
        c->login->outcome = IK_CONSUME_BOUNCE;
        c->login->bounce = c->account;
        return APR_SUCCESS;
    default:
        return ik_refuse(c->why, IK_REASON_UNSOLICITED_FORBIDDEN, "account \"%s\" refuses what nobody asked for",
                         c->account->id);
    }
}

static apr_status_t admit_solicited(consuming_t *c)
{
    apr_status_t rv = ik_solicited_check(c->pending, c->verified->assertion,
                                         apr_time_from_sec(c->ctx->settings->clock_skew), c->why);

    c->login->answered = c->pending->handle;
    return rv == APR_SUCCESS ? record(c) : rv;
}

static apr_status_t decide(consuming_t *c)
{
    apr_status_t rv = identify(c);

    if (rv != APR_SUCCESS)
        return rv;
    switch (c->solicited) {
    case IK_SOLICITED:
        return admit_solicited(c);
    case IK_UNSOLICITED:
        return admit_unsolicited(c);
    default:
        *c->why = c->other;
        return lead_on(c);
    }
}

/* An account that changes all the time decides nothing: whoever signs in tries again later. */
static apr_status_t decide_until_it_holds(consuming_t *c)
{
    apr_status_t rv = IK_LOGIN_OVERTAKEN;

    for (int i = 0; i < DECIDE_MAX && rv == IK_LOGIN_OVERTAKEN; i++)
        rv = decide(c);
    return rv == IK_LOGIN_OVERTAKEN ? APR_EAGAIN : rv;
}

/* That of the pending login; of an unsolicited response, its RelayState. A handle leads nowhere any more. */
static void choose_target(const consuming_t *c)
{
    const char *relay_state = c->in->relay_state;
    int is_handle = relay_state && strlen(relay_state) == IK_PENDING_HANDLE_LEN && relay_state[0] != '/';

    c->login->target_refused = NULL;
    if (c->pending)
        c->login->target = ik_login_target(c->ctx, c->pending->target, &c->login->target_refused);
    else
        c->login->target = ik_login_target(c->ctx, is_handle ? NULL : relay_state, &c->login->target_refused);
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

apr_status_t ik_consume(ik_login_t *login, const ik_ctx_t *ctx, const ik_consume_in_t *in, ik_refusal_t *why)
{
    consuming_t c = { .ctx = ctx, .in = in, .why = why, .login = login, .other = { .p = ctx->p } };
    apr_status_t rv = parse(&c, in->saml_response);

    if (rv == APR_SUCCESS)
        rv = decide_connected(&c);
    if (rv == APR_SUCCESS)
        choose_target(&c);
    return rv;
}
