/* SPDX-License-Identifier: Apache-2.0 */
/* The AuthnRequest (Core 3.4.1, Profiles 4.1.4.1). */
#ifndef IK_SAML_REQUEST_H
#define IK_SAML_REQUEST_H

#include <apr_time.h>

#include "saml/outgoing.h"

typedef struct ik_authn_request_t {
    const char *id;             /* starts with '_' */
    apr_time_t now;
    const char *entity_id;      /* ours, of this account: the Issuer */
    const char *acs;            /* AssertionConsumerServiceURL, of this account */
    int force_authn, is_passive;
    const apr_array_header_t *contexts;     /* const char *: exact RequestedAuthnContext; NULL or empty: none */
    const char *login_hint;     /* e-mail address for identity providers known to take one, or NULL: none */
    int sign;                   /* 1: the account demands it; else when idp->wants_signed_requests */
} ik_authn_request_t;

/*
 * Builds *out in p: no NameIDPolicy Format, no RequestedAuthnContext unless contexts are given. keys sign it (the first):
 * Redirect over the query (R18), POST inside the XML. login_hint goes into the query of the endpoint, only for okta,
 * entra and google ("login_hint"; Entra and Google take it as "login_hint" too). APR_SUCCESS; APR_NOTFOUND with
 * *problem: idp has no endpoint that a browser can be sent to; APR_EINVAL with *problem: it is to be signed and there is no key; APR_EGENERAL.
 * *problem is a sentence for the administrator. Any thread.
 */
apr_status_t ik_request_build(ik_outgoing_t **out, const ik_authn_request_t *request, const ik_idp_t *idp,
                              const ik_spkeys_t *keys, const char *relay_state, apr_pool_t *p, const char **problem);

#endif
