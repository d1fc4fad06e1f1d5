/* SPDX-License-Identifier: Apache-2.0 */
/* The key file: read only if nobody else can, created and replaced only as a whole. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <apr_strings.h>

#include "seal/keyfile.h"
#include "../pool.h"
#include "scratch.h"

#define STRANGER 4242   /* a user id that nobody here has */

static void assert_text(const char *path, const char *text, apr_pool_t *p)
{
    const char *problem = NULL;
    ik_keyfile_t file;

    assert_int_equal(ik_keyfile_read(&file, path, p, &problem), APR_SUCCESS);
    assert_int_equal(file.len, strlen(text));
    assert_string_equal(file.text, text);
}

static void reads_a_file_that_only_owner_and_group_can_read(void **state)
{
    static const mode_t modes[] = { 0400, 0600, 0440, 0640, 0700, 0750 };
    const char *path = scratch_file(*state, "text\n", 0600);
    apr_size_t i;

    for (i = 0; i < ROWS(modes); i++) {
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_text(path, "text\n", *state);
    }
}

static void refuses_a_file_that_others_can_open(void **state)
{
    static const struct {
        mode_t mode;
        const char *fix;
    } rows[] = {
        { 0644, "chmod o= " }, { 0604, "chmod o= " }, { 0602, "chmod o= " }, { 0641, "chmod o= " },
        { 0666, "chmod o= " }, { 0620, "chmod g-w " }, { 0660, "chmod g-w " },
    };
    const char *path = scratch_file(*state, "text\n", 0600), *problem;
    ik_keyfile_t file;
    apr_size_t i;

    for (i = 0; i < ROWS(rows); i++) {
        assert_int_equal(chmod(path, rows[i].mode), 0);
        assert_int_equal(ik_keyfile_read(&file, path, *state, &problem), APR_EACCES);
        assert_null(file.text);
        assert_non_null(strstr(problem, apr_pstrcat(*state, rows[i].fix, path, NULL)));
    }
}

/* What a process without privileges gets for path; the exit status of a child carries it. */
static int status_without_privileges(const char *path, apr_pool_t *p)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        const char *problem;
        ik_keyfile_t file;

        if (setgid(STRANGER) != 0 || setuid(STRANGER) != 0)
            _exit(99);
        switch (ik_keyfile_read(&file, path, p, &problem)) {
        case APR_SUCCESS:
            _exit(0);
        case APR_EACCES:
            _exit(strstr(problem, "belongs to user 4243: make it belong to root") ? 1 : 2);
        default:
            _exit(3);
        }
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Only root can give files away; anybody else finds that its own file is trusted. */
static void trusts_only_root_and_itself_as_the_owner(void **state)
{
    static const struct {
        uid_t owner;
        int status;
    } rows[] = { { 0, 0 }, { STRANGER, 0 }, { STRANGER + 1, 1 } };
    const char *path = scratch_file(*state, "text\n", 0640);
    apr_size_t i;

    assert_text(path, "text\n", *state);
    if (geteuid() != 0)
        return;
    assert_int_equal(chmod(scratch_directory(*state), 0755), 0);
    for (i = 0; i < ROWS(rows); i++) {
        assert_int_equal(chown(path, rows[i].owner, STRANGER), 0);
        assert_int_equal(status_without_privileges(path, *state), rows[i].status);
        assert_text(path, "text\n", *state);
    }
}

static void refuses_what_is_not_a_regular_file_without_waiting_for_it(void **state)
{
    const char *fifo = apr_pstrcat(*state, scratch_directory(*state), "/fifo", NULL), *problem;
    ik_keyfile_t file;

    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(ik_keyfile_read(&file, fifo, *state, &problem), APR_EGENERAL);
    assert_non_null(strstr(problem, "is not a regular file"));
    assert_int_equal(ik_keyfile_read(&file, scratch_directory(*state), *state, &problem), APR_EGENERAL);
    assert_int_equal(ik_keyfile_read(&file, "/dev/null", *state, &problem), APR_EGENERAL);
}

static void says_why_a_file_cannot_be_opened(void **state)
{
    const char *path = apr_pstrcat(*state, scratch_directory(*state), "/missing", NULL), *problem;
    ik_keyfile_t file;

    assert_int_equal(ik_keyfile_read(&file, path, *state, &problem), APR_ENOENT);
    assert_string_equal(problem, apr_psprintf(*state, "cannot open %s: No such file or directory", path));
}

static void refuses_a_file_that_is_too_long(void **state)
{
    const char *path = scratch_file(*state, "x", 0600), *problem;
    ik_keyfile_t file;

    assert_int_equal(truncate(path, IK_KEYFILE_MAX), 0);
    assert_int_equal(ik_keyfile_read(&file, path, *state, &problem), APR_SUCCESS);
    assert_int_equal(file.len, IK_KEYFILE_MAX);
    assert_int_equal(truncate(path, IK_KEYFILE_MAX + 1), 0);
    assert_int_equal(ik_keyfile_read(&file, path, *state, &problem), APR_EGENERAL);
    assert_null(file.text);
}

static void checks_the_file_behind_a_link(void **state)
{
    const char *path = scratch_file(*state, "text\n", 0600), *problem;
    const char *link = apr_pstrcat(*state, path, ".link", NULL);
    ik_keyfile_t file;

    assert_int_equal(symlink(path, link), 0);
    assert_text(link, "text\n", *state);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(ik_keyfile_read(&file, link, *state, &problem), APR_EACCES);
}

static void wipes_the_text(void **state)
{
    const char *path = scratch_file(*state, "text\n", 0600), *problem;
    ik_keyfile_t file;
    char *text;

    assert_int_equal(ik_keyfile_read(&file, path, *state, &problem), APR_SUCCESS);
    text = file.text;
    ik_keyfile_wipe(&file);
    assert_memory_equal(text, "\0\0\0\0\0", 6);
    assert_null(file.text);
    ik_keyfile_wipe(&file);
}

static mode_t mode_of(const char *path)
{
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void creates_a_file_for_owner_and_group_whatever_the_umask(void **state)
{
    static const mode_t masks[] = { 0, 022, 077 };
    apr_size_t i;

    for (i = 0; i < ROWS(masks); i++) {
        const char *path = apr_psprintf(*state, "%s/new%d", scratch_directory(*state), (int)i), *problem;
        mode_t before = umask(masks[i]);

        assert_int_equal(ik_keyfile_create(path, "text\n", *state, &problem), APR_SUCCESS);
        umask(before);
        assert_int_equal(mode_of(path), 0640);
        assert_text(path, "text\n", *state);
    }
    assert_int_equal(scratch_count(*state), 3);
}

static void never_creates_over_what_is_there(void **state)
{
    const char *path = scratch_file(*state, "old\n", 0600), *problem;
    const char *dangling = apr_pstrcat(*state, path, ".link", NULL);

    assert_int_equal(symlink("/nowhere/at/all", dangling), 0);
    assert_int_equal(ik_keyfile_create(path, "new\n", *state, &problem), APR_EEXIST);
    assert_string_equal(problem, apr_psprintf(*state, "cannot create %s: File exists", path));
    assert_int_equal(ik_keyfile_create(dangling, "new\n", *state, &problem), APR_EEXIST);
    assert_text(path, "old\n", *state);
    assert_int_equal(scratch_count(*state), 2);
}

static void says_why_a_file_cannot_be_created(void **state)
{
    const char *path = apr_pstrcat(*state, scratch_directory(*state), "/no/keys", NULL), *problem;

    assert_int_equal(ik_keyfile_create(path, "text\n", *state, &problem), APR_ENOENT);
    assert_memory_equal(problem, "cannot create a file beside ", 28);
    assert_non_null(strstr(problem, "/no/keys: No such file or directory"));
}

static void works_on_a_name_without_a_directory(void **state)
{
    const char *problem;
    int here = open(".", O_RDONLY | O_DIRECTORY);

    assert_int_equal(chdir(scratch_directory(*state)), 0);
    assert_int_equal(ik_keyfile_create("keys", "old\n", *state, &problem), APR_SUCCESS);
    assert_int_equal(ik_keyfile_replace("keys", "new\n", *state, &problem), APR_SUCCESS);
    assert_text("keys", "new\n", *state);
    assert_int_equal(fchdir(here), 0);
    close(here);
    assert_int_equal(scratch_count(*state), 1);
}

static void says_why_a_file_cannot_be_replaced(void **state)
{
    const char *path = apr_pstrcat(*state, scratch_directory(*state), "/missing", NULL), *problem;

    assert_int_equal(ik_keyfile_replace(path, "text\n", *state, &problem), APR_ENOENT);
    assert_string_equal(problem, apr_psprintf(*state, "cannot examine %s: No such file or directory", path));
    assert_int_equal(scratch_count(*state), 0);
}

static void replaces_text_and_keeps_mode_and_owner(void **state)
{
    static const mode_t modes[] = { 0600, 0640, 0440 };
    const char *path = scratch_file(*state, "old\n", 0600), *problem;
    uid_t owner = geteuid() == 0 ? STRANGER : geteuid();
    gid_t group = geteuid() == 0 ? STRANGER + 1 : getegid();
    apr_size_t i;

    for (i = 0; i < ROWS(modes); i++) {
        const char *text = apr_psprintf(*state, "new %d\n", (int)i);
        struct stat info;

        assert_int_equal(chown(path, owner, group), 0);
        assert_int_equal(chmod(path, modes[i]), 0);
        assert_int_equal(ik_keyfile_replace(path, text, *state, &problem), APR_SUCCESS);
        assert_text(path, text, *state);
        assert_int_equal(stat(path, &info), 0);
        assert_int_equal(info.st_mode & 07777, modes[i]);
        assert_int_equal(info.st_uid, owner);
        assert_int_equal(info.st_gid, group);
    }
    assert_int_equal(scratch_count(*state), 1);
}

/* Who has the file open goes on reading the old text: it was never written over. */
static void replaces_the_name_and_not_the_bytes(void **state)
{
    const char *path = scratch_file(*state, "old\n", 0600), *problem;
    int fd = open(path, O_RDONLY);
    char bytes[8];

    assert_int_equal(ik_keyfile_replace(path, "new\n", *state, &problem), APR_SUCCESS);
    assert_int_equal(read(fd, bytes, sizeof bytes), 4);
    assert_memory_equal(bytes, "old\n", 4);
    close(fd);
}

/* A limit on the size of files stands for the full disk. */
static int status_with_full_disk(const char *path, apr_pool_t *p)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        const struct rlimit two_bytes = { 2, 2 };
        const char *problem = "";

        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &two_bytes) != 0)
            _exit(99);
        _exit(ik_keyfile_replace(path, "new\n", p, &problem) == APR_FROM_OS_ERROR(EFBIG)
              && strstr(problem, "cannot write ") ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void leaves_the_file_alone_when_the_disk_is_full(void **state)
{
    const char *path = scratch_file(*state, "old\n", 0600);

    assert_int_equal(status_with_full_disk(path, *state), 0);
    assert_text(path, "old\n", *state);
    assert_int_equal(scratch_count(*state), 1);
}

static void locks_what_a_link_leads_to(void **state)
{
    const char *path = scratch_file(*state, "text\n", 0600), *target = NULL, *problem;
    const char *link = apr_pstrcat(*state, path, ".link", NULL);
    apr_pool_t *p;

    apr_pool_create(&p, *state);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(ik_keyfile_lock(&target, link, p, &problem), APR_SUCCESS);
    assert_string_equal(target, path);
    apr_pool_destroy(p);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ik_keyfile_lock(&target, link, *state, &problem), APR_ENOENT);
    assert_string_equal(problem, apr_psprintf(*state, "cannot open %s: No such file or directory", link));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(reads_a_file_that_only_owner_and_group_can_read),
        scratch_test(refuses_a_file_that_others_can_open),
        scratch_test(trusts_only_root_and_itself_as_the_owner),
        scratch_test(refuses_what_is_not_a_regular_file_without_waiting_for_it),
        scratch_test(says_why_a_file_cannot_be_opened),
        scratch_test(refuses_a_file_that_is_too_long),
        scratch_test(checks_the_file_behind_a_link),
        scratch_test(wipes_the_text),
        scratch_test(creates_a_file_for_owner_and_group_whatever_the_umask),
        scratch_test(never_creates_over_what_is_there),
        scratch_test(says_why_a_file_cannot_be_created),
        scratch_test(works_on_a_name_without_a_directory),
        scratch_test(says_why_a_file_cannot_be_replaced),
        scratch_test(replaces_text_and_keeps_mode_and_owner),
        scratch_test(replaces_the_name_and_not_the_bytes),
        scratch_test(leaves_the_file_alone_when_the_disk_is_full),
        scratch_test(locks_what_a_link_leads_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
