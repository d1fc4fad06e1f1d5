/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps traces in slots that processes hand to one another without a lock. */
#include "shm/traces.h"

#include <errno.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <apr_general.h>
#include <apr_siphash.h>
#include <apr_strings.h>

#include "shm/segment.h"

#define CACHE_LINE 64
#define PROBES 16               /* slots that are looked at before a trace is lost */
#define OPEN_SLOTS (IK_TRACES_SLOTS - IK_TRACES_RESERVED)
#define BUCKETS 512             /* of messages that came before, each a line of the processor's cache */
#define MESSAGES 7              /* of a bucket; the oldest is forgotten first */
#define ENDPOINT_MAX 15
#define CLIENT_MAX 63
#define ACCOUNT_MAX 64

/* An atomic that hides a lock would lock within one process only. */
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "64-bit atomics need a lock here");

/*
 *   FREE -> WRITING -> FULL -> READING -> FREE, or back to FULL
 *
 * Whoever moves a slot to WRITING or READING owns it until it moves it on; only when that process is dead others may.
 * The word: how often the slot was emptied (so that no word ever comes back), the owner's process, the state.
 */
typedef enum { FREE, WRITING, FULL, READING } state_t;
#define STATE_BITS 2
#define OWNER_BITS 32
#define STATE_OF(word) ((state_t)((word) & ((1U << STATE_BITS) - 1)))
#define OWNER_OF(word) ((pid_t)(apr_uint32_t)((word) >> STATE_BITS))
#define ROUND_OF(word) ((word) >> (STATE_BITS + OWNER_BITS))

typedef _Atomic apr_uint64_t word_t;

typedef struct slot_t {
    alignas(CACHE_LINE) word_t word;
    apr_time_t at;
    ik_reason_t reason;
    int verified;
    char id[IK_TRACE_ID_LEN + 1];
    char account[ACCOUNT_MAX + 1];
    char endpoint[ENDPOINT_MAX + 1];
    char client[CLIENT_MAX + 1];
    char issuer[IK_TRACE_DETAIL_MAX + 1];
    char detail[IK_TRACE_DETAIL_MAX + 1];
} slot_t;

typedef struct bucket_t {
    alignas(CACHE_LINE) word_t next;    /* which message is forgotten next */
    word_t message[MESSAGES];           /* hashes; 0: none */
} bucket_t;

struct ik_traces_t {
    alignas(CACHE_LINE) word_t next;    /* where the next writer begins to look */
    alignas(CACHE_LINE) word_t lost;
    _Atomic apr_time_t told;
    unsigned char key[APR_SIPHASH_KSIZE];
    bucket_t bucket[BUCKETS];
    slot_t slot[IK_TRACES_SLOTS];       /* first those that are reserved */
};

apr_status_t ik_traces_create(ik_traces_t **traces, apr_pool_t *p)
{
    void *base;
    apr_status_t rv = ik_segment_create(&base, sizeof(ik_traces_t), p);

    if (rv != APR_SUCCESS)
        return rv;
    *traces = base;
    return apr_generate_random_bytes((*traces)->key, sizeof (*traces)->key);
}

int ik_traces_came_before(ik_traces_t *traces, const char *message)
{
    bucket_t *bucket;
    apr_uint64_t hash;

    if (!traces)
        return 0;
    hash = apr_siphash24(message, strlen(message), traces->key);
    if (hash == 0)
        hash = 1;
    bucket = &traces->bucket[hash % BUCKETS];
    for (int i = 0; i < MESSAGES; i++)
        if (atomic_load(&bucket->message[i]) == hash)
            return 1;
    atomic_store(&bucket->message[atomic_fetch_add(&bucket->next, 1) % MESSAGES], hash);
    return 0;
}

static apr_uint64_t make_word(apr_uint64_t round, state_t state)
{
    return (round << OWNER_BITS | (apr_uint32_t)getpid()) << STATE_BITS | state;
}

/* From the word that was seen to a state of ours; 0 if somebody else was faster. */
static int move(slot_t *slot, apr_uint64_t seen, apr_uint64_t round, state_t state)
{
    return atomic_compare_exchange_strong(&slot->word, &seen, make_word(round, state));
}

/* Looks at so many of the count slots from first on, beginning anywhere. */
static slot_t *claim_among(ik_traces_t *traces, apr_uint64_t start, int first, int count, int probes)
{
    int i;

    for (i = 0; i < probes; i++) {
        slot_t *slot = &traces->slot[first + (int)((start + (apr_uint64_t)i) % (apr_uint64_t)count)];
        apr_uint64_t seen = atomic_load(&slot->word);

        if (STATE_OF(seen) == FREE && move(slot, seen, ROUND_OF(seen), WRITING))
            return slot;
    }
    return NULL;
}

static slot_t *claim(ik_traces_t *traces, int verified)
{
    const apr_uint64_t start = atomic_fetch_add(&traces->next, 1);
    slot_t *slot = NULL;

    if (verified)
        slot = claim_among(traces, start, 0, IK_TRACES_RESERVED, IK_TRACES_RESERVED);
    return slot ? slot : claim_among(traces, start, IK_TRACES_RESERVED, OPEN_SLOTS, PROBES);
}

static void fill(slot_t *slot, const ik_trace_t *trace)
{
    slot->at = trace->at;
    slot->reason = trace->reason;
    slot->verified = trace->verified;
    apr_cpystrn(slot->id, trace->id, sizeof slot->id);
    apr_cpystrn(slot->account, trace->account, sizeof slot->account);
    apr_cpystrn(slot->endpoint, trace->endpoint, sizeof slot->endpoint);
    apr_cpystrn(slot->client, trace->client, sizeof slot->client);
    apr_cpystrn(slot->issuer, trace->issuer, sizeof slot->issuer);
    apr_cpystrn(slot->detail, trace->detail, sizeof slot->detail);
}

static const ik_trace_t *copy(const slot_t *slot, apr_pool_t *p)
{
    ik_trace_t *trace = apr_pcalloc(p, sizeof *trace);

    trace->at = slot->at;
    trace->reason = slot->reason;
    trace->verified = slot->verified;
    trace->id = apr_pstrdup(p, slot->id);
    trace->account = apr_pstrdup(p, slot->account);
    trace->endpoint = apr_pstrdup(p, slot->endpoint);
    trace->client = apr_pstrdup(p, slot->client);
    trace->issuer = apr_pstrdup(p, slot->issuer);
    trace->detail = apr_pstrdup(p, slot->detail);
    return trace;
}

int ik_traces_note(ik_traces_t *traces, const ik_trace_t *trace)
{
    slot_t *slot;

    if (!traces)
        return 0;
    slot = claim(traces, trace->verified);
    if (!slot) {
        atomic_fetch_add(&traces->lost, 1);
        return 0;
    }
    fill(slot, trace);
    atomic_store(&slot->word, make_word(ROUND_OF(atomic_load(&slot->word)), FULL));
    return 1;
}

/* A process that is there may be slow, and is left alone; one that is not will never touch the slot again. */
static int is_dead(pid_t owner)
{
    return kill(owner, 0) == -1 && errno == ESRCH;
}

/* What a process left that died over the slot: half a trace, or a whole one that it may not have written. */
static void inherit(ik_traces_t *traces, slot_t *slot)
{
    apr_uint64_t seen = atomic_load(&slot->word);
    state_t state = STATE_OF(seen);

    if ((state != WRITING && state != READING) || OWNER_OF(seen) == getpid() || !is_dead(OWNER_OF(seen)))
        return;
    if (state == READING)
        move(slot, seen, ROUND_OF(seen), FULL);
    else if (move(slot, seen, ROUND_OF(seen) + 1, FREE))
        atomic_fetch_add(&traces->lost, 1);
}

int ik_traces_take(ik_traces_batch_t *batch, ik_traces_t *traces, int max, apr_pool_t *p)
{
    int i;

    batch->traces = apr_array_make(p, 8, sizeof(const ik_trace_t *));
    batch->slots = apr_array_make(p, 8, sizeof(int));
    for (i = 0; i < IK_TRACES_SLOTS && batch->slots->nelts < max; i++) {
        slot_t *slot = &traces->slot[i];
        apr_uint64_t seen;

        inherit(traces, slot);
        seen = atomic_load(&slot->word);
        if (STATE_OF(seen) != FULL || !move(slot, seen, ROUND_OF(seen), READING))
            continue;
        APR_ARRAY_PUSH(batch->traces, const ik_trace_t *) = copy(slot, p);
        APR_ARRAY_PUSH(batch->slots, int) = i;
    }
    return batch->slots->nelts;
}

void ik_traces_done(ik_traces_t *traces, const ik_traces_batch_t *batch, int written)
{
    int i;

    for (i = 0; i < batch->slots->nelts; i++) {
        word_t *word = &traces->slot[APR_ARRAY_IDX(batch->slots, i, int)].word;
        apr_uint64_t round = ROUND_OF(atomic_load(word));

        atomic_store(word, written ? make_word(round + 1, FREE) : make_word(round, FULL));
    }
}

apr_uint64_t ik_traces_lost(ik_traces_t *traces, apr_time_t now, apr_time_t every)
{
    apr_time_t told = atomic_load(&traces->told);

    /* A clock that was set back does not keep it quiet. */
    if (atomic_load(&traces->lost) == 0 || (now >= told && now - told < every))
        return 0;
    return atomic_compare_exchange_strong(&traces->told, &told, now) ? atomic_exchange(&traces->lost, 0) : 0;
}
