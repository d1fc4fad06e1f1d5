/* SPDX-License-Identifier: Apache-2.0 */
/* Makes sure, before children start, that the database is one that they can use. */
#ifndef IK_HTTPD_DATABASE_H
#define IK_HTTPD_DATABASE_H

#include <httpd.h>

#include "shm/revocations.h"

/*
 * SQLite: creates or upgrades the database, and its directory, owned by the user that httpd serves as.
 * PostgreSQL: checks the schema. Then enters the revocations of the database into their table, and hosts (ik_known_host_t) into
 * the database where it does not know them, so that the command line does as soon as they answer; what fails of that is left
 * to the children. NULL, or a sentence for the administrator, in p. A PostgreSQL server that cannot be reached now, or any
 * database at the restart of a server that has read it before, is no problem: *warning says what has to wait for it.
 */
const char *ik_database_prepare(const char **warning, const char *spec, ik_revocations_t *revocations,
                                const apr_array_header_t *hosts, server_rec *s, apr_pool_t *p);

/*
 * For a test of the configuration: whether the above would succeed, as far as looking can tell; nothing is created or
 * changed. NULL, or the sentence, in p; *warning likewise.
 */
const char *ik_database_look(const char **warning, const char *spec, server_rec *s, apr_pool_t *p);

#endif
