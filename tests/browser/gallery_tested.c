/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the gallery with what test sign-ins show. */
#include "gallery.h"

#include <apr_strings.h>

static void claim(ik_checklist_t *list, const char *name, const char *one, const char *two)
{
    ik_claim_seen_t *seen = apr_array_push(list->claims);

    seen->name = name;
    seen->values = apr_array_make(list->claims->pool, 2, sizeof(const char *));
    APR_ARRAY_PUSH(seen->values, const char *) = one;
    if (two)
        APR_ARRAY_PUSH(seen->values, const char *) = two;
}

static ik_checklist_t *all_passed(apr_pool_t *p)
{
    ik_checklist_t *list = apr_pcalloc(p, sizeof(*list));

    for (int i = 0; i < IK_CHECK_COUNT; i++)
        list->checks[i].state = IK_CHECK_PASSED;
    list->checks[IK_CHECK_DECRYPTION].state = IK_CHECK_SKIPPED;
    list->passed = 1;
    list->issuer = "http://www.okta.com/exk4711";
    list->email = "ann@acme.test";
    list->name = "Ann Example";
    list->role = "account_administrator";
    list->claims = apr_array_make(p, 8, sizeof(ik_claim_seen_t));
    list->warnings = apr_array_make(p, 2, sizeof(const char *));
    claim(list, "NameID", "ann@acme.test", NULL);
    claim(list, "imagekit_id", "acme", NULL);
    claim(list, "full_name", "Ann Example", NULL);
    claim(list, "imagekit_role", "account_administrator", NULL);
    return list;
}

static void fail(ik_checklist_t *list, ik_check_id_t id, ik_reason_t reason, const char *detail)
{
    list->checks[id] = (ik_checked_t){ IK_CHECK_FAILED, reason, detail };
    list->passed = 0;
}

static ik_checklist_t *some_failed(apr_pool_t *p)
{
    ik_checklist_t *list = all_passed(p);

    fail(list, IK_CHECK_AUDIENCE, IK_REASON_AUDIENCE_MISMATCH,
         "expected \"https://dashboard.imagekit.test/saml/consume\", came \"https://dashboard.imagekit.test/\"");
    fail(list, IK_CHECK_ROLE, IK_REASON_ROLE_FORBIDDEN, "came \"Developers\"");
    list->role = NULL;
    APR_ARRAY_PUSH(list->warnings, const char *) = "The signature is made with SHA-1, which is tolerated until 31 January 2027.";
    return list;
}

static ik_checklist_t *unreadable(apr_pool_t *p)
{
    ik_checklist_t *list = apr_pcalloc(p, sizeof(*list));

    fail(list, IK_CHECK_READABLE, IK_REASON_MALFORMED, "the message is not base64");
    return list;
}

static ik_checklist_t *full_of_long_values(apr_pool_t *p)
{
    ik_checklist_t *list = some_failed(p);

    fail(list, IK_CHECK_SIGNATURE, IK_REASON_SIGNATURE_INVALID, "key " LONG ": " RTL);
    list->issuer = "https://" LONG "/" LONG;
    list->email = LONG;
    list->name = RTL " " LONG;
    claim(list, "http://schemas.microsoft.com/ws/2008/06/identity/claims/" LONG, LONG, RTL);
    claim(list, "groups", "", NULL);
    APR_ARRAY_PUSH(APR_ARRAY_IDX(list->claims, list->claims->nelts - 1, ik_claim_seen_t).values, const char *) = NULL;
    return list;
}

static void show(apr_pool_t *p, const ik_brand_t *brand, const char *name, const ik_checklist_t *list, int is_saved)
{
    const ik_account_t account = { .id = "acme", .enabled = 1 };
    const ik_draft_t draft = {
        .id = "Zq3J0m1eQk2vN5x7yB9cDw", .account = &account, .digest = "4f9a", .report = "", .made = NOW - DAYS(1),
        .state = !list ? IK_DRAFT_UNTESTED : list->passed ? IK_DRAFT_PASSED : IK_DRAFT_FAILED,
    };
    const ik_tested_page_t page = { admin_of_ann(), &draft, list, okta(p), is_saved };

    show_admin(p, name, ik_html_tested(p, brand, &page));
}

void gallery_tested(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    show(p, brand, "tested-passed", all_passed(p), 0);
    show(p, brand, "tested-saved", all_passed(p), 1);
    show(p, brand, "tested-failed", some_failed(p), 0);
    show(p, brand, "tested-failed-saved", some_failed(p), 1);
    show(p, brand, "tested-unreadable", unreadable(p), 0);
    show(p, wordy, "tested-long", full_of_long_values(p), 0);
    show(p, brand, "tested-no-answer", NULL, 0);
}
