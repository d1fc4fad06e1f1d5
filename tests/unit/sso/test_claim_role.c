/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/claim_role.c and sso/received.c: the role that an assertion gives, and what is kept of it. */
#include "../fixture.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "model/role.h"
#include "sso/claims.h"
#include "sso/received.h"

#define ROLE "imagekit_role"

/* Attributes as "NAME=VALUE|VALUE", one element each; "(xml)" stands for a value that is no plain text. */
static const ik_assertion_t *assertion_of(const char *const *attributes, apr_pool_t *p)
{
    ik_assertion_t *assertion = apr_pcalloc(p, sizeof *assertion);

    assertion->attributes = apr_array_make(p, 4, sizeof(ik_attribute_t *));
    for (; *attributes; attributes++) {
        ik_attribute_t *attribute = apr_pcalloc(p, sizeof *attribute);
        char *value = strchr(apr_pstrdup(p, *attributes), '=');

        attribute->name = apr_pstrmemdup(p, *attributes, strcspn(*attributes, "="));
        attribute->values = apr_array_make(p, 4, sizeof(const char *));
        while (value) {
            char *next = strchr(++value, '|');

            if (next)
                *next = '\0';
            APR_ARRAY_PUSH(attribute->values, const char *) = strcmp(value, "(xml)") ? value : NULL;
            value = next;
        }
        APR_ARRAY_PUSH(assertion->attributes, const ik_attribute_t *) = attribute;
    }
    return assertion;
}

#define ATTRIBUTES(...) (const char *const[]){ __VA_ARGS__, NULL }

typedef struct scene_t {
    ik_settings_t settings;
    ik_ctx_t ctx;
    ik_account_t account;
} scene_t;

static scene_t *make_scene(const char *rules, apr_pool_t *p)
{
    scene_t *scene = apr_pcalloc(p, sizeof *scene);

    scene->settings.roles = ik_role_defaults(p);
    scene->settings.claim_role = ik_text_words(p, ROLE " role");
    scene->ctx = (ik_ctx_t){ .p = p, .settings = &scene->settings };
    scene->account = (ik_account_t){ .id = "acme", .rules = rules };
    return scene;
}

/* The role, or "REASON: DETAIL". */
static const char *role_in(const scene_t *scene, const char *const *attributes, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    ik_decision_t decision;
    apr_status_t rv = ik_claim_role(&decision, &scene->ctx, assertion_of(attributes, p), &scene->account, &why);

    if (rv == APR_SUCCESS)
        return decision.role;
    assert_int_equal(rv, IK_REFUSED);
    return apr_pstrcat(p, ik_reason_row(why.reason)->id, ": ", why.detail, NULL);
}

static const char *role_of(const char *rules, const char *const *attributes, apr_pool_t *p)
{
    return role_in(make_scene(rules, p), attributes, p);
}

static const char *role_by(const char *metadata, const char *rules, const char *const *attributes, apr_pool_t *p)
{
    scene_t *scene = make_scene(rules, p);
    apr_size_t len;

    scene->account.metadata = fixture_read(p, apr_pstrcat(p, "metadata/", metadata, NULL), &len);
    return role_in(scene, attributes, p);
}

#define begins(text, with) assert_memory_equal(text, with, strlen(with))

static void reads_several_attributes_as_one(void **state)
{
    static const char rules[] = "claim groups\nvalue account_administrator admins\nvalue developer devs\n";

    assert_string_equal(role_of(rules, ATTRIBUTES("groups=devs", "x=y", "groups=admins"), *state), "account_administrator");
    assert_string_equal(role_of(rules, ATTRIBUTES("groups=devs|devs", "groups=devs"), *state), "developer");
    /* Whatever else came, also a role. */
    begins(role_of(rules, ATTRIBUTES("groups=x", ROLE "=developer"), *state), "role_forbidden: none of the 2 role rules");
    begins(role_of(rules, ATTRIBUTES(ROLE "=developer"), *state), "claim_missing: no attribute \"groups\"");
}

static void looks_where_the_role_is_unless_told_otherwise(void **state)
{
    assert_string_equal(role_of("prefix developer dev\n", ATTRIBUTES(ROLE "=x", "role=devs"), *state), "developer");
    assert_string_equal(role_of("", ATTRIBUTES("role=developer"), *state), "developer");
    assert_string_equal(role_of(NULL, ATTRIBUTES(ROLE "=developer"), *state), "developer");
    begins(role_of(NULL, ATTRIBUTES("groups=developer"), *state), "claim_missing: no attribute \"imagekit_role or role\"");
}

static void tells_when_entra_left_the_groups_out(void **state)
{
    static const char rules[] = "claim groups\nvalue developer devs\n";
    const char *is = role_of(rules, ATTRIBUTES(IK_GROUPS_LINK "=https://graph.windows.net/1/users/2/getMemberObjects"), *state);

    begins(is, "claim_missing: no attribute \"groups\": the person is in more than 150 groups, and Entra ID sends the link");
    assert_non_null(strstr(is, "\"Groups assigned to the application\""));
    assert_string_equal(role_of(rules, ATTRIBUTES(IK_GROUPS_LINK "=x", "groups=devs"), *state), "developer");
}

static void refuses_values_that_are_none(void **state)
{
    static const char rules[] = "claim groups\nvalue developer devs\n";
    char longest[IK_CLAIM_MAX + 32] = "groups=devs|";

    begins(role_of(rules, ATTRIBUTES("groups=devs|(xml)"), *state), "claim_invalid: groups holds no plain text");
    begins(role_of(rules, ATTRIBUTES("groups=devs|a\tb"), *state), "claim_invalid: groups holds a control character");
    memset(longest + strlen("groups=devs|"), 'x', IK_CLAIM_MAX);
    assert_string_equal(role_of(rules, ATTRIBUTES(longest), *state), "developer");
    longest[strlen(longest)] = 'x';
    begins(role_of(rules, ATTRIBUTES(longest), *state), "claim_invalid: groups is longer than 1024 bytes");
    begins(role_of(rules, ATTRIBUTES("groups="), *state), "claim_missing");
}

static const char *many_with(const char *name, int digits, const char *separator, int n, apr_pool_t *p)
{
    const char *text = "groups=";

    for (int i = 0; i < n; i++)
        text = apr_pstrcat(p, text, i ? separator : "", apr_psprintf(p, "%s%0*d", name, digits, i), NULL);
    return text;
}

static const char *many(int n, apr_pool_t *p)
{
    return many_with("g", 1, "|", n, p);
}

/* Who may choose a value must not become an administrator by a ';' in it. */
static void takes_apart_what_onelogin_joins_and_nobody_else(void **state)
{
    static const char rules[] = "claim groups\nvalue account_administrator admins\n";
    const char *const *joined = ATTRIBUTES("groups=x; admins");

    assert_string_equal(role_by("onelogin.xml", rules, joined, *state), "account_administrator");
    begins(role_by("okta.xml", rules, joined, *state),
           "role_forbidden: none of the 1 role rules matches what came as \"groups\": \"x; admins\"");
    begins(role_of(rules, joined, *state), "role_forbidden");
    begins(role_by("onelogin.xml", rules, ATTRIBUTES("groups=x;admins|y"), *state), "role_forbidden");
    /* Without rules a value is never more than one. */
    begins(role_by("onelogin.xml", "", ATTRIBUTES(ROLE "=developer;finance"), *state), "claim_ambiguous");
}

static void holds_the_parts_of_a_joined_value_against_the_bounds_of_values(void **state)
{
    static const char rules[] = "claim groups\nvalue developer role-with-many-letters-59\nvalue finance r999\n";
    const char *sixty = many_with("role-with-many-letters-", 2, ";", 60, *state), *part = many_with("", 600, "", 2, *state);

    assert_true(strlen(sixty) > IK_CLAIM_MAX);
    assert_string_equal(role_by("onelogin.xml", rules, ATTRIBUTES(sixty), *state), "developer");
    begins(role_by("okta.xml", rules, ATTRIBUTES(sixty), *state), "claim_invalid: groups is longer than 1024 bytes");
    begins(role_by("onelogin.xml", rules, ATTRIBUTES(apr_pstrcat(*state, part, ";r999", NULL)), *state),
           "claim_invalid: groups is longer than 1024 bytes");
    begins(role_by("onelogin.xml", rules, ATTRIBUTES("groups=r999\n;x"), *state), "claim_invalid: groups holds a control character");
    assert_string_equal(role_by("onelogin.xml", rules, ATTRIBUTES(many_with("r", 1, ";", 1000, *state)), *state), "finance");
    begins(role_by("onelogin.xml", rules, ATTRIBUTES(many_with("r", 1, ";", 1002, *state)), *state), "claim_invalid: 1001 values");
    begins(role_by("onelogin.xml", rules, ATTRIBUTES(many_with("", 100, ";", 700, *state)), *state),
           "claim_invalid: groups is longer than 65536 bytes");
}

static void looks_at_a_thousand_values_and_no_more(void **state)
{
    assert_string_equal(role_of("claim groups\nvalue developer g999\n", ATTRIBUTES(many(1000, *state)), *state), "developer");
    begins(role_of("claim groups\nvalue developer g0\n", ATTRIBUTES(many(1001, *state)), *state), "claim_invalid: 1001 values");
}

static void refuses_everybody_when_rules_cannot_be_read(void **state)
{
    begins(role_of("suffix developer devs\n", ATTRIBUTES(ROLE "=developer"), *state),
           "role_forbidden: the role rules of the account cannot be read: Line 1:");
}

/* What is kept, with '/' for tabs and ',' for line ends. */
static const char *kept(const char *rules, const char *const *attributes, apr_pool_t *p)
{
    const scene_t *scene = make_scene(rules, p);
    char *text = apr_pstrdup(p, ik_claim_received(&scene->ctx, assertion_of(attributes, p), &scene->account));

    for (char *c = text; *c; c++)
        *c = *c == '\t' ? '/' : *c == '\n' ? ',' : *c;
    return text;
}

static void keeps_what_a_role_may_come_from_and_nothing_else(void **state)
{
    assert_string_equal(kept("", ATTRIBUTES("full_name=Zoe", "phone=1", "Groups=a|b", ROLE "=developer"), *state),
                        "/imagekit_role,developer,/Groups,a,b,");
    assert_string_equal(kept("claim department\nvalue developer x\n", ATTRIBUTES("memberOf=m", "department=x", "role=r"), *state),
                        "/department,x,/role,r,/memberOf,m,");
    assert_string_equal(kept("", ATTRIBUTES("full_name=Zoe"), *state), "");
    assert_string_equal(kept("", ATTRIBUTES("role=a|(xml)|b"), *state), "/role,a,/,");
}

static const char *values(const char *text, const char *names, apr_pool_t *p)
{
    const apr_array_header_t *found = ik_received_values(text, ik_text_words(p, names), p);

    return found ? apr_pstrcat(p, "(", ik_text_join(p, found, "|"), ")", NULL) : "unknown";
}

static void reads_back_what_it_kept(void **state)
{
    static const char text[] = "\timagekit_role\ndeveloper\n\tGroups\na\nb\n\trole\nc\n\tGroups\nb\nd\n";

    assert_string_equal(values(text, "imagekit_role", *state), "(developer)");
    assert_string_equal(values(text, "Groups", *state), "(a|b|d)");
    assert_string_equal(values(text, "imagekit_role role", *state), "(developer|c)");
    /* It would have been kept, so it did not come. */
    assert_string_equal(values(text, "groups", *state), "()");
    assert_string_equal(values(text, "department", *state), "unknown");
    assert_string_equal(values("", "groups", *state), "unknown");
    assert_string_equal(values(NULL, "groups", *state), "unknown");
    assert_string_equal(values("\tgroups\na\n\t\n", "groups", *state), "unknown");
}

/* 150 of them is what Entra ID sends at most, each a GUID. */
static void keeps_as_much_as_fits_and_knows_when_it_did_not(void **state)
{
    const char *guids = "groups=00000000-0000-0000-0000-000000000000", *text;
    const scene_t *scene = make_scene("claim groups\nvalue developer x\n", *state);

    for (int i = 1; i < 150; i++)
        guids = apr_psprintf(*state, "%s|00000000-0000-0000-0000-%012d", guids, i);
    text = ik_claim_received(&scene->ctx, assertion_of(ATTRIBUTES(guids), *state), &scene->account);
    assert_int_equal(ik_received_values(text, ik_text_words(*state, "groups"), *state)->nelts, 150);
    for (int i = 150; i < 300; i++)
        guids = apr_psprintf(*state, "%s|00000000-0000-0000-0000-%012d", guids, i);
    text = ik_claim_received(&scene->ctx, assertion_of(ATTRIBUTES(guids), *state), &scene->account);
    assert_in_range(strlen(text), IK_RECEIVED_MAX - 64, IK_RECEIVED_MAX);
    assert_null(ik_received_values(text, ik_text_words(*state, "groups"), *state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(reads_several_attributes_as_one),
        pool_test(looks_where_the_role_is_unless_told_otherwise),
        pool_test(tells_when_entra_left_the_groups_out),
        pool_test(refuses_values_that_are_none),
        pool_test(looks_at_a_thousand_values_and_no_more),
        pool_test(takes_apart_what_onelogin_joins_and_nobody_else),
        pool_test(holds_the_parts_of_a_joined_value_against_the_bounds_of_values),
        pool_test(refuses_everybody_when_rules_cannot_be_read),
        pool_test(keeps_what_a_role_may_come_from_and_nothing_else),
        pool_test(reads_back_what_it_kept),
        pool_test(keeps_as_much_as_fits_and_knows_when_it_did_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
