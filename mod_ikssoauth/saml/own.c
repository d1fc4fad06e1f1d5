/* SPDX-License-Identifier: Apache-2.0 */
/* Ties the life of foreign objects to pools, and starts the libraries they come from. */
#include "saml/own.h"

#include <lasso/lasso.h>
#include <libxml/parser.h>
#include <xmlsec/errors.h>

typedef struct owned_t {
    void *object;
    void (*release)(void *object);
} owned_t;

static apr_status_t release_owned(void *arg)
{
    owned_t *owned = arg;

    owned->release(owned->object);
    return APR_SUCCESS;
}

static void free_doc(void *doc)
{
    xmlFreeDoc(doc);
}

void *ik_own(apr_pool_t *p, void *object, void (*release)(void *object))
{
    owned_t *owned;

    if (!object)
        return NULL;
    owned = apr_palloc(p, sizeof *owned);
    owned->object = object;
    owned->release = release;
    apr_pool_cleanup_register(p, owned, release_owned, apr_pool_cleanup_null);
    return object;
}

xmlDocPtr ik_own_doc(apr_pool_t *p, xmlDocPtr doc)
{
    return ik_own(p, doc, free_doc);
}

apr_status_t ik_saml_start(void)
{
    static int started;     /* per process, as the libraries' own state is; set before threads exist */

    if (started)
        return APR_SUCCESS;
    xmlInitParser();
    /* It starts xmlsec1 too. GLib keeps pointers to its types: who starts this has to stay loaded (httpd/setup.c). */
    if (lasso_init() != 0)
        return APR_EGENERAL;
    /* Foreign input makes xmlsec talk on stderr, httpd's error log: a refusal says it once, and better (R20). */
    xmlSecErrorsDefaultCallbackEnableOutput(0);
    started = 1;
    return APR_SUCCESS;
}
