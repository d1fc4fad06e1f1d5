/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses files that somebody else could read or change, or httpd could not read, each with the command that mends it. */
#include "base/permissions.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_user.h>

#define GROUPS_MAX 256          /* of one user; further ones are not asked for */

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

/* ---- reading */

typedef struct reader_t {
    uid_t user;
    gid_t groups[GROUPS_MAX];
    int count;
} reader_t;

static void know_groups(reader_t *reader, uid_t user, gid_t group, apr_pool_t *p)
{
    reader->user = user;
    reader->count = GROUPS_MAX;
    if (getgrouplist(name_of(user, p), group, reader->groups, &reader->count) < 0 || reader->count < 1) {
        reader->groups[0] = group;
        reader->count = 1;
    }
}

static int is_in(const reader_t *reader, gid_t group)
{
    for (int i = 0; i < reader->count; i++)
        if (reader->groups[i] == group)
            return 1;
    return 0;
}

/* bit is S_IROTH or S_IXOTH: the owner's and the group's are further up. */
static int may(const reader_t *reader, const char *path, mode_t bit)
{
    struct stat info;

    if (reader->user == 0 || stat(path, &info) != 0 || getxattr(path, "system.posix_acl_access", NULL, 0) > 0)
        return 1;
    if (info.st_uid == reader->user)
        return (info.st_mode & (bit << 6)) != 0;
    return (info.st_mode & (is_in(reader, info.st_gid) ? bit << 3 : bit)) != 0;
}

/* The first directory on the way to an absolute path that stops the reader, in p; or NULL. */
static const char *barrier(const reader_t *reader, const char *path, apr_pool_t *p)
{
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        const char *directory = apr_pstrmemdup(p, path, (apr_size_t)(slash - path));

        if (!may(reader, directory, S_IXOTH))
            return directory;
    }
    return NULL;
}

static const char *group_name(gid_t gid, apr_pool_t *p)
{
    char *name;

    return apr_gid_name_get(&name, gid, p) == APR_SUCCESS ? name : apr_psprintf(p, "%lu", (unsigned long)gid);
}

const char *ik_permissions_readable(const char *file, uid_t user, gid_t group, apr_pool_t *p)
{
    const char *target = target_of(file, p), *closed, *name = group_name(group, p);
    reader_t reader;

    know_groups(&reader, user, group, p);
    closed = *target == '/' ? barrier(&reader, target, p) : NULL;
    if (closed)
        return apr_psprintf(p, "%s, the user that httpd serves as, cannot pass through the directory %s (chgrp %s %s && chmod g+x %s, or "
                            "keep the files elsewhere)", name_of(user, p), closed, name, closed, closed);
    if (may(&reader, target, S_IROTH))
        return NULL;
    return apr_psprintf(p, "%s, the user that httpd serves as, cannot read %s (chgrp %s %s && chmod 0640 %s)", name_of(user, p), target, name,
                        target, target);
}
