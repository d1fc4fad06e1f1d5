/* SPDX-License-Identifier: Apache-2.0 */
/* A main for a fuzz target without libFuzzer: replays the files and directories named, or else the target's corpus. */
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>

#define MAX_BYTES (4 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static int fail(const char *what, const char *path)
{
    fprintf(stderr, "standalone: %s: %s\n", what, path);
    return -1;
}

/* The copy has exactly len bytes, so that a sanitizer sees a read past the end. */
static void run(const char *bytes, apr_size_t len)
{
    unsigned char *copy = malloc(len ? len : 1);

    if (!copy)
        abort();
    memcpy(copy, bytes, len);
    LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static int replay_file(const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_finfo_t info;
    char *bytes;

    if (apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, APR_FPROT_OS_DEFAULT, p) != APR_SUCCESS)
        return fail("cannot open", path);
    if (apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS || info.size > MAX_BYTES)
        return fail("cannot size, or too big", path);
    bytes = apr_palloc(p, (apr_size_t)info.size + 1);
    if (info.size && apr_file_read_full(file, bytes, (apr_size_t)info.size, NULL) != APR_SUCCESS)
        return fail("cannot read", path);
    apr_file_close(file);
    run(bytes, (apr_size_t)info.size);
    return 1;
}

/* A directory with everything below it, as libFuzzer reads one. */
static int replay_dir(const char *path, apr_pool_t *p)
{
    apr_dir_t *dir;
    apr_finfo_t entry;
    apr_pool_t *round;
    int files = 0, more;

    if (apr_dir_open(&dir, path, p) != APR_SUCCESS)
        return fail("cannot open directory", path);
    apr_pool_create(&round, p);
    while (apr_dir_read(&entry, APR_FINFO_NAME | APR_FINFO_TYPE, dir) == APR_SUCCESS) {
        const char *below = apr_pstrcat(round, path, "/", entry.name, NULL);

        if (entry.name[0] == '.' || (entry.filetype != APR_REG && entry.filetype != APR_DIR))
            continue;
        more = entry.filetype == APR_DIR ? replay_dir(below, round) : replay_file(below, round);
        if (more < 0)
            return -1;
        files += more;
        apr_pool_clear(round);
    }
    return files;
}

static int replay(const char *path, apr_pool_t *p)
{
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_TYPE, p) != APR_SUCCESS)
        return fail("no such file or directory", path);
    return info.filetype == APR_DIR ? replay_dir(path, p) : replay_file(path, p);
}

/* tests/fuzz/fuzz_form replays $IK_SRCDIR/tests/fuzz/corpus/form. */
static const char *own_corpus(const char *program, apr_pool_t *p)
{
    const char *top = getenv("IK_SRCDIR");
    const char *slash = strrchr(program, '/');
    const char *name = slash ? slash + 1 : program;

    if (!top || strncmp(name, "fuzz_", 5) != 0)
        return NULL;
    return apr_pstrcat(p, top, "/tests/fuzz/corpus/", name + 5, NULL);
}

/* How many inputs were replayed; -1 when one could not be read. */
static int replay_all(int argc, char **argv, apr_pool_t *p)
{
    const char *corpus = own_corpus(argv[0], p);
    int i, total = 0;

    if (argc == 1)
        return corpus ? replay(corpus, p) : fail("set IK_SRCDIR, or name files", argv[0]);
    for (i = 1; i < argc; i++) {
        int files = replay(argv[i], p);

        if (files < 0)
            return -1;
        total += files;
    }
    return total;
}

int main(int argc, char **argv)
{
    apr_pool_t *p;
    int files;

    apr_initialize();
    apr_pool_create(&p, NULL);
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    files = replay_all(argc, argv, p);
    apr_pool_destroy(p);
    apr_terminate();
    if (files == 0)
        fail("found no input to replay", argv[0]);
    if (files > 0)
        printf("%s: %d inputs replayed\n", argv[0], files);
    return files > 0 ? 0 : 1;
}
