/* SPDX-License-Identifier: Apache-2.0 */
/* The way out for the few messages the core has to log itself: a sink that its host supplies. */
#ifndef IK_BASE_LOG_H
#define IK_BASE_LOG_H

#include <apr_errno.h>

typedef enum { IK_LOG_ERROR, IK_LOG_WARNING, IK_LOG_NOTICE, IK_LOG_INFO, IK_LOG_DEBUG } ik_log_level_t;

typedef struct ik_log_t {
    /* Writes one message; id is "IK" and four digits, one per site; rv is 0 or why. */
    void (*write)(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message);
    void *to;
} ik_log_t;

/* Formats and writes to log; a NULL log swallows the message. Never logs secrets, assertions or cookies (R20). */
void ik_log(const ik_log_t *log, ik_log_level_t level, const char *id, apr_status_t rv, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
