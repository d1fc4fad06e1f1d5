/* SPDX-License-Identifier: Apache-2.0 */
/* What the buttons of the form of role rules do. */
#include "httpd/deeds_rules.h"

#include "httpd/log_sink.h"
#include "httpd/rules_form.h"
#include "httpd/settings_deeds.h"
#include "httpd/settings_form.h"
#include "httpd/settings_page.h"
#include "sso/draft.h"
#include "sso/rules_trial.h"

/* The page with what was typed: what is wrong with it, or whom it would change. */
static int show(const ik_managing_t *m, const ik_rules_form_t *form, const ik_trial_t *trial)
{
    const ik_settings_news_t news = { .rules = form, .trial = trial, .status = form->problem ? HTTP_BAD_REQUEST : HTTP_OK };

    if (form->problem)
        ik_log_request(m->r, IK_LOG_INFO, "IK0251", 0, "role rules not accepted: account=\"%s\" client=%s", m->account,
                       m->r->useragent_ip);
    return ik_settings_show(m, &news);
}

/* What is refused is said above the rules that were typed; an account that is gone has no page. */
static int fail(const ik_managing_t *m, ik_rules_form_t *form, apr_status_t rv, const ik_accounts_result_t *result)
{
    if (rv != IK_REFUSED || !strcmp(result->code, "not_found"))
        return ik_managing_fail(m, rv, result);
    form->problem = result->problem;
    if (!strcmp(result->code, "changed_meanwhile"))
        form->seen = NULL;          /* whoever is told so has seen what counts now */
    return show(m, form, NULL);
}

int ik_deed_try_rules(const ik_managing_t *m)
{
    ik_rules_form_t form = ik_rules_form_typed(m);
    const char *rules = ik_rules_form_text(m, &form);
    ik_accounts_result_t result;
    ik_trial_t *trial;
    apr_status_t rv;

    if (!rules)
        return show(m, &form, NULL);
    rv = ik_rules_try(&trial, &result, &m->ctx, m->account, rules);
    return rv == APR_SUCCESS ? show(m, &form, trial) : fail(m, &form, rv, &result);
}

int ik_deed_save_rules(const ik_managing_t *m)
{
    ik_rules_form_t form = ik_rules_form_typed(m);
    const ik_account_change_t change = { .rules = ik_rules_form_text(m, &form), .seen = ik_settings_seen(form.seen) };
    ik_accounts_result_t result;
    apr_status_t rv;

    if (!change.rules)
        return show(m, &form, NULL);
    rv = ik_accounts_set(&result, &m->ctx, m->account, &change);
    return rv == APR_SUCCESS ? ik_settings_finish(m, rv, &result, "saved") : fail(m, &form, rv, &result);
}

int ik_deed_test_rules(const ik_managing_t *m)
{
    ik_rules_form_t form = ik_rules_form_typed(m);
    const ik_account_change_t change = { .rules = ik_rules_form_text(m, &form), .seen = ik_settings_seen(form.seen) };
    ik_accounts_result_t result;
    const ik_draft_t *draft;
    apr_status_t rv;

    if (!change.rules)
        return show(m, &form, NULL);
    rv = ik_draft_make(&draft, &result, &m->ctx, m->account, &change);
    return rv == APR_SUCCESS ? ik_settings_start(m, draft) : fail(m, &form, rv, &result);
}
