/* SPDX-License-Identifier: Apache-2.0 */
/* Judges files and database of a set-up that runs. */
#include "sso/doctor.h"

#include <stdarg.h>
#include <unistd.h>

#include <apr_strings.h>

#include "base/permissions.h"
#include "saml/metadata.h"
#include "seal/keyring.h"
#include "store/account.h"
#include "store/schema.h"
#include "store/source.h"
#include "store/upkeep.h"

#define DAY (24 * 3600)
#define DAYS_TO_WARN 30             /* before a certificate ends */
#define QUIET_SECONDS (3 * 60)      /* housekeeping is every 30 seconds */
#define AHEAD_SECONDS 10            /* by which another machine's clock may be before ours */

void ik_doctor_begin(ik_doctor_t *doctor, apr_time_t now, apr_pool_t *p)
{
    *doctor = (ik_doctor_t){ .p = p, .now = now, .findings = apr_array_make(p, 32, sizeof(ik_finding_t)) };
}

void ik_doctor_find(ik_doctor_t *doctor, ik_found_t state, const char *check, const char *subject, const char *fix,
                    const char *format, ...)
{
    ik_finding_t finding = { .state = state, .check = check, .subject = subject, .fix = fix };
    va_list args;

    va_start(args, format);
    finding.message = apr_pvsprintf(doctor->p, format, args);
    va_end(args);
    APR_ARRAY_PUSH(doctor->findings, ik_finding_t) = finding;
    doctor->count[state]++;
}

const char *ik_doctor_word(ik_found_t state)
{
    static const char *const words[IK_FOUND_COUNT] = { "ok", "warning", "failed" };

    return words[state];
}

void ik_doctor_keys(ik_doctor_t *doctor, const char *file, uid_t user)
{
    const char *problem = ik_permissions_keys(file, user, doctor->p);
    ik_keyring_t *ring;

    if (!problem && ik_keyring_load(&ring, file, doctor->p, &problem) == APR_SUCCESS)
        ik_doctor_find(doctor, IK_FOUND_OK, "keys", file, NULL, ring->keys->nelts == 1 ? "1 key" : "%d keys", ring->keys->nelts);
    else
        ik_doctor_find(doctor, IK_FOUND_FAILED, "keys", file,
                       geteuid() == 0 ? "Mend it as it says, and look again: the next start of httpd refuses this file."
                                      : "Run this as root, who may read the file, or mend it as it says.", "%s", problem);
}

/* NULL, or why a database that is there cannot be opened or used. */
static const char *open_database(ik_doctor_t *doctor, ik_db_t **db, const char *spec)
{
    const char *problem = NULL;
    ik_store_t *store;

    if (ik_store_open(&store, spec, 1, doctor->p, &problem) != APR_SUCCESS)
        return problem;
    if (!ik_store_exists(store, doctor->p))
        return "there is no such database";
    if (ik_store_acquire(db, store, doctor->p) == APR_SUCCESS)
        return NULL;
    *db = NULL;
    return apr_psprintf(doctor->p, "it cannot be opened: %s", ik_store_problem(store, doctor->p));
}

void ik_doctor_database(ik_doctor_t *doctor, ik_db_t **db, const char *spec, const char *shown, uid_t user)
{
    const char *file = strncmp(spec, "sqlite3:", 8) ? NULL : spec + 8, *problem;

    *db = NULL;
    problem = file ? ik_permissions_database(file, user, doctor->p) : NULL;
    if (problem)
        ik_doctor_find(doctor, IK_FOUND_FAILED, "permissions", shown, "Mend it as it says: the next start of httpd refuses this.",
                       "%s", problem);
    else if (file)
        ik_doctor_find(doctor, IK_FOUND_OK, "permissions", shown, NULL, "nobody else can open or change it");
    problem = open_database(doctor, db, spec);
    if (problem) {
        ik_doctor_find(doctor, IK_FOUND_FAILED, "database", shown, "Start it, or name with --db what IkSSODatabase names; logins "
                       "fail until it answers.", "%s", problem);
        return;
    }
    if (ik_schema_check(*db, doctor->p, &problem) == APR_SUCCESS) {
        ik_doctor_find(doctor, IK_FOUND_OK, "database", shown, NULL, "it answers, schema version %d", IK_SCHEMA_VERSION);
        return;
    }
    *db = NULL;
    ik_doctor_find(doctor, IK_FOUND_FAILED, "database", shown, "httpd and ikssoctl have to be of the version of the database.", "%s",
                   problem);
}

static void check_housekeeping(ik_doctor_t *doctor, ik_db_t *db)
{
    apr_time_t last = 0;
    apr_int64_t ago;

    if (ik_store_upkeep_last(&last, db, doctor->p) != APR_SUCCESS) {
        ik_doctor_find(doctor, IK_FOUND_FAILED, "housekeeping", "database", "Mend the database.", "it could not be asked: %s",
                       ik_db_problem(db));
        return;
    }
    ago = apr_time_sec(doctor->now - last);
    if (ago < -AHEAD_SECONDS)
        ik_doctor_find(doctor, IK_FOUND_FAILED, "housekeeping", "database", "Set the clocks of all machines by NTP (timedatectl "
                       "set-ntp true).", "the clock of the machine that keeps house is %" APR_INT64_T_FMT " seconds ahead of this "
                       "one's", -ago);
    else if (ago > QUIET_SECONDS)
        ik_doctor_find(doctor, IK_FOUND_FAILED, "housekeeping", "database", "Start httpd; if it runs, look for IK0163 in its error "
                       "log, and whether it uses this database.",
                       last ? "no httpd has kept house for %" APR_INT64_T_FMT " seconds" : "no httpd has ever kept house", ago);
    else
        ik_doctor_find(doctor, IK_FOUND_OK, "housekeeping", "database", NULL, "last %" APR_INT64_T_FMT " seconds ago",
                       ago > 0 ? ago : 0);
}

/* ---- accounts */

typedef struct accounts_t {
    ik_doctor_t *doctor;
    apr_array_header_t *ids;            /* const char *: of those that people can sign in to */
    int sound, fetched;
} accounts_t;

static apr_status_t take_id(void *arg, const ik_account_t *account)
{
    accounts_t *all = arg;

    if (account->enabled && account->idp_entity_id)
        APR_ARRAY_PUSH(all->ids, const char *) = apr_pstrdup(all->doctor->p, account->id);
    return APR_SUCCESS;
}

/* The certificate that lasts longest: while it does, a login can be verified. */
static apr_time_t last_end(const ik_idp_t *idp)
{
    apr_time_t end = 0;

    for (int i = 0; i < idp->signing->nelts; i++) {
        const ik_certificate_t *certificate = APR_ARRAY_IDX(idp->signing, i, const ik_certificate_t *);

        if (certificate->not_after > end)
            end = certificate->not_after;
    }
    return end;
}

static void check_certificates(accounts_t *all, const char *id, const char *metadata, apr_pool_t *p)
{
    ik_doctor_t *doctor = all->doctor;
    ik_metadata_report_t *report = ik_metadata_read(metadata, strlen(metadata), doctor->now, p);
    apr_int64_t days;

    if (!report->idp) {
        ik_doctor_find(doctor, IK_FOUND_FAILED, "account", id, "Save the metadata of its identity provider anew.", "%s",
                       report->problem);
        return;
    }
    days = apr_time_sec(last_end(report->idp) - doctor->now) / DAY;
    if (last_end(report->idp) <= doctor->now)
        ik_doctor_find(doctor, IK_FOUND_WARNING, "account", id, "Have its administrator save the current metadata: logins "
                       "fail as soon as the identity provider signs with another key.", "every signing certificate of its identity "
                       "provider has expired");
    else if (days < DAYS_TO_WARN)
        ik_doctor_find(doctor, IK_FOUND_WARNING, "account", id, "Have its administrator save the metadata with the next one "
                       "in time.", "the last signing certificate of its identity provider expires in %" APR_INT64_T_FMT " days", days);
    else
        all->sound++;
}

static void check_source(accounts_t *all, const char *id, ik_db_t *db, apr_pool_t *p)
{
    ik_doctor_t *doctor = all->doctor;
    ik_source_t *source;

    if (ik_store_source_get(&source, db, id, p) != APR_SUCCESS)
        return;
    if (!source->failing_since)
        all->fetched++;
    else
        ik_doctor_find(doctor, IK_FOUND_WARNING, "metadata URL", id, "The metadata fetched last goes on counting; mend what it says, "
                       "or have the account's administrator save another URL.", "%s has failed for %" APR_INT64_T_FMT " hours: %s",
                       source->url, apr_time_sec(doctor->now - source->failing_since) / 3600, source->cause);
}

/* Findings keep the id, which is the doctor's; all else is in p and goes with it. */
static apr_status_t check_account(accounts_t *all, const char *id, ik_db_t *db, apr_pool_t *p)
{
    ik_account_t *account;
    apr_status_t rv = ik_store_account_get(&account, db, id, p);

    /* One that was deleted meanwhile is no trouble. */
    if (rv == APR_NOTFOUND)
        return APR_SUCCESS;
    if (rv != APR_SUCCESS)
        return rv;
    if (account->metadata)
        check_certificates(all, id, account->metadata, p);
    check_source(all, id, db, p);
    return APR_SUCCESS;
}

/* One at a time: a hundred thousand accounts have gigabytes of metadata. */
static apr_status_t check_each(accounts_t *all, ik_db_t *db)
{
    apr_pool_t *one;
    apr_status_t rv = apr_pool_create(&one, all->doctor->p);

    if (rv != APR_SUCCESS)
        return rv;
    for (int i = 0; i < all->ids->nelts && rv == APR_SUCCESS; i++) {
        rv = check_account(all, APR_ARRAY_IDX(all->ids, i, const char *), db, one);
        apr_pool_clear(one);
    }
    apr_pool_destroy(one);
    return rv;
}

static void check_accounts(ik_doctor_t *doctor, const char **one, ik_db_t *db)
{
    accounts_t all = { .doctor = doctor, .ids = apr_array_make(doctor->p, 16, sizeof(const char *)) };
    apr_status_t rv = ik_store_account_each(db, take_id, &all, doctor->p);

    if (rv == APR_SUCCESS)
        rv = check_each(&all, db);
    if (rv != APR_SUCCESS) {
        ik_doctor_find(doctor, IK_FOUND_FAILED, "account", "database", "Mend the database.", "the accounts could not be read: %s",
                       ik_db_problem(db));
        return;
    }
    *one = all.ids->nelts ? APR_ARRAY_IDX(all.ids, 0, const char *) : NULL;
    ik_doctor_find(doctor, IK_FOUND_OK, "account", "all", NULL, "%d of %d that people can sign in to have certificates for %d days "
                   "and more", all.sound, all.ids->nelts, DAYS_TO_WARN);
    if (all.fetched)
        ik_doctor_find(doctor, IK_FOUND_OK, "metadata URL", "all", NULL, "metadata of %d accounts is fetched", all.fetched);
}

void ik_doctor_contents(ik_doctor_t *doctor, const char **account, ik_db_t *db)
{
    *account = NULL;
    check_housekeeping(doctor, db);
    check_accounts(doctor, account, db);
}
