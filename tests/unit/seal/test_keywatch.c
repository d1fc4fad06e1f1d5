/* SPDX-License-Identifier: Apache-2.0 */
/* The watched key file: however it changes, the next look has its keys; whatever fails, the last good ones stay. */
#include <pthread.h>
#include <pwd.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "base/encode.h"
#include "seal/keywatch.h"
#include "seal/seal.h"
#include "scratch.h"

#define KEY_A "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define KEY_B "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA"
#define A "0a1b2c3d 1700000000 " KEY_A "\n"
#define B "fedcba98 1700000001 " KEY_B "\n"
#define C "00000001 1700000002 " KEY_A "\n"
#define NOW apr_time_from_sec(1800000000)
#define AGAIN 2100  /* ms, after which a file that looks the same has been read again */

/* What was logged. */
typedef struct notes_t {
    int warnings, infos;
    char last[2048];
} notes_t;

static void note(void *to, ik_log_level_t level, const char *id, apr_status_t rv, const char *message)
{
    notes_t *notes = to;

    (void)rv;
    notes->warnings += level == IK_LOG_WARNING && !strcmp(id, "IK0320");
    notes->infos += level == IK_LOG_INFO && !strcmp(id, "IK0321");
    apr_cpystrn(notes->last, message, sizeof notes->last);
}

static ik_keyshare_t *make_share(apr_pool_t *p)
{
    ik_keyshare_t *share;

    assert_int_equal(ik_keyshare_create(&share, p), APR_SUCCESS);
    return share;
}

static ik_keywatch_t *watch_with(const char *path, ik_keyshare_t *share, apr_pool_t *p)
{
    const char *problem = "";
    ik_keywatch_t *watch;

    if (ik_keywatch_open(&watch, path, share, p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    return watch;
}

static ik_keywatch_t *watch_of(const char *path, apr_pool_t *p)
{
    return watch_with(path, make_share(p), p);
}

/* The ids of a ring in order, with blanks between. */
static const char *ids_of(const ik_keyring_t *ring, apr_pool_t *p)
{
    const char *list = "";
    int i;

    for (i = 0; i < ring->keys->nelts; i++)
        list = apr_pstrcat(p, list, i ? " " : "", ik_encode_hex(p, APR_ARRAY_IDX(ring->keys, i, ik_key_t).id, 4), NULL);
    return list;
}

static const char *ids(ik_keywatch_t *watch, apr_pool_t *p)
{
    return ids_of(ik_keywatch_ring(watch, NULL), p);
}

/* In place, as cp does: the file stays the same one. */
static void write_over(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_TRUNC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
}

static const char *another_file(const char *name, const char *text, apr_pool_t *p)
{
    const char *path = apr_pstrcat(p, scratch_directory(p), "/", name, NULL);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    return path;
}

static void sleep_ms(int ms)
{
    apr_sleep(apr_time_from_msec(ms));
}

static void refuses_to_open_what_is_no_key_file(void **state)
{
    const char *path = scratch_file(*state, "garbage\n", 0600), *problem = NULL;
    ik_keywatch_t *watch;

    assert_int_equal(ik_keywatch_open(&watch, path, make_share(*state), *state, &problem), APR_EGENERAL);
    assert_null(watch);
    assert_non_null(strstr(problem, "keys line 1 is not a key"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ik_keywatch_open(&watch, path, make_share(*state), *state, &problem), APR_ENOENT);
    assert_non_null(strstr(problem, path));
}

static void gives_the_same_ring_while_the_file_stays(void **state)
{
    ik_keywatch_t *watch = watch_of(scratch_file(*state, A, 0600), *state);
    const ik_keyring_t *ring = ik_keywatch_ring(watch, NULL);

    assert_string_equal(ids_of(ring, *state), "0a1b2c3d");
    assert_ptr_equal(ik_keywatch_ring(watch, NULL), ring);
    sleep_ms(AGAIN);
    assert_ptr_equal(ik_keywatch_ring(watch, NULL), ring);
}

static void has_the_key_of_a_rotation_at_once_and_keeps_the_old_ring_valid(void **state)
{
    const char *path = scratch_file(*state, A, 0600), *added, *problem;
    ik_keywatch_t *watch = watch_of(path, *state);
    const ik_keyring_t *before = ik_keywatch_ring(watch, NULL);
    notes_t notes = { 0 };
    ik_log_t log = { note, &notes };
    int i;

    for (i = 0; i < 20; i++) {
        assert_int_equal(ik_keyring_rotate(&added, path, NOW + i, *state, &problem), APR_SUCCESS);
        assert_memory_equal(ids_of(ik_keywatch_ring(watch, &log), *state), added, 8);
        assert_int_equal(notes.infos, i + 1);
    }
    assert_string_equal(ids_of(before, *state), "0a1b2c3d");
    assert_int_equal(ik_keyring_retire(path, "0a1b2c3d", NOW, *state, &problem), APR_SUCCESS);
    assert_null(ik_keyring_find(ik_keywatch_ring(watch, &log), (const unsigned char *)"\x0a\x1b\x2c\x3d"));
    assert_int_equal(notes.warnings, 0);
    assert_non_null(strstr(notes.last, "its 20 keys are in force"));
}

static void reads_a_file_written_in_place_or_renamed_there(void **state)
{
    const char *path = scratch_file(*state, A, 0600);
    ik_keywatch_t *watch = watch_of(path, *state);

    write_over(path, A B);
    assert_string_equal(ids(watch, *state), "fedcba98 0a1b2c3d");
    assert_int_equal(rename(another_file("new", C, *state), path), 0);
    assert_string_equal(ids(watch, *state), "00000001");
}

/* As "cp -p" and "rsync --times" do. */
static void reads_a_file_whose_size_and_time_did_not_change(void **state)
{
    const char *path = scratch_file(*state, A, 0600);
    const struct timespec times[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000 } };
    ik_keywatch_t *watch;

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    watch = watch_of(path, *state);
    assert_string_equal(ids(watch, *state), "0a1b2c3d");
    sleep_ms(20);   /* a tick of the file system's clock */
    write_over(path, C);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_string_equal(ids(watch, *state), "00000001");
}

/* As Kubernetes replaces secrets: the path leads through a directory that is a link. */
static void follows_a_link_that_is_switched(void **state)
{
    const char *here = scratch_directory(*state), *one = another_file("one", A, *state);
    const char *two = another_file("two", A B, *state), *link = apr_pstrcat(*state, here, "/link", NULL);
    const char *next = apr_pstrcat(*state, here, "/next", NULL);
    ik_keywatch_t *watch;

    assert_int_equal(symlink(one, link), 0);
    watch = watch_of(link, *state);
    assert_string_equal(ids(watch, *state), "0a1b2c3d");
    assert_int_equal(symlink(two, next), 0);
    assert_int_equal(rename(next, link), 0);
    assert_string_equal(ids(watch, *state), "fedcba98 0a1b2c3d");
    assert_int_equal(unlink(link), 0);
    assert_string_equal(ids(watch, *state), "fedcba98 0a1b2c3d");
}

static void keeps_the_last_good_ring_and_says_so_once_per_change(void **state)
{
    static const struct {
        const char *text;
        mode_t mode;
        const char *problem;
    } rows[] = {
        { "", 0600, "holds no key" },
        { "0a1b2c3d 17000", 0600, "line 1 is not a key" },
        { B "garbage\n", 0600, "line 2 is not a key" },
        { B, 0644, "can be opened by every user: take that right away (chmod o= " },
        { B, 0660, "can be written by its group" },
    };
    const char *path = scratch_file(*state, A, 0600);
    ik_keywatch_t *watch = watch_of(path, *state);
    notes_t notes = { 0 };
    ik_log_t log = { note, &notes };
    apr_size_t i, look;

    for (i = 0; i < ROWS(rows); i++) {
        write_over(path, rows[i].text);
        assert_int_equal(chmod(path, rows[i].mode), 0);
        for (look = 0; look < 3; look++)
            assert_string_equal(ids_of(ik_keywatch_ring(watch, &log), *state), "0a1b2c3d");
        assert_int_equal(notes.warnings, i + 1);
        assert_non_null(strstr(notes.last, rows[i].problem));
        assert_non_null(strstr(notes.last, path));
        assert_null(strstr(notes.last, KEY_B));
    }
    assert_int_equal(chmod(path, 0640), 0);
    assert_string_equal(ids_of(ik_keywatch_ring(watch, &log), *state), "fedcba98");
    assert_int_equal(notes.warnings, ROWS(rows));
}

static void says_every_time_that_the_file_is_gone_and_takes_it_when_it_is_back(void **state)
{
    const char *path = scratch_file(*state, A, 0600);
    ik_keywatch_t *watch = watch_of(path, *state);
    notes_t notes = { 0 };
    ik_log_t log = { note, &notes };
    int i;

    for (i = 0; i < 3; i++) {
        const char *expected = ids(watch, *state);

        assert_int_equal(unlink(path), 0);
        assert_string_equal(ids_of(ik_keywatch_ring(watch, &log), *state), expected);
        ik_keywatch_ring(watch, &log);
        assert_int_equal(notes.warnings, i + 1);
        assert_non_null(strstr(notes.last, "cannot open"));
        assert_string_equal(another_file("keys", i % 2 ? A : B, *state), path);
        assert_string_equal(ids_of(ik_keywatch_ring(watch, &log), *state), i % 2 ? "0a1b2c3d" : "fedcba98");
    }
}

/* What root alone can read, if this is root; else what nobody can. */
static void make_unreadable(const char *path)
{
    assert_int_equal(chmod(path, geteuid() == 0 ? 0600 : 0), 0);
}

static void make_readable_for_the_group(const char *path, gid_t group)
{
    if (geteuid() == 0)
        assert_int_equal(chown(path, 0, group), 0);
    assert_int_equal(chmod(path, 0640), 0);
}

static int become(const struct passwd *user)
{
    return geteuid() != 0 || (setegid(user->pw_gid) == 0 && seteuid(user->pw_uid) == 0);
}

/* A child: says by a byte whether it warned, waits for one, and has the new key then. What it returns is 0 or wrong. */
static int look_without_rights(ik_keywatch_t *watch, const struct passwd *user, int to, int from, apr_pool_t *p)
{
    notes_t notes = { 0 };
    ik_log_t log = { note, &notes };
    char word = 0;

    if (!become(user))
        return 10;
    ik_keywatch_ring(watch, &log);
    sleep_ms(AGAIN);
    if (strcmp(ids_of(ik_keywatch_ring(watch, &log), p), "0a1b2c3d") != 0)
        return 11;
    if (notes.warnings && !strstr(notes.last, "let httpd's group read it (chgrp "))
        return 12;
    word = (char)notes.warnings;
    if (write(to, &word, 1) != 1 || read(from, &word, 1) != 1)
        return 13;
    return strcmp(ids_of(ik_keywatch_ring(watch, &log), p), "fedcba98 0a1b2c3d") == 0 ? 0 : 14;
}

#define CHILDREN 3

static int bytes_from(int fd)
{
    int i, sum = 0;
    char byte;

    for (i = 0; i < CHILDREN; i++) {
        assert_int_equal(read(fd, &byte, 1), 1);
        sum += byte;
    }
    return sum;
}

static void one_of_the_children_that_cannot_read_the_file_says_how_to_mend_it(void **state)
{
    const struct passwd *user = getpwnam("nobody");
    const char *path = scratch_file(*state, A, 0600);
    ik_keywatch_t *watch = watch_of(path, *state);
    int answer[2], go[2], i, status;
    pid_t children[CHILDREN];

    assert_non_null(user);
    assert_int_equal(chmod(scratch_directory(*state), 0755), 0);
    assert_int_equal(pipe(answer) | pipe(go), 0);
    make_unreadable(path);
    for (i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(look_without_rights(watch, user, answer[1], go[0], *state));
    }
    assert_int_equal(bytes_from(answer[0]), 1);
    assert_int_equal(rename(another_file("new", A B, *state), path), 0);
    make_readable_for_the_group(path, user->pw_gid);
    assert_int_equal(write(go[1], "...", CHILDREN), CHILDREN);
    for (i = 0; i < CHILDREN; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
}

static void goes_on_in_a_child(void **state)
{
    const char *path = scratch_file(*state, A, 0600);
    ik_keywatch_t *watch = watch_of(path, *state);
    pid_t child;
    int status;

    child = fork();
    if (child == 0) {
        write_over(path, A B);
        _exit(strcmp(ids(watch, *state), "fedcba98 0a1b2c3d") == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_string_equal(ids(watch, *state), "fedcba98 0a1b2c3d");
}

/* Two watches of one share are what two processes have. */
static void takes_what_another_process_has_read_before_the_file_went_bad(void **state)
{
    const char *path = scratch_file(*state, A, 0600);
    ik_keyshare_t *share = make_share(*state);
    ik_keywatch_t *busy = watch_with(path, share, *state), *idle = watch_with(path, share, *state);
    notes_t notes = { 0 };
    ik_log_t log = { note, &notes };

    write_over(path, B);
    assert_string_equal(ids(busy, *state), "fedcba98");
    write_over(path, "0a1b");
    assert_string_equal(ids_of(ik_keywatch_ring(idle, &log), *state), "fedcba98");
    assert_string_equal(ids(busy, *state), "fedcba98");
    assert_int_equal(notes.warnings, 1);
    write_over(path, C);
    assert_string_equal(ids(idle, *state), "00000001");
}

static void resumes_with_the_keys_read_last_whatever_the_file_is(void **state)
{
    const char *path = scratch_file(*state, A, 0600);
    ik_keyshare_t *share = make_share(*state);
    ik_keywatch_t *watch;

    assert_int_equal(ik_keywatch_resume(&watch, path, share, *state), APR_NOTFOUND);
    assert_null(watch);
    watch = watch_with(path, share, *state);
    write_over(path, A B);
    ids(watch, *state);
    assert_int_equal(chmod(path, 0604), 0);
    assert_int_equal(ik_keywatch_resume(&watch, path, share, *state), APR_SUCCESS);
    assert_string_equal(ids(watch, *state), "fedcba98 0a1b2c3d");
    assert_int_equal(unlink(path), 0);
    assert_string_equal(ids(watch, *state), "fedcba98 0a1b2c3d");
    another_file("keys", C, *state);
    assert_string_equal(ids(watch, *state), "00000001");
}

#define THREADS 8
#define ROTATIONS 30

typedef struct job_t {
    ik_keywatch_t *watch;
    _Atomic(int) *stop;
    _Atomic(int) works;                 /* once it has done so */
    int failures;
    apr_pool_t *p;
} job_t;

/* A cookie sealed before a rotation opens after it, and one that any thread has seen opens for every later ring. */
static int seal_and_open(ik_keywatch_t *watch, apr_pool_t *p)
{
    const ik_seal_scope_t scope = { "session", "https://imagekit.io" };
    const unsigned char *bytes;
    const char *text;
    apr_size_t len;

    return ik_seal(&text, ik_keywatch_ring(watch, NULL), NOW, &scope, (const unsigned char *)"x", 1, p) == APR_SUCCESS
        && ik_unseal(&bytes, &len, ik_keywatch_ring(watch, NULL), &scope, text, p) == APR_SUCCESS && len == 1;
}

static void *work(void *data)
{
    job_t *job = data;

    while (!atomic_load(job->stop)) {
        job->failures += !seal_and_open(job->watch, job->p);
        atomic_store(&job->works, 1);
        apr_pool_clear(job->p);
    }
    return NULL;
}

static void start_jobs(job_t *jobs, pthread_t *threads, ik_keywatch_t *watch, _Atomic(int) *stop)
{
    int i;

    for (i = 0; i < THREADS; i++) {
        jobs[i] = (job_t){ .watch = watch, .stop = stop };
        assert_int_equal(apr_pool_create(&jobs[i].p, NULL), APR_SUCCESS);
        assert_int_equal(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (i = 0; i < THREADS; i++)
        while (!atomic_load(&jobs[i].works))
            sleep_ms(1);
}

/* Everything a reload may meet: rotations, a file that is broken for a moment, one that is gone for a moment. */
static void rotate_and_disturb(const char *path, int i, apr_pool_t *p)
{
    const char *added, *problem, *aside = apr_pstrcat(p, path, ".aside", NULL);

    assert_int_equal(ik_keyring_rotate(&added, path, NOW, p, &problem), APR_SUCCESS);
    if (i % 3 == 0) {
        assert_int_equal(rename(path, aside), 0);
        sleep_ms(2);
        assert_int_equal(rename(aside, path), 0);
    }
    if (i % 3 == 1) {
        assert_int_equal(chmod(path, 0604), 0);
        sleep_ms(2);
        assert_int_equal(chmod(path, 0600), 0);
    }
}

static void serves_many_threads_while_keys_rotate(void **state)
{
    const char *path = scratch_file(*state, A, 0600);
    ik_keywatch_t *watch = watch_of(path, *state);
    pthread_t threads[THREADS];
    _Atomic(int) stop = 0;
    job_t jobs[THREADS];
    int i;

    start_jobs(jobs, threads, watch, &stop);
    for (i = 0; i < ROTATIONS; i++)
        rotate_and_disturb(path, i, *state);
    atomic_store(&stop, 1);
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(jobs[i].failures, 0);
        apr_pool_destroy(jobs[i].p);
    }
    assert_int_equal(ik_keywatch_ring(watch, NULL)->keys->nelts, 1 + ROTATIONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(refuses_to_open_what_is_no_key_file),
        scratch_test(gives_the_same_ring_while_the_file_stays),
        scratch_test(has_the_key_of_a_rotation_at_once_and_keeps_the_old_ring_valid),
        scratch_test(reads_a_file_written_in_place_or_renamed_there),
        scratch_test(reads_a_file_whose_size_and_time_did_not_change),
        scratch_test(follows_a_link_that_is_switched),
        scratch_test(keeps_the_last_good_ring_and_says_so_once_per_change),
        scratch_test(says_every_time_that_the_file_is_gone_and_takes_it_when_it_is_back),
        scratch_test(one_of_the_children_that_cannot_read_the_file_says_how_to_mend_it),
        scratch_test(goes_on_in_a_child),
        scratch_test(takes_what_another_process_has_read_before_the_file_went_bad),
        scratch_test(resumes_with_the_keys_read_last_whatever_the_file_is),
        scratch_test(serves_many_threads_while_keys_rotate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
