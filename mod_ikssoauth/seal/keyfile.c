/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and replaces the key file with the system's own calls: APR's cannot refuse a FIFO, fsync or keep an owner. */
#include "seal/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_file_info.h>
#include <apr_strings.h>
#include <openssl/crypto.h>

/* The modes that let somebody else read or change the keys, and the command that mends each. */
static const struct {
    mode_t bits;
    const char *fault, *fix;
} bad_modes[] = {
    { S_IRWXO, "can be opened by every user", "o=" },
    { S_IWGRP, "can be written by its group", "g-w" },
};

/* Says that the system refused to do what to path; returns why. */
static apr_status_t system_problem(apr_pool_t *p, const char **problem, const char *what, const char *path)
{
    apr_status_t rv = APR_FROM_OS_ERROR(errno);
    char reason[128];

    *problem = apr_psprintf(p, "cannot %s %s: %s", what, path, apr_strerror(rv, reason, sizeof reason));
    return rv;
}

/* An owner can change the keys: it may be root, or whom this process runs as. root trusts whom it appointed. */
static int owner_is_trusted(uid_t owner)
{
    return owner == 0 || owner == geteuid() || geteuid() == 0;
}

static apr_status_t check_access(const struct stat *info, const char *path, apr_pool_t *p, const char **problem)
{
    apr_size_t i;

    if (!S_ISREG(info->st_mode)) {
        *problem = apr_psprintf(p, "%s is not a regular file: name a file that 'ikssoctl init' made", path);
        return APR_EGENERAL;
    }
    if (!owner_is_trusted(info->st_uid)) {
        *problem = apr_psprintf(p, "%s belongs to user %lu: make it belong to root (chown root %s)", path,
                                (unsigned long)info->st_uid, path);
        return APR_EACCES;
    }
    for (i = 0; i < sizeof bad_modes / sizeof bad_modes[0]; i++) {
        if (info->st_mode & bad_modes[i].bits) {
            *problem = apr_psprintf(p, "%s %s: take that right away (chmod %s %s)", path, bad_modes[i].fault,
                                    bad_modes[i].fix, path);
            return APR_EACCES;
        }
    }
    if (info->st_size > IK_KEYFILE_MAX) {
        *problem = apr_psprintf(p, "%s is longer than %d bytes: it is not a key file", path, IK_KEYFILE_MAX);
        return APR_EGENERAL;
    }
    return APR_SUCCESS;
}

/* Up to size bytes; how many there were, or -1. */
static ssize_t read_all(int fd, char *to, apr_size_t size)
{
    apr_size_t got = 0;

    while (got < size) {
        ssize_t n = read(fd, to + got, size - got);

        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0)
            got += (apr_size_t)n;
    }
    return (ssize_t)got;
}

static apr_status_t read_open(ik_keyfile_t *file, int fd, const char *path, apr_pool_t *p, const char **problem)
{
    struct stat info;
    apr_status_t rv;
    apr_size_t size;
    ssize_t got;

    if (fstat(fd, &info) != 0)
        return system_problem(p, problem, "examine", path);
    rv = check_access(&info, path, p, problem);
    if (rv != APR_SUCCESS)
        return rv;
    size = (apr_size_t)info.st_size;
    file->text = apr_pcalloc(p, size + 1);
    file->len = size;
    got = read_all(fd, file->text, size);
    if (got < 0) {
        rv = system_problem(p, problem, "read", path);
        ik_keyfile_wipe(file);
        return rv;
    }
    file->len = (apr_size_t)got;
    return APR_SUCCESS;
}

apr_status_t ik_keyfile_read(ik_keyfile_t *file, const char *path, apr_pool_t *p, const char **problem)
{
    apr_status_t rv;
    int fd;

    file->text = NULL;
    file->len = 0;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);  /* a FIFO would hold up the server's start */
    if (fd < 0)
        return system_problem(p, problem, "open", path);
    rv = read_open(file, fd, path, p, problem);
    close(fd);
    return rv;
}

void ik_keyfile_wipe(ik_keyfile_t *file)
{
    if (file->text)
        OPENSSL_cleanse(file->text, file->len);
    file->text = NULL;
    file->len = 0;
}

static int write_all(int fd, const char *text)
{
    apr_size_t len = strlen(text), done = 0;

    while (done < len) {
        ssize_t n = write(fd, text + done, len - done);

        if (n < 0 && errno != EINTR)
            return 0;
        if (n > 0)
            done += (apr_size_t)n;
    }
    return 1;
}

/* like NULL: a new file, ours, mode 0640. The mode comes last, since a change of owner may clear bits of it. */
static int finish(int fd, const char *text, const struct stat *like)
{
    if (!write_all(fd, text))
        return 0;
    if (like && fchown(fd, like->st_uid, like->st_gid) != 0)
        return 0;
    return fchmod(fd, like ? like->st_mode & 07777 : 0640) == 0 && fsync(fd) == 0;
}

/* Writes text to a fresh file beside path; *name is its name. On failure nothing is left. */
static apr_status_t write_beside(char **name, const char *path, const char *text, const struct stat *like,
                                 apr_pool_t *p, const char **problem)
{
    apr_status_t rv = APR_SUCCESS;
    int fd;

    *name = apr_pstrcat(p, path, ".XXXXXX", NULL);
    fd = mkostemp(*name, O_CLOEXEC);
    if (fd < 0)
        return system_problem(p, problem, "create a file beside", path);
    if (!finish(fd, text, like)) {
        rv = system_problem(p, problem, "write", *name);
        unlink(*name);
    }
    close(fd);
    return rv;
}

static const char *directory_of(const char *path, apr_pool_t *p)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    return slash == path ? "/" : apr_pstrmemdup(p, path, (apr_size_t)(slash - path));
}

/* A new name is safe from power loss once its directory is on disk. */
static apr_status_t sync_directory(const char *path, apr_pool_t *p, const char **problem)
{
    const char *directory = directory_of(path, p);
    apr_status_t rv = APR_SUCCESS;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return system_problem(p, problem, "open", directory);
    if (fsync(fd) != 0)
        rv = system_problem(p, problem, "sync", directory);
    close(fd);
    return rv;
}

apr_status_t ik_keyfile_create(const char *path, const char *text, apr_pool_t *p, const char **problem)
{
    apr_status_t rv;
    char *name;

    rv = write_beside(&name, path, text, NULL, p, problem);
    if (rv != APR_SUCCESS)
        return rv;
    if (link(name, path) != 0)  /* unlike rename, never in the place of another file */
        rv = system_problem(p, problem, "create", path);
    unlink(name);
    return rv == APR_SUCCESS ? sync_directory(path, p, problem) : rv;
}

static apr_status_t unlock(void *fd)
{
    close(*(int *)fd);
    return APR_SUCCESS;
}

/* The directory is what is locked: the file itself is another one after each change. */
apr_status_t ik_keyfile_lock(const char **target, const char *path, apr_pool_t *p, const char **problem)
{
    char *real = realpath(path, NULL);
    const char *directory;
    int *fd = apr_palloc(p, sizeof *fd);

    if (!real)
        return system_problem(p, problem, "open", path);
    *target = apr_pstrdup(p, real);
    free(real);
    directory = directory_of(*target, p);
    *fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return system_problem(p, problem, "open", directory);
    apr_pool_cleanup_register(p, fd, unlock, apr_pool_cleanup_null);
    if (flock(*fd, LOCK_EX) != 0)
        return system_problem(p, problem, "lock", directory);
    return APR_SUCCESS;
}

apr_status_t ik_keyfile_replace(const char *target, const char *text, apr_pool_t *p, const char **problem)
{
    struct stat like;
    apr_status_t rv;
    char *name;

    if (stat(target, &like) != 0)
        return system_problem(p, problem, "examine", target);
    rv = write_beside(&name, target, text, &like, p, problem);
    if (rv != APR_SUCCESS)
        return rv;
    if (rename(name, target) != 0) {
        rv = system_problem(p, problem, "replace", target);
        unlink(name);
        return rv;
    }
    return sync_directory(target, p, problem);
}
