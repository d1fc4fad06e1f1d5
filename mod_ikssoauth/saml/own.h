/* SPDX-License-Identifier: Apache-2.0 */
/* The life of the libraries below SAML, and of their objects: everything they allocate gets an owner here. */
#ifndef IK_SAML_OWN_H
#define IK_SAML_OWN_H

#include <apr_pools.h>
#include <libxml/tree.h>

/*
 * Starts libxml2, Lasso and xmlsec1 for this process, once, before any thread runs.
 * APR_SUCCESS, or APR_EGENERAL. Nothing stops them again: other modules may use the same libraries.
 */
apr_status_t ik_saml_start(void);

/* Gives doc to p, which frees it. Returns doc. */
xmlDocPtr ik_own_doc(apr_pool_t *p, xmlDocPtr doc);

/* Gives any object to p, which calls release on it. Returns it; NULL is passed through without an owner. */
void *ik_own(apr_pool_t *p, void *object, void (*release)(void *object));

#endif
