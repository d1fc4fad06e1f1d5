/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the argument of a directive into the field it belongs to. */
#ifndef IK_HTTPD_VALUES_H
#define IK_HTTPD_VALUES_H

#include <apr_pools.h>

struct ik_field_t;

/* Reads arg into *to. NULL, or what is wrong with it: the end of a sentence that starts with the directive and arg. */
typedef const char *ik_parse_t(apr_pool_t *p, const char *arg, void *to, const struct ik_field_t *field);

/* Where the argument of a directive goes. */
typedef struct ik_field_t {
    ik_parse_t *parse;
    apr_size_t offset, size;    /* of the field in ik_conf_t or ik_dir_conf_t */
    apr_int64_t lo, hi;         /* bounds of a duration, in seconds */
} ik_field_t;

ik_parse_t ik_parse_flag;           /* int */
ik_parse_t ik_parse_path;           /* const char *: an absolute path, compared with requests byte for byte */
ik_parse_t ik_parse_file;           /* const char *: a file name, relative to ServerRoot */
ik_parse_t ik_parse_log;            /* const char *: likewise, or what starts with |; NULL for Off */
ik_parse_t ik_parse_origin;         /* const char *: https, host, port */
ik_parse_t ik_parse_database;       /* const char *: DRIVER:PARAMS */
ik_parse_t ik_parse_text;           /* const char *: for people */
ik_parse_t ik_parse_support;        /* const char *: an e-mail address or https URL */
ik_parse_t ik_parse_account;        /* const char * */
ik_parse_t ik_parse_duration;       /* apr_int64_t */
ik_parse_t ik_parse_host_word;      /* array of const char *, appended to */
ik_parse_t ik_parse_role_word;      /* likewise */
ik_parse_t ik_parse_claim_word;     /* likewise */
ik_parse_t ik_parse_anonymous;      /* ik_anonymous_t */
ik_parse_t ik_parse_form_size;      /* apr_int64_t: bytes, 0 for Off */

#endif
