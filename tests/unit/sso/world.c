/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the world of the fixtures out of its files. */
#include "world.h"

#include <apr_env.h>
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>

#include "base/text.h"
#include "model/role.h"
#include "saml/metadata.h"
#include "saml/own.h"
#include "store/account.h"
#include "store/schema.h"

#define FILE_MAX (4 * 1024 * 1024)

static void *complain(const char *what, const char *why)
{
    fprintf(stderr, "world: %s: %s\n", what, why ? why : "?");
    return NULL;
}

const char *world_read(const char *path, apr_size_t *len, apr_pool_t *p)
{
    apr_file_t *file;
    apr_finfo_t info;
    char *bytes;

    if (apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, p) != APR_SUCCESS)
        return NULL;
    if (apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS || info.size > FILE_MAX)
        return NULL;
    bytes = apr_pcalloc(p, (apr_size_t)info.size + 1);
    if (apr_file_read_full(file, bytes, (apr_size_t)info.size, len) != APR_SUCCESS && info.size > 0)
        return NULL;
    apr_file_close(file);
    return bytes;
}

/* The names in a directory that end with ending (or have no dot, for ""), in p. */
static apr_array_header_t *names_in(const char *path, const char *ending, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 64, sizeof(const char *));
    apr_finfo_t info;
    apr_dir_t *dir;
    const char *dot;

    if (apr_dir_open(&dir, path, p) != APR_SUCCESS)
        return names;
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        dot = strrchr(info.name, '.');
        if (dot ? strcmp(dot, ending) == 0 && dot != info.name : *ending == 0)
            APR_ARRAY_PUSH(names, const char *) = apr_pstrdup(p, info.name);
    }
    apr_dir_close(dir);
    return names;
}

/* "--entity-id" or "--domain", each followed by a line with its value. */
static void read_options(ik_account_t *account, const char *path, apr_pool_t *p)
{
    apr_size_t len;
    const char *text = world_read(path, &len, p);
    apr_array_header_t *words = ik_text_words(p, text);
    int i;

    for (i = 0; i + 1 < words->nelts; i += 2) {
        if (strcmp(APR_ARRAY_IDX(words, i, const char *), "--entity-id") == 0)
            account->entity_id = APR_ARRAY_IDX(words, i + 1, const char *);
        else
            APR_ARRAY_PUSH(account->domains, const char *) = APR_ARRAY_IDX(words, i + 1, const char *);
    }
}

typedef struct known_t {
    char path[256], entity_id[256];
} known_t;

/* Whose metadata that file holds; NULL: nobody's. Remembered: reading all of it anew was most of what a world costs. */
static const char *entity_id_of(const char *path, const char *metadata, apr_time_t now, apr_pool_t *p)
{
    static known_t known[32];
    static int count;
    const ik_metadata_report_t *report;

    for (int i = 0; i < count; i++)
        if (strcmp(known[i].path, path) == 0)
            return known[i].entity_id;
    report = metadata ? ik_metadata_read(metadata, strlen(metadata), now, p) : NULL;
    if (!report || !report->idp || count == (int)(sizeof(known) / sizeof(*known)))
        return NULL;
    apr_cpystrn(known[count].path, path, sizeof(known[count].path));
    apr_cpystrn(known[count].entity_id, report->idp->entity_id, sizeof(known[count].entity_id));
    return known[count++].entity_id;
}

static ik_account_t *make_account(const char *id, const char *metadata, const char *entity_id, apr_pool_t *p)
{
    ik_account_t *account = apr_pcalloc(p, sizeof *account);

    account->id = account->name = id;
    account->enabled = strcmp(id, "shut") != 0;
    account->metadata = metadata;
    account->idp_entity_id = entity_id;
    account->domains = apr_array_make(p, 2, sizeof(const char *));
    return account;
}

static int add_accounts(const world_t *world, ik_db_t *db, apr_time_t now)
{
    const char *folder = apr_pstrcat(world->p, world->fixtures, "/accounts", NULL);
    apr_array_header_t *files = names_in(folder, ".xml", world->p);
    ik_account_t *account = make_account("off", NULL, NULL, world->p);
    int i, good = ik_store_account_insert(account, db, now, world->p) == APR_SUCCESS;

    for (i = 0; i < files->nelts && good; i++) {
        const char *file = APR_ARRAY_IDX(files, i, const char *), *path = apr_pstrcat(world->p, folder, "/", file, NULL);
        const char *id = apr_pstrmemdup(world->p, file, strlen(file) - 4), *metadata;
        apr_size_t len;

        metadata = world_read(path, &len, world->p);
        account = make_account(id, metadata, entity_id_of(path, metadata, now, world->p), world->p);
        read_options(account, apr_pstrcat(world->p, folder, "/", id, ".options", NULL), world->p);
        good = account->idp_entity_id && ik_store_account_insert(account, db, now, world->p) == APR_SUCCESS;
    }
    return good && files->nelts > 0;
}

static apr_array_header_t *list(apr_pool_t *p, const char *word)
{
    return ik_text_words(p, word);
}

static int make_settings(world_t *world, ik_settings_t *s, const char **problem)
{
    apr_pool_t *p = world->p;
    ik_spkeys_t *keys = ik_spkeys_make(p);

    s->consume_path = "/saml/consume";
    s->default_target = "/dashboard";
    s->redirect_hosts = list(p, "");
    s->roles = ik_role_defaults(p);
    s->claim_account = list(p, "imagekit_id");
    s->claim_name = list(p, "full_name");
    s->claim_role = list(p, "imagekit_role");
    s->session_lifetime = 43200;
    s->session_idle = 3600;
    s->clock_skew = 180;
    s->spkeys = keys;
    return ik_url_origin(&s->origin, "https://imagekit.test", p) == APR_SUCCESS
           && ik_spkeys_add(keys, apr_pstrcat(p, world->fixtures, "/sp.pem", NULL),
                            apr_pstrcat(p, world->fixtures, "/sp.key", NULL), p, problem) == APR_SUCCESS;
}

static apr_status_t remove_database(void *arg)
{
    const world_t *world = arg;
    apr_array_header_t *files = names_in(world->database, "", world->p);
    int i;

    for (i = 0; i < files->nelts; i++)
        apr_file_remove(apr_pstrcat(world->p, world->database, "/", APR_ARRAY_IDX(files, i, const char *), NULL), world->p);
    return apr_dir_remove(world->database, world->p);
}

/* A directory for the database and the key file. Their names have no dot: see remove_database. */
static int make_directory(world_t *world)
{
    const char *temp;
    char *path;

    if (apr_temp_dir_get(&temp, world->p) != APR_SUCCESS)
        return 0;
    path = apr_pstrcat(world->p, temp, "/ikssoauth-XXXXXX", NULL);
    world->database = mkdtemp(path);
    if (!world->database)
        return 0;
    apr_pool_cleanup_register(world->p, world, remove_database, apr_pool_cleanup_null);
    return 1;
}

static int open_store(world_t *world, const char **problem)
{
    ik_db_t *db;
    const char *spec = apr_pstrcat(world->p, "sqlite3:", world->database, "/db", NULL);

    return ik_store_open(&world->ctx.store, spec, 4, world->p, problem) == APR_SUCCESS
           && ik_store_acquire(&db, world->ctx.store, world->p) == APR_SUCCESS
           && ik_schema_upgrade(NULL, db, world->p, problem) == APR_SUCCESS
           && add_accounts(world, db, world->ctx.now);
}

static int make_keys(world_t *world, const char **problem)
{
    const char *path = apr_pstrcat(world->p, world->database, "/keys", NULL);
    ik_keyring_t *ring;

    if (ik_keyring_create(path, world->ctx.now, world->p, problem) != APR_SUCCESS
        || ik_keyring_load(&ring, path, world->p, problem) != APR_SUCCESS)
        return 0;
    world->ctx.keys = ring;
    return 1;
}

world_t *world_make(apr_pool_t *p)
{
    return world_make_of("responses", p);
}

world_t *world_make_of(const char *fixtures, apr_pool_t *p)
{
    world_t *world = apr_pcalloc(p, sizeof *world);
    const char *problem = NULL, *now;
    char *top;
    apr_size_t len;

    if (apr_env_get(&top, "IK_SRCDIR", p) != APR_SUCCESS)
        return complain("IK_SRCDIR", "is not set: run through make check");
    world->p = p;
    world->fixtures = apr_pstrcat(p, top, "/tests/fixtures/", fixtures, NULL);
    now = world_read(apr_pstrcat(p, world->fixtures, "/now", NULL), &len, p);
    if (!now || ik_saml_start() != APR_SUCCESS)
        return complain(world->fixtures, "no fixtures");
    world->ctx.p = p;
    world->ctx.now = apr_time_from_sec(apr_strtoi64(now, NULL, 10));
    world->ctx.settings = &world->settings;
    if (!make_settings(world, &world->settings, &problem) || !make_directory(world)
        || !open_store(world, &problem) || !make_keys(world, &problem)
        || ik_trust_cache_create(&world->ctx.trusts, p) != APR_SUCCESS)
        return complain("cannot be built", problem);
    return world;
}

int world_each(const world_t *world, const char *directory,
               void (*each)(void *arg, const char *name, const char *bytes, apr_size_t len), void *arg)
{
    const char *folder = apr_pstrcat(world->p, world->fixtures, "/", directory, NULL);
    apr_array_header_t *files = names_in(folder, ".xml", world->p);
    const char *file, *bytes;
    apr_size_t len;
    int i;

    for (i = 0; i < files->nelts; i++) {
        file = APR_ARRAY_IDX(files, i, const char *);
        bytes = world_read(apr_pstrcat(world->p, folder, "/", file, NULL), &len, world->p);
        if (bytes)
            each(arg, file, bytes, len);
    }
    return files->nelts;
}

apr_array_header_t *world_reasons(const world_t *world, apr_pool_t *p)
{
    apr_array_header_t *names = names_in(world->fixtures, "", p), *reasons = apr_array_make(p, 32, sizeof(const char *));
    const char *name;
    int i;

    for (i = 0; i < names->nelts; i++) {
        name = APR_ARRAY_IDX(names, i, const char *);
        if (strcmp(name, "accounts") != 0 && strcmp(name, "now") != 0)
            APR_ARRAY_PUSH(reasons, const char *) = name;
    }
    return reasons;
}
