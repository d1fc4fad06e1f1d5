/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps our own key pairs over restarts, for the one that meets a directory which a start would refuse. */
#include "httpd/own_keys_kept.h"

#include <apr_strings.h>

#include "httpd/backend.h"
#include "httpd/log_sink.h"
#include "httpd/permissions.h"

/* The pairs of a directory as they were read last: like the keys of a file, they outlive restarts. */
typedef struct kept_t {
    apr_pool_t *p;          /* of own */
    ik_own_keys_t *own;     /* NULL: none yet */
} kept_t;

static kept_t *find_kept(const char *path, process_rec *process)
{
    const char *key = apr_pstrcat(process->pool, "ikssoauth:own keys:", path, NULL);
    void *found = NULL;

    apr_pool_userdata_get(&found, key, process->pool);
    if (!found) {
        found = apr_pcalloc(process->pool, sizeof(kept_t));
        apr_pool_userdata_setn(found, key, NULL, process->pool);
    }
    return found;
}

/* What the configuration before worked with has gone with it. */
static void keep(kept_t *kept, apr_pool_t *p, ik_own_keys_t *own)
{
    if (kept->p)
        apr_pool_destroy(kept->p);
    *kept = (kept_t){ p, own };
}

const char *ik_own_keys_keep(ik_own_keys_t **own, const char *path, server_rec *s, apr_pool_t *ptemp)
{
    const char *problem = ik_permissions_check_own_keys(path, ptemp);
    kept_t *kept = find_kept(path, s->process);
    apr_pool_t *p;

    apr_pool_create(&p, s->process->pool);
    if (!problem && ik_own_keys_open(own, path, p, &problem) == APR_SUCCESS) {
        keep(kept, p, *own);
        return NULL;
    }
    problem = apr_pstrdup(ptemp, problem ? problem : path);
    apr_pool_destroy(p);
    if (!ik_is_restart() || !kept->own)
        return problem;
    *own = kept->own;
    ik_log_server(s, IK_LOG_ERROR, "IK0173", 0, "IkSSOCertificateDir: %s; httpd goes on with the key pairs that it could read last. Mend it: "
                  "once httpd is stopped, it would not start with this", problem);
    return NULL;
}
