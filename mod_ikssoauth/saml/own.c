/* SPDX-License-Identifier: Apache-2.0 */
/* Ties the life of foreign objects to pools, and starts the libraries they come from. */
#include "saml/own.h"

#include <apr_env.h>
#include <glib-object.h>
#include <lasso/lasso.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <xmlsec/errors.h>
#include <xmlsec/xmlsec.h>

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

void *ik_own_gobject(apr_pool_t *p, void *object)
{
    return ik_own(p, object, g_object_unref);
}

/* Foreign input makes these libraries talk on stderr, which is httpd's error log: a refusal says it once, and better (R20). */
static void be_silent(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
    (void)domain, (void)level, (void)message, (void)data;
}

apr_status_t ik_saml_start(void)
{
    static int started;     /* per process, as the libraries' own state is; set before threads exist */
    apr_pool_t *scratch;
    char *tz;

    if (started)
        return APR_SUCCESS;
    if (apr_pool_create(&scratch, NULL) != APR_SUCCESS)
        return APR_ENOMEM;
    /* Lasso formats the local time for each node it reads; with TZ unset every one of them stats
       /etc/localtime, which costs more than the signature. The name of that same file means the same time. */
    if (apr_env_get(&tz, "TZ", scratch) != APR_SUCCESS)
        apr_env_set("TZ", ":/etc/localtime", scratch);
    apr_pool_destroy(scratch);
    if (lasso_init() != 0)
        return APR_EGENERAL;
    xmlSecErrorsDefaultCallbackEnableOutput(0);
    g_log_set_handler("Lasso", G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION, be_silent, NULL);
    started = 1;
    return APR_SUCCESS;
}
