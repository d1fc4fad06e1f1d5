/* SPDX-License-Identifier: Apache-2.0 */
/* Makes sure, before children start, that the database is one that they can use. */
#include "httpd/database.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <errno.h>
#include <mpm_common.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unixd.h>

#include "store/db.h"
#include "store/schema.h"

#define PROBLEM_MAX 2048

static const char *open_store(ik_store_t **store, const char *spec, apr_pool_t *p)
{
    const char *problem = NULL;

    if (ik_store_open(store, spec, 1, p, &problem) == APR_SUCCESS)
        return NULL;
    return problem ? problem : "the database cannot be opened";
}

static const char *upgrade(const char *spec, apr_pool_t *p)
{
    const char *problem;
    ik_store_t *store;
    ik_db_t *db;
    apr_status_t rv;

    problem = open_store(&store, spec, p);
    if (problem)
        return problem;
    rv = ik_store_acquire(&db, store, p);
    if (rv != APR_SUCCESS)
        return apr_psprintf(p, "%s cannot be opened by the user that httpd serves as: make the file and its directory "
                            "writable for it, or run ikssoctl init --owner USER", spec);
    rv = ik_schema_upgrade(NULL, db, p, &problem);
    if (rv == APR_SUCCESS)
        return NULL;
    return problem ? problem : apr_psprintf(p, "the tables of %s cannot be created", spec);
}

/* What the child process does: become what httpd's children are, upgrade, report by writing the problem. */
static int upgrade_as_server(int to, const char *spec, server_rec *s, apr_pool_t *p)
{
    const char *problem = "cannot take on the user of httpd's children";

    if (geteuid() != 0 || ap_run_drop_privileges(p, s) == OK)
        problem = upgrade(spec, p);
    if (problem && write(to, problem, strlen(problem)) < 0)
        return 2;
    return problem ? 1 : 0;
}

static const char *read_problem(int from, apr_pool_t *p)
{
    char *text = apr_palloc(p, PROBLEM_MAX);
    apr_size_t len = 0;

    while (len < PROBLEM_MAX - 1) {
        ssize_t got = read(from, text + len, PROBLEM_MAX - 1 - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        len += (apr_size_t)got;
    }
    text[len] = '\0';
    return len ? text : "the process that prepares the database failed";
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return 0;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/*
 * In a process of its own, with the privileges of httpd's children: root would create files that they cannot
 * write, and would follow links that one of them, once taken over, could have planted in the directory.
 */
static const char *upgrade_in_child(const char *spec, server_rec *s, apr_pool_t *p)
{
    const char *problem;
    int ends[2];
    pid_t pid;

    if (pipe(ends) != 0)
        return "no pipe for the process that prepares the database";
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        _exit(upgrade_as_server(ends[1], spec, s, p));
    }
    close(ends[1]);
    problem = pid < 0 ? "no process to prepare the database" : read_problem(ends[0], p);
    close(ends[0]);
    return pid > 0 && wait_for(pid) ? NULL : problem;
}

/* Creates the directory of the database if it is missing, private, and owned by the user that httpd serves as. */
static const char *make_directory(const char *file, apr_pool_t *p)
{
    const char *dir = apr_pstrndup(p, file, (apr_size_t)(strrchr(file, '/') - file));
    struct stat found;
    apr_status_t rv;

    if (!*dir || stat(dir, &found) == 0)
        return NULL;
    rv = apr_dir_make_recursive(dir, APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_UEXECUTE
                                | APR_FPROT_GREAD | APR_FPROT_GEXECUTE, p);
    if (rv == APR_SUCCESS && geteuid() == 0
        && lchown(dir, ap_unixd_config.user_id, ap_unixd_config.group_id) != 0)
        rv = errno;
    if (rv == APR_SUCCESS)
        return NULL;
    return apr_psprintf(p, "the directory %s of IkSSODatabase cannot be created: %pm", dir, &rv);
}

static const char *check(const char **warning, const char *spec, apr_pool_t *p)
{
    const char *problem;
    ik_store_t *store;
    ik_db_t *db;

    problem = open_store(&store, spec, p);
    if (problem)
        return problem;
    if (ik_store_acquire(&db, store, p) != APR_SUCCESS) {
        *warning = "the database cannot be reached now: logins are answered 503 until it can";
        return NULL;
    }
    if (ik_schema_check(db, p, &problem) == APR_SUCCESS)
        return NULL;
    return problem ? problem : "the tables are not those of this version: run ikssoctl init";
}

const char *ik_database_prepare(const char **warning, const char *spec, server_rec *s, apr_pool_t *p)
{
    const char *file = !strncmp(spec, "sqlite3:", 8) ? spec + 8 : NULL;
    const char *problem;

    *warning = NULL;
    if (!file)
        return check(warning, spec, p);
    problem = make_directory(file, p);
    return problem ? problem : upgrade_in_child(spec, s, p);
}
