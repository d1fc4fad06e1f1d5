/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an application/x-www-form-urlencoded body or query string. */
#ifndef IK_BASE_FORM_H
#define IK_BASE_FORM_H

#include <apr_pools.h>
#include <apr_tables.h>

#define IK_FORM_MAX_FIELDS 64

/*
 * Parses the len bytes at body into *fields (name to decoded value, in p; names are case-sensitive,
 * a table is not, so look up with ik_form_get). APR_SUCCESS; APR_EINVAL for a bad %-escape, a NUL
 * or a value that is not UTF-8; APR_ENOSPC for more than IK_FORM_MAX_FIELDS fields;
 * APR_EEXIST when a field name occurs twice (R18: no parameter is read twice).
 */
apr_status_t ik_form_parse(apr_table_t **fields, const char *body, apr_size_t len, apr_pool_t *p);

/* Likewise, with up to max fields. The time that it takes grows with the square of their number. */
apr_status_t ik_form_parse_of(apr_table_t **fields, const char *body, apr_size_t len, int max, apr_pool_t *p);

/* A name or value as it stands in a form, decoded, in p; NULL for a bad %-escape, a NUL or what is not UTF-8. */
const char *ik_form_decode(const char *text, apr_pool_t *p);

/* The value of the field called exactly name, or NULL. */
const char *ik_form_get(const apr_table_t *fields, const char *name);

#endif
