/* SPDX-License-Identifier: Apache-2.0 */
/* Judges the key pairs of our own that a virtual host signs and decrypts with. */
#include "sso/doctor.h"

#include <unistd.h>

#include "sso/own_keys.h"

#define DAY (24 * 3600)
#define DAYS_TO_WARN 30         /* before a certificate ends */

/* The one that signs: others end by themselves, or begin. */
static void judge(ik_doctor_t *doctor, const char *subject, const char *fix, const ik_certificate_t *certificate)
{
    apr_int64_t days = apr_time_sec(certificate->not_after - doctor->now) / DAY;

    if (certificate->not_after <= doctor->now)
        ik_doctor_find(doctor, IK_FOUND_WARNING, "own keys", subject, fix, "our certificate has expired; some identity providers "
                       "refuse it");
    else if (days < DAYS_TO_WARN)
        ik_doctor_find(doctor, IK_FOUND_WARNING, "own keys", subject, fix, "our certificate expires in %" APR_INT64_T_FMT " days", days);
    else
        ik_doctor_find(doctor, IK_FOUND_OK, "own keys", subject, NULL, "our certificate is good for %" APR_INT64_T_FMT " days", days);
}

static void cannot(ik_doctor_t *doctor, const char *subject, const char *problem)
{
    ik_doctor_find(doctor, IK_FOUND_FAILED, "own keys", subject,
                   geteuid() == 0 ? "Mend it as it says, and look again: the next start of httpd refuses this."
                                  : "Run this as root, who may read the keys, or mend it as it says.", "%s", problem);
}

static void look_at_directory(ik_doctor_t *doctor, const char *path, uid_t user, gid_t group)
{
    const char *problem = ik_own_keys_permissions(path, user, group, doctor->p);
    ik_spkeys_t *keys;

    if (problem || ik_own_keys_load(&keys, path, doctor->p, &problem) != APR_SUCCESS)
        cannot(doctor, path, problem);
    else
        judge(doctor, path, "Begin a rotation with \"ikssoctl sp-key publish-next\".",
              APR_ARRAY_IDX(keys->certificates, 0, ik_certificate_t *));
}

static void look_at_pair(ik_doctor_t *doctor, const char *file, const char *key)
{
    ik_spkeys_t *keys = ik_spkeys_make(doctor->p);
    const char *problem = NULL;

    if (ik_spkeys_add(keys, file, key, doctor->p, &problem) != APR_SUCCESS)
        cannot(doctor, file, problem ? problem : "it cannot be used");
    else
        judge(doctor, file, "Make a new pair, and publish both before the old one goes.",
              APR_ARRAY_IDX(keys->certificates, 0, ik_certificate_t *));
}

void ik_doctor_own_keys(ik_doctor_t *doctor, const char *path, const char *key, uid_t user, gid_t group)
{
    if (*key)
        look_at_pair(doctor, path, key);
    else
        look_at_directory(doctor, path, user, group);
}
