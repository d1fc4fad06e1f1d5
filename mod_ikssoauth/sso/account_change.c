/* SPDX-License-Identifier: Apache-2.0 */
/* Holds what somebody wants to change in an account against the rules, and applies it. */
#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "base/encode.h"
#include "base/text.h"
#include "model/email.h"
#include "model/event.h"
#include "sso/account_change.h"
#include "sso/rules.h"

apr_status_t ik_account_refuse(ik_accounts_result_t *result, const char *code, const char *problem)
{
    result->code = code;
    result->problem = problem;
    result->cause = NULL;
    return IK_REFUSED;
}

/* Somebody's word in a form that breaks neither line nor terminal. */
static const char *shown(apr_pool_t *p, const char *word)
{
    return ik_encode_header(p, word);
}

static apr_status_t change_name(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                const char *name)
{
    apr_size_t len = strlen(name);

    if (len > IK_ACCOUNT_NAME_MAX || !ik_text_is_utf8(name, len) || ik_text_has_control(name))
        return ik_account_refuse(result, "name_invalid",
                                 apr_psprintf(ctx->p, "The name is not text of at most %d bytes of UTF-8 without "
                                              "control characters: shorten or retype it.", IK_ACCOUNT_NAME_MAX));
    account->name = name;
    return APR_SUCCESS;
}

int ik_account_is_operated(const ik_ctx_t *ctx)
{
    return !ctx->by || ctx->by->kind == IK_BY_OPERATOR || ctx->by->kind == IK_BY_SERVER;
}

/* 1 if uri is on the host of origin, on whatever port. */
static int is_on(const char *uri, const char *origin)
{
    apr_size_t len = strlen(origin);

    return strncasecmp(uri, origin, len) == 0 && (!uri[len] || strchr("/:?#", uri[len]));
}

/* 1 if uri is on this host, where every account has the address that ends with its own id, and no other. */
static int is_of_others(const ik_ctx_t *ctx, const ik_account_t *account, const char *uri)
{
    return !ik_account_is_operated(ctx) && ctx->settings && is_on(uri, ctx->settings->origin.text)
           && strcmp(uri, apr_pstrcat(ctx->p, ik_ctx_consume_url(ctx), "#", account->id, NULL)) != 0;
}

static apr_status_t change_entity_id(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                     const char *uri)
{
    if (*uri && !ik_account_entity_id_is_valid(uri))
        return ik_account_refuse(result, "entity_id_invalid",
                                 apr_psprintf(ctx->p, "The entity ID \"%s\" is not a https URL: write "
                                              "https://HOST/saml/consume#%s.", shown(ctx->p, uri),
                                              account->id));
    /* What every account without one has cannot be one account's own. */
    if (*uri && ctx->settings && strcmp(uri, ik_ctx_consume_url(ctx)) == 0)
        return ik_account_refuse(result, "entity_id_taken",
                                 apr_psprintf(ctx->p, "The entity ID %s is the default of all accounts: leave it "
                                              "empty, or write %s#%s.", uri, uri, account->id));
    if (*uri && is_of_others(ctx, account, uri))
        return ik_account_refuse(result, "entity_id_invalid",
                                 apr_psprintf(ctx->p, "On this host the entity ID of this account is %s#%s: write that, or "
                                              "leave it empty.", ik_ctx_consume_url(ctx), account->id));
    account->entity_id = *uri ? uri : NULL;
    return APR_SUCCESS;
}

/* Labels of letters, digits, '-' and '_', or of any letters beyond ASCII: a typing error would keep everybody out. */
static int is_domain(const char *text)
{
    const char *c;

    for (c = text; *c; c++)
        if (!apr_isalnum(*c) && !strchr("-_.", *c) && (unsigned char)*c < 0x80)
            return 0;
    return *text != '.' && !strstr(text, "..") && c != text && c[-1] != '.';
}

/* The domain in the form addresses are compared in; NULL if no address can have it. */
static const char *normal_domain(const char *word, apr_pool_t *p)
{
    const char *email = is_domain(word) ? ik_email_normalise(p, apr_pstrcat(p, "x@", word, NULL)) : NULL;

    return email ? ik_email_domain(email) : NULL;
}

static apr_status_t change_domains(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                   const apr_array_header_t *words)
{
    apr_array_header_t *domains = apr_array_make(ctx->p, words->nelts + 1, sizeof(const char *));

    for (int i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *), *domain;

        if (!*word)
            continue;
        domain = normal_domain(word, ctx->p);
        if (!domain)
            return ik_account_refuse(result, "domain_invalid",
                                     apr_psprintf(ctx->p, "The domain \"%s\" is none: write what follows @ in the "
                                                  "addresses.", shown(ctx->p, word)));
        if (domains->nelts == IK_ACCOUNT_DOMAINS_MAX)
            return ik_account_refuse(result, "domain_invalid",
                                     apr_psprintf(ctx->p, "More than %d domains are given: give fewer, or none to "
                                                  "allow every domain.", IK_ACCOUNT_DOMAINS_MAX));
        if (!ik_text_in(domains, domain))
            APR_ARRAY_PUSH(domains, const char *) = domain;
    }
    account->domains = domains;
    return APR_SUCCESS;
}

static apr_status_t change_option(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                  const char *word)
{
    const char *equals = strchr(word, '='), *problem;

    if (!equals)
        return ik_account_refuse(result, "option_invalid",
                                 apr_psprintf(ctx->p, "The option \"%s\" has no value: write NAME=VALUE.",
                                              shown(ctx->p, word)));
    problem = ik_option_set(&account->options, apr_pstrmemdup(ctx->p, word, (apr_size_t)(equals - word)), equals + 1,
                            ctx->p);
    return problem ? ik_account_refuse(result, "option_invalid", problem) : APR_SUCCESS;
}

/* The option among those of account whose end is too far away; NULL if there is none. */
static const char *endless_tolerance(const ik_account_t *account, const ik_ctx_t *ctx)
{
    const ik_option_row_t *row = ik_option_rows;

    while (row->name && !ik_option_is_too_far(&account->options, row, ctx->now))
        row++;
    return row->name;
}

static apr_status_t change_options(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                   const apr_array_header_t *words)
{
    apr_status_t rv = APR_SUCCESS;
    const char *endless;

    for (int i = 0; i < words->nelts && rv == APR_SUCCESS; i++)
        rv = change_option(account, result, ctx, APR_ARRAY_IDX(words, i, const char *));
    endless = rv == APR_SUCCESS ? endless_tolerance(account, ctx) : NULL;
    if (endless)
        return ik_account_refuse(result, "option_invalid",
                                 apr_psprintf(ctx->p, "The last day of %s is more than %d days away: give one within a "
                                              "year; a tolerance that is still needed then can be set again.",
                                              endless, IK_TOLERANCE_DAYS_MAX));
    return rv;
}

static apr_status_t refuse_rule(ik_accounts_result_t *result, const ik_ctx_t *ctx, int row, const char *problem)
{
    return ik_account_refuse(result, "rules_invalid",
                             row < 0 ? problem : apr_psprintf(ctx->p, "Rule %d: %s", row + 1, problem));
}

apr_status_t ik_account_rules(const ik_rules_t **rules, ik_accounts_result_t *result, const ik_ctx_t *ctx, const char *text)
{
    const char *problem;
    int row;

    *rules = ik_rules_read(text, ctx->p, &problem);
    if (!*rules)
        return ik_account_refuse(result, "rules_invalid", problem);
    problem = ik_rules_problem(*rules, ctx->settings ? ctx->settings->roles : NULL, ctx->p, &row);
    return problem ? refuse_rule(result, ctx, row, problem) : APR_SUCCESS;
}

static apr_status_t change_rules(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                 const char *text)
{
    const ik_rules_t *rules;
    apr_status_t rv = ik_account_rules(&rules, result, ctx, text);

    if (rv == APR_SUCCESS)
        account->rules = ik_rules_text(rules, ctx->p);
    return rv;
}

static apr_status_t change_metadata(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                                    const ik_account_change_t *change)
{
    apr_status_t rv = ik_accounts_check(result, ctx, change->metadata, change->metadata_len);

    if (rv != APR_SUCCESS)
        return rv;
    account->metadata = apr_pstrmemdup(ctx->p, change->metadata, change->metadata_len);
    account->idp_entity_id = result->report->idp->entity_id;
    return APR_SUCCESS;
}

apr_status_t ik_account_change(ik_account_t *account, ik_accounts_result_t *result, const ik_ctx_t *ctx,
                               const ik_account_change_t *change)
{
    apr_status_t rv = APR_SUCCESS;

    if (change->name)
        rv = change_name(account, result, ctx, change->name);
    if (rv == APR_SUCCESS && change->entity_id)
        rv = change_entity_id(account, result, ctx, change->entity_id);
    if (rv == APR_SUCCESS && change->domains)
        rv = change_domains(account, result, ctx, change->domains);
    if (rv == APR_SUCCESS && change->options)
        rv = change_options(account, result, ctx, change->options);
    if (rv == APR_SUCCESS && change->rules)
        rv = change_rules(account, result, ctx, change->rules);
    if (rv == APR_SUCCESS && change->metadata)
        rv = change_metadata(account, result, ctx, change);
    return rv;
}
