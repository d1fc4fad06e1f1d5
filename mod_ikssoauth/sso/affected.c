/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the metadata of every account's identity provider for what it has to verify of us. */
#include "sso/affected.h"

#include <string.h>

#include <apr_strings.h>

#include "saml/metadata.h"
#include "sso/connect.h"
#include "store/account.h"

typedef struct search_t {
    ik_affected_list_t *list;
    apr_time_t now;
    apr_array_header_t *ids;    /* const char * */
} search_t;

static apr_status_t take_id(void *arg, const ik_account_t *account)
{
    search_t *search = arg;

    if (account->idp_entity_id)
        APR_ARRAY_PUSH(search->ids, const char *) = apr_pstrdup(search->ids->pool, account->id);
    return APR_SUCCESS;
}

/* Its metadata may have become unusable since it was saved: then nothing is sent there. */
static void judge(ik_affected_list_t *list, const ik_account_t *account, apr_time_t now, apr_pool_t *p)
{
    const ik_idp_t *idp = ik_metadata_read(account->metadata, strlen(account->metadata), now, p)->idp;
    ik_affected_t row = { 0 };

    list->connected++;
    row.requests = idp && (account->options.sign_requests || idp->wants_signed_requests);
    row.answers = idp && idp->slo->nelts;
    row.logout = row.answers && !account->options.local_logout;
    if (!row.requests && !row.answers)
        return;
    list->count++;
    if (list->some->nelts == IK_AFFECTED_MAX)
        return;
    row.account = apr_pstrdup(list->some->pool, account->id);
    row.name = apr_pstrdup(list->some->pool, account->name);
    APR_ARRAY_PUSH(list->some, ik_affected_t) = row;
}

/* One that was deleted meanwhile is no trouble. */
static apr_status_t look_at(ik_affected_list_t *list, ik_db_t *db, const char *id, apr_time_t now, apr_pool_t *p)
{
    ik_account_t *account;
    apr_status_t rv = ik_store_account_get(&account, db, id, p);

    if (rv == APR_SUCCESS && account->metadata)
        judge(list, account, now, p);
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

static apr_status_t look_at_all(ik_db_t *db, void *arg, apr_pool_t *p)
{
    search_t *search = arg;
    apr_pool_t *one;
    apr_status_t rv = apr_pool_create(&one, p);

    if (rv != APR_SUCCESS)
        return rv;
    search->ids = apr_array_make(p, 16, sizeof(const char *));
    rv = ik_store_account_each(db, take_id, search, p);
    for (int i = 0; i < search->ids->nelts && rv == APR_SUCCESS; i++) {
        rv = look_at(search->list, db, APR_ARRAY_IDX(search->ids, i, const char *), search->now, one);
        apr_pool_clear(one);
    }
    return rv;
}

apr_status_t ik_affected(ik_affected_list_t *list, const ik_ctx_t *ctx)
{
    search_t search = { .list = list, .now = ctx->now };
    const char *said;

    *list = (ik_affected_list_t){ .some = apr_array_make(ctx->p, 8, sizeof(ik_affected_t)) };
    return ik_connect_run(&said, ctx, look_at_all, &search);
}
