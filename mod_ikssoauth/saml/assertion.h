/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a verified assertion says, as plain data: read by walking down from the very node that a signature
 * covers (R1). Not by Lasso, whose objects hold one Audience and one SubjectConfirmation where the
 * specification allows several (Core 2.5.1.4, 2.4.1), and whose reading costs more than the verification.
 */
#ifndef IK_SAML_ASSERTION_H
#define IK_SAML_ASSERTION_H

#include <apr_tables.h>
#include <apr_time.h>
#include <libxml/tree.h>

#include "model/refusal.h"

/* A time that the message does not state. */
#define IK_TIME_ABSENT APR_INT64_MIN

typedef struct ik_confirmation_t {
    const char *method;
    int has_data;
    const char *recipient;          /* NULL: absent, here and below */
    const char *in_response_to;
    apr_time_t not_before, not_on_or_after;
} ik_confirmation_t;

typedef struct ik_attribute_t {
    const char *name;
    const char *friendly_name;      /* means nothing, but explains why an attribute was not found; NULL: absent */
    apr_array_header_t *values;     /* const char *; NULL for a value that is not plain text */
} ik_attribute_t;

typedef struct ik_assertion_t {
    const char *id;
    const char *issuer;
    apr_time_t issued;
    const char *name_id, *name_id_format;
    apr_array_header_t *confirmations;      /* ik_confirmation_t * */
    apr_time_t not_before, not_on_or_after;
    apr_array_header_t *audiences;          /* apr_array_header_t * of const char *: one per AudienceRestriction */
    int has_authn;
    apr_time_t authenticated;
    apr_time_t session_ends;
    const char *session_index;
    const char *context;                    /* AuthnContextClassRef; "" if there is none */
    apr_array_header_t *attributes;         /* ik_attribute_t *, one per Attribute element, in document order */
} ik_assertion_t;

/*
 * Reads the saml:Assertion at node, walking down only. APR_SUCCESS with *assertion in p;
 * IK_REFUSED with malformed: a date that is none.
 */
apr_status_t ik_assertion_read(ik_assertion_t **assertion, xmlNodePtr node, apr_pool_t *p, ik_refusal_t *why);

/*
 * The distinct values of the attributes called one of names (const char *), without white space at their
 * ends and without empty ones, as an array of const char * in p. A value that is not plain text counts as NULL.
 */
apr_array_header_t *ik_assertion_values(const ik_assertion_t *assertion, const apr_array_header_t *names,
                                        apr_pool_t *p);

/*
 * Says that no attribute is called one of names, for the detail of a refusal: which one has it as FriendlyName only, or
 * what the attributes that came are called. In p; bounded, but otherwise as the message has it.
 */
const char *ik_assertion_lacks(const ik_assertion_t *assertion, const apr_array_header_t *names, apr_pool_t *p);

#endif
