/* SPDX-License-Identifier: Apache-2.0 */
/* The commands on the key file. */
#include <apr_strings.h>

#include "base/encode.h"
#include "cli/commands.h"
#include "seal/keyring.h"

#define RELOAD "Reload httpd for it to take effect."

ik_exit_t ik_cmd_key_list(ik_cli_t *cli)
{
    apr_array_header_t *rows = apr_array_make(cli->p, 4, sizeof(const ik_object_t *));
    const char *problem;
    ik_keyring_t *ring;

    if (ik_keyring_load(&ring, cli->options.keys, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "keys", problem);
    for (int i = 0; i < ring->keys->nelts; i++) {
        const ik_key_t *key = &APR_ARRAY_IDX(ring->keys, i, ik_key_t);
        ik_object_t *o = ik_object_make(cli->p);

        ik_object_text(o, "id", "KEY", ik_encode_hex(cli->p, key->id, IK_KEY_ID_LEN));
        ik_object_time(o, "from", "SEALS FROM", key->from);
        ik_object_bool(o, "seals", "SEALS", key == ik_keyring_sealer(ring, cli->ctx.now));
        APR_ARRAY_PUSH(rows, const ik_object_t *) = o;
    }
    ik_object_objects(cli->answer, "keys", "", rows);
    return IK_EXIT_DONE;
}

ik_exit_t ik_cmd_key_rotate(ik_cli_t *cli)
{
    const char *added, *problem;

    if (ik_keyring_rotate(&added, cli->options.keys, cli->ctx.now, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "keys", problem);
    cli->message = apr_psprintf(cli->p, "The key %s was added and seals from now on. " RELOAD, added);
    ik_object_text(cli->answer, "id", NULL, added);
    return IK_EXIT_DONE;
}

ik_exit_t ik_cmd_key_retire(ik_cli_t *cli)
{
    const char *problem;
    apr_status_t rv = ik_keyring_retire(cli->options.keys, cli->args[0], cli->ctx.now, cli->p, &problem);

    if (rv == APR_NOTFOUND)
        return ik_cli_fail(cli, IK_EXIT_REFUSED, "not_found", problem);
    if (rv == APR_EINVAL)
        return ik_cli_fail(cli, IK_EXIT_REFUSED, "key_in_use", problem);
    if (rv != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "keys", problem);
    cli->message = apr_psprintf(cli->p, "The key %s was removed: cookies it sealed no longer open. " RELOAD,
                                cli->args[0]);
    ik_object_text(cli->answer, "id", NULL, cli->args[0]);
    return IK_EXIT_DONE;
}
