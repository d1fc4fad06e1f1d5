/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at a file with the system's own call: APR's tells nothing of nanoseconds. */
#include "seal/stamp.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

ik_stamp_t ik_stamp_of(const char *path)
{
    ik_stamp_t stamp = { { 0 } };
    struct stat info;

    if (stat(path, &info) != 0) {
        stamp.facts[IK_STAMP_FAULT] = errno;
        return stamp;
    }
    stamp.facts[IK_STAMP_DEVICE] = (apr_int64_t)info.st_dev;
    stamp.facts[IK_STAMP_INODE] = (apr_int64_t)info.st_ino;
    stamp.facts[IK_STAMP_SIZE] = info.st_size;
    stamp.facts[IK_STAMP_WRITTEN] = info.st_mtim.tv_sec;
    stamp.facts[IK_STAMP_WRITTEN_NS] = info.st_mtim.tv_nsec;
    stamp.facts[IK_STAMP_CHANGED] = info.st_ctim.tv_sec;
    stamp.facts[IK_STAMP_CHANGED_NS] = info.st_ctim.tv_nsec;
    return stamp;
}

int ik_stamp_same(const ik_stamp_t *a, const ik_stamp_t *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}
