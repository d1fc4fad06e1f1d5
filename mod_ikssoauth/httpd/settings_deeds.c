/* SPDX-License-Identifier: Apache-2.0 */
/* Saves, tests, deletes, rolls back and invites: one row per button of the settings page. */
#include "httpd/settings_deeds.h"

#include <apr_strings.h>

#include "base/form.h"
#include "base/text.h"
#include "httpd/deeds_rules.h"
#include "httpd/deeds_source.h"
#include "httpd/depart.h"
#include "httpd/failures_page.h"
#include "httpd/log_sink.h"
#include "httpd/reply.h"
#include "httpd/settings_form.h"
#include "httpd/settings_page.h"
#include "sso/draft.h"
#include "sso/invite.h"

static const char *path_of(const ik_managing_t *m)
{
    return m->visit->host->conf->settings_path;
}

static int is_confirmed(const ik_managing_t *m)
{
    return ik_form_get(m->fields, "confirm") != NULL;
}

/* The page again, with what was typed and the sentence that says what is wrong with it. */
static int show_problem(const ik_managing_t *m, const ik_accounts_result_t *result)
{
    ik_settings_form_t form = ik_settings_form_typed(m);
    const ik_settings_news_t news = { .form = &form, .status = HTTP_BAD_REQUEST };

    if (!ik_settings_form_mark(&form, result))
        return ik_managing_fail(m, IK_REFUSED, result);
    ik_log_request(m->r, IK_LOG_INFO, "IK0241", 0, "settings not accepted: account=\"%s\" code=%s client=%s", m->account,
                   result->code, m->r->useragent_ip);
    return ik_settings_show(m, &news);
}

static int fail(const ik_managing_t *m, apr_status_t rv, const ik_accounts_result_t *result)
{
    return rv == IK_REFUSED ? show_problem(m, result) : ik_managing_fail(m, rv, result);
}

/* What ends everybody's session ends the administrator's too: as a guest, this browser can still mend it. */
static void stay(const ik_managing_t *m, const ik_accounts_result_t *done)
{
    ik_accounts_result_t result;
    const char *cookie;

    if (!done->sessions_ended || !m->email)
        return;
    if (ik_guest_admit(&cookie, &result, &m->ctx, m->account, m->email) == APR_SUCCESS)
        ik_cookie_set(m->r, IK_COOKIE_GUEST, cookie);
    else
        ik_log_request(m->r, IK_LOG_WARNING, "IK0242", 0, "an administrator whose session ended could not be admitted as "
                       "a guest: account=\"%s\"", m->account);
}

int ik_settings_finish(const ik_managing_t *m, apr_status_t rv, const ik_accounts_result_t *result, const char *done)
{
    if (rv != APR_SUCCESS)
        return fail(m, rv, result);
    stay(m, result);
    ik_managing_log(m, "IK0243", apr_pstrcat(m->r->pool, "settings ", done, NULL), NULL);
    return ik_managing_go_on(m, path_of(m), done);
}

static int ask_anyway(const ik_managing_t *m, const ik_checklist_t *failed, const char *digest)
{
    ik_settings_form_t form = ik_settings_form_typed(m);
    const ik_settings_news_t news = { .form = &form, .failed = failed, .anyway = digest };

    return ik_settings_show(m, &news);
}

/* "Save anyway" is good for what the warning stood above, and not for what was typed since. */
static int is_meant(const ik_managing_t *m, const char *digest)
{
    const char *confirmed = ik_form_get(m->fields, "confirm");

    return confirmed && !strcmp(confirmed, digest);
}

static int save(const ik_managing_t *m)
{
    const ik_account_change_t change = ik_settings_form_change(m);
    ik_accounts_result_t result;
    ik_draft_state_t state;
    ik_checklist_t *list;
    apr_status_t rv = ik_draft_outcome(&state, &list, &result, &m->ctx, m->account, &change);

    if (rv != APR_SUCCESS)
        return fail(m, rv, &result);
    if (state == IK_DRAFT_FAILED && !is_meant(m, result.digest))
        return ask_anyway(m, list, result.digest);
    rv = ik_accounts_set(&result, &m->ctx, m->account, &change);
    return ik_settings_finish(m, rv, &result, result.source_forgotten ? "saved-by-hand" : "saved");
}

int ik_settings_start(const ik_managing_t *m, const ik_draft_t *draft)
{
    const ik_start_t start = { .account = draft->account, .draft = draft->id };

    ik_managing_log(m, "IK0244", "test sign-in started", NULL);
    return ik_depart_login(m->r, m->visit, &start);
}

static int test(const ik_managing_t *m)
{
    const ik_account_change_t change = ik_settings_form_change(m);
    ik_accounts_result_t result;
    const ik_draft_t *draft;
    apr_status_t rv = ik_draft_make(&draft, &result, &m->ctx, m->account, &change);

    return rv == APR_SUCCESS ? ik_settings_start(m, draft) : fail(m, rv, &result);
}

static int test_again(const ik_managing_t *m)
{
    const char *id = ik_form_get(m->fields, "test");
    ik_accounts_result_t result;
    const ik_draft_t *draft;
    apr_status_t rv = ik_draft_repeat(&draft, &result, &m->ctx, m->account, id ? id : "");

    return rv == APR_SUCCESS ? ik_settings_start(m, draft) : fail(m, rv, &result);
}

static int save_draft(const ik_managing_t *m)
{
    const char *id = ik_form_get(m->fields, "test");
    ik_accounts_result_t result;
    const ik_draft_t *draft;
    ik_checklist_t *list;
    apr_status_t rv = ik_draft_get(&draft, &list, &result, &m->ctx, m->account, id ? id : "");

    if (rv == APR_SUCCESS && draft->state != IK_DRAFT_PASSED && !is_confirmed(m))
        return ik_settings_show_draft(m, draft->id);
    if (rv == APR_SUCCESS)
        rv = ik_draft_save(&result, &m->ctx, m->account, id);
    return ik_settings_finish(m, rv, &result, "saved");
}

static int ask(const ik_managing_t *m, const ik_account_t *account, ik_ask_t *ask, const char *confirmation)
{
    const ik_hidden_t fields[] = { { "confirm", confirmation }, { NULL, NULL } };

    ask->admin = ik_managing_page(m, account);
    ask->action = ask->way_back = path_of(m);
    ask->fields = fields;
    ask->button_name = "action";
    return ik_managing_reply(m, HTTP_OK, ik_html_ask(m->r->pool, &m->visit->host->brand, ask));
}

static int delete(const ik_managing_t *m)
{
    ik_ask_t question = {
        .heading = "Delete the settings?", .button_value = "delete", .button_label = "Delete",
        .lead = "Single sign-on is switched off for this account: everybody is signed out at once, you too, and nobody can "
                "sign in until settings are saved again.",
        .advice = "The settings are kept: you can roll back. This browser may go on with them for the next four hours.",
    };
    ik_accounts_result_t result;
    apr_status_t rv = APR_SUCCESS;

    if (!is_confirmed(m))
        rv = ik_accounts_get(&result, &m->ctx, m->account);
    if (rv != APR_SUCCESS)
        return ik_managing_fail(m, rv, &result);
    if (!is_confirmed(m))
        return ask(m, result.account, &question, "yes");
    rv = ik_accounts_forget_metadata(&result, &m->ctx, m->account);
    return ik_settings_finish(m, rv, &result, "deleted");
}

static int roll_back(const ik_managing_t *m)
{
    ik_ask_t question = {
        .heading = "Roll back to the previous settings?", .button_value = "roll-back", .button_label = "Roll back",
        .lead = "The settings that were in force before count again at once, and what is in force now is kept in their place.",
        .advice = "If they belong to another identity provider, everybody is signed out.",
    };
    ik_accounts_result_t result;
    const char *confirmed = ik_form_get(m->fields, "confirm");
    apr_status_t rv = confirmed ? ik_accounts_roll_back(&result, &m->ctx, m->account, ik_settings_seen(confirmed))
                                : ik_accounts_get(&result, &m->ctx, m->account);

    /* What was looked at: of a form that is sent twice, the second must not swap both once more. */
    if (rv == APR_SUCCESS && !confirmed)
        return ask(m, result.account, &question, apr_psprintf(m->r->pool, "%" APR_INT64_T_FMT, result.seen));
    return ik_settings_finish(m, rv, &result, "rolled-back");
}

static int invite(const ik_managing_t *m)
{
    const char *lifetime = ik_form_get(m->fields, "lifetime"), *token;
    const ik_host_t *host = m->visit->host;
    const ik_known_host_t here = { .origin = host->settings.origin.text, .settings_path = host->conf->settings_path };
    ik_settings_news_t news = { .form = NULL };
    ik_accounts_result_t result;
    apr_int64_t seconds = IK_INVITE_DEFAULT;
    apr_status_t rv;

    if (lifetime && ik_text_duration(&seconds, lifetime) != APR_SUCCESS)
        return ik_reply_wrong_request(m->r, HTTP_BAD_REQUEST, "the lifetime of an invitation is no duration");
    rv = ik_invite_make(&token, &result, &m->ctx, m->account, seconds, m->email);
    if (rv != APR_SUCCESS)
        return fail(m, rv, &result);
    ik_managing_log(m, "IK0245", "invitation made", NULL);
    news.link = ik_invite_link(&here, token, m->r->pool);
    return ik_settings_show(m, &news);
}

static int revoke_invite(const ik_managing_t *m)
{
    const char *id = ik_form_get(m->fields, "invite");
    ik_accounts_result_t result;
    int count;
    apr_status_t rv = ik_invite_revoke(&count, &result, &m->ctx, m->account, id ? id : "");

    /* Somebody else was faster, or it has ended by itself. */
    if (rv != APR_SUCCESS && !(rv == IK_REFUSED && !strcmp(result.code, "invite_not_found")))
        return ik_managing_fail(m, rv, &result);
    ik_managing_log(m, "IK0246", "invitation revoked", NULL);
    return ik_managing_go_on(m, path_of(m), "invite-revoked");
}

static int leave(const ik_managing_t *m)
{
    const char *cookie = m->visit->cookies.value[IK_COOKIE_GUEST];
    apr_status_t rv = cookie ? ik_guest_leave(&m->ctx, cookie) : APR_SUCCESS;

    if (rv != APR_SUCCESS)
        return ik_reply_failure(m->r, rv, "what an invitation opened could not be ended", NULL);
    ik_cookie_clear(m->r, IK_COOKIE_GUEST);
    return ik_managing_go_on(m, m->visit->host->conf->login_path, "left");
}

static const struct {
    const char *action;
    int (*run)(const ik_managing_t *m);
    int for_guests;
} deeds[] = {
    { "save", save, 1 },
    { "test", test, 1 },
    { "test-again", test_again, 1 },
    { "save-draft", save_draft, 1 },
    { "try-rules", ik_deed_try_rules, 1 },
    { "save-rules", ik_deed_save_rules, 1 },
    { "test-rules", ik_deed_test_rules, 1 },
    { "save-url", ik_deed_save_url, 1 },
    { "fetch-now", ik_deed_fetch_now, 1 },
    { "forget-url", ik_deed_forget_url, 1 },
    { "delete", delete, 1 },
    { "roll-back", roll_back, 1 },
    { "invite", invite, 0 },
    { "revoke-invite", revoke_invite, 0 },
    { "explain", ik_failures_explain, 1 },
    { "leave", leave, 1 },
};

static int refuse_guest(const ik_managing_t *m)
{
    const ik_refusal_t why = { .p = m->r->pool, .reason = IK_REASON_NOT_ALLOWED, .detail = "guests do not invite" };

    return ik_reply_refusal(m->r, &why, m->account, NULL);
}

int ik_settings_take_form(const ik_managing_t *m)
{
    const char *action = ik_form_get(m->fields, "action");
    apr_size_t i;

    if (!ik_managing_has_token(m))
        return ik_managing_refuse_form(m);
    for (i = 0; action && i < sizeof(deeds) / sizeof(*deeds); i++) {
        if (strcmp(deeds[i].action, action) != 0)
            continue;
        return m->email || deeds[i].for_guests ? deeds[i].run(m) : refuse_guest(m);
    }
    return ik_reply_wrong_request(m->r, HTTP_BAD_REQUEST, "form has no action of this page");
}
