/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps when signing certificates end, and finds those of whose end somebody is to be told. */
#include "store/certificate.h"

#include "store/run.h"

apr_status_t ik_store_certificates_put(ik_db_t *db, const char *account, const apr_array_header_t *certificates, apr_pool_t *p)
{
    const void *forget[] = { account };
    apr_status_t rv = ik_db_change(db, IK_SQL_CERTIFICATE_FORGET, forget, NULL, p);
    int i;

    for (i = 0; certificates && i < certificates->nelts && rv == APR_SUCCESS; i++) {
        const ik_certificate_t *certificate = APR_ARRAY_IDX(certificates, i, const ik_certificate_t *);
        const apr_int64_t ends = certificate->not_after;
        const void *args[] = { account, certificate->fingerprint, &ends };

        rv = ik_db_change(db, IK_SQL_CERTIFICATE_ADD, args, NULL, p);
    }
    return rv;
}

/* Its end is long over: nobody is told of it. */
apr_status_t ik_store_certificates_put_none(ik_db_t *db, const char *account, apr_pool_t *p)
{
    apr_array_header_t *one = apr_array_make(p, 1, sizeof(const ik_certificate_t *));
    const ik_certificate_t none = { .fingerprint = "", .not_after = 0 };

    APR_ARRAY_PUSH(one, const ik_certificate_t *) = &none;
    return ik_store_certificates_put(db, account, one, p);
}

static apr_status_t push_ending(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    ik_ending_t *ending = apr_array_push(arg);

    ending->account = ik_row_text(row, 0, p);
    ending->idp = ik_row_text(row, 1, p);
    ending->fingerprint = ik_row_text(row, 2, p);
    ending->ends = ik_row_int(row, 3);
    ending->last = ik_row_int(row, 4);
    return APR_SUCCESS;
}

apr_status_t ik_store_certificates_ending(apr_array_header_t **endings, ik_db_t *db, apr_time_t after, apr_time_t until, int days,
                                          int limit, apr_pool_t *p)
{
    const apr_int64_t from = after, to = until, told = days, most = limit;
    const void *args[] = { &from, &to, &told, &most };

    *endings = apr_array_make(p, 4, sizeof(ik_ending_t));
    return ik_db_rows(db, IK_SQL_CERTIFICATE_ENDING, args, push_ending, *endings, p);
}

static apr_status_t push_id(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    APR_ARRAY_PUSH((apr_array_header_t *)arg, const char *) = ik_row_text(row, 0, p);
    return APR_SUCCESS;
}

apr_status_t ik_store_certificates_unknown(apr_array_header_t **accounts, ik_db_t *db, const char *after, int limit, apr_pool_t *p)
{
    const apr_int64_t most = limit;
    const void *args[] = { after, &most };

    *accounts = apr_array_make(p, 16, sizeof(const char *));
    return ik_db_rows(db, IK_SQL_CERTIFICATE_UNKNOWN, args, push_id, *accounts, p);
}

apr_status_t ik_store_certificates_looked(apr_time_t *when, ik_db_t *db, apr_pool_t *p)
{
    apr_int64_t value = 0;
    apr_status_t rv = ik_db_int(&value, db, IK_SQL_CERTIFICATES_LOOKED, NULL, p);

    *when = value;
    return rv;
}

apr_status_t ik_store_certificates_look(ik_db_t *db, apr_time_t now, apr_pool_t *p)
{
    const apr_int64_t value = now;
    const void *args[] = { &value };

    return ik_db_change(db, IK_SQL_CERTIFICATES_LOOK, args, NULL, p);
}
