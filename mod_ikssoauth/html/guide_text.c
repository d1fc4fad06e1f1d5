/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the placeholders of templates, and quotes what they stand for. */
#include "html/guide_text.h"

#include <apr_escape.h>
#include <apr_strings.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

typedef struct name_row_t {
    const char *name;
    apr_size_t offset;      /* in ik_sp_values_t */
} name_row_t;

static const name_row_t names[] = {
    { "acs", offsetof(ik_sp_values_t, acs) },
    { "entity_id", offsetof(ik_sp_values_t, entity_id) },
    { "relay_state", offsetof(ik_sp_values_t, relay_state) },
    { "logout", offsetof(ik_sp_values_t, logout) },
    { "metadata_url", offsetof(ik_sp_values_t, metadata_url) },
    { "claim_account", offsetof(ik_sp_values_t, claim_account) },
    { "claim_name", offsetof(ik_sp_values_t, claim_name) },
    { "claim_role", offsetof(ik_sp_values_t, claim_role) },
};

/*
 * Characters of a value that must not stand in code: control characters, and those that make text look other than it
 * is (a line would be pasted that nobody has read).
 */
static int misleads(int code)
{
    return ik_text_is_control(code) || code == 0x061C || code == 0x200E || code == 0x200F
        || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/* How a character is written in a syntax. */
typedef const char *(*write_char_t)(apr_pool_t *p, int code, const char *bytes);

static const char *behind_backslash(apr_pool_t *p, int code, const char *bytes, const char *set)
{
    return code < 0x80 && strchr(set, code) ? apr_pstrcat(p, "\\", bytes, NULL) : bytes;
}

static const char *in_regex(apr_pool_t *p, int code, const char *bytes)
{
    return behind_backslash(p, code, bytes, "\\^$.|?*+()[]{}/-#");
}

/* In single quotes PHP knows no other escapes: before any other character the backslash would stay. */
static const char *in_php(apr_pool_t *p, int code, const char *bytes)
{
    return behind_backslash(p, code, bytes, "'\\");
}

static const char *in_expression(apr_pool_t *p, int code, const char *bytes)
{
    return behind_backslash(p, code, bytes, "\"\\");
}

/* PowerShell ends such strings at typographic quotes as well. */
static const char *in_powershell(apr_pool_t *p, int code, const char *bytes)
{
    return code == '\'' || (code >= 0x2018 && code <= 0x201B) ? apr_pstrcat(p, bytes, bytes, NULL) : bytes;
}

/* No escape is documented, and ids of accounts and roles need none. */
static const char *in_rule(apr_pool_t *p, int code, const char *bytes)
{
    (void)p;
    return code == '"' || code == '\\' ? "?" : bytes;
}

static const char *in_url(apr_pool_t *p, int code, const char *bytes)
{
    (void)code;
    return apr_pescape_urlencoded(p, bytes);
}

typedef struct syntax_row_t {
    const char *name, *open, *close;
    write_char_t write;
} syntax_row_t;

static const syntax_row_t syntaxes[] = {
    { "regex", "^", "$", in_regex },
    { "powershell", "'", "'", in_powershell },
    { "php", "'", "'", in_php },
    { "rule", "\"", "\"", in_rule },
    { "expression", "\"", "\"", in_expression },
    { "url", "", "", in_url },
};

static const char *quoted(apr_pool_t *p, const syntax_row_t *syntax, const char *value)
{
    apr_array_header_t *parts = apr_array_make(p, 64, sizeof(const char *));
    const char *end = value + strlen(value), *at = value;

    APR_ARRAY_PUSH(parts, const char *) = syntax->open;
    while (at < end) {
        const char *from = at;
        int code = ik_text_next(&at, end);

        if (code < 0)       /* no UTF-8: ik_text_next stays */
            at++;
        APR_ARRAY_PUSH(parts, const char *) = misleads(code) ? "?"
            : syntax->write(p, code, apr_pstrmemdup(p, from, (apr_size_t)(at - from)));
    }
    APR_ARRAY_PUSH(parts, const char *) = syntax->close;
    return apr_array_pstrcat(p, parts, '\0');
}

static int is_word(const char *word, apr_size_t len, const char *name)
{
    return strlen(name) == len && strncmp(word, name, len) == 0;
}

static const char *or_empty(const char *value)
{
    return value ? value : "";
}

/* What a placeholder's name stands for, or NULL if it is none. */
static const char *value_of(apr_pool_t *p, const char *word, apr_size_t len, const ik_guide_facts_t *facts, const char *role)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (is_word(word, len, names[i].name))
            return or_empty(*(const char *const *)((const char *)facts->values + names[i].offset));
    if (is_word(word, len, "account"))
        return facts->account;
    if (is_word(word, len, "brand"))
        return facts->brand;
    if (is_word(word, len, "role"))
        return or_empty(role);
    if (is_word(word, len, "group"))
        return apr_pstrcat(p, "dashboard-", or_empty(role), NULL);
    return is_word(word, len, "roles") ? ik_text_join(p, facts->values->roles, ", ") : NULL;
}

static const syntax_row_t *syntax_of(const char *word, apr_size_t len)
{
    for (size_t i = 0; i < sizeof syntaxes / sizeof syntaxes[0]; i++)
        if (is_word(word, len, syntaxes[i].name))
            return &syntaxes[i];
    return NULL;
}

/* What stands for the placeholder that begins at at, with *end behind it; NULL if none begins there. */
static const char *replacement(apr_pool_t *p, const char *at, const char **end, const ik_guide_facts_t *facts, const char *role)
{
    const char *name = at + 1, *close = *at == '{' ? strchr(name, '}') : NULL;
    apr_size_t len = close ? strcspn(name, "|}") : 0;
    const char *value = close ? value_of(p, name, len, facts, role) : NULL;
    const syntax_row_t *syntax;

    if (!value)
        return NULL;
    *end = close + 1;
    if (name + len == close)
        return value;
    syntax = syntax_of(name + len + 1, (apr_size_t)(close - name) - len - 1);
    return syntax ? quoted(p, syntax, value) : NULL;
}

const char *ik_guide_fill(apr_pool_t *p, const char *template, const ik_guide_facts_t *facts, const char *role)
{
    apr_array_header_t *parts = apr_array_make(p, 16, sizeof(const char *));
    const char *from = template, *at = template;

    while (*at) {
        const char *end = at + 1, *value = replacement(p, at, &end, facts, role);

        if (value) {
            APR_ARRAY_PUSH(parts, const char *) = apr_pstrmemdup(p, from, (apr_size_t)(at - from));
            APR_ARRAY_PUSH(parts, const char *) = value;
            from = end;
        }
        at = value ? end : at + 1;
    }
    APR_ARRAY_PUSH(parts, const char *) = from;
    return apr_array_pstrcat(p, parts, '\0');
}

const char *ik_guide_code(apr_pool_t *p, const ik_guide_step_t *step, const ik_guide_facts_t *facts)
{
    const apr_array_header_t *roles = facts->values->roles;
    const char *code;

    if (!step->code)
        return NULL;
    code = ik_guide_fill(p, step->code, facts, NULL);
    for (int i = 0; step->each && roles && i < roles->nelts; i++)
        code = apr_pstrcat(p, code, ik_guide_fill(p, step->each, facts, APR_ARRAY_IDX(roles, i, const char *)), NULL);
    return step->end ? apr_pstrcat(p, code, ik_guide_fill(p, step->end, facts, NULL), NULL) : code;
}

static void add_run(apr_array_header_t *runs, ik_run_kind_t kind, const char *text)
{
    if (*text)
        APR_ARRAY_PUSH(runs, ik_run_t) = (ik_run_t){ kind, text };
}

/* Text outside of marks: a value in it stands by itself, so that it is seen where it begins and ends. */
static void add_plain(apr_pool_t *p, apr_array_header_t *runs, const char *text, const ik_guide_facts_t *facts)
{
    const char *from = text, *at = text;

    while (*at) {
        const char *end = at + 1, *value = replacement(p, at, &end, facts, NULL);

        if (value) {
            add_run(runs, IK_RUN_PLAIN, apr_pstrmemdup(p, from, (apr_size_t)(at - from)));
            add_run(runs, strncmp(at, "{brand}", 7) == 0 ? IK_RUN_PLAIN : IK_RUN_VALUE, value);
            from = end;
        }
        at = value ? end : at + 1;
    }
    add_run(runs, IK_RUN_PLAIN, from);
}

apr_array_header_t *ik_guide_runs(apr_pool_t *p, const char *sentences, const ik_guide_facts_t *facts)
{
    apr_array_header_t *runs = apr_array_make(p, 16, sizeof(ik_run_t));

    while (*sentences) {
        apr_size_t len = strcspn(sentences, "*`");
        char mark = sentences[len];
        const char *end = mark ? strchr(sentences + len + 1, mark) : NULL;

        if (mark && !end)       /* a mark without another: part of the text */
            len = strlen(sentences);
        add_plain(p, runs, apr_pstrmemdup(p, sentences, len), facts);
        if (!end)
            break;
        sentences += len + 1;
        add_run(runs, mark == '*' ? IK_RUN_NAME : IK_RUN_VALUE,
                ik_guide_fill(p, apr_pstrmemdup(p, sentences, (apr_size_t)(end - sentences)), facts, NULL));
        sentences = end + 1;
    }
    return runs;
}
