/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is: jobs that one process of this machine does now and then, whichever is alive. */
#ifndef IK_SHM_TURNS_H
#define IK_SHM_TURNS_H

#include <apr_pools.h>
#include <apr_time.h>

/* One per job. */
typedef enum { IK_TURN_POLL, IK_TURN_HOUSEKEEPING, IK_TURN_TRACES, IK_TURN_REFRESH, IK_TURN_COUNT } ik_turn_t;

typedef struct ik_turns_t ik_turns_t;   /* atomics in shared memory; any process, any thread, no lock */

apr_status_t ik_turns_create(ik_turns_t **turns, apr_pool_t *p);

/*
 * 1 if it is this caller's turn: at most one caller per interval (microseconds) gets 1, so every process may ask, and
 * no turn is missed because one died. A clock that is set back or forth costs at most one interval.
 */
int ik_turns_take(ik_turns_t *turns, ik_turn_t which, apr_time_t now, apr_time_t interval);

#endif
