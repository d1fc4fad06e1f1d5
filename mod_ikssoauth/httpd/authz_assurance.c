/* SPDX-License-Identifier: Apache-2.0 */
/* Checks what a path demands of an authentication, and remembers what was missing, so that a login can ask for it. */
#include "httpd/authz_assurance.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <http_request.h>
#include <mod_auth.h>

#include "base/text.h"
#include "httpd/ep_login.h"
#include "sso/assurance.h"

#define AGE_MAX (30 * 24 * 3600)
#define CONTEXTS_MAX_BYTES 800      /* together: they travel in the cookie of the pending login */

static const char *parse_age(cmd_parms *cmd, const char *line, const void **parsed)
{
    ik_assurance_t *wanted = apr_pcalloc(cmd->pool, sizeof(*wanted));
    const char *word = ap_getword_conf(cmd->pool, &line);

    *parsed = wanted;
    if (ik_text_duration(&wanted->age, word) == APR_SUCCESS && wanted->age >= 1 && wanted->age <= AGE_MAX && !*line)
        return NULL;
    return "Require ik-authn-age takes one duration, a whole number and one of s, m, h, d, such as 15m; at most 30d";
}

static const char *parse_contexts(cmd_parms *cmd, const char *line, const void **parsed)
{
    ik_assurance_t *wanted = apr_pcalloc(cmd->pool, sizeof(*wanted));
    apr_array_header_t *contexts = apr_array_make(cmd->pool, 2, sizeof(const char *));

    *parsed = wanted;
    wanted->contexts = contexts;
    if (strlen(line) > CONTEXTS_MAX_BYTES)
        return "Require ik-authn-context takes URIs of 800 bytes together at most";
    while (*line) {
        const char *word = ap_getword_conf(cmd->pool, &line);

        if (!strchr(word, ':') || strlen(word) > IK_CONTEXT_MAX || ik_text_has_control(word) || contexts->nelts == 16)
            return apr_psprintf(cmd->pool, "Require ik-authn-context: \"%s\" is no URI of an authentication context, or "
                                "one of more than 16", word);
        APR_ARRAY_PUSH(contexts, const char *) = word;
    }
    return contexts->nelts ? NULL : "Require ik-authn-context takes one or more URIs of authentication contexts";
}

/* Several lines may demand something: of ages the shortest, of contexts those of the first that was not fulfilled. */
static void note(ik_assurance_t *to, const ik_assurance_t *wanted)
{
    if (wanted->age && (!to->age || wanted->age < to->age))
        to->age = wanted->age;
    if (wanted->contexts && !to->contexts)
        to->contexts = wanted->contexts;
}

static authz_status check(request_rec *r, const char *line, const void *parsed)
{
    ik_step_t *step = ik_in_force(r) ? ik_step(r) : NULL;
    const ik_identity_t *identity = step ? ik_visit_identity(step->visit) : NULL;
    ik_ctx_t ctx;

    (void)line;
    if (!identity)
        return AUTHZ_DENIED_NO_USER;
    ctx = ik_host_ctx(step->visit->host, r, r->pool);
    if (!ik_assurance_problem(&ctx, identity, parsed))
        return AUTHZ_GRANTED;
    note(&step->wanted, parsed);
    return step->supposing ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

static const authz_provider age_provider = { check, parse_age };
static const authz_provider context_provider = { check, parse_contexts };

void ik_authz_assurance_register(apr_pool_t *p)
{
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "ik-authn-age", AUTHZ_PROVIDER_VERSION, &age_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "ik-authn-context", AUTHZ_PROVIDER_VERSION, &context_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
}

/*
 * httpd stops at the first line that does not hold. So the section is gone through once more as if every authentication
 * were sure enough: then either something else denies, which no login can mend, or all that is missing has been noted.
 */
static int is_all_that_lacks(request_rec *r, ik_step_t *step, int (*run)(request_rec *))
{
    int status;

    if (!step->wanted.age && !step->wanted.contexts)
        return 0;
    step->wanted = (ik_assurance_t){ .age = 0 };
    step->supposing = 1;
    status = run(r);
    step->supposing = 0;
    return status != HTTP_UNAUTHORIZED && status != HTTP_FORBIDDEN;
}

const char *ik_authz_assurance_url(request_rec *r, ik_step_t *step, int (*run)(request_rec *))
{
    const ik_host_t *host = step->visit->host;
    const char *target = ik_ep_login_target(r, host), *sealed;
    ik_ctx_t ctx;

    if (!is_all_that_lacks(r, step, run))
        return NULL;
    ctx = ik_host_ctx(host, r, r->pool);
    sealed = target ? ik_assurance_seal(&ctx, step->visit->identity->account, &step->wanted, target) : NULL;
    /* None that can be said, or one too long to travel. */
    if (!sealed)
        sealed = ik_assurance_seal(&ctx, step->visit->identity->account, &step->wanted, host->settings.default_target);
    if (!sealed)
        return NULL;
    return apr_pstrcat(r->pool, host->login_url, "?step=", apr_pescape_urlencoded(r->pool, sealed), NULL);
}
