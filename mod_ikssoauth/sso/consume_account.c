/* SPDX-License-Identifier: Apache-2.0 */
/* Which account a response is for: whose keys may open its gate, which one it names, which one it is addressed to. */
#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "sso/connect.h"
#include "sso/consuming.h"
#include "store/account.h"

#define UNLOCK_MAX 16               /* accounts of one identity provider whose keys are tried before CBC is decrypted */
#define ACCOUNT_SHOWN_MAX 64        /* bytes of what is no account id, in the log */

static apr_status_t try_unlock(const ik_consuming_t *c, const ik_account_t *account)
{
    const int sha1 = ik_option_tolerates(account->options.sha1, c->ctx->now);
    const ik_trust_t *trust;
    apr_status_t rv = ik_trust_cache_get(&trust, c->ctx->trusts, account, c->ctx->p, c->why);

    return rv == APR_SUCCESS ? ik_response_unlock(c->response, trust, sha1, c->why) : rv;
}

/* The account whose own entity ID the message is sent to comes first: of one identity provider there may be many. */
static apr_status_t unlock_by_destination(const ik_consuming_t *c)
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

static apr_status_t unlock_by_issuer(const ik_consuming_t *c)
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

apr_status_t ik_consuming_unlock(const ik_consuming_t *c)
{
    apr_status_t rv;

    if (!ik_response_needs_unlock(c->response))
        return APR_SUCCESS;
    rv = unlock_by_destination(c);
    return rv == IK_REFUSED ? unlock_by_issuer(c) : rv;
}

static apr_status_t find_account(ik_consuming_t *c)
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

static apr_status_t check_account(const ik_consuming_t *c)
{
    const char *only = c->ctx->settings->only_account;

    if (only && strcmp(only, c->account->id) != 0)
        return ik_refuse(c->why, IK_REASON_ACCOUNT_MISMATCH, "this host serves account \"%s\" only, not \"%s\"",
                         only, c->account->id);
    if (!c->account->enabled)
        return ik_refuse(c->why, IK_REASON_ACCOUNT_DISABLED, "account \"%s\" is disabled", c->account->id);
    return APR_SUCCESS;
}

apr_status_t ik_consuming_choose_account(ik_consuming_t *c)
{
    apr_status_t rv = find_account(c);

    return rv == APR_SUCCESS ? check_account(c) : rv;
}

/* 1 if entity_id is the own one of another account with the same identity provider. */
static int belongs_to_other(const ik_consuming_t *c, const char *entity_id)
{
    ik_account_t *other;

    return entity_id && ik_store_account_by_entity_id(&other, c->db, entity_id, c->ctx->p) == APR_SUCCESS
           && strcmp(other->id, c->account->id) != 0
           && other->idp_entity_id && strcmp(other->idp_entity_id, c->trust->idp->entity_id) == 0;
}

/* 1 if the verified message carries the entity ID of such an account anywhere. */
static int is_meant_for_other(const ik_consuming_t *c)
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

apr_status_t ik_consuming_explain(const ik_consuming_t *c)
{
    ik_reason_t reason = c->why->reason;

    if ((reason == IK_REASON_AUDIENCE_MISMATCH || reason == IK_REASON_RECIPIENT_MISMATCH
         || reason == IK_REASON_DESTINATION_MISMATCH) && is_meant_for_other(c))
        return ik_refuse(c->why, IK_REASON_ACCOUNT_MISMATCH, "names account \"%s\" but is addressed to another: %s",
                         c->account->id, c->why->detail);
    return IK_REFUSED;
}

/* Its cookies are sealed: what a browser has started is the best that is known. */
static const char *guess_by_browser(const ik_consuming_t *c)
{
    const char *request = c->response ? ik_response_claimed_request(c->response) : NULL;
    const ik_pending_t *pending = request ? ik_pending_of_request(c->in->pending, request) : NULL;

    if (!pending && c->in->relay_state)
        pending = ik_pending_of_handle(c->in->pending, c->in->relay_state);
    return pending ? pending->account : NULL;
}

static const char *guess_by_message(const ik_consuming_t *c, ik_db_t *db)
{
    const char *destination = ik_response_claimed_destination(c->response);
    apr_array_header_t *accounts;
    ik_account_t *account;

    if (destination && ik_store_account_by_entity_id(&account, db, destination, c->ctx->p) == APR_SUCCESS)
        return account->id;
    if (!c->login->issuer || ik_store_account_by_idp(&accounts, db, c->login->issuer, 2, c->ctx->p) != APR_SUCCESS)
        return NULL;
    return accounts->nelts == 1 ? APR_ARRAY_IDX(accounts, 0, ik_account_t *)->id : NULL;
}

const char *ik_consuming_guess(const ik_consuming_t *c)
{
    const char *account = guess_by_browser(c);
    apr_pool_t *brief;
    ik_db_t *db;

    if (account || !c->response)
        return account;
    if (ik_connect(&db, &brief, c->ctx) == APR_SUCCESS)
        account = guess_by_message(c, db);
    ik_disconnect(brief);
    return account;
}
