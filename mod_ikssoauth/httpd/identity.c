/* SPDX-License-Identifier: Apache-2.0 */
/* Tells backends who is signed in: variables, headers, REMOTE_USER. */
#include "httpd/identity.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include "base/encode.h"
#include "httpd/routes.h"
#include "model/attribute.h"

#define HEADER_MAX 4096     /* bytes of an attribute in a header: backends refuse requests with larger ones */

enum { EMAIL, ACCOUNT, FULL_NAME, ROLE, IDP, AUTHN_TIME, SESSION, FACTS };

/* Only this module writes these names, so one header stands for all. */
typedef struct names_t {
    const char *variable, *header;
    const char *cgi;    /* what CGI and SSI make of the header */
} names_t;

/* One row per fact about every signed-in user. */
static const names_t facts[FACTS] = {
    [EMAIL] = { "IKSSO_EMAIL", "X-IK-Email", "HTTP_X_IK_EMAIL" },
    [ACCOUNT] = { "IKSSO_ACCOUNT", "X-IK-Account", "HTTP_X_IK_ACCOUNT" },
    [FULL_NAME] = { "IKSSO_FULL_NAME", "X-IK-Full-Name", "HTTP_X_IK_FULL_NAME" },
    [ROLE] = { "IKSSO_ROLE", "X-IK-Role", "HTTP_X_IK_ROLE" },
    [IDP] = { "IKSSO_IDP", "X-IK-IdP", "HTTP_X_IK_IDP" },
    [AUTHN_TIME] = { "IKSSO_AUTHN_TIME", "X-IK-Authn-Time", "HTTP_X_IK_AUTHN_TIME" },
    [SESSION] = { "IKSSO_SESSION", "X-IK-Session", "HTTP_X_IK_SESSION" },
};

/* The facts, and behind them the attributes that are configured for the host; value is NULL where there is none. */
typedef struct told_t {
    const names_t *names;
    const char *value;
} told_t;

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

static const names_t *names_of(const char *variable, apr_pool_t *p)
{
    names_t *names = apr_palloc(p, sizeof(*names));
    char *cgi, *c;

    names->variable = variable;
    names->header = ik_attribute_header(variable, p);
    cgi = apr_pstrcat(p, "HTTP_", names->header, NULL);
    for (c = cgi; *c; c++)
        *c = *c == '-' ? '_' : (char)apr_toupper(*c);
    names->cgi = cgi;
    return names;
}

static const char *attribute(const char *variable, const apr_array_header_t *attributes)
{
    int i;

    for (i = 0; attributes && i < attributes->nelts; i++) {
        const ik_passed_t *passed = &APR_ARRAY_IDX(attributes, i, const ik_passed_t);

        if (!strcmp(passed->variable, variable))
            return passed->value;
    }
    return NULL;
}

/* An array of told_t: what is to be told, if identity is NULL that there is nothing. */
static apr_array_header_t *everything(const ik_visit_t *visit, const ik_identity_t *identity, apr_pool_t *p)
{
    const apr_array_header_t *rules = visit->host->settings.attributes;
    apr_array_header_t *all = apr_array_make(p, FACTS + (rules ? rules->nelts : 0), sizeof(told_t));
    const char *values[FACTS] = { NULL };
    told_t told;
    int i;

    if (identity)
        read_facts(values, identity, p);
    for (i = 0; i < FACTS; i++) {
        told.names = &facts[i];
        told.value = values[i];
        APR_ARRAY_PUSH(all, told_t) = told;
    }
    for (i = 0; rules && i < rules->nelts; i++) {
        const char *variable = APR_ARRAY_IDX(rules, i, const ik_attribute_rule_t).variable;

        told.names = names_of(variable, p);
        told.value = identity ? attribute(variable, visit->attributes) : NULL;
        APR_ARRAY_PUSH(all, told_t) = told;
    }
    return all;
}

/* A sub-request or redirect shares its headers with the request it came from, which must not notice. */
static apr_table_t *own_headers(request_rec *r)
{
    if (r->main || r->prev)
        r->headers_in = apr_table_copy(r->pool, r->headers_in);
    return r->headers_in;
}

/* What a header may carry; NULL for a value that is none or too long for one. Facts are bounded when they come in. */
static const char *header_value(const told_t *told, int is_fact, apr_pool_t *p)
{
    const char *encoded;

    if (!told->value || (!is_fact && strlen(told->value) > HEADER_MAX))
        return NULL;
    encoded = ik_encode_header(p, told->value);
    return is_fact || strlen(encoded) <= HEADER_MAX ? encoded : NULL;
}

static void set_headers(request_rec *r, const apr_array_header_t *all)
{
    apr_table_t *headers = own_headers(r);
    int i;

    for (i = 0; i < all->nelts; i++) {
        const told_t *told = &APR_ARRAY_IDX(all, i, const told_t);
        const char *value = header_value(told, i < FACTS, r->pool);

        if (value)
            apr_table_setn(headers, told->names->header, value);
        else
            apr_table_unset(headers, told->names->header);
    }
}

static void set_variables(request_rec *r, const apr_array_header_t *all)
{
    int i;

    for (i = 0; i < all->nelts; i++) {
        const told_t *told = &APR_ARRAY_IDX(all, i, const told_t);

        if (told->value)
            apr_table_setn(r->subprocess_env, told->names->variable, told->value);
        else
            apr_table_unset(r->subprocess_env, told->names->variable);
    }
}

/* A sub-request inherits the variables that SSI made for its parent. */
static void forget_inherited(request_rec *r, const apr_array_header_t *all)
{
    int i;

    for (i = 0; i < all->nelts; i++)
        apr_table_unset(r->subprocess_env, APR_ARRAY_IDX(all, i, const told_t).names->cgi);
    if (!r->user) {
        apr_table_unset(r->subprocess_env, "REMOTE_USER");
        apr_table_unset(r->subprocess_env, "AUTH_TYPE");
    }
}

static void tell(request_rec *r, ik_visit_t *visit)
{
    const ik_identity_t *identity = ik_in_force(r) ? ik_visit_complete(visit) : NULL;
    int has_headers = apr_table_get(r->headers_in, facts[SESSION].header) != NULL;
    const apr_array_header_t *all;

    if (!identity && !has_headers && !r->main && !r->prev)
        return;
    all = everything(visit, identity, r->pool);
    set_variables(r, all);
    if (has_headers != (identity != NULL))
        set_headers(r, all);
    if (identity) {
        r->user = apr_pstrdup(r->pool, identity->email);
        r->ap_auth_type = "ikssoauth";
    }
    else
        forget_inherited(r, all);
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
