/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the text of a key file in shared memory, without a lock: a process may die, or be taken over, at any place. */
#include "seal/keyshare.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#define SLOTS 8
#define TRIES 3
#define DIGEST_LEN 32

/*
 * Who puts something takes a ticket, and by it the next slot in turn. Who gets something copies it out and believes the
 * copy if its digest is right: a slot may be written while it is read, by one that is eight tickets on, or very slow.
 */
typedef struct slot_t {
    _Atomic(apr_size_t) len;            /* read once: whoever can write here must not lead a reader astray */
    char text[IK_KEYFILE_MAX];
    unsigned char digest[DIGEST_LEN];   /* of the ticket, len and text */
} slot_t;

struct ik_keyshare_t {
    _Atomic(apr_uint64_t) last;         /* ticket that was taken */
    _Atomic(apr_uint64_t) current;      /* ticket of what was put last; 0: nothing */
    slot_t slots[SLOTS];
};

static apr_status_t unmap(void *share)
{
    munmap(share, sizeof(ik_keyshare_t));
    return APR_SUCCESS;
}

apr_status_t ik_keyshare_create(ik_keyshare_t **share, apr_pool_t *p)
{
    void *base = mmap(NULL, sizeof **share, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (base == MAP_FAILED)
        return APR_FROM_OS_ERROR(errno);
    madvise(base, sizeof **share, MADV_DONTDUMP);
    apr_pool_cleanup_register(p, base, unmap, apr_pool_cleanup_null);
    *share = base;
    return APR_SUCCESS;
}

static int digest(unsigned char *to, apr_uint64_t ticket, const char *text, apr_size_t len)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int done = md && EVP_DigestInit_ex2(md, EVP_sha256(), NULL) && EVP_DigestUpdate(md, &ticket, sizeof ticket)
        && EVP_DigestUpdate(md, &len, sizeof len) && EVP_DigestUpdate(md, text, len)
        && EVP_DigestFinal_ex(md, to, NULL);

    EVP_MD_CTX_free(md);
    return done;
}

/* What that ticket has put, in text (IK_KEYFILE_MAX bytes); its length, or -1. */
static apr_ssize_t copy_out(char *text, const ik_keyshare_t *share, apr_uint64_t ticket)
{
    const slot_t *slot = &share->slots[ticket % SLOTS];
    unsigned char theirs[DIGEST_LEN], ours[DIGEST_LEN];
    apr_size_t len = atomic_load(&slot->len);

    if (len > IK_KEYFILE_MAX)
        return -1;
    memcpy(text, slot->text, len);
    memcpy(theirs, slot->digest, sizeof theirs);
    if (!digest(ours, ticket, text, len) || CRYPTO_memcmp(ours, theirs, sizeof ours) != 0)
        return -1;
    return (apr_ssize_t)len;
}

apr_status_t ik_keyshare_get(ik_keyfile_t *file, const ik_keyshare_t *share, apr_pool_t *p)
{
    char *text = apr_palloc(p, IK_KEYFILE_MAX + 1);
    int i;

    *file = (ik_keyfile_t){ 0 };
    for (i = 0; i < TRIES; i++) {
        apr_uint64_t ticket = atomic_load(&share->current);
        apr_ssize_t len = ticket ? copy_out(text, share, ticket) : -1;

        if (len < 0)
            continue;
        text[len] = '\0';
        *file = (ik_keyfile_t){ .text = text, .len = (apr_size_t)len };
        return APR_SUCCESS;
    }
    OPENSSL_cleanse(text, IK_KEYFILE_MAX);
    return APR_NOTFOUND;
}

/* So that the processes of a server, which all read the same new file, do not use up the slots. */
static int has(const ik_keyshare_t *share, const ik_keyfile_t *file)
{
    apr_uint64_t ticket = atomic_load(&share->current);
    const slot_t *slot = &share->slots[ticket % SLOTS];
    unsigned char ours[DIGEST_LEN];

    return ticket && digest(ours, ticket, file->text, file->len)
        && memcmp(ours, slot->digest, sizeof ours) == 0;
}

void ik_keyshare_put(ik_keyshare_t *share, const ik_keyfile_t *file)
{
    apr_uint64_t ticket, before;
    slot_t *slot;

    if (file->len > IK_KEYFILE_MAX || has(share, file))
        return;
    ticket = atomic_fetch_add(&share->last, 1) + 1;
    slot = &share->slots[ticket % SLOTS];
    atomic_store(&slot->len, file->len);
    memcpy(slot->text, file->text, file->len);
    if (!digest(slot->digest, ticket, file->text, file->len))
        return;
    before = atomic_load(&share->current);
    while (before < ticket && !atomic_compare_exchange_weak(&share->current, &before, ticket))
        ;
}
