/* SPDX-License-Identifier: Apache-2.0 */
/* Says what an account and its entity ID may be called. */
#include "model/account.h"

#include <string.h>

#define ID_MAX 64
#define ID_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
#define ENTITY_ID_MAX 1024

int ik_account_id_is_valid(const char *id)
{
    apr_size_t len = id ? strspn(id, ID_CHARACTERS) : 0;

    /* a leading '.' or '-' could be read as a hidden file or an option where ids become names */
    return len > 0 && len <= ID_MAX && id[len] == '\0' && id[0] != '.' && id[0] != '-';
}

int ik_account_entity_id_is_valid(const char *uri)
{
    static const char scheme[] = "https://";
    apr_size_t len;

    if (!uri || strncmp(uri, scheme, sizeof(scheme) - 1) != 0)
        return 0;
    for (len = 0; uri[len]; len++) {
        if (len == ENTITY_ID_MAX || uri[len] <= 0x20 || uri[len] >= 0x7f)
            return 0;
    }
    return len > sizeof(scheme) - 1;
}
