/* SPDX-License-Identifier: Apache-2.0 */
/* Tests sso/own_keys.c: the pairs of a directory in the order they count, and a watch that follows their changes. */
#include "../fixture.h"
#include "../seal/scratch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "saml/own.h"
#include "seal/keydir.h"
#include "sso/own_keys.h"

#define NOW apr_time_from_sec(1800000000)

typedef struct notes_t {
    int count;
    const char *last;       /* id */
} notes_t;

static void note(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    notes_t *notes = to;

    (void)level, (void)rv, (void)message;
    notes->count++;
    notes->last = id;
}

/* For several threads. */
static void ignore(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    (void)to, (void)level, (void)id, (void)rv, (void)message;
}

static void put(const char *path, const char *text, apr_size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0640);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    assert_int_equal(close(fd), 0);
    assert_int_equal(chmod(path, 0640), 0);
}

static void copy(const char *to, const char *fixture, apr_pool_t *p)
{
    apr_size_t len;
    const char *text = fixture_read(p, fixture, &len);

    put(to, text, len);
}

/* The list anew, with one line more: another file, as the program makes it. */
static void add_line(const ik_keydir_t *dir, const char *line, apr_pool_t *p)
{
    const char *text = "", *fresh = apr_pstrcat(p, dir->list, ".new", NULL);

    for (int i = 0; i < dir->pairs->nelts; i++)
        text = apr_pstrcat(p, text, APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t).name, " ",
                           ik_keydir_word(APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t).state), "\n", NULL);
    text = apr_pstrcat(p, text, line, NULL);
    put(fresh, text, strlen(text));
    assert_int_equal(rename(fresh, dir->list), 0);
}

/* A pair of the fixtures in the place of a fresh one, which takes its time: the first, the second, the first again … */
static ik_keydir_pair_t *publish(apr_pool_t *p)
{
    ik_keydir_pair_t *made = apr_pcalloc(p, sizeof *made);
    const char *problem = "", *path = scratch_directory(p), *like;
    ik_keydir_t *dir;

    if (ik_keydir_read_list(&dir, path, p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    like = dir->pairs->nelts % 2 ? "second" : "first";
    made->name = apr_psprintf(p, "%s%d", like, dir->pairs->nelts);
    made->state = dir->pairs->nelts ? IK_KEYDIR_NEXT : IK_KEYDIR_CURRENT;
    made->certificate = apr_pstrcat(p, path, "/", made->name, ".pem", NULL);
    made->key = apr_pstrcat(p, path, "/", made->name, ".key", NULL);
    copy(made->certificate, apr_pstrcat(p, "spkeys/", like, ".crt", NULL), p);
    copy(made->key, apr_pstrcat(p, "spkeys/", like, ".key", NULL), p);
    add_line(dir, apr_psprintf(p, "%s %s\n", made->name, ik_keydir_word(made->state)), p);
    return made;
}

static void use(apr_pool_t *p)
{
    ik_keydir_pair_t *used, *before;
    const char *problem = "";

    if (ik_keydir_use(&used, &before, scratch_directory(p), ik_own_keys_check, p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
}

static const char *subject(const ik_spkeys_t *keys, int i)
{
    return APR_ARRAY_IDX(keys->certificates, i, const ik_certificate_t *)->subject;
}

static const ik_certificate_t *certificate(const ik_spkeys_t *keys, int i)
{
    return APR_ARRAY_IDX(keys->certificates, i, const ik_certificate_t *);
}

static ik_spkeys_t *load(apr_pool_t *p)
{
    const char *problem = "";
    ik_spkeys_t *keys;

    if (ik_own_keys_load(&keys, scratch_directory(p), p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    return keys;
}

static ik_own_keys_t *watch(apr_pool_t *p)
{
    const char *problem = "";
    ik_own_keys_t *own;

    if (ik_own_keys_open(&own, scratch_directory(p), p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    return own;
}

static void loads_the_pair_that_signs_first(void **state)
{
    const char *const first = "first.example.com", *const second = "second.example.com";
    const ik_spkeys_t *keys;

    publish(*state);
    publish(*state);
    keys = load(*state);
    assert_int_equal(keys->keys->nelts, 2);
    assert_int_equal(keys->old, 0);
    assert_non_null(strstr(subject(keys, 0), first));
    assert_non_null(strstr(subject(keys, 1), second));
    use(*state);
    keys = load(*state);
    assert_int_equal(keys->old, 1);
    assert_non_null(strstr(subject(keys, 0), second));
    assert_non_null(strstr(subject(keys, 1), first));
}

static void makes_certificates_that_identity_providers_take(void **state)
{
    const ik_certificate_t *made;
    const char *problem = "";
    ik_keydir_pair_t *pair;

    publish(*state);
    if (ik_keydir_publish(&pair, scratch_directory(*state), (gid_t)-1, NOW, *state, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    assert_int_equal(pair->state, IK_KEYDIR_NEXT);
    made = certificate(load(*state), 1);
    assert_string_equal(made->key_type, "RSA");
    assert_int_equal(made->bits, 3072);
    assert_true(made->self_signed);
    assert_true(made->not_before < NOW && NOW - made->not_before <= apr_time_from_sec(86400));
    assert_true(made->not_after > NOW + apr_time_from_sec(4 * 365 * 86400));
    assert_true(made->not_after < NOW + apr_time_from_sec(6 * APR_INT64_C(366) * 86400));
}

static void says_what_is_wrong_with_a_directory(void **state)
{
    const char *problem = NULL;
    ik_spkeys_t *keys;
    ik_own_keys_t *own;

    assert_int_equal(ik_own_keys_open(&own, scratch_directory(*state), *state, &problem), APR_ENOENT);
    assert_non_null(strstr(problem, "sp-key publish-next"));
    assert_int_equal(unlink(publish(*state)->certificate), 0);
    assert_int_not_equal(ik_own_keys_load(&keys, scratch_directory(*state), *state, &problem), APR_SUCCESS);
    assert_non_null(strstr(problem, ".pem"));
}

static void uses_no_pair_that_cannot_sign(void **state)
{
    const ik_keydir_pair_t *next;
    ik_keydir_pair_t *used, *before;
    const char *problem = NULL;

    publish(*state);
    next = publish(*state);
    assert_int_equal(ik_own_keys_check(next, *state, &problem), APR_SUCCESS);
    assert_int_equal(chmod(next->key, 0644), 0);
    assert_int_equal(ik_own_keys_check(next, *state, &problem), APR_EACCES);
    assert_int_equal(unlink(next->key), 0);
    assert_int_equal(ik_keydir_use(&used, &before, scratch_directory(*state), ik_own_keys_check, *state, &problem), IK_KEYDIR_UNUSABLE);
    assert_non_null(strstr(problem, next->key));
    copy(next->key, "spkeys/first.key", *state);
    assert_int_equal(ik_keydir_use(&used, &before, scratch_directory(*state), ik_own_keys_check, *state, &problem), IK_KEYDIR_UNUSABLE);
    assert_non_null(strstr(problem, "does not belong to the key"));
}

static void follows_every_step(void **state)
{
    notes_t notes = { 0 };
    ik_log_t log = { note, &notes };
    const char *first = "first.example.com", *name = publish(*state)->name, *problem, *left;
    ik_own_keys_t *own = watch(*state);
    const ik_spkeys_t *before = ik_own_keys_now(own, &log), *now;
    ik_keydir_pair_t *was;

    assert_int_equal(notes.count, 0);
    assert_ptr_equal(ik_own_keys_now(own, &log), before);
    publish(*state);
    now = ik_own_keys_now(own, &log);
    assert_int_equal(now->keys->nelts, 2);
    assert_non_null(strstr(subject(now, 0), first));
    use(*state);
    now = ik_own_keys_now(own, &log);
    assert_null(strstr(subject(now, 0), first));
    assert_int_equal(now->old, 1);
    assert_int_equal(ik_keydir_retire(&was, &left, scratch_directory(*state), name, ik_own_keys_check, *state, &problem), APR_SUCCESS);
    now = ik_own_keys_now(own, &log);
    assert_int_equal(now->keys->nelts, 1);
    assert_int_equal(notes.count, 3);
    assert_string_equal(notes.last, "IK0325");
    assert_non_null(strstr(subject(before, 0), first));     /* whoever still works with it can */
}

#define THREADS 4

typedef struct crowd_t {
    ik_own_keys_t *own;
    atomic_int asking, over;
} crowd_t;

static void *ask(void *arg)
{
    crowd_t *crowd = arg;
    ik_log_t quiet = { ignore, NULL };

    for (int first = 1; first || !atomic_load(&crowd->over); first = 0) {
        const ik_spkeys_t *keys = ik_own_keys_now(crowd->own, &quiet);

        atomic_fetch_add(&crowd->asking, first);
        if (keys->keys->nelts < 1 || keys->keys->nelts != keys->certificates->nelts || keys->old >= keys->keys->nelts)
            return NULL;
    }
    return crowd;
}

static void serves_threads_while_it_changes(void **state)
{
    crowd_t crowd = { 0 };
    pthread_t threads[THREADS];
    void *sound;

    publish(*state);
    crowd.own = watch(*state);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &crowd), 0);
    while (atomic_load(&crowd.asking) < THREADS)
        usleep(1000);
    for (int i = 0; i < 2; i++) {
        publish(*state);
        use(*state);
    }
    atomic_store(&crowd.over, 1);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], &sound), 0);
        assert_non_null(sound);
    }
}

static void keeps_the_last_good_pairs(void **state)
{
    notes_t notes = { 0 };
    ik_log_t log = { note, &notes };
    const char *list = ik_keydir_list(scratch_directory(*state), *state), *away = apr_pstrcat(*state, list, ".away", NULL);
    const ik_spkeys_t *before;
    ik_own_keys_t *own;

    publish(*state);
    own = watch(*state);
    before = ik_own_keys_now(own, &log);
    assert_int_equal(rename(list, away), 0);
    for (int i = 0; i < 3; i++)
        assert_ptr_equal(ik_own_keys_now(own, &log), before);
    assert_int_equal(notes.count, 1);
    assert_string_equal(notes.last, "IK0324");
    assert_int_equal(rename(away, list), 0);
    assert_ptr_equal(ik_own_keys_now(own, &log), before);
    assert_string_equal(notes.last, "IK0325");
}

/* The same list in another file: nothing is loaded to stay, and nothing is told. */
static void keeps_pairs_that_are_the_same(void **state)
{
    notes_t notes = { 0 };
    ik_log_t log = { note, &notes };
    const ik_spkeys_t *before;
    const char *problem = "";
    ik_own_keys_t *own;
    ik_keydir_t *dir;

    publish(*state);
    publish(*state);
    own = watch(*state);
    before = ik_own_keys_now(own, &log);
    assert_int_equal(ik_keydir_read_list(&dir, scratch_directory(*state), *state, &problem), APR_SUCCESS);
    for (int i = 0; i < 3; i++) {
        add_line(dir, "# the same\n", *state);
        assert_ptr_equal(ik_own_keys_now(own, &log), before);
    }
    assert_int_equal(notes.count, 0);
    use(*state);
    assert_ptr_not_equal(ik_own_keys_now(own, &log), before);
    assert_int_equal(notes.count, 1);
}

static void refuses_files_of_strangers_and_what_httpd_cannot_read(void **state)
{
    const ik_keydir_pair_t *made = publish(*state);
    const char *bad;

    assert_null(ik_own_keys_permissions(scratch_directory(*state), geteuid(), getegid(), *state));
    bad = ik_own_keys_permissions(scratch_directory(*state), geteuid() + 1, getegid() + 1, *state);
    assert_non_null(bad);
    if (geteuid() != 0)
        return;     /* who is not root can give nothing away */
    assert_int_equal(chown(made->key, 12345, (gid_t)-1), 0);
    bad = ik_own_keys_permissions(scratch_directory(*state), 33, 33, *state);
    assert_non_null(bad);
    assert_non_null(strstr(bad, made->key));
    assert_int_equal(chown(made->key, 0, (gid_t)-1), 0);
    assert_int_equal(chmod(scratch_directory(*state), 0777), 0);
    bad = ik_own_keys_permissions(scratch_directory(*state), 33, 33, *state);
    assert_non_null(strstr(bad, "can be written by every user"));
}

static int start(void **state)
{
    (void)state;
    return ik_saml_start() == APR_SUCCESS ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(loads_the_pair_that_signs_first),
        scratch_test(makes_certificates_that_identity_providers_take),
        scratch_test(says_what_is_wrong_with_a_directory),
        scratch_test(uses_no_pair_that_cannot_sign),
        scratch_test(follows_every_step),
        scratch_test(serves_threads_while_it_changes),
        scratch_test(keeps_the_last_good_pairs),
        scratch_test(keeps_pairs_that_are_the_same),
        scratch_test(refuses_files_of_strangers_and_what_httpd_cannot_read),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
