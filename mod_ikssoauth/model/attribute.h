/* SPDX-License-Identifier: Apache-2.0 */
/* Further attributes of a user that are passed on to backends (IkSSOAttribute). */
#ifndef IK_MODEL_ATTRIBUTE_H
#define IK_MODEL_ATTRIBUTE_H

#include <apr_tables.h>

/* One IkSSOAttribute. */
typedef struct ik_attribute_rule_t {
    const char *name;           /* of the SAML attribute */
    const char *variable;       /* that backends find it in */
    const char *pattern;        /* keep only values that match (apr_fnmatch, case counts), or NULL: all */
} ik_attribute_rule_t;

/* What a backend is told. */
typedef struct ik_passed_t {
    const char *variable;
    const char *value;          /* its values joined by ';'; a ';' or '\' within one has a '\' before it */
} ik_passed_t;

/*
 * The stored form: a line "VARIABLE=VALUE\n" for each; no value holds a control character. "" is: none.
 * ik_attributes_read gives ik_passed_t's in p, and skips what is no such line.
 */
const char *ik_attributes_text(const apr_array_header_t *attributes, apr_pool_t *p);
apr_array_header_t *ik_attributes_read(const char *text, apr_pool_t *p);

/* 1 if backends may find an attribute there: a name of [A-Za-z_][A-Za-z0-9_]*, at most 64 long, that is not taken. */
int ik_attribute_variable_is_valid(const char *variable);

/* The request header of a variable: "X-IK-" and the name without a leading "IKSSO_", '_' as '-'. In p. */
const char *ik_attribute_header(const char *variable, apr_pool_t *p);

#endif
