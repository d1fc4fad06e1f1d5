/* SPDX-License-Identifier: Apache-2.0 */
/* One line of the key file: a key read from it, or a fresh key written. */
#ifndef IK_SEAL_KEYLINE_H
#define IK_SEAL_KEYLINE_H

#include "seal/keyring.h"

#define IK_KEYLINE_ID 8         /* characters of an id */
#define IK_KEYLINE_MAX 66       /* characters of a line with its line feed */

/* The line feed that ends the line at from, or the end of the text. */
const char *ik_keyline_end(const char *from);

/* The line after the one that ends at end. */
const char *ik_keyline_next(const char *end);

/* 1 if the line from..end says nothing: a comment, or blanks only. */
int ik_keyline_is_silent(const char *from, const char *end);

/* 1 if the line from..end is a key, which is then in *key. The caller wipes *key either way. */
int ik_keyline_read(ik_key_t *key, const char *from, const char *end);

/* 1 if text starts with the len characters of an id, which is then in id. */
int ik_keyline_read_id(unsigned char *id, const char *text, apr_size_t len);

/*
 * Writes the line of a fresh key, which seals from that second (of at most 11 digits) on, with an id that ring (may be
 * NULL) does not have. APR_SUCCESS, or APR_EGENERAL when OpenSSL has no random bytes. The caller wipes line.
 */
apr_status_t ik_keyline_fresh(char line[IK_KEYLINE_MAX + 1], const ik_keyring_t *ring, apr_int64_t seals_from);

#endif
