/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the few headers that matter, and keeps a bounded body. */
#include "fetch/answer.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_tables.h>

#include "base/text.h"

#define MAX_AGE "max-age="
#define AGE_MAX (10 * 365 * 24 * 3600)      /* seconds; more is as good as this */

static int refuse(ik_answer_t *answer, const char *problem)
{
    answer->problem = problem;
    return 0;
}

/* A strong or weak validator of printable ASCII (RFC 9110 8.8.3); anything else could break our own header. */
static int take_etag(ik_answer_t *answer, const char *value)
{
    const char *c = value;

    while (*c > ' ' && *c <= '~')
        c++;
    if (!*c && c - value <= IK_ANSWER_ETAG_MAX)
        answer->etag = value;
    return 1;
}

static apr_int64_t seconds_of(const char *digits)
{
    apr_int64_t seconds = 0;

    if (*digits == '"')
        digits++;
    if (!apr_isdigit(*digits))
        return -1;
    for (; apr_isdigit(*digits) && seconds < AGE_MAX; digits++)
        seconds = seconds * 10 + (*digits - '0');
    return seconds < AGE_MAX ? seconds : AGE_MAX;
}

static int take_cache_control(ik_answer_t *answer, const char *value)
{
    const apr_array_header_t *words = ik_text_words(answer->p, ik_text_lower(answer->p, value));
    int i;

    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (!strcmp(word, "no-store") || !strcmp(word, "no-cache"))
            answer->max_age = 0;
        else if (!strncmp(word, MAX_AGE, strlen(MAX_AGE)) && answer->max_age != 0)
            answer->max_age = seconds_of(word + strlen(MAX_AGE));
    }
    return 1;
}

static int take_content_encoding(ik_answer_t *answer, const char *value)
{
    return !*value || !strcmp(ik_text_lower(answer->p, value), "identity")
        || refuse(answer, "The answer is compressed, which was not asked for, and is refused.");
}

static int take_transfer_encoding(ik_answer_t *answer, const char *value)
{
    return !strcmp(ik_text_lower(answer->p, value), "chunked")
        || refuse(answer, "The answer is compressed, which was not asked for, and is refused.");
}

static const struct {
    const char *name;
    int (*take)(ik_answer_t *answer, const char *value);
} headers[] = {
    { "etag", take_etag },
    { "cache-control", take_cache_control },
    { "content-encoding", take_content_encoding },
    { "transfer-encoding", take_transfer_encoding },
};

static void begin(ik_answer_t *answer)
{
    answer->etag = "";
    answer->max_age = -1;
}

ik_answer_t *ik_answer_make(apr_pool_t *p)
{
    ik_answer_t *answer = apr_pcalloc(p, sizeof(*answer));

    answer->p = p;
    begin(answer);
    return answer;
}

int ik_answer_header(ik_answer_t *answer, const char *line, apr_size_t len)
{
    const char *text, *colon, *name;
    apr_size_t i;

    if (len > IK_ANSWER_HEADERS_MAX - answer->headers)
        return refuse(answer, "The headers of the answer are larger than 64 KiB, and are refused.");
    answer->headers += len;
    text = apr_pstrmemdup(answer->p, line, len);
    if (!strncmp(text, "HTTP/", strlen("HTTP/")))
        begin(answer);
    colon = strchr(text, ':');
    if (!colon)
        return 1;
    name = ik_text_lower(answer->p, apr_pstrmemdup(answer->p, text, (apr_size_t)(colon - text)));
    for (i = 0; i < sizeof(headers) / sizeof(*headers); i++)
        if (!strcmp(name, headers[i].name))
            return headers[i].take(answer, ik_text_trim(answer->p, colon + 1));
    return 1;
}

int ik_answer_body(ik_answer_t *answer, const char *bytes, apr_size_t len)
{
    if (len > IK_ANSWER_BYTES_MAX - answer->len)
        return refuse(answer, "The answer is larger than 768 KiB, and is refused.");
    if (!answer->bytes)
        answer->bytes = apr_palloc(answer->p, IK_ANSWER_BYTES_MAX + 1);
    memcpy(answer->bytes + answer->len, bytes, len);
    answer->len += len;
    answer->bytes[answer->len] = '\0';
    return 1;
}
