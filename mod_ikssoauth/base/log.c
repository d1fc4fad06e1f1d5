/* SPDX-License-Identifier: Apache-2.0 */
/* Formats a message and hands it to the host's sink. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#define MESSAGE_MAX 2048

/* A message can quote what a client sent: no byte of it may start a line of its own in a log or drive a terminal. */
static void defuse(char *s)
{
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            *s = '?';
    }
}

void ik_log(const ik_log_t *log, ik_log_level_t level, const char *id, apr_status_t rv, const char *format, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    int n;

    if (!log || !log->write)
        return;
    va_start(args, format);
    n = vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    if (n < 0)
        message[0] = '\0';
    defuse(message);
    log->write(log->to, level, id, rv, message);
}
