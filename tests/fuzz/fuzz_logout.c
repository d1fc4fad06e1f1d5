/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leads messages of Single Logout of any kind through parsing and verification, and aborts when a believed one lacks what
 * later steps rely on. The first byte is the binding: q a raw query, p and r the XML of a request or response by POST, s SOAP.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <apr_base64.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "../unit/sso/world.h"

#include "saml/logout.h"
#include "saml/own.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static apr_pool_t *top;
static ik_trust_t *trust;
static apr_time_t now;
static apr_array_header_t *ours;

static void must(int condition)
{
    if (!condition)
        abort();
}

/* APR's pools are mapped, where the leak checker does not look for pointers: what they own must go before it counts. */
static void close_world(void)
{
    apr_pool_destroy(top);
}

static const char *fixture(const char *name)
{
    const char *source = getenv("IK_SRCDIR"), *text;
    apr_size_t len;

    text = world_read(apr_pstrcat(top, source ? source : ".", "/tests/fixtures/logout/", name, NULL), &len, top);
    must(text != NULL);
    return text;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    ik_refusal_t why = { 0 };

    (void)argc, (void)argv;
    must(apr_initialize() == APR_SUCCESS && apr_pool_create(&top, NULL) == APR_SUCCESS && ik_saml_start() == APR_SUCCESS);
    why.p = top;
    must(ik_trust_build(&trust, fixture("idp.xml"), top, &why) == APR_SUCCESS);
    now = apr_time_from_sec(apr_atoi64(fixture("now")));
    ours = apr_array_make(top, 1, sizeof(const char *));
    APR_ARRAY_PUSH(ours, const char *) = "https://imagekit.test/logout";
    must(atexit(close_world) == 0);
    return 0;
}

static const char *base64(const char *bytes, size_t len, apr_pool_t *p)
{
    char *text = apr_palloc(p, (apr_size_t)apr_base64_encode_len((int)len));

    apr_base64_encode_binary(text, (const unsigned char *)bytes, (int)len);
    return text;
}

static apr_status_t parse(ik_logout_t **message, const char *bytes, size_t len, apr_pool_t *p, ik_refusal_t *why)
{
    const char *rest = apr_pstrmemdup(p, bytes + 1, len - 1);

    switch (bytes[0]) {
    case 'q': return ik_logout_parse_redirect(message, rest, p, why);
    case 'p': return ik_logout_parse_post(message, base64(rest, len - 1, p), 1, p, why);
    case 'r': return ik_logout_parse_post(message, base64(rest, len - 1, p), 0, p, why);
    default: return ik_logout_parse_soap(message, rest, len - 1, p, why);
    }
}

static void check_believed(const ik_logout_said_t *said)
{
    must(said->id && *said->id && said->issuer && *said->issuer && said->issued > 0);
    if (!said->is_request)
        return;
    must(said->name_id && *said->name_id && said->session_indexes && said->session_indexes->nelts <= 100);
    for (int i = 0; i < said->session_indexes->nelts; i++)
        must(*APR_ARRAY_IDX(said->session_indexes, i, const char *) != '\0');
}

static void lead(const char *bytes, size_t len, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    ik_logout_t *message;
    ik_logout_said_t *said;

    if (parse(&message, bytes, len, p, &why) != APR_SUCCESS)
        return;
    must(ik_logout_binding(message) != NULL);
    ik_logout_claimed_issuer(message);
    if (ik_logout_verify(&said, message, trust, &why) == APR_SUCCESS
        && ik_logout_check(said, ours, apr_time_from_sec(180), now, &why) == APR_SUCCESS)
        check_believed(said);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    apr_pool_t *p;

    if (len == 0 || len > 1024 * 1024)
        return 0;
    must(apr_pool_create(&p, top) == APR_SUCCESS);
    lead((const char *)bytes, len, p);
    apr_pool_destroy(p);
    return 0;
}
