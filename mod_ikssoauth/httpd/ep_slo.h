/* SPDX-License-Identifier: Apache-2.0 */
/* What identity providers send to the logout endpoint. */
#ifndef IK_HTTPD_EP_SLO_H
#define IK_HTTPD_EP_SLO_H

#include "httpd/visit.h"
#include "saml/outgoing.h"

/* 1 if r is a SAML message by its query string, or its body is a SOAP envelope. */
int ik_slo_in_query(const request_rec *r);
int ik_slo_in_soap(const request_rec *r);

/* Serves them; and one in the fields of a form. */
int ik_ep_slo_query(request_rec *r, ik_visit_t *visit);
int ik_ep_slo_soap(request_rec *r, ik_visit_t *visit);
int ik_ep_slo_form(request_rec *r, ik_visit_t *visit, const apr_table_t *fields);

/* On with a message of ours to the identity provider. */
int ik_ep_slo_depart(request_rec *r, const ik_visit_t *visit, const ik_outgoing_t *out);

/* The page for somebody who is signed out, or JSON. */
int ik_ep_slo_signed_out(request_rec *r, const ik_visit_t *visit, ik_signed_out_t how);

#endif
