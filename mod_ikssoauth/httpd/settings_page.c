/* SPDX-License-Identifier: Apache-2.0 */
/* Puts together what the pages of the settings endpoint show. */
#include "httpd/settings_page.h"

#include <apr_strings.h>

#include "httpd/reply.h"
#include "httpd/rules_form.h"
#include "httpd/settings_form.h"
#include "saml/metadata.h"
#include "sso/draft.h"
#include "sso/invite.h"

static const char *url(const ik_managing_t *m, const char *path)
{
    return apr_pstrcat(m->r->pool, m->visit->host->settings.origin.text, path, NULL);
}

/* Alternatives of a claim are for the operator to know: people are told the first. */
static const char *first(const apr_array_header_t *names)
{
    return APR_ARRAY_IDX(names, 0, const char *);
}

static ik_sp_values_t values_of(const ik_managing_t *m, const ik_account_t *account)
{
    const ik_settings_t *settings = &m->visit->host->settings;
    const char *metadata = url(m, settings->metadata_path);

    return (ik_sp_values_t){
        .acs = ik_ctx_acs(&m->ctx, account), .entity_id = ik_ctx_entity_id(&m->ctx, account),
        .relay_state = url(m, settings->default_target), .logout = url(m, settings->logout_path),
        .metadata_url = account->entity_id ? apr_pstrcat(m->r->pool, metadata, "?account=", account->id, NULL) : metadata,
        .claim_account = first(settings->claim_account), .claim_name = first(settings->claim_name),
        .claim_role = first(settings->claim_role), .roles = settings->roles,
    };
}

/* Guests see no invitations: they could revoke what their host has not meant them to. */
static apr_status_t list_invites(ik_settings_page_t *page, const ik_managing_t *m, ik_accounts_result_t *result)
{
    apr_array_header_t *invites;
    apr_status_t rv;

    if (!m->email)
        return APR_SUCCESS;
    rv = ik_invite_list(&invites, result, &m->ctx, m->account);
    page->invites = invites;
    return rv;
}

/* What stands in the form. Forms without its fields (Roll back, …) have typed nothing: then it is what is saved. */
static ik_settings_form_t standing(const ik_settings_form_t *typed, const ik_settings_form_t *saved)
{
    ik_settings_form_t form = typed ? *typed : *saved;

    if (form.metadata || form.entity_id || form.domains) {
        form.seen = form.seen ? form.seen : saved->seen;
        return form;
    }
    form.metadata = saved->metadata;
    form.entity_id = saved->entity_id;
    form.domains = saved->domains;
    form.options = saved->options;
    form.seen = saved->seen;
    return form;
}

static int send_page(const ik_managing_t *m, const ik_accounts_result_t *result, const ik_settings_news_t *news)
{
    const ik_account_t *account = result->account;
    const ik_sp_values_t values = values_of(m, account);
    const ik_settings_form_t saved = ik_settings_form_of(m, result), form = standing(news->form, &saved);
    ik_rules_form_t rules = news->rules ? *news->rules : ik_rules_form_of(m, account);
    ik_accounts_result_t listing = { 0 };
    ik_settings_page_t page = {
        .admin = ik_managing_page(m, account), .values = &values, .form = &form,
        .account = account, .idp = result->report ? result->report->idp : NULL,
        .notes = result->report ? result->report->notes : NULL, .previous = result->previous, .source = result->source,
        .key_use = result->key_use,
        .link = news->link, .failed = news->failed, .anyway = news->anyway, .rules = &rules, .trial = news->trial,
    };
    apr_status_t rv = list_invites(&page, m, &listing);

    rules.seen = rules.seen ? rules.seen : saved.seen;
    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &listing);
    return ik_managing_reply(m, news->status ? news->status : HTTP_OK,
                             ik_html_settings(m->r->pool, &m->visit->host->brand, &page));
}

int ik_settings_show(const ik_managing_t *m, const ik_settings_news_t *news)
{
    static const ik_settings_news_t none = { .form = NULL };
    ik_accounts_result_t result;
    apr_status_t rv = ik_accounts_get(&result, &m->ctx, m->account);

    return rv == APR_SUCCESS ? send_page(m, &result, news ? news : &none) : ik_managing_fail(m, rv, &result);
}

/* A draft that is gone, or of another account: what there is to see is the settings page. */
static int lead_back(const ik_managing_t *m)
{
    return ik_reply_redirect(m->r, HTTP_SEE_OTHER, url(m, m->visit->host->conf->settings_path));
}

static int send_draft(const ik_managing_t *m, const ik_draft_t *draft, const ik_checklist_t *list)
{
    const char *metadata = draft->account->metadata;
    const ik_metadata_report_t *report = ik_metadata_read(metadata, strlen(metadata), m->ctx.now, m->r->pool);
    ik_accounts_result_t result;
    apr_status_t rv = ik_accounts_get(&result, &m->ctx, m->account);
    ik_tested_page_t page = { .draft = draft, .list = list, .idp = report->idp };

    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &result);
    page.admin = ik_managing_page(m, result.account);
    page.is_saved = ik_draft_is_saved(draft, result.account, m->r->pool);
    return ik_managing_reply(m, HTTP_OK, ik_html_tested(m->r->pool, &m->visit->host->brand, &page));
}

int ik_settings_show_draft(const ik_managing_t *m, const char *id)
{
    ik_accounts_result_t result;
    const ik_draft_t *draft;
    ik_checklist_t *list;
    apr_status_t rv = ik_draft_get(&draft, &list, &result, &m->ctx, m->account, id);

    if (rv == IK_REFUSED && !strcmp(result.code, "draft_not_found"))
        return lead_back(m);
    return rv == APR_SUCCESS ? send_draft(m, draft, list) : ik_managing_fail(m, rv, &result);
}

int ik_settings_show_guide(const ik_managing_t *m, const char *product)
{
    ik_accounts_result_t result;
    apr_status_t rv = ik_accounts_get(&result, &m->ctx, m->account);
    ik_admin_page_t admin;
    ik_sp_values_t values;
    const char *html;

    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &result);
    admin = ik_managing_page(m, result.account);
    values = values_of(m, result.account);
    html = ik_html_guide(m->r->pool, &m->visit->host->brand, &admin, &values, product);
    return html ? ik_managing_reply(m, HTTP_OK, html) : lead_back(m);
}
