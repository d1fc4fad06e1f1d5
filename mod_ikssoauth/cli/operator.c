/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out who runs a command. */
#include "cli/operator.h"

#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>
#include <apr_user.h>

/* sudo says it to what it starts as root; anybody else could say so of themselves. */
static const char *sudoer(void)
{
    const char *name = getuid() == 0 ? getenv("SUDO_USER") : NULL;

    return name && *name ? name : NULL;
}

const ik_by_t *ik_operator(apr_pool_t *p)
{
    ik_by_t *by = apr_pcalloc(p, sizeof *by);
    char *name;

    by->kind = IK_BY_OPERATOR;
    by->who = sudoer();
    if (!by->who)
        by->who = apr_uid_name_get(&name, getuid(), p) == APR_SUCCESS ? name : apr_psprintf(p, "%ld", (long)getuid());
    return by;
}
