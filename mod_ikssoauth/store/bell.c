/* SPDX-License-Identifier: Apache-2.0 */
/* Rings and reads the bell beside a database that is a file. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <apr_file_info.h>
#include <apr_strings.h>

#include "store/bell.h"

/*
 * Whoever runs httpd may write in this directory, and the program that rings may be root: so no link is followed, no
 * pipe waited for, nothing written into the file, and only a file that this call has created changes its owner.
 */
#define SAFELY (O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

#define PATIENCE apr_time_from_msec(200)    /* a ring takes some microseconds */
#define PAUSE apr_time_from_msec(1)

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

/* 0 if it is nothing to ring: a second name would be somebody else's file. */
static apr_int64_t stamp_of(int fd)
{
    struct stat info;

    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_nlink != 1)
        return 0;
    return apr_time_from_sec(info.st_mtim.tv_sec) + info.st_mtim.tv_nsec / 1000;
}

/* Later than the last ring, even if the clock was set back or stands still for two rings. */
static void strike(int fd, apr_int64_t last)
{
    struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };
    apr_time_t stamp = apr_time_now();

    if (stamp <= last)
        stamp = last + 1;
    times[1].tv_sec = apr_time_sec(stamp);
    times[1].tv_nsec = apr_time_usec(stamp) * 1000;
    /* Only its owner may choose the time; others who may write can set the present one. */
    if (futimens(fd, times) != 0)
        (void)!futimens(fd, NULL);
}

static apr_time_t since_boot(void)
{
    struct timespec now = { 0 };

    clock_gettime(CLOCK_MONOTONIC, &now);
    return apr_time_from_sec(now.tv_sec) + now.tv_nsec / 1000;
}

/* Rings come one after another. But whoever may read the file may lock it for ever, and nobody waits long for that. */
static int lock(int fd)
{
    const apr_time_t begun = since_boot();

    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (since_boot() - begun >= PATIENCE)
            return 0;
        apr_sleep(PAUSE);
    }
    return 1;
}

/*
 * Somebody who has lost patience rings without the lock. So one who was held up while it had the lock for longer than
 * that knows nothing of what came between.
 */
static apr_int64_t ring(apr_int64_t *before, int fd)
{
    const int locked = lock(fd);
    const apr_time_t begun = since_boot();
    apr_int64_t stamp, last = stamp_of(fd);

    if (!last)
        return 0;
    strike(fd, last);
    stamp = stamp_of(fd);
    if (before)
        *before = last;
    return locked && stamp > last && since_boot() - begun < PATIENCE ? stamp : 0;
}

apr_int64_t ik_store_bell_ring(apr_int64_t *before, const ik_store_t *store, apr_pool_t *p)
{
    const char *bell = bell_path(store, p);
    int fd = bell ? open_bell(bell, ik_store_path(store)) : -1;
    apr_int64_t stamp;

    if (fd < 0)
        return 0;
    stamp = ring(before, fd);
    close(fd);      /* and with it the lock is gone */
    return stamp;
}

apr_int64_t ik_store_bell_stamp(const ik_store_t *store, apr_pool_t *p)
{
    const char *bell = bell_path(store, p);
    apr_finfo_t info;

    return bell && apr_stat(&info, bell, APR_FINFO_MTIME, p) == APR_SUCCESS ? info.mtime : 0;
}
