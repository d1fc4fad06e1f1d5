/* SPDX-License-Identifier: Apache-2.0 */
/* Says what is unusual about a response, accepted for a time only, or nearly right. For checklist.c. */
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "base/text.h"
#include "saml/time.h"
#include "sso/checking.h"
#include "sso/claims.h"
#include "store/account.h"

#define SOON apr_time_from_sec(30 * 24 * 3600)      /* before a certificate expires */
#define FAR apr_time_from_sec(3600)                 /* validity of a message that is longer than it needs */
#define DAY apr_time_from_sec(24 * 3600)
#define DATE_LEN 10                                 /* of "2026-11-24T03:00:00Z" */

static void warn(const ik_checking_t *c, const char *sentence)
{
    if (c->list->warnings->nelts < IK_CHECKING_WARNINGS_MAX && !ik_text_in(c->list->warnings, sentence))
        APR_ARRAY_PUSH(c->list->warnings, const char *) = sentence;
}

static const char *shown(const ik_checking_t *c, const char *value)
{
    return ik_checking_shorten(value, c->ctx->p);
}

static const char *date(const ik_checking_t *c, apr_time_t time)
{
    return apr_pstrndup(c->ctx->p, ik_saml_time_text(c->ctx->p, time), DATE_LEN);
}

/* The last day of a tolerance, in the words of the options. */
static const char *last_day(const ik_checking_t *c, const char *option)
{
    const ik_option_row_t *row = ik_option_rows;

    while (row->name && strcmp(row->name, option) != 0)
        row++;
    return row->name ? ik_option_value(&c->in->account->options, row, c->ctx->p) : "?";
}

/* A draft does not know whether its account is switched off. */
static apr_status_t warn_of_account(const ik_checking_t *c)
{
    ik_account_t *account;
    apr_status_t rv = ik_store_account_get(&account, c->db, c->in->account->id, c->ctx->p);

    if (rv == APR_SUCCESS && !account->enabled)
        warn(c, "This account is disabled: nobody can sign in, whatever the settings are, until the operator of this "
             "service enables it.");
    return rv == APR_NOTFOUND ? APR_SUCCESS : rv;
}

static void warn_of_certificate(const ik_checking_t *c, const ik_certificate_t *certificate)
{
    const char *name = shown(c, certificate->subject), *day = date(c, certificate->not_after);
    apr_time_t left = certificate->not_after - c->ctx->now;
    int days = (int)(left / DAY);

    if (left < 0)
        warn(c, apr_psprintf(c->ctx->p, "The certificate “%s” in the metadata expired on %s. Sign-ins go on working; "
                             "ask the administrator of the identity provider to renew it.", name, day));
    else if (left < SOON)
        warn(c, apr_psprintf(c->ctx->p, "The certificate “%s” in the metadata expires on %s (%d day%s left). Paste "
                             "the new metadata here once the identity provider has a new one.", name, day, days,
                             days == 1 ? "" : "s"));
}

static void warn_of_certificates(const ik_checking_t *c)
{
    const apr_array_header_t *all = c->trust ? c->trust->idp->signing : NULL;

    for (int i = 0; all && i < all->nelts; i++)
        warn_of_certificate(c, APR_ARRAY_IDX(all, i, const ik_certificate_t *));
}

static void warn_of_tolerances(const ik_checking_t *c)
{
    if (c->message->sha1 && !c->message->supposed)
        warn(c, apr_psprintf(c->ctx->p, "The message is signed with SHA-1, which is tolerated until %s only: before "
                             "that day, the administrator of the identity provider has to choose SHA-256.",
                             last_day(c, "sha1")));
    if (c->dummy)
        warn(c, apr_psprintf(c->ctx->p, "The identity provider made up the InResponseTo “%s”. That is tolerated until "
                             "%s only, and counts as a sign-in that starts at the identity provider.",
                             shown(c, c->dummy), last_day(c, "dummy-request")));
    else if (c->unsolicited)
        warn(c, "The message does not say which request it answers (no InResponseTo), although one was sent: for this "
             "identity provider every sign-in starts on its own side. Keep such sign-ins accepted in the account's "
             "settings, or ask its administrator to set up sign-ins that start here.");
}

/* What was asked for is known to the browser that did, and to nobody else. */
static void warn_of_what_was_asked(const ik_checking_t *c)
{
    if (c->answers)
        warn(c, apr_pstrcat(c->ctx->p, "The message answers a request that is not known here. If that asked for a kind of authentication or for a "
                            "recent one (Require ik-authn-context, ik-authn-age), a sign-in is refused without it: that cannot be checked here.",
                            c->in->account->options.force_authn ? " The account asks for a fresh authentication (force-authn): only one "
                            "that is clearly too old is found out here." : "", NULL));
}

static void warn_of_times(const ik_checking_t *c)
{
    apr_time_t end = c->message->assertion->not_on_or_after;

    if (end != IK_TIME_ABSENT && end > c->ctx->now + FAR)
        warn(c, apr_psprintf(c->ctx->p, "The message stays valid until %s. A few minutes are enough, and safer if "
                             "somebody steals it: the administrator of the identity provider can shorten that.",
                             ik_saml_time_text(c->ctx->p, end)));
}

static void warn_of_friendly_name(const ik_checking_t *c, const apr_array_header_t *names)
{
    const apr_array_header_t *all = c->message->assertion->attributes;

    if (ik_assertion_values(c->message->assertion, names, c->ctx->p)->nelts > 0)
        return;
    for (int i = 0; i < all->nelts; i++) {
        const ik_attribute_t *attribute = APR_ARRAY_IDX(all, i, const ik_attribute_t *);

        if (attribute->friendly_name && ik_text_in(names, attribute->friendly_name))
            warn(c, apr_psprintf(c->ctx->p, "The attribute “%s” has only the FriendlyName %s, which is not looked at: "
                                 "the administrator of the identity provider has to send it with the Name %s.",
                                 shown(c, attribute->name ? attribute->name : ""), attribute->friendly_name,
                                 attribute->friendly_name));
    }
}

/* NULL: they cannot be read, and the check of the role has said so. */
static const ik_rules_t *rules_of(const ik_checking_t *c)
{
    const char *problem, *text = c->in->account->rules;

    return ik_rules_read(text ? text : "", c->ctx->p, &problem);
}

static void warn_of_friendly_names(const ik_checking_t *c)
{
    const ik_rules_t *rules = rules_of(c);


    warn_of_friendly_name(c, c->ctx->settings->claim_account);
    warn_of_friendly_name(c, c->ctx->settings->claim_name);
    if (rules)
        warn_of_friendly_name(c, ik_claim_role_names(rules, c->ctx->settings, c->ctx->p));
}

/* "_account_administrator_" of "Account Administrator": words in lower case, each between two underscores. */
static const char *words_of(const char *value, apr_pool_t *p)
{
    char *words = apr_palloc(p, strlen(value) + 3), *end = words;

    *end++ = '_';
    for (; *value; value++) {
        if (apr_isalnum(*value))
            *end++ = (char)apr_tolower(*value);
        else if (end[-1] != '_')
            *end++ = '_';
    }
    if (end[-1] != '_')
        *end++ = '_';
    *end = '\0';
    return words;
}

/* The accepted role whose words are among those of value, the longest; NULL if there is none. */
static const char *meant(const ik_checking_t *c, const char *value)
{
    const char *words = words_of(shown(c, value), c->ctx->p), *found = NULL;
    const apr_array_header_t *roles = c->ctx->settings->roles;

    for (int i = 0; i < roles->nelts; i++) {
        const char *role = APR_ARRAY_IDX(roles, i, const char *);

        if (strstr(words, words_of(role, c->ctx->p)) && (!found || strlen(role) > strlen(found)))
            found = role;
    }
    return found;
}

static void warn_of_role(const ik_checking_t *c)
{
    const apr_array_header_t *values = ik_assertion_values(c->message->assertion, c->ctx->settings->claim_role,
                                                           c->ctx->p);
    const char *value = values->nelts == 1 ? APR_ARRAY_IDX(values, 0, const char *) : NULL, *role;
    const ik_rules_t *rules = rules_of(c);

    if (!rules || rules->rows->nelts > 0)
        return;
    if (!value || ik_text_in(c->ctx->settings->roles, value))
        return;
    role = meant(c, value);
    if (role)
        warn(c, apr_psprintf(c->ctx->p, "The role came as “%s”. If that means %s, the administrator of the identity "
                             "provider has to send exactly that value.", shown(c, value), role));
}

void ik_checking_tell_rule(const ik_checking_t *c, const ik_decision_t *decision)
{
    apr_pool_t *p = c->ctx->p;

    if (decision->number)
        warn(c, apr_psprintf(p, "The role %s comes from %s, which matches the value “%s”.", decision->role,
                             ik_decision_rule(decision, p), shown(c, decision->value)));
}

static void warn_of_what_is_not_shown(const ik_checking_t *c)
{
    const int more = c->message->assertion->attributes->nelts - IK_CHECKLIST_CLAIMS_MAX;

    if (more >= 0)
        warn(c, apr_psprintf(c->ctx->p, "The message has more attributes than are shown here: only the first %d are.",
                             IK_CHECKLIST_CLAIMS_MAX));
}

apr_status_t ik_checking_warn(const ik_checking_t *c)
{
    apr_status_t rv = warn_of_account(c);

    warn_of_certificates(c);
    if (!c->message)
        return rv;
    warn_of_tolerances(c);
    warn_of_what_was_asked(c);
    warn_of_times(c);
    warn_of_friendly_names(c);
    warn_of_role(c);
    warn_of_what_is_not_shown(c);
    return rv;
}
