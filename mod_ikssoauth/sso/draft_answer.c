/* SPDX-License-Identifier: Apache-2.0 */
/* Knows the answer to a test sign-in from that to a login, and takes it: once. */
#include <string.h>

#include "sso/audit.h"
#include "sso/checklist.h"
#include "sso/connect.h"
#include "sso/draft.h"
#include "store/draft.h"
#include "store/replay.h"

/* One answer on its way. */
typedef struct answering_t {
    const ik_ctx_t *ctx;
    const ik_pending_t *pending;
    const char *saml_response;
    ik_refusal_t *why;
    ik_checklist_t *list;
} answering_t;

/*
 * The request decides, where it is one of this browser: an answer to a login stays one, whatever RelayState comes with
 * it. An InResponseTo that nobody here sent is what a test is to show.
 */
const ik_pending_t *ik_draft_pending(const ik_consume_in_t *in, const char *in_response_to)
{
    const ik_pending_t *pending = in_response_to ? ik_pending_of_request(in->pending, in_response_to) : NULL;

    if (!pending && in->relay_state)
        pending = ik_pending_of_handle(in->pending, in->relay_state);
    return pending && *pending->draft ? pending : NULL;
}

static apr_status_t refuse_again(const answering_t *a)
{
    return ik_refuse(a->why, IK_REASON_REQUEST_UNKNOWN, "test sign-in \"%s\" was answered before", a->pending->draft);
}

static apr_status_t refuse_gone(const answering_t *a)
{
    return ik_refuse(a->why, IK_REASON_REQUEST_UNKNOWN, "test sign-in \"%s\" of account \"%s\" is gone",
                     a->pending->draft, a->pending->account);
}

/*
 * Where unsolicited responses are accepted, one that answers nothing could sign somebody in after it was tested. That it
 * was used before is no fault of the test.
 */
static apr_status_t use_up(const answering_t *a, ik_db_t *db, apr_pool_t *p)
{
    const ik_checklist_t *list = a->list;
    apr_status_t rv = list->assertion ? ik_store_replay_use(db, list->assertion_issuer, list->assertion,
                                                            list->assertion_until, p) : APR_SUCCESS;

    return rv == APR_EEXIST ? APR_SUCCESS : rv;
}

static apr_status_t finish(ik_db_t *db, void *arg, apr_pool_t *p)
{
    const answering_t *a = arg;
    const char *report = ik_checklist_text(a->list, p);
    apr_status_t rv = report ? ik_store_draft_finish(db, a->pending->account, a->pending->draft,
                                                     a->list->passed ? IK_DRAFT_PASSED : IK_DRAFT_FAILED, report, p)
                      : APR_EGENERAL;

    return rv == APR_SUCCESS ? use_up(a, db, p) : rv;
}

/*
 * The work is done outside of any transaction; that the answer is the first is decided when it is written down, and with
 * it that its assertion is used.
 */
static apr_status_t answer(answering_t *a, ik_db_t *db)
{
    const ik_ctx_t *ctx = a->ctx;
    const ik_pending_t *pending = a->pending;
    ik_checklist_in_t in = { .saml_response = a->saml_response, .request = pending->request, .asked = pending->made };
    ik_draft_t *draft;
    apr_status_t rv = ik_store_draft_get(&draft, db, pending->account, pending->draft, ctx->now, ctx->p);

    if (rv == APR_NOTFOUND)
        return refuse_gone(a);
    if (rv == APR_SUCCESS && draft->state != IK_DRAFT_UNTESTED)
        return refuse_again(a);
    if (rv != APR_SUCCESS)
        return rv;
    in.account = draft->account;
    rv = ik_checklist_make(&a->list, ctx, db, &in);
    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_db_transaction(db, IK_COMMIT_CRASH_SAFE, finish, a, ctx->p);
    if (rv == APR_EEXIST)
        return refuse_again(a);
    return rv == APR_NOTFOUND ? refuse_gone(a) : rv;
}

/* The test has no user and no session: whose browser it was, only the start of it tells. */
static void tell(const answering_t *a)
{
    ik_event_t event = ik_event_of(IK_EVENT_SETTINGS_TESTED, a->pending->account);

    event.idp = a->list->issuer;
    event.subject = a->pending->draft;
    event.detail = a->list->passed ? "passed" : "failed";
    ik_audit(a->ctx, &event);
}

apr_status_t ik_draft_answer(ik_checklist_t **list, const ik_ctx_t *ctx, const ik_pending_t *pending,
                             const char *saml_response, ik_refusal_t *why)
{
    answering_t a = { .ctx = ctx, .pending = pending, .saml_response = saml_response, .why = why };
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ik_connect(&db, &brief, ctx);

    if (rv == APR_SUCCESS)
        rv = answer(&a, db);
    ik_disconnect(brief);
    if (rv == APR_SUCCESS)
        tell(&a);
    *list = rv == APR_SUCCESS ? a.list : NULL;
    return rv;
}
