/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the signing certificates of an account's metadata into keys that xmlsec verifies with. */
#include "saml/trust.h"

#include <string.h>

#include "saml/certificate.h"
#include "saml/key.h"
#include "saml/metadata.h"

static apr_status_t add_key(ik_trust_t *trust, const ik_certificate_t *certificate, apr_pool_t *p)
{
    EVP_PKEY *public = ik_certificate_key(certificate, p);
    xmlSecKeyPtr key = public ? ik_key_make(public, p) : NULL;

    if (!key)
        return APR_EGENERAL;
    APR_ARRAY_PUSH(trust->keys, xmlSecKeyPtr) = key;
    return APR_SUCCESS;
}

apr_status_t ik_trust_build(ik_trust_t **trust, const char *metadata, apr_pool_t *p, ik_refusal_t *why)
{
    const char *text = metadata ? metadata : "";
    /* the time only decides about notes, which nobody reads here */
    const ik_metadata_report_t *report = ik_metadata_read(text, strlen(text), 0, p);
    ik_trust_t *made = apr_pcalloc(p, sizeof *made);
    apr_status_t rv = APR_SUCCESS;

    if (!*text)
        return ik_refuse(why, IK_REASON_SSO_DISABLED, "the account has no metadata");
    if (!report->idp)
        return ik_refuse(why, IK_REASON_SSO_DISABLED, "the saved metadata cannot be used: %s", report->problem);
    made->idp = report->idp;
    made->keys = apr_array_make(p, report->idp->signing->nelts, sizeof(xmlSecKeyPtr));
    for (int i = 0; rv == APR_SUCCESS && i < report->idp->signing->nelts; i++)
        rv = add_key(made, APR_ARRAY_IDX(report->idp->signing, i, const ik_certificate_t *), p);
    if (rv == APR_SUCCESS)
        *trust = made;
    return rv;
}
