/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the metadata an administrator pastes, and says in plain words what is wrong with it (R19). */
#ifndef IK_SAML_METADATA_H
#define IK_SAML_METADATA_H

#include "model/idp.h"
#include "model/refusal.h"

typedef struct ik_metadata_report_t {
    ik_idp_t *idp;                  /* NULL when the metadata cannot be used */
    const char *problem;            /* then: the one sentence that says which mistake it is; else NULL */
    apr_array_header_t *notes;      /* const char *: what is unusual but accepted, each a sentence */
} ik_metadata_report_t;

/*
 * Reads an EntityDescriptor with an IDPSSODescriptor, or an EntitiesDescriptor with exactly one usable
 * identity provider. Signatures in metadata are not verified: an administrator's paste is the trust.
 * Always returns a report, in p; now decides which certificates are noted as expired.
 * Accepted with a note: expired or self-signed certificates, validUntil in the past, no SSO endpoint of a
 * known binding; left out with a note: keys that cannot be used beside one that can, keys without a certificate,
 * certificates that only issued another of the same KeyInfo, endpoints that are no http or https URL.
 * A KeyDescriptor without use serves both. Ignored: WS-Federation roles, extensions, comments, a BOM.
 * A problem: not XML, HTML, a certificate alone, a service provider's metadata, several identity
 * providers, none, no entityID or one over 1,024 bytes, no signing key, only unusable keys
 * (RSA below 2,048 or above 8,192 bits, other curves than P-256, P-384 and P-521), a DTD, more than 16 keys,
 * over 768 KiB.
 */
ik_metadata_report_t *ik_metadata_read(const char *bytes, apr_size_t len, apr_time_t now, apr_pool_t *p);

#endif
