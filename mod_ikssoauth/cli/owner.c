/* SPDX-License-Identifier: Apache-2.0 */
/* Gives files and directories to the user httpd runs as. */
#include <errno.h>
#include <unistd.h>

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>

#include "cli/owner.h"

#define DEFAULT_USER "www-data"
#define DIRECTORY_MODE (APR_UREAD | APR_UWRITE | APR_UEXECUTE | APR_GREAD | APR_GEXECUTE)

static const char *why(apr_status_t rv, apr_pool_t *p)
{
    char text[200];

    return apr_pstrdup(p, apr_strerror(rv, text, sizeof(text)));
}

apr_status_t ik_owner_find(ik_owner_t *owner, const char *name, apr_pool_t *p, const char **problem)
{
    const char *user = name ? name : DEFAULT_USER;
    apr_status_t rv;

    *owner = (ik_owner_t){ NULL, 0, 0 };
    if (!name && geteuid() != 0)
        return APR_SUCCESS;
    rv = apr_uid_get(&owner->uid, &owner->gid, user, p);
    if (rv == APR_SUCCESS)
        owner->user = user;
    if (rv == APR_SUCCESS || !name)
        return APR_SUCCESS;
    *problem = apr_psprintf(p, "There is no user %s: name the one that httpd runs as with --owner.", name);
    return rv;
}

static const char *directory_of(const char *path, apr_pool_t *p)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    return slash == path ? "/" : apr_pstrmemdup(p, path, (apr_size_t)(slash - path));
}

static apr_status_t change_owner(const char *path, uid_t uid, gid_t gid, apr_pool_t *p, const char **problem)
{
    apr_status_t rv;

    /* Not what a link leads to: who can write in the directory could have a file of somebody else given away. */
    if (lchown(path, uid, gid) == 0)
        return APR_SUCCESS;
    rv = APR_FROM_OS_ERROR(errno);
    if (APR_STATUS_IS_ENOENT(rv))
        return APR_SUCCESS;
    *problem = apr_psprintf(p, "The owner of %s cannot be changed: %s.", path, why(rv, p));
    return rv;
}

apr_status_t ik_owner_give(const ik_owner_t *owner, const char *path, apr_pool_t *p, const char **problem)
{
    return owner->user ? change_owner(path, owner->uid, owner->gid, p, problem) : APR_SUCCESS;
}

apr_status_t ik_owner_share(const ik_owner_t *owner, const char *path, apr_pool_t *p, const char **problem)
{
    return owner->user ? change_owner(path, (uid_t)-1, owner->gid, p, problem) : APR_SUCCESS;
}

apr_status_t ik_owner_directory(const char **created, const ik_owner_t *owner, const char *path, apr_pool_t *p,
                                const char **problem)
{
    const char *directory = directory_of(path, p);
    apr_finfo_t info;
    apr_status_t rv;

    *created = NULL;
    if (apr_stat(&info, directory, APR_FINFO_TYPE, p) == APR_SUCCESS && info.filetype == APR_DIR)
        return APR_SUCCESS;
    rv = apr_dir_make_recursive(directory, DIRECTORY_MODE, p);
    if (rv != APR_SUCCESS) {
        *problem = apr_psprintf(p, "The directory %s cannot be created: %s.", directory, why(rv, p));
        return rv;
    }
    *created = directory;
    return ik_owner_give(owner, directory, p, problem);
}

int ik_owner_may_write(const ik_owner_t *owner, const char *path, apr_pool_t *p)
{
    const apr_int32_t wanted = APR_FINFO_OWNER | APR_FINFO_PROT;
    const char *directory = directory_of(path, p);
    apr_finfo_t info;

    if (!owner->user || owner->uid == 0)
        return 1;
    if (apr_stat(&info, directory, wanted, p) != APR_SUCCESS)
        return 0;
    if (info.user == owner->uid)
        return (info.protection & APR_FPROT_UWRITE) != 0;
    if (info.group == owner->gid)
        return (info.protection & APR_FPROT_GWRITE) != 0;
    return (info.protection & APR_FPROT_WWRITE) != 0;
}
