/* SPDX-License-Identifier: Apache-2.0 */
/* A message of ours on its way through the browser: built by Lasso, signed by xmlsec1 or OpenSSL. */
#ifndef IK_SAML_OUTGOING_H
#define IK_SAML_OUTGOING_H

#include "model/idp.h"
#include "saml/spkeys.h"

#define IK_RELAY_STATE_MAX 80   /* bytes (Bindings 3.4.3, 3.5.3) */

/* How the browser takes it along. */
typedef struct ik_outgoing_t {
    const char *redirect;       /* HTTP-Redirect: the whole URL, which keeps the query of the endpoint; else NULL */
    const char *action;         /* HTTP-POST: where the form goes, */
    const char *field;          /* "SAMLRequest" or "SAMLResponse", */
    const char *message;        /* its value, base64, */
    const char *relay_state;    /* and that of RelayState; NULL: there is none */
} ik_outgoing_t;

/* The endpoint to send a browser to: the first with HTTP-Redirect, else the first with HTTP-POST, else NULL. */
const ik_endpoint_t *ik_outgoing_endpoint(const apr_array_header_t *endpoints);

#endif
