/* SPDX-License-Identifier: Apache-2.0 */
/* Makes sure, before children start, that the database is one that they can use. */
#ifndef IK_HTTPD_DATABASE_H
#define IK_HTTPD_DATABASE_H

#include <httpd.h>

/*
 * SQLite: creates or upgrades the database, and its directory, owned by the user that httpd serves as.
 * PostgreSQL: checks the schema. NULL, or a sentence for the administrator, in p. A PostgreSQL server that cannot
 * be reached now is no problem: *warning says so, sessions work without it, and logins wait for it.
 */
const char *ik_database_prepare(const char **warning, const char *spec, server_rec *s, apr_pool_t *p);

#endif
