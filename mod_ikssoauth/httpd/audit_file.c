/* SPDX-License-Identifier: Apache-2.0 */
/* Opens what IkSSOAuditLog names, and writes lines to it. */
#include "httpd/audit_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_hash.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <http_log.h>

#include "httpd/config.h"
#include "httpd/log_sink.h"
#include "shm/segment.h"
#include "sso/audit.h"

#define MODE (S_IRUSR | S_IWUSR | S_IRGRP)     /* it has e-mail addresses */
#define FLAGS (O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)     /* what is no file must not hold up anybody */
#define PATIENCE_MS 500         /* with a program that does not read: somebody's sign-in waits meanwhile */

/* What all processes know of it. */
typedef struct health_t {
    atomic_int failing;         /* and it was said */
    atomic_int torn;            /* a line was not written to its end */
} health_t;

typedef struct audit_file_t {
    struct ik_audit_t audit;
    const char *name;           /* as it was configured */
    int fd;
    health_t *health;
} audit_file_t;

/* A pipe is full: 1 if there is room again in a moment. Once it was not, nobody waits any more. */
static int has_room_again(const audit_file_t *file)
{
    struct pollfd room = { .fd = file->fd, .events = POLLOUT };

    return !atomic_load(&file->health->failing) && poll(&room, 1, PATIENCE_MS) == 1 && (room.revents & POLLOUT);
}

/* One write, so that it stays in one piece beside those of other processes; a pipe takes such a line whole, or nothing. */
static apr_status_t write_whole(audit_file_t *file, const char *text, apr_size_t len)
{
    ssize_t done;

    do
        done = write(file->fd, text, len);
    while (done < 0 && (errno == EINTR || (errno == EAGAIN && has_room_again(file))));
    if (done < 0)
        return APR_FROM_OS_ERROR(errno);
    if ((apr_size_t)done == len)
        return APR_SUCCESS;
    atomic_store(&file->health->torn, 1);
    return APR_ENOSPC;
}

static void report(audit_file_t *file, const ik_ctx_t *ctx, apr_status_t rv)
{
    if (rv == APR_SUCCESS && atomic_load(&file->health->failing) && atomic_exchange(&file->health->failing, 0))
        ik_log(ctx->log, IK_LOG_NOTICE, "IK0351", 0, "the audit log \"%s\" works again", file->name);
    if (rv != APR_SUCCESS && !atomic_exchange(&file->health->failing, 1))
        ik_log(ctx->log, IK_LOG_ERROR, "IK0352", rv, "the audit log \"%s\" cannot be written: its lines are lost until it can; "
               "make room for it, or mend the program that takes it", file->name);
}

/* What was left of a torn line is ended first, or the next one would be spoilt with it. */
static apr_status_t write_line(void *to, const ik_ctx_t *ctx, const char *line)
{
    audit_file_t *file = to;
    const char *text = atomic_exchange(&file->health->torn, 0) ? apr_pstrcat(ctx->p, "\n", line, NULL) : line;
    apr_status_t rv = write_whole(file, text, strlen(text));

    if (rv != APR_SUCCESS && text != line)
        atomic_store(&file->health->torn, 1);
    report(file, ctx, rv);
    return rv;
}

/* A FIFO would lose lines whenever its reader is away. What httpd was started with may be a pipe: /dev/stdout in a container. */
static int is_fit(const struct stat *info, const char *name)
{
    return S_ISREG(info->st_mode) || S_ISCHR(info->st_mode) || (S_ISFIFO(info->st_mode) && !strncmp(name, "/dev/", 5));
}

static apr_status_t open_file(int *fd, const char *name)
{
    struct stat info;

    *fd = open(name, FLAGS | O_CREAT, MODE);
    if (*fd < 0)
        return APR_FROM_OS_ERROR(errno);
    if (fstat(*fd, &info) == 0 && is_fit(&info, name))
        return APR_SUCCESS;
    close(*fd);
    return APR_EINVAL;
}

static apr_status_t close_file(void *log)
{
    close(((audit_file_t *)log)->fd);
    return APR_SUCCESS;
}

/* "|PROGRAM ARGS", "|$SHELL COMMAND", as CustomLog has them. The writing end is ours alone: it may refuse to wait. */
static apr_status_t open_program(int *fd, const char *name, apr_pool_t *p)
{
    int in_shell = name[1] == '$';
    piped_log *program = ap_open_piped_log_ex(p, name + 1 + (in_shell || name[1] == '|'),
                                              in_shell ? APR_SHELLCMD_ENV : APR_PROGRAM_ENV);
    apr_status_t rv = program ? APR_SUCCESS : APR_EGENERAL;

    if (rv != APR_SUCCESS)
        return rv;
    rv = apr_os_file_get(fd, ap_piped_log_write_fd(program));
    if (rv == APR_SUCCESS && fcntl(*fd, F_SETFL, fcntl(*fd, F_GETFL) | O_NONBLOCK) != 0)
        rv = APR_FROM_OS_ERROR(errno);
    return rv;
}

static apr_status_t open_log(audit_file_t **opened, const char *name, apr_pool_t *p)
{
    audit_file_t *log = apr_pcalloc(p, sizeof *log);
    void *health;
    apr_status_t rv = *name == '|' ? open_program(&log->fd, name, p) : open_file(&log->fd, name);

    if (rv == APR_SUCCESS && *name != '|')
        apr_pool_cleanup_register(p, log, close_file, apr_pool_cleanup_null);
    if (rv == APR_SUCCESS)
        rv = ik_segment_create(&health, sizeof(health_t), p);
    if (rv != APR_SUCCESS)
        return rv;
    log->name = name;
    log->health = health;
    log->audit = (struct ik_audit_t){ write_line, log };
    *opened = log;
    return APR_SUCCESS;
}

/* 1 if who runs this may do that to the file; the rights that a start would have, not those of a caller of sudo. */
static int may(const char *file, int what)
{
    return faccessat(AT_FDCWD, file, what, AT_EACCESS) == 0;
}

/* A file that is not there yet is created, but no directory. */
static const char *look_at_place(const char *name, apr_pool_t *p)
{
    const char *end = strrchr(name, '/'), *directory = end > name ? apr_pstrmemdup(p, name, (apr_size_t)(end - name)) : "/";
    struct stat info;

    if (stat(directory, &info) != 0)
        return apr_psprintf(p, "there is no directory %s for it: create that (mkdir -p %s), or correct the name", directory, directory);
    if (!S_ISDIR(info.st_mode))
        return apr_psprintf(p, "%s is no directory: correct the name", directory);
    return may(directory, W_OK | X_OK) ? NULL
        : apr_psprintf(p, "%s cannot be created by the user that starts httpd: make %s writable for it, or correct the name",
                       name, directory);
}

/* It says at once whether it can be opened. */
static const char *look_at_file(const char *name, apr_pool_t *p)
{
    struct stat info;
    apr_status_t rv;
    int fd;

    if (stat(name, &info) != 0)
        return look_at_place(name, p);
    if (S_ISDIR(info.st_mode))
        return apr_psprintf(p, "%s is a directory: write the name of a file in it, such as %s/ikssoauth-audit.log", name, name);
    if (!is_fit(&info, name))
        return apr_psprintf(p, "%s is no regular file: name one, or write \"|PROGRAM\" for a program that takes the lines", name);
    fd = open(name, FLAGS);
    rv = errno;
    if (fd >= 0)
        close(fd);
    return fd >= 0 ? NULL
        : apr_psprintf(p, "%s cannot be written by the user that starts httpd (%pm): make it writable for it, or name another file",
                       name, &rv);
}

/* Nobody searches PATH for it; what a shell makes of its line, only the shell knows, unless it begins with a whole name. */
static const char *look_at_program(const char *name, apr_pool_t *p)
{
    int in_shell = name[1] == '$';
    struct stat info;
    char **words;

    if (apr_tokenize_to_argv(name + 1 + (in_shell || name[1] == '|'), &words, p) != APR_SUCCESS || !words[0]
        || (in_shell && *words[0] != '/'))
        return NULL;
    if (*words[0] != '/' && !may(words[0], X_OK))
        return apr_psprintf(p, "the program \"%s\" is not looked for anywhere: write its whole name, such as /usr/bin/%s, or give the "
                            "line to a shell (\"|$%s …\")", words[0], words[0], words[0]);
    if (stat(words[0], &info) != 0)
        return apr_psprintf(p, "there is no program %s: correct the name, or install it", words[0]);
    return !S_ISDIR(info.st_mode) && may(words[0], X_OK) ? NULL
        : apr_psprintf(p, "%s is no program that can be run: make it executable (chmod +x %s), or correct the name", words[0], words[0]);
}

const char *ik_audit_file_look(const char *name, apr_pool_t *p)
{
    return *name == '|' ? look_at_program(name, p) : look_at_file(name, p);
}

/* In the words that the configtest has for it, which knows nothing of what only goes wrong now. */
static int refuse_start(const ik_conf_t *conf, apr_status_t rv, apr_pool_t *ptemp)
{
    const char *problem = ik_audit_file_look(conf->audit_log, ptemp);

    if (!problem)
        problem = apr_psprintf(ptemp, "\"%s\" cannot be opened (%pm)", conf->audit_log, &rv);
    ik_log_server(conf->server, IK_LOG_ERROR, "IK0353", 0, "%s: %s", ik_conf_cite(conf, "IkSSOAuditLog", ptemp), problem);
    return HTTP_INTERNAL_SERVER_ERROR;
}

static int open_for(ik_conf_t *conf, apr_hash_t *known, apr_pool_t *p, apr_pool_t *ptemp)
{
    audit_file_t *log = apr_hash_get(known, conf->audit_log, APR_HASH_KEY_STRING);
    apr_status_t rv = log ? APR_SUCCESS : open_log(&log, conf->audit_log, p);

    if (rv != APR_SUCCESS)
        return refuse_start(conf, rv, ptemp);
    apr_hash_set(known, conf->audit_log, APR_HASH_KEY_STRING, log);
    conf->audit = &log->audit;
    return OK;
}

int ik_audit_file_open(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    apr_hash_t *known = apr_hash_make(ptemp);
    int status = OK;

    (void)plog;
    for (server_rec *s = main_server; s && status == OK; s = s->next) {
        ik_conf_t *conf = ik_conf_of(s);

        if (conf->enabled && conf->audit_log)
            status = open_for(conf, known, pconf, ptemp);
    }
    return status;
}
