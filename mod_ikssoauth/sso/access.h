/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: decisions about an identity, free of HTTP. */
#ifndef IK_SSO_ACCESS_H
#define IK_SSO_ACCESS_H

#include "model/identity.h"
#include "sso/context.h"

/*
 * NULL if a session of this identity gives access on a host with these settings; else why not, for the log:
 * another account than the host's only one (IkSSOAccount), or a role that is no longer accepted (IkSSORoles).
 */
const char *ik_access_session_problem(const ik_settings_t *settings, const ik_identity_t *identity);

/* 1 if the identity has one of the roles (const char *), byte for byte. */
int ik_access_has_role(const ik_identity_t *identity, const apr_array_header_t *roles);

/* 1 if the identity may look after its account and the people of that: the role account_administrator. */
int ik_access_is_administrator(const ik_identity_t *identity);

/* 1 if the identity belongs to one of the accounts (const char *), byte for byte. */
int ik_access_has_account(const ik_identity_t *identity, const apr_array_header_t *accounts);

#endif
