/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the stored form of a checklist: what is written is read, and nothing else is. */
#include "../pool.h"

#include <string.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "sso/checklist.h"

static void add_claim(ik_checklist_t *list, const char *name, const char *first, const char *second, apr_pool_t *p)
{
    ik_claim_seen_t *claim = apr_array_push(list->claims);

    claim->name = name;
    claim->values = apr_array_make(p, 2, sizeof(const char *));
    APR_ARRAY_PUSH(claim->values, const char *) = first;
    APR_ARRAY_PUSH(claim->values, const char *) = second;
}

static ik_checklist_t *make_list(apr_pool_t *p)
{
    ik_checklist_t *list = apr_pcalloc(p, sizeof *list);

    list->checks[IK_CHECK_READABLE].state = IK_CHECK_PASSED;
    list->checks[IK_CHECK_AUDIENCE] = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_AUDIENCE_MISMATCH, "\"x\" …" };
    list->checks[IK_CHECK_USER] = (ik_checked_t){ IK_CHECK_FAILED, IK_REASON_NOT_ALLOWED, NULL };
    list->checks[IK_CHECK_ROLE] = (ik_checked_t){ IK_CHECK_SKIPPED, 0, "cannot be shown" };
    list->issuer = "https://idp.test/";
    list->name = "";
    list->role = "developer";
    list->claims = apr_array_make(p, 2, sizeof(ik_claim_seen_t));
    add_claim(list, "NameID", "ann@acme.test", "", p);
    add_claim(list, "", NULL, "=\n<>", p);
    list->warnings = apr_array_make(p, 2, sizeof(const char *));
    APR_ARRAY_PUSH(list->warnings, const char *) = "Ärger.";
    return list;
}

static int same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void assert_same_texts(const apr_array_header_t *a, const apr_array_header_t *b)
{
    assert_int_equal(a->nelts, b->nelts);
    for (int i = 0; i < a->nelts; i++)
        assert_true(same(APR_ARRAY_IDX(a, i, const char *), APR_ARRAY_IDX(b, i, const char *)));
}

static void assert_same(const ik_checklist_t *a, const ik_checklist_t *b)
{
    for (int id = 0; id < IK_CHECK_COUNT; id++) {
        assert_int_equal(a->checks[id].state, b->checks[id].state);
        assert_int_equal(a->checks[id].reason, b->checks[id].reason);
        assert_true(same(a->checks[id].detail, b->checks[id].detail));
    }
    assert_int_equal(a->passed, b->passed);
    assert_true(same(a->issuer, b->issuer) && same(a->email, b->email));
    assert_true(same(a->name, b->name) && same(a->role, b->role));
    assert_int_equal(a->claims->nelts, b->claims->nelts);
    for (int i = 0; i < a->claims->nelts; i++) {
        assert_string_equal(APR_ARRAY_IDX(a->claims, i, ik_claim_seen_t).name,
                            APR_ARRAY_IDX(b->claims, i, ik_claim_seen_t).name);
        assert_same_texts(APR_ARRAY_IDX(a->claims, i, ik_claim_seen_t).values,
                          APR_ARRAY_IDX(b->claims, i, ik_claim_seen_t).values);
    }
    assert_same_texts(a->warnings, b->warnings);
}

static void reads_what_was_written(void **state)
{
    ik_checklist_t *list = make_list(*state), *again;

    again = ik_checklist_read(ik_checklist_text(list, *state), *state);
    assert_non_null(again);
    assert_same(list, again);
    list->checks[IK_CHECK_AUDIENCE] = list->checks[IK_CHECK_USER] = (ik_checked_t){ IK_CHECK_PASSED, 0, NULL };
    list->passed = 1;
    list->claims->nelts = list->warnings->nelts = 0;
    again = ik_checklist_read(ik_checklist_text(list, *state), *state);
    assert_non_null(again);
    assert_same(list, again);
}

static void writes_no_text_that_is_too_long_to_be_read(void **state)
{
    ik_checklist_t *list = make_list(*state);
    char *text = apr_palloc(*state, 70001);

    memset(text, 'x', 70000);
    text[70000] = '\0';
    list->issuer = text;
    assert_null(ik_checklist_text(list, *state));
}

static const char *encoded(const unsigned char *bytes, apr_size_t len, apr_pool_t *p)
{
    return ik_encode_base64url(p, bytes, len);
}

static void reads_nothing_that_is_cut_or_continued(void **state)
{
    const char *text = ik_checklist_text(make_list(*state), *state);
    const unsigned char *bytes;
    unsigned char *longer;
    apr_size_t len;

    assert_int_equal(ik_decode_base64url(&bytes, &len, text, *state), APR_SUCCESS);
    for (apr_size_t i = 0; i < len; i++)
        assert_null(ik_checklist_read(encoded(bytes, i, *state), *state));
    longer = apr_pcalloc(*state, len + 1);
    memcpy(longer, bytes, len);
    assert_null(ik_checklist_read(encoded(longer, len + 1, *state), *state));
    assert_non_null(ik_checklist_read(encoded(longer, len, *state), *state));
}

/* Whatever byte is changed to whatever: no list with what a list cannot have. */
static void reads_no_list_that_cannot_be(void **state)
{
    const char *text = ik_checklist_text(make_list(*state), *state);
    const unsigned char *bytes;
    unsigned char *changed;
    apr_size_t len;

    assert_int_equal(ik_decode_base64url(&bytes, &len, text, *state), APR_SUCCESS);
    changed = apr_pmemdup(*state, bytes, len);
    for (apr_size_t i = 0; i < len; i++) {
        for (int value = 0; value < 256; value++) {
            const ik_checklist_t *list;
            apr_pool_t *p;

            assert_int_equal(apr_pool_create(&p, *state), APR_SUCCESS);
            changed[i] = (unsigned char)value;
            list = ik_checklist_read(encoded(changed, len, p), p);
            for (int id = 0; list && id < IK_CHECK_COUNT; id++) {
                assert_true(list->checks[id].state <= IK_CHECK_FAILED);
                assert_true(list->checks[id].reason < IK_REASON_COUNT);
                assert_true(list->checks[id].state != IK_CHECK_FAILED || !list->passed);
            }
            apr_pool_destroy(p);
        }
        changed[i] = bytes[i];
    }
}

static void reads_nothing_from_what_is_none(void **state)
{
    static const char *const texts[] = { "", "A", "AAAA", "%", "=", "AAAAAAAAAAE", "AAAAAAAAAAH_______-w" };
    const char *text = ik_checklist_text(make_list(*state), *state);

    for (size_t i = 0; i < ROWS(texts); i++)
        assert_null(ik_checklist_read(texts[i], *state));
    assert_null(ik_checklist_read(apr_pstrcat(*state, text, "=", NULL), *state));
    assert_null(ik_checklist_read(apr_pstrcat(*state, " ", text, NULL), *state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(reads_what_was_written),
        pool_test(writes_no_text_that_is_too_long_to_be_read),
        pool_test(reads_nothing_that_is_cut_or_continued),
        pool_test(reads_no_list_that_cannot_be),
        pool_test(reads_nothing_from_what_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
