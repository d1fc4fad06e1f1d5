/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates of identity providers as values to show. */
#ifndef IK_CLI_DESCRIBE_CERTIFICATE_H
#define IK_CLI_DESCRIBE_CERTIFICATE_H

#include "cli/value.h"
#include "model/account.h"
#include "model/idp.h"

/* Rows (const ik_object_t *) of ik_certificate_t *, in p. */
const apr_array_header_t *ik_describe_certificates(const apr_array_header_t *list, apr_time_t now, apr_pool_t *p);

/* What verified the last login; NULL: that is not known. */
void ik_describe_key_use(ik_object_t *to, const ik_key_use_t *use, const ik_idp_t *idp, apr_time_t now);

/* When the certificates of an account on a list end: the first of them, and the last if it is another one. */
void ik_describe_ends(ik_object_t *to, const ik_account_t *account, apr_time_t now);

#endif
