/* SPDX-License-Identifier: Apache-2.0 */
/* The bell beside a database that is a file. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_file_io.h>
#include <apr_strings.h>

#include "database.h"
#include "store/bell.h"

static const char *bell_of(const database_t *database)
{
    return apr_pstrcat(database->p, database->path, "-bell", NULL);
}

static apr_int64_t ring(const database_t *database)
{
    ik_store_bell_ring(NULL, database->store, database->p);
    return ik_store_bell_stamp(database->store, database->p);
}

/* A file with a time of its own, which nobody but the test has touched since. */
static const char *make_victim(const database_t *database)
{
    const char *path = apr_pstrcat(database->p, database->directory, "/victim", NULL);
    apr_file_t *file;

    assert_int_equal(apr_file_open(&file, path, APR_FOPEN_CREATE | APR_FOPEN_WRITE, APR_OS_DEFAULT, database->p), 0);
    assert_int_equal(apr_file_puts("mine", file), 0);
    apr_file_close(file);
    assert_int_equal(chmod(path, 0604), 0);
    assert_int_equal(apr_file_mtime_set(path, apr_time_from_sec(1000000000), database->p), 0);
    return path;
}

static void check_victim(const char *path)
{
    struct stat info;

    assert_int_equal(lstat(path, &info), 0);
    assert_int_equal(info.st_mtime, 1000000000);
    assert_int_equal(info.st_size, 4);
    assert_int_equal(info.st_mode & 07777, 0604);
    assert_int_equal(info.st_uid, geteuid());
}

static void is_silent_until_it_rings(void **state)
{
    database_t *database = *state;
    apr_time_t before = apr_time_now();
    apr_int64_t stamp;

    assert_int_equal(ik_store_bell_stamp(database->store, database->p), 0);
    stamp = ring(database);
    if (database->path)
        assert_true(stamp >= before && stamp <= apr_time_now());
    else
        assert_int_equal(stamp, 0);
    assert_int_equal(ik_store_bell_stamp(database->store, database->p), stamp);
}

static void changes_with_every_ring(void **state)
{
    database_t *database = *state;
    apr_int64_t last = 0;

    for (int i = 0; i < 1000 && database->path; i++) {
        apr_int64_t stamp = ring(database);

        assert_true(stamp > last);
        last = stamp;
    }
}

static void grows_although_the_clock_was_set_back(void **state)
{
    database_t *database = *state;
    const apr_time_t future = apr_time_now() + apr_time_from_sec(86400);

    if (!database->path)
        return;
    ring(database);
    assert_int_equal(apr_file_mtime_set(bell_of(database), future, database->p), 0);
    assert_int_equal(ik_store_bell_stamp(database->store, database->p), future);
    assert_int_equal(ring(database), future + 1);
    assert_int_equal(ring(database), future + 2);
}

static void is_heard_by_other_programs(void **state)
{
    database_t *database = *state;
    ik_store_t *other;
    apr_int64_t stamp;

    if (!database->path)
        return;
    other = open_store(database->spec, 1, database->p);
    ring(database);
    ik_store_bell_ring(NULL, other, database->p);
    stamp = ik_store_bell_stamp(other, database->p);
    assert_int_equal(ik_store_bell_stamp(database->store, database->p), stamp);
    assert_true(ring(database) > stamp);
}

static void has_the_mode_and_owner_of_the_database(void **state)
{
    database_t *database = *state;
    const int root = geteuid() == 0;
    const mode_t mask = umask(077);
    struct stat info;

    if (database->path) {
        assert_int_equal(chmod(database->path, 0660), 0);
        if (root)
            assert_int_equal(chown(database->path, 12345, 23456), 0);
        ring(database);
        assert_int_equal(stat(bell_of(database), &info), 0);
        assert_int_equal(info.st_mode & 07777, 0660);
        assert_int_equal(info.st_size, 0);
        assert_int_equal(info.st_uid, root ? 12345 : geteuid());
        assert_int_equal(info.st_gid, root ? 23456 : getegid());
    }
    umask(mask);
}

/* Whoever httpd runs as can put these there, and ikssoctl runs as root. */
static void touches_nobody_elses_file(void **state)
{
    static int (*const plant[])(const char *, const char *) = { symlink, link };
    database_t *database = *state;
    const char *victim;

    if (!database->path)
        return;
    victim = make_victim(database);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(plant[i](victim, bell_of(database)), 0);
        ik_store_bell_ring(NULL, database->store, database->p);
        check_victim(victim);
        assert_int_equal(unlink(bell_of(database)), 0);
    }
    assert_int_equal(symlink(apr_pstrcat(database->p, database->directory, "/new", NULL), bell_of(database)), 0);
    assert_int_equal(ring(database), 0);
    assert_int_equal(access(apr_pstrcat(database->p, database->directory, "/new", NULL), F_OK), -1);
}

static void waits_for_nobody_at_a_pipe_and_survives_a_directory(void **state)
{
    database_t *database = *state;

    if (!database->path)
        return;
    assert_int_equal(mkfifo(bell_of(database), 0600), 0);
    ik_store_bell_ring(NULL, database->store, database->p);
    assert_int_equal(unlink(bell_of(database)), 0);
    assert_int_equal(mkdir(bell_of(database), 0700), 0);
    ik_store_bell_ring(NULL, database->store, database->p);
    assert_int_equal(rmdir(bell_of(database)), 0);
    assert_true(ring(database) > 0);
}

#define RINGERS 4
#define RINGS 100

typedef struct ringer_t {
    const database_t *database;
    struct { apr_int64_t before, stamp; } ring[RINGS];
    pthread_t thread;
} ringer_t;

static void *keep_ringing(void *arg)
{
    ringer_t *ringer = arg;
    apr_pool_t *p;

    apr_pool_create_unmanaged_ex(&p, NULL, NULL);
    for (int i = 0; i < RINGS; i++)
        ringer->ring[i].stamp = ik_store_bell_ring(&ringer->ring[i].before, ringer->database->store, p);
    apr_pool_destroy(p);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    const apr_int64_t left = *(const apr_int64_t *)a, right = *(const apr_int64_t *)b;

    return left < right ? -1 : left > right;
}

/* A chain without a gap: what a ring replaced is the ring before it, and no other ring replaced the same. */
static void tells_which_ring_it_replaced(void **state)
{
    database_t *database = *state;
    ringer_t *ringers = apr_pcalloc(database->p, RINGERS * sizeof(*ringers));
    apr_int64_t before[RINGERS * RINGS], stamp[RINGERS * RINGS], first = ring(database);
    int n = 0;

    if (!database->path) {
        assert_int_equal(ik_store_bell_ring(NULL, database->store, database->p), 0);
        return;
    }
    for (int i = 0; i < RINGERS; i++) {
        ringers[i].database = database;
        assert_int_equal(pthread_create(&ringers[i].thread, NULL, keep_ringing, &ringers[i]), 0);
    }
    for (int i = 0; i < RINGERS; i++) {
        assert_int_equal(pthread_join(ringers[i].thread, NULL), 0);
        for (int k = 0; k < RINGS; k++, n++) {
            before[n] = ringers[i].ring[k].before;
            stamp[n] = ringers[i].ring[k].stamp;
        }
    }
    qsort(before, (size_t)n, sizeof(*before), compare);
    qsort(stamp, (size_t)n, sizeof(*stamp), compare);
    assert_int_equal(before[0], first);
    for (int i = 1; i < n; i++)
        assert_int_equal(before[i], stamp[i - 1]);
    assert_int_equal(stamp[n - 1], ik_store_bell_stamp(database->store, database->p));
}

/* It rings all the same, but does not know what it replaced. */
static void does_not_wait_until_the_bell_is_let_go(void **state)
{
    database_t *database = *state;
    apr_int64_t first = ring(database), before = 0;
    int fd;

    if (!database->path)
        return;
    fd = open(bell_of(database), O_RDONLY);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(ik_store_bell_ring(&before, database->store, database->p), 0);
    assert_true(ik_store_bell_stamp(database->store, database->p) > first);
    close(fd);
    assert_true(ik_store_bell_ring(&before, database->store, database->p) > before);
    assert_true(before > first);
}

static void goes_without_where_it_cannot_be_put(void **state)
{
    database_t *database = *state;
    ik_store_t *store = open_store("sqlite3:/nonexistent/directory/x.db", 1, database->p);

    ik_store_bell_ring(NULL, store, database->p);
    assert_int_equal(ik_store_bell_stamp(store, database->p), 0);
}

#define ON_FRESH(test) cmocka_unit_test_setup_teardown(test, fresh_database, drop_database)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FRESH(is_silent_until_it_rings),
        ON_FRESH(changes_with_every_ring),
        ON_FRESH(grows_although_the_clock_was_set_back),
        ON_FRESH(is_heard_by_other_programs),
        ON_FRESH(has_the_mode_and_owner_of_the_database),
        ON_FRESH(touches_nobody_elses_file),
        ON_FRESH(waits_for_nobody_at_a_pipe_and_survives_a_directory),
        ON_FRESH(tells_which_ring_it_replaced),
        ON_FRESH(does_not_wait_until_the_bell_is_let_go),
        ON_FRESH(goes_without_where_it_cannot_be_put),
    };

    return run_on_databases(tests);
}
