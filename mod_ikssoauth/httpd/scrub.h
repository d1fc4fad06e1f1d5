/* SPDX-License-Identifier: Apache-2.0 */
/* Removes what only this module may tell a backend (R15). */
#ifndef IK_HTTPD_SCRUB_H
#define IK_HTTPD_SCRUB_H

#include <apr_tables.h>

/*
 * Removes every header that a backend could read as an identity, in whatever spelling, from headers, and keeps
 * Connection from naming one. p is the pool of headers.
 */
void ik_scrub(apr_table_t *headers, apr_pool_t *p);

/* 1 if a header or variable of that name is one that only this module may tell. */
int ik_scrub_is_ours(const char *name);

#endif
