/* SPDX-License-Identifier: Apache-2.0 */
/* Logins of one user at once, with different roles, while an administrator interferes: no session outlives its role. */
#include <pthread.h>

#include "login_scene.h"
#include "sso/accounts.h"
#include "sso/attributes.h"
#include "store/user.h"

#define THREADS 4
#define LOGINS 2            /* per thread and round: only the last ones show a mistake, later ones would cover it */
#define ROUNDS 40

static const char *const roles[] = { "developer", "finance", "account_administrator" };

/* What one thread does and finds. */
typedef struct worker_t {
    const scene_t *scene;
    int number, round;
    apr_pool_t *p;
    pthread_barrier_t *start;
    int wrong;                              /* outcomes that cannot be explained */
    const ik_identity_t *identity[LOGINS];  /* NULL: refused */
    pthread_t thread;
} worker_t;

/* A machine has one table and many threads, each with a context of its own. */
static ik_ctx_t context_of(const worker_t *worker)
{
    ik_ctx_t ctx = worker->scene->machine->ctx;

    ctx.p = worker->p;
    ctx.log = NULL;
    return ctx;
}

/* Other groups with every login, and too many for a cookie. */
static void give_groups(ik_assertion_t *assertion, apr_pool_t *p)
{
    ik_attribute_t *groups = apr_pcalloc(p, sizeof *groups);

    groups->name = "groups";
    groups->values = apr_array_make(p, 1, sizeof(const char *));
    APR_ARRAY_PUSH(groups->values, const char *) = apr_psprintf(p, "%s %0*d", assertion->id, IK_ATTRIBUTES_IN_COOKIE, 0);
    assertion->attributes = apr_array_make(p, 1, sizeof(ik_attribute_t *));
    APR_ARRAY_PUSH(assertion->attributes, ik_attribute_t *) = groups;
}

static apr_status_t log_in_once(ik_login_t *login, const worker_t *worker, int i)
{
    ik_ctx_t ctx = context_of(worker);
    ik_assertion_t assertion = worker->scene->assertion;
    ik_admission_t admission = worker->scene->admission;
    ik_refusal_t why = { .p = worker->p };
    apr_status_t rv = IK_LOGIN_OVERTAKEN;
    apr_pool_t *p;
    ik_db_t *db;

    assertion.id = apr_psprintf(worker->p, "_%d_%d_%d", worker->round, worker->number, i);
    give_groups(&assertion, worker->p);
    admission.assertion = &assertion;
    admission.user.role = roles[(worker->number + i) % ROWS(roles)];
    if (apr_pool_create(&p, worker->p) != APR_SUCCESS || ik_store_acquire(&db, ctx.store, p) != APR_SUCCESS)
        return APR_EGENERAL;
    for (int n = 0; n < 100 && rv == IK_LOGIN_OVERTAKEN; n++)
        rv = ik_login_record(login, &ctx, db, &admission, &why);
    apr_pool_destroy(p);
    return rv == IK_REFUSED && why.reason != IK_REASON_USER_DISABLED ? APR_EGENERAL : rv;
}

static void *keep_logging_in(void *arg)
{
    worker_t *worker = arg;

    pthread_barrier_wait(worker->start);
    for (int i = 0; i < LOGINS; i++) {
        ik_login_t login = { 0 };
        apr_status_t rv = log_in_once(&login, worker, i);

        worker->wrong += rv != APR_SUCCESS && rv != IK_REFUSED;
        worker->identity[i] = login.identity;
    }
    return NULL;
}

/* Lets the user in, and shuts it out again or deletes it. */
static void *keep_interfering(void *arg)
{
    worker_t *worker = arg;
    ik_ctx_t ctx = context_of(worker);
    ik_accounts_result_t result;
    apr_status_t rv;

    pthread_barrier_wait(worker->start);
    rv = ik_accounts_user_enable(&result, &ctx, "acme", "zoe@acme.test", 1);
    worker->wrong += rv != APR_SUCCESS && rv != IK_REFUSED;
    rv = worker->round % 3 ? ik_accounts_user_enable(&result, &ctx, "acme", "zoe@acme.test", 0)
                           : ik_accounts_user_delete(&result, &ctx, "acme", "zoe@acme.test");
    worker->wrong += rv != APR_SUCCESS && rv != IK_REFUSED;
    return NULL;
}

static void run_workers(worker_t *workers, int n, const scene_t *scene, int round, void *(*last)(void *))
{
    pthread_barrier_t start;

    assert_int_equal(pthread_barrier_init(&start, NULL, (unsigned)n), 0);
    for (int i = 0; i < n; i++) {
        workers[i] = (worker_t){ .scene = scene, .number = i, .round = round, .start = &start };
        assert_int_equal(apr_pool_create_unmanaged_ex(&workers[i].p, NULL, NULL), APR_SUCCESS);
    }
    for (int i = 0; i < n; i++)
        assert_int_equal(pthread_create(&workers[i].thread, NULL, i == n - 1 ? last : keep_logging_in, &workers[i]), 0);
    for (int i = 0; i < n; i++)
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    pthread_barrier_destroy(&start);
    for (int i = 0; i < n; i++)
        assert_int_equal(workers[i].wrong, 0);
}

/* Whoever is still signed in has the role of a row that is not shut out; returns how many sessions those are. */
static int count_live(const worker_t *workers, int n, const scene_t *scene)
{
    ik_user_t *user = NULL;
    int live = 0;

    ik_store_user_get(&user, scene->database->db, "acme", "zoe@acme.test", scene->database->p);
    sync_machine(scene->machine);
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < LOGINS; k++) {
            const ik_identity_t *identity = workers[i].identity[k];

            if (!identity || ask(scene->machine, identity) == IK_REVOKED_YES)
                continue;
            assert_non_null(user);
            assert_true(user->enabled);
            assert_string_equal(identity->role, user->role);
            live++;
        }
    }
    return live;
}

static void free_workers(worker_t *workers, int n)
{
    for (int i = 0; i < n; i++)
        apr_pool_destroy(workers[i].p);
}

static void no_session_outlives_its_role(void **state)
{
    const scene_t *scene = make_scene(*state);
    worker_t workers[THREADS];

    for (int round = 0; round < ROUNDS; round++) {
        if (round % 3 == 0)
            run_sql(*state, "DELETE FROM ik_user");     /* so that somebody's first logins meet, too */
        run_workers(workers, THREADS, scene, round, keep_logging_in);
        for (int i = 0; i < THREADS; i++)
            for (int k = 0; k < LOGINS; k++)
                assert_non_null(workers[i].identity[k]);
        assert_true(count_live(workers, THREADS, scene) >= 1);
        free_workers(workers, THREADS);
    }
    assert_int_equal(ask_sql(*state, "SELECT count(*) FROM ik_assertion"), ROUNDS * THREADS * LOGINS);
}

static void nobody_who_is_shut_out_stays_signed_in(void **state)
{
    const scene_t *scene = make_scene(*state);
    worker_t workers[THREADS];

    for (int round = 0; round < ROUNDS; round++) {
        run_workers(workers, THREADS, scene, round, keep_interfering);
        count_live(workers, THREADS, scene);
        free_workers(workers, THREADS);
    }
}

/* Which of the round's logins has the version; NULL if none has, and the test fails if two have. */
static const char *login_of(const worker_t *workers, apr_int64_t version, apr_pool_t *p)
{
    const char *found = NULL;

    for (int i = 0; i < THREADS; i++) {
        for (int k = 0; k < LOGINS; k++) {
            if (workers[i].identity[k]->attributes_version != version)
                continue;
            assert_null(found);
            found = apr_psprintf(p, "IKSSO_GROUPS=_%d_%d_%d ", workers[i].round, i, k);
        }
    }
    return found;
}

/* A cookie names the version that its own login wrote, however many write at once: or its groups were another's. */
static void no_session_takes_the_groups_of_another_login(void **state)
{
    const scene_t *scene = make_scene(*state);
    apr_pool_t *p = scene->database->p;
    apr_array_header_t *rules = apr_array_make(p, 1, sizeof(ik_attribute_rule_t));
    worker_t workers[THREADS];
    ik_user_t *user;

    APR_ARRAY_PUSH(rules, ik_attribute_rule_t) = (ik_attribute_rule_t){ "groups", "IKSSO_GROUPS", NULL };
    scene->machine->settings.attributes = rules;
    for (int round = 0; round < ROUNDS; round++) {
        run_workers(workers, THREADS, scene, round, keep_logging_in);
        assert_int_equal(ik_store_user_get(&user, scene->database->db, "acme", "zoe@acme.test", p), APR_SUCCESS);
        for (int i = 0; i < THREADS * LOGINS; i++) {
            const char *groups = login_of(workers, user->attributes_version - i, p);

            assert_non_null(groups);
            assert_true(i > 0 || !strncmp(user->attributes, groups, strlen(groups)));
        }
        free_workers(workers, THREADS);
    }
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(no_session_outlives_its_role),
        ON_FRESH(nobody_who_is_shut_out_stays_signed_in),
        ON_FRESH(no_session_takes_the_groups_of_another_login),
    };

    return run_on_databases(tests);
}
