/* SPDX-License-Identifier: Apache-2.0 */
/* The token of a form: good for the session and form it was made for, and for nothing else. */
#include "session_host.h"
#include "sso/form_token.h"

#define HOURS(n) S((n) * 3600)

static void accepts_the_token_it_made(void **state)
{
    const host_t *host = our_host(*state);
    const char *token = ik_form_token(&host->ctx, zoe.session, "logout");

    assert_non_null(token);
    assert_true(ik_form_token_is_valid(&host->ctx, zoe.session, "logout", token));
    assert_true(ik_form_token_is_valid(&host->ctx, zoe.session, "logout", token));     /* the form may be sent again */
}

static void makes_another_token_each_time(void **state)
{
    const host_t *host = our_host(*state);

    assert_string_not_equal(ik_form_token(&host->ctx, zoe.session, "logout"), ik_form_token(&host->ctx, zoe.session, "logout"));
}

static void refuses_the_token_of_another_session_form_host_or_key(void **state)
{
    const host_t *host = our_host(*state);
    const host_t *port = make_host("https://imagekit.io:8443", OLD, *state);
    const host_t *stranger = make_host("https://imagekit.io", NEW, *state);
    const char *token = ik_form_token(&host->ctx, zoe.session, "logout");
    ik_identity_t other = zoe;

    other.session = "BBBBBBBBBBBBBBBBBBBBBB";
    assert_false(ik_form_token_is_valid(&host->ctx, other.session, "logout", token));
    assert_false(ik_form_token_is_valid(&host->ctx, zoe.session, "settings", token));
    assert_false(ik_form_token_is_valid(&host->ctx, zoe.session, "", token));
    assert_false(ik_form_token_is_valid(&host->ctx, zoe.session, "logout2", token));
    assert_false(ik_form_token_is_valid(&port->ctx, zoe.session, "logout", token));
    assert_false(ik_form_token_is_valid(&stranger->ctx, zoe.session, "logout", token));
    assert_true(ik_form_token_is_valid(&host->ctx, zoe.session, "logout", token));
}

/* The session of a new key's cookie goes on, and so do the forms that are open in its tabs. */
static void accepts_the_token_of_an_older_key(void **state)
{
    const host_t *before = our_host(*state), *after = make_host("https://imagekit.io", OLD NEW, *state);

    assert_true(ik_form_token_is_valid(&after->ctx, zoe.session, "logout", ik_form_token(&before->ctx, zoe.session, "logout")));
}

static void lasts_for_its_lifetime_whatever_clocks_do_within_the_skew(void **state)
{
    static const struct { apr_time_t later; int valid; } rows[] = {
        { 0, 1 }, { HOURS(11), 1 }, { IK_FORM_TOKEN_LIFETIME - 1, 1 }, { IK_FORM_TOKEN_LIFETIME, 0 },
        { HOURS(24 * 365), 0 }, { -S(SKEW), 1 }, { -S(SKEW) - 1, 0 }, { -HOURS(24), 0 },
    };
    host_t *host = our_host(*state);
    const char *token = ik_form_token(&host->ctx, zoe.session, "logout");

    for (size_t i = 0; i < ROWS(rows); i++) {
        host->ctx.now = START + rows[i].later;
        assert_int_equal(ik_form_token_is_valid(&host->ctx, zoe.session, "logout", token), rows[i].valid);
    }
}

static void refuses_what_is_no_token(void **state)
{
    const host_t *host = our_host(*state);
    const char *token = ik_form_token(&host->ctx, zoe.session, "logout");
    char *flipped = apr_pstrdup(*state, token), *large = apr_pcalloc(*state, 1000001);
    const char *rows[] = {
        NULL, "", "x", "logout", zoe.session, token + 1, flipped, large, seal(host, &zoe),
        apr_pstrcat(*state, token, "A", NULL), apr_pstrcat(*state, token, "=", NULL),
        apr_pstrmemdup(*state, token, strlen(token) - 1), "\xff\xfe", "../../etc/passwd",
    };

    flipped[40] = flipped[40] == 'A' ? 'B' : 'A';
    memset(large, 'A', 1000000);
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_false(ik_form_token_is_valid(&host->ctx, zoe.session, "logout", rows[i]));
}

static void is_no_session_cookie(void **state)
{
    const host_t *host = our_host(*state);

    assert_int_equal(state_of(host, ik_form_token(&host->ctx, zoe.session, "logout")), IK_SESSION_UNREADABLE);
}

static void makes_none_that_could_not_be_checked(void **state)
{
    const host_t *host = our_host(*state);
    char *form = apr_pcalloc(*state, 70001);

    memset(form, 'f', 70000);
    assert_null(ik_form_token(&host->ctx, zoe.session, form));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(accepts_the_token_it_made),
        pool_test(makes_another_token_each_time),
        pool_test(refuses_the_token_of_another_session_form_host_or_key),
        pool_test(accepts_the_token_of_an_older_key),
        pool_test(lasts_for_its_lifetime_whatever_clocks_do_within_the_skew),
        pool_test(refuses_what_is_no_token),
        pool_test(is_no_session_cookie),
        pool_test(makes_none_that_could_not_be_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
