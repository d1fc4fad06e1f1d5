/* SPDX-License-Identifier: Apache-2.0 */
/* The LogoutRequest and LogoutResponse we send (Core 3.7, Profiles 4.4). */
#ifndef IK_SAML_LOGOUT_BUILD_H
#define IK_SAML_LOGOUT_BUILD_H

#include <apr_time.h>

#include "saml/outgoing.h"

typedef struct ik_logout_request_t {
    const char *id;                 /* starts with '_' */
    apr_time_t now;
    const char *entity_id;          /* ours */
    const char *name_id;            /* as the identity provider wrote it */
    const char *name_id_format;     /* likewise; "" if it gave none */
    const char *session_index;      /* "" if it gave none */
} ik_logout_request_t;

/*
 * Builds a signed LogoutRequest to idp's SLO endpoint. APR_SUCCESS; APR_NOTFOUND: idp has none, or keys has no key, so
 * nothing can be sent; APR_EGENERAL.
 */
apr_status_t ik_logout_request_build(ik_outgoing_t **out, const ik_logout_request_t *request, const ik_idp_t *idp,
                                     const ik_spkeys_t *keys, const char *relay_state, apr_pool_t *p);

typedef struct ik_logout_answer_t {
    const char *id;
    apr_time_t now;
    const char *entity_id;
    const char *in_response_to;     /* id of the request */
    int success;                    /* 0: Responder, and nothing was ended */
} ik_logout_answer_t;

/*
 * Builds the LogoutResponse to idp's SLO endpoint (its ResponseLocation, if given), with the binding (URI) the request
 * came by if idp offers it. Signed if there is a key. APR_SUCCESS; APR_NOTFOUND: no endpoint; APR_EGENERAL.
 */
apr_status_t ik_logout_answer_build(ik_outgoing_t **out, const ik_logout_answer_t *answer, const ik_idp_t *idp,
                                    const char *binding, const ik_spkeys_t *keys, const char *relay_state,
                                    apr_pool_t *p);

/* The same as a SOAP envelope: *xml is the body of an HTTP answer. */
apr_status_t ik_logout_answer_soap(const char **xml, const ik_logout_answer_t *answer, const ik_spkeys_t *keys,
                                   apr_pool_t *p);

#endif
