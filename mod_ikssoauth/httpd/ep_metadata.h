/* SPDX-License-Identifier: Apache-2.0 */
/* The metadata endpoint: what an identity provider has to know about us. */
#ifndef IK_HTTPD_EP_METADATA_H
#define IK_HTTPD_EP_METADATA_H

#include "httpd/visit.h"

int ik_ep_metadata(request_rec *r, ik_visit_t *visit);

#endif
