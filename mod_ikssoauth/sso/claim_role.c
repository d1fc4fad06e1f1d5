/* SPDX-License-Identifier: Apache-2.0 */
/* Which role an assertion gives: the value of its attribute, or what the rules of the account make of several. */
#include <apr_strings.h>

#include "base/text.h"
#include "saml/metadata.h"
#include "saml/names.h"
#include "sso/claims.h"
#include "sso/received.h"

#define JOINED_MAX 65536            /* bytes of several values in one */

static ik_rules_t *rules_of(const ik_account_t *account, ik_refusal_t *why)
{
    const char *problem;
    ik_rules_t *rules = ik_rules_read(account->rules ? account->rules : "", why->p, &problem);

    if (!rules)
        ik_refuse(why, IK_REASON_ROLE_FORBIDDEN, "the role rules of the account cannot be read: %s", problem);
    return rules;
}

const apr_array_header_t *ik_claim_role_names(const ik_rules_t *rules, const ik_settings_t *settings, apr_pool_t *p)
{
    apr_array_header_t *names;

    if (!*rules->claim && settings)
        return settings->claim_role;
    names = apr_array_make(p, 1, sizeof(const char *));
    APR_ARRAY_PUSH(names, const char *) = *rules->claim ? rules->claim : IK_CLAIM_ROLE_DEFAULT;
    return names;
}

/* Entra ID sends a link instead of more groups than it likes to send; nobody can follow it but the tenant's own programs. */
static int has_link(const ik_assertion_t *assertion)
{
    for (int i = 0; i < assertion->attributes->nelts; i++) {
        const char *name = APR_ARRAY_IDX(assertion->attributes, i, const ik_attribute_t *)->name;

        if (name && strcmp(name, IK_GROUPS_LINK) == 0)
            return 1;
    }
    return 0;
}

static apr_status_t refuse_missing(const ik_assertion_t *assertion, const apr_array_header_t *names, ik_refusal_t *why)
{
    if (has_link(assertion))
        return ik_refuse(why, IK_REASON_CLAIM_MISSING, "no attribute \"%s\": the person is in more than 150 groups, and Entra ID "
                         "sends the link \"%s\" instead of them; choose \"Groups assigned to the application\" in its group "
                         "claim, or send app roles", ik_text_join(why->p, names, " or "), IK_GROUPS_LINK);
    return ik_refuse(why, IK_REASON_CLAIM_MISSING, "%s", ik_assertion_lacks(assertion, names, why->p));
}

static apr_status_t check_values(const char *what, const apr_array_header_t *values, ik_refusal_t *why)
{
    apr_status_t rv = APR_SUCCESS;

    if (values->nelts > IK_RULES_VALUES_MAX)
        return ik_refuse(why, IK_REASON_CLAIM_INVALID, "%d values of \"%s\", at most %d are looked at", values->nelts, what,
                         IK_RULES_VALUES_MAX);
    for (int i = 0; i < values->nelts && rv == APR_SUCCESS; i++)
        rv = ik_claim_check(what, APR_ARRAY_IDX(values, i, const char *), IK_CLAIM_MAX, why);
    return rv;
}

int ik_claim_joins(const ik_ctx_t *ctx, const ik_account_t *account)
{
    const char *xml = account->metadata;
    const ik_idp_t *idp = xml ? ik_metadata_read(xml, strlen(xml), ctx->now, ctx->p)->idp : NULL;

    return idp && strcmp(idp->product, "onelogin") == 0;
}

/*
 * The parts are held against the bounds of a value, for a person has many roles; the whole is looked at first, since line breaks
 * around a part go with the white space.
 */
static apr_status_t separate(const apr_array_header_t **values, const char *what, const ik_ctx_t *ctx,
                             const ik_account_t *account, ik_refusal_t *why)
{
    const char *joined = ik_rules_joined(*values);
    apr_status_t rv;

    if (!joined || !ik_claim_joins(ctx, account))
        return APR_SUCCESS;
    rv = ik_claim_check(what, joined, JOINED_MAX, why);
    if (rv == APR_SUCCESS)
        *values = ik_rules_separate(*values, why->p);
    return rv;
}

apr_status_t ik_claim_role(ik_decision_t *decision, const ik_ctx_t *ctx, const ik_assertion_t *assertion,
                           const ik_account_t *account, ik_refusal_t *why)
{
    const ik_rules_t *rules = rules_of(account, why);
    const apr_array_header_t *names, *values;
    const char *what;
    apr_status_t rv;

    if (!rules)
        return IK_REFUSED;
    names = ik_claim_role_names(rules, ctx->settings, why->p);
    values = ik_assertion_values(assertion, names, why->p);
    what = ik_text_join(why->p, names, " or ");
    if (values->nelts == 0)
        return refuse_missing(assertion, names, why);
    rv = rules->rows->nelts ? separate(&values, what, ctx, account, why) : APR_SUCCESS;
    if (rv == APR_SUCCESS)
        rv = check_values(what, values, why);
    if (rv != APR_SUCCESS)
        return rv;
    return ik_ruling_decide(decision, ik_ruling_make(rules, ctx->settings->roles, IK_PATTERN_STEPS, why->p), what, values, why);
}

const char *ik_claim_received(const ik_ctx_t *ctx, const ik_assertion_t *assertion, const ik_account_t *account)
{
    const char *problem;
    const ik_rules_t *rules = ik_rules_read(account->rules ? account->rules : "", ctx->p, &problem);
    const apr_array_header_t *usual = ctx->settings->claim_role;

    return ik_received_text(assertion, rules ? apr_array_append(ctx->p, ik_claim_role_names(rules, ctx->settings, ctx->p), usual)
                                       : usual, ctx->p);
}
