/* SPDX-License-Identifier: Apache-2.0 */
/* The options of ikssoctl. */
#ifndef IK_CLI_OPTIONS_H
#define IK_CLI_OPTIONS_H

#include "cli/command.h"

/* Reads argv. APR_SUCCESS; APR_EINVAL with *problem, a sentence. */
apr_status_t ik_options_read(ik_options_t *options, int argc, const char *const *argv, apr_pool_t *p,
                             const char **problem);

/* "[--name N] [--domain D]…" for a set of options, in p. */
const char *ik_options_synopsis(unsigned set, apr_pool_t *p);

/*
 * A database as it may be shown: "pgsql:host=…" ends before a password in it, "pgsql:postgresql://…" before a
 * user's name, for what is shown ends in logs (R20). In p.
 */
const char *ik_options_shown_db(const char *db, apr_pool_t *p);

/* The names of a set of options, "--name, --domain", in p. */
const char *ik_options_names(unsigned set, apr_pool_t *p);

/* One line per global option, in p. */
const char *ik_options_help(apr_pool_t *p);

#endif
