/* SPDX-License-Identifier: Apache-2.0 */
/* From a posted response to a session: decides whose keys count and who that is; login_record.c writes it. */
#include "sso/consume.h"

#include <string.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "saml/conditions.h"
#include "shm/traces.h"
#include "sso/claims.h"
#include "sso/connect.h"
#include "sso/consuming.h"
#include "sso/draft.h"
#include "sso/login_request.h"

#define DECIDE_MAX 8                /* times, when the account is changed while somebody signs in to it */

static apr_status_t parse(ik_consuming_t *c, const char *saml_response)
{
    const unsigned char *xml;
    apr_size_t len;
    apr_status_t rv;

    if (ik_decode_base64(&xml, &len, saml_response, c->ctx->p) != APR_SUCCESS)
        return ik_refuse(c->why, IK_REASON_MALFORMED, "SAMLResponse is not base64");
    rv = ik_response_parse(&c->response, (const char *)xml, len, c->ctx->p, c->why);
    if (c->response)
        c->login->issuer = ik_response_claimed_issuer(c->response);
    return rv;
}

static apr_time_t skew(const ik_consuming_t *c)
{
    return apr_time_from_sec(c->ctx->settings->clock_skew);
}

static apr_status_t verify(ik_consuming_t *c)
{
    const int sha1 = ik_option_tolerates(c->account->options.sha1, c->ctx->now);
    apr_status_t rv = ik_trust_cache_get(&c->trust, c->ctx->trusts, c->account, c->ctx->p, c->why);

    if (rv == APR_SUCCESS)
        rv = ik_response_verify(&c->verified, c->response, c->trust, sha1, c->why);
    c->login->verified = rv == APR_SUCCESS;
    c->login->tolerated_sha1 = rv == APR_SUCCESS && c->verified->sha1;
    return rv;
}

static apr_status_t check_conditions(ik_consuming_t *c)
{
    ik_expect_t expect = { .request = c->answer.request, .dummy = c->answer.dummy };
    apr_status_t rv;

    expect.idp = c->trust->idp->entity_id;
    expect.entity_id = ik_ctx_entity_id(c->ctx, c->account);
    expect.acs = ik_ctx_acs(c->ctx, c->account);
    expect.skew = skew(c);
    rv = ik_conditions_check(&c->admission.until, c->verified, &expect, c->ctx->now, c->why);
    return rv == IK_REFUSED ? ik_consuming_explain(c) : rv;
}

/* Everything that depends on the account as it is now, up to who that is. */
static apr_status_t identify(ik_consuming_t *c)
{
    apr_status_t rv;

    c->login->verified = 0;
    rv = ik_consuming_choose_account(c);
    if (rv == APR_SUCCESS)
        rv = verify(c);
    if (rv != APR_SUCCESS)
        return rv;
    c->answer = ik_solicited(c->verified, c->account, c->in->pending, c->ctx->now);
    c->login->tolerated_dummy = c->answer.dummy != NULL;
    c->login->answered = c->answer.pending ? c->answer.pending->handle : NULL;
    rv = check_conditions(c);
    return rv == APR_SUCCESS
           ? ik_claims_user(&c->admission.user, c->ctx, c->verified->assertion, c->account, c->why) : rv;
}

static int is_present(const ik_consuming_t *c)
{
    return c->in->present && strcmp(c->in->present->account, c->admission.user.account) == 0
           && strcmp(c->in->present->email, c->admission.user.email) == 0;
}

static apr_status_t start_anew(const ik_consuming_t *c)
{
    c->login->outcome = IK_CONSUME_BOUNCE;
    c->login->bounce = c->account;
    return APR_SUCCESS;
}

/*
 * Back button, double submit, a bookmark: the message is good but for having been used, or for the request it answers.
 * The person it names is signed in already and is led on; nobody gains anything. If the form was submitted twice, the
 * browser may have dropped the first answer with its cookies: it has what it started with, and starts anew.
 */
static apr_status_t lead_on(const ik_consuming_t *c)
{
    if (is_present(c)) {
        c->login->outcome = IK_CONSUME_ONWARD;
        return APR_SUCCESS;
    }
    return c->answer.pending && c->why->reason == IK_REASON_REPLAYED ? start_anew(c) : IK_REFUSED;
}

/* The pending login is good for its time, by the clock of a machine that may be a little behind. */
static void use_up_request(ik_consuming_t *c)
{
    const ik_pending_t *pending = c->answer.pending;

    c->admission.request = pending ? pending->request : NULL;
    c->admission.request_until = pending ? pending->made + IK_PENDING_LIFETIME + skew(c) : 0;
}

static apr_status_t record(ik_consuming_t *c)
{
    apr_status_t rv;

    c->admission.account = c->account;
    c->admission.assertion = c->verified->assertion;
    c->admission.key = c->verified->key;
    use_up_request(c);
    rv = ik_login_record(c->login, c->ctx, c->db, &c->admission, c->why);
    if (rv == APR_SUCCESS)
        c->login->outcome = c->in->present && !is_present(c) ? IK_CONSUME_SWITCH : IK_CONSUME_SESSION;
    if (rv == IK_REFUSED && (c->why->reason == IK_REASON_REPLAYED || c->why->reason == IK_REASON_REQUEST_UNKNOWN))
        return lead_on(c);
    return rv;
}

static apr_status_t admit_unsolicited(ik_consuming_t *c)
{
    switch (c->account->options.unsolicited) {
    case IK_UNSOLICITED_ACCEPT:
        return record(c);
    case IK_UNSOLICITED_BOUNCE:
        return start_anew(c);
    default:
        return ik_refuse(c->why, IK_REASON_UNSOLICITED_FORBIDDEN, "the message answers no request (no InResponseTo), and account "
                         "\"%s\" does not accept that", c->account->id);
    }
}

static apr_status_t admit_solicited(ik_consuming_t *c)
{
    apr_status_t rv = ik_solicited_check(c->answer.pending, c->verified->assertion, skew(c), c->why);

    return rv == APR_SUCCESS ? record(c) : rv;
}

static apr_status_t admit_other(ik_consuming_t *c)
{
    ik_refuse(c->why, IK_REASON_REQUEST_UNKNOWN, "InResponseTo \"%s\" %s", c->answer.request, c->answer.problem);
    return lead_on(c);
}

static apr_status_t decide(ik_consuming_t *c)
{
    apr_status_t rv = identify(c);

    if (rv != APR_SUCCESS)
        return rv;
    switch (c->answer.kind) {
    case IK_SOLICITED:
        return admit_solicited(c);
    case IK_UNSOLICITED:
        return admit_unsolicited(c);
    default:
        return admit_other(c);
    }
}

/* An account that changes all the time decides nothing: whoever signs in tries again later. */
static apr_status_t decide_until_it_holds(ik_consuming_t *c)
{
    apr_status_t rv = IK_LOGIN_OVERTAKEN;

    for (int i = 0; i < DECIDE_MAX && rv == IK_LOGIN_OVERTAKEN; i++)
        rv = decide(c);
    return rv == IK_LOGIN_OVERTAKEN ? APR_EAGAIN : rv;
}

/*
 * Browsers carry the fragment of the address that a form was posted to along with a redirect which names none. Where the
 * account has an address with one, that is not to become part of the dashboard's: an empty one stops it.
 */
static const char *without_our_fragment(const ik_consuming_t *c, const char *target)
{
    int is_carried = c->account && strchr(ik_ctx_acs(c->ctx, c->account), '#') != NULL;

    return is_carried && !strchr(target, '#') ? apr_pstrcat(c->ctx->p, target, "#", NULL) : target;
}

/* That of the pending login; of an unsolicited response, its RelayState. A handle leads nowhere once its login is over. */
static void choose_target(const ik_consuming_t *c)
{
    const char *wanted = c->in->relay_state;

    if (c->answer.pending)
        wanted = c->answer.pending->target;
    else if (wanted && ik_pending_is_handle(wanted))
        wanted = NULL;
    c->login->target = without_our_fragment(c, ik_login_target(c->ctx, wanted, &c->login->target_refused));
}

/* The connection is given back before the answer goes out: a browser may take its time over it. */
static apr_status_t decide_connected(ik_consuming_t *c)
{
    apr_pool_t *brief;
    apr_status_t rv = ik_connect(&c->db, &brief, c->ctx);

    if (rv == APR_SUCCESS)
        rv = ik_consuming_unlock(c);
    if (rv == APR_SUCCESS)
        rv = ik_response_open(c->response, c->ctx->settings->spkeys, c->why);
    if (rv == APR_SUCCESS)
        rv = decide_until_it_holds(c);
    c->db = NULL;
    ik_disconnect(brief);
    return rv;
}

/* The test that the message answers, if it does; one that cannot be read is an answer too. */
static const ik_pending_t *tested(const ik_consuming_t *c)
{
    return ik_draft_pending(c->in, c->response ? ik_response_claimed_request(c->response) : NULL);
}

static apr_status_t answer_test(ik_consuming_t *c, const ik_pending_t *pending)
{
    ik_checklist_t *list;
    apr_status_t rv = ik_draft_answer(&list, c->ctx, pending, c->in->saml_response, c->why);

    c->login->account = pending->account;
    if (rv != APR_SUCCESS)
        return rv;
    c->login->outcome = IK_CONSUME_TESTED;
    c->login->issuer = list->issuer;
    c->login->answered = pending->handle;
    c->login->tested = pending->draft;
    c->login->tested_passed = list->passed;
    return APR_SUCCESS;
}

/*
 * Whoever has a message may send it as often as they like. Only the first time tells what the identity provider does: what
 * comes again must not push out the traces of others (shm/traces.h).
 */
static void notice_repeat(const ik_consuming_t *c)
{
    const char *message = apr_pstrcat(c->ctx->p, c->account->id, " ", c->verified->assertion->id, NULL);
    int came_before = ik_traces_came_before(c->ctx->traces, message);

    c->login->repeated = came_before || c->why->reason == IK_REASON_REPLAYED;
    if (came_before)
        c->why->detail = apr_pstrcat(c->why->p, c->why->detail, "; this message, which the identity provider of the account "
                                     "has signed, was refused before", NULL);
}

apr_status_t ik_consume(ik_login_t *login, const ik_ctx_t *ctx, const ik_consume_in_t *in, ik_refusal_t *why)
{
    ik_consuming_t c = { .ctx = ctx, .in = in, .why = why, .login = login };
    apr_status_t rv = parse(&c, in->saml_response);
    const ik_pending_t *test = tested(&c);

    if (test)
        return answer_test(&c, test);
    if (rv == APR_SUCCESS)
        rv = decide_connected(&c);
    if (rv == APR_SUCCESS)
        choose_target(&c);
    if (rv == IK_REFUSED && !login->account)
        login->account = ik_consuming_guess(&c);
    if (rv == IK_REFUSED && login->verified)
        notice_repeat(&c);
    return rv;
}
