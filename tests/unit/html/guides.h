/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of guides fill in: one value everywhere, or the usual ones. */
#ifndef IK_TESTS_HTML_GUIDES_H
#define IK_TESTS_HTML_GUIDES_H

#include <apr_tables.h>

#include "html/guide_text.h"

/* An array of the words, which end with NULL, in p. */
static inline apr_array_header_t *words(apr_pool_t *p, const char *const *word)
{
    apr_array_header_t *list = apr_array_make(p, 4, sizeof(const char *));

    for (; *word; word++)
        APR_ARRAY_PUSH(list, const char *) = *word;
    return list;
}

static inline ik_sp_values_t usual_values(apr_pool_t *p)
{
    static const char *const roles[] = { "account_administrator", "finance", NULL };

    return (ik_sp_values_t){
        "https://sp.test/saml/consume", "https://sp.test/entity", "https://sp.test/dashboard", "https://sp.test/logout",
        "https://sp.test/saml/metadata", "imagekit_id", "full_name", "imagekit_role", words(p, roles),
    };
}

/* v in all places, and two roles of it. */
static inline ik_sp_values_t one_value(apr_pool_t *p, const char *v)
{
    const char *const roles[] = { v, v, NULL };

    return (ik_sp_values_t){ v, v, v, v, v, v, v, v, words(p, roles) };
}

#endif
