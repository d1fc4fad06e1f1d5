/* SPDX-License-Identifier: Apache-2.0 */
/* The commands on the key file. */
#include <apr_strings.h>

#include "base/encode.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "seal/keyring.h"

#define BY_ITSELF "httpd notices by itself, with its next request."

static const char *state_of(const ik_keyring_t *ring, const ik_key_t *key, apr_time_t now)
{
    if (key == ik_keyring_sealer(ring, now))
        return "seals now";
    return key->from > now ? "will seal" : "opens only";
}

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
        ik_object_bool(o, "seals", NULL, key == ik_keyring_sealer(ring, cli->ctx.now));
        ik_object_text(o, "state", "STATE", state_of(ring, key, cli->ctx.now));
        APR_ARRAY_PUSH(rows, const ik_object_t *) = o;
    }
    ik_object_objects(cli->answer, "keys", "", rows);
    return IK_EXIT_DONE;
}

static void tell(ik_cli_t *cli, ik_event_id_t id, const char *key)
{
    ik_event_t event = ik_event_of(id, NULL);

    event.subject = key;
    ik_cli_tell(cli, &event);
}

static const char *rotation_message(const ik_cli_t *cli, const char *added, apr_int64_t wait)
{
    if (!wait)
        return apr_psprintf(cli->p, "The key %s was added and seals from now on. " BY_ITSELF, added);
    return apr_psprintf(cli->p, "The key %s was added: it opens cookies at once, and will seal them in %s. Until then "
                        "copy %s to every other machine of the cluster. " BY_ITSELF, added, cli->options.after,
                        cli->options.keys);
}

ik_exit_t ik_cmd_key_rotate(ik_cli_t *cli)
{
    const char *added, *problem;
    apr_int64_t wait = 0;
    apr_time_t from;

    if (cli->options.after && ik_text_duration(&wait, cli->options.after) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_USAGE, "usage", "--after takes a whole number and one of s, m, h, d: \"10m\".");
    from = apr_time_from_sec(apr_time_sec(cli->ctx.now) + wait);
    if (ik_keyring_rotate(&added, cli->options.keys, from, cli->p, &problem) != APR_SUCCESS)
        return ik_cli_fail(cli, IK_EXIT_FAILURE, "keys", problem);
    cli->message = rotation_message(cli, added, wait);
    tell(cli, IK_EVENT_KEY_ROTATED, added);
    ik_object_text(cli->answer, "id", NULL, added);
    ik_object_time(cli->answer, "from", NULL, from);
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
    cli->message = apr_psprintf(cli->p, "The key %s was removed: cookies it sealed no longer open. " BY_ITSELF,
                                cli->args[0]);
    tell(cli, IK_EVENT_KEY_RETIRED, cli->args[0]);
    ik_object_text(cli->answer, "id", NULL, cli->args[0]);
    return IK_EXIT_DONE;
}
