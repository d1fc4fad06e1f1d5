/* SPDX-License-Identifier: Apache-2.0 */
/* Says what the variable of a further attribute may be called, and how attributes are stored. */
#include "model/attribute.h"

#include <string.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "base/text.h"

#define OUR_PREFIX "IKSSO_"
#define OUR_PREFIX_LEN (sizeof(OUR_PREFIX) - 1)
#define VARIABLE_MAX 64
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"

/* What every backend is told about a user (design: identity for backends), without our prefix: headers have none. */
static const char *const facts[] = { "EMAIL", "ACCOUNT", "FULL_NAME", "ROLE", "IDP", "AUTHN_TIME", "SESSION" };

/*
 * Names that mean something to httpd, to CGI (RFC 3875, 4.1), to gateways, or to the loader, shell or interpreter that
 * a program starts with: an identity provider must not get to set them. Whole names, or how names start.
 */
static const struct {
    const char *name;
    int prefix;
} taken[] = {
    /* the request */
    { "AJP_", 1 }, { "AUTHENTICATE_", 1 }, { "AUTHORIZE_", 1 }, { "AUTH_TYPE", 0 }, { "CONTENT_", 1 },
    { "CONTEXT_", 1 }, { "DOCUMENT_", 1 }, { "FCGI_", 1 }, { "GATEWAY_INTERFACE", 0 }, { "H2PUSH", 0 }, { "H2_", 1 },
    { "HTTP", 1 }, { "NOKEEPALIVE", 0 }, { "PATH_", 1 }, { "QUERY_STRING", 0 }, { "REDIRECT_", 1 }, { "REMOTE_", 1 },
    { "REQUEST_", 1 }, { "SCGI", 0 }, { "SCRIPT_", 1 }, { "SERVER_", 1 }, { "SSL_", 1 }, { "UNIQUE_ID", 0 },
    { "UWSGI_", 1 },
    /* the process */
    { "ALL_PROXY", 0 }, { "BASH", 1 }, { "BUNDLE_", 1 }, { "CDPATH", 0 }, { "CLASSPATH", 0 }, { "DYLD_", 1 },
    { "ENV", 0 }, { "FTP_PROXY", 0 }, { "GCONV_", 1 }, { "GEM_", 1 }, { "GIT_", 1 }, { "GLIBC_", 1 },
    { "GLOBIGNORE", 0 }, { "HOME", 0 }, { "IFS", 0 }, { "IKSSO_DB", 0 }, { "IKSSO_KEYS", 0 }, { "JAVA_", 1 },
    { "JDK_", 1 }, { "LANG", 0 }, { "LANGUAGE", 0 }, { "LC_", 1 }, { "LD_", 1 }, { "LOCPATH", 0 }, { "LOGNAME", 0 },
    { "LUA_", 1 }, { "MALLOC_", 1 }, { "NLSPATH", 0 }, { "NODE_", 1 }, { "NO_PROXY", 0 }, { "OLDPWD", 0 },
    { "OPENSSL_", 1 }, { "PATH", 0 }, { "PERL", 1 }, { "PHP", 1 }, { "PROMPT_COMMAND", 0 }, { "PS4", 0 },
    { "PWD", 0 }, { "PYTHON", 1 }, { "RUBY", 1 }, { "SHELL", 1 }, { "TMPDIR", 0 }, { "TZ", 0 }, { "TZDIR", 0 },
    { "USER", 0 }, { "_", 0 }, { "_JAVA_", 1 },
};

static const char *without_our_prefix(const char *variable)
{
    return apr_cstr_casecmpn(variable, OUR_PREFIX, OUR_PREFIX_LEN) ? variable : variable + OUR_PREFIX_LEN;
}

static int is_fact(const char *name)
{
    apr_size_t i;

    for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        if (!apr_cstr_casecmp(name, facts[i]))
            return 1;
    }
    return 0;
}

static int is_taken(const char *variable)
{
    apr_size_t i;

    for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
        if (taken[i].prefix ? !apr_cstr_casecmpn(variable, taken[i].name, strlen(taken[i].name))
                            : !apr_cstr_casecmp(variable, taken[i].name))
            return 1;
    }
    return 0;
}

int ik_attribute_variable_is_valid(const char *variable)
{
    const apr_size_t len = variable ? strlen(variable) : 0;
    const char *name;

    if (len == 0 || len > VARIABLE_MAX || !strspn(variable, LETTERS) || strspn(variable, LETTERS "0123456789") != len)
        return 0;
    name = without_our_prefix(variable);
    return *name && !is_fact(name) && !is_taken(variable);
}

const char *ik_attribute_header(const char *variable, apr_pool_t *p)
{
    char *header = apr_pstrcat(p, "X-IK-", without_our_prefix(variable), NULL), *c;

    for (c = header; *c; c++) {
        if (*c == '_')
            *c = '-';
    }
    return header;
}

const char *ik_attributes_text(const apr_array_header_t *attributes, apr_pool_t *p)
{
    apr_array_header_t *lines = apr_array_make(p, attributes->nelts + 1, sizeof(const char *));
    int i;

    for (i = 0; i < attributes->nelts; i++) {
        const ik_passed_t *passed = &APR_ARRAY_IDX(attributes, i, const ik_passed_t);

        if (*passed->value && !ik_text_has_control(passed->value))
            APR_ARRAY_PUSH(lines, const char *) = apr_pstrcat(p, passed->variable, "=", passed->value, "\n", NULL);
    }
    return ik_text_join(p, lines, "");
}

/* A line without its end, cut in two at '='. 0 if it is none. */
static int read_line(ik_passed_t *passed, char *line)
{
    char *equals = strchr(line, '=');

    if (!equals || !equals[1])
        return 0;
    *equals = '\0';
    passed->variable = line;
    passed->value = equals + 1;
    return ik_attribute_variable_is_valid(line);
}

apr_array_header_t *ik_attributes_read(const char *text, apr_pool_t *p)
{
    apr_array_header_t *attributes = apr_array_make(p, 4, sizeof(ik_passed_t));
    char *line = apr_pstrdup(p, text), *end;
    ik_passed_t passed;

    for (end = strchr(line, '\n'); end; line = end + 1, end = strchr(line, '\n')) {
        *end = '\0';
        if (read_line(&passed, line))
            APR_ARRAY_PUSH(attributes, ik_passed_t) = passed;
    }
    return attributes;
}
