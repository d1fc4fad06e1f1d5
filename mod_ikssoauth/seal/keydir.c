/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the list of our own key pairs, strictly. */
#include "seal/keydir.h"

#include <errno.h>
#include <string.h>

#include <apr_strings.h>

#include "seal/keyfile.h"
#include "seal/keyline.h"

#define NAME_MAX_LEN 64
#define NAME "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

static const char *const words[IK_KEYDIR_STATES] = { "current", "next", "old" };

const char *ik_keydir_word(ik_keydir_state_t state)
{
    return words[state];
}

const char *ik_keydir_list(const char *path, apr_pool_t *p)
{
    return apr_pstrcat(p, path, "/state", NULL);
}

const ik_keydir_pair_t *ik_keydir_find(const ik_keydir_t *dir, ik_keydir_state_t state)
{
    for (int i = 0; i < dir->pairs->nelts; i++)
        if (APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t).state == state)
            return &APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t);
    return NULL;
}

static int is_name(const char *text)
{
    return *text && *text != '.' && *text != '-' && strlen(text) <= NAME_MAX_LEN && strspn(text, NAME) == strlen(text);
}

static int has_name(const apr_array_header_t *pairs, const char *name)
{
    for (int i = 0; i < pairs->nelts; i++)
        if (!strcmp(APR_ARRAY_IDX(pairs, i, ik_keydir_pair_t).name, name))
            return 1;
    return 0;
}

static int count(const apr_array_header_t *pairs, ik_keydir_state_t state)
{
    int found = 0;

    for (int i = 0; i < pairs->nelts; i++)
        found += APR_ARRAY_IDX(pairs, i, ik_keydir_pair_t).state == state;
    return found;
}

/* "NAME STATE": 1 if that is what the line says. */
static int read_line(ik_keydir_pair_t *pair, const char *line, const char *path, apr_pool_t *p)
{
    char *rest, *name = apr_strtok(apr_pstrdup(p, line), " \t\r", &rest), *state = apr_strtok(NULL, " \t\r", &rest);
    int i = 0;

    if (!name || !state || apr_strtok(NULL, " \t\r", &rest) || !is_name(name))
        return 0;
    while (i < IK_KEYDIR_STATES && strcmp(words[i], state) != 0)
        i++;
    *pair = (ik_keydir_pair_t){ .name = name, .state = (ik_keydir_state_t)i,
                                .certificate = apr_pstrcat(p, path, "/", name, ".pem", NULL),
                                .key = apr_pstrcat(p, path, "/", name, ".key", NULL) };
    return i < IK_KEYDIR_STATES;
}

/* What is wrong with a line that should add a pair; or NULL, and it is added. */
static const char *add_line(apr_array_header_t *pairs, const char *line, const char *path, apr_pool_t *p)
{
    ik_keydir_pair_t pair;

    if (!read_line(&pair, line, path, p))
        return "is not a pair (its name, and current, next or old): correct the line, or take the directory from a backup";
    if (has_name(pairs, pair.name))
        return "has the name of a pair above it: remove one of the two lines";
    if (pairs->nelts == IK_KEYDIR_MAX)
        return "is one pair too many: retire old ones (ikssoctl sp-key retire)";
    APR_ARRAY_PUSH(pairs, ik_keydir_pair_t) = pair;
    return NULL;
}

static apr_status_t add_lines(apr_array_header_t *pairs, const char *text, const ik_keydir_t *dir, const char *path, apr_pool_t *p,
                              const char **problem)
{
    const char *from, *end, *fault;
    int number = 1;

    for (from = text; *from; from = ik_keyline_next(end), number++) {
        end = ik_keyline_end(from);
        fault = ik_keyline_is_silent(from, end) ? NULL : add_line(pairs, apr_pstrmemdup(p, from, (apr_size_t)(end - from)), path, p);
        if (fault) {
            *problem = apr_psprintf(p, "%s line %d %s", dir->list, number, fault);
            return APR_EGENERAL;
        }
    }
    if (count(pairs, IK_KEYDIR_CURRENT) == 1 && count(pairs, IK_KEYDIR_NEXT) <= 1)
        return APR_SUCCESS;
    *problem = apr_psprintf(p, "%s has to name exactly one pair that is current, and at most one that is next", dir->list);
    return APR_EGENERAL;
}

static void sort(ik_keydir_t *dir, const apr_array_header_t *pairs)
{
    for (int state = 0; state < IK_KEYDIR_STATES; state++)
        for (int i = 0; i < pairs->nelts; i++)
            if (APR_ARRAY_IDX(pairs, i, ik_keydir_pair_t).state == (ik_keydir_state_t)state)
                APR_ARRAY_PUSH(dir->pairs, ik_keydir_pair_t) = APR_ARRAY_IDX(pairs, i, ik_keydir_pair_t);
}

static apr_status_t read_list(ik_keydir_t **made, const char *path, apr_pool_t *p, const char **problem)
{
    ik_keydir_t *dir = apr_pcalloc(p, sizeof *dir);
    apr_array_header_t *pairs = apr_array_make(p, 4, sizeof(ik_keydir_pair_t));
    ik_keyfile_t file;
    apr_status_t rv;

    dir->list = ik_keydir_list(path, p);
    dir->pairs = apr_array_make(p, 4, sizeof(ik_keydir_pair_t));
    *made = dir;
    rv = ik_keyfile_read(&file, dir->list, p, problem);
    if (rv == APR_SUCCESS)
        rv = add_lines(pairs, file.text, dir, path, p, problem);
    sort(dir, pairs);
    return rv;
}

apr_status_t ik_keydir_read_list(ik_keydir_t **dir, const char *path, apr_pool_t *p, const char **problem)
{
    apr_status_t rv = read_list(dir, path, p, problem);

    return APR_STATUS_IS_ENOENT(rv) ? APR_SUCCESS : rv;
}

apr_status_t ik_keydir_look_at_key(const ik_keydir_pair_t *pair, apr_pool_t *p, const char **problem)
{
    ik_keyfile_t file;
    apr_status_t rv = ik_keyfile_read(&file, pair->key, p, problem);

    ik_keyfile_wipe(&file);
    return APR_STATUS_IS_ENOENT(rv) ? APR_EGENERAL : rv;    /* of a pair: the directory is there */
}

apr_status_t ik_keydir_read(ik_keydir_t **made, const char *path, apr_pool_t *p, const char **problem)
{
    apr_status_t rv = read_list(made, path, p, problem);

    *problem = rv == APR_SUCCESS ? NULL : *problem;
    if (APR_STATUS_IS_ENOENT(rv))
        *problem = apr_psprintf(p, "there is no key pair in %s: make the first with \"ikssoctl --dir %s sp-key publish-next\", or copy the "
                                "directory of the other machines", path, path);
    for (int i = 0; i < (*made)->pairs->nelts && rv == APR_SUCCESS; i++)
        rv = ik_keydir_look_at_key(&APR_ARRAY_IDX((*made)->pairs, i, ik_keydir_pair_t), p, problem);
    return rv;
}
