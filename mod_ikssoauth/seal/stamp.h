/* SPDX-License-Identifier: Apache-2.0 */
/* What tells one state of a file from another without reading it. */
#ifndef IK_SEAL_STAMP_H
#define IK_SEAL_STAMP_H

#include <apr.h>

/*
 * The time of the last change of the inode is among the facts: unlike the file's own time no copy can keep it, and a chmod
 * that makes the file readable changes nothing else.
 */
enum { IK_STAMP_FAULT, IK_STAMP_DEVICE, IK_STAMP_INODE, IK_STAMP_SIZE, IK_STAMP_WRITTEN, IK_STAMP_WRITTEN_NS, IK_STAMP_CHANGED,
       IK_STAMP_CHANGED_NS, IK_STAMP_FACTS };

typedef struct ik_stamp_t {
    apr_int64_t facts[IK_STAMP_FACTS];  /* all 0 but IK_STAMP_FAULT, its errno, if the file cannot be looked at */
} ik_stamp_t;

/* Of the file as it is now, through symbolic links: one stat(). Any thread. */
ik_stamp_t ik_stamp_of(const char *path);

int ik_stamp_same(const ik_stamp_t *a, const ik_stamp_t *b);

#endif
