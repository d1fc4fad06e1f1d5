/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an assertion out of its node, walking down only (R1). */
#include "saml/assertion.h"

#include <apr_hash.h>
#include <apr_strings.h>

#include "base/text.h"
#include "saml/names.h"
#include "saml/time.h"
#include "saml/xml.h"

#define NAMES_SHOWN 40              /* attributes whose names are looked at for a detail */
#define SHOWN_MAX 300               /* bytes of names in it */

/* The reader: where results live, and where a refusal goes. */
typedef struct reader_t {
    apr_pool_t *p;
    ik_refusal_t *why;
} reader_t;

static xmlNodePtr child(const xmlNode *parent, const char *name)
{
    return ik_xml_child(parent, IK_NS_ASSERTION, name);
}

static const char *text_of(const xmlNode *parent, const char *name, apr_pool_t *p)
{
    const xmlNode *node = child(parent, name);

    return node ? ik_xml_text(node, p) : NULL;
}

/* The time in an attribute; IK_TIME_ABSENT where there is no such attribute (or no such node). */
static apr_status_t time_of(apr_time_t *time, const xmlNode *node, const char *name, const reader_t *reader)
{
    const char *text = node ? ik_xml_attribute(node, name, reader->p) : NULL;

    *time = IK_TIME_ABSENT;
    if (!text || ik_saml_time_read(time, ik_text_trim(reader->p, text)) == APR_SUCCESS)
        return APR_SUCCESS;
    return ik_refuse(reader->why, IK_REASON_MALFORMED, "%s=\"%s\" is no time", name, text);
}

static apr_status_t read_confirmation(ik_confirmation_t *c, const xmlNode *node, const reader_t *reader)
{
    const xmlNode *data = child(node, "SubjectConfirmationData");
    apr_status_t rv;

    c->method = ik_xml_attribute(node, "Method", reader->p);
    c->has_data = data != NULL;
    c->recipient = data ? ik_xml_attribute(data, "Recipient", reader->p) : NULL;
    c->in_response_to = data ? ik_xml_attribute(data, "InResponseTo", reader->p) : NULL;
    rv = time_of(&c->not_before, data, "NotBefore", reader);
    return rv == APR_SUCCESS ? time_of(&c->not_on_or_after, data, "NotOnOrAfter", reader) : rv;
}

static apr_status_t read_subject(ik_assertion_t *a, const xmlNode *subject, const reader_t *reader)
{
    const xmlNode *name = child(subject, "NameID"), *node;
    ik_confirmation_t *c;
    apr_status_t rv = APR_SUCCESS;

    a->name_id = name ? ik_xml_text(name, reader->p) : NULL;
    a->name_id_format = name ? ik_xml_attribute(name, "Format", reader->p) : NULL;
    a->confirmations = apr_array_make(reader->p, 1, sizeof(ik_confirmation_t *));
    for (node = child(subject, "SubjectConfirmation"); node && rv == APR_SUCCESS; node = ik_xml_next(node)) {
        c = apr_pcalloc(reader->p, sizeof *c);
        rv = read_confirmation(c, node, reader);
        APR_ARRAY_PUSH(a->confirmations, ik_confirmation_t *) = c;
    }
    return rv;
}

static apr_array_header_t *read_audiences(const xmlNode *restriction, apr_pool_t *p)
{
    apr_array_header_t *audiences = apr_array_make(p, 1, sizeof(const char *));
    const xmlNode *node;
    const char *text;

    for (node = child(restriction, "Audience"); node; node = ik_xml_next(node)) {
        text = ik_xml_text(node, p);
        if (text)
            APR_ARRAY_PUSH(audiences, const char *) = text;
    }
    return audiences;
}

static apr_status_t read_conditions(ik_assertion_t *a, const xmlNode *conditions, const reader_t *reader)
{
    const xmlNode *node;
    apr_status_t rv = time_of(&a->not_before, conditions, "NotBefore", reader);

    if (rv == APR_SUCCESS)
        rv = time_of(&a->not_on_or_after, conditions, "NotOnOrAfter", reader);
    a->audiences = apr_array_make(reader->p, 1, sizeof(apr_array_header_t *));
    for (node = child(conditions, "AudienceRestriction"); node; node = ik_xml_next(node))
        APR_ARRAY_PUSH(a->audiences, apr_array_header_t *) = read_audiences(node, reader->p);
    return rv;
}

static const char *class_of(const xmlNode *authn, apr_pool_t *p)
{
    const xmlNode *context = child(authn, "AuthnContext");
    const char *text = context ? text_of(context, "AuthnContextClassRef", p) : NULL;

    return text ? text : "";
}

/* Of several AuthnStatements the first: they describe one session in different ways (Core 2.7.2). */
static apr_status_t read_authn(ik_assertion_t *a, const xmlNode *authn, const reader_t *reader)
{
    const char *index = authn ? ik_xml_attribute(authn, "SessionIndex", reader->p) : NULL;
    apr_status_t rv = time_of(&a->authenticated, authn, "AuthnInstant", reader);

    a->has_authn = authn != NULL;
    a->session_index = index ? index : "";
    a->context = class_of(authn, reader->p);
    return rv == APR_SUCCESS ? time_of(&a->session_ends, authn, "SessionNotOnOrAfter", reader) : rv;
}

static ik_attribute_t *read_attribute(const xmlNode *node, apr_pool_t *p)
{
    ik_attribute_t *attribute = apr_pcalloc(p, sizeof *attribute);
    const xmlNode *value;

    attribute->name = ik_xml_attribute(node, "Name", p);
    attribute->friendly_name = ik_xml_attribute(node, "FriendlyName", p);
    attribute->values = apr_array_make(p, 1, sizeof(const char *));
    for (value = child(node, "AttributeValue"); value; value = ik_xml_next(value))
        APR_ARRAY_PUSH(attribute->values, const char *) = ik_xml_text(value, p);
    return attribute;
}

static void read_attributes(ik_assertion_t *a, const xmlNode *assertion, apr_pool_t *p)
{
    const xmlNode *statement, *node;

    a->attributes = apr_array_make(p, 8, sizeof(ik_attribute_t *));
    for (statement = child(assertion, "AttributeStatement"); statement; statement = ik_xml_next(statement))
        for (node = child(statement, "Attribute"); node; node = ik_xml_next(node))
            APR_ARRAY_PUSH(a->attributes, ik_attribute_t *) = read_attribute(node, p);
}

apr_status_t ik_assertion_read(ik_assertion_t **assertion, xmlNodePtr node, apr_pool_t *p, ik_refusal_t *why)
{
    const reader_t reader = { p, why };
    ik_assertion_t *a = apr_pcalloc(p, sizeof *a);
    apr_status_t rv;

    a->id = ik_xml_attribute(node, "ID", p);
    a->issuer = text_of(node, "Issuer", p);
    read_attributes(a, node, p);
    rv = time_of(&a->issued, node, "IssueInstant", &reader);
    if (rv == APR_SUCCESS)
        rv = read_subject(a, child(node, "Subject"), &reader);
    if (rv == APR_SUCCESS)
        rv = read_conditions(a, child(node, "Conditions"), &reader);
    if (rv == APR_SUCCESS)
        rv = read_authn(a, child(node, "AuthnStatement"), &reader);
    *assertion = a;
    return rv;
}

/* Values that are there already; NULL, which is no text, is one like others. Hashed: a message may hold thousands. */
typedef struct seen_t {
    apr_hash_t *texts;
    int no_text;
} seen_t;

static int is_new(seen_t *seen, const char *value)
{
    if (!value)
        return seen->no_text++ == 0;
    if (apr_hash_get(seen->texts, value, APR_HASH_KEY_STRING))
        return 0;
    apr_hash_set(seen->texts, value, APR_HASH_KEY_STRING, value);
    return 1;
}

apr_array_header_t *ik_assertion_values(const ik_assertion_t *assertion, const apr_array_header_t *names,
                                        apr_pool_t *p)
{
    apr_array_header_t *values = apr_array_make(p, 2, sizeof(const char *));
    seen_t seen = { apr_hash_make(p), 0 };
    const ik_attribute_t *attribute;
    const char *value;
    int i, j;

    for (i = 0; i < assertion->attributes->nelts; i++) {
        attribute = APR_ARRAY_IDX(assertion->attributes, i, const ik_attribute_t *);
        if (!attribute->name || !ik_text_in(names, attribute->name))
            continue;
        for (j = 0; j < attribute->values->nelts; j++) {
            value = APR_ARRAY_IDX(attribute->values, j, const char *);
            if ((!value || *value) && is_new(&seen, value))
                APR_ARRAY_PUSH(values, const char *) = value;
        }
    }
    return values;
}

static const ik_attribute_t *find_friendly(const ik_assertion_t *assertion, const apr_array_header_t *names)
{
    for (int i = 0; i < assertion->attributes->nelts; i++) {
        const ik_attribute_t *attribute = APR_ARRAY_IDX(assertion->attributes, i, const ik_attribute_t *);

        if (attribute->friendly_name && ik_text_in(names, attribute->friendly_name))
            return attribute;
    }
    return NULL;
}

/* 1 if there is one of that name, whatever its values are. */
static int has_name(const ik_assertion_t *assertion, const apr_array_header_t *names)
{
    for (int i = 0; i < assertion->attributes->nelts; i++) {
        const char *name = APR_ARRAY_IDX(assertion->attributes, i, const ik_attribute_t *)->name;

        if (name && ik_text_in(names, name))
            return 1;
    }
    return 0;
}

static const char *names_that_came(const ik_assertion_t *assertion, apr_pool_t *p)
{
    apr_array_header_t *names = apr_array_make(p, 8, sizeof(const char *));

    for (int i = 0; i < assertion->attributes->nelts && i < NAMES_SHOWN; i++) {
        const char *name = APR_ARRAY_IDX(assertion->attributes, i, const ik_attribute_t *)->name;

        if (name && !ik_text_in(names, name))
            APR_ARRAY_PUSH(names, const char *) = name;
    }
    return names->nelts ? apr_pstrcat(p, "what came is called ", ik_text_quote(p, names, SHOWN_MAX), NULL) : "no attribute came at all";
}

const char *ik_assertion_lacks(const ik_assertion_t *assertion, const apr_array_header_t *names, apr_pool_t *p)
{
    const char *wanted = ik_text_join(p, names, " or ");
    const ik_attribute_t *friendly = find_friendly(assertion, names);
    apr_array_header_t *name;

    if (has_name(assertion, names))
        return apr_psprintf(p, "the attribute \"%s\" is empty", wanted);
    if (!friendly)
        return apr_psprintf(p, "no attribute \"%s\": %s", wanted, names_that_came(assertion, p));
    name = apr_array_make(p, 1, sizeof(const char *));
    APR_ARRAY_PUSH(name, const char *) = friendly->name ? friendly->name : "";
    return apr_psprintf(p, "no attribute \"%s\": that is the FriendlyName of %s only, and has to be its Name", wanted,
                        ik_text_quote(p, name, SHOWN_MAX));
}
