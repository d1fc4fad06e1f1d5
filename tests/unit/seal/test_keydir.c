/* SPDX-License-Identifier: Apache-2.0 */
/* The directory of our own key pairs: each step of a rotation, every wrong order, and what stays when a step is refused. */
#include "scratch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "seal/keydir.h"

#define NOW apr_time_from_sec(1800000000)
#define NOBODY ((gid_t)-1)

/* The check of pairs that are none: a key that is empty cannot be used. */
static apr_status_t is_usable(const ik_keydir_pair_t *pair, apr_pool_t *p, const char **problem)
{
    struct stat info;

    if (stat(pair->key, &info) == 0 && info.st_size > 0)
        return APR_SUCCESS;
    *problem = apr_psprintf(p, "%s is empty", pair->key);
    return APR_EGENERAL;
}

static void empty(const char *path)
{
    assert_int_equal(truncate(path, 0), 0);
}

/* As the program does it, which takes its time. */
static ik_keydir_pair_t *publish_really(apr_pool_t *p)
{
    ik_keydir_pair_t *made;
    const char *problem = "";

    if (ik_keydir_publish(&made, scratch_directory(p), NOBODY, NOW, p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    return made;
}

static void append(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0640);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
    assert_int_equal(chmod(path, 0640), 0);
}

/* The same of a pair that is none, which only its readers would see. */
static ik_keydir_pair_t *publish(apr_pool_t *p)
{
    ik_keydir_pair_t *made = apr_pcalloc(p, sizeof *made);
    const char *problem = "", *path = scratch_directory(p);
    ik_keydir_t *dir;

    if (ik_keydir_read_list(&dir, path, p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    made->name = apr_psprintf(p, "p%d", dir->pairs->nelts);
    made->state = dir->pairs->nelts ? IK_KEYDIR_NEXT : IK_KEYDIR_CURRENT;
    made->certificate = apr_pstrcat(p, path, "/", made->name, ".pem", NULL);
    made->key = apr_pstrcat(p, path, "/", made->name, ".key", NULL);
    append(made->certificate, "certificate\n");
    append(made->key, "key\n");
    append(dir->list, apr_psprintf(p, "%s %s\n", made->name, ik_keydir_word(made->state)));
    return made;
}

static ik_keydir_pair_t *use(apr_pool_t *p)
{
    ik_keydir_pair_t *used, *before;
    const char *problem = "";

    if (ik_keydir_use(&used, &before, scratch_directory(p), is_usable, p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    return used;
}

/* "current next old old": the states in the order they are read in. */
static const char *states(apr_pool_t *p)
{
    const char *text = "", *problem = "";
    ik_keydir_t *dir;

    if (ik_keydir_read(&dir, scratch_directory(p), p, &problem) != APR_SUCCESS)
        fail_msg("%s", problem);
    for (int i = 0; i < dir->pairs->nelts; i++)
        text = apr_pstrcat(p, text, *text ? " " : "", ik_keydir_word(APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t).state), NULL);
    return text;
}

static const char *name_of(apr_pool_t *p, ik_keydir_state_t state)
{
    const char *problem = "";
    ik_keydir_t *dir;

    assert_int_equal(ik_keydir_read(&dir, scratch_directory(p), p, &problem), APR_SUCCESS);
    return ik_keydir_find(dir, state) ? ik_keydir_find(dir, state)->name : NULL;
}

static mode_t mode_of(const char *path)
{
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static const char *list_with(apr_pool_t *p, const char *text, mode_t mode)
{
    const char *from = scratch_file(p, text, mode), *to = ik_keydir_list(scratch_directory(p), p);

    assert_int_equal(rename(from, to), 0);
    return to;
}

static void has_no_pair_at_first(void **state)
{
    const char *problem = NULL;
    ik_keydir_t *dir;

    assert_int_equal(ik_keydir_read(&dir, scratch_directory(*state), *state, &problem), APR_ENOENT);
    assert_non_null(strstr(problem, "sp-key publish-next"));
    assert_int_equal(ik_keydir_read_list(&dir, scratch_directory(*state), *state, &problem), APR_SUCCESS);
    assert_int_equal(dir->pairs->nelts, 0);
}

static void makes_the_first_pair_the_current_one(void **state)
{
    const ik_keydir_pair_t *made = publish_really(*state);

    assert_int_equal(made->state, IK_KEYDIR_CURRENT);
    assert_string_equal(states(*state), "current");
    assert_int_equal(strncmp(made->name, "sp-2027-01-15-", 14), 0);
    assert_int_equal(mode_of(made->key), 0640);
    assert_int_equal(mode_of(ik_keydir_list(scratch_directory(*state), *state)), 0640);
    assert_int_equal(scratch_count(*state), 3);
}

static void goes_round_by_publish_use_and_retire(void **state)
{
    const char *first = publish(*state)->name, *second, *problem, *left;
    ik_keydir_pair_t *was;

    second = publish(*state)->name;
    assert_string_equal(states(*state), "current next");
    assert_string_equal(name_of(*state, IK_KEYDIR_CURRENT), first);
    assert_string_equal(name_of(*state, IK_KEYDIR_NEXT), second);
    assert_string_equal(use(*state)->name, second);
    assert_string_equal(states(*state), "current old");
    assert_string_equal(name_of(*state, IK_KEYDIR_CURRENT), second);
    assert_int_equal(ik_keydir_retire(&was, &left, scratch_directory(*state), first, is_usable, *state, &problem), APR_SUCCESS);
    assert_int_equal(was->state, IK_KEYDIR_OLD);
    assert_null(left);
    assert_string_equal(states(*state), "current");
    assert_int_equal(scratch_count(*state), 3);
    assert_int_equal(access(was->key, F_OK), -1);
}

static void withdraws_the_next_pair(void **state)
{
    const char *problem, *left, *next;
    ik_keydir_pair_t *was;

    publish(*state);
    next = publish(*state)->name;
    assert_int_equal(ik_keydir_retire(&was, &left, scratch_directory(*state), next, is_usable, *state, &problem), APR_SUCCESS);
    assert_int_equal(was->state, IK_KEYDIR_NEXT);
    assert_string_equal(states(*state), "current");
    publish(*state);
    assert_string_equal(states(*state), "current next");
}

static void refuses_a_second_next_pair(void **state)
{
    const char *problem = NULL, *next;
    ik_keydir_pair_t *made;

    publish(*state);
    next = publish(*state)->name;
    assert_int_equal(ik_keydir_publish(&made, scratch_directory(*state), NOBODY, NOW, *state, &problem), APR_EEXIST);
    assert_non_null(strstr(problem, next));
    assert_non_null(strstr(problem, "sp-key use"));
    assert_string_equal(states(*state), "current next");
    assert_int_equal(scratch_count(*state), 5);
}

static void begins_nothing_anew_beside_keys(void **state)
{
    const char *problem = NULL, *list = ik_keydir_list(scratch_directory(*state), *state);
    const ik_keydir_pair_t *first = publish(*state);
    ik_keydir_pair_t *made;

    assert_int_equal(unlink(list), 0);
    assert_int_equal(ik_keydir_publish(&made, scratch_directory(*state), NOBODY, NOW, *state, &problem), APR_EGENERAL);
    assert_non_null(strstr(problem, list));
    assert_non_null(strstr(problem, apr_pstrcat(*state, first->name, ".key", NULL)));
    assert_int_equal(scratch_count(*state), 2);
}

static void refuses_to_use_what_was_not_published(void **state)
{
    ik_keydir_pair_t *used, *before;
    const char *problem = NULL;

    assert_int_equal(ik_keydir_use(&used, &before, scratch_directory(*state), is_usable, *state, &problem), APR_NOTFOUND);
    publish(*state);
    assert_int_equal(ik_keydir_use(&used, &before, scratch_directory(*state), is_usable, *state, &problem), APR_NOTFOUND);
    assert_non_null(strstr(problem, "sp-key publish-next"));
    assert_string_equal(states(*state), "current");
}

static void refuses_to_retire_the_pair_that_signs_and_unknown_ones(void **state)
{
    const char *current = publish(*state)->name, *problem = NULL, *left;
    ik_keydir_pair_t *was;

    assert_int_equal(ik_keydir_retire(&was, &left, scratch_directory(*state), current, is_usable, *state, &problem), APR_EINVAL);
    assert_non_null(strstr(problem, "signs now"));
    assert_int_equal(ik_keydir_retire(&was, &left, scratch_directory(*state), "../etc/passwd", is_usable, *state, &problem), APR_NOTFOUND);
    assert_non_null(strstr(problem, "sp-key list"));
    assert_string_equal(states(*state), "current");
    assert_int_equal(scratch_count(*state), 3);
}

static void refuses_to_use_what_cannot_be(void **state)
{
    const ik_keydir_pair_t *current = publish(*state), *next = publish(*state);
    ik_keydir_pair_t *used, *before;
    const char *problem = NULL;

    empty(next->key);
    assert_int_equal(ik_keydir_use(&used, &before, scratch_directory(*state), is_usable, *state, &problem), IK_KEYDIR_UNUSABLE);
    assert_non_null(strstr(problem, next->key));
    assert_non_null(strstr(problem, apr_pstrcat(*state, "sp-key retire ", next->name, NULL)));
    assert_string_equal(states(*state), "current next");
    assert_string_equal(name_of(*state, IK_KEYDIR_CURRENT), current->name);
    empty(current->key);
    append(next->key, "key\n");
    assert_string_equal(use(*state)->name, next->name);     /* what is lost can be left behind */
}

static void keeps_what_may_be_the_last_key_that_works(void **state)
{
    const ik_keydir_pair_t *old = publish(*state), *current = publish(*state), *next;
    const char *problem = NULL, *left;
    ik_keydir_pair_t *was;

    use(*state);
    next = publish(*state);
    empty(current->key);
    assert_int_equal(ik_keydir_retire(&was, &left, scratch_directory(*state), old->name, is_usable, *state, &problem), IK_KEYDIR_UNUSABLE);
    assert_non_null(strstr(problem, current->key));
    assert_int_equal(ik_keydir_retire(&was, &left, scratch_directory(*state), next->name, is_usable, *state, &problem), IK_KEYDIR_UNUSABLE);
    assert_string_equal(states(*state), "current next old");
    assert_int_equal(access(old->key, F_OK), 0);
    append(current->key, "key\n");
    empty(old->key);
    assert_int_equal(ik_keydir_retire(&was, &left, scratch_directory(*state), old->name, is_usable, *state, &problem), APR_SUCCESS);
    assert_string_equal(states(*state), "current next");
}

static void refuses_more_pairs_than_it_keeps(void **state)
{
    const char *text = "a current\n", *problem = NULL;
    ik_keydir_pair_t *made;

    for (int i = 1; i < IK_KEYDIR_MAX; i++)
        text = apr_psprintf(*state, "%sold%d old\n", text, i);
    list_with(*state, text, 0640);
    assert_int_equal(ik_keydir_publish(&made, scratch_directory(*state), NOBODY, NOW, *state, &problem), IK_KEYDIR_FULL);
    assert_non_null(strstr(problem, "retire some first"));
}

static void refuses_a_list_that_is_none(void **state)
{
    static const struct { const char *text, *words; } rows[] = {
        { "", "exactly one pair that is current" },
        { "# nothing\n", "exactly one pair that is current" },
        { "a next\n", "exactly one pair that is current" },
        { "a current\nb current\n", "exactly one pair that is current" },
        { "a current\nb next\nc next\n", "at most one that is next" },
        { "a current\na old\n", "line 2 has the name of a pair above it" },
        { "a current\nb\n", "line 2 is not a pair" },
        { "a current b\n", "line 1 is not a pair" },
        { "a Current\n", "line 1 is not a pair" },
        { "../a current\n", "line 1 is not a pair" },
        { ".a current\n", "line 1 is not a pair" },
        { "-a current\n", "line 1 is not a pair" },
        { "a/b current\n", "line 1 is not a pair" },
    };
    const char *list = NULL;

    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *problem = NULL;
        ik_keydir_t *dir;

        list = list_with(*state, rows[i].text, 0640);
        assert_int_equal(ik_keydir_read(&dir, scratch_directory(*state), *state, &problem), APR_EGENERAL);
        assert_non_null(problem);
        if (!strstr(problem, rows[i].words) || !strstr(problem, list))
            fail_msg("%s: %s", rows[i].text, problem);
    }
}

static void refuses_files_that_others_can_open(void **state)
{
    const ik_keydir_pair_t *made = publish(*state);
    const char *list = ik_keydir_list(scratch_directory(*state), *state), *problem = NULL;
    const char *const files[] = { list, made->key };
    ik_keydir_t *dir;

    for (size_t i = 0; i < ROWS(files); i++) {
        assert_int_equal(chmod(files[i], 0644), 0);
        assert_int_equal(ik_keydir_read(&dir, scratch_directory(*state), *state, &problem), APR_EACCES);
        assert_non_null(strstr(problem, files[i]));
        assert_int_equal(chmod(files[i], 0640), 0);
    }
    assert_string_equal(states(*state), "current");
}

static void names_the_key_that_is_missing(void **state)
{
    const ik_keydir_pair_t *made = publish(*state);
    const char *problem = NULL;
    ik_keydir_t *dir;

    assert_int_equal(unlink(made->key), 0);
    assert_int_equal(ik_keydir_read(&dir, scratch_directory(*state), *state, &problem), APR_EGENERAL);
    assert_non_null(strstr(problem, made->key));
}

static void keeps_the_mode_of_the_list(void **state)
{
    const char *list;

    publish(*state);
    publish(*state);
    list = ik_keydir_list(scratch_directory(*state), *state);
    assert_int_equal(chmod(list, 0600), 0);
    use(*state);
    assert_int_equal(mode_of(list), 0600);
    assert_string_equal(states(*state), "current old");
}

/* Everybody tries at once: of eight that use the next pair, one does, and the list is never half. */
static void makes_changes_one_after_another(void **state)
{
    pid_t children[8];
    int done = 0, status;

    publish(*state);
    publish(*state);
    for (size_t i = 0; i < ROWS(children); i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            ik_keydir_pair_t *used, *before;
            const char *problem;

            _exit(ik_keydir_use(&used, &before, scratch_directory(*state), is_usable, *state, &problem) == APR_SUCCESS ? 0 : 1);
        }
    }
    for (size_t i = 0; i < ROWS(children); i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        done += WEXITSTATUS(status) == 0;
    }
    assert_int_equal(done, 1);
    assert_string_equal(states(*state), "current old");
    assert_int_equal(scratch_count(*state), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(has_no_pair_at_first),
        scratch_test(makes_the_first_pair_the_current_one),
        scratch_test(goes_round_by_publish_use_and_retire),
        scratch_test(withdraws_the_next_pair),
        scratch_test(refuses_a_second_next_pair),
        scratch_test(begins_nothing_anew_beside_keys),
        scratch_test(refuses_to_use_what_was_not_published),
        scratch_test(refuses_to_retire_the_pair_that_signs_and_unknown_ones),
        scratch_test(refuses_to_use_what_cannot_be),
        scratch_test(keeps_what_may_be_the_last_key_that_works),
        scratch_test(refuses_more_pairs_than_it_keeps),
        scratch_test(refuses_a_list_that_is_none),
        scratch_test(refuses_files_that_others_can_open),
        scratch_test(names_the_key_that_is_missing),
        scratch_test(keeps_the_mode_of_the_list),
        scratch_test(makes_changes_one_after_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
