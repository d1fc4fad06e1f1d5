/* SPDX-License-Identifier: Apache-2.0 */
/* Reads URLs as browsers do and builds the answer anew, so that nobody is sent to a place nobody checked. */
#include "base/url.h"

#include <arpa/inet.h>
#include <string.h>

#include <apr_cstr.h>
#include <apr_escape.h>
#include <apr_strings.h>

#include "base/text.h"

#define TARGET_MAX 2048
#define HOST_MAX 253
#define LABEL_MAX 63
#define HTTPS "https://"
#define HTTPS_PORT 443
#define HOST_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

/* 1 if a browser would read a host that ends in this label as an IPv4 number ("1", "0x7f", ""), URL Standard 3.5. */
static int is_number(const char *label)
{
    if (label[0] == '0' && (label[1] == 'x' || label[1] == 'X'))
        return label[2 + strspn(label + 2, "0123456789abcdefABCDEF")] == '\0';
    return label[strspn(label, "0123456789")] == '\0';
}

/* 1 for a DNS name or an IPv4 address in the one form that all readers read alike. */
static int is_host_name(const char *host)
{
    const char *label = host, *dot;
    struct in_addr address;

    if (host[strspn(host, HOST_CHARACTERS)] != '\0' || strlen(host) > HOST_MAX)
        return 0;
    for (dot = strchr(label, '.'); dot; dot = strchr(label, '.')) {
        if (dot == label || dot - label > LABEL_MAX)
            return 0;
        label = dot + 1;
    }
    if (strlen(label) > LABEL_MAX)
        return 0;
    return !is_number(label) || inet_pton(AF_INET, host, &address) == 1;
}

/* The one spelling of an IPv6 address, or NULL. */
static const char *read_ipv6(const char *text, apr_pool_t *p)
{
    struct in6_addr address;
    char spelled[INET6_ADDRSTRLEN];

    if (inet_pton(AF_INET6, text, &address) != 1 || !inet_ntop(AF_INET6, &address, spelled, sizeof(spelled)))
        return NULL;
    return apr_pstrdup(p, spelled);
}

/* The number after a ':'; 0 for what is no port. */
static int read_port(const char *text)
{
    apr_int64_t port;

    if (text[0] == '0' || text[strspn(text, "0123456789")] != '\0')
        return 0;
    port = apr_strtoi64(text, NULL, 10);
    return port <= 65535 ? (int)port : 0;
}

/* Fills in how a browser writes the origin. */
static void spell(ik_origin_t *origin, apr_pool_t *p)
{
    const int is_ipv6 = strchr(origin->host, ':') != NULL;
    const char *port = origin->port == HTTPS_PORT ? "" : apr_psprintf(p, ":%d", origin->port);

    origin->text = apr_pstrcat(p, HTTPS, is_ipv6 ? "[" : "", origin->host, is_ipv6 ? "]" : "", port, NULL);
}

/* "host", "host:port", "[ipv6]", "[ipv6]:port": nothing else is an authority here, no userinfo above all. */
static apr_status_t read_authority(ik_origin_t *origin, const char *authority, apr_size_t len, apr_pool_t *p)
{
    char *host = apr_pstrmemdup(p, authority, len);
    char *rest = host[0] == '[' ? strchr(host, ']') : host + strcspn(host, ":");

    if (!rest)
        return APR_EINVAL;
    if (host[0] == '[')
        *rest++ = '\0';
    origin->port = HTTPS_PORT;
    if (*rest != '\0') {
        origin->port = *rest == ':' ? read_port(rest + 1) : 0;
        *rest = '\0';
    }
    if (host[0] == '[')
        origin->host = read_ipv6(host + 1, p);
    else
        origin->host = is_host_name(host) ? ik_text_lower(p, host) : NULL;
    if (!origin->host || origin->port == 0)
        return APR_EINVAL;
    origin->scheme = "https";
    spell(origin, p);
    return APR_SUCCESS;
}

/* The origin an absolute URL starts with; what follows it goes to *rest. */
static apr_status_t read_origin(ik_origin_t *origin, const char **rest, const char *url, apr_pool_t *p)
{
    const char *authority = url + sizeof(HTTPS) - 1;
    apr_size_t len;

    if (apr_cstr_casecmpn(url, HTTPS, sizeof(HTTPS) - 1) != 0)
        return APR_EINVAL;
    len = strcspn(authority, "/?#");
    *rest = authority + len;
    return read_authority(origin, authority, len, p);
}

apr_status_t ik_url_origin(ik_origin_t *origin, const char *url, apr_pool_t *p)
{
    ik_origin_t read;
    const char *rest;

    if (!url || read_origin(&read, &rest, url, p) != APR_SUCCESS)
        return APR_EINVAL;
    if (strcmp(rest, "") != 0 && strcmp(rest, "/") != 0)
        return APR_EINVAL;
    *origin = read;
    return APR_SUCCESS;
}

/*
 * 1 if every byte may stand in a URL (RFC 3986 section 2, and "|{}^`" that browsers leave in a query). Browsers
 * drop tabs and line ends, read a backslash as a slash, and fold other scripts' dots and slashes into ours.
 */
static int has_only_url_characters(const char *target)
{
    const char *c;

    for (c = target; *c; c++) {
        if (*c <= 0x20 || *c >= 0x7f || strchr("\\\"<>", *c))
            return 0;
    }
    return c - target <= TARGET_MAX;
}

static int has_dot_segment(const char *path)
{
    const char *segment;
    apr_size_t len;

    for (segment = path; segment; segment = strchr(segment, '/')) {
        segment++;
        len = strcspn(segment, "/");
        if ((len == 1 || len == 2) && strncmp(segment, "..", len) == 0)
            return 1;
    }
    return 0;
}

/*
 * 1 if the path means the same to the browser and to all who decode it behind us: a backend that answers
 * "/%2fhost" or "/x/..//host" with a redirect of its own would finish what was refused here. No address bar
 * holds a dot segment, so nobody's bookmark is lost.
 */
static int is_plain_path(const char *path, apr_pool_t *p)
{
    const char *raw = apr_pstrmemdup(p, path, strcspn(path, "?#"));
    const char *decoded = apr_punescape_url(p, raw, "\\", NULL, 0);

    if (!decoded || decoded[0] != '/' || decoded[1] == '/')
        return 0;
    return !ik_text_has_control(decoded) && !has_dot_segment(decoded);
}

static int is_listed(const ik_origin_t *origin, const apr_array_header_t *hosts)
{
    int i;

    for (i = 0; hosts && origin->port == HTTPS_PORT && i < hosts->nelts; i++) {
        if (apr_cstr_casecmp(APR_ARRAY_IDX(hosts, i, const char *), origin->host) == 0)
            return 1;
    }
    return 0;
}

const char *ik_url_target(apr_pool_t *p, const char *target, const ik_origin_t *own, const apr_array_header_t *hosts)
{
    ik_origin_t origin = *own;
    const char *rest = target;

    if (!target || !has_only_url_characters(target))
        return NULL;
    if (target[0] != '/') {
        if (read_origin(&origin, &rest, target, p) != APR_SUCCESS)
            return NULL;
        if (strcmp(origin.text, own->text) != 0 && !is_listed(&origin, hosts))
            return NULL;
    }
    if (rest[0] != '/')
        rest = apr_pstrcat(p, "/", rest, NULL);
    return is_plain_path(rest, p) ? apr_pstrcat(p, origin.text, rest, NULL) : NULL;
}
