/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the one identity provider in metadata and reads it; every mistake has its sentence. */
#include "saml/metadata.h"

#include <string.h>

#include <apr_strings.h>

#include "base/text.h"
#include "saml/endpoint.h"
#include "saml/keydescriptor.h"
#include "saml/names.h"
#include "saml/note.h"
#include "saml/pasted.h"
#include "saml/product.h"
#include "saml/time.h"
#include "saml/xml.h"

#define ENTITY_ID_MAX 1024
#define NS_XHTML "http://www.w3.org/1999/xhtml"

typedef struct reading_t {
    apr_pool_t *p;
    apr_time_t now;
    ik_metadata_report_t *report;
} reading_t;

static void note(reading_t *r, const char *sentence)
{
    ik_note_add(r->report->notes, sentence);
}

/* ---- what else an XML file may be */

typedef struct root_t {
    const char *ns, *name, *sentence;
} root_t;

static const char service_provider[] =
    "This is the metadata of a service provider. Paste the metadata of your identity provider.";
static const char message[] =
    "This is a SAML message, not metadata. Paste the metadata XML of your identity provider.";
static const char part[] =
    "This is only a part of the metadata. Paste the whole XML, from \"<EntityDescriptor\" to \"</EntityDescriptor>\".";

static const root_t roots[] = {
    { IK_NS_METADATA, "SPSSODescriptor", service_provider },
    { IK_NS_METADATA, "IDPSSODescriptor", part },
    { IK_NS_METADATA, "KeyDescriptor", part },
    { IK_NS_DSIG, "KeyInfo", part },
    { IK_NS_DSIG, "X509Data", part },
    { IK_NS_DSIG, "X509Certificate", part },
    { IK_NS_PROTOCOL, "Response", message },
    { IK_NS_PROTOCOL, "AuthnRequest", message },
    { IK_NS_ASSERTION, "Assertion", message },
    { NS_XHTML, "html", "This is an HTML page. Download the metadata as a file, and paste the XML." },
};

static const char *root_mistake(const xmlNode *root)
{
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        if (ik_xml_is(root, roots[i].ns, roots[i].name))
            return roots[i].sentence;
    return "This is XML, but not SAML 2.0 metadata: it does not start with an EntityDescriptor. Paste the metadata of "
           "your identity provider.";
}

/* ---- which entity */

static void collect(apr_array_header_t *entities, const xmlNode *node)
{
    if (ik_xml_is(node, IK_NS_METADATA, "EntityDescriptor"))
        APR_ARRAY_PUSH(entities, const xmlNode *) = node;
    if (!ik_xml_is(node, IK_NS_METADATA, "EntitiesDescriptor"))
        return;
    for (node = node->children; node; node = node->next)    /* as deep as ik_xml_parse_lenient let it be */
        collect(entities, node);
}

/* 1 if a role speaks SAML 2.0; without the attribute, which the schema demands, it may. */
static int speaks_saml2(const xmlNode *role, apr_pool_t *p)
{
    const char *protocols = ik_xml_attribute(role, "protocolSupportEnumeration", p);

    return !protocols || ik_text_in(ik_text_words(p, protocols), IK_NS_PROTOCOL);
}

/* The role in which entity is an identity provider for SAML 2.0, or NULL. */
static xmlNodePtr idp_role(const xmlNode *entity, apr_pool_t *p)
{
    xmlNodePtr role = ik_xml_child(entity, IK_NS_METADATA, "IDPSSODescriptor");

    while (role && !speaks_saml2(role, p))
        role = ik_xml_next(role);
    return role;
}

static int any_has(const apr_array_header_t *entities, const char *role)
{
    for (int i = 0; i < entities->nelts; i++)
        if (ik_xml_child(APR_ARRAY_IDX(entities, i, const xmlNode *), IK_NS_METADATA, role))
            return 1;
    return 0;
}

static const char *why_no_idp(const apr_array_header_t *entities)
{
    if (any_has(entities, "IDPSSODescriptor"))
        return "This identity provider does not speak SAML 2.0. Switch SAML 2.0 on there, and download the metadata "
               "again.";
    if (any_has(entities, "SPSSODescriptor"))
        return service_provider;
    if (any_has(entities, "RoleDescriptor"))
        return "This metadata is for WS-Federation only. Set the application up for SAML at the identity provider, and "
               "download its SAML metadata.";
    return "There is no identity provider in this metadata. Paste the metadata of your identity provider.";
}

/* The one identity provider below root, in *entity; or NULL there and the problem returned. */
static const char *choose(reading_t *r, const xmlNode **entity, const xmlNode *root)
{
    apr_array_header_t *entities = apr_array_make(r->p, 4, sizeof(const xmlNode *));
    int found = 0;

    *entity = NULL;
    collect(entities, root);
    for (int i = 0; i < entities->nelts; i++)
        if (idp_role(APR_ARRAY_IDX(entities, i, const xmlNode *), r->p) && ++found == 1)
            *entity = APR_ARRAY_IDX(entities, i, const xmlNode *);
    if (found == 1)
        return NULL;
    *entity = NULL;
    if (found > 1)
        return apr_psprintf(r->p, "This metadata describes %d identity providers. Paste the metadata of the one that "
                            "your people sign in at.", found);
    return why_no_idp(entities);
}

/* ---- what it says */

static const char *read_entity_id(reading_t *r, const xmlNode *entity)
{
    const char *id = ik_xml_attribute(entity, "entityID", r->p);

    id = id ? ik_text_trim(r->p, id) : "";
    if (!*id)
        return "The EntityDescriptor has no entityID. Download the metadata again; it must name the identity provider.";
    if (strlen(id) > ENTITY_ID_MAX)
        return apr_psprintf(r->p, "The entityID is longer than %d bytes, which SAML does not allow.", ENTITY_ID_MAX);
    if (ik_text_has_control(id))
        return "The entityID contains control characters. Download the metadata again.";
    r->report->idp->entity_id = id;
    return NULL;
}

/* The earliest validUntil of node and everything around it. */
static void read_valid_until(reading_t *r, const xmlNode *node)
{
    apr_time_t time;

    for (; node && node->type == XML_ELEMENT_NODE; node = node->parent) {
        const char *text = ik_xml_attribute(node, "validUntil", r->p);

        if (!text)
            continue;
        if (ik_saml_time_read(&time, ik_text_trim(r->p, text)) != APR_SUCCESS)
            note(r, "A validUntil in the metadata is not a date, and is ignored.");
        else if (r->report->idp->valid_until == 0 || time < r->report->idp->valid_until)
            r->report->idp->valid_until = time;
    }
    if (r->report->idp->valid_until != 0 && r->report->idp->valid_until < r->now)
        note(r, apr_psprintf(r->p, "The metadata says that it was valid until %s. It is used nevertheless; paste newer "
                             "metadata when you can.", ik_saml_time_text(r->p, r->report->idp->valid_until)));
}

/* The shortest cacheDuration of node and everything around it. What is not one counts as none: it only says how often. */
static void read_cache_duration(reading_t *r, const xmlNode *node)
{
    apr_int64_t seconds;

    for (; node && node->type == XML_ELEMENT_NODE; node = node->parent) {
        const char *text = ik_xml_attribute(node, "cacheDuration", r->p);

        if (!text || ik_saml_duration_read(&seconds, ik_text_trim(r->p, text)) != APR_SUCCESS || !seconds)
            continue;
        if (r->report->idp->cache_seconds == 0 || seconds < r->report->idp->cache_seconds)
            r->report->idp->cache_seconds = seconds;
    }
}

static int is_true(const char *text)
{
    return text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static void read_endpoints(reading_t *r, const xmlNode *role)
{
    ik_idp_t *idp = r->report->idp;

    idp->sso = ik_endpoint_read(role, "SingleSignOnService", r->report->notes, r->p);
    idp->slo = ik_endpoint_read(role, "SingleLogoutService", r->report->notes, r->p);
    if (!ik_endpoint_usable(idp->sso))
        note(r, "There is no sign-in address (SingleSignOnService with HTTP-Redirect or HTTP-POST): people can only "
                "sign in from the identity provider's own page.");
}

static const char *read_idp(reading_t *r, const xmlNode *entity)
{
    const xmlNode *role = idp_role(entity, r->p);
    ik_idp_t *idp = r->report->idp = apr_pcalloc(r->p, sizeof *idp);
    const char *problem = read_entity_id(r, entity);

    if (problem)
        return problem;
    if (!ik_xml_attribute(role, "protocolSupportEnumeration", r->p))
        note(r, "The metadata does not say which protocols the identity provider speaks; SAML 2.0 is assumed.");
    read_valid_until(r, role);
    read_cache_duration(r, role);
    problem = ik_keydescriptor_read(idp, role, r->now, r->report->notes, r->p);
    if (problem)
        return problem;
    read_endpoints(r, role);
    idp->wants_signed_requests = is_true(ik_xml_attribute(role, "WantAuthnRequestsSigned", r->p));
    idp->product = ik_product_guess(idp);
    return NULL;
}

/* ---- the whole */

static const char *parse_problem(const ik_refusal_t *why)
{
    if (why->reason == IK_REASON_MALFORMED)
        return "The XML is damaged or incomplete. Copy the whole file again, from its first \"<\" to its last \">\".";
    if (why->reason == IK_REASON_TOO_LARGE)
        return "This is larger than 768 KiB. Paste the metadata of your identity provider alone, not of a whole "
               "federation.";
    return "The XML contains what metadata never needs (a document type declaration, entities, or thousands of "
           "elements), and is refused for safety.";
}

static const char *read_document(reading_t *r, const char *bytes, apr_size_t len)
{
    ik_refusal_t why = { r->p, IK_REASON_MALFORMED, NULL };
    const xmlNode *root, *entity;
    xmlDocPtr doc;
    const char *problem;

    if (ik_xml_parse_lenient(&doc, bytes, len, r->p, &why) != APR_SUCCESS)
        return parse_problem(&why);
    root = xmlDocGetRootElement(doc);
    if (!ik_xml_is(root, IK_NS_METADATA, "EntityDescriptor") && !ik_xml_is(root, IK_NS_METADATA, "EntitiesDescriptor"))
        return root_mistake(root);
    problem = choose(r, &entity, root);
    return problem ? problem : read_idp(r, entity);
}

ik_metadata_report_t *ik_metadata_read(const char *bytes, apr_size_t len, apr_time_t now, apr_pool_t *p)
{
    reading_t r = { p, now, apr_pcalloc(p, sizeof *r.report) };
    const char *problem;

    r.report->notes = apr_array_make(p, 4, sizeof(const char *));
    bytes = ik_pasted_start(bytes, &len);
    problem = len <= IK_XML_MAX_BYTES ? ik_pasted_problem(bytes, len, p) : NULL;
    r.report->problem = problem ? problem : read_document(&r, bytes, len);
    if (r.report->problem)
        r.report->idp = NULL;
    return r.report;
}
