/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the key file, adds a key to it, removes one: the other lines stay as they are. */
#include "seal/keyring.h"

#include <string.h>

#include <apr_strings.h>
#include <openssl/crypto.h>

#include "seal/keyfile.h"
#include "seal/keyline.h"

static const char head[] =
    "# The keys that seal the cookies of mod_ikssoauth, one a line: id, Unix time from which on it seals, key.\n"
    "# All open. Who can read this file can sign in as anybody: keep it secret.\n"
    "# Change it with 'ikssoctl key rotate' and 'ikssoctl key retire'.\n";

/* What a change works on; its pool goes with it. */
typedef struct change_t {
    apr_pool_t *p;
    const char *path;
    ik_keyfile_t file, result;  /* as it is, and what goes into its place */
    ik_keyring_t *ring;         /* of file */
    const char **problem;
} change_t;

typedef apr_status_t edit_t(change_t *change, void *arg);

static apr_status_t no_random(const char **problem)
{
    *problem = "OpenSSL has no random bytes to give: check its configuration";
    return APR_EGENERAL;
}

apr_status_t ik_keyring_create(const char *path, apr_time_t now, apr_pool_t *p, const char **problem)
{
    char line[IK_KEYLINE_MAX + 1], text[sizeof head + IK_KEYLINE_MAX];
    apr_status_t rv;

    if (ik_keyline_fresh(line, NULL, apr_time_sec(now)) != APR_SUCCESS)
        return no_random(problem);
    apr_snprintf(text, sizeof text, "%s%s", head, line);
    rv = ik_keyfile_create(path, text, p, problem);
    OPENSSL_cleanse(line, sizeof line);
    OPENSSL_cleanse(text, sizeof text);
    return rv;
}

/* What cannot be read back must not take the place of what can. */
static apr_status_t edit_and_replace(change_t *change, const char *target, edit_t *edit, void *arg)
{
    ik_keyfile_t *file = &change->file, *result = &change->result;
    ik_keyring_t *after;
    apr_status_t rv;

    rv = ik_keyring_parse(&change->ring, file->text, file->len, change->path, change->p, change->problem);
    if (rv == APR_SUCCESS)
        rv = edit(change, arg);
    if (rv == APR_SUCCESS)
        rv = ik_keyring_parse(&after, result->text, result->len, change->path, change->p, change->problem);
    if (rv == APR_SUCCESS)
        rv = ik_keyfile_replace(target, result->text, change->p, change->problem);
    return rv;
}

/* Locks and reads the file, has edit make the new text, and puts that in its place. */
static apr_status_t change_file(const char *path, edit_t *edit, void *arg, apr_pool_t *p, const char **problem)
{
    change_t change = { .path = path, .problem = problem };
    const char *target;
    apr_status_t rv;

    apr_pool_create(&change.p, p);
    rv = ik_keyfile_lock(&target, path, change.p, problem);
    if (rv == APR_SUCCESS)
        rv = ik_keyfile_read(&change.file, target, change.p, problem);
    if (rv == APR_SUCCESS)
        rv = edit_and_replace(&change, target, edit, arg);
    ik_keyfile_wipe(&change.file);
    ik_keyfile_wipe(&change.result);
    if (rv != APR_SUCCESS)
        *problem = apr_pstrdup(p, *problem);    /* it may lie in the pool that goes */
    apr_pool_destroy(change.p);
    return rv;
}

/* Room for a result of at most size bytes. */
static char *make_result(change_t *change, apr_size_t size)
{
    change->result.text = apr_pcalloc(change->p, size + 1);
    change->result.len = size;
    return change->result.text;
}

typedef struct rotation_t {
    apr_time_t from;
    char id[IK_KEYLINE_ID + 1];
} rotation_t;

/* At the end of the file: of two keys of one second the lower one seals. */
static apr_status_t add_key(change_t *change, void *arg)
{
    rotation_t *rotation = arg;
    const ik_keyfile_t *file = &change->file;
    const char *gap = file->text[file->len - 1] == '\n' ? "" : "\n";
    char line[IK_KEYLINE_MAX + 1];

    if (ik_keyline_fresh(line, change->ring, apr_time_sec(rotation->from)) != APR_SUCCESS)
        return no_random(change->problem);
    make_result(change, file->len + strlen(gap) + strlen(line));
    apr_snprintf(change->result.text, change->result.len + 1, "%s%s%s", file->text, gap, line);
    apr_cpystrn(rotation->id, line, sizeof rotation->id);
    OPENSSL_cleanse(line, sizeof line);
    return APR_SUCCESS;
}

apr_status_t ik_keyring_rotate(const char **added, const char *path, apr_time_t from, apr_pool_t *p,
                               const char **problem)
{
    rotation_t rotation = { .from = from };
    apr_status_t rv;

    rv = change_file(path, add_key, &rotation, p, problem);
    *added = rv == APR_SUCCESS ? apr_pstrdup(p, rotation.id) : NULL;
    return rv;
}

static int line_has_id(const char *from, const char *end, const unsigned char *id)
{
    unsigned char found[IK_KEY_ID_LEN];

    return !ik_keyline_is_silent(from, end) && ik_keyline_read_id(found, from, IK_KEYLINE_ID)
        && memcmp(found, id, IK_KEY_ID_LEN) == 0;
}

/* The result is every line but the key's. */
static void copy_without(change_t *change, const unsigned char *id)
{
    char *to = make_result(change, change->file.len);
    const char *from, *next;

    for (from = change->file.text; *from; from = next) {
        const char *end = ik_keyline_end(from);

        next = ik_keyline_next(end);
        if (line_has_id(from, end, id))
            continue;
        memcpy(to, from, (apr_size_t)(next - from));
        to += next - from;
    }
    change->result.len = (apr_size_t)(to - change->result.text);
}

typedef struct retirement_t {
    const char *id;
    apr_time_t now;
} retirement_t;

static apr_status_t remove_key(change_t *change, void *arg)
{
    const retirement_t *retirement = arg;
    const char *id = retirement->id;
    unsigned char wanted[IK_KEY_ID_LEN];

    if (!ik_keyline_read_id(wanted, id, strlen(id)) || !ik_keyring_find(change->ring, wanted)) {
        *change->problem = apr_psprintf(change->p, "%s has no key %s: see 'ikssoctl key list'", change->path, id);
        return APR_NOTFOUND;
    }
    if (memcmp(ik_keyring_sealer(change->ring, retirement->now)->id, wanted, IK_KEY_ID_LEN) == 0) {
        *change->problem = apr_psprintf(change->p, "key %s seals now: run 'ikssoctl key rotate' first", id);
        return APR_EINVAL;
    }
    copy_without(change, wanted);
    return APR_SUCCESS;
}

apr_status_t ik_keyring_retire(const char *path, const char *id, apr_time_t now, apr_pool_t *p, const char **problem)
{
    retirement_t retirement = { .id = id, .now = now };

    return change_file(path, remove_key, &retirement, p, problem);
}
