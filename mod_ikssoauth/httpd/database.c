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

#include "httpd/log_sink.h"
#include "httpd/permissions.h"
#include "sso/revoke.h"
#include "store/db.h"
#include "store/host.h"
#include "store/schema.h"

#define SENTENCE_MAX 2048

static const char *open_store(ik_store_t **store, const char *spec, apr_pool_t *p)
{
    const char *problem = NULL;

    if (ik_store_open(store, spec, 1, p, &problem) == APR_SUCCESS)
        return NULL;
    return problem ? problem : "the database cannot be opened";
}

/* How it went: the exit code of the process that did it. What there is to say is in its pipe. */
typedef enum { PREPARED, WARNED, REFUSED, SPEECHLESS } outcome_t;

/* What is to be prepared. */
typedef struct job_t {
    const char *spec;
    ik_revocations_t *revocations;
    const apr_array_header_t *hosts;        /* ik_known_host_t */
    server_rec *server;
    const char *file;       /* NULL: the database is a server */
    int looks;              /* nothing is to be prepared, but to be said whether it could be */
    const char *said;       /* the sentence of a warning or refusal */
    ik_store_t *store;
} job_t;

static outcome_t say(job_t *job, outcome_t outcome, const char *sentence)
{
    job->said = sentence;
    return outcome;
}

/* A server that has read the database before goes on: its sessions can be judged, and its logins wait. */
static outcome_t unreachable(job_t *job, apr_pool_t *p)
{
    if (job->looks && !job->file)
        return say(job, WARNED, "the database cannot be reached now: while it cannot, logins are answered 503");
    if (!job->looks && ik_revocations_position(job->revocations) >= 0)
        return say(job, WARNED, "the database cannot be reached now: logins are answered 503 until it can");
    if (!job->file)
        return say(job, WARNED, "the database cannot be reached now: logins, and requests of people who are signed "
                   "in, are answered 503 until it can");
    return say(job, REFUSED, apr_psprintf(p, "%s cannot be opened by the user that httpd serves as: make the file and "
                                          "its directory writable for it, or run ikssoctl init --owner USER",
                                          job->spec));
}

static outcome_t bring_tables(job_t *job, ik_db_t *db, apr_pool_t *p)
{
    const char *problem = NULL;
    apr_status_t rv = job->file ? ik_schema_upgrade(NULL, db, p, &problem) : ik_schema_check(db, p, &problem);

    if (rv == APR_SUCCESS)
        return PREPARED;
    if (problem)
        return say(job, REFUSED, problem);
    if (!job->file)
        return say(job, REFUSED, "the tables are not those of this version: run ikssoctl init");
    return say(job, REFUSED, apr_psprintf(p, "the tables of %s cannot be created", job->spec));
}

/* Before the first child serves, so that no session is answered 503 in between. */
static outcome_t read_revocations(job_t *job, ik_db_t *db, apr_pool_t *p)
{
    ik_ctx_t ctx = { .p = p, .now = apr_time_now(), .store = job->store, .revocations = job->revocations };

    ctx.log = ik_log_sink_server(job->server, p);
    if (ik_revoke_sync(&ctx, db) == APR_SUCCESS)
        return PREPARED;
    return say(job, WARNED, apr_psprintf(p, "the revocations cannot be read now, the server tries again: %s",
                                         ik_db_problem(db)));
}

static int is_known(const ik_known_host_t *host, const apr_array_header_t *known)
{
    for (int i = 0; i < known->nelts; i++) {
        const ik_known_host_t *other = APR_ARRAY_IDX(known, i, const ik_known_host_t *);

        if (!strcmp(other->origin, host->origin))
            return !strcmp(other->settings_path, host->settings_path) && !strcmp(other->settings, host->settings);
    }
    return 0;
}

/* Nothing is written where nothing has changed: a start waits for no writer that it need not wait for. */
static void announce(const job_t *job, ik_db_t *db, apr_pool_t *p)
{
    apr_array_header_t *known;
    apr_status_t rv = ik_store_host_list(&known, db, p);

    for (int i = 0; i < job->hosts->nelts && rv == APR_SUCCESS; i++) {
        ik_known_host_t host = APR_ARRAY_IDX(job->hosts, i, ik_known_host_t);

        host.seen = apr_time_now();
        if (!is_known(&host, known))
            rv = ik_store_host_put(db, &host, p);
    }
}

/* path becomes that of the directory it is in. */
static void go_up(char *path)
{
    char *slash = strrchr(path, '/');

    slash[slash == path] = '\0';
}

/* A database is made when httpd starts, if it can be; so is its directory, by root. */
static int has_room(const char *file, apr_pool_t *p)
{
    char *dir = apr_pstrdup(p, file);
    struct stat found;

    go_up(dir);
    if (stat(dir, &found) == 0)
        return S_ISDIR(found.st_mode) && access(dir, W_OK | X_OK) == 0;
    while (stat(dir, &found) != 0 && dir[1])
        go_up(dir);
    return S_ISDIR(found.st_mode);
}

static int is_there(const char *file)
{
    struct stat found;

    return stat(file, &found) == 0 && found.st_size > 0;
}

/* Whether the tables are ours, or such that the start makes ours of them. */
static outcome_t look(job_t *job, apr_pool_t *p)
{
    const char *problem = job->file ? ik_permissions_check_database(job->file, p) : NULL;
    ik_db_t *db;

    if (problem)
        return say(job, REFUSED, problem);
    if (job->file && (!has_room(job->file, p) || (is_there(job->file) && access(job->file, R_OK | W_OK) != 0)))
        return unreachable(job, p);
    if (job->file && !is_there(job->file))
        return PREPARED;
    problem = open_store(&job->store, job->spec, p);
    if (problem)
        return say(job, REFUSED, problem);
    if (ik_store_acquire(&db, job->store, p) != APR_SUCCESS)
        return unreachable(job, p);
    if ((job->file ? ik_schema_can_upgrade(db, p, &problem) : ik_schema_check(db, p, &problem)) != APR_SUCCESS)
        return say(job, REFUSED, problem);
    return PREPARED;
}

static outcome_t prepare(job_t *job, apr_pool_t *p)
{
    const char *problem = job->file ? ik_permissions_check_database(job->file, p) : NULL;
    ik_db_t *db;
    outcome_t outcome;

    if (!problem)
        problem = open_store(&job->store, job->spec, p);
    if (problem)
        return say(job, REFUSED, problem);
    if (ik_store_acquire(&db, job->store, p) != APR_SUCCESS)
        return unreachable(job, p);
    outcome = bring_tables(job, db, p);
    if (outcome == PREPARED)
        outcome = read_revocations(job, db, p);
    if (outcome == PREPARED)
        announce(job, db, p);
    return outcome;
}

/* What the child process does: become what httpd's children are, prepare, write what there is to say. */
static outcome_t prepare_as_server(int to, job_t *job, apr_pool_t *p)
{
    outcome_t outcome = say(job, REFUSED, "cannot take on the user of httpd's children");

    if (geteuid() != 0 || ap_run_drop_privileges(p, job->server) == OK) {
        job->said = NULL;
        umask(S_IRWXO | S_IWGRP);   /* a database that is created: SQLite gives the files beside it the same mode */
        outcome = job->looks ? look(job, p) : prepare(job, p);
    }
    if (job->said && write(to, job->said, strlen(job->said)) < 0)
        return SPEECHLESS;
    return outcome;
}

static const char *read_sentence(int from, apr_pool_t *p)
{
    char *text = apr_palloc(p, SENTENCE_MAX);
    apr_size_t len = 0;

    while (len < SENTENCE_MAX - 1) {
        ssize_t got = read(from, text + len, SENTENCE_MAX - 1 - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        len += (apr_size_t)got;
    }
    text[len] = '\0';
    return text;
}

static outcome_t wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return SPEECHLESS;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) < SPEECHLESS ? (outcome_t)WEXITSTATUS(status) : SPEECHLESS;
}

/*
 * In a process of its own, with the privileges of httpd's children: root would create files that they cannot
 * write, and would follow links that one of them, once taken over, could have planted in the directory. And what a
 * database's library sets up in a process does not survive in its children.
 */
static outcome_t prepare_in_child(job_t *job, apr_pool_t *p)
{
    int ends[2];
    pid_t pid;

    if (pipe(ends) != 0)
        return say(job, REFUSED, "no pipe for the process that prepares the database");
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        _exit((int)prepare_as_server(ends[1], job, p));
    }
    close(ends[1]);
    job->said = pid < 0 ? "no process to prepare the database" : read_sentence(ends[0], p);
    close(ends[0]);
    return pid < 0 ? REFUSED : wait_for(pid);
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

static const char *file_of(const char *spec)
{
    return strncmp(spec, "sqlite3:", 8) ? NULL : spec + 8;
}

static const char *run_job(job_t *job, const char **warning, apr_pool_t *p)
{
    outcome_t outcome = prepare_in_child(job, p);

    if (outcome == WARNED)
        *warning = job->said;
    if (outcome == PREPARED || outcome == WARNED)
        return NULL;
    return *job->said ? job->said : "the process that looks after the database failed";
}

const char *ik_database_prepare(const char **warning, const char *spec, ik_revocations_t *revocations,
                                const apr_array_header_t *hosts, server_rec *s, apr_pool_t *p)
{
    job_t job = { .spec = spec, .revocations = revocations, .hosts = hosts, .server = s, .file = file_of(spec) };
    const char *problem = job.file ? make_directory(job.file, p) : NULL;

    *warning = NULL;
    return problem ? problem : run_job(&job, warning, p);
}

const char *ik_database_look(const char **warning, const char *spec, server_rec *s, apr_pool_t *p)
{
    job_t job = { .spec = spec, .server = s, .file = file_of(spec), .looks = 1 };

    *warning = NULL;
    return run_job(&job, warning, p);
}
