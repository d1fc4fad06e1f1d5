/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the account at whose identity provider somebody signs in. */
#include "sso/login.h"

#include <string.h>

#include "model/email.h"
#include "sso/connect.h"
#include "store/account.h"

#define SEVERAL_MAX 64      /* accounts of one address or domain that are looked at */

/* One search. */
typedef struct search_t {
    const ik_ctx_t *ctx;
    ik_db_t *db;
    const char *email;          /* normalised */
    const char *hint;           /* id of an account, or NULL */
    const ik_account_t *found;
} search_t;

static int is_open(const ik_ctx_t *ctx, const ik_account_t *account)
{
    const char *only = ctx->settings->only_account;

    return account->enabled && account->metadata && (!only || strcmp(only, account->id) == 0);
}

/* How many of the accounts are open; search->found is the one with the hinted id, else the first. */
static int choose(search_t *search, const apr_array_header_t *accounts)
{
    int count = 0, i;

    for (i = 0; i < accounts->nelts; i++) {
        const ik_account_t *account = APR_ARRAY_IDX(accounts, i, const ik_account_t *);

        if (!is_open(search->ctx, account))
            continue;
        count++;
        if (search->hint && strcmp(search->hint, account->id) == 0) {
            search->found = account;
            return 1;
        }
        if (!search->found)
            search->found = account;
    }
    return count;
}

/* Registered comes first: people of an account may have an address of any domain. */
static apr_status_t search_both(ik_where_t *where, search_t *search)
{
    apr_array_header_t *accounts;
    apr_status_t rv = ik_store_account_by_user(&accounts, search->db, search->email, SEVERAL_MAX, search->ctx->p);
    int count = rv == APR_SUCCESS ? choose(search, accounts) : 0;

    *where = count == 1 ? IK_WHERE_ACCOUNT : count ? IK_WHERE_SEVERAL : IK_WHERE_NOBODY;
    if (rv != APR_SUCCESS || count)
        return rv;
    rv = ik_store_account_by_domain(&accounts, search->db, ik_email_domain(search->email), SEVERAL_MAX, search->ctx->p);
    /* Of a domain that two accounts claim, neither owns it. */
    search->hint = NULL;
    if (rv == APR_SUCCESS && accounts->nelts == 1 && choose(search, accounts) == 1)
        *where = IK_WHERE_ACCOUNT;
    return rv;
}

apr_status_t ik_login_find(ik_where_t *where, const ik_account_t **found, const ik_ctx_t *ctx, const char *email,
                           const char *account)
{
    search_t search = { .ctx = ctx, .email = ik_email_normalise(ctx->p, email), .hint = account };
    apr_pool_t *brief;
    apr_status_t rv;

    *where = IK_WHERE_NOBODY;
    if (!search.email)
        return APR_SUCCESS;
    rv = ik_connect(&search.db, &brief, ctx);
    if (rv == APR_SUCCESS)
        rv = search_both(where, &search);
    ik_disconnect(brief);
    *found = *where == IK_WHERE_ACCOUNT ? search.found : NULL;
    return rv;
}

static apr_status_t judge(const ik_ctx_t *ctx, const ik_account_t *account, ik_refusal_t *why)
{
    const char *only = ctx->settings->only_account;

    if (only && strcmp(only, account->id) != 0)
        return ik_refuse(why, IK_REASON_ACCOUNT_MISMATCH, "this host serves account \"%s\" only", only);
    if (!account->enabled)
        return ik_refuse(why, IK_REASON_ACCOUNT_DISABLED, "account \"%s\" is disabled", account->id);
    if (!account->metadata)
        return ik_refuse(why, IK_REASON_SSO_DISABLED, "account \"%s\" has no metadata", account->id);
    return APR_SUCCESS;
}

apr_status_t ik_login_account(const ik_account_t **account, const ik_ctx_t *ctx, const char *id, ik_refusal_t *why)
{
    ik_account_t *found;
    apr_status_t rv = ik_connect_account(&found, ctx, id, why);

    if (rv == APR_SUCCESS)
        rv = judge(ctx, found, why);
    if (rv == APR_SUCCESS)
        *account = found;
    return rv;
}
