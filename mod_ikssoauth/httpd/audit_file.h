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

/*
 * What would keep that from being opened, with what mends it, in p; or NULL. Opens, creates and starts nothing. name is as
 * the directive has it: a file with its whole path, or "|PROGRAM".
 */
const char *ik_audit_file_look(const char *name, apr_pool_t *p);

#endif
