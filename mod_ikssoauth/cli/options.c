/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the options of ikssoctl, which may stand anywhere in the line. */
#include <string.h>

#include <apr_env.h>
#include <apr_getopt.h>
#include <apr_strings.h>

#include "cli/options.h"
#include "model/trace.h"

#define DEFAULT_DB "sqlite3:/var/lib/ikssoauth/ikssoauth.db"
#define DEFAULT_KEYS "/etc/ikssoauth/session.keys"
#define DEFAULT_DIR "/etc/ikssoauth/sp-keys"
#define LETTERLESS 256

static const struct {
    unsigned bit;
    const char *name, *value;       /* value: what it is called in the usage; NULL: takes none */
    int repeats;
    const char *help;
} rows[] = {
    { IK_OPT_DB, "db", "DRIVER:PARAMS", 0, "the database (environment IKSSO_DB; default " DEFAULT_DB ")" },
    { IK_OPT_KEYS, "keys", "FILE", 0, "the key file (environment IKSSO_KEYS; default " DEFAULT_KEYS ")" },
    { IK_OPT_JSON, "json", NULL, 0, "one line of JSON on standard output, for errors too" },
    { IK_OPT_HELP, "help", NULL, 0, "this text" },
    { IK_OPT_VERSION, "version", NULL, 0, "the version of the program" },
    { IK_OPT_DIR, "dir", "DIR", 0, NULL },
    { IK_OPT_OWNER, "owner", "USER", 0, NULL },
    { IK_OPT_NAME, "name", "N", 0, NULL },
    { IK_OPT_METADATA, "metadata", "FILE", 0, NULL },
    { IK_OPT_METADATA_URL, "metadata-url", "URL", 0, NULL },
    { IK_OPT_ENTITY_ID, "entity-id", "URI", 0, NULL },
    { IK_OPT_DOMAIN, "domain", "D", 1, NULL },
    { IK_OPT_OPTION, "option", "NAME=VALUE", 1, NULL },
    { IK_OPT_DELETE, "delete", NULL, 0, NULL },
    { IK_OPT_DRY_RUN, "dry-run", NULL, 0, NULL },
    { IK_OPT_AFTER, "after", "DURATION", 0, NULL },
    { IK_OPT_EXPIRES, "expires", "DURATION", 0, NULL },
    { IK_OPT_REVOKE, "revoke", NULL, 0, NULL },
    { IK_OPT_RESPONSE, "response", "FILE", 0, NULL },
    { IK_OPT_ACCOUNT, "account", "ID", 0, NULL },
    { IK_OPT_URL, "url", "URL", 0, NULL },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/*
 * Arguments as they were given, and as apr_getopt_long is shown them: it takes a word "-" for an option without a name, and
 * an id, which is random base64url, for another one if it begins with "-".
 */
typedef struct hiding_t {
    int argc;
    const char *const *argv;
    const char **shown;
} hiding_t;

static int is_word(const char *argument)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return strcmp(argument, "-") == 0
           || (*argument == '-' && strlen(argument) == IK_TRACE_ID_LEN && strspn(argument, letters) == IK_TRACE_ID_LEN);
}

static hiding_t hide_words(int argc, const char *const *argv, apr_pool_t *p)
{
    hiding_t hiding = { argc, argv, apr_palloc(p, sizeof(const char *) * (apr_size_t)(argc + 1)) };

    for (int i = 0; i < argc; i++)
        hiding.shown[i] = is_word(argv[i]) ? apr_pstrcat(p, " ", argv[i], NULL) : argv[i];
    hiding.shown[argc] = NULL;
    return hiding;
}

static const char *word_of(const hiding_t *hiding, const char *shown)
{
    for (int i = 0; i < hiding->argc; i++)
        if (hiding->shown[i] == shown)
            return hiding->argv[i];
    return shown;
}

static const char *from_environment(const char *name, const char *otherwise, apr_pool_t *p)
{
    char *value = NULL;

    return apr_env_get(&value, name, p) == APR_SUCCESS && *value ? value : otherwise;
}

static void keep(ik_options_t *options, unsigned bit, const char *value)
{
    switch (bit) {
    case IK_OPT_DB: options->db = value; break;
    case IK_OPT_KEYS: options->keys = value; break;
    case IK_OPT_DIR: options->dir = value; break;
    case IK_OPT_OWNER: options->owner = value; break;
    case IK_OPT_NAME: options->name = value; break;
    case IK_OPT_METADATA: options->metadata = value; break;
    case IK_OPT_METADATA_URL: options->metadata_url = value; break;
    case IK_OPT_ENTITY_ID: options->entity_id = value; break;
    case IK_OPT_DOMAIN: APR_ARRAY_PUSH(options->domains, const char *) = value; break;
    case IK_OPT_OPTION: APR_ARRAY_PUSH(options->options, const char *) = value; break;
    case IK_OPT_AFTER: options->after = value; break;
    case IK_OPT_EXPIRES: options->expires = value; break;
    case IK_OPT_URL: options->url = value; break;
    case IK_OPT_RESPONSE: options->response = value; break;
    case IK_OPT_ACCOUNT: options->account = value; break;
    default: break;
    }
}

static apr_status_t keep_row(ik_options_t *options, size_t row, const char *value, apr_pool_t *p, const char **problem)
{
    if ((options->given & rows[row].bit) && rows[row].value && !rows[row].repeats) {
        *problem = apr_psprintf(p, "The option --%s is given twice.", rows[row].name);
        return APR_EINVAL;
    }
    options->given |= rows[row].bit;
    keep(options, rows[row].bit, value);
    return APR_SUCCESS;
}

/* The argument that a parse stopped at. */
static const char *culprit(const apr_getopt_t *os)
{
    return os->ind > 0 && os->ind <= os->argc ? os->argv[os->ind - 1] : "?";
}

static void describe(apr_getopt_option_t *table)
{
    for (size_t i = 0; i < ROWS; i++)
        table[i] = (apr_getopt_option_t){ rows[i].name, LETTERLESS + (int)i, rows[i].value != NULL, NULL };
    table[ROWS] = (apr_getopt_option_t){ NULL, 0, 0, NULL };
}

apr_status_t ik_options_read(ik_options_t *options, int argc, const char *const *argv, apr_pool_t *p,
                             const char **problem)
{
    apr_getopt_option_t table[ROWS + 1];
    apr_getopt_t *os;
    const char *value;
    int which;
    const hiding_t hiding = hide_words(argc, argv, p);
    apr_status_t rv = apr_getopt_init(&os, p, argc, apr_pmemdup(p, hiding.shown, sizeof(const char *) * (apr_size_t)(argc + 1)));

    *options = (ik_options_t){ .db = from_environment("IKSSO_DB", DEFAULT_DB, p),
                               .keys = from_environment("IKSSO_KEYS", DEFAULT_KEYS, p),
                               .dir = from_environment("IKSSO_SP_KEYS", DEFAULT_DIR, p) };
    options->domains = apr_array_make(p, 4, sizeof(const char *));
    options->options = apr_array_make(p, 4, sizeof(const char *));
    options->words = apr_array_make(p, 4, sizeof(const char *));
    describe(table);
    os->interleave = 1;
    os->errfn = NULL;
    while (rv == APR_SUCCESS) {
        rv = apr_getopt_long(os, table, &which, &value);
        if (rv == APR_SUCCESS
            && keep_row(options, (size_t)(which - LETTERLESS), word_of(&hiding, value), p, problem) != APR_SUCCESS)
            return APR_EINVAL;
    }
    if (!APR_STATUS_IS_EOF(rv)) {
        *problem = apr_psprintf(p, rv == APR_BADARG ? "The option %s needs a value." : "There is no option %s.",
                                culprit(os));
        return APR_EINVAL;
    }
    for (int i = os->ind; i < argc; i++)
        APR_ARRAY_PUSH(options->words, const char *) = word_of(&hiding, os->argv[i]);
    return APR_SUCCESS;
}

const char *ik_options_shown_db(const char *db, apr_pool_t *p)
{
    const char *secret = strcasestr(db, "pass"), *url = strstr(db, "://");

    if (strncmp(db, "pgsql:", strlen("pgsql:")) != 0 || (!secret && !url))
        return db;
    if (!secret || (url && url < secret))
        secret = url;
    return apr_pstrcat(p, apr_pstrmemdup(p, db, (apr_size_t)(secret - db)), "...", NULL);
}

const char *ik_options_synopsis(unsigned set, apr_pool_t *p)
{
    const char *text = "";

    for (size_t i = 0; i < ROWS; i++)
        if (set & rows[i].bit)
            text = apr_pstrcat(p, text, *text ? " [--" : "[--", rows[i].name, rows[i].value ? " " : "",
                               rows[i].value ? rows[i].value : "", rows[i].repeats ? "]..." : "]", NULL);
    return text;
}

const char *ik_options_names(unsigned set, apr_pool_t *p)
{
    const char *text = "";

    for (size_t i = 0; i < ROWS; i++)
        if (set & rows[i].bit)
            text = apr_pstrcat(p, text, *text ? ", --" : "--", rows[i].name, NULL);
    return text;
}

const char *ik_options_help(apr_pool_t *p)
{
    const char *text = "";

    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].help)
            text = apr_psprintf(p, "%s  --%-18s  %s\n", text,
                                apr_pstrcat(p, rows[i].name, rows[i].value ? " " : "",
                                            rows[i].value ? rows[i].value : "", NULL), rows[i].help);
    return text;
}
