/* SPDX-License-Identifier: Apache-2.0 */
/* Ties the functions of this room to httpd's hooks. */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_status.h>

#include <apr_optional_hooks.h>

#include "httpd/audit_file.h"
#include "httpd/authn.h"
#include "httpd/authz.h"
#include "httpd/config.h"
#include "httpd/filters.h"
#include "httpd/identity.h"
#include "httpd/routes.h"
#include "httpd/setup.h"
#include "httpd/status.h"
#include "httpd/visit.h"

static void register_hooks(apr_pool_t *p)
{
    static const char *const watchdog[] = { "mod_watchdog.c", NULL };

    ap_hook_check_config(ik_setup_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_open_logs(ik_audit_file_open, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(ik_setup_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* The watchdog's thread, which mod_watchdog starts in the same hook, uses what is opened there. */
    ap_hook_child_init(ik_setup_child, NULL, watchdog, APR_HOOK_MIDDLE);

    /* Before any module has read a header that a client could forge (R15). */
    ap_hook_post_read_request(ik_visit_begin, NULL, NULL, APR_HOOK_REALLY_FIRST);

    /* Before mod_proxy and mod_rewrite (R16). */
    ap_hook_pre_translate_name(ik_route_keep, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(ik_route_keep, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_map_to_storage(ik_route_no_file, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_type_checker(ik_route_no_file, NULL, NULL, APR_HOOK_REALLY_FIRST);

    ap_hook_check_access(ik_identity_tell, NULL, NULL, APR_HOOK_REALLY_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_access_ex(ik_authz_access_ex, NULL, NULL, APR_HOOK_REALLY_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_authn(ik_authn_check, NULL, NULL, APR_HOOK_FIRST, AP_AUTH_INTERNAL_PER_CONF);
    ap_hook_check_authz(ik_authz_check, NULL, NULL, APR_HOOK_REALLY_FIRST, AP_AUTH_INTERNAL_PER_CONF);

    /* Internal requests may skip the checks above, and a fast redirect changes the configuration after them. */
    ap_hook_fixups(ik_identity_tell, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_insert_filter(ik_filter_trailers, NULL, NULL, APR_HOOK_FIRST);
    /* Behind mod_headers and mod_expires, so that it sees what they say; before mod_cache. */
    ap_hook_insert_filter(ik_filter_private, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_handler(ik_identity_tell, NULL, NULL, APR_HOOK_REALLY_FIRST - 1);
    ap_hook_handler(ik_route_serve, NULL, NULL, APR_HOOK_REALLY_FIRST);

    APR_OPTIONAL_HOOK(ap, status_hook, ik_status_show, NULL, NULL, APR_HOOK_MIDDLE);
    ik_filter_register();
    ik_authz_register(p);
}

module AP_MODULE_DECLARE_DATA ikssoauth_module = {
    STANDARD20_MODULE_STUFF,
    ik_dir_conf_create,
    ik_dir_conf_merge,
    ik_conf_create,
    ik_conf_merge,
    ik_directives,
    register_hooks,
    AP_MODULE_FLAG_NONE
};
