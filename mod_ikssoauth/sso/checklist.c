/* SPDX-License-Identifier: Apache-2.0 */
/* Leads a response through every check that a login makes, past those that it fails. */
#include "sso/checklist.h"

#include "base/encode.h"
#include "saml/conditions.h"
#include "saml/time.h"
#include "sso/checking.h"
#include "sso/claims.h"
#include "store/user.h"

/* Notes how a check ended. APR_SUCCESS, also if it refused; what is neither is a failure, and returned. */
static apr_status_t note(ik_checking_t *c, ik_check_id_t id, apr_status_t rv)
{
    ik_checked_t *check = &c->list->checks[id];

    if (rv != APR_SUCCESS && rv != IK_REFUSED)
        return rv;
    check->state = rv == APR_SUCCESS ? IK_CHECK_PASSED : IK_CHECK_FAILED;
    if (rv == IK_REFUSED) {
        check->reason = c->why.reason;
        check->detail = ik_checking_shorten(c->why.detail, c->ctx->p);
    }
    return APR_SUCCESS;
}

static int has_passed(const ik_checking_t *c, ik_check_id_t id)
{
    return c->list->checks[id].state == IK_CHECK_PASSED;
}

static apr_status_t read_bytes(ik_checking_t *c)
{
    const unsigned char *xml;
    apr_size_t len;
    apr_status_t rv;

    if (ik_decode_base64(&xml, &len, c->in->saml_response, c->ctx->p) != APR_SUCCESS)
        return ik_refuse(&c->why, IK_REASON_MALFORMED, "SAMLResponse is not base64");
    rv = ik_response_parse(&c->response, (const char *)xml, len, c->ctx->p, &c->why);
    if (rv != APR_SUCCESS)
        c->response = NULL;
    return rv;
}

/* The check that a reason of reading belongs to, wherever in the message it was met. */
static ik_check_id_t check_of(ik_reason_t reason)
{
    switch (reason) {
    case IK_REASON_STATUS_NOT_SUCCESS:
        return IK_CHECK_STATUS;
    case IK_REASON_STRUCTURE_FORBIDDEN:
    case IK_REASON_ALGORITHM_FORBIDDEN:
        return IK_CHECK_STRUCTURE;
    default:
        return IK_CHECK_READABLE;
    }
}

/* Reading is one step of several checks: those before the one that it stopped at are passed. */
static apr_status_t parse(ik_checking_t *c)
{
    apr_status_t rv = read_bytes(c);
    ik_check_id_t stopped = rv == APR_SUCCESS ? IK_CHECK_STATUS : check_of(c->why.reason);

    for (int id = IK_CHECK_READABLE; id < (int)stopped; id++)
        note(c, (ik_check_id_t)id, APR_SUCCESS);
    return note(c, stopped, rv);
}

static int tolerates_sha1(const ik_checking_t *c)
{
    return ik_option_tolerates(c->in->account->options.sha1, c->ctx->now);
}

/* Never the cache's: a draft has the id and version of the account, but not its metadata. */
static apr_status_t trust(ik_checking_t *c)
{
    apr_status_t rv = ik_trust_build(&c->trust, c->in->account->metadata, c->ctx->p, &c->why);

    return rv == APR_SUCCESS ? rv : note(c, IK_CHECK_SIGNATURE, rv);
}

static apr_status_t decrypt(ik_checking_t *c)
{
    apr_status_t rv = APR_SUCCESS;

    if (!ik_response_is_encrypted(c->response))
        return APR_SUCCESS;
    if (c->trust && ik_response_needs_unlock(c->response)) {
        rv = ik_response_unlock(c->response, c->trust, tolerates_sha1(c), &c->why);
        if (rv != APR_SUCCESS)
            rv = note(c, IK_CHECK_SIGNATURE, rv);
    }
    return rv == APR_SUCCESS
           ? note(c, IK_CHECK_DECRYPTION, ik_response_open(c->response, c->ctx->settings->spkeys, &c->why)) : rv;
}

static int can_be_read(const ik_checking_t *c)
{
    return c->response && (!ik_response_is_encrypted(c->response) || has_passed(c, IK_CHECK_DECRYPTION));
}

/* A date that is none, or an ID that occurs twice, is found out on the way, and says nothing about the signature. */
static ik_check_id_t check_of_verification(ik_reason_t reason)
{
    return reason == IK_REASON_MALFORMED || reason == IK_REASON_STRUCTURE_FORBIDDEN ? check_of(reason)
           : IK_CHECK_SIGNATURE;
}

/* One without an IssueInstant or an end is over already, for every login. */
static void name_assertion(ik_checking_t *c)
{
    const ik_assertion_t *assertion = c->message->assertion;

    if (!assertion->id || !assertion->issuer || assertion->issued == IK_TIME_ABSENT || assertion->not_on_or_after == IK_TIME_ABSENT)
        return;
    c->list->assertion = assertion->id;
    c->list->assertion_issuer = assertion->issuer;
    c->list->assertion_until = ik_conditions_until(assertion, apr_time_from_sec(c->ctx->settings->clock_skew));
}

static apr_status_t verify(ik_checking_t *c)
{
    apr_status_t rv = ik_response_verify(&c->message, c->response, c->trust, tolerates_sha1(c), &c->why);

    if (rv == APR_SUCCESS)
        name_assertion(c);
    /* The times are read last. */
    if (rv == IK_REFUSED && c->why.reason == IK_REASON_MALFORMED)
        note(c, IK_CHECK_SIGNATURE, APR_SUCCESS);
    return note(c, rv == IK_REFUSED ? check_of_verification(c->why.reason) : IK_CHECK_SIGNATURE, rv);
}

static apr_status_t suppose(ik_checking_t *c)
{
    apr_status_t rv = ik_response_suppose(&c->message, c->response, &c->why);

    return rv == APR_SUCCESS ? rv : note(c, check_of(c->why.reason), rv);
}

/* From bytes to what the message says, proven if it can be; without c->message nothing can be told. */
static apr_status_t read_message(ik_checking_t *c)
{
    apr_status_t rv = parse(c);

    if (rv != APR_SUCCESS || !c->response)
        return rv;
    c->list->issuer = ik_checking_shorten(ik_response_claimed_issuer(c->response), c->ctx->p);
    rv = trust(c);
    if (rv == APR_SUCCESS)
        rv = decrypt(c);
    if (rv != APR_SUCCESS || !can_be_read(c))
        return rv;
    if (c->trust)
        rv = verify(c);
    if (rv == APR_SUCCESS && !c->in->everything && ik_response_is_encrypted(c->response)) {
        ik_checking_close(c);
        return rv;
    }
    return rv == APR_SUCCESS && !c->message ? suppose(c) : rv;
}

static ik_expect_t expected(const ik_checking_t *c)
{
    return (ik_expect_t){ .idp = c->trust ? c->trust->idp->entity_id : "",
                          .entity_id = ik_ctx_entity_id(c->ctx, c->in->account),
                          .acs = ik_ctx_acs(c->ctx, c->in->account),
                          .skew = apr_time_from_sec(c->ctx->settings->clock_skew) };
}

/* Which request the message answers is asked by itself, below. */
static apr_status_t check_conditions(ik_checking_t *c)
{
    static const struct { ik_check_id_t check; ik_condition_t condition; } rows[] = {
        { IK_CHECK_ISSUER, IK_CONDITION_ISSUER },
        { IK_CHECK_DESTINATION, IK_CONDITION_DESTINATION },
        { IK_CHECK_AUDIENCE, IK_CONDITION_AUDIENCE },
        { IK_CHECK_TIMES, IK_CONDITION_TIMES },
        { IK_CHECK_CONFIRMATION, IK_CONDITION_CONFIRMATION },
        { IK_CHECK_AUTHENTICATION, IK_CONDITION_AUTHENTICATION }
    };
    ik_expect_t expect = expected(c);
    apr_status_t rv = APR_SUCCESS;

    expect.any_request = 1;
    for (apr_size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && rv == APR_SUCCESS; i++)
        if (c->trust || rows[i].check != IK_CHECK_ISSUER)
            rv = note(c, rows[i].check,
                      ik_condition_check(rows[i].condition, c->message, &expect, c->ctx->now, &c->why));
    return rv;
}

/* As if a browser had started this one login, at whatever provider has answered: that is the check of the issuer. */
static ik_pending_t started(const ik_checking_t *c)
{
    const char *issuer = c->message->assertion->issuer;

    return (ik_pending_t){ .request = c->in->request, .account = c->in->account->id, .idp = issuer ? issuer : "",
                           .draft = "", .made = c->in->asked, .force_authn = c->in->account->options.force_authn };
}

static ik_answer_t find_answered(const ik_checking_t *c, const ik_pending_t *pending)
{
    apr_array_header_t *browser = apr_array_make(c->ctx->p, 1, sizeof(const ik_pending_t *));

    APR_ARRAY_PUSH(browser, const ik_pending_t *) = pending;
    return ik_solicited(c->message, c->in->account, browser, c->ctx->now);
}

/* A request was sent: an identity provider whose answers never name one cannot be used but with "accept". */
static apr_status_t check_answer(ik_checking_t *c, const ik_answer_t *answer)
{
    ik_expect_t expect = expected(c);

    c->unsolicited = answer->kind == IK_UNSOLICITED;
    c->dummy = answer->dummy;
    if (answer->kind == IK_ANSWERS_OTHER)
        return ik_refuse(&c->why, IK_REASON_REQUEST_UNKNOWN, "InResponseTo \"%s\" %s", answer->request, answer->problem);
    if (c->unsolicited && c->in->account->options.unsolicited != IK_UNSOLICITED_ACCEPT)
        return ik_refuse(&c->why, IK_REASON_UNSOLICITED_FORBIDDEN,
                         "no InResponseTo names the request that was sent, and the account does not accept that");
    expect.request = answer->request;
    expect.dummy = answer->dummy;
    return ik_condition_check(IK_CONDITION_REQUEST, c->message, &expect, c->ctx->now, &c->why);
}

/* Nobody is given longer than this to answer a request: the authentication of an older one is that of no request. */
static apr_status_t check_fresh(ik_checking_t *c)
{
    const ik_assertion_t *assertion = c->message->assertion;
    const apr_time_t earliest = assertion->issued - IK_PENDING_LIFETIME - expected(c).skew;
    apr_pool_t *p = c->ctx->p;

    if (!c->in->account->options.force_authn || !has_passed(c, IK_CHECK_AUTHENTICATION) || assertion->issued == IK_TIME_ABSENT
        || assertion->authenticated >= earliest)
        return APR_SUCCESS;
    return note(c, IK_CHECK_AUTHENTICATION,
                ik_refuse(&c->why, IK_REASON_NOT_ALLOWED, "the account asks for a fresh authentication (force-authn), got that of %s, in a "
                          "message of %s: no sign-in takes that long", ik_saml_time_text(p, assertion->authenticated),
                          ik_saml_time_text(p, assertion->issued)));
}

/* Without the browser that has it: what answers a request may be right, what answers none is for the account to decide. */
static apr_status_t check_captured(ik_checking_t *c)
{
    const apr_array_header_t *browser = apr_array_make(c->ctx->p, 1, sizeof(const ik_pending_t *));
    const ik_answer_t answer = ik_solicited(c->message, c->in->account, browser, c->ctx->now);

    c->answers = answer.kind != IK_UNSOLICITED;
    if (c->answers)
        return check_fresh(c);
    c->dummy = answer.dummy;
    if (c->in->account->options.unsolicited == IK_UNSOLICITED_ACCEPT)
        return note(c, IK_CHECK_REQUEST, APR_SUCCESS);
    return note(c, IK_CHECK_REQUEST, ik_refuse(&c->why, IK_REASON_UNSOLICITED_FORBIDDEN, "the message answers no request (no "
                                               "InResponseTo), and the account does not accept that"));
}

static apr_status_t check_request(ik_checking_t *c)
{
    const ik_pending_t pending = started(c);
    ik_answer_t answer;
    apr_status_t rv;

    if (!c->in->request)
        return c->in->captured ? check_captured(c) : APR_SUCCESS;
    answer = find_answered(c, &pending);
    rv = check_answer(c, &answer);
    /* Without a confirmation there is nothing that could answer; the check of those has said so. */
    if (rv != IK_REFUSED || c->why.reason != IK_REASON_SUBJECT_CONFIRMATION_INVALID)
        rv = note(c, IK_CHECK_REQUEST, rv);
    else
        rv = APR_SUCCESS;
    if (rv == APR_SUCCESS && has_passed(c, IK_CHECK_AUTHENTICATION))
        rv = note(c, IK_CHECK_AUTHENTICATION,
                  ik_solicited_check(&pending, c->message->assertion, expected(c).skew, &c->why));
    return rv;
}

typedef apr_status_t claim_t(const char **value, const ik_ctx_t *ctx, const ik_assertion_t *assertion,
                             ik_refusal_t *why);

/* What is right is shown as it would be written. */
static apr_status_t check_claim(ik_checking_t *c, ik_check_id_t id, claim_t *claim, const char **shown)
{
    const char *value = NULL;
    apr_status_t rv = claim(&value, c->ctx, c->message->assertion, &c->why);

    if (rv == APR_SUCCESS)
        *shown = value;
    return note(c, id, rv);
}

static apr_status_t check_role(ik_checking_t *c)
{
    ik_decision_t decision = { .number = 0 };
    apr_status_t rv = ik_claim_role(&decision, c->ctx, c->message->assertion, c->in->account, &c->why);

    if (rv == APR_SUCCESS) {
        c->list->role = decision.role;
        ik_checking_tell_rule(c, &decision);
    }
    return note(c, IK_CHECK_ROLE, rv);
}

static apr_status_t check_claims(ik_checking_t *c)
{
    ik_checklist_t *list = c->list;
    apr_status_t rv = note(c, IK_CHECK_ACCOUNT,
                           ik_claim_account(c->ctx, c->message->assertion, c->in->account, &c->why));

    if (rv == APR_SUCCESS)
        rv = check_claim(c, IK_CHECK_NAME_ID, ik_claim_email, &list->email);
    if (rv == APR_SUCCESS)
        rv = check_claim(c, IK_CHECK_NAME, ik_claim_name, &list->name);
    if (rv == APR_SUCCESS)
        rv = check_role(c);
    if (rv == APR_SUCCESS && list->email)
        rv = note(c, IK_CHECK_DOMAIN, ik_claim_domain(list->email, c->in->account, &c->why));
    return rv;
}

/* Somebody who never signed in is as good as a user who may. */
static apr_status_t check_user(ik_checking_t *c)
{
    ik_user_t *user;
    apr_status_t rv;

    if (!c->list->email)
        return APR_SUCCESS;
    rv = ik_store_user_get(&user, c->db, c->in->account->id, c->list->email, c->ctx->p);
    if (rv == APR_SUCCESS && !user->enabled)
        rv = ik_refuse(&c->why, IK_REASON_USER_DISABLED, "user \"%s\" is disabled", user->email);
    return note(c, IK_CHECK_USER, rv == APR_NOTFOUND ? APR_SUCCESS : rv);
}

static apr_status_t judge(ik_checking_t *c)
{
    apr_status_t rv = check_conditions(c);

    if (rv == APR_SUCCESS)
        rv = check_request(c);
    if (rv == APR_SUCCESS)
        rv = check_claims(c);
    if (rv == APR_SUCCESS)
        rv = check_user(c);
    ik_checking_collect(c);
    if (c->in->seen)
        ik_checking_see(c);
    return rv;
}

static int none_failed(const ik_checklist_t *list)
{
    for (int id = 0; id < IK_CHECK_COUNT; id++)
        if (list->checks[id].state == IK_CHECK_FAILED)
            return 0;
    return 1;
}

apr_status_t ik_checklist_make(ik_checklist_t **list, const ik_ctx_t *ctx, ik_db_t *db, const ik_checklist_in_t *in)
{
    ik_checklist_t *made = apr_pcalloc(ctx->p, sizeof *made);
    ik_checking_t c = { .ctx = ctx, .in = in, .db = db, .list = made, .why = { .p = ctx->p } };
    apr_status_t rv;

    made->claims = apr_array_make(ctx->p, 8, sizeof(ik_claim_seen_t));
    made->warnings = apr_array_make(ctx->p, 4, sizeof(const char *));
    rv = read_message(&c);
    if (rv == APR_SUCCESS && c.message)
        rv = judge(&c);
    if (rv == APR_SUCCESS)
        rv = ik_checking_warn(&c);
    made->passed = none_failed(made);
    *list = made;
    return rv;
}
