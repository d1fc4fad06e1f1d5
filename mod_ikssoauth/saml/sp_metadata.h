/* SPDX-License-Identifier: Apache-2.0 */
/* Our own metadata, for identity providers (Metadata 2.4.4). */
#ifndef IK_SAML_SP_METADATA_H
#define IK_SAML_SP_METADATA_H

#include "saml/spkeys.h"

typedef struct ik_sp_metadata_t {
    const char *entity_id, *acs, *slo;      /* URLs as this account spells them */
    int sign_requests;                      /* AuthnRequestsSigned */
    const ik_spkeys_t *keys;                /* all are published, for signing and (but the old ones) encryption */
    int sign;                               /* the document itself, with the first key, if there is one */
    const char *id;                         /* of the document, where it is signed; starts with '_' */
} ik_sp_metadata_t;

/*
 * *xml in p, valid against the OASIS schema: SPSSODescriptor with KeyDescriptors, SingleLogoutService (Redirect, POST,
 * SOAP), NameIDFormat emailAddress, AssertionConsumerService (POST, index 0, default), WantAssertionsSigned.
 * APR_SUCCESS or APR_EGENERAL.
 */
apr_status_t ik_sp_metadata_build(const char **xml, const ik_sp_metadata_t *ours, apr_pool_t *p);

#endif
