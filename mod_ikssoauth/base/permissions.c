/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses files that somebody else could read or change, each with the command that mends it. */
#include "base/permissions.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_user.h>

static const char *name_of(uid_t uid, apr_pool_t *p)
{
    char *name;

    if (apr_uid_name_get(&name, uid, p) == APR_SUCCESS)
        return name;
    return apr_psprintf(p, "%lu", (unsigned long)uid);
}

/* owner is the one to suggest, user the one that httpd serves as. */
static const char *check_owner(const char *path, const struct stat *info, uid_t owner, uid_t user, apr_pool_t *p)
{
    if (info->st_uid == 0 || info->st_uid == user)
        return NULL;
    return apr_psprintf(p, "%s belongs to %s, but must belong to root or %s, the user that httpd serves as "
                        "(chown %s %s)", path, name_of(info->st_uid, p), name_of(user, p), name_of(owner, p),
                        path);
}

/* Who can write in a directory can put another file in the place of one, unless it has the sticky bit. */
static const char *check_directory_of(const char *file, uid_t owner, uid_t user, apr_pool_t *p)
{
    const char *slash = strrchr(file, '/');
    const char *path = !slash ? "." : slash == file ? "/" : apr_pstrmemdup(p, file, (apr_size_t)(slash - file));
    struct stat info;

    if (stat(path, &info) != 0)
        return NULL;
    if ((info.st_mode & S_IWOTH) && !(info.st_mode & S_ISVTX))
        return apr_psprintf(p, "the directory %s can be written by every user (chmod o-w %s)", path, path);
    return check_owner(path, &info, owner, user, p);
}

/* Where path leads, or path itself if that cannot be told. */
static const char *target_of(const char *path, apr_pool_t *p)
{
    char target[PATH_MAX];

    return realpath(path, target) ? apr_pstrdup(p, target) : path;
}

const char *ik_permissions_keys(const char *file, uid_t user, apr_pool_t *p)
{
    const char *target = target_of(file, p);
    const char *problem = check_directory_of(file, 0, user, p);
    struct stat info;

    if (!problem)
        problem = check_directory_of(target, 0, user, p);
    if (problem)
        return problem;
    if (stat(target, &info) == 0)
        return check_owner(target, &info, 0, user, p);
    if (errno != ENOENT && errno != ENOTDIR)
        return NULL;
    return apr_psprintf(p, "there is no %s: make it with \"ikssoctl --keys %s init --owner %s\", or copy the one of the other "
                        "machines", file, file, name_of(user, p));
}

static const char *check_database_file(const char *path, uid_t user, apr_pool_t *p)
{
    struct stat info;

    if (lstat(path, &info) != 0)
        return NULL;
    if (!S_ISREG(info.st_mode))
        return apr_psprintf(p, "%s is not a regular file: move it away", path);
    if (info.st_mode & S_IRWXO)
        return apr_psprintf(p, "%s can be opened by every user (chmod o= %s)", path, path);
    return check_owner(path, &info, user, user, p);
}

const char *ik_permissions_database(const char *file, uid_t user, apr_pool_t *p)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", "-journal", "-bell" };
    const char *target = target_of(file, p);
    const char *problem = check_directory_of(file, user, user, p);
    apr_size_t i;

    if (!problem)
        problem = check_directory_of(target, user, user, p);
    for (i = 0; i < sizeof suffixes / sizeof suffixes[0] && !problem; i++)
        problem = check_database_file(apr_pstrcat(p, target, suffixes[i], NULL), user, p);
    return problem;
}
