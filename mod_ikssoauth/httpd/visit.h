/* SPDX-License-Identifier: Apache-2.0 */
/* What is known about one request of a browser, shared by the sub-requests and internal redirects that it causes. */
#ifndef IK_HTTPD_VISIT_H
#define IK_HTTPD_VISIT_H

#include <httpd.h>

#include "httpd/cookie.h"
#include "httpd/host.h"
#include "model/event.h"
#include "model/identity.h"
#include "sso/assurance.h"

struct ik_route_t;

/* Why a request with a session is answered 503 until the database was read once: for the log. */
#define IK_VISIT_UNCERTAIN "the database has not been read since the server started: this session may be revoked"

/* One per request that came over the wire. */
typedef struct ik_visit_t {
    request_rec *r;                     /* that request; what is kept here lives in its pool */
    const ik_host_t *host;
    const struct ik_route_t *route;     /* the endpoint it is for, or NULL */
    const apr_table_t *query;           /* of an endpoint with a secret in its query, which r does not show any more; or NULL */
    ik_cookies_t cookies;
    const char *cookie;                 /* value of the session cookie, or NULL */
    int opened;                         /* cookie has been looked at */
    const ik_identity_t *identity;      /* out of it, or NULL */
    apr_array_header_t *attributes;     /* ik_passed_t, further ones of identity; NULL before ik_visit_complete */
    int verified;                       /* the account's own identity provider signed the message it brought, which is new */
    ik_by_t by;                         /* who brings about what it does, for the audit log */
    const char *unavailable;            /* why nobody can tell who this is just now, for the log; or NULL: 503 */
} ik_visit_t;

/* One per request_rec. */
typedef struct ik_step_t {
    ik_visit_t *visit;
    const void *told;       /* the per_dir_config that headers and variables were last set for */
    int nested;             /* inside a hook that runs its own hook again */
    int supposing;          /* every authentication is taken for sure enough; what it lacks is noted in wanted */
    ik_assurance_t wanted;
} ik_step_t;

/*
 * The step of r, or NULL where IkSSO is off. The first call for a visit removes the client's identity headers
 * and takes the session cookie; it comes before every other module has seen the request.
 */
ik_step_t *ik_step(request_rec *r);

/* Who is signed in, or NULL; opens the cookie when first asked. Says nothing about whether that counts here. */
const ik_identity_t *ik_visit_identity(ik_visit_t *visit);

/*
 * The same, with visit->attributes read: what backends are told. NULL also when these cannot be had, for half an
 * identity must not be told: then visit->unavailable is set, or the session is over. From then on nobody is signed in.
 */
const ik_identity_t *ik_visit_complete(ik_visit_t *visit);

/* 1 if AuthType ikssoauth is in force for r. */
int ik_in_force(request_rec *r);

/* Hooks. */
int ik_visit_begin(request_rec *r);         /* post_read_request */

#endif
