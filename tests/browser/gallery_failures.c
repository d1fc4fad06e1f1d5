/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the gallery with refused sign-ins, and with captured responses that are explained. */
#include "gallery.h"

#include <apr_strings.h>

#define HOST "https://dashboard.imagekit.test"

static const ik_fix_values_t values = {
    .acs = HOST "/saml/consume", .entity_id = HOST "/saml/consume", .account = "acme", .claim_account = "imagekit_id",
    .claim_name = "full_name", .claim_role = "imagekit_role", .login = HOST "/single-sign-on?account=acme",
};

static const ik_trace_t audience = {
    .id = "Zq3J0m1eQk2vN5x7yB9cDw", .account = "acme", .at = NOW - DAYS(1), .reason = IK_REASON_AUDIENCE_MISMATCH, .endpoint = "consume",
    .issuer = "http://www.okta.com/exk4711", .client = "203.0.113.7", .verified = 1,
    .detail = "the Audience is \"" HOST "/\", expected \"" HOST "/saml/consume\"",
};
static const ik_trace_t signature = {
    .id = "a0B1c2D3e4F5g6H7i8J9kL", .account = "acme", .at = NOW - DAYS(2), .reason = IK_REASON_SIGNATURE_INVALID, .endpoint = "consume",
    .issuer = "http://www.okta.com/exk4711", .client = "2001:db8::7", .detail = "the signature does not verify with any of the 2 keys",
};
static const ik_trace_t odd = {
    .id = "zzzzzzzzzzzzzzzzzzzzzz", .account = "acme", .at = NOW - DAYS(3), .reason = IK_REASON_REQUEST_UNKNOWN, .endpoint = "login",
    .issuer = "", .client = "", .detail = "",
};
static const ik_trace_t long_one = {
    .id = "yyyyyyyyyyyyyyyyyyyyyy", .account = "acme", .at = NOW, .reason = IK_REASON_ROLE_FORBIDDEN, .endpoint = "consume",
    .issuer = "https://" LONG "/" LONG, .client = "203.0.113.7", .detail = "the role is \"" LONG RTL LONG "\", accepted are: " LONG,
};

static ik_failures_page_t list_of(apr_pool_t *p, int count)
{
    const ik_trace_t *const all[] = { &long_one, &audience, &signature, &odd };
    apr_array_header_t *traces = apr_array_make(p, 4, sizeof(const ik_trace_t *));

    for (int i = 0; i < count; i++)
        APR_ARRAY_PUSH(traces, const ik_trace_t *) = all[i % 4];
    return (ik_failures_page_t){ .admin = admin_of_ann(), .traces = traces, .consume_url = "https://imagekit.io/saml/consume" };
}

static void lists(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    ik_failures_page_t few = list_of(p, 4), none = list_of(p, 0), many = list_of(p, IK_FAILURES_ON_PAGE), guest = list_of(p, 2);

    show_admin(p, "failures", ik_html_failures(p, brand, &few));
    show_admin(p, "failures-none", ik_html_failures(p, brand, &none));
    none.searched = "AAAAAAAAAAAAAAAAAAAAAA";
    none.problem = "There is no SAMLResponse in it. In the network tools of your browser, look for the POST to our address.";
    show_admin(p, "failures-not-found", ik_html_failures(p, brand, &none));
    many.older = many.newer = 1;
    many.admin = admin_of_long_names();
    show_admin(p, "failures-many", ik_html_failures(p, wordy, &many));
    guest.admin = admin_of_guest();
    show_admin(p, "failures-guest", ik_html_failures(p, brand, &guest));
}

static void one(apr_pool_t *p, const ik_brand_t *brand, const char *name, const ik_trace_t *trace, const char *product)
{
    const ik_trace_page_t page = { admin_of_ann(), trace, product, &values };

    show_admin(p, name, ik_html_trace(p, brand, &page));
}

static ik_checklist_t *checks(apr_pool_t *p, int expired, int wrong_role)
{
    ik_checklist_t *list = apr_pcalloc(p, sizeof(*list));

    for (int i = 0; i < IK_CHECK_COUNT; i++)
        list->checks[i].state = IK_CHECK_PASSED;
    list->checks[IK_CHECK_DECRYPTION].state = list->checks[IK_CHECK_REQUEST].state = IK_CHECK_SKIPPED;
    if (expired)
        list->checks[IK_CHECK_TIMES] = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_EXPIRED, "Conditions NotOnOrAfter 2026-11-21T14:25:00Z is "
                                                       "over, it is 2026-11-24T14:20:00Z here" };
    if (wrong_role)
        list->checks[IK_CHECK_ROLE] = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_ROLE_FORBIDDEN, "the role is \"Developer\", accepted are: "
                                                      "account_administrator, developer" };
    list->passed = !expired && !wrong_role;
    list->issuer = "http://www.okta.com/exk4711";
    list->email = "ann@acme.test";
    list->name = "Ann Example";
    list->role = wrong_role ? NULL : "developer";
    list->claims = apr_array_make(p, 1, sizeof(ik_claim_seen_t));
    list->warnings = apr_array_make(p, 1, sizeof(const char *));
    return list;
}

static ik_explained_t explained(apr_pool_t *p, int expired, int wrong_role)
{
    ik_explained_t e = { .account = "acme", .form = "XML", .list = checks(p, expired, wrong_role), .issued = NOW - DAYS(3), .product = "okta",
                         .besides = apr_array_make(p, 1, sizeof(ik_checked_t)), .times = apr_array_make(p, 2, sizeof(const char *)),
                         .values = values };

    APR_ARRAY_PUSH(e.times, const char *) = "IssueInstant was 3 days ago (2026-11-21T14:20:00Z)";
    APR_ARRAY_PUSH(e.times, const char *) = "NotOnOrAfter of the Conditions was 2 days ago (2026-11-21T14:25:00Z)";
    e.accepted = e.list->passed;
    e.then = expired ? checks(p, 0, wrong_role) : NULL;
    e.accepted_then = !wrong_role;
    return e;
}

void gallery_failures(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy)
{
    const ik_admin_page_t ann = admin_of_ann();
    ik_explained_t good = explained(p, 0, 0), old = explained(p, 1, 0), wrong = explained(p, 1, 1);

    lists(p, brand, wordy);
    one(p, brand, "trace", &audience, "okta");
    one(p, brand, "trace-not-proven", &signature, "entra");
    one(p, brand, "trace-little-known", &odd, NULL);
    one(p, wordy, "trace-long", &long_one, "onelogin");
    APR_ARRAY_PUSH(wrong.besides, ik_checked_t) = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_REPLAYED, "assertion \"_4711\" was used before" };
    show_admin(p, "explained", ik_html_explained(p, brand, &ann, &good));
    show_admin(p, "explained-old", ik_html_explained(p, brand, &ann, &old));
    show_admin(p, "explained-wrong", ik_html_explained(p, brand, &ann, &wrong));
}
