/* SPDX-License-Identifier: Apache-2.0 */
/* One response on its way through the checklist, and the steps of it that have a file of their own. For checklist.c. */
#ifndef IK_SSO_CHECKING_H
#define IK_SSO_CHECKING_H

#include "saml/response.h"
#include "sso/checklist.h"
#include "sso/rules.h"
#include "sso/solicited.h"

typedef struct ik_checking_t {
    const ik_ctx_t *ctx;
    const ik_checklist_in_t *in;
    ik_db_t *db;
    ik_checklist_t *list;
    ik_refusal_t why;               /* of the check that is under way */
    ik_response_t *response;        /* NULL: not readable */
    ik_trust_t *trust;              /* NULL: the metadata cannot be used */
    ik_verified_t *message;         /* verified or supposed; NULL: nothing can be said about it */
    int answers;                    /* a captured one answers a request that nobody here knows */
    int unsolicited;                /* the message says that it answers nothing, or what is tolerated: */
    const char *dummy;              /* the InResponseTo that is none of ours; else NULL */
} ik_checking_t;

/* text, or as much of it as fits into IK_CHECKLIST_TEXT_MAX bytes, up to a character's border, and "…". In p. */
const char *ik_checking_shorten(const char *text, apr_pool_t *p);

/* Fills list->claims with what the message says. */
void ik_checking_collect(const ik_checking_t *c);

/*
 * Closes again what was encrypted, and is not proven to be for this account: takes c->message away, and every detail that
 * tells of it. For a message that was opened; message is NULL if its signature is not good.
 */
void ik_checking_close(ik_checking_t *c);

/* Fills in->seen. */
void ik_checking_see(const ik_checking_t *c);

/* Adds to list->warnings which rule gave the role, if one did. */
void ik_checking_tell_rule(const ik_checking_t *c, const ik_decision_t *decision);

#define IK_CHECKING_WARNINGS_MAX 100    /* of a list; further ones are left out */

/* Fills list->warnings. APR_SUCCESS; any other status is a failure. */
apr_status_t ik_checking_warn(const ik_checking_t *c);

#endif
