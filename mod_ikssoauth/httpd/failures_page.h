/* SPDX-License-Identifier: Apache-2.0 */
/* The refused sign-ins of an account, and captured responses: pages of the settings endpoint. */
#ifndef IK_HTTPD_FAILURES_PAGE_H
#define IK_HTTPD_FAILURES_PAGE_H

#include "httpd/managing.h"

/* The list, from m->fields' "before" on; problem: a sentence about the captured response that was pasted, or NULL. */
int ik_failures_show(const ik_managing_t *m, const char *problem);

/* The list, where a captured response was pasted that is too large to be read; m->fields are those of the query. */
int ik_failures_show_too_large(const ik_managing_t *m);

/* One of them; what is not this account's is not there. */
int ik_failures_show_trace(const ik_managing_t *m, const char *id);

/* What the captured response of the form shows. */
int ik_failures_explain(const ik_managing_t *m);

#endif
