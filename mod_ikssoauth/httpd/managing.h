/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages of an account's administrator have in common: who may be there, and how they answer. */
#ifndef IK_HTTPD_MANAGING_H
#define IK_HTTPD_MANAGING_H

#include "html/admin.h"
#include "httpd/visit.h"
#include "sso/accounts.h"

/* One request of somebody who looks after an account: its administrator, or a guest with an invitation. */
typedef struct ik_managing_t {
    request_rec *r;
    ik_visit_t *visit;
    ik_ctx_t ctx;
    const apr_table_t *fields;      /* of the query string, or of the form */
    const char *account;            /* the only one that this request can see or change */
    const char *session;            /* names them in logs, and in the tokens of forms */
    const char *email;              /* NULL: a guest */
    const char *token;              /* of the forms that are shown */
} ik_managing_t;

typedef enum { IK_MANAGING_ALONE, IK_MANAGING_WITH_GUESTS } ik_managing_whom_t;

/*
 * Fills m for a request whose fields were read. If m->account is NULL afterwards, nobody may be here and the request
 * was answered already (the way to sign in, 401, 403, 503, an invitation that is over): the handler returns what this does.
 */
int ik_managing_begin(ik_managing_t *m, request_rec *r, ik_visit_t *visit, const apr_table_t *fields,
                      ik_managing_whom_t whom);

/* 1 if the form is one of ours, made for this session (CSRF). */
int ik_managing_has_token(const ik_managing_t *m);

/* Answers a form that is not. */
int ik_managing_refuse_form(const ik_managing_t *m);

/* What the pages show of all that. */
ik_admin_page_t ik_managing_page(const ik_managing_t *m, const ik_account_t *account);

/* Sends a page. */
int ik_managing_reply(const ik_managing_t *m, int status, const char *html);

/* After something was done: to path (of this host), with the word for it as "done". */
int ik_managing_go_on(const ik_managing_t *m, const char *path, const char *done);

/* Answers what is neither done nor a refusal that a page could explain: a failure, or an account that is gone. */
int ik_managing_fail(const ik_managing_t *m, apr_status_t rv, const ik_accounts_result_t *result);

/* Logs what somebody has done to their account; id as in ik_log_request. */
void ik_managing_log(const ik_managing_t *m, const char *id, const char *deed, const char *object);

#endif
