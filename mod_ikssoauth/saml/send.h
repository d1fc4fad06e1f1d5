/* SPDX-License-Identifier: Apache-2.0 */
/* Gives a message that has been built its binding and its signature. For request.c and logout_build.c. */
#ifndef IK_SAML_SEND_H
#define IK_SAML_SEND_H

#include <apr_time.h>
#include <lasso/lasso.h>
#include <lasso/xml/saml-2.0/saml2_name_id.h>
#include <libxml/tree.h>

#include "saml/outgoing.h"

/* A message on its way out. */
typedef struct ik_sending_t {
    xmlNodePtr root;
    const char *field;          /* "SAMLRequest", "SAMLResponse" */
    const char *binding, *location;
    const ik_spkeys_t *signer;  /* its first key signs; NULL: unsigned */
    const char *relay_state;    /* or NULL */
} ik_sending_t;

/* The tree of a message that Lasso built, in a document owned by p; gives up node. NULL if it cannot be had. */
xmlNodePtr ik_send_tree(LassoNode *node, apr_pool_t *p);

/* Signs root (its ID, behind its Issuer if it has one) with the first key of signer. APR_SUCCESS or APR_EGENERAL. */
apr_status_t ik_send_sign(xmlNodePtr root, const ik_spkeys_t *signer);

/* *out in p. APR_SUCCESS or APR_EGENERAL. (Bindings 3.4.4, 3.5.4) */
apr_status_t ik_send(ik_outgoing_t **out, const ik_sending_t *sending, apr_pool_t *p);

/*
 * A value as a query carries it, in p: percent-encoded with capital letters and %20, as receivers write it that encode a
 * query again to verify it. Not by APR, which writes small letters and '+'.
 */
const char *ik_send_escape(const char *value, apr_pool_t *p);

/* query behind the query that the address may have already (Bindings 3.4.4), and without its fragment. */
const char *ik_send_add_query(const char *location, const char *query, apr_pool_t *p);

/* The tree as text in p, without an XML declaration. */
const char *ik_send_text(xmlNodePtr root, apr_pool_t *p);

/* A copy for a member of Lasso's, which it frees. */
char *ik_send_copy(const char *text);

/* Fills in what every request begins with (Core 3.2.1); entity_id is ours, the Issuer. p: scratch. */
void ik_send_head(LassoNode *request, const char *id, apr_time_t now, const char *destination, const char *entity_id,
                  apr_pool_t *p);

/* The Issuer of a message: our entity ID. */
LassoSaml2NameID *ik_send_issuer(const char *entity_id);

#endif
