/* SPDX-License-Identifier: Apache-2.0 */
/* Forms that wait for a login: whole, once, for the browser that sent them, and not for long. */
#include "sso/held.h"
#include "town.h"

#define STRANGER "BBBBBBBBBBBBBBBBBBBBBB"

/* A form that is held, and what its browser has of it. */
typedef struct form_t {
    const town_t *town;
    const char *handle, *cookie;
} form_t;

static form_t keep(const town_t *town, const char *body)
{
    form_t form = { .town = town };

    assert_int_equal(ik_held_keep(&form.handle, &form.cookie, town->ctx, "/x?y=1", body, strlen(body)), APR_SUCCESS);
    return form;
}

/* Takes it by that handle, as a browser with that cookie. */
static apr_status_t take(const form_t *form, const char *handle, const char *cookie)
{
    const char *url, *body;
    apr_size_t len;

    return ik_held_take(&url, &body, &len, form->town->ctx, handle, cookie);
}

static void gives_back_the_form_once(void **state)
{
    town_t town = make_town(*state);
    form_t form = keep(&town, "a=1&b=%00");
    const char *url, *body;
    apr_size_t len;

    assert_int_equal(strlen(form.handle), 22);
    assert_int_equal(strlen(form.cookie), 22);
    assert_string_not_equal(form.handle, form.cookie);
    assert_int_equal(ik_held_take(&url, &body, &len, form.town->ctx, form.handle, form.cookie), APR_SUCCESS);
    assert_string_equal(url, "/x?y=1");
    assert_string_equal(body, "a=1&b=%00");
    assert_int_equal(len, 9);
    assert_int_equal(take(&form, form.handle, form.cookie), APR_NOTFOUND);
}

static void keeps_an_empty_form_and_the_largest(void **state)
{
    town_t town = make_town(*state);
    char *large = apr_pcalloc(town.database->p, IK_HELD_MAX + 1);
    form_t empty = keep(&town, ""), full;
    const char *url, *body;
    apr_size_t len;

    memset(large, 'a', IK_HELD_MAX);
    full = keep(&town, large);
    assert_int_equal(ik_held_take(&url, &body, &len, full.town->ctx, full.handle, full.cookie), APR_SUCCESS);
    assert_int_equal(len, IK_HELD_MAX);
    assert_string_equal(body, large);
    assert_int_equal(take(&empty, empty.handle, empty.cookie), APR_SUCCESS);
}

static void keeps_no_form_that_is_too_large_or_none(void **state)
{
    town_t town = make_town(*state);
    char *large = apr_pcalloc(town.database->p, IK_HELD_MAX + 2);
    const char *handle, *cookie;

    memset(large, 'a', IK_HELD_MAX + 1);
    assert_int_equal(ik_held_keep(&handle, &cookie, town.ctx, "/x", large, IK_HELD_MAX + 1), APR_ERANGE);
    assert_int_equal(ik_held_keep(&handle, &cookie, town.ctx, "/x", "a\0b", 3), APR_ERANGE);
    assert_int_equal(ask_sql(town.database, "SELECT count(*) FROM ik_held"), 0);
}

static void gives_it_to_no_other_browser(void **state)
{
    static const char *const cookies[] = { STRANGER, "", "x", " " };
    town_t town = make_town(*state);

    for (size_t i = 0; i < ROWS(cookies); i++) {
        form_t form = keep(&town, "a=1");

        assert_int_equal(take(&form, form.handle, cookies[i]), APR_NOTFOUND);
    }
}

static void tells_forms_apart(void **state)
{
    town_t town = make_town(*state);
    form_t one = keep(&town, "a=1"), two = keep(&town, "a=2");

    assert_string_not_equal(one.handle, two.handle);
    assert_int_equal(take(&one, STRANGER, one.cookie), APR_NOTFOUND);
    assert_int_equal(take(&one, "", one.cookie), APR_NOTFOUND);
    assert_int_equal(take(&one, one.handle, two.cookie), APR_NOTFOUND);
    assert_int_equal(take(&two, two.handle, two.cookie), APR_SUCCESS);
}

static void gives_none_to_another_host_of_the_database(void **state)
{
    town_t town = make_town(*state);
    form_t form = keep(&town, "a=1");

    form.town->scene->machine->settings.origin.text = "https://imagekit.io:8443";
    assert_int_equal(take(&form, form.handle, form.cookie), APR_NOTFOUND);
}

static void waits_for_a_quarter_of_an_hour(void **state)
{
    town_t town = make_town(*state);
    form_t early = keep(&town, "a=1"), late = keep(&town, "a=1");

    town.ctx->now += IK_HELD_LIFETIME - 1;
    assert_int_equal(take(&early, early.handle, early.cookie), APR_SUCCESS);
    town.ctx->now += 1;
    assert_int_equal(take(&late, late.handle, late.cookie), APR_NOTFOUND);
}

/* Whoever reads the database, or writes to it, learns no form and makes none. */
static void lies_sealed_in_the_database(void **state)
{
    town_t town = make_town(*state);
    form_t form = keep(&town, "secret=word");

    assert_int_equal(ask_sql(form.town->database, "SELECT count(*) FROM ik_held WHERE text LIKE '%secret%'"), 0);
    run_sql(form.town->database, "UPDATE ik_held SET text = 'secret=word'");
    assert_int_equal(take(&form, form.handle, form.cookie), APR_NOTFOUND);
}

static void says_when_the_database_fails(void **state)
{
    town_t town = make_town(*state);
    form_t form = keep(&town, "a=1");
    const char *handle, *cookie;
    apr_status_t rv;

    run_sql(form.town->database, "DROP TABLE ik_held");
    rv = ik_held_keep(&handle, &cookie, form.town->ctx, "/x", "a=1", 3);
    assert_true(rv != APR_SUCCESS && rv != APR_ERANGE);
    rv = take(&form, form.handle, form.cookie);
    assert_true(rv != APR_SUCCESS && rv != APR_NOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(gives_back_the_form_once),
        ON_FRESH(keeps_an_empty_form_and_the_largest),
        ON_FRESH(keeps_no_form_that_is_too_large_or_none),
        ON_FRESH(gives_it_to_no_other_browser),
        ON_FRESH(tells_forms_apart),
        ON_FRESH(gives_none_to_another_host_of_the_database),
        ON_FRESH(waits_for_a_quarter_of_an_hour),
        ON_FRESH(lies_sealed_in_the_database),
        ON_FRESH(says_when_the_database_fails),
    };

    return run_on_databases(tests);
}
