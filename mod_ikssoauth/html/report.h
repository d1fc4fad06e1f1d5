/* SPDX-License-Identifier: Apache-2.0 */
/* The import report: what the metadata of an identity provider says, and what to do about it. */
#ifndef IK_HTML_REPORT_H
#define IK_HTML_REPORT_H

#include "html/admin.h"
#include "html/writer.h"

/*
 * Product, entity ID, endpoints with bindings, certificates with key size and days left, notes. use: whose key verified
 * the last sign-in is told beside it; NULL: nobody knows.
 */
void ik_report_write(ik_writer_t *w, const ik_idp_t *idp, const apr_array_header_t *notes, const ik_key_use_t *use, apr_time_t now);

#endif
