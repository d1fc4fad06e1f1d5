/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses in metadata to which browsers are sent. */
#ifndef IK_SAML_ENDPOINT_H
#define IK_SAML_ENDPOINT_H

#include <libxml/tree.h>

#include "model/idp.h"

/*
 * The children of descriptor called name ("SingleSignOnService") that have a binding and an http or https
 * URL, as an array of ik_endpoint_t * in p. Others are left out; notes (const char *) says so.
 */
apr_array_header_t *ik_endpoint_read(const xmlNode *descriptor, const char *name, apr_array_header_t *notes,
                                     apr_pool_t *p);

/* 1 if endpoints has one of the bindings that we can send a browser through (HTTP-Redirect, HTTP-POST). */
int ik_endpoint_usable(const apr_array_header_t *endpoints);

#endif
