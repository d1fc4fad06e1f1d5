/* SPDX-License-Identifier: Apache-2.0 */
/* Traces of refused logins on their way to the database: noted while a request is answered, taken out beside requests. */
#ifndef IK_SHM_TRACES_H
#define IK_SHM_TRACES_H

#include <apr_pools.h>
#include <apr_tables.h>

#include "model/trace.h"

#define IK_TRACES_SLOTS 512         /* that wait at a time, of a machine and database */
#define IK_TRACES_RESERVED 64       /* of those, for traces that are verified: each takes a new message of an identity provider */

typedef struct ik_traces_t ik_traces_t;

/* Creates them, in p, in anonymous shared memory of fixed size (some 1.2 MiB, used as it fills). */
apr_status_t ik_traces_create(ik_traces_t **traces, apr_pool_t *p);

/*
 * Notes a copy of the trace. 1; or 0, and it is counted as lost, if no slot was found quickly. Never waits, and makes no
 * system call but to ask for the number of its process. Texts that are longer than model/trace.h allows are cut at a
 * byte. Any process, any thread, no lock: a slot is claimed by one atomic word that names its owner, so that nobody
 * reads it before it is whole, and nobody waits for a process that died over it. NULL traces: 0.
 */
int ik_traces_note(ik_traces_t *traces, const ik_trace_t *trace);

/*
 * 1 if this was asked about the same message before, on this machine; some 3,500 are remembered, by keyed hashes. What is
 * signed stays so however often it is sent, so only the first time counts as verified. Any process, any thread, no lock:
 * of those who ask in the same moment more than one may get 0. NULL traces: 0.
 */
int ik_traces_came_before(ik_traces_t *traces, const char *message);

/* What one reader has taken out, until it says what became of it. */
typedef struct ik_traces_batch_t {
    apr_array_header_t *traces;     /* const ik_trace_t *, in no order */
    apr_array_header_t *slots;      /* int */
} ik_traces_batch_t;

/*
 * Takes up to max traces, in p; how many. Nobody else gets them before ik_traces_done: if they were written, their slots
 * are free; if not, they wait again, as they do if the reader's process dies before. Any process, any thread.
 */
int ik_traces_take(ik_traces_batch_t *batch, ik_traces_t *traces, int max, apr_pool_t *p);
void ik_traces_done(ik_traces_t *traces, const ik_traces_batch_t *batch, int written);

/* How many were lost since this was told the last time; 0 also if that was less than every (microseconds) ago. */
apr_uint64_t ik_traces_lost(ik_traces_t *traces, apr_time_t now, apr_time_t every);

#endif
