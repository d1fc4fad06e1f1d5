/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line has to know of a virtual host's configuration, as text that the database keeps. */
#ifndef IK_SSO_HOST_SETTINGS_H
#define IK_SSO_HOST_SETTINGS_H

#include "sso/context.h"

/*
 * The stored form (base64url of a packed record), in p: what decides about a response, without any key. files: const char *,
 * the certificate and key files in turn, or a directory and "" (IkSSOCertificateDir); or NULL. "" if a value is too long for it.
 */
const char *ik_host_settings_text(const ik_settings_t *settings, const apr_array_header_t *files, apr_pool_t *p);

/*
 * Gives it back in p, for the host of that origin: 1; or 0 for what is none. spkeys is an empty set: the caller may add the
 * pairs of *files. What is not stored (attributes, hosts to lead to, lifetimes of sessions) is empty.
 */
int ik_host_settings_read(ik_settings_t *settings, apr_array_header_t **files, const char *text, const char *origin, apr_pool_t *p);

#endif
