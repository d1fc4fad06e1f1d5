/* SPDX-License-Identifier: Apache-2.0 */
/* What "httpd -t" (apachectl configtest) looks at besides the configuration: what a start would find out. */
#ifndef IK_HTTPD_CONFIGTEST_H
#define IK_HTTPD_CONFIGTEST_H

#include <httpd.h>

/*
 * Looks at modules, key files, certificates, databases and audit logs of all hosts, changing nothing, and logs what would keep
 * httpd from starting, each with its line: how many. Also warns of what will be a problem soon.
 */
int ik_configtest_run(server_rec *main_server, apr_pool_t *p);

#endif
