/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that do not compile here: each has a way to overrun, to guess or to
 * share hidden state, and APR has the safe one. Included by every .c file through
 * the compiler's -include option, after the system headers it needs.
 */
#ifndef IK_BASE_BANNED_H
#define IK_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok
#pragma GCC poison gets atoi atol atoll gmtime localtime ctime asctime

#endif
