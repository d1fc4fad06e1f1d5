/* SPDX-License-Identifier: Apache-2.0 */
/* Turns the claims of a verified assertion into a user of the account, or says which claim is wrong. */
#include "sso/claims.h"

#include <string.h>

#include "base/text.h"
#include "model/email.h"
#include "saml/names.h"

#define SHOWN_MAX 400               /* bytes of values in a detail */

apr_status_t ik_claim_check(const char *what, const char *value, apr_size_t max, ik_refusal_t *why)
{
    if (!value)
        return ik_refuse(why, IK_REASON_CLAIM_INVALID, "%s holds no plain text", what);
    if (strlen(value) > max)
        return ik_refuse(why, IK_REASON_CLAIM_INVALID, "%s is longer than %d bytes: %" APR_SIZE_T_FMT " came", what, (int)max, strlen(value));
    if (ik_text_has_control(value))
        return ik_refuse(why, IK_REASON_CLAIM_INVALID, "%s holds a control character or line break, expected one line of text", what);
    return APR_SUCCESS;
}

/* The one value of a claim, whichever of its names carries it. */
static apr_status_t get_claim(const char **value, const ik_assertion_t *assertion, const apr_array_header_t *names,
                              ik_refusal_t *why)
{
    const apr_array_header_t *values = ik_assertion_values(assertion, names, why->p);
    const char *what = ik_text_join(why->p, names, " or ");

    if (values->nelts == 0)
        return ik_refuse(why, IK_REASON_CLAIM_MISSING, "%s", ik_assertion_lacks(assertion, names, why->p));
    if (values->nelts > 1)
        return ik_refuse(why, IK_REASON_CLAIM_AMBIGUOUS, "%d different values of \"%s\", expected one: %s", values->nelts, what,
                         ik_text_quote(why->p, values, SHOWN_MAX));
    *value = APR_ARRAY_IDX(values, 0, const char *);
    return ik_claim_check(what, *value, IK_CLAIM_MAX, why);
}

apr_status_t ik_claim_email(const char **email, const ik_ctx_t *ctx, const ik_assertion_t *assertion, ik_refusal_t *why)
{
    apr_status_t rv;

    if (!assertion->name_id || !*assertion->name_id)
        return ik_refuse(why, IK_REASON_NAME_ID_INVALID, "no NameID, expected an e-mail address with the Format \"%s\"", IK_NAMEID_EMAIL);
    if (!assertion->name_id_format || strcmp(assertion->name_id_format, IK_NAMEID_EMAIL) != 0)
        return ik_refuse(why, IK_REASON_NAME_ID_INVALID, "the NameID has the Format \"%s\", expected \"%s\"",
                         assertion->name_id_format ? assertion->name_id_format : "(absent)", IK_NAMEID_EMAIL);
    rv = ik_claim_check("the NameID", assertion->name_id, IK_EMAIL_MAX, why);
    if (rv != APR_SUCCESS)
        return rv;
    *email = ik_email_normalise(ctx->p, assertion->name_id);
    return *email ? APR_SUCCESS
                  : ik_refuse(why, IK_REASON_NAME_ID_INVALID, "the NameID \"%s\" is no e-mail address", assertion->name_id);
}

apr_status_t ik_claim_account(const ik_ctx_t *ctx, const ik_assertion_t *assertion, const ik_account_t *account,
                              ik_refusal_t *why)
{
    const char *claimed;
    apr_status_t rv = get_claim(&claimed, assertion, ctx->settings->claim_account, why);

    if (rv != APR_SUCCESS || strcmp(claimed, account->id) == 0)
        return rv;
    return ik_refuse(why, IK_REASON_ACCOUNT_MISMATCH, "the assertion names account \"%s\", not \"%s\"",
                     claimed, account->id);
}

apr_status_t ik_claim_name(const char **name, const ik_ctx_t *ctx, const ik_assertion_t *assertion, ik_refusal_t *why)
{
    return get_claim(name, assertion, ctx->settings->claim_name, why);
}

apr_status_t ik_claim_domain(const char *email, const ik_account_t *account, ik_refusal_t *why)
{
    const char *domain = ik_email_domain(email);

    if (!account->domains || account->domains->nelts == 0 || ik_text_in(account->domains, domain))
        return APR_SUCCESS;
    return ik_refuse(why, IK_REASON_DOMAIN_FORBIDDEN, "the e-mail domain \"%s\" is not one of: %s", domain,
                     ik_text_join(why->p, account->domains, ", "));
}

apr_status_t ik_claims_user(ik_user_t *user, const ik_ctx_t *ctx, const ik_assertion_t *assertion,
                            const ik_account_t *account, ik_refusal_t *why)
{
    ik_decision_t decision = { .role = NULL };
    apr_status_t rv = ik_claim_account(ctx, assertion, account, why);

    if (rv == APR_SUCCESS)
        rv = ik_claim_email(&user->email, ctx, assertion, why);
    if (rv == APR_SUCCESS)
        rv = ik_claim_name(&user->name, ctx, assertion, why);
    if (rv == APR_SUCCESS)
        rv = ik_claim_role(&decision, ctx, assertion, account, why);
    if (rv == APR_SUCCESS)
        rv = ik_claim_domain(user->email, account, why);
    user->role = decision.role;
    user->received = rv == APR_SUCCESS ? ik_claim_received(ctx, assertion, account) : NULL;
    user->account = account->id;
    user->enabled = 1;
    return rv;
}
