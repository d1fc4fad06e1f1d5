/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a virtual host as a stranger would, with libcurl. */
#include "cli/probe.h"

#include <strings.h>

#include <apr_date.h>
#include <apr_env.h>
#include <apr_strings.h>
#include <curl/curl.h>

#define AGENT "ikssoctl-doctor/" IK_VERSION
#define SECONDS 10L
#define CONNECT_SECONDS 5L
#define BYTES_MAX (256 * 1024)

struct ik_probe_t {
    apr_pool_t *p;
    CURL *curl;
};

/* One answer as it comes in. */
typedef struct coming_t {
    ik_answer_t *answer;
    apr_pool_t *p;
    char *bytes;                /* BYTES_MAX + 1 */
} coming_t;

/* What a browser sends that goes to a page; and what somebody makes up who would like to be signed in. */
static const char *const usual[] = { "Accept: text/html,*/*;q=0.8", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", NULL };
static const char *const forged[] = { "X-IK-Email: doctor@invalid.test", "X-IK-Account: doctor", "X-IK-Role: account_administrator",
                                      "X_IK_Email: doctor@invalid.test", "x-ik-session: doctor", "REMOTE-USER: doctor@invalid.test", NULL };

static apr_status_t end(void *curl)
{
    curl_easy_cleanup(curl);
    curl_global_cleanup();
    return APR_SUCCESS;
}

ik_probe_t *ik_probe_make(apr_pool_t *p)
{
    ik_probe_t *probe = apr_pcalloc(p, sizeof(*probe));

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    probe->p = p;
    probe->curl = curl_easy_init();
    if (!probe->curl)
        return NULL;
    apr_pool_cleanup_register(p, probe->curl, end, apr_pool_cleanup_null);
    return probe;
}

/* The value of the header line if it is of that name, in p; else NULL. */
static const char *value(const coming_t *to, const char *line, apr_size_t len, const char *name)
{
    apr_size_t at = strlen(name);

    if (len <= at || line[at] != ':' || strncasecmp(line, name, at) != 0)
        return NULL;
    for (at++; at < len && (line[at] == ' ' || line[at] == '\t');)
        at++;
    for (; len > at && (line[len - 1] == '\r' || line[len - 1] == '\n');)
        len--;
    return apr_pstrmemdup(to->p, line + at, len - at);
}

static size_t take_header(char *line, size_t size, size_t count, void *arg)
{
    static const char *const names[] = { "Content-Type", "Location", "Strict-Transport-Security", "Set-Cookie", "Date" };
    const coming_t *to = arg;
    ik_answer_t *answer = to->answer;
    const char *found[sizeof(names) / sizeof(*names)];

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        found[i] = value(to, line, size * count, names[i]);
    if (found[0])
        answer->type = found[0];
    if (found[1])
        answer->location = found[1];
    if (found[2])
        answer->hsts = found[2];
    if (found[3])
        APR_ARRAY_PUSH(answer->cookies, const char *) = found[3];
    if (found[4])
        answer->date = apr_date_parse_http(found[4]);
    return size * count;
}

/* More than fits is not looked at. */
static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
    coming_t *to = arg;
    size_t room = BYTES_MAX - to->answer->len, n = size * count < room ? size * count : room;

    memcpy(to->bytes + to->answer->len, bytes, n);
    to->answer->len += n;
    return size * count;
}

static struct curl_slist *add(struct curl_slist *list, const char *const *lines)
{
    for (; *lines; lines++) {
        struct curl_slist *longer = curl_slist_append(list, *lines);

        if (longer)
            list = longer;
    }
    return list;
}

static CURLcode prepare(CURL *curl, const ik_question_t *question, struct curl_slist *headers, coming_t *to)
{
    CURLcode rv = curl_easy_setopt(curl, CURLOPT_URL, question->url);
    char *authorities;

    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_PROXY, "");
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    /* As curl and OpenSSL do it, but libcurl does not. */
    if (apr_env_get(&authorities, "SSL_CERT_FILE", to->p) == APR_SUCCESS && *authorities)
        rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_CAINFO, authorities);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_USERAGENT, AGENT);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_TIMEOUT, SECONDS);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_HEADERDATA, to);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_WRITEDATA, to);
    if (question->cookie)
        rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_COOKIE, question->cookie);
    if (question->form)
        rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, question->form);
    return rv;
}

/* The end of the host's own certificate, the first of the chain; 0 if nobody knows. */
static apr_time_t certificate_end(CURL *curl)
{
    struct curl_certinfo *chain = NULL;

    if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1)
        return 0;
    for (const struct curl_slist *row = chain->certinfo[0]; row; row = row->next) {
        if (!strncmp(row->data, "Expire date:", strlen("Expire date:"))) {
            time_t found = curl_getdate(row->data + strlen("Expire date:"), NULL);

            return found > 0 ? apr_time_from_sec(found) : 0;
        }
    }
    return 0;
}

static void finish(ik_answer_t *answer, CURL *curl, CURLcode rv, const char *detail, apr_pool_t *p)
{
    long status = 0;

    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer->status = (int)status;
    answer->certificate_end = certificate_end(curl);
    if (rv == CURLE_OK)
        return;
    answer->problem = apr_pstrdup(p, *detail ? detail : curl_easy_strerror(rv));
    answer->is_untrusted = rv == CURLE_PEER_FAILED_VERIFICATION;
}

const ik_answer_t *ik_probe_ask(void *arg, const ik_question_t *question)
{
    const ik_probe_t *probe = arg;
    ik_answer_t *answer = apr_pcalloc(probe->p, sizeof(*answer));
    coming_t to = { .answer = answer, .p = probe->p, .bytes = apr_pcalloc(probe->p, BYTES_MAX + 1) };
    struct curl_slist *headers = add(NULL, usual);
    char detail[CURL_ERROR_SIZE] = "";
    CURLcode rv;

    if (question->is_forged)
        headers = add(headers, forged);
    answer->type = answer->location = answer->hsts = "";
    answer->cookies = apr_array_make(probe->p, 4, sizeof(const char *));
    answer->bytes = to.bytes;
    curl_easy_reset(probe->curl);
    rv = prepare(probe->curl, question, headers, &to);
    rv = rv ? rv : curl_easy_setopt(probe->curl, CURLOPT_ERRORBUFFER, detail);
    rv = rv ? rv : curl_easy_perform(probe->curl);
    answer->asked = apr_time_now();
    finish(answer, probe->curl, rv, detail, probe->p);
    curl_slist_free_all(headers);
    return answer;
}
