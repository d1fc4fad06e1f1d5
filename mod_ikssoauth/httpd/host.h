/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual host with IkSSO On, ready to serve: everything its configuration stands for. */
#ifndef IK_HTTPD_HOST_H
#define IK_HTTPD_HOST_H

#include "html/page.h"
#include "httpd/backend.h"
#include "httpd/config.h"
#include "seal/keywatch.h"
#include "sso/own_keys.h"

/* Read-only once children run. */
typedef struct ik_host_t {
    const ik_conf_t *conf;
    ik_settings_t settings;
    ik_brand_t brand;
    const char *login_url;          /* absolute */
    ik_keywatch_t *keys;            /* may be shared with other hosts */
    ik_own_keys_t *own_keys;        /* likewise; NULL without IkSSOCertificateDir: settings has the pairs */
    ik_backend_t *backend;
    ik_counters_t *counters;
} ik_host_t;

/*
 * Makes *host in p out of a merged configuration: what can be told without opening a file. Keys, backend and counters
 * are left NULL. NULL, or a sentence for the administrator.
 */
const char *ik_host_make(ik_host_t **host, const ik_conf_t *conf, apr_pool_t *p);

/* The host of a request, or NULL where IkSSO is off. */
ik_host_t *ik_host_of(const request_rec *r);

/* The context for a use case of a request that allocates in p. */
ik_ctx_t ik_host_ctx(const ik_host_t *host, request_rec *r, apr_pool_t *p);

#endif
