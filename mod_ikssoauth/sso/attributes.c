/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses a user's further attributes at login, and finds them again for the requests that follow. */
#include "sso/attributes.h"

#include <string.h>

#include <apr_fnmatch.h>
#include <apr_hash.h>

#include "base/text.h"
#include "store/user.h"

/* The values of one variable on their way into the stored form, and what all variables together did with theirs. */
typedef struct choice_t {
    const ik_ctx_t *ctx;
    const char *variable;
    apr_array_header_t *values;     /* const char *, escaped */
    apr_hash_t *seen;
    apr_size_t size;                /* of the stored form so far */
    int unreadable, unfitting;      /* how many values were left out, and why */
} choice_t;

static const ik_attribute_rule_t *rule_at(const ik_ctx_t *ctx, int i)
{
    return &APR_ARRAY_IDX(ctx->settings->attributes, i, const ik_attribute_rule_t);
}

static int is_first_of_its_variable(const ik_ctx_t *ctx, int index)
{
    int i;

    for (i = 0; i < index; i++) {
        if (!strcmp(rule_at(ctx, i)->variable, rule_at(ctx, index)->variable))
            return 0;
    }
    return 1;
}

/* Several lines for one attribute and variable: a value that one of them wants is in. */
static int is_wanted(const choice_t *choice, const char *name, const char *value)
{
    int i;

    for (i = 0; i < choice->ctx->settings->attributes->nelts; i++) {
        const ik_attribute_rule_t *rule = rule_at(choice->ctx, i);

        if (!strcmp(rule->variable, choice->variable) && !strcmp(rule->name, name)
            && (!rule->pattern || apr_fnmatch(rule->pattern, value, 0) == APR_SUCCESS))
            return 1;
    }
    return 0;
}

static const char *escape(const char *value, apr_pool_t *p)
{
    char *escaped, *to;

    if (!strpbrk(value, ";\\"))
        return value;
    escaped = to = apr_palloc(p, 2 * strlen(value) + 1);
    for (; *value; value++) {
        if (*value == ';' || *value == '\\')
            *to++ = '\\';
        *to++ = *value;
    }
    *to = '\0';
    return escaped;
}

static void take_value(choice_t *choice, const char *value)
{
    const char *escaped = escape(value, choice->ctx->p);
    /* either "VARIABLE=" and the end of the line, or a separator */
    apr_size_t more = strlen(escaped) + (choice->values->nelts ? 1 : strlen(choice->variable) + 2);

    if (more > IK_ATTRIBUTES_MAX - choice->size) {
        choice->unfitting++;
        return;
    }
    choice->size += more;
    APR_ARRAY_PUSH(choice->values, const char *) = escaped;
}

static void consider_value(choice_t *choice, const char *name, const char *value)
{
    if (!value) {
        choice->unreadable++;
        return;
    }
    if (!*value || !is_wanted(choice, name, value) || apr_hash_get(choice->seen, value, APR_HASH_KEY_STRING))
        return;
    apr_hash_set(choice->seen, value, APR_HASH_KEY_STRING, value);
    if (ik_text_has_control(value))
        choice->unreadable++;
    else
        take_value(choice, value);
}

static int is_asked_for(const choice_t *choice, const char *name)
{
    int i;

    for (i = 0; i < choice->ctx->settings->attributes->nelts; i++) {
        const ik_attribute_rule_t *rule = rule_at(choice->ctx, i);

        if (!strcmp(rule->variable, choice->variable) && !strcmp(rule->name, name))
            return 1;
    }
    return 0;
}

static const char *choose_values(choice_t *choice, const ik_assertion_t *assertion)
{
    int i, k;

    choice->values = apr_array_make(choice->ctx->p, 8, sizeof(const char *));
    choice->seen = apr_hash_make(choice->ctx->p);
    for (i = 0; i < assertion->attributes->nelts; i++) {
        const ik_attribute_t *attribute = APR_ARRAY_IDX(assertion->attributes, i, const ik_attribute_t *);

        if (!attribute->name || !is_asked_for(choice, attribute->name))
            continue;
        for (k = 0; k < attribute->values->nelts; k++)
            consider_value(choice, attribute->name, APR_ARRAY_IDX(attribute->values, k, const char *));
    }
    return ik_text_join(choice->ctx->p, choice->values, ";");
}

static void report(const choice_t *choice, const ik_assertion_t *assertion)
{
    const char *id = assertion->id ? assertion->id : "";

    if (choice->unreadable)
        ik_log(choice->ctx->log, IK_LOG_WARNING, "IK0330", 0, "IkSSOAttribute: %d values in assertion \"%s\" are left "
               "out, which hold a control character or no plain text", choice->unreadable, id);
    if (choice->unfitting)
        ik_log(choice->ctx->log, IK_LOG_WARNING, "IK0331", 0, "IkSSOAttribute: %d values in assertion \"%s\" are left "
               "out, for %d bytes is all that is kept of a user: name a pattern of those that matter",
               choice->unfitting, id, IK_ATTRIBUTES_MAX);
}

const char *ik_attributes_choose(const ik_ctx_t *ctx, const ik_assertion_t *assertion)
{
    const apr_array_header_t *rules = ctx->settings->attributes;
    choice_t choice = { .ctx = ctx };
    apr_array_header_t *chosen;
    ik_passed_t passed;
    int i;

    if (!rules)
        return "";
    chosen = apr_array_make(ctx->p, rules->nelts + 1, sizeof(ik_passed_t));
    for (i = 0; i < rules->nelts; i++) {
        if (!is_first_of_its_variable(ctx, i))
            continue;
        passed.variable = choice.variable = rule_at(ctx, i)->variable;
        passed.value = choose_values(&choice, assertion);
        APR_ARRAY_PUSH(chosen, ik_passed_t) = passed;
    }
    report(&choice, assertion);
    return ik_attributes_text(chosen, ctx->p);
}

/* In a pool of its own, so that the connection is back before a long download begins. */
static apr_status_t read_user(ik_user_t **user, const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    apr_pool_t *brief;
    ik_db_t *db;
    apr_status_t rv = ctx->store ? apr_pool_create(&brief, ctx->p) : APR_EGENERAL;

    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_store_acquire(&db, ctx->store, brief);
    if (rv == APR_SUCCESS)
        rv = ik_store_user_get(user, db, identity->account, identity->email, ctx->p);
    apr_pool_destroy(brief);
    return rv;
}

/*
 * A user who is gone, or whose row is older than the login (a backup was restored), is not who signed in: whatever
 * could be told about that identity would be somebody else's. So nobody is told anything, also not what was kept.
 */
static apr_status_t ask(const char **text, const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    ik_user_t *user = NULL;
    apr_status_t rv = read_user(&user, ctx, identity);

    if (rv == APR_SUCCESS && user->attributes_version < identity->attributes_version)
        rv = APR_NOTFOUND;
    if (rv == APR_NOTFOUND && ctx->attributes)
        ik_attribute_cache_forget(ctx->attributes, identity->account, identity->email, ctx->p);
    if (rv != APR_SUCCESS)
        return rv;
    *text = user->attributes ? user->attributes : "";
    if (ctx->attributes)
        ik_attribute_cache_put(ctx->attributes, identity->account, identity->email, user->attributes_version, *text,
                               ctx->now);
    return APR_SUCCESS;
}

static apr_status_t find(const char **text, const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    const char *kept = NULL;
    apr_status_t rv;
    int fresh = 0;

    if (ctx->attributes)
        kept = ik_attribute_cache_get(&fresh, ctx->attributes, identity->account, identity->email,
                                      identity->attributes_version, ctx->now, ctx->p);
    *text = kept;
    if (kept && fresh)
        return APR_SUCCESS;
    rv = ask(text, ctx, identity);
    if (rv == APR_SUCCESS || rv == APR_NOTFOUND)
        return rv;
    if (!ctx->attributes || ik_attribute_cache_may_complain(ctx->attributes, ctx->now)) {
        ik_log(ctx->log, IK_LOG_ERROR, "IK0332", rv, "the attributes of \"%s\" in account \"%s\" cannot be read%s",
               identity->email, identity->account, kept ? ": those of before are used on" : "");
    }
    return kept ? APR_SUCCESS : rv;
}

apr_status_t ik_attributes_get(apr_array_header_t **attributes, const ik_ctx_t *ctx, const ik_identity_t *identity)
{
    const char *text = "";
    apr_status_t rv = APR_SUCCESS;

    if (ctx->settings->attributes)
        text = identity->attributes;
    if (ctx->settings->attributes && identity->attributes_version)
        rv = find(&text, ctx, identity);
    *attributes = rv == APR_SUCCESS ? ik_attributes_read(text, ctx->p) : NULL;
    return rv;
}
