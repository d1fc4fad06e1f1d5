/* SPDX-License-Identifier: Apache-2.0 */
/* Tells backends who is signed in: variables, headers, REMOTE_USER. */
#include "httpd/identity.h"

#include <apr_strings.h>

#include "base/encode.h"
#include "httpd/routes.h"

enum { EMAIL, ACCOUNT, FULL_NAME, ROLE, IDP, AUTHN_TIME, SESSION, FACTS };

/* One row per fact about a signed-in user. Only this module writes these names, so one header stands for all. */
static const struct {
    const char *variable, *header;
    const char *cgi;    /* what CGI and SSI make of the header */
} facts[FACTS] = {
    [EMAIL] = { "IKSSO_EMAIL", "X-IK-Email", "HTTP_X_IK_EMAIL" },
    [ACCOUNT] = { "IKSSO_ACCOUNT", "X-IK-Account", "HTTP_X_IK_ACCOUNT" },
    [FULL_NAME] = { "IKSSO_FULL_NAME", "X-IK-Full-Name", "HTTP_X_IK_FULL_NAME" },
    [ROLE] = { "IKSSO_ROLE", "X-IK-Role", "HTTP_X_IK_ROLE" },
    [IDP] = { "IKSSO_IDP", "X-IK-IdP", "HTTP_X_IK_IDP" },
    [AUTHN_TIME] = { "IKSSO_AUTHN_TIME", "X-IK-Authn-Time", "HTTP_X_IK_AUTHN_TIME" },
    [SESSION] = { "IKSSO_SESSION", "X-IK-Session", "HTTP_X_IK_SESSION" },
};

static void read_facts(const char *values[FACTS], const ik_identity_t *identity, apr_pool_t *p)
{
    values[EMAIL] = identity->email;
    values[ACCOUNT] = identity->account;
    values[FULL_NAME] = identity->name;
    values[ROLE] = identity->role;
    values[IDP] = identity->idp;
    values[AUTHN_TIME] = apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)apr_time_sec(identity->authenticated));
    values[SESSION] = identity->session;
}

/* A sub-request or redirect shares its headers with the request it came from, which must not notice. */
static apr_table_t *own_headers(request_rec *r)
{
    if (r->main || r->prev)
        r->headers_in = apr_table_copy(r->pool, r->headers_in);
    return r->headers_in;
}

static void set_headers(request_rec *r, const char *const values[FACTS])
{
    apr_table_t *headers = own_headers(r);
    int i;

    for (i = 0; i < FACTS; i++)
        apr_table_setn(headers, facts[i].header, ik_encode_header(r->pool, values[i]));
}

static void set_facts(request_rec *r, const ik_identity_t *identity, int has_headers)
{
    const char *values[FACTS];
    int i;

    read_facts(values, identity, r->pool);
    for (i = 0; i < FACTS; i++)
        apr_table_setn(r->subprocess_env, facts[i].variable, values[i]);
    if (!has_headers)
        set_headers(r, values);
    r->user = apr_pstrdup(r->pool, identity->email);
    r->ap_auth_type = "ikssoauth";
}

static void clear_facts(request_rec *r, int has_headers)
{
    apr_table_t *headers = has_headers ? own_headers(r) : NULL;
    int i;

    for (i = 0; i < FACTS; i++) {
        apr_table_unset(r->subprocess_env, facts[i].variable);
        apr_table_unset(r->subprocess_env, facts[i].cgi);
        if (headers)
            apr_table_unset(headers, facts[i].header);
    }
    /* A sub-request inherits the variables that SSI made for its parent. */
    if (!r->user) {
        apr_table_unset(r->subprocess_env, "REMOTE_USER");
        apr_table_unset(r->subprocess_env, "AUTH_TYPE");
    }
}

static void tell(request_rec *r, ik_visit_t *visit)
{
    const ik_identity_t *identity = ik_in_force(r) ? ik_visit_identity(visit) : NULL;
    int has_headers = apr_table_get(r->headers_in, facts[SESSION].header) != NULL;

    if (identity)
        set_facts(r, identity, has_headers);
    else if (has_headers || r->main || r->prev)
        clear_facts(r, has_headers);
}

int ik_identity_tell(request_rec *r)
{
    ik_step_t *step = ik_step(r);

    /* Endpoints work for people whoever they are. */
    if (step && step->told != r->per_dir_config && !ik_route_of(r)) {
        step->told = r->per_dir_config;
        tell(r, step->visit);
    }
    return DECLINED;
}
