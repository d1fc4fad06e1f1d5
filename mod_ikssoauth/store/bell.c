/* SPDX-License-Identifier: Apache-2.0 */
/* Rings and reads the bell beside a database that is a file. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "store/bell.h"

/*
 * Whoever runs httpd may write in this directory, and the program that rings may be root: so no link is followed, no
 * pipe waited for, nothing written into the file, and only a file that this call has created changes its owner.
 */
#define SAFELY (O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

static const char *bell_path(const ik_store_t *store, apr_pool_t *p)
{
    const char *database = ik_store_path(store);

    return database ? apr_pstrcat(p, database, "-bell", NULL) : NULL;
}

/* Like the database: everybody who may write there may ring. */
static int like_database(int fd, const char *database)
{
    struct stat info;

    if (stat(database, &info) != 0)
        return 0;
    return (geteuid() != 0 || fchown(fd, info.st_uid, info.st_gid) == 0) && fchmod(fd, info.st_mode & 0666) == 0;
}

/* -1 if it cannot be had. */
static int open_bell(const char *bell, const char *database)
{
    int fd = open(bell, SAFELY | O_CREAT | O_EXCL, 0600);

    if (fd < 0)
        return errno == EEXIST ? open(bell, SAFELY) : -1;
    if (!like_database(fd, database)) {
        unlink(bell);
        close(fd);
        return -1;
    }
    return fd;
}

/* Later than the last ring, even if the clock was set back or stands still for two rings. */
static void strike(int fd)
{
    struct stat info;
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };
    apr_time_t last, stamp = apr_time_now();

    /* A second name would be somebody else's file. */
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1)
        return;
    last = apr_time_from_sec(info.st_mtim.tv_sec) + info.st_mtim.tv_nsec / 1000;
    if (stamp <= last)
        stamp = last + 1;
    times[1].tv_sec = apr_time_sec(stamp);
    times[1].tv_nsec = apr_time_usec(stamp) * 1000;
    /* Only its owner may choose the time; others who may write can set the present one. */
    if (futimens(fd, times) != 0)
        (void)!futimens(fd, NULL);
}

void ik_store_bell_ring(const ik_store_t *store, apr_pool_t *p)
{
    const char *bell = bell_path(store, p);
    int fd = bell ? open_bell(bell, ik_store_path(store)) : -1;

    if (fd < 0)
        return;
    strike(fd);
    close(fd);
}

apr_int64_t ik_store_bell_stamp(const ik_store_t *store, apr_pool_t *p)
{
    const char *bell = bell_path(store, p);
    apr_finfo_t info;

    return bell && apr_stat(&info, bell, APR_FINFO_MTIME, p) == APR_SUCCESS ? info.mtime : 0;
}
