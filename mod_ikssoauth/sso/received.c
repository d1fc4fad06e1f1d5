/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps what a role may come from, and reads it back: "\tNAME\n" and a line for each value; "\t\n" if something is missing. */
#include "sso/received.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"

#define NAME "\t"
#define CUT NAME "\n"

static int tells_of_roles(const char *name)
{
    return strcasestr(name, "group") || strcasestr(name, "role") || strcasestr(name, "member");
}

/* A text that grows until it is full; then its end says that it was cut. */
typedef struct writing_t {
    char *text;
    apr_size_t len;
    int is_cut;
} writing_t;

static void put(writing_t *to, const char *before, const char *line)
{
    apr_size_t first = strlen(before), len = strlen(line);

    if (to->is_cut || len > IK_RECEIVED_MAX || to->len + first + len + 1 > IK_RECEIVED_MAX - strlen(CUT)) {
        to->is_cut = 1;
        return;
    }
    memcpy(to->text + to->len, before, first);
    memcpy(to->text + to->len + first, line, len);
    to->len += first + len;
    to->text[to->len++] = '\n';
}

static void put_attribute(writing_t *to, const ik_attribute_t *attribute)
{
    put(to, NAME, attribute->name);
    for (int i = 0; i < attribute->values->nelts; i++) {
        const char *value = APR_ARRAY_IDX(attribute->values, i, const char *);

        if (!value || ik_text_has_control(value))
            to->is_cut = 1;
        else if (*value)
            put(to, "", value);
    }
}

static void put_those(writing_t *to, const ik_assertion_t *assertion, const apr_array_header_t *names, int named)
{
    for (int i = 0; i < assertion->attributes->nelts; i++) {
        const ik_attribute_t *attribute = APR_ARRAY_IDX(assertion->attributes, i, const ik_attribute_t *);
        const char *name = attribute->name;

        if (!name || !*name || ik_text_has_control(name))
            continue;
        if (named ? ik_text_in(names, name) : !ik_text_in(names, name) && tells_of_roles(name))
            put_attribute(to, attribute);
    }
}

const char *ik_received_text(const ik_assertion_t *assertion, const apr_array_header_t *names, apr_pool_t *p)
{
    writing_t to = { .text = apr_palloc(p, IK_RECEIVED_MAX + 1) };

    put_those(&to, assertion, names, 1);
    put_those(&to, assertion, names, 0);
    if (to.is_cut) {
        memcpy(to.text + to.len, CUT, strlen(CUT));
        to.len += strlen(CUT);
    }
    to.text[to.len] = '\0';
    return to.text;
}

/* The next line of *text, in p, without its end. */
static const char *take_line(const char **text, apr_pool_t *p)
{
    apr_size_t len = strcspn(*text, "\n");
    const char *line = apr_pstrmemdup(p, *text, len);

    *text += len + ((*text)[len] == '\n');
    return line;
}

static int all_tell_of_roles(const apr_array_header_t *names)
{
    for (int i = 0; i < names->nelts; i++)
        if (!tells_of_roles(APR_ARRAY_IDX(names, i, const char *)))
            return 0;
    return 1;
}

apr_array_header_t *ik_received_values(const char *text, const apr_array_header_t *names, apr_pool_t *p)
{
    apr_array_header_t *values = apr_array_make(p, 4, sizeof(const char *));
    int wanted = 0, seen = 0, is_cut = 0;

    if (!text || !*text)
        return NULL;
    while (*text) {
        const char *line = take_line(&text, p);

        if (strcmp(line, NAME) == 0) {
            is_cut = 1;
        } else if (*line == *NAME) {
            wanted = ik_text_in(names, line + 1);
            seen |= wanted;
        } else if (wanted && !ik_text_in(values, line)) {
            APR_ARRAY_PUSH(values, const char *) = line;
        }
    }
    return is_cut || (!seen && !all_tell_of_roles(names)) ? NULL : values;
}
