/* SPDX-License-Identifier: Apache-2.0 */
/* The key file's lines, read into a ring. */
#include "seal/keyring.h"

#include <string.h>

#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "seal/keyfile.h"
#include "seal/keyline.h"

static apr_status_t wipe_ring(void *data)
{
    ik_keyring_t *ring = data;

    OPENSSL_cleanse(ring->keys->elts, (apr_size_t)ring->keys->nalloc * sizeof(ik_key_t));
    ring->keys->nelts = 0;
    EVP_CIPHER_free(ring->cipher);
    ring->cipher = NULL;
    return APR_SUCCESS;
}

/* Room for every key from the start: an array that grows would leave keys behind in the pool. */
static ik_keyring_t *make_ring(apr_pool_t *p)
{
    ik_keyring_t *ring = apr_pcalloc(p, sizeof *ring);

    ring->keys = apr_array_make(p, IK_KEYRING_MAX, sizeof(ik_key_t));
    apr_pool_cleanup_register(p, ring, wipe_ring, apr_pool_cleanup_null);
    ring->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    return ring;
}

const ik_key_t *ik_keyring_find(const ik_keyring_t *ring, const unsigned char *id)
{
    int i;

    for (i = 0; i < ring->keys->nelts; i++) {
        const ik_key_t *key = &APR_ARRAY_IDX(ring->keys, i, ik_key_t);

        if (memcmp(key->id, id, IK_KEY_ID_LEN) == 0)
            return key;
    }
    return NULL;
}

const ik_key_t *ik_keyring_sealer(const ik_keyring_t *ring, apr_time_t now)
{
    int i, last = ring->keys->nelts - 1;

    for (i = 0; i < last && APR_ARRAY_IDX(ring->keys, i, ik_key_t).from > now; i++)
        ;
    return &APR_ARRAY_IDX(ring->keys, i, ik_key_t);
}

/* In order, the latest first; of two of one second the lower in the file, which was added later, stands first. */
static void insert(ik_keyring_t *ring, const ik_key_t *key)
{
    ik_key_t *keys = (ik_key_t *)ring->keys->elts;
    int at = ring->keys->nelts++;

    while (at > 0 && keys[at - 1].from <= key->from) {
        keys[at] = keys[at - 1];
        at--;
    }
    keys[at] = *key;
}

/* What is wrong with a line that should add a key to the ring; or NULL, and it is added. */
static const char *add_line(ik_keyring_t *ring, const char *from, const char *end)
{
    const char *fault = NULL;
    ik_key_t key;

    if (!ik_keyline_read(&key, from, end))
        fault = "is not a key (id, time, key): remove the line, or take the file from a backup";
    else if (ik_keyring_find(ring, key.id))
        fault = "has the id of a key above it: remove one of the two lines";
    else if (ring->keys->nelts == IK_KEYRING_MAX)
        fault = "is one key too many: retire old ones (ikssoctl key retire)";
    else
        insert(ring, &key);
    OPENSSL_cleanse(&key, sizeof key);
    return fault;
}

static apr_status_t add_lines(ik_keyring_t *ring, const char *text, const char *name, apr_pool_t *p,
                              const char **problem)
{
    const char *from, *end, *fault;
    int number = 1;

    for (from = text; *from; from = ik_keyline_next(end), number++) {
        end = ik_keyline_end(from);
        if (ik_keyline_is_silent(from, end))
            continue;
        fault = add_line(ring, from, end);
        if (fault) {
            *problem = apr_psprintf(p, "%s line %d %s", name, number, fault);
            return APR_EGENERAL;
        }
    }
    if (ring->keys->nelts == 0) {
        *problem = apr_psprintf(p, "%s holds no key: make a new file with 'ikssoctl init'", name);
        return APR_EGENERAL;
    }
    return APR_SUCCESS;
}

apr_status_t ik_keyring_parse(ik_keyring_t **ring, const char *text, apr_size_t len, const char *name, apr_pool_t *p,
                              const char **problem)
{
    ik_keyring_t *made;
    apr_status_t rv;

    *ring = NULL;
    if (memchr(text, '\0', len)) {  /* it would hide the keys behind it */
        *problem = apr_psprintf(p, "%s is not a text file: take it from a backup", name);
        return APR_EGENERAL;
    }
    made = make_ring(p);
    if (!made->cipher) {
        *problem = apr_psprintf(p, "%s: OpenSSL has no AES-256-GCM: check its configuration", name);
        return APR_EGENERAL;
    }
    rv = add_lines(made, text, name, p, problem);
    if (rv == APR_SUCCESS)
        *ring = made;
    return rv;
}

apr_status_t ik_keyring_load(ik_keyring_t **ring, const char *path, apr_pool_t *p, const char **problem)
{
    ik_keyfile_t file;
    apr_status_t rv;

    *ring = NULL;
    rv = ik_keyfile_read(&file, path, p, problem);
    if (rv != APR_SUCCESS)
        return rv;
    rv = ik_keyring_parse(ring, file.text, file.len, path, p, problem);
    ik_keyfile_wipe(&file);
    return rv;
}
