/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about strings: what bytes they hold, and the small shapes made of them. */
#ifndef IK_BASE_TEXT_H
#define IK_BASE_TEXT_H

#include <apr_pools.h>
#include <apr_tables.h>

/*
 * The code point at *at, which moves past it; -1, and *at stays, where the bytes before end are not
 * well-formed UTF-8 or there are none.
 */
int ik_text_next(const char **at, const char *end);

/* 1 if the len bytes at s are well-formed UTF-8 (RFC 3629: no overlong form, no surrogate), else 0. */
int ik_text_is_utf8(const char *s, apr_size_t len);

/* 1 if code is a control character: C0, DEL, C1, U+2028 or U+2029, or -1, which is none at all. */
int ik_text_is_control(int code);

/*
 * 1 if s holds a control character (ik_text_is_control) or is not UTF-8.
 * What is refused in identity text, so that a value can break neither header nor log.
 */
int ik_text_has_control(const char *s);

/* s without the XML white space (space, tab, CR, LF) at its ends; in p, or s itself when nothing changes. */
const char *ik_text_trim(apr_pool_t *p, const char *s);

/* s with A-Z lowered and every other byte as it is, independent of the locale; in p. */
const char *ik_text_lower(apr_pool_t *p, const char *s);

/* The words of s that commas or white space separate, as an array of const char * in p; empty for NULL or "". */
apr_array_header_t *ik_text_words(apr_pool_t *p, const char *s);

/* 1 if list (of const char *) holds an entry equal to word, byte for byte. */
int ik_text_in(const apr_array_header_t *list, const char *word);

/* The entries of list (of const char *) with sep between them, in p; "" for an empty or NULL list. */
const char *ik_text_join(apr_pool_t *p, const apr_array_header_t *list, const char *sep);

/*
 * "a", "b" and 3 more: as many entries of list (of const char *; NULL: "no plain text", without quotes) as fit in max bytes,
 * in p. The first is always there; each is cut to max bytes at a character's border. "" for an empty list.
 */
const char *ik_text_quote(apr_pool_t *p, const apr_array_header_t *list, apr_size_t max);

/*
 * Reads a duration: a whole number and one of s, m, h, d (none: seconds).
 * APR_SUCCESS with *seconds set, APR_EINVAL for anything else, APR_ERANGE above 10 years.
 */
apr_status_t ik_text_duration(apr_int64_t *seconds, const char *s);

#endif
