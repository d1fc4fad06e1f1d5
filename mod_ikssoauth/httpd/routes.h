/* SPDX-License-Identifier: Apache-2.0 */
/* The endpoints of this module: which request is for which, and how it gets there past every other module (R16). */
#ifndef IK_HTTPD_ROUTES_H
#define IK_HTTPD_ROUTES_H

#include "httpd/visit.h"

/* One row per endpoint. */
typedef struct ik_route_t {
    const char *name;
    const char *directive;          /* that sets its path */
    apr_size_t path;                /* offset of its path in ik_conf_t */
    apr_int64_t methods;            /* bits 1 << M_… */
    const char *allow;              /* the same, for people: the Allow header */
    int (*serve)(request_rec *r, ik_visit_t *visit);
    const char *secret;             /* a field of its query that no log may show (R20); NULL: none */
} ik_route_t;

/* NULL, or a sentence for the administrator about two endpoints with the same path, in p. */
const char *ik_route_clash(const ik_conf_t *conf, apr_pool_t *p);

/* Calls each(arg, endpoint, its path) for every endpoint of a host. */
void ik_route_each(const ik_conf_t *conf, void (*each)(void *arg, const ik_route_t *route, const char *path), void *arg);

/* The endpoint that r is for, or NULL. Looks at the path as it was sent. */
const ik_route_t *ik_route_find(const request_rec *r, const ik_host_t *host);

/* The endpoint that this request, not one it caused, is for. */
const ik_route_t *ik_route_of(request_rec *r);

/* Hooks. */
int ik_route_keep(request_rec *r);          /* pre_translate_name, translate_name: no other module maps it */
int ik_route_no_file(request_rec *r);       /* map_to_storage, type_checker: it is no file */
int ik_route_serve(request_rec *r);         /* handler */

#endif
