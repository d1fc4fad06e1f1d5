/* SPDX-License-Identifier: Apache-2.0 */
/* Leads a Response from bytes to a verified assertion, one refusable step after the other. */
#include "saml/response.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "saml/encryption.h"
#include "saml/names.h"
#include "saml/signature.h"
#include "saml/structure.h"
#include "saml/xml.h"

#define ACCOUNTS_SHOWN 200          /* bytes of account ids in a detail */

struct ik_response_t {
    apr_pool_t *p;
    xmlNodePtr root;
    xmlNodePtr encrypted;       /* the EncryptedAssertion, or NULL */
    xmlNodePtr assertion;       /* child of root, or what was in encrypted (a document of its own) */
    int unlocked;               /* the signature over encrypted has been verified */
};

/* The codes of a status, the outer first: "…:Responder …:AuthnFailed". */
static const char *status_codes(const xmlNode *status, apr_pool_t *p)
{
    const xmlNode *code = ik_xml_child(status, IK_NS_PROTOCOL, "StatusCode");
    const char *codes = "", *value;

    for (; code; code = ik_xml_child(code, IK_NS_PROTOCOL, "StatusCode")) {
        value = ik_xml_attribute(code, "Value", p);
        codes = apr_pstrcat(p, codes, *codes ? " " : "", value ? value : "(none)", NULL);
    }
    return codes;
}

/* Unsigned as the status may be, only the one that says success leads on (Core 3.2.2.2). */
static apr_status_t check_status(const xmlNode *root, ik_refusal_t *why)
{
    const xmlNode *status = ik_xml_child(root, IK_NS_PROTOCOL, "Status");
    const xmlNode *message = ik_xml_child(status, IK_NS_PROTOCOL, "StatusMessage");
    const xmlNode *code = ik_xml_child(status, IK_NS_PROTOCOL, "StatusCode");
    const char *value = code ? ik_xml_attribute(code, "Value", why->p) : NULL;
    const char *text = message ? ik_xml_text(message, why->p) : NULL;

    if (value && strcmp(value, IK_STATUS_SUCCESS) == 0)
        return APR_SUCCESS;
    return ik_refuse(why, IK_REASON_STATUS_NOT_SUCCESS, "status \"%s\"%s%s", status_codes(status, why->p),
                     text ? ", message: " : "", text ? text : "");
}

apr_status_t ik_response_parse(ik_response_t **response, const char *bytes, apr_size_t len, apr_pool_t *p,
                               ik_refusal_t *why)
{
    ik_response_t *r = apr_pcalloc(p, sizeof *r);
    xmlDocPtr doc;
    apr_status_t rv = ik_xml_parse(&doc, bytes, len, p, why);

    if (rv != APR_SUCCESS)
        return rv;
    r->p = p;
    r->root = xmlDocGetRootElement(doc);
    rv = ik_structure_check(r->root, 1, why);
    if (rv != APR_SUCCESS)
        return rv;
    *response = r;
    rv = check_status(r->root, why);
    if (rv != APR_SUCCESS)
        return rv;
    r->encrypted = ik_xml_child(r->root, IK_NS_ASSERTION, "EncryptedAssertion");
    r->assertion = ik_xml_child(r->root, IK_NS_ASSERTION, "Assertion");
    if (!r->encrypted && !r->assertion)
        return ik_refuse(why, IK_REASON_STRUCTURE_FORBIDDEN, "no assertion in the Response");
    return APR_SUCCESS;
}

static const char *issuer_of(const ik_response_t *response)
{
    const xmlNode *issuer = ik_xml_child(response->root, IK_NS_ASSERTION, "Issuer");

    return issuer ? ik_xml_text(issuer, response->p) : NULL;
}

const char *ik_response_claimed_issuer(const ik_response_t *response)
{
    return issuer_of(response);
}

const char *ik_response_claimed_destination(const ik_response_t *response)
{
    return ik_xml_attribute(response->root, "Destination", response->p);
}

int ik_response_is_encrypted(const ik_response_t *response)
{
    return response->encrypted != NULL;
}

const char *ik_response_claimed_request(const ik_response_t *response)
{
    return ik_xml_attribute(response->root, "InResponseTo", response->p);
}

static int is_locked(const ik_response_t *response)
{
    return response->encrypted && !response->unlocked && ik_encryption_is_cbc(response->encrypted, response->p);
}

int ik_response_needs_unlock(const ik_response_t *response)
{
    return is_locked(response) && ik_signature_present(response->root);
}

apr_status_t ik_response_unlock(ik_response_t *response, const ik_trust_t *trust, int sha1, ik_refusal_t *why)
{
    apr_status_t rv = ik_signature_verify(NULL, response->root, trust, sha1, why);

    response->unlocked = rv == APR_SUCCESS;
    return rv;
}

apr_status_t ik_response_open(ik_response_t *response, const ik_spkeys_t *keys, ik_refusal_t *why)
{
    if (!response->encrypted)
        return APR_SUCCESS;
    if (is_locked(response))
        return ik_refuse(why, IK_REASON_DECRYPTION_FAILED,
                         "AES-CBC is only decrypted inside a Response with a verified signature");
    return ik_encryption_open(&response->assertion, response->encrypted, keys, response->p, why);
}

static apr_status_t not_opened(ik_refusal_t *why)
{
    return ik_refuse(why, IK_REASON_DECRYPTION_FAILED, "the assertion has not been decrypted");
}

apr_status_t ik_response_account(const char **account, const ik_response_t *response,
                                 const apr_array_header_t *names, ik_refusal_t *why)
{
    ik_assertion_t *unverified;
    apr_array_header_t *values;
    apr_status_t rv;

    if (!response->assertion)
        return not_opened(why);
    rv = ik_assertion_read(&unverified, response->assertion, response->p, why);
    if (rv != APR_SUCCESS)
        return rv;
    values = ik_assertion_values(unverified, names, response->p);
    if (values->nelts == 0)
        return ik_refuse(why, IK_REASON_CLAIM_MISSING, "%s", ik_assertion_lacks(unverified, names, response->p));
    if (values->nelts > 1)
        return ik_refuse(why, IK_REASON_CLAIM_AMBIGUOUS, "several accounts are named in %s, expected one: %s",
                         APR_ARRAY_IDX(names, 0, const char *), ik_text_quote(response->p, values, ACCOUNTS_SHOWN));
    *account = APR_ARRAY_IDX(values, 0, const char *);
    if (!*account)
        return ik_refuse(why, IK_REASON_CLAIM_INVALID, "the attribute that names the account holds no plain text");
    return APR_SUCCESS;
}

/* Every signature that is there must be good; one must be there. A message half of which is forged is not half good. */
static apr_status_t verify_signatures(const ik_certificate_t **key, ik_response_t *response, const ik_trust_t *trust, int sha1,
                                      ik_refusal_t *why)
{
    int response_signed = ik_signature_present(response->root);
    int assertion_signed = ik_signature_present(response->assertion);
    apr_status_t rv = APR_SUCCESS;

    if (!response_signed && !assertion_signed)
        return ik_refuse(why, IK_REASON_SIGNATURE_MISSING, "neither the Response nor the Assertion is signed");
    if (response_signed)
        rv = ik_signature_verify(key, response->root, trust, sha1, why);
    if (rv == APR_SUCCESS && assertion_signed)
        rv = ik_signature_verify(key, response->assertion, trust, sha1, why);
    return rv;
}

/* That a key is not known here is no wonder in a message of somebody else: then the account is wrong, not the key. */
static void tell_origin(const ik_response_t *response, const ik_trust_t *trust, ik_refusal_t *why)
{
    const char *issuer = issuer_of(response);

    if (why->reason == IK_REASON_SIGNATURE_INVALID && issuer && strcmp(issuer, trust->idp->entity_id) != 0)
        ik_refuse(why, why->reason, "%s, and its Issuer is another identity provider, \"%s\"", why->detail, issuer);
}

/* The shapes once more, on the very trees that were verified and are read next (R1). */
static apr_status_t recheck(const ik_response_t *response, int sha1, ik_refusal_t *why)
{
    apr_status_t rv = ik_structure_check(response->root, sha1, why);

    return rv == APR_SUCCESS && response->encrypted
           ? ik_structure_check_assertion(response->assertion, sha1, why) : rv;
}

static apr_status_t read_message(ik_verified_t **message, const ik_response_t *response, ik_refusal_t *why)
{
    ik_verified_t *m = apr_pcalloc(response->p, sizeof *m);
    ik_assertion_t *assertion;
    apr_status_t rv = ik_assertion_read(&assertion, response->assertion, response->p, why);

    if (rv != APR_SUCCESS)
        return rv;
    m->assertion = assertion;
    m->response_issuer = issuer_of(response);
    m->destination = ik_response_claimed_destination(response);
    m->in_response_to = ik_xml_attribute(response->root, "InResponseTo", response->p);
    m->response_signed = ik_signature_present(response->root);
    m->sha1 = ik_signature_has_sha1(response->root, response->p)
              || ik_signature_has_sha1(response->assertion, response->p);
    *message = m;
    return APR_SUCCESS;
}

apr_status_t ik_response_verify(ik_verified_t **verified, ik_response_t *response, const ik_trust_t *trust, int sha1,
                                ik_refusal_t *why)
{
    const ik_certificate_t *key = NULL;
    apr_status_t rv = verify_signatures(&key, response, trust, sha1, why);

    if (rv == IK_REFUSED)
        tell_origin(response, trust, why);
    if (rv == APR_SUCCESS)
        rv = recheck(response, sha1, why);
    if (rv == APR_SUCCESS)
        rv = read_message(verified, response, why);
    if (rv == APR_SUCCESS)
        (*verified)->key = key;
    return rv;
}

apr_status_t ik_response_suppose(ik_verified_t **supposed, const ik_response_t *response, ik_refusal_t *why)
{
    apr_status_t rv;

    if (!response->assertion)
        return not_opened(why);
    rv = read_message(supposed, response, why);
    if (rv == APR_SUCCESS)
        (*supposed)->supposed = 1;
    return rv;
}
