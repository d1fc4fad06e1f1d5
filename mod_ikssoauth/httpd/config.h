/* SPDX-License-Identifier: Apache-2.0 */
/* What httpd's configuration says: one struct per server, one per directory, filled by a table of directives. */
#ifndef IK_HTTPD_CONFIG_H
#define IK_HTTPD_CONFIG_H

#include <httpd.h>
#include <http_config.h>

#include "shm/counters.h"

extern module AP_MODULE_DECLARE_DATA ikssoauth_module;

/* WHAT of IkSSOClaim. */
typedef enum { IK_CLAIM_ACCOUNT, IK_CLAIM_NAME, IK_CLAIM_ROLE, IK_CLAIM_COUNT } ik_claim_t;

/* IkSSOAnonymous: what somebody without a session gets. */
typedef enum { IK_ANONYMOUS_LOGIN, IK_ANONYMOUS_DENY, IK_ANONYMOUS_PASS } ik_anonymous_t;

/* One IkSSOCertificate. */
typedef struct ik_pair_files_t {
    const char *cert, *key;
    const char *where;              /* "file:line" */
} ik_pair_files_t;

#define IK_DIRECTIVES_MAX 64        /* rows of ik_directives: the bits of a set */

/* One "Require ik-role" line, kept until IkSSORoles of every server is known. */
typedef struct ik_role_line_t {
    const char *where;              /* "file:line" */
    apr_array_header_t *roles;      /* const char * */
} ik_role_line_t;

struct ik_host_t;

/* Of one server. Every field holds a usable value; NULL in a list or name means the default that host.c gives it. */
typedef struct ik_conf_t {
    apr_uint64_t set;                               /* which rows of ik_directives were given */
    const char *where[IK_DIRECTIVES_MAX];           /* "file:line" of each, the last one; NULL: not given */
    int enabled;
    const char *public_url, *database, *key_file;
    const char *certificate_dir;                    /* NULL: none; never beside certificates */
    apr_array_header_t *certificates;               /* ik_pair_files_t */
    const char *consume_path, *metadata_path, *login_path, *logout_path, *settings_path, *users_path, *default_target;
    int sign_metadata;
    apr_array_header_t *redirect_hosts, *roles;     /* const char * */
    apr_array_header_t *claims[IK_CLAIM_COUNT];     /* const char * */
    apr_array_header_t *attributes;                 /* ik_attribute_rule_t */
    apr_int64_t session_lifetime, session_idle, clock_skew;
    const char *account, *brand, *support;
    const char *audit_log;                          /* a file, or "|PROGRAM"; NULL: off */

    server_rec *server;
    int named;                                      /* ServerName was given, not guessed by httpd */
    apr_array_header_t *role_lines;                 /* ik_role_line_t */
    const struct ik_audit_t *audit;                 /* of audit_log, set when logs are opened; or NULL */
    struct ik_host_t *host;                         /* set before children start; NULL where IkSSO is off */
    ik_counters_t *counters;                        /* likewise; the same in every server */
    const apr_array_header_t *backends;             /* likewise; ik_backend_t * */
    struct ik_watchdog_t *watchdog;                 /* the main server's */
} ik_conf_t;

/* Of one directory. */
typedef struct ik_dir_conf_t {
    apr_uint64_t set;
    ik_anonymous_t anonymous;
    apr_int64_t hold_forms;         /* bytes of a form that is held until somebody has signed in; 0: none */
} ik_dir_conf_t;

extern const command_rec ik_directives[];

void *ik_conf_create(apr_pool_t *p, server_rec *s);
void *ik_conf_merge(apr_pool_t *p, void *base, void *add);
void *ik_dir_conf_create(apr_pool_t *p, char *path);
void *ik_dir_conf_merge(apr_pool_t *p, void *base, void *add);

/*
 * How a message about a directive of a server begins, in p: "FILE:LINE: NAME"; for one that was not given
 * "FILE:LINE: NAME (not set)", at the line that switched IkSSO on.
 */
const char *ik_conf_cite(const ik_conf_t *conf, const char *directive, apr_pool_t *p);

/* The configuration of a server; of a directory. Never NULL. */
ik_conf_t *ik_conf_of(const server_rec *s);
const ik_dir_conf_t *ik_dir_conf_of(const request_rec *r);

#endif
