/* SPDX-License-Identifier: Apache-2.0 */
/* What all processes of this machine's server share about one database; it outlives graceful restarts. */
#ifndef IK_HTTPD_TABLES_H
#define IK_HTTPD_TABLES_H

#include <httpd.h>

#include "shm/limits.h"
#include "shm/revocations.h"
#include "shm/traces.h"
#include "shm/turns.h"

typedef struct ik_tables_t {
    ik_revocations_t *revocations;
    ik_turns_t *turns;
    ik_limits_t *limits;
    ik_traces_t *traces;
    struct ik_failing_t *failing;
} ik_tables_t;

/*
 * The tables for a database, made when they are first asked for, and gone with the server's parent process: children of
 * the last generation go on using the same ones as those of the next. Call it before children start.
 */
apr_status_t ik_tables_of(const ik_tables_t **tables, const char *spec, process_rec *process);

/*
 * Notes whether a job has failed; after a failure it works again once it has succeeded steady times in a row. 1 if that
 * is news, of which one process of the machine is to speak; else 0. A job that never failed and succeeds is no news.
 */
int ik_tables_note(const ik_tables_t *tables, ik_turn_t job, int failed, int steady);

#endif
