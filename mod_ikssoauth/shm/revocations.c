/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the table of revocations, and answers a request's question without a lock. */
#include "shm/revocations.h"

#include <stdint.h>
#include <string.h>

#include <apr_siphash.h>

#include "shm/segment.h"
#include "shm/table.h"

#define NOWHERE INT64_MIN       /* smaller than any position */
#define PAGE 4096

_Static_assert(IK_TABLE_KEY == APR_SIPHASH_KSIZE, "the key is SipHash's");

/* What is hashed, in a buffer that long accounts and subjects are folded into. */
typedef struct digest_t {
    const unsigned char *key;
    apr_size_t len;
    unsigned char bytes[256];
} digest_t;

static void add(digest_t *digest, const void *bytes, apr_size_t len)
{
    const unsigned char *from = bytes;

    while (len > 0) {
        apr_size_t room = sizeof digest->bytes - digest->len;
        apr_size_t part = len < room ? len : room;

        memcpy(digest->bytes + digest->len, from, part);
        digest->len += part;
        from += part;
        len -= part;
        if (digest->len == sizeof digest->bytes) {
            apr_siphash24_auth(digest->bytes, digest->bytes, digest->len, digest->key);
            digest->len = APR_SIPHASH_DSIZE;
        }
    }
}

apr_uint64_t ik_table_hash(const ik_revocations_t *table, ik_revocation_kind_t kind, const char *account,
                           const char *subject)
{
    /* the length of the account, so that what ends it cannot begin the subject */
    const apr_uint64_t lead[] = { kind, strlen(account) };
    digest_t digest = { .key = table->head->key, .len = 0 };
    apr_uint64_t hash;

    add(&digest, lead, sizeof lead);
    add(&digest, account, lead[1]);
    add(&digest, subject, strlen(subject));
    hash = apr_siphash24(digest.bytes, digest.len, digest.key);
    return hash ? hash : 1;
}

/* A robust mutex of our own: APR's would be destroyed for all by the first process that clears an inherited pool. */
static apr_status_t make_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attr;
    int rv = pthread_mutexattr_init(&attr);

    if (rv != 0)
        return rv;
    rv = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    if (rv == 0)
        rv = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    if (rv == 0)
        rv = pthread_mutex_init(lock, &attr);
    pthread_mutexattr_destroy(&attr);
    return rv;
}

/* Where a part of size bytes begins in the segment that is used up to *end. */
static apr_size_t part(apr_size_t *end, apr_size_t size)
{
    apr_size_t start = (*end + PAGE - 1) / PAGE * PAGE;

    *end = start + size;
    return start;
}

static apr_status_t lay_out(ik_revocations_t *table, apr_pool_t *p)
{
    apr_size_t end = sizeof(ik_table_head_t);
    apr_size_t occupied = part(&end, table->blocks * sizeof *table->occupied);
    apr_size_t bucket = part(&end, table->buckets * sizeof *table->bucket);
    void *base;
    apr_status_t rv = ik_segment_create(&base, end, p);

    if (rv != APR_SUCCESS)
        return rv;
    table->head = base;
    table->occupied = (void *)((char *)base + occupied);
    table->bucket = (void *)((char *)base + bucket);
    return APR_SUCCESS;
}

apr_status_t ik_revocations_create(ik_revocations_t **table, apr_size_t slots, apr_pool_t *p)
{
    ik_revocations_t *made = apr_pcalloc(p, sizeof *made);
    apr_status_t rv;

    if (slots == 0 || slots > APR_UINT32_MAX)
        return APR_EINVAL;
    made->buckets = (slots + IK_BUCKET_SLOTS - 1) / IK_BUCKET_SLOTS;
    made->blocks = (made->buckets + IK_BLOCK_BUCKETS - 1) / IK_BLOCK_BUCKETS;
    made->reach = made->buckets < IK_TABLE_REACH ? made->buckets : IK_TABLE_REACH;
    rv = lay_out(made, p);
    if (rv == APR_SUCCESS)
        rv = apr_generate_random_bytes(made->head->key, sizeof made->head->key);
    if (rv == APR_SUCCESS)
        rv = make_lock(&made->head->lock);
    if (rv != APR_SUCCESS)
        return rv;
    ik_put(&made->head->position, -1);
    ik_put(&made->head->floor, -1);
    *table = made;
    return APR_SUCCESS;
}

/*
 * The position in a bucket's slot, if it is hash's. The slot may be cleared and given to another key meanwhile, but
 * then it has been expired, and the second look at its hash says so.
 */
static apr_int64_t read_slot(ik_bucket_t *bucket, apr_size_t slot, apr_uint64_t hash)
{
    apr_int64_t position;

    if (ik_get(&bucket->hash[slot]) != hash)
        return NOWHERE;
    position = ik_get(&bucket->entry[slot].position);
    return ik_get(&bucket->hash[slot]) == hash ? position : NOWHERE;
}

/* The position of the entry with this hash, as ask() gave it; NOWHERE if there is none. */
static apr_int64_t find(const ik_revocations_t *table, apr_uint64_t hash)
{
    apr_size_t at = ik_table_home(table, hash), steps, i;

    if (hash == 0)
        return NOWHERE;
    for (steps = 0; steps < table->reach; steps++, at = ik_table_next(table, at)) {
        ik_bucket_t *bucket = &table->bucket[at];

        for (i = 0; i < IK_BUCKET_SLOTS; i++) {
            apr_int64_t position = read_slot(bucket, i, hash);

            if (position != NOWHERE)
                return position;
        }
        if (!(ik_get(&bucket->mark) & ik_table_bit(hash)))
            return NOWHERE;
    }
    return NOWHERE;
}

/*
 * Starts a lookup: the bucket is on its way from memory while the hashes of the others are computed. 0 if its block was
 * never written to: reading the page would make the kernel provide it, and fetching what is not there takes its time.
 */
static apr_uint64_t ask(const ik_revocations_t *table, ik_revocation_kind_t kind, const char *account,
                        const char *subject)
{
    const apr_uint64_t hash = ik_table_hash(table, kind, account, subject);
    const apr_size_t home = ik_table_home(table, hash);

    if (ik_get(&table->occupied[home / IK_BLOCK_BUCKETS]) == 0)
        return 0;
    __builtin_prefetch(&table->bucket[home]);
    return hash;
}

ik_revoked_t ik_revocations_check(const ik_revocations_t *table, const ik_identity_t *identity)
{
    apr_uint64_t session, user, account, index;

    if (ik_get(&table->head->position) < 0)
        return IK_REVOKED_UNKNOWN;
    if (identity->position < ik_get(&table->head->floor))
        return IK_REVOKED_YES;
    session = ask(table, IK_REVOKE_SESSION, identity->account, identity->session);
    user = ask(table, IK_REVOKE_USER, identity->account, identity->email);
    account = ask(table, IK_REVOKE_ACCOUNT, identity->account, "");
    index = identity->index && *identity->index ? ask(table, IK_REVOKE_INDEX, identity->account, identity->index) : 0;
    if (find(table, session) != NOWHERE || find(table, user) > identity->position
        || find(table, account) > identity->position || find(table, index) > identity->position)
        return IK_REVOKED_YES;
    return IK_REVOKED_NO;
}

void ik_table_raise(ik_place_t *word, apr_int64_t value)
{
    apr_int64_t old = ik_get(word);

    while (old < value
           && !atomic_compare_exchange_weak_explicit(word, &old, value, memory_order_acq_rel, memory_order_acquire))
        continue;
}

apr_int64_t ik_revocations_position(const ik_revocations_t *table)
{
    return ik_get(&table->head->position);
}

void ik_revocations_advance(ik_revocations_t *table, apr_int64_t position)
{
    ik_table_raise(&table->head->position, position);
}

void ik_revocations_rewind(ik_revocations_t *table, apr_int64_t position)
{
    ik_place_t *word = &table->head->position;
    apr_int64_t lower = position < -1 ? -1 : position;
    apr_int64_t old = ik_get(word);

    while (old > lower
           && !atomic_compare_exchange_weak_explicit(word, &old, lower, memory_order_acq_rel, memory_order_acquire))
        continue;
}

apr_int64_t ik_revocations_bell(const ik_revocations_t *table)
{
    return ik_get(&table->head->bell);
}

void ik_revocations_answer(ik_revocations_t *table, apr_int64_t stamp)
{
    ik_put(&table->head->bell, stamp);
}

void ik_revocations_count(const ik_revocations_t *table, apr_size_t *entries, apr_size_t *slots, apr_int64_t *floor)
{
    apr_size_t block;

    *entries = 0;
    for (block = 0; block < table->blocks; block++) {
        unsigned short occupied = ik_get(&table->occupied[block]);

        *entries += occupied ? occupied - 1u : 0;
    }
    *slots = table->buckets * IK_BUCKET_SLOTS;
    *floor = ik_get(&table->head->floor);
}
