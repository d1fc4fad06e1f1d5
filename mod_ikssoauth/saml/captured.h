/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the response of a sign-in in what somebody captured with a browser or copied from a log. */
#ifndef IK_SAML_CAPTURED_H
#define IK_SAML_CAPTURED_H

#include <apr_pools.h>

#define IK_CAPTURED_MAX (32 * 1024 * 1024)      /* bytes: the network log of a browser (HAR) has whole pages in it */

typedef struct ik_captured_t {
    const char *response;       /* the base64 field SAMLResponse, as a login gets it */
    const char *form;           /* what it was found in, for people: "XML", "base64", "a form or address", "a HAR file" */
} ik_captured_t;

/*
 * Takes the response as XML, as base64, from the body of a form, a query string or a copied command (SAMLResponse=…), or
 * from a HAR file: that of the last POST that has one. NULL with *captured filled, in p; else the sentence that says what
 * was found instead. Judges nothing: what comes out may be any text.
 */
const char *ik_captured_read(ik_captured_t *captured, const char *bytes, apr_size_t len, apr_pool_t *p);

#endif
