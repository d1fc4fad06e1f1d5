/* SPDX-License-Identifier: Apache-2.0 */
/* IkSSOAuditLog: the file or the program that the lines of the audit log go to. */
#ifndef IK_HTTPD_AUDIT_FILE_H
#define IK_HTTPD_AUDIT_FILE_H

#include <httpd.h>

/*
 * Hook open_logs: opens, as the user that httpd is started by, what IkSSOAuditLog names, once for all hosts that name
 * the same, and enters it into their configuration. Lines are written whole, one write each, whichever process writes:
 * what cannot be written is an error in the log, once until it works again. A program that does not read is waited for, but
 * not for long.
 */
int ik_audit_file_open(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server);

#endif
