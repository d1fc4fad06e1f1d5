/* SPDX-License-Identifier: Apache-2.0 */
/* explain --response: what a login would say of a captured response, check by check. */
#include <apr_strings.h>

#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/hosts.h"
#include "cli/input.h"
#include "cli/render.h"
#include "saml/captured.h"
#include "saml/time.h"
#include "sso/explain.h"
#include "sso/own_keys.h"

/* A text for people that grows. */
typedef struct report_t {
    apr_pool_t *p;
    apr_array_header_t *parts;      /* const char * */
} report_t;

static void line(report_t *r, const char *indent, const char *text)
{
    APR_ARRAY_PUSH(r->parts, const char *) = apr_pstrcat(r->p, indent, ik_render_line(text, r->p), "\n", NULL);
}

/* A directory stands with "" for a key (sso/host_settings.h). */
static apr_status_t add_keys_of(ik_spkeys_t **keys, const char *path, const char *key, apr_pool_t *p, const char **problem)
{
    return *key ? ik_spkeys_add(*keys, path, key, p, problem) : ik_own_keys_load(keys, path, p, problem);
}

/* Without our keys an encrypted assertion stays closed: then this says why. */
static const char *add_keys(ik_spkeys_t **keys, const apr_array_header_t *files, apr_pool_t *p)
{
    const char *problem, *first = NULL;

    for (int i = 0; i + 1 < files->nelts; i += 2)
        if (add_keys_of(keys, APR_ARRAY_IDX(files, i, const char *), APR_ARRAY_IDX(files, i + 1, const char *), p, &problem) != APR_SUCCESS
            && !first)
            first = problem;
    return first;
}

static ik_exit_t find_settings(ik_settings_t *settings, const char **closed, ik_cli_t *cli)
{
    apr_array_header_t *files;
    ik_spkeys_t *keys = ik_spkeys_make(cli->p);
    int is_only;
    apr_status_t rv = ik_hosts_settings(settings, &files, &is_only, cli);

    if (rv != APR_SUCCESS)
        return ik_hosts_fail(cli, rv);
    *closed = add_keys(&keys, files, cli->p);
    settings->spkeys = keys;
    return IK_EXIT_DONE;
}

static const char *fix_of(const ik_explained_t *e, const ik_checked_t *checked, apr_pool_t *p)
{
    return ik_fix_text(p, ik_fix_find(checked->reason, checked->detail, e->product), &e->values);
}

static const ik_object_t *describe(const char *id, const char *label, const ik_checked_t *checked, const ik_explained_t *e, apr_pool_t *p)
{
    static const char *const states[] = { [IK_CHECK_SKIPPED] = "skipped", [IK_CHECK_PASSED] = "passed", [IK_CHECK_FAILED] = "failed" };
    ik_object_t *o = ik_object_make(p);
    int failed = checked->state == IK_CHECK_FAILED;

    ik_object_text(o, "check", NULL, id);
    ik_object_text(o, "label", NULL, label);
    ik_object_text(o, "state", NULL, states[checked->state]);
    ik_object_text(o, "reason", NULL, failed ? ik_reason_row(checked->reason)->id : NULL);
    ik_object_text(o, "detail", NULL, failed ? checked->detail : NULL);
    ik_object_text(o, "fix", NULL, failed ? fix_of(e, checked, p) : NULL);
    return o;
}

static const apr_array_header_t *describe_checks(const ik_checklist_t *list, const ik_explained_t *e, apr_pool_t *p)
{
    apr_array_header_t *rows = apr_array_make(p, IK_CHECK_COUNT, sizeof(const ik_object_t *));

    for (int id = 0; id < IK_CHECK_COUNT; id++) {
        const ik_check_row_t *row = ik_check_row((ik_check_id_t)id);

        APR_ARRAY_PUSH(rows, const ik_object_t *) = describe(row->id, row->label, &list->checks[id], e, p);
    }
    return rows;
}

static const apr_array_header_t *describe_besides(const ik_explained_t *e, apr_pool_t *p)
{
    apr_array_header_t *rows = apr_array_make(p, 2, sizeof(const ik_object_t *));

    for (int i = 0; i < e->besides->nelts; i++) {
        const ik_checked_t *checked = &APR_ARRAY_IDX(e->besides, i, const ik_checked_t);

        APR_ARRAY_PUSH(rows, const ik_object_t *) = describe(NULL, ik_reason_row(checked->reason)->sentence, checked, e, p);
    }
    return rows;
}

static void describe_all(ik_object_t *to, const ik_explained_t *e, apr_pool_t *p)
{
    ik_object_text(to, "account", NULL, e->account);
    ik_object_text(to, "form", NULL, e->form);
    ik_object_bool(to, "accepted", NULL, e->accepted);
    ik_object_bool(to, "accepted_when_new", NULL, e->accepted_then);
    ik_object_time(to, "issued", NULL, e->issued);
    ik_object_text(to, "issuer", NULL, e->list->issuer);
    ik_object_text(to, "answers", NULL, e->answers);
    ik_object_text(to, "email", NULL, e->list->email);
    ik_object_text(to, "name", NULL, e->list->name);
    ik_object_text(to, "role", NULL, e->list->role);
    ik_object_text(to, "product", NULL, e->product);
    ik_object_objects(to, "checks", NULL, describe_checks(e->list, e, p));
    ik_object_objects(to, "checks_when_new", NULL, e->then ? describe_checks(e->then, e, p) : NULL);
    ik_object_objects(to, "besides", NULL, describe_besides(e, p));
    ik_object_texts(to, "times", NULL, e->times);
    ik_object_texts(to, "warnings", NULL, e->list->warnings);
}

static void tell_check(report_t *r, const char *label, const ik_checked_t *checked, const ik_explained_t *e)
{
    static const char *const marks[] = { [IK_CHECK_SKIPPED] = "  - ", [IK_CHECK_PASSED] = "  \xe2\x9c\x93 ", [IK_CHECK_FAILED] = "  \xe2\x9c\x97 " };

    line(r, marks[checked->state], label);
    if (checked->state != IK_CHECK_FAILED)
        return;
    line(r, "      ", apr_psprintf(r->p, "%s: %s", ik_reason_row(checked->reason)->id, checked->detail ? checked->detail : "no detail"));
    line(r, "      ", apr_pstrcat(r->p, "To mend it: ", fix_of(e, checked, r->p), NULL));
}

static void tell_checks(report_t *r, const ik_checklist_t *list, const ik_explained_t *e, int only_failed)
{
    for (int id = 0; id < IK_CHECK_COUNT; id++)
        if (!only_failed || list->checks[id].state == IK_CHECK_FAILED)
            tell_check(r, ik_check_row((ik_check_id_t)id)->label, &list->checks[id], e);
}

static void tell_texts(report_t *r, const char *heading, const apr_array_header_t *texts)
{
    if (texts->nelts)
        line(r, "", heading);
    for (int i = 0; i < texts->nelts; i++)
        line(r, "  ", APR_ARRAY_IDX(texts, i, const char *));
}

static void tell_then(report_t *r, const ik_explained_t *e)
{
    if (!e->then)
        return;
    line(r, "", apr_psprintf(r->p, "As if it had come when it was new (%s), for the first time: %s", ik_saml_time_text(r->p, e->issued),
                             e->then->passed ? "all checks passed." : "these checks failed."));
    tell_checks(r, e->then, e, 1);
}

static void tell_person(report_t *r, const ik_explained_t *e)
{
    const ik_checklist_t *list = e->list;

    line(r, "", apr_psprintf(r->p, "E-mail address: %s", list->email ? list->email : "cannot be told"));
    line(r, "", apr_psprintf(r->p, "Full name: %s", list->name ? list->name : "cannot be told"));
    line(r, "", apr_psprintf(r->p, "Role it would give: %s", list->role ? list->role : "none"));
    line(r, "", apr_psprintf(r->p, "Issuer: %s", list->issuer ? list->issuer : "cannot be told"));
    line(r, "", e->answers ? apr_psprintf(r->p, "It answers the request %s: only the browser that sent it can sign in with it.", e->answers)
                           : "It answers no request: the sign-in was started at the identity provider.");
}

static const char *report(const ik_explained_t *e, const char *closed, apr_pool_t *p)
{
    report_t r = { p, apr_array_make(p, 64, sizeof(const char *)) };

    line(&r, "", apr_psprintf(p, "The response was found in %s, and is held against the account %s as it is saved.", e->form, e->account));
    tell_checks(&r, e->list, e, 0);
    for (int i = 0; i < e->besides->nelts; i++) {
        const ik_checked_t *checked = &APR_ARRAY_IDX(e->besides, i, const ik_checked_t);

        tell_check(&r, ik_reason_row(checked->reason)->sentence, checked, e);
    }
    tell_then(&r, e);
    tell_person(&r, e);
    tell_texts(&r, "Times:", e->times);
    tell_texts(&r, "What is unusual:", e->list->warnings);
    if (closed)
        line(&r, "", apr_pstrcat(p, "Our keys could not be read, so what is encrypted stays closed: ", closed, NULL));
    return apr_array_pstrcat(p, r.parts, 0);
}

/* The first thing that a login would refuse it for. */
static const char *code_of(const ik_explained_t *e)
{
    for (int id = 0; id < IK_CHECK_COUNT; id++)
        if (e->list->checks[id].state == IK_CHECK_FAILED)
            return ik_reason_row(e->list->checks[id].reason)->id;
    return ik_reason_row(APR_ARRAY_IDX(e->besides, 0, const ik_checked_t).reason)->id;
}

static ik_exit_t finish(ik_cli_t *cli, const ik_explained_t *e, const char *closed)
{
    describe_all(cli->answer, e, cli->p);
    cli->report = report(e, closed, cli->p);
    cli->message = e->accepted ? "A login would accept this response now."
                   : e->accepted_then ? "A login would refuse this response now; when it was new, it would have been accepted."
                   : "A login would refuse this response.";
    return e->accepted ? IK_EXIT_DONE : ik_cli_fail(cli, IK_EXIT_REFUSED, code_of(e), cli->message);
}

ik_exit_t ik_cmd_explain_response(ik_cli_t *cli)
{
    const char *bytes, *problem, *closed = NULL;
    ik_accounts_result_t result;
    ik_explained_t *explained;
    ik_settings_t settings;
    apr_size_t len;
    ik_exit_t how;

    if (!cli->options.response || !cli->options.account)
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", "Write \"ikssoctl explain --response FILE --account ID\".");
    if (ik_input_read_to(&bytes, &len, cli->options.response, IK_CAPTURED_MAX + 1, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "file", problem);
    how = find_settings(&settings, &closed, cli);
    if (how != IK_EXIT_DONE)
        return how;
    cli->ctx.settings = &settings;
    how = ik_describe_outcome(cli, ik_explain(&explained, &result, &cli->ctx, cli->options.account, bytes, len, 1), &result);
    return how == IK_EXIT_DONE ? finish(cli, explained, closed) : how;
}
