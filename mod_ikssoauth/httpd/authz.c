/* SPDX-License-Identifier: Apache-2.0 */
/* Require ik-role, Require ik-account, and what somebody who is signed in but not allowed gets. */
#include "httpd/authz.h"

#include <apr_strings.h>
#include <http_request.h>
#include <mod_auth.h>

#include "base/text.h"
#include "httpd/authz_assurance.h"
#include "httpd/client.h"
#include "httpd/reply.h"
#include "httpd/routes.h"
#include "model/account.h"
#include "model/role.h"
#include "sso/access.h"

/* The words of a Require line, each of which must be valid; NULL and *problem otherwise. */
static apr_array_header_t *words(cmd_parms *cmd, const char *line, int (*valid)(const char *), const char **problem)
{
    apr_array_header_t *list = apr_array_make(cmd->pool, 4, sizeof(const char *));

    while (*line) {
        const char *word = ap_getword_conf(cmd->pool, &line);

        if (!valid(word)) {
            *problem = apr_psprintf(cmd->pool, "\"%s\" cannot be one", word);
            return NULL;
        }
        APR_ARRAY_PUSH(list, const char *) = word;
    }
    *problem = list->nelts ? NULL : "none is named";
    return list->nelts ? list : NULL;
}

/* A line of .htaccess is read while requests are served: everything about roles is known by then. */
static const char *check_now(const ik_conf_t *conf, const apr_array_header_t *roles, apr_pool_t *p)
{
    int i;

    for (i = 0; i < roles->nelts; i++) {
        const char *role = APR_ARRAY_IDX(roles, i, const char *);

        if (!ik_text_in(conf->host->settings.roles, role))
            return apr_psprintf(p, "Require ik-role: \"%s\" is not one of IkSSORoles", role);
    }
    return NULL;
}

/* httpd makes the configuration of a host for its first directive of ours: Require is none, and may come before it. */
static ik_conf_t *conf_while_read(cmd_parms *cmd)
{
    ik_conf_t *conf = ik_conf_of(cmd->server);

    if (!conf) {
        conf = ik_conf_create(cmd->pool, cmd->server);
        ap_set_module_config(cmd->server->module_config, &ikssoauth_module, conf);
    }
    return conf;
}

static const char *parse_roles(cmd_parms *cmd, const char *line, const void **parsed)
{
    ik_conf_t *conf = conf_while_read(cmd);
    const char *problem;
    apr_array_header_t *roles = words(cmd, line, ik_role_is_valid, &problem);
    ik_role_line_t *kept;

    if (!roles)
        return apr_psprintf(cmd->pool, "Require ik-role takes one or more roles of IkSSORoles: %s", problem);
    *parsed = roles;
    if (conf->host)
        return check_now(conf, roles, cmd->pool);
    /* IkSSORoles may follow below: check_config looks at these again. */
    kept = apr_array_push(conf->role_lines);
    kept->roles = roles;
    kept->where = apr_psprintf(cmd->pool, "%s:%d", cmd->directive->filename, cmd->directive->line_num);
    return NULL;
}

static const char *parse_accounts(cmd_parms *cmd, const char *line, const void **parsed)
{
    const char *problem;

    *parsed = words(cmd, line, ik_account_id_is_valid, &problem);
    if (*parsed)
        return NULL;
    return apr_psprintf(cmd->pool, "Require ik-account takes one or more ids of accounts: %s", problem);
}

typedef int holds_t(const ik_identity_t *identity, const apr_array_header_t *wanted);

static authz_status check(request_rec *r, const apr_array_header_t *wanted, holds_t *holds)
{
    ik_step_t *step = ik_in_force(r) ? ik_step(r) : NULL;
    const ik_identity_t *identity = step ? ik_visit_identity(step->visit) : NULL;

    if (!identity)
        return AUTHZ_DENIED_NO_USER;
    return holds(identity, wanted) ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

static authz_status check_roles(request_rec *r, const char *line, const void *parsed)
{
    (void)line;
    return check(r, parsed, ik_access_has_role);
}

static authz_status check_accounts(request_rec *r, const char *line, const void *parsed)
{
    (void)line;
    return check(r, parsed, ik_access_has_account);
}

static const authz_provider role_provider = { check_roles, parse_roles };
static const authz_provider account_provider = { check_accounts, parse_accounts };

void ik_authz_register(apr_pool_t *p)
{
    ik_authz_assurance_register(p);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "ik-role", AUTHZ_PROVIDER_VERSION, &role_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
    ap_register_auth_provider(p, AUTHZ_PROVIDER_GROUP, "ik-account", AUTHZ_PROVIDER_VERSION, &account_provider,
                              AP_AUTH_INTERNAL_PER_CONF);
}

/* Somebody who may be here, but whose authentication is too old or of another kind, is asked for a better one. */
static int answer_denial(request_rec *r, const char *url)
{
    if (!url)
        return ik_reply_no_access(r, IK_REASON_NOT_ALLOWED, apr_pstrcat(r->pool, "denied: ", r->uri, NULL));
    if (!r->main && !r->prev && ik_client_navigates(r))
        return ik_reply_redirect(r, HTTP_MOVED_TEMPORARILY, url);
    return ik_reply_step_up(r, url);
}

/*
 * Lets the other modules decide, by running the hook once more inside itself: only so can their denial of somebody
 * who is signed in become our 403, where httpd would ask for another login (401) or show a page of its own.
 */
static int decide(request_rec *r, int (*run)(request_rec *))
{
    ik_step_t *step = ik_in_force(r) ? ik_step(r) : NULL;
    const char *url = NULL;
    int status, denied;

    if (!step || step->nested)
        return DECLINED;
    step->nested = 1;
    status = run(r);
    denied = (status == HTTP_UNAUTHORIZED || status == HTTP_FORBIDDEN) && ik_visit_identity(step->visit);
    if (denied)
        url = ik_authz_assurance_url(r, step, run);
    step->nested = 0;
    return denied ? answer_denial(r, url) : status;
}

/* Also where nobody has to be signed in: whoever answers would take a person for a stranger. */
static int is_unavailable(request_rec *r)
{
    ik_step_t *step = ik_in_force(r) ? ik_step(r) : NULL;

    if (!step)
        return 0;
    ik_visit_identity(step->visit);
    return step->visit->unavailable != NULL;
}

int ik_authz_access_ex(request_rec *r)
{
    /* People without a session must reach the endpoints, whatever section encloses them. */
    if (ik_route_of(r) && ik_in_force(r))
        return OK;
    if (is_unavailable(r))
        return ik_reply_unavailable(r, ik_step(r)->visit->unavailable);
    return decide(r, ap_run_access_checker_ex);
}

int ik_authz_check(request_rec *r)
{
    return decide(r, ap_run_auth_checker);
}
