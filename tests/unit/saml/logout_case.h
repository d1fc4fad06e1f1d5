/* SPDX-License-Identifier: Apache-2.0 */
/* Leads one message of tests/fixtures/logout/ through saml/logout, by the binding that its name tells. */
#ifndef IK_TESTS_LOGOUT_CASE_H
#define IK_TESTS_LOGOUT_CASE_H

#include "../fixture.h"

#include <string.h>

#include <apr_file_info.h>

#include "saml/logout.h"

#define OURS "https://imagekit.test/logout"
#define SKEW apr_time_from_sec(180)

typedef struct logout_case_t {
    const char *name;           /* the file */
    ik_logout_t *message;
    ik_logout_said_t *said;
    ik_refusal_t why;
} logout_case_t;

static inline ik_trust_t *logout_trust(apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    ik_trust_t *trust;

    assert_int_equal(ik_trust_build(&trust, fixture_read(p, "logout/idp.xml", NULL), p, &why), APR_SUCCESS);
    return trust;
}

static inline apr_time_t logout_now(apr_pool_t *p)
{
    return apr_time_from_sec(apr_atoi64(fixture_read(p, "logout/now", NULL)));
}

static inline const apr_array_header_t *logout_ours(apr_pool_t *p)
{
    apr_array_header_t *ours = apr_array_make(p, 2, sizeof(const char *));

    APR_ARRAY_PUSH(ours, const char *) = "https://imagekit.test/elsewhere";
    APR_ARRAY_PUSH(ours, const char *) = OURS;
    return ours;
}

static inline apr_status_t logout_parse(logout_case_t *c, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    const char *dot = strrchr(c->name, '.');

    if (strcmp(dot, ".query") == 0)
        return ik_logout_parse_redirect(&c->message, bytes, p, &c->why);
    if (strcmp(dot, ".soap") == 0)
        return ik_logout_parse_soap(&c->message, bytes, len, p, &c->why);
    return ik_logout_parse_post(&c->message, bytes, strncmp(c->name, "response", 8) != 0, p, &c->why);
}

/* Parses, verifies and checks. */
static inline apr_status_t logout_lead(logout_case_t *c, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    apr_status_t rv;

    c->why = (ik_refusal_t){ .p = p };
    rv = logout_parse(c, bytes, len, p);
    if (rv == APR_SUCCESS)
        rv = ik_logout_verify(&c->said, c->message, logout_trust(p), &c->why);
    if (rv == APR_SUCCESS)
        rv = ik_logout_check(c->said, logout_ours(p), SKEW, logout_now(p), &c->why);
    return rv;
}

static inline logout_case_t *logout_file(apr_status_t *rv, const char *directory, const char *name, apr_pool_t *p)
{
    logout_case_t *c = apr_pcalloc(p, sizeof *c);
    apr_size_t len;
    const char *bytes = fixture_read(p, apr_pstrcat(p, "logout/", directory, "/", name, NULL), &len);

    c->name = apr_pstrdup(p, name);
    *rv = logout_lead(c, bytes, len, p);
    return c;
}

/* The names in a directory below tests/fixtures/logout/ (directories: those without a dot). */
static inline apr_array_header_t *logout_names(const char *directory, int directories, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 32, sizeof(const char *));
    apr_finfo_t info;
    apr_dir_t *dir;

    assert_int_equal(apr_dir_open(&dir, fixture_path(p, apr_pstrcat(p, "logout/", directory, NULL)), p), APR_SUCCESS);
    while (apr_dir_read(&info, APR_FINFO_NAME | APR_FINFO_TYPE, dir) == APR_SUCCESS)
        if (info.name[0] != '.' && (info.filetype == APR_DIR) == directories)
            APR_ARRAY_PUSH(names, const char *) = apr_pstrdup(p, info.name);
    apr_dir_close(dir);
    return names;
}

#endif
