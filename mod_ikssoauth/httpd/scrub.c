/* SPDX-License-Identifier: Apache-2.0 */
/* Removes what only this module may tell a backend (R15). */
#include "httpd/scrub.h"

#include <apr_lib.h>
#include <string.h>

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

static int matches(const char *name, const char *pattern, int prefix)
{
    for (; *pattern; name++, pattern++) {
        if (fold(*name) != *pattern || !*name)
            return 0;
    }
    return prefix || !*name;
}

static int is_ours(const char *name)
{
    apr_size_t i;

    for (i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
        if (fold(*name) == *ours[i].name && matches(name, ours[i].name, ours[i].prefix))
            return 1;
    }
    return 0;
}

void ik_scrub(apr_table_t *headers)
{
    const apr_table_entry_t *entries;
    int i;

    for (i = 0; headers && i < apr_table_elts(headers)->nelts;) {
        entries = (const apr_table_entry_t *)apr_table_elts(headers)->elts;
        if (entries[i].key && is_ours(entries[i].key)) {
            /* Takes every entry of that name away, so the ones before it stay where they are. */
            apr_table_unset(headers, entries[i].key);
            continue;
        }
        i++;
    }
}
