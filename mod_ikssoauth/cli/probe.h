/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a virtual host as a stranger would, with libcurl. */
#ifndef IK_CLI_PROBE_H
#define IK_CLI_PROBE_H

#include "sso/doctor_host.h"

typedef struct ik_probe_t ik_probe_t;

/* In p; NULL if libcurl cannot begin. */
ik_probe_t *ik_probe_make(apr_pool_t *p);

/*
 * An ik_ask_t, whose arg is an ik_probe_t: https only, the certificate held against the name and the system's
 * authorities, or those in the file that SSL_CERT_FILE names, no redirect followed, 256 KiB at most, 10 seconds.
 */
const ik_answer_t *ik_probe_ask(void *probe, const ik_question_t *question);

#endif
