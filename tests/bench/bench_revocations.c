/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the table of revocations costs a request: nanoseconds of one ik_revocations_check, of a session that is not
 * revoked, with no entry and with a million. Every figure is printed, and the median of each row.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <apr_general.h>
#include <apr_strings.h>

#include "shm/revocations.h"

#define START APR_TIME_C(1800000000000000)
#define ENTRIES 1000000
#define ROUNDS 9
#define CALLS 200000
#define PEOPLE 65536        /* different sessions asked for, a power of two */

typedef struct bench_t {
    apr_pool_t *p;
    ik_revocations_t *table;
    ik_identity_t *people;
} bench_t;

static void need(int condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "bench_revocations: %s\n", what);
    exit(1);
}

static double nanos(void)
{
    struct timespec at;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static ik_identity_t *make_people(apr_pool_t *p)
{
    ik_identity_t *people = apr_pcalloc(p, PEOPLE * sizeof *people);
    int i;

    for (i = 0; i < PEOPLE; i++) {
        people[i].session = apr_psprintf(p, "%022d", i);
        people[i].account = apr_psprintf(p, "account-%d", i % 1000);
        people[i].email = apr_psprintf(p, "person.%d@company-%d.example", i, i % 1000);
        people[i].position = START;
    }
    return people;
}

/* Asks for `different` people in turn: for one, all that is read is in the processor's cache. */
static double measure(const bench_t *bench, int different)
{
    double from = nanos();
    int i;

    for (i = 0; i < CALLS; i++) {
        const ik_identity_t *who = &bench->people[((unsigned)i * 40503u) & (unsigned)(different - 1)];

        need(ik_revocations_check(bench->table, who) == IK_REVOKED_NO, "somebody is revoked");
    }
    return (nanos() - from) / CALLS;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(const bench_t *bench, const char *name, int different)
{
    double rounds[ROUNDS];
    int i;

    printf("%-44s raw", name);
    for (i = 0; i < ROUNDS; i++) {
        rounds[i] = measure(bench, different);
        printf(" %6.1f", rounds[i]);
    }
    qsort(rounds, ROUNDS, sizeof rounds[0], ascending);
    printf("  median %6.1f ns\n", rounds[ROUNDS / 2]);
}

static void fill(const bench_t *bench)
{
    double from = nanos();
    char session[32];
    int i;

    for (i = 0; i < ENTRIES; i++) {
        ik_revocation_t entry = { IK_REVOKE_SESSION, "account", session, START + 1, START + i };

        apr_snprintf(session, sizeof session, "revoked-%014d", i);
        need(ik_revocations_enter(bench->table, &entry, START - 1) == APR_SUCCESS, "cannot enter");
    }
    printf("%-44s %6.1f ns each\n", "a million revocations entered", (nanos() - from) / ENTRIES);
}

static void tidy(const bench_t *bench, const char *name, apr_time_t now)
{
    double from = nanos();
    int gone;

    need(ik_revocations_expire(&gone, bench->table, now) == APR_SUCCESS, "cannot tidy");
    printf("%-44s %6.2f ms, %d gone\n", name, (nanos() - from) / 1e6, gone);
}

static void run(bench_t *bench)
{
    apr_size_t entries, slots;
    apr_int64_t floor;

    need(ik_revocations_create(&bench->table, IK_REVOCATIONS_SLOTS, bench->p) == APR_SUCCESS, "cannot create");
    ik_revocations_advance(bench->table, START);
    bench->people = make_people(bench->p);
    printf("CPU nanoseconds per ik_revocations_check, %d rounds of %d calls\n", ROUNDS, CALLS);
    print(bench, "no entry, one session", 1);
    print(bench, "no entry, 65536 sessions", PEOPLE);
    fill(bench);
    ik_revocations_count(bench->table, &entries, &slots, &floor);
    need(entries == ENTRIES && floor == -1, "not all of them are there");
    print(bench, "a million entries, one session", 1);
    print(bench, "a million entries, 65536 sessions", PEOPLE);
    tidy(bench, "looked through for what is over", START - 1);
    tidy(bench, "half of them over", START + ENTRIES / 2 - 1);
}

int main(void)
{
    bench_t bench = { NULL, NULL, NULL };

    need(apr_initialize() == APR_SUCCESS && apr_pool_create(&bench.p, NULL) == APR_SUCCESS, "cannot start APR");
    run(&bench);
    apr_pool_destroy(bench.p);
    apr_terminate();
    return 0;
}
