/* SPDX-License-Identifier: Apache-2.0 */
/* An identity provider to send messages to, and what they say: for tests of what we build. */
#ifndef IK_TESTS_OUTGOING_CASE_H
#define IK_TESTS_OUTGOING_CASE_H

#include "../fixture.h"

#include <string.h>

#include <apr_tables.h>
#include <xmlsec/keys.h>

#include "base/encode.h"
#include "saml/names.h"
#include "saml/outgoing.h"
#include "saml/own.h"
#include "saml/raw_query.h"
#include "saml/signature.h"
#include "saml/xml.h"

#define ENTITY "https://imagekit.test/saml/consume#acme"
#define SSO "https://idp.test/sso?tenant=a&x=%20y"
#define SLO "https://idp.test/slo"
#define NOON apr_time_from_sec(1780315200)      /* 2026-06-01T12:00:00Z */

static inline void add_endpoint(apr_array_header_t *list, const char *binding, const char *location, const char *answers)
{
    ik_endpoint_t *endpoint = apr_pcalloc(list->pool, sizeof *endpoint);

    *endpoint = (ik_endpoint_t){ binding, location, answers };
    APR_ARRAY_PUSH(list, ik_endpoint_t *) = endpoint;
}

/* An identity provider without endpoints. */
static inline ik_idp_t *bare_idp(apr_pool_t *p)
{
    ik_idp_t *idp = apr_pcalloc(p, sizeof *idp);

    idp->entity_id = "https://idp.test/";
    idp->product = "other";
    idp->sso = apr_array_make(p, 2, sizeof(ik_endpoint_t *));
    idp->slo = apr_array_make(p, 2, sizeof(ik_endpoint_t *));
    idp->signing = apr_array_make(p, 1, sizeof(ik_certificate_t *));
    return idp;
}

static inline ik_spkeys_t *no_keys(apr_pool_t *p)
{
    return ik_spkeys_make(p);
}

static inline ik_spkeys_t *our_keys(apr_pool_t *p)
{
    ik_spkeys_t *keys = ik_spkeys_make(p);
    const char *problem;

    assert_int_equal(ik_spkeys_add(keys, fixture_path(p, "spkeys/first.crt"), fixture_path(p, "spkeys/first.key"), p,
                                   &problem), APR_SUCCESS);
    assert_int_equal(ik_spkeys_add(keys, fixture_path(p, "spkeys/second.crt"), fixture_path(p, "spkeys/second.key"), p,
                                   &problem), APR_SUCCESS);
    return keys;
}

/* Who trusts our first key, and nothing else. */
static inline ik_trust_t *trusting(const ik_spkeys_t *keys, apr_pool_t *p)
{
    ik_trust_t *trust = apr_pcalloc(p, sizeof *trust);

    trust->idp = bare_idp(p);
    trust->keys = apr_array_make(p, 1, sizeof(xmlSecKeyPtr));
    APR_ARRAY_PUSH(trust->keys, xmlSecKeyPtr) = APR_ARRAY_IDX(keys->keys, 0, xmlSecKeyPtr);
    return trust;
}

/* Keeps a message for tools/check-messages, which asks other programs what they think of it. */
static inline void keep(const char *name, const char *text, apr_pool_t *p)
{
    const char *directory = getenv("IK_MESSAGES");
    apr_file_t *file;

    if (!directory)
        return;
    assert_int_equal(apr_file_open(&file, apr_pstrcat(p, directory, "/", name, NULL),
                                   APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE, APR_FPROT_OS_DEFAULT, p), APR_SUCCESS);
    assert_int_equal(apr_file_write_full(file, text, strlen(text), NULL), APR_SUCCESS);
    apr_file_close(file);
}

static inline void keep_message(const char *name, const ik_outgoing_t *out, apr_pool_t *p)
{
    if (out->redirect)
        keep(apr_pstrcat(p, name, ".redirect", NULL), out->redirect, p);
    else
        keep(apr_pstrcat(p, name, ".post", NULL), out->message, p);
}

static inline xmlNodePtr tree_of(const char *text, apr_size_t len, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    xmlDocPtr doc;

    assert_int_equal(ik_xml_parse(&doc, text, len, p, &why), APR_SUCCESS);
    return xmlDocGetRootElement(doc);
}

/* The query of ours in a redirect, which must begin with prefix. */
static inline ik_raw_query_t *query_of(const ik_outgoing_t *out, const char *prefix, apr_pool_t *p)
{
    ik_raw_query_t *query = apr_pcalloc(p, sizeof *query);
    ik_refusal_t why = { .p = p };

    assert_non_null(out->redirect);
    assert_null(out->action);
    assert_int_equal(strncmp(out->redirect, prefix, strlen(prefix)), 0);
    assert_int_equal(ik_raw_query_read(query, out->redirect + strlen(prefix), p, &why), APR_SUCCESS);
    return query;
}

static inline xmlNodePtr redirected(const ik_outgoing_t *out, const char *prefix, apr_pool_t *p)
{
    ik_raw_query_t *query = query_of(out, prefix, p);

    return tree_of(query->xml, query->len, p);
}

static inline xmlNodePtr posted(const ik_outgoing_t *out, apr_pool_t *p)
{
    const unsigned char *bytes;
    apr_size_t len;

    assert_null(out->redirect);
    assert_int_equal(ik_decode_base64(&bytes, &len, out->message, p), APR_SUCCESS);
    return tree_of((const char *)bytes, len, p);
}

static inline const char *attribute(const xmlNode *node, const char *name, apr_pool_t *p)
{
    return ik_xml_attribute(node, name, p);
}

static inline const char *text_in(const xmlNode *node, const char *ns, const char *name, apr_pool_t *p)
{
    const xmlNode *child = ik_xml_child(node, ns, name);

    return child ? ik_xml_text(child, p) : NULL;
}

/* The signature is there, right behind the Issuer, and good. */
static inline void assert_signed(xmlNodePtr root, const ik_spkeys_t *keys, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    const xmlNode *issuer = ik_xml_child(root, IK_NS_ASSERTION, "Issuer");

    assert_int_equal(ik_signature_verify(NULL, root, trusting(keys, p), 0, &why), APR_SUCCESS);
    if (issuer)
        assert_true(ik_xml_is(issuer->next, IK_NS_DSIG, "Signature"));
}

static int start(void **state)
{
    (void)state;
    return ik_saml_start() == APR_SUCCESS ? 0 : -1;
}

#endif
