/* SPDX-License-Identifier: Apache-2.0 */
/* A database as this server uses it: prepared once, shared by hosts, opened by every child. */
#ifndef IK_HTTPD_BACKEND_H
#define IK_HTTPD_BACKEND_H

#include <stdatomic.h>

#include <httpd.h>

#include "httpd/tables.h"
#include "sso/context.h"
#include "store/host.h"

typedef struct ik_backend_t {
    const char *spec;
    server_rec *server;                 /* the first host that uses it: for the log */
    const ik_settings_t *settings;      /* of that host */
    apr_array_header_t *hosts;          /* ik_known_host_t: all that use it, for the command line */
    const struct ik_audit_t *audit;     /* of the first of them that has one; or NULL */
    const ik_tables_t *tables;          /* of this machine */

    /* Of a process, made when it starts. store is NULL if it could not be opened. */
    ik_store_t *store;
    ik_trust_cache_t *trusts;
    ik_attribute_cache_t *attributes;
    apr_time_t announced;               /* when its hosts were last put into the database; 0: never; of the thread that polls */
    int threaded;                       /* requests run in threads of their own */
    atomic_int leaving;                 /* 1: the process is about to end, and nobody waits for what takes long */
    atomic_int users;                   /* requests and jobs that may be at work with it */
} ik_backend_t;

/* Makes *backend in p for the database spec, with its tables, and no hosts. NULL, or a sentence for the administrator, in ptemp. */
const char *ik_backend_make(ik_backend_t **backend, const char *spec, server_rec *s, apr_pool_t *p, apr_pool_t *ptemp);

/* With its hosts: makes sure that children can use the database. NULL, or a sentence for the administrator, in ptemp. */
const char *ik_backend_prepare(const ik_backend_t *backend, apr_pool_t *ptemp);

/* Opens it in a child, once. */
void ik_backend_open(ik_backend_t *backend, apr_pool_t *pchild);

/* A request or a job begins to use it, until p goes. */
void ik_backend_enter(ik_backend_t *backend, apr_pool_t *p);

/* 1 while a server that has served before reads its configuration again: what it refuses then ends all its service. */
int ik_is_restart(void);

/* The context for what is done beside requests, in p. It seals nothing: it has no keys. */
ik_ctx_t ik_backend_ctx(const ik_backend_t *backend, apr_pool_t *p);

#endif
