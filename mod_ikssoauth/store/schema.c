/* SPDX-License-Identifier: Apache-2.0 */
/* Brings the tables to the version this program needs, or says why they are not. */
#include <apr_strings.h>

#include "store/run.h"
#include "store/schema.h"

typedef struct upgrade_t {
    int from;
    const char **problem;
} upgrade_t;

static apr_status_t take_presence(void *arg, const ik_row_t *row, apr_pool_t *p)
{
    *(int *)arg = ik_row_text(row, 0, p) != NULL;
    return APR_SUCCESS;
}

/* *version: 0 if there are no tables, -1 if the tables hold no version. */
static apr_status_t read_version(apr_int64_t *version, ik_db_t *db, apr_pool_t *p)
{
    int present = 0;
    apr_status_t rv = ik_db_rows(db, IK_SQL_SCHEMA_FIND, NULL, take_presence, &present, p);

    *version = present ? -1 : 0;
    if (rv != APR_SUCCESS || !present)
        return rv;
    return ik_db_int(version, db, IK_SQL_SCHEMA_GET, NULL, p);
}

static const char *failure_sentence(ik_db_t *db, apr_pool_t *p)
{
    return apr_psprintf(p, "The database could not be used: %s.", ik_db_problem(db));
}

/* NULL if version can be upgraded to ours. */
static const char *version_problem(apr_int64_t version, apr_pool_t *p)
{
    if (version < 0)
        return "The database has a table ik_meta that is not ours: use a database of its own.";
    if (version > IK_SCHEMA_VERSION)
        return apr_psprintf(p, "The database has schema version %" APR_INT64_T_FMT ", newer than this program (%d): "
                            "install the newer program.", version, IK_SCHEMA_VERSION);
    return NULL;
}

static apr_status_t run_steps(ik_db_t *db, apr_int64_t from)
{
    const char *driver = ik_db_dialect(db)->driver;

    for (const ik_schema_step_t *step = ik_schema_steps; step->version; step++) {
        if (step->version <= from || (step->driver && strcmp(step->driver, driver) != 0))
            continue;
        if (ik_db_define(db, step->text) != APR_SUCCESS)
            return APR_EGENERAL;
    }
    return APR_SUCCESS;
}

static apr_status_t upgrade(ik_db_t *db, void *arg, apr_pool_t *p)
{
    upgrade_t *to = arg;
    const apr_int64_t wanted = IK_SCHEMA_VERSION;
    const void *args[] = { &wanted };
    apr_int64_t version = 0, ignored;
    int rows = 0;
    apr_status_t rv = ik_db_int(&ignored, db, IK_SQL_SCHEMA_LOCK, NULL, p);

    if (rv == APR_SUCCESS)
        rv = read_version(&version, db, p);
    if (rv != APR_SUCCESS)
        return rv;
    *to->problem = version_problem(version, p);
    if (*to->problem)
        return APR_EGENERAL;
    to->from = (int)version;
    if (version == IK_SCHEMA_VERSION)
        return APR_SUCCESS;
    rv = run_steps(db, version);
    if (rv == APR_SUCCESS)
        rv = ik_db_change(db, IK_SQL_SCHEMA_SET, args, &rows, p);
    return rv == APR_SUCCESS && rows != 1 ? APR_EGENERAL : rv;
}

apr_status_t ik_schema_upgrade(int *from, ik_db_t *db, apr_pool_t *p, const char **problem)
{
    upgrade_t to = { 0, problem };
    apr_status_t rv;

    *problem = NULL;
    rv = ik_db_transaction(db, IK_COMMIT_POWER_SAFE, upgrade, &to, p);
    if (rv != APR_SUCCESS && !*problem)
        *problem = failure_sentence(db, p);
    if (from)
        *from = to.from;
    return rv;
}

/* *version as it is, or an error and the sentence. */
static apr_status_t look(apr_int64_t *version, ik_db_t *db, apr_pool_t *p, const char **problem)
{
    apr_status_t rv = read_version(version, db, p);

    *problem = rv == APR_SUCCESS ? version_problem(*version, p) : failure_sentence(db, p);
    return rv == APR_SUCCESS && *problem ? APR_EGENERAL : rv;
}

apr_status_t ik_schema_can_upgrade(ik_db_t *db, apr_pool_t *p, const char **problem)
{
    apr_int64_t version;

    return look(&version, db, p, problem);
}

apr_status_t ik_schema_check(ik_db_t *db, apr_pool_t *p, const char **problem)
{
    apr_int64_t version = 0;
    apr_status_t rv = look(&version, db, p, problem);

    if (rv != APR_SUCCESS)
        return rv;
    if (version == 0)
        *problem = "The database has no tables yet: run \"ikssoctl init\".";
    else if (version < IK_SCHEMA_VERSION)
        *problem = apr_psprintf(p, "The database has schema version %" APR_INT64_T_FMT ", this program needs %d: "
                                "run \"ikssoctl init\".", version, IK_SCHEMA_VERSION);
    return *problem ? APR_EGENERAL : APR_SUCCESS;
}
