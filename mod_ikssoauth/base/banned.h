/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that do not compile here: each has a way to overrun, to guess or to share
 * hidden state, and APR has the safe one. The compiler's -include option puts this file
 * before every source file, so the system headers that declare them come first.
 */
#ifndef IK_BASE_BANNED_H
#define IK_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* In the manner of git's banned.h: a use becomes a name that nobody declares. */
#define IK_BANNED(name) sorry_##name##_is_banned_here

#undef strcpy       /* apr_pstrdup, apr_cpystrn */
#define strcpy(...) IK_BANNED(strcpy)
#undef strcat       /* apr_pstrcat */
#define strcat(...) IK_BANNED(strcat)
#undef strncpy      /* apr_cpystrn, apr_pstrmemdup */
#define strncpy(...) IK_BANNED(strncpy)
#undef strncat
#define strncat(...) IK_BANNED(strncat)
#undef sprintf      /* apr_psprintf, apr_snprintf */
#define sprintf(...) IK_BANNED(sprintf)
#undef vsprintf     /* apr_pvsprintf */
#define vsprintf(...) IK_BANNED(vsprintf)
#undef strtok       /* apr_strtok, ik_text_words */
#define strtok(...) IK_BANNED(strtok)
#undef gets
#define gets(...) IK_BANNED(gets)
#undef atoi         /* apr_strtoi64, and look at the end and at errno */
#define atoi(...) IK_BANNED(atoi)
#undef atol
#define atol(...) IK_BANNED(atol)
#undef atoll
#define atoll(...) IK_BANNED(atoll)
#undef gmtime       /* apr_time_exp_gmt */
#define gmtime(...) IK_BANNED(gmtime)
#undef localtime    /* apr_time_exp_lt */
#define localtime(...) IK_BANNED(localtime)
#undef ctime        /* apr_ctime */
#define ctime(...) IK_BANNED(ctime)
#undef asctime      /* apr_strftime */
#define asctime(...) IK_BANNED(asctime)

#endif
