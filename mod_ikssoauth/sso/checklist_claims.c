/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers the claims of a message, as they came, for people to look at. For checklist.c. */
#include <string.h>

#include <apr_strings.h>

#include "sso/checking.h"

#define ELLIPSIS "\xe2\x80\xa6"

const char *ik_checking_shorten(const char *text, apr_pool_t *p)
{
    apr_size_t len = IK_CHECKLIST_TEXT_MAX - (sizeof(ELLIPSIS) - 1);

    if (!text || strlen(text) <= IK_CHECKLIST_TEXT_MAX)
        return text;
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return apr_pstrcat(p, apr_pstrndup(p, text, len), ELLIPSIS, NULL);
}

static void add_value(ik_claim_seen_t *claim, const char *value, apr_pool_t *p)
{
    APR_ARRAY_PUSH(claim->values, const char *) = ik_checking_shorten(value, p);
}

static ik_claim_seen_t *add_claim(ik_checklist_t *list, const char *name, apr_pool_t *p)
{
    ik_claim_seen_t *claim = apr_array_push(list->claims);

    claim->name = ik_checking_shorten(name ? name : "", p);
    claim->values = apr_array_make(p, 1, sizeof(const char *));
    return claim;
}

static void add_attribute(ik_checklist_t *list, const ik_attribute_t *attribute, apr_pool_t *p)
{
    const apr_array_header_t *values = attribute->values;
    ik_claim_seen_t *claim = add_claim(list, attribute->name, p);
    int shown = values->nelts <= IK_CHECKLIST_VALUES_MAX ? values->nelts : IK_CHECKLIST_VALUES_MAX - 1;

    for (int i = 0; i < shown; i++)
        add_value(claim, APR_ARRAY_IDX(values, i, const char *), p);
    if (shown < values->nelts)
        add_value(claim, apr_psprintf(p, ELLIPSIS " and %d more", values->nelts - shown), p);
}

void ik_checking_collect(const ik_checking_t *c)
{
    const ik_assertion_t *assertion = c->message->assertion;
    const apr_array_header_t *attributes = assertion->attributes;
    apr_pool_t *p = c->ctx->p;

    if (assertion->name_id)
        add_value(add_claim(c->list, "NameID", p), assertion->name_id, p);
    for (int i = 0; i < attributes->nelts && c->list->claims->nelts < IK_CHECKLIST_CLAIMS_MAX; i++)
        add_attribute(c->list, APR_ARRAY_IDX(attributes, i, const ik_attribute_t *), p);
}
