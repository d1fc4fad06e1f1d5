/* SPDX-License-Identifier: Apache-2.0 */
/* Notices a sign-in that goes round in circles: somebody who has just signed in is sent to sign in again by themselves. */
#ifndef IK_HTTPD_ROUNDS_H
#define IK_HTTPD_ROUNDS_H

#include "httpd/visit.h"

#define IK_ROUNDS_MAX 3     /* within the life of the cookie, two minutes */

/* What goes round: sign-ins whose session does not come back, or bounces that are not answered. Counted apart. */
typedef enum { IK_ROUND_SIGN_IN = 's', IK_ROUND_BOUNCE = 'b' } ik_round_t;

/* Counts one round. 1 if it was one too many: then the count begins anew, and the browser is to be told. */
int ik_rounds_count(request_rec *r, const ik_visit_t *visit, ik_round_t kind);

/* 1 if a session began moments ago, as its companion says, and yet there is none: a round. */
int ik_rounds_is_one(request_rec *r, ik_visit_t *visit);

/* A bounce was answered: they are no circle. */
void ik_rounds_answered(request_rec *r, const ik_visit_t *visit);

/* The circle is broken: somebody is signed in. */
void ik_rounds_end(request_rec *r, const ik_visit_t *visit);

#endif
