/* SPDX-License-Identifier: Apache-2.0 */
/* Removes what only this module may tell a backend (R15). */
#include "httpd/scrub.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#define BETWEEN ",; \t"

/* Folded names: CGI and its kin read every byte that is no letter or digit alike, and every letter's case. */
static const struct {
    const char *name;
    int prefix;
} ours[] = {
    { "x-ik-", 1 },
    { "iksso-", 1 },
    { "remote-user", 0 },
};

static char fold(char c)
{
    return apr_isalnum(c) ? (char)apr_tolower(c) : '-';
}

static int matches(const char *name, apr_size_t len, const char *pattern, int prefix)
{
    apr_size_t i;

    for (i = 0; pattern[i]; i++) {
        if (i >= len || fold(name[i]) != pattern[i])
            return 0;
    }
    return prefix || i == len;
}

static int is_ours(const char *name, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
        if (matches(name, len, ours[i].name, ours[i].prefix))
            return 1;
    }
    return 0;
}

int ik_scrub_is_ours(const char *name)
{
    return is_ours(name, strlen(name));
}

/* The words of Connection that are not ours, NULL when none is left. They end where they end for mod_proxy. */
static const char *without_ours(apr_pool_t *p, const char *words, int *found)
{
    const char *rest = NULL;
    apr_size_t len;

    *found = 0;
    for (words += strspn(words, BETWEEN); *words; words += len, words += strspn(words, BETWEEN)) {
        len = strcspn(words, BETWEEN);
        if (is_ours(words, len))
            *found = 1;
        else
            rest = rest ? apr_psprintf(p, "%s, %.*s", rest, (int)len, words) : apr_pstrmemdup(p, words, len);
    }
    return rest;
}

/* A proxy drops the headers that Connection names (RFC 9110, 7.6.1): a client must not have it drop ours. */
static void scrub_connection(apr_table_t *headers, apr_pool_t *p)
{
    const char *words = apr_table_get(headers, "Connection"), *rest;
    int found;

    if (!words || !strpbrk(words, "xXiIrR"))
        return;
    rest = without_ours(p, words, &found);
    if (found && rest)
        apr_table_setn(headers, "Connection", rest);
    else if (found)
        apr_table_unset(headers, "Connection");
}

void ik_scrub(apr_table_t *headers, apr_pool_t *p)
{
    const apr_table_entry_t *entries;
    int i;

    for (i = 0; i < apr_table_elts(headers)->nelts;) {
        entries = (const apr_table_entry_t *)apr_table_elts(headers)->elts;
        if (entries[i].key && is_ours(entries[i].key, strlen(entries[i].key))) {
            /* Takes every entry of that name away, so the ones before it stay where they are. */
            apr_table_unset(headers, entries[i].key);
            continue;
        }
        i++;
    }
    scrub_connection(headers, p);
}
