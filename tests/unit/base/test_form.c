/* SPDX-License-Identifier: Apache-2.0 */
/* Tests base/form.c. */
#include "../pool.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "base/form.h"

/* Parses from memory that ends with the body, so that a reader who goes on is caught. */
static apr_status_t parse(apr_table_t **fields, const char *body, apr_size_t len, apr_pool_t *p)
{
    char *exact = malloc(len ? len : 1);
    apr_status_t rv;

    assert_non_null(exact);
    memcpy(exact, body, len);
    rv = ik_form_parse(fields, exact, len, p);
    free(exact);
    return rv;
}

static void decodes_names_and_values(void **state)
{
    static const struct {
        const char *body, *name, *value;
    } rows[] = {
        { "a=b", "a", "b" }, { "a=", "a", "" }, { "a", "a", "" }, { "=b", "", "b" }, { "a=b=c", "a", "b=c" },
        { "a==", "a", "=" },
        { "a=b+c", "a", "b c" }, { "a+b=c", "a b", "c" }, { "a=%2B", "a", "+" },
        { "a=1%2b1+%3d+2", "a", "1+1 = 2" },
        { "%61=%62", "a", "b" }, { "a=%26%3D", "a", "&=" }, { "a=%25", "a", "%" }, { "a=%2541", "a", "%41" },
        { "a=%C3%A9%c3%a9", "a", "\xc3\xa9\xc3\xa9" }, { "a=\xc3\xa9", "a", "\xc3\xa9" },
        { "a=%0D%0A", "a", "\r\n" },
        { "a&b=c", "a", "" }, { "a=b&c=d", "c", "d" }, { "&&a=b&&", "a", "b" }, { "a=b;c=d", "a", "b;c=d" },
        { "a=1&A=2", "A", "2" },
        { "a=1&A=2", "a", "1" },
        { "SAMLResponse=PHNhbWw%2B%0D%0AYQ%3D%3D&RelayState=https%3A%2F%2Fimagekit.io%2Fdashboard", "RelayState",
          "https://imagekit.io/dashboard" },
        { "SAMLResponse=PHNhbWw%2B%0D%0AYQ%3D%3D&RelayState=", "SAMLResponse", "PHNhbWw+\r\nYQ==" },
    };
    apr_table_t *fields;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        assert_int_equal(parse(&fields, rows[i].body, strlen(rows[i].body), *state), APR_SUCCESS);
        assert_non_null(ik_form_get(fields, rows[i].name));
        assert_string_equal(ik_form_get(fields, rows[i].name), rows[i].value);
    }
}

static void finds_names_exactly(void **state)
{
    apr_table_t *fields;

    assert_int_equal(parse(&fields, "SAMLResponse=x", 14, *state), APR_SUCCESS);
    assert_null(ik_form_get(fields, "samlresponse"));
    assert_null(ik_form_get(fields, "SAMLRespons"));
    assert_null(ik_form_get(fields, ""));
    assert_int_equal(parse(&fields, "", 0, *state), APR_SUCCESS);
    assert_null(ik_form_get(fields, "a"));
    assert_null(ik_form_get(fields, ""));
    assert_int_equal(ik_form_parse(&fields, NULL, 0, *state), APR_SUCCESS);
    assert_null(ik_form_get(fields, "a"));
}

static void refuses_bad_bytes(void **state)
{
    static const char *const rows[] = {
        "a=%", "a=%4", "a=%4&b=1", "a=%zz", "a=%4g", "a=%g4", "a=% 41", "a=%+4", "a=%%41", "a=b%", "%=b", "%4=b",
        "b=1&a=%",
        "a=%00", "a=x%00y", "%00=x", "a%00b=x", "a=%ff", "a=\xff", "a=%c0%af", "\xc3=x", "a=%c3", "a=%c3&b=%a9",
        "a=%ed%a0%80", "%e9=x",
        "a=%u0041",
    };
    apr_table_t *fields = NULL;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(parse(&fields, rows[i], strlen(rows[i]), *state), APR_EINVAL);
    assert_int_equal(parse(&fields, "a=b\0c=d", 7, *state), APR_EINVAL);
    assert_int_equal(parse(&fields, "a=b\0", 4, *state), APR_EINVAL);
    assert_null(fields);
}

static void refuses_a_name_given_twice(void **state)
{
    static const char *const rows[] = {
        "a=1&a=2", "a=1&a=1", "a&a", "a=1&b=2&a=3", "a=1&%61=2", "SAMLResponse=x&SAML%52esponse=y", "=1&=2",
        "a+b=1&a%20b=2",
    };
    apr_table_t *fields = NULL;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++)
        assert_int_equal(parse(&fields, rows[i], strlen(rows[i]), *state), APR_EEXIST);
    assert_null(fields);
}

static const char *body_of(apr_pool_t *p, int fields)
{
    const char *body = "";
    int i;

    for (i = 0; i < fields; i++)
        body = apr_psprintf(p, "%sf%d=%d&", body, i, i);
    return body;
}

static void refuses_too_many_fields(void **state)
{
    const char *most = body_of(*state, IK_FORM_MAX_FIELDS), *more = body_of(*state, IK_FORM_MAX_FIELDS + 1);
    apr_table_t *fields = NULL;

    assert_int_equal(parse(&fields, more, strlen(more), *state), APR_ENOSPC);
    assert_null(fields);
    assert_int_equal(parse(&fields, most, strlen(most), *state), APR_SUCCESS);
    assert_string_equal(ik_form_get(fields, "f63"), "63");
}

/* Some forms have more: each says how many. */
static void reads_as_many_fields_as_a_form_may_have(void **state)
{
    const char *body = body_of(*state, 428);
    apr_table_t *fields = NULL;

    assert_int_equal(ik_form_parse_of(&fields, body, strlen(body), 427, *state), APR_ENOSPC);
    assert_null(fields);
    assert_int_equal(ik_form_parse_of(&fields, body, strlen(body), 428, *state), APR_SUCCESS);
    assert_string_equal(ik_form_get(fields, "f427"), "427");
    body = apr_pstrcat(*state, body, "f0=again", NULL);
    assert_int_equal(ik_form_parse_of(&fields, body, strlen(body), 500, *state), APR_EEXIST);
}

static void reads_a_large_value(void **state)
{
    const apr_size_t len = 1024 * 1024;
    char *body = apr_palloc(*state, len + 1);
    apr_table_t *fields;

    memset(body, '+', len);
    body[0] = 'a';
    body[1] = '=';
    body[len] = '\0';
    assert_int_equal(parse(&fields, body, len, *state), APR_SUCCESS);
    assert_int_equal(strlen(ik_form_get(fields, "a")), len - 2);
    assert_int_equal(strspn(ik_form_get(fields, "a"), " "), len - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        pool_test(decodes_names_and_values),
        pool_test(finds_names_exactly),
        pool_test(refuses_bad_bytes),
        pool_test(refuses_a_name_given_twice),
        pool_test(refuses_too_many_fields),
        pool_test(reads_as_many_fields_as_a_form_may_have),
        pool_test(reads_a_large_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
