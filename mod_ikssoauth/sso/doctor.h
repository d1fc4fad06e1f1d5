/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a set-up that runs: what was found, how bad it is, and what mends it. Looks only; changes nothing. */
#ifndef IK_SSO_DOCTOR_H
#define IK_SSO_DOCTOR_H

#include <sys/types.h>

#include <apr_tables.h>
#include <apr_time.h>

#include "store/db.h"

typedef enum { IK_FOUND_OK, IK_FOUND_WARNING, IK_FOUND_FAILED, IK_FOUND_COUNT } ik_found_t;

typedef struct ik_finding_t {
    ik_found_t state;
    const char *check;      /* what was looked at: "clock", "certificate" … (docs/doctor.md) */
    const char *subject;    /* of what: a file, a URL, an account */
    const char *message;    /* what was found, no full stop */
    const char *fix;        /* a sentence; NULL if there is nothing to mend */
} ik_finding_t;

typedef struct ik_doctor_t {
    apr_pool_t *p;
    apr_time_t now;
    apr_array_header_t *findings;   /* ik_finding_t, in the order they were made */
    int count[IK_FOUND_COUNT];
} ik_doctor_t;

void ik_doctor_begin(ik_doctor_t *doctor, apr_time_t now, apr_pool_t *p);

/* Notes a finding. subject and fix live as long as the doctor; the message is made in its pool. */
void ik_doctor_find(ik_doctor_t *doctor, ik_found_t state, const char *check, const char *subject, const char *fix,
                    const char *format, ...) __attribute__((format(printf, 6, 7)));

/* "ok", "warning", "failed". */
const char *ik_doctor_word(ik_found_t state);

/* The key file: who may open and change it, and that its keys can be read. user is the one that httpd serves as. */
void ik_doctor_keys(ik_doctor_t *doctor, const char *file, uid_t user);

/*
 * A certificate and its key, or with "" for a key an IkSSOCertificateDir (sso/host_settings.h): that they can be used, who may
 * open and change what is in the directory, and how long the certificate that signs is good.
 */
void ik_doctor_own_keys(ik_doctor_t *doctor, const char *path, const char *key, uid_t user, gid_t group);

/*
 * The database: that it is there, may be opened and changed by nobody else, answers, and has our tables. shown is its
 * name without passwords. *db, in the doctor's pool, or NULL where nothing more can be asked of it.
 */
void ik_doctor_database(ik_doctor_t *doctor, ik_db_t **db, const char *spec, const char *shown, uid_t user);

/*
 * What is in the database: that some httpd keeps house and whose clock it has, the certificates of identity providers,
 * the addresses that metadata is fetched from. *account is one that people can sign in to, or NULL.
 */
void ik_doctor_contents(ik_doctor_t *doctor, const char **account, ik_db_t *db);

#endif
