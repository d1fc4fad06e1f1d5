/* SPDX-License-Identifier: Apache-2.0 */
/* When signing certificates of identity providers end: kept beside the accounts, so that nobody parses all metadata for it. */
#ifndef IK_STORE_CERTIFICATE_H
#define IK_STORE_CERTIFICATE_H

#include <apr_tables.h>

#include "model/idp.h"
#include "store/db.h"

/*
 * Replaces what is known of the certificates of an account: fingerprint and end of each ik_certificate_t * on the list
 * (NULL: none). Part of the transaction that saves its metadata, which holds the account.
 */
apr_status_t ik_store_certificates_put(ik_db_t *db, const char *account, const apr_array_header_t *certificates, apr_pool_t *p);

/* Likewise, of metadata that cannot be read: an entry that never ends is in their place, so that it is not unknown any more. */
apr_status_t ik_store_certificates_put_none(ik_db_t *db, const char *account, apr_pool_t *p);

/* A certificate that ends, of an account that is enabled. */
typedef struct ik_ending_t {
    const char *account, *idp, *fingerprint;
    apr_time_t ends;
    apr_time_t last;        /* when the one of that account ends that lasts longest; perhaps it is this one */
} ik_ending_t;

/*
 * Up to limit that end after the first time, and not after the second, of which nobody was told with that many days or
 * fewer (store/idp_key.h): ik_ending_t in p, the soonest first.
 */
apr_status_t ik_store_certificates_ending(apr_array_header_t **endings, ik_db_t *db, apr_time_t after, apr_time_t until, int days,
                                          int limit, apr_pool_t *p);

/* Up to limit accounts, in order of id from after on, that have metadata of which nothing is kept: const char * in p. */
apr_status_t ik_store_certificates_unknown(apr_array_header_t **accounts, ik_db_t *db, const char *after, int limit, apr_pool_t *p);

/* When somebody has looked at all of them for the last time; 0: nobody has since the table was made. And the other way. */
apr_status_t ik_store_certificates_looked(apr_time_t *when, ik_db_t *db, apr_pool_t *p);
apr_status_t ik_store_certificates_look(ik_db_t *db, apr_time_t now, apr_pool_t *p);

#endif
