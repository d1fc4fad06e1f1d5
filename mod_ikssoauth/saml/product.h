/* SPDX-License-Identifier: Apache-2.0 */
/* Guesses which product an identity provider is, so that advice can name its menus. Decides nothing else. */
#ifndef IK_SAML_PRODUCT_H
#define IK_SAML_PRODUCT_H

#include "model/idp.h"

/* "okta", "onelogin", "entra", "adfs", "google", "keycloak", "ping", "jumpcloud", "simplesamlphp", or "other". */
const char *ik_product_guess(const ik_idp_t *idp);

#endif
