/* SPDX-License-Identifier: Apache-2.0 */
/* Making, rotating and retiring keys: what the file says afterwards, and what stays when a change is refused. */
#include <sys/wait.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "seal/keyring.h"
#include "scratch.h"

#define KEY_A "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define KEY_B "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA"
#define A "0a1b2c3d 1700000000 " KEY_A "\n"
#define B "fedcba98 1700000001 " KEY_B "\n"
#define NOW apr_time_from_sec(1800000000)

static ik_keyring_t *load(const char *path, apr_pool_t *p)
{
    const char *problem = "";
    ik_keyring_t *ring;

    if (ik_keyring_load(&ring, path, p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    return ring;
}

static const char *text_of(const char *path, apr_pool_t *p)
{
    char *text = apr_pcalloc(p, 65537);
    int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    assert_true(read(fd, text, 65536) >= 0);
    close(fd);
    return text;
}

static const char *id_of(const ik_key_t *key, apr_pool_t *p)
{
    return ik_encode_hex(p, key->id, IK_KEY_ID_LEN);
}

static void creates_a_file_with_one_key_of_now(void **state)
{
    const char *path = apr_pstrcat(*state, scratch_directory(*state), "/session.keys", NULL), *problem;
    static const unsigned char zero[IK_KEY_LEN];
    ik_keyring_t *ring;
    struct stat info;

    assert_int_equal(ik_keyring_create(path, NOW + 999999, *state, &problem), APR_SUCCESS);
    ring = load(path, *state);
    assert_int_equal(ring->keys->nelts, 1);
    assert_true(ik_keyring_sealer(ring, NOW)->from == NOW);
    assert_memory_not_equal(ik_keyring_sealer(ring, NOW)->key, zero, IK_KEY_LEN);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
    assert_int_equal(scratch_count(*state), 1);
}

static void creates_another_key_every_time(void **state)
{
    const char *first = apr_pstrcat(*state, scratch_directory(*state), "/1", NULL), *problem;
    const char *second = apr_pstrcat(*state, scratch_directory(*state), "/2", NULL);

    assert_int_equal(ik_keyring_create(first, NOW, *state, &problem), APR_SUCCESS);
    assert_int_equal(ik_keyring_create(second, NOW, *state, &problem), APR_SUCCESS);
    assert_memory_not_equal(ik_keyring_sealer(load(first, *state), NOW),
                            ik_keyring_sealer(load(second, *state), NOW), 36);
}

static void never_creates_over_a_file(void **state)
{
    const char *path = scratch_file(*state, A, 0600), *problem = NULL;

    assert_int_equal(ik_keyring_create(path, NOW, *state, &problem), APR_EEXIST);
    assert_non_null(strstr(problem, path));
    assert_string_equal(text_of(path, *state), A);
}

static void rotation_adds_a_key_that_seals_and_keeps_every_line(void **state)
{
    static const char *const rows[] = { A, "# ours\n" A B "# end", "# ours\r\n\n" B A };
    const char *path = scratch_file(*state, "", 0640), *problem, *added;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        int fd = open(path, O_WRONLY | O_TRUNC), before;
        ik_keyring_t *ring;

        assert_int_equal(write(fd, rows[i], strlen(rows[i])), strlen(rows[i]));
        close(fd);
        before = load(path, *state)->keys->nelts;
        assert_int_equal(ik_keyring_rotate(&added, path, NOW, *state, &problem), APR_SUCCESS);
        ring = load(path, *state);
        assert_int_equal(ring->keys->nelts, before + 1);
        assert_string_equal(added, id_of(ik_keyring_sealer(ring, NOW), *state));
        assert_true(ik_keyring_sealer(ring, NOW)->from == NOW);
        assert_memory_equal(text_of(path, *state), rows[i], strlen(rows[i]));
    }
    assert_int_equal(scratch_count(*state), 1);
}

static void rotation_seals_with_the_new_key_even_when_the_clock_was_set_back(void **state)
{
    static const apr_int64_t clocks[] = { 1800000000, 1800000000, 1700000000, 0, 1800000001 };
    const char *path = scratch_file(*state, A, 0600), *problem, *added;
    apr_size_t i;

    for (i = 0; i < ROWS(clocks); i++) {
        assert_int_equal(ik_keyring_rotate(&added, path, apr_time_from_sec(clocks[i]), *state, &problem), APR_SUCCESS);
        assert_string_equal(added, id_of(ik_keyring_sealer(load(path, *state), apr_time_from_sec(clocks[i])), *state));
    }
}

static void a_rotation_for_later_leaves_the_sealing_to_the_old_key_until_then(void **state)
{
    const char *path = scratch_file(*state, A, 0600), *problem, *added;
    apr_time_t then = NOW + apr_time_from_sec(600);
    ik_keyring_t *ring;

    assert_int_equal(ik_keyring_rotate(&added, path, then, *state, &problem), APR_SUCCESS);
    ring = load(path, *state);
    assert_string_equal(id_of(ik_keyring_sealer(ring, NOW), *state), "0a1b2c3d");
    assert_string_equal(id_of(ik_keyring_sealer(ring, then - 1), *state), "0a1b2c3d");
    assert_string_equal(id_of(ik_keyring_sealer(ring, then), *state), added);
}

static void rotation_keeps_a_link_and_replaces_what_it_leads_to(void **state)
{
    const char *path = scratch_file(*state, A, 0600), *problem, *added;
    const char *link = apr_pstrcat(*state, path, ".link", NULL);
    struct stat info;

    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(ik_keyring_rotate(&added, link, NOW, *state, &problem), APR_SUCCESS);
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(load(path, *state)->keys->nelts, 2);
}

static void rotation_stops_before_the_ring_would_not_load(void **state)
{
    const char *text = "", *path, *problem, *added;
    int i;

    for (i = 0; i < IK_KEYRING_MAX; i++)
        text = apr_psprintf(*state, "%s%08x %d " KEY_A "\n", text, i, 1700000000 + i);
    path = scratch_file(*state, text, 0600);
    assert_int_equal(ik_keyring_rotate(&added, path, NOW, *state, &problem), APR_EGENERAL);
    assert_null(added);
    assert_non_null(strstr(problem, "is one key too many: retire old ones"));
    assert_string_equal(text_of(path, *state), text);
}

/* After the year 5138 a time has more digits than a line can hold. */
static void rotation_never_writes_a_line_that_it_could_not_read(void **state)
{
    const char *path = scratch_file(*state, A, 0600), *problem, *added;

    assert_int_equal(ik_keyring_rotate(&added, path, apr_time_from_sec(100000000000), *state, &problem), APR_EGENERAL);
    assert_string_equal(text_of(path, *state), A);
}

static void changes_only_a_file_that_would_load(void **state)
{
    static const struct {
        const char *text;
        mode_t mode;
        apr_status_t rv;
    } rows[] = {
        { A "garbage\n", 0600, APR_EGENERAL },
        { "# empty\n", 0600, APR_EGENERAL },
        { A B, 0644, APR_EACCES },
        { A B, 0660, APR_EACCES },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        const char *path = scratch_file(*state, rows[i].text, rows[i].mode), *problem, *added;

        assert_int_equal(ik_keyring_rotate(&added, path, NOW, *state, &problem), rows[i].rv);
        assert_null(added);
        assert_int_equal(ik_keyring_retire(path, "0a1b2c3d", NOW, *state, &problem), rows[i].rv);
        assert_string_equal(text_of(path, *state), rows[i].text);
        assert_int_equal(unlink(path), 0);
    }
}

static void says_which_file_is_missing(void **state)
{
    const char *path = apr_pstrcat(*state, scratch_directory(*state), "/missing", NULL), *problem = NULL, *added;

    assert_int_equal(ik_keyring_rotate(&added, path, NOW, *state, &problem), APR_ENOENT);
    assert_non_null(strstr(problem, path));
    assert_int_equal(ik_keyring_retire(path, "0a1b2c3d", NOW, *state, &problem), APR_ENOENT);
}

static void retiring_removes_the_line_of_the_key_and_no_other(void **state)
{
    static const struct {
        const char *before, *after;
    } rows[] = {
        { A B, B },
        { B A, B },
        { "# 0a1b2c3d is old\n\n" A "# end\n" B, "# 0a1b2c3d is old\n\n# end\n" B },
        { B "0a1b2c3d 1700000000 " KEY_A, B },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        const char *path = scratch_file(*state, rows[i].before, 0600), *problem;

        assert_int_equal(ik_keyring_retire(path, "0a1b2c3d", NOW, *state, &problem), APR_SUCCESS);
        assert_string_equal(text_of(path, *state), rows[i].after);
        assert_int_equal(unlink(path), 0);
    }
}

static void retiring_goes_by_the_key_that_seals_now(void **state)
{
    static const struct {
        apr_int64_t now;
        const char *id;
        apr_status_t rv;
    } rows[] = {
        { 1700000000, "0a1b2c3d", APR_EINVAL },
        { 1700000000, "fedcba98", APR_SUCCESS },    /* one that was to seal later */
        { 1700000001, "0a1b2c3d", APR_SUCCESS },
        { 0, "0a1b2c3d", APR_EINVAL },              /* all in the future: the first of them seals */
        { 0, "fedcba98", APR_SUCCESS },
    };
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        const char *path = scratch_file(*state, A B, 0600), *problem;

        assert_int_equal(ik_keyring_retire(path, rows[i].id, apr_time_from_sec(rows[i].now), *state, &problem),
                         rows[i].rv);
        assert_int_equal(load(path, *state)->keys->nelts, rows[i].rv == APR_SUCCESS ? 1 : 2);
        assert_int_equal(unlink(path), 0);
    }
}

static void retiring_never_removes_the_only_key(void **state)
{
    const char *path = scratch_file(*state, A, 0600), *problem;

    assert_int_equal(ik_keyring_retire(path, "0a1b2c3d", NOW, *state, &problem), APR_EINVAL);
    assert_int_equal(ik_keyring_retire(path, "0a1b2c3d", 0, *state, &problem), APR_EINVAL);
    assert_string_equal(text_of(path, *state), A);
}

static void retiring_refuses_the_key_that_seals_and_unknown_ones(void **state)
{
    static const struct {
        const char *id;
        apr_status_t rv;
        const char *problem;
    } rows[] = {
        { "fedcba98", APR_EINVAL, "key fedcba98 seals now" },
        { "00000000", APR_NOTFOUND, "has no key 00000000" },
        { "0A1B2C3D", APR_NOTFOUND, "has no key 0A1B2C3D" },
        { "0a1b2c3", APR_NOTFOUND, "has no key" },
        { "0a1b2c3d ", APR_NOTFOUND, "has no key" },
        { "", APR_NOTFOUND, "has no key" },
    };
    const char *path = scratch_file(*state, A B, 0600), *problem;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        assert_int_equal(ik_keyring_retire(path, rows[i].id, NOW, *state, &problem), rows[i].rv);
        assert_non_null(strstr(problem, rows[i].problem));
        assert_string_equal(text_of(path, *state), A B);
    }
}

/* Each process adds keys of its own; without the lock one would write over what another has added. */
#define PROCESSES 6
#define ROTATIONS 8

static void rotate_often(const char *path, apr_pool_t *p)
{
    const char *problem, *added;
    int i;

    for (i = 0; i < ROTATIONS; i++)
        if (ik_keyring_rotate(&added, path, NOW, p, &problem) != APR_SUCCESS)
            _exit(1);
    _exit(0);
}

static void loses_no_key_when_several_processes_rotate(void **state)
{
    const char *path = scratch_file(*state, A, 0600);
    pid_t children[PROCESSES];
    int i, status;

    for (i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            rotate_often(path, *state);
    }
    for (i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(load(path, *state)->keys->nelts, 1 + PROCESSES * ROTATIONS);
    assert_int_equal(scratch_count(*state), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(creates_a_file_with_one_key_of_now),
        scratch_test(creates_another_key_every_time),
        scratch_test(never_creates_over_a_file),
        scratch_test(rotation_adds_a_key_that_seals_and_keeps_every_line),
        scratch_test(rotation_seals_with_the_new_key_even_when_the_clock_was_set_back),
        scratch_test(a_rotation_for_later_leaves_the_sealing_to_the_old_key_until_then),
        scratch_test(rotation_keeps_a_link_and_replaces_what_it_leads_to),
        scratch_test(rotation_stops_before_the_ring_would_not_load),
        scratch_test(rotation_never_writes_a_line_that_it_could_not_read),
        scratch_test(changes_only_a_file_that_would_load),
        scratch_test(says_which_file_is_missing),
        scratch_test(retiring_removes_the_line_of_the_key_and_no_other),
        scratch_test(retiring_goes_by_the_key_that_seals_now),
        scratch_test(retiring_never_removes_the_only_key),
        scratch_test(retiring_refuses_the_key_that_seals_and_unknown_ones),
        scratch_test(loses_no_key_when_several_processes_rotate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
