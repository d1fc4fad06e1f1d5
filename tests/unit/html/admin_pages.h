/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of page of an account's administrator, with one value in all places where a page takes one. */
#ifndef IK_TESTS_HTML_ADMIN_PAGES_H
#define IK_TESTS_HTML_ADMIN_PAGES_H

#include <apr_strings.h>

#include "html/admin.h"

#define SETTINGS "/dashboard/settings/single-sign-on"
#define USERS "/dashboard/settings/users"
#define NOW (apr_time_from_sec(1795530000))     /* 24 November 2026, 14:20 UTC */
#define DAYS(n) (apr_time_from_sec(24 * 3600) * (n))
#define HOURS(n) (apr_time_from_sec(3600) * (n))

typedef enum {
    SETTINGS_ON, SETTINGS_OFF, SETTINGS_REFUSED, SETTINGS_ANYWAY, SETTINGS_LINK, SETTINGS_GUEST, TESTED_PASSED, TESTED_FAILED,
    TESTED_NOT_YET, ASK, INVITED, INVITE_OVER, ADMIN_KINDS
} admin_kind_t;

static inline ik_admin_page_t admin_with(const char *v)
{
    return (ik_admin_page_t){
        .account = v, .account_name = v, .email = v, .settings_path = SETTINGS, .users_path = USERS, .way_out = "/dashboard",
        .token = "s3cret", .done = v, .now = NOW,
    };
}

static inline ik_admin_page_t guest_with(const char *v)
{
    return (ik_admin_page_t){
        .account = v, .account_name = v, .settings_path = SETTINGS, .token = "s3cret", .done = v, .now = NOW,
    };
}

static inline apr_array_header_t *list_of(apr_pool_t *p, const void *entry)
{
    apr_array_header_t *list = apr_array_make(p, 1, sizeof(const void *));

    APR_ARRAY_PUSH(list, const void *) = entry;
    return list;
}

static inline const ik_sp_values_t *sp_values_with(apr_pool_t *p, const char *v)
{
    ik_sp_values_t *values = apr_pcalloc(p, sizeof(*values));

    *values = (ik_sp_values_t){ v, v, v, v, v, v, v, v, list_of(p, v) };
    return values;
}

static inline ik_certificate_t *certificate_with(apr_pool_t *p, const char *v, apr_time_t from, apr_time_t to)
{
    ik_certificate_t *c = apr_pcalloc(p, sizeof(*c));

    *c = (ik_certificate_t){
        .subject = v, .fingerprint = v, .key_type = "RSA", .bits = 2048, .not_before = from, .not_after = to,
    };
    return c;
}

static inline ik_idp_t *idp_with(apr_pool_t *p, const char *v)
{
    ik_idp_t *idp = apr_pcalloc(p, sizeof(*idp));
    ik_endpoint_t *endpoint = apr_pcalloc(p, sizeof(*endpoint));

    *endpoint = (ik_endpoint_t){ .binding = v, .location = v };
    *idp = (ik_idp_t){
        .entity_id = v, .product = v, .signing = list_of(p, certificate_with(p, v, NOW - DAYS(10), NOW + DAYS(400))),
        .encryption = apr_array_make(p, 1, sizeof(const ik_certificate_t *)), .sso = list_of(p, endpoint),
        .slo = list_of(p, endpoint),
    };
    return idp;
}

static inline ik_account_t *account_with(apr_pool_t *p, const char *v)
{
    ik_account_t *account = apr_pcalloc(p, sizeof(*account));

    *account = (ik_account_t){
        .id = v, .name = v, .enabled = 1, .metadata = v, .idp_entity_id = v, .entity_id = v,
        .domains = list_of(p, v), .changed = NOW - DAYS(1),
    };
    return account;
}

static inline ik_settings_form_t *form_with(apr_pool_t *p, const char *v)
{
    ik_settings_form_t *form = apr_pcalloc(p, sizeof(*form));
    apr_table_t *options = apr_table_make(p, 8);
    const ik_option_row_t *row;

    for (row = ik_option_rows; row->name; row++)
        apr_table_setn(options, row->name, v);
    *form = (ik_settings_form_t){ .metadata = v, .entity_id = v, .domains = v, .options = options };
    return form;
}

static inline ik_invite_t *invite_with(apr_pool_t *p, const char *v)
{
    ik_invite_t *invite = apr_pcalloc(p, sizeof(*invite));

    *invite = (ik_invite_t){ .id = v, .account = v, .author = v, .made = NOW - DAYS(1), .expires = NOW + DAYS(6) };
    return invite;
}

static inline ik_previous_t *previous_with(apr_pool_t *p, const char *v)
{
    ik_previous_t *previous = apr_pcalloc(p, sizeof(*previous));

    *previous = (ik_previous_t){ .metadata = v, .idp_entity_id = v, .replaced = NOW - DAYS(2) };
    return previous;
}

/* Fetched, and failing since. */
static inline ik_source_t *source_with(apr_pool_t *p, const char *v)
{
    ik_source_t *source = apr_pcalloc(p, sizeof(*source));

    *source = (ik_source_t){ .account = v, .url = v, .etag = v, .failure = v, .fetched = NOW - DAYS(2),
                             .next = NOW + DAYS(1) / 8, .failing_since = NOW - DAYS(1) };
    return source;
}

/* A list with one claim and one warning. Every check passed, but the last, which failed unless passed is 1. */
static inline ik_checklist_t *checklist_with(apr_pool_t *p, const char *v, int passed)
{
    ik_checklist_t *list = apr_pcalloc(p, sizeof(*list));
    ik_claim_seen_t *seen;

    for (int i = 0; i < IK_CHECK_COUNT; i++)
        list->checks[i].state = IK_CHECK_PASSED;
    if (!passed)
        list->checks[IK_CHECK_USER] = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_USER_DISABLED, v };
    list->passed = passed;
    list->issuer = list->email = list->name = list->role = v;
    list->claims = apr_array_make(p, 1, sizeof(ik_claim_seen_t));
    seen = apr_array_push(list->claims);
    *seen = (ik_claim_seen_t){ v, list_of(p, v) };
    list->warnings = list_of(p, v);
    return list;
}

static inline ik_rules_form_t *rules_with(apr_pool_t *p, const char *v)
{
    ik_rules_form_t *form = apr_pcalloc(p, sizeof(*form));
    apr_array_header_t *rows = apr_array_make(p, 1, sizeof(ik_rule_field_t));

    APR_ARRAY_PUSH(rows, ik_rule_field_t) = (ik_rule_field_t){ "prefix", v, v, NULL };
    *form = (ik_rules_form_t){ v, rows, NULL, v };
    return form;
}

/* One who would change, and one who would be refused. */
static inline ik_trial_t *trial_with(apr_pool_t *p, const char *v)
{
    ik_trial_t *trial = apr_pcalloc(p, sizeof(*trial));

    *trial = (ik_trial_t){ .people = 9, .unknown = 3, .all = 1, .changes = apr_array_make(p, 2, sizeof(ik_trial_row_t)) };
    APR_ARRAY_PUSH(trial->changes, ik_trial_row_t) = (ik_trial_row_t){ v, v, v, v, v };
    APR_ARRAY_PUSH(trial->changes, ik_trial_row_t) = (ik_trial_row_t){ v, v, v, NULL, v };
    return trial;
}

static inline ik_settings_page_t settings_with(apr_pool_t *p, const char *v)
{
    return (ik_settings_page_t){
        .admin = admin_with(v), .values = sp_values_with(p, v), .form = form_with(p, v), .account = account_with(p, v),
        .idp = idp_with(p, v), .notes = list_of(p, v), .previous = previous_with(p, v), .invites = list_of(p, invite_with(p, v)),
        .rules = rules_with(p, v), .trial = trial_with(p, v),
        .source = source_with(p, v),
    };
}

static inline const char *settings_page_of(apr_pool_t *p, admin_kind_t kind, const ik_brand_t *brand, const char *v)
{
    ik_settings_page_t page = settings_with(p, v);
    ik_settings_form_t *form = form_with(p, v);
    ik_account_t *account = account_with(p, v);
    ik_rules_form_t *rules = rules_with(p, v);

    if (kind == SETTINGS_REFUSED) {
        rules->problem = APR_ARRAY_IDX(rules->rows, 0, ik_rule_field_t).problem = v;
        page.rules = rules;
    }
    if (kind == SETTINGS_REFUSED)
        form->metadata_problem = form->entity_id_problem = form->domains_problem = form->options_problem = v;
    if (kind == SETTINGS_ANYWAY) {
        page.anyway = v;
        page.failed = checklist_with(p, v, 0);
    }
    if (kind == SETTINGS_LINK)
        page.link = v;
    if (kind == SETTINGS_OFF) {
        account->metadata = account->idp_entity_id = NULL;
        page.idp = NULL;
        page.notes = NULL;
    }
    if (kind == SETTINGS_GUEST) {
        page.admin = guest_with(v);
        page.invites = NULL;
    }
    page.form = form;
    page.account = account;
    return ik_html_settings(p, brand, &page);
}

static inline const char *tested_page_of(apr_pool_t *p, admin_kind_t kind, const ik_brand_t *brand, const char *v)
{
    const ik_draft_t draft = { .id = v, .account = account_with(p, v), .digest = v, .report = v, .made = NOW };
    const ik_tested_page_t page = {
        admin_with(v), &draft, kind == TESTED_NOT_YET ? NULL : checklist_with(p, v, kind == TESTED_PASSED), idp_with(p, v), 0,
    };

    return ik_html_tested(p, brand, &page);
}

static inline const char *admin_page_of(apr_pool_t *p, admin_kind_t kind, const ik_brand_t *brand, const char *v)
{
    const ik_hidden_t fields[] = { { v, v }, { NULL, NULL } };

    switch (kind) {
    case ASK: return ik_html_ask(p, brand, &(ik_ask_t){ admin_with(v), v, v, v, SETTINGS, fields, v, v, v, SETTINGS });
    case INVITED: return ik_html_invited(p, brand, v, v, SETTINGS, v);
    case INVITE_OVER: return ik_html_invite_over(p, brand, IK_INVITE_USED, "/sso");
    case TESTED_PASSED: case TESTED_FAILED: case TESTED_NOT_YET: return tested_page_of(p, kind, brand, v);
    default: return settings_page_of(p, kind, brand, v);
    }
}

/* 1 if a page of this kind is a wide one, with the script that copies; else it is a card. */
static inline int is_wide(admin_kind_t kind)
{
    return kind < ASK;
}

#endif
