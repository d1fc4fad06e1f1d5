/* SPDX-License-Identifier: Apache-2.0 */
/* How wrong clocks may be. */
#ifndef IK_MODEL_CLOCK_H
#define IK_MODEL_CLOCK_H

#include <apr_time.h>

/* The most that IkSSOClockSkew allows: other machines may have another setting, and ikssoctl knows none. */
#define IK_CLOCK_SKEW_MAX apr_time_from_sec(900)

/*
 * How much longer than needed everything is kept that a session or an assertion is refused for. What is forgotten is
 * decided by the clock of whichever machine tidies up: one that is ahead by less than a day forgets nothing that still
 * counts, here or on another machine. It also lets the mark of a used assertion outlive the largest skew that another
 * virtual host may allow.
 */
#define IK_FORGET_AFTER apr_time_from_sec(24 * 3600)

#endif
