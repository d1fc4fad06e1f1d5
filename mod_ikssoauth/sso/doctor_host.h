/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a virtual host by its answers: asks as a stranger would, and never signs in. */
#ifndef IK_SSO_DOCTOR_HOST_H
#define IK_SSO_DOCTOR_HOST_H

#include "sso/doctor.h"

typedef struct ik_question_t {
    const char *url;
    const char *form;           /* what a form says that is posted; NULL: GET */
    int is_forged;              /* with identity headers that a stranger makes up */
    const char *cookie;         /* "name=value", or NULL */
} ik_question_t;

/* What came back. The certificate has been held against the authorities and the name. */
typedef struct ik_answer_t {
    const char *problem;        /* why nothing did, no full stop; NULL: something did */
    int is_untrusted;           /* of a problem: it is the certificate */
    int status;
    const char *type, *location, *hsts;     /* Content-Type, Location, Strict-Transport-Security; "" if there is none */
    apr_array_header_t *cookies;            /* const char *: each Set-Cookie */
    apr_time_t date, asked;                 /* of the Date header (0: none), and by our clock */
    apr_time_t certificate_end;             /* 0: unknown */
    const char *bytes;                      /* NUL-terminated */
    apr_size_t len;
} ik_answer_t;

/* Asks, and returns the answer: never NULL, in the doctor's pool. Redirects are answers, too. */
typedef const ik_answer_t *ik_ask_t(void *arg, const ik_question_t *question);

typedef struct ik_doctor_host_t {
    const char *origin;                     /* "https://imagekit.io" */
    const char *metadata_path, *settings_path, *dashboard_path;
    const char *account;                    /* one that people can sign in to, or NULL: no login is begun */
    ik_ask_t *ask;
    void *arg;
} ik_doctor_host_t;

/*
 * Reachable, certificate, clock, HSTS, metadata, and what it names: consume and logout; settings and login; the flags
 * of cookies; that identity headers of a stranger make no difference. That they do not reach the backend cannot be seen
 * from outside.
 */
void ik_doctor_host(ik_doctor_t *doctor, const ik_doctor_host_t *host);

#endif
