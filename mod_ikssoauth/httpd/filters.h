/* SPDX-License-Identifier: Apache-2.0 */
/* What is done while a body passes: late headers of the request, caching of the response. */
#ifndef IK_HTTPD_FILTERS_H
#define IK_HTTPD_FILTERS_H

#include <httpd.h>

/* Hooks. */
void ik_filter_trailers(request_rec *r);    /* insert_filter: for requests whose trailers may become headers */
void ik_filter_private(request_rec *r);     /* insert_filter: for responses to somebody who is signed in */

/* Registers the filters. */
void ik_filter_register(void);

#endif
