/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches one document with libcurl, hop by hop. */
#include "fetch/fetch.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_time.h>
#include <curl/curl.h>

#include "fetch/address.h"
#include "fetch/answer.h"
#include "fetch/place.h"
#include "model/refusal.h"

#define AGENT "mod_ikssoauth/" IK_VERSION
#define SLOW_BYTES 64L          /* per second, for SLOW_SECONDS: nobody's metadata comes like that */
#define SLOW_SECONDS 8L
#define MS_PER_SECOND 1000

/* One request and its answer. */
typedef struct hop_t {
    const ik_fetch_t *wanted;
    const char *url;
    ik_place_t place;
    ik_answer_t *answer;
    const char *forbidden;          /* kind of the address that it was about to connect to, or NULL */
    int over;
    long status;
    const char *location;           /* where it is sent on to, absolute; NULL: nowhere */
} hop_t;

static apr_status_t refuse(ik_fetched_t *fetched, const char *problem)
{
    *fetched = (ik_fetched_t){ .etag = "", .max_age = -1, .problem = problem };
    return IK_REFUSED;
}

/* ---- what libcurl asks us */

/* The address is judged where the socket is made: nothing is looked up between this and the connection. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    hop_t *hop = arg;
    const char *kind = ik_address_kind(&address->addr, (socklen_t)address->addrlen);

    if (purpose != CURLSOCKTYPE_IPCXN)
        kind = "reserved";
    if (kind) {
        hop->forbidden = kind;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A name with a forbidden address besides a public one is not asked at all. */
static int before_request(void *arg, char *theirs, char *ours, int their_port, int our_port)
{
    const hop_t *hop = arg;

    (void)theirs, (void)ours, (void)their_port, (void)our_port;
    return hop->forbidden ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static size_t take_header(char *line, size_t size, size_t count, void *arg)
{
    const hop_t *hop = arg;

    return ik_answer_header(hop->answer, line, size * count) ? size * count : 0;
}

/* The body of a redirect or an error is nobody's metadata, but counts. */
static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
    const hop_t *hop = arg;

    return ik_answer_body(hop->answer, bytes, size * count) ? size * count : 0;
}

static int go_on(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all, curl_off_t up)
{
    hop_t *hop = arg;

    (void)down_all, (void)down, (void)up_all, (void)up;
    hop->over = hop->wanted->is_over && hop->wanted->is_over(hop->wanted->arg);
    return hop->over;
}

/* ---- one hop */

static struct curl_slist *headers_of(const hop_t *hop, apr_pool_t *p)
{
    const char *etag = hop->wanted->etag;
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/samlmetadata+xml, application/xml, text/xml, */*");

    if (list && etag && *etag) {
        struct curl_slist *longer = curl_slist_append(list, apr_pstrcat(p, "If-None-Match: ", etag, NULL));

        if (!longer)
            curl_slist_free_all(list);
        return longer;
    }
    return list;
}

/* What may be reached, and how: nothing of the environment counts. */
static CURLcode bind_to_rules(CURL *curl, hop_t *hop)
{
    CURLcode rv = curl_easy_setopt(curl, CURLOPT_URL, hop->url);

    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_PROXY, "");
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, hop);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, before_request);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_PREREQDATA, hop);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    return rv ? rv : curl_easy_setopt(curl, CURLOPT_USERAGENT, AGENT);
}

/* How long it may take, and where the answer goes. QUICK_EXIT: a slow name server must not hold up the end of a process. */
static CURLcode bound(CURL *curl, hop_t *hop, apr_time_t until)
{
    long left = (long)apr_time_as_msec(until - apr_time_now());
    CURLcode rv = curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, left > 1 ? left : 1L);

    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)IK_FETCH_CONNECT_SECONDS * MS_PER_SECOND);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_HEADERDATA, hop);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_WRITEDATA, hop);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, go_on);
    rv = rv ? rv : curl_easy_setopt(curl, CURLOPT_XFERINFODATA, hop);
    return rv ? rv : curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

static CURLcode perform(CURL *curl, hop_t *hop, apr_time_t until, apr_pool_t *p)
{
    struct curl_slist *headers = headers_of(hop, p);
    char *location = NULL;
    CURLcode rv = headers ? curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) : CURLE_OUT_OF_MEMORY;

    rv = rv ? rv : bind_to_rules(curl, hop);
    rv = rv ? rv : bound(curl, hop, until);
    rv = rv ? rv : curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &hop->status);
    if (rv == CURLE_OK && curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location) == CURLE_OK && location)
        hop->location = apr_pstrdup(p, location);
    curl_slist_free_all(headers);
    return rv;
}

/* ---- what it means */

/* One row per way to fail that has a sentence of its own; %s is the host. */
static const struct {
    CURLcode code;
    const char *sentence;
} failures[] = {
    { CURLE_COULDNT_RESOLVE_HOST, "There is no host named %s: check the URL." },
    { CURLE_COULDNT_CONNECT, "%s cannot be reached: no connection was accepted there." },
    { CURLE_OPERATION_TIMEDOUT, "%s did not answer in time, or too slowly." },
    { CURLE_PEER_FAILED_VERIFICATION, "The TLS certificate of %s cannot be trusted: it must be valid, for this name, and from a "
                                      "public certificate authority." },
    { CURLE_SSL_CONNECT_ERROR, "No TLS connection with %s could be made: it must speak TLS 1.2 or later at this port." },
    { CURLE_GOT_NOTHING, "%s answered nothing." },
    { CURLE_PARTIAL_FILE, "The answer of %s ended early." },
    { CURLE_RECV_ERROR, "The answer of %s broke off." },
    { CURLE_WEIRD_SERVER_REPLY, "%s does not answer like a web server." },
    { CURLE_UNSUPPORTED_PROTOCOL, "%s does not answer like a web server." },
};

static const char *sentence_of(CURLcode code, const hop_t *hop, apr_pool_t *p)
{
    apr_size_t i;

    for (i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
        const char *at = strstr(failures[i].sentence, "%s");

        if (failures[i].code == code)
            return apr_pstrcat(p, apr_pstrmemdup(p, failures[i].sentence, (apr_size_t)(at - failures[i].sentence)),
                               hop->place.host, at + strlen("%s"), NULL);
    }
    return apr_psprintf(p, "Nothing could be fetched from %s: %s.", hop->place.host, curl_easy_strerror(code));
}

static const char *cause_of(CURLcode code, const hop_t *hop, apr_pool_t *p)
{
    if (hop->forbidden)
        return apr_psprintf(p, "%s has an address that is not public (%s): nothing is fetched from there.", hop->place.host,
                            hop->forbidden);
    if (hop->answer->problem)
        return hop->answer->problem;
    if (hop->over)
        return "This server is just being restarted.";
    return sentence_of(code, hop, p);
}

/* Whoever chose the URL must not learn from us which names our own network knows: these two are the same to them. */
static apr_status_t refuse_hop(ik_fetched_t *fetched, CURLcode code, const hop_t *hop, apr_pool_t *p)
{
    const char *cause = cause_of(code, hop, p);

    if (!hop->forbidden && code != CURLE_COULDNT_RESOLVE_HOST)
        return refuse(fetched, cause);
    refuse(fetched, apr_psprintf(p, "%s leads to no public address, and nothing is fetched from elsewhere: check the spelling. If it is "
                                    "right, paste the metadata instead, or ask our support, who can see the exact cause.", hop->place.host));
    fetched->cause = cause;
    return IK_REFUSED;
}

/* Where a redirect leads, as the next hop; or a sentence why it is not followed. */
static const char *follow(hop_t *next, const hop_t *hop, apr_pool_t *p)
{
    const char *problem;

    *next = (hop_t){ .wanted = hop->wanted, .url = hop->location, .answer = ik_answer_make(p) };
    problem = ik_place_read(&next->place, next->url, p);
    if (problem)
        return apr_psprintf(p, "%s sends on to a URL that is not accepted. %s", hop->place.host, problem);
    if (next->place.port != 443 && next->place.port != hop->place.port)
        return apr_psprintf(p, "%s sends on to another port (%d): only 443, or the port of the URL itself, is accepted.",
                            hop->place.host, next->place.port);
    return NULL;
}

static apr_status_t take(ik_fetched_t *fetched, const hop_t *hop, apr_pool_t *p)
{
    const ik_answer_t *answer = hop->answer;
    int asked = hop->wanted->etag && *hop->wanted->etag;

    if (hop->status != 200 && !(hop->status == 304 && asked))
        return refuse(fetched, apr_psprintf(p, "%s answered with HTTP status %ld instead of 200.", hop->place.host, hop->status));
    *fetched = (ik_fetched_t){ .unchanged = hop->status == 304, .etag = answer->etag, .max_age = answer->max_age };
    if (fetched->unchanged) {
        fetched->etag = *answer->etag ? answer->etag : hop->wanted->etag;
    } else {
        fetched->bytes = answer->bytes ? answer->bytes : "";
        fetched->len = answer->len;
    }
    return APR_SUCCESS;
}

/* CURLE_OK with hop->status; APR_ENOMEM if libcurl cannot begin. */
static apr_status_t run(CURLcode *code, hop_t *hop, apr_time_t until, apr_pool_t *p)
{
    CURL *curl = curl_easy_init();

    if (!curl)
        return APR_ENOMEM;
    *code = perform(curl, hop, until, p);
    curl_easy_cleanup(curl);
    return *code == CURLE_OUT_OF_MEMORY ? APR_ENOMEM : APR_SUCCESS;
}

apr_status_t ik_fetch(ik_fetched_t *fetched, const ik_fetch_t *wanted, apr_pool_t *p)
{
    apr_time_t until = apr_time_now() + apr_time_from_sec(IK_FETCH_SECONDS);
    hop_t hop = { .wanted = wanted, .url = wanted->url, .answer = ik_answer_make(p) }, next;
    const char *problem = ik_place_read(&hop.place, hop.url, p);
    CURLcode code = CURLE_OK;
    apr_status_t rv;
    int hops;

    for (hops = 0; !problem; hops++) {
        rv = run(&code, &hop, until, p);
        if (rv != APR_SUCCESS)
            return rv;
        if (code != CURLE_OK)
            return refuse_hop(fetched, code, &hop, p);
        if (!hop.location)
            return take(fetched, &hop, p);
        if (hops == IK_FETCH_REDIRECTS)
            return refuse(fetched, apr_psprintf(p, "The URL is sent on more than %d times: give the address where it ends.",
                                                IK_FETCH_REDIRECTS));
        problem = follow(&next, &hop, p);
        hop = next;
    }
    return refuse(fetched, problem);
}
