/* SPDX-License-Identifier: Apache-2.0 */
/* The settings endpoint: which page is asked for, and which form was sent. */
#include "httpd/ep_settings.h"

#include "base/form.h"
#include "httpd/body.h"
#include "httpd/ep_invited.h"
#include "httpd/failures_page.h"
#include "httpd/query.h"
#include "httpd/reply.h"
#include "httpd/rules_form.h"
#include "httpd/settings_deeds.h"
#include "httpd/settings_page.h"
#include "sso/invite.h"

/* 768 KiB of metadata is accepted, most of it characters that a form writes as three: no less than that. */
#define FORM_MAX (IK_CAPTURED_MEGABYTES * 1024 * 1024)

static int show(const ik_managing_t *m)
{
    const char *draft = ik_form_get(m->fields, "test"), *product = ik_form_get(m->fields, "guide");

    if (ik_form_get(m->fields, "trace"))
        return ik_failures_show_trace(m, ik_form_get(m->fields, "trace"));
    if (ik_form_get(m->fields, "failures"))
        return ik_failures_show(m, NULL);
    if (draft)
        return ik_settings_show_draft(m, draft);
    return product ? ik_settings_show_guide(m, product) : ik_settings_show(m, NULL);
}

static int is_invitation(const apr_table_t *fields, int posted)
{
    const char *action = ik_form_get(fields, "action");

    return ik_form_get(fields, IK_INVITE_PARAMETER) && (posted ? action && !strcmp(action, "redeem") : 1);
}

/* Strangers, who can do no more than redeem an invitation, send no metadata. */
static apr_size_t form_max(const ik_visit_t *visit)
{
    return visit->cookie || visit->cookies.value[IK_COOKIE_GUEST] ? FORM_MAX : IK_BODY_MAX;
}

static const apr_table_t *query_of(request_rec *r, const ik_visit_t *visit)
{
    return visit->query ? visit->query : ik_query(r);
}

/* Of what could not be read, only the address says which form it is. It does nothing: who may see the page may see it here. */
static int answer_too_large(request_rec *r, ik_visit_t *visit)
{
    const apr_table_t *query = query_of(r, visit);
    ik_managing_t m;
    int status;

    if (!ik_form_get(query, "failures"))
        return ik_body_refuse_longer(r, form_max(visit));
    status = ik_managing_begin(&m, r, visit, query, IK_MANAGING_WITH_GUESTS);
    return m.account ? ik_failures_show_too_large(&m) : status;
}

int ik_ep_settings(request_rec *r, ik_visit_t *visit)
{
    int posted = r->method_number == M_POST, status = OK;
    apr_table_t *form = NULL;
    const apr_table_t *fields;
    ik_managing_t m;

    if (posted)
        status = ik_body_form_within(r, &form, form_max(visit), IK_RULES_FIELDS_MAX);
    if (status == HTTP_REQUEST_ENTITY_TOO_LARGE)
        return answer_too_large(r, visit);
    if (posted && !form)
        return status;
    fields = posted ? form : query_of(r, visit);
    if (is_invitation(fields, posted))
        return ik_ep_invited(r, visit, ik_form_get(fields, IK_INVITE_PARAMETER), posted);
    status = ik_managing_begin(&m, r, visit, fields, IK_MANAGING_WITH_GUESTS);
    if (!m.account)
        return status;
    return posted ? ik_settings_take_form(&m) : show(&m);
}
