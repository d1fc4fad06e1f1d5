/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what may be a credential by what it looks like: whoever quotes foreign text cannot know what is in it. */
#include "base/redact.h"

#include <string.h>

#include <apr_strings.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_%\r\n"

const char *ik_redact(apr_pool_t *p, const char *text)
{
    char *out = apr_palloc(p, strlen(text) + 1), *to = out;
    apr_size_t run;

    for (; *text; text += run) {
        run = strspn(text, LETTERS);
        if (run > IK_REDACT_MIN) {
            to += apr_snprintf(to, IK_REDACT_MIN, "(%" APR_SIZE_T_FMT " letters)", run);
            continue;
        }
        run += run == 0;
        memcpy(to, text, run);
        to += run;
    }
    *to = '\0';
    return out;
}
