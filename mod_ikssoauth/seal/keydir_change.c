/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a rotation: files first and the list last, or the other way round, so that the list never names what is not there. */
#include "seal/keydir.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_file_info.h>
#include <apr_fnmatch.h>
#include <apr_strings.h>

#include "base/encode.h"
#include "seal/keyfile.h"
#include "seal/keypair.h"
#include "seal/random.h"

static const char head[] =
    "# The key pairs of this service provider (IkSSOCertificateDir), one a line: name, and current, next or old.\n"
    "# Change it with 'ikssoctl sp-key publish-next', 'use' and 'retire'.\n";

static apr_status_t refuse(const char **problem, apr_status_t rv, const char *sentence)
{
    *problem = sentence;
    return rv;
}

static apr_status_t system_problem(apr_pool_t *p, const char **problem, const char *what, const char *path)
{
    apr_status_t rv = APR_FROM_OS_ERROR(errno);
    char reason[128];

    *problem = apr_psprintf(p, "cannot %s %s: %s", what, path, apr_strerror(rv, reason, sizeof reason));
    return rv;
}

/* What a step works on: the directory as it is, locked until lock goes. */
typedef struct step_t {
    apr_pool_t *p, *lock;
    const char *real;           /* where its files are */
    ik_keydir_t *dir;
    const char **problem;
} step_t;

static apr_status_t begin(step_t *step, const char *path, apr_pool_t *p, const char **problem)
{
    const char *real;
    apr_status_t rv;

    *step = (step_t){ .p = p, .problem = problem };
    apr_pool_create(&step->lock, p);
    rv = ik_keyfile_lock(&real, path, step->lock, problem);
    if (rv == APR_SUCCESS) {
        step->real = apr_pstrdup(p, real);
        return ik_keydir_read_list(&step->dir, step->real, p, problem);
    }
    *problem = apr_pstrdup(p, *problem);
    return rv;
}

static apr_status_t end(step_t *step, apr_status_t rv)
{
    apr_pool_destroy(step->lock);
    return rv;
}

/* Its place in the list, or -1. */
static int place_of(const ik_keydir_t *dir, const char *name)
{
    for (int i = 0; i < dir->pairs->nelts; i++)
        if (!strcmp(APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t).name, name))
            return i;
    return -1;
}

static apr_status_t give(const char *path, gid_t group, apr_pool_t *p, const char **problem)
{
    if (group == (gid_t)-1 || lchown(path, (uid_t)-1, group) == 0)
        return APR_SUCCESS;
    return system_problem(p, problem, "change the group of", path);
}

/* Writes the list. */
static apr_status_t put_list(const ik_keydir_t *dir, int is_new, gid_t group, apr_pool_t *p, const char **problem)
{
    const char *text = head;
    apr_status_t rv;

    for (int i = 0; i < dir->pairs->nelts; i++) {
        const ik_keydir_pair_t *pair = &APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t);

        text = apr_pstrcat(p, text, pair->name, " ", ik_keydir_word(pair->state), "\n", NULL);
    }
    if (!is_new)
        return ik_keyfile_replace(dir->list, text, p, problem);
    rv = ik_keyfile_create(dir->list, text, p, problem);
    return rv == APR_SUCCESS ? give(dir->list, group, p, problem) : rv;
}

/* ---- publish */

/* "sp-2026-11-24-3f9a": told apart by people by its day, and by the rest from another of that day. */
static const char *fresh_name(apr_time_t now, apr_pool_t *p)
{
    unsigned char bytes[2];
    apr_time_exp_t at;

    if (ik_random_bytes(bytes, sizeof bytes) != APR_SUCCESS || apr_time_exp_gmt(&at, now) != APR_SUCCESS)
        return NULL;
    return apr_psprintf(p, "sp-%04d-%02d-%02d-%s", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, ik_encode_hex(p, bytes, sizeof bytes));
}

static apr_status_t put_file(const char *path, const char *text, gid_t group, apr_pool_t *p, const char **problem)
{
    apr_status_t rv = ik_keyfile_create(path, text, p, problem);

    return rv == APR_SUCCESS ? give(path, group, p, problem) : rv;
}

static void take_back(const ik_keydir_pair_t *pair)
{
    unlink(pair->key);
    unlink(pair->certificate);
}

/* The files of a pair that no list names yet. */
static apr_status_t put_pair(const ik_keydir_pair_t *pair, gid_t group, apr_time_t now, apr_pool_t *p, const char **problem)
{
    ik_keypair_t fresh;
    apr_status_t rv = ik_keypair_make(&fresh, pair->name, now, p);

    if (rv != APR_SUCCESS)
        return refuse(problem, rv, "OpenSSL could not make a key pair: check its configuration");
    rv = put_file(pair->certificate, fresh.certificate, group, p, problem);
    if (rv == APR_SUCCESS) {
        rv = put_file(pair->key, fresh.key, group, p, problem);
        if (rv != APR_SUCCESS)
            take_back(pair);
    }
    ik_keypair_wipe(&fresh);
    return rv;
}

/* The list may have been replaced before it failed: then its pairs have to stay. */
static int is_listed(const step_t *step, const char *name)
{
    const char *problem;
    ik_keydir_t *dir;

    return ik_keydir_read_list(&dir, step->real, step->p, &problem) != APR_SUCCESS || place_of(dir, name) >= 0;
}

static gid_t group_of(const char *path, gid_t otherwise)
{
    struct stat info;

    return stat(path, &info) == 0 ? info.st_gid : otherwise;
}

/* A key, of what was a list once: with a fresh one in its place nobody would know us any more. */
static const char *stray_key(const char *real, apr_pool_t *p)
{
    const char *found = NULL;
    apr_finfo_t info;
    apr_dir_t *dir;

    if (apr_dir_open(&dir, real, p) != APR_SUCCESS)
        return NULL;
    while (!found && apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS)
        if (apr_fnmatch("*.key", info.name, 0) == APR_SUCCESS)
            found = apr_pstrdup(p, info.name);
    apr_dir_close(dir);
    return found;
}

static apr_status_t may_publish(const step_t *step)
{
    const ik_keydir_pair_t *next = ik_keydir_find(step->dir, IK_KEYDIR_NEXT);
    const char *stray = step->dir->pairs->nelts ? NULL : stray_key(step->real, step->p);

    if (stray)
        return refuse(step->problem, APR_EGENERAL, apr_psprintf(step->p, "%s is missing, but there is the key %s: take the file from a backup "
                      "or another machine, or move the keys away to begin anew", step->dir->list, stray));
    if (next)
        return refuse(step->problem, APR_EEXIST, apr_psprintf(step->p, "the pair %s is published already and waits to be used: go on with "
                      "\"ikssoctl sp-key use\", or withdraw it with \"ikssoctl sp-key retire %s\"", next->name, next->name));
    if (step->dir->pairs->nelts == IK_KEYDIR_MAX)
        return refuse(step->problem, IK_KEYDIR_FULL, "there are too many old pairs: retire some first (ikssoctl sp-key list)");
    return APR_SUCCESS;
}

static apr_status_t publish(ik_keydir_pair_t *made, const step_t *step, gid_t group, apr_time_t now)
{
    const int is_first = step->dir->pairs->nelts == 0;
    apr_pool_t *p = step->p;
    apr_status_t rv = may_publish(step);

    if (rv != APR_SUCCESS)
        return rv;
    made->name = fresh_name(now, p);
    if (!made->name)
        return refuse(step->problem, APR_EGENERAL, "OpenSSL has no random bytes to give: check its configuration");
    made->state = is_first ? IK_KEYDIR_CURRENT : IK_KEYDIR_NEXT;
    made->certificate = apr_pstrcat(p, step->real, "/", made->name, ".pem", NULL);
    made->key = apr_pstrcat(p, step->real, "/", made->name, ".key", NULL);
    group = group_of(step->dir->list, group);
    rv = put_pair(made, group, now, p, step->problem);
    if (rv != APR_SUCCESS)
        return rv;
    APR_ARRAY_PUSH(step->dir->pairs, ik_keydir_pair_t) = *made;
    rv = put_list(step->dir, is_first, group, p, step->problem);
    if (rv != APR_SUCCESS && !is_listed(step, made->name))
        take_back(made);
    return rv;
}

apr_status_t ik_keydir_publish(ik_keydir_pair_t **made, const char *path, gid_t group, apr_time_t now, apr_pool_t *p, const char **problem)
{
    step_t step;
    apr_status_t rv = begin(&step, path, p, problem);

    *made = apr_pcalloc(p, sizeof **made);
    return end(&step, rv == APR_SUCCESS ? publish(*made, &step, group, now) : rv);
}

/* ---- use */

static ik_keydir_pair_t *pair_of(ik_keydir_t *dir, ik_keydir_state_t state)
{
    for (int i = 0; i < dir->pairs->nelts; i++)
        if (APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t).state == state)
            return &APR_ARRAY_IDX(dir->pairs, i, ik_keydir_pair_t);
    return NULL;
}

/* Whether the pair that is to sign from now on, or alone, can: what the list says of it may have been lost or spoilt. */
static apr_status_t examine(const ik_keydir_pair_t *pair, ik_keydir_check_t *check, const step_t *step, const char *otherwise)
{
    const char *problem = NULL;

    if (check(pair, step->p, &problem) == APR_SUCCESS)
        return APR_SUCCESS;
    return refuse(step->problem, IK_KEYDIR_UNUSABLE,
                  apr_psprintf(step->p, "the %s pair %s cannot be used: %s. Take its files from a backup or another machine%s",
                               ik_keydir_word(pair->state), pair->name, problem ? problem : "its files cannot be read", otherwise));
}

apr_status_t ik_keydir_use(ik_keydir_pair_t **used, ik_keydir_pair_t **before, const char *path, ik_keydir_check_t *check, apr_pool_t *p,
                           const char **problem)
{
    step_t step;
    apr_status_t rv = begin(&step, path, p, problem);

    if (rv != APR_SUCCESS)
        return end(&step, rv);
    *used = pair_of(step.dir, IK_KEYDIR_NEXT);
    *before = pair_of(step.dir, IK_KEYDIR_CURRENT);
    if (!*used)
        return end(&step, refuse(problem, APR_NOTFOUND, "no pair has been published to be used: begin with \"ikssoctl sp-key publish-next\", "
                                 "and let identity providers learn of it first"));
    rv = examine(*used, check, &step, apr_psprintf(p, ", or withdraw it with \"ikssoctl sp-key retire %s\" and publish another", (*used)->name));
    if (rv != APR_SUCCESS)
        return end(&step, rv);
    (*used)->state = IK_KEYDIR_CURRENT;
    (*before)->state = IK_KEYDIR_OLD;
    return end(&step, put_list(step.dir, 0, (gid_t)-1, p, problem));
}

/* ---- retire */

static void take_off(ik_keydir_t *dir, int place)
{
    ik_keydir_pair_t *pairs = (ik_keydir_pair_t *)dir->pairs->elts;

    for (int i = place; i + 1 < dir->pairs->nelts; i++)
        pairs[i] = pairs[i + 1];
    dir->pairs->nelts--;
}

static const char *delete_files(const ik_keydir_pair_t *pair)
{
    const char *left = unlink(pair->certificate) == 0 || errno == ENOENT ? NULL : pair->certificate;

    return unlink(pair->key) == 0 || errno == ENOENT ? left : pair->key;
}

static apr_status_t retire(ik_keydir_pair_t *was, const char **left, const step_t *step, const char *name, ik_keydir_check_t *check)
{
    const int place = place_of(step->dir, name);
    apr_status_t rv;

    if (place < 0)
        return refuse(step->problem, APR_NOTFOUND, apr_psprintf(step->p, "%s names no pair %s: see \"ikssoctl sp-key list\"", step->dir->list,
                                                                ik_encode_header(step->p, name)));
    *was = APR_ARRAY_IDX(step->dir->pairs, place, ik_keydir_pair_t);
    if (was->state == IK_KEYDIR_CURRENT)
        return refuse(step->problem, APR_EINVAL, apr_psprintf(step->p, "the pair %s signs now: publish another and use it first (ikssoctl "
                      "sp-key publish-next, then use)", name));
    rv = examine(pair_of(step->dir, IK_KEYDIR_CURRENT), check, step, " first: what would be deleted may be the last key that works");
    if (rv != APR_SUCCESS)
        return rv;
    take_off(step->dir, place);
    rv = put_list(step->dir, 0, (gid_t)-1, step->p, step->problem);
    if (rv == APR_SUCCESS)
        *left = delete_files(was);
    return rv;
}

apr_status_t ik_keydir_retire(ik_keydir_pair_t **was, const char **left, const char *path, const char *name, ik_keydir_check_t *check,
                              apr_pool_t *p, const char **problem)
{
    step_t step;
    apr_status_t rv = begin(&step, path, p, problem);

    *was = apr_pcalloc(p, sizeof **was);
    *left = NULL;
    return end(&step, rv == APR_SUCCESS ? retire(*was, left, &step, name, check) : rv);
}
