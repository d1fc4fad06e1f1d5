/* SPDX-License-Identifier: Apache-2.0 */
/* Leads a LogoutRequest or LogoutResponse from bytes to what it verifiably says. */
#include "saml/logout.h"

#include <string.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "base/text.h"
#include "saml/assertion.h"
#include "saml/names.h"
#include "saml/raw_query.h"
#include "saml/signature.h"
#include "saml/structure.h"
#include "saml/time.h"
#include "saml/xml.h"

struct ik_logout_t {
    apr_pool_t *p;
    xmlNodePtr root;            /* of the document */
    xmlNodePtr message;         /* the LogoutRequest or LogoutResponse */
    const char *binding;
    ik_raw_query_t query;       /* of HTTP-Redirect */
};

static int is_request(const ik_logout_t *message)
{
    return ik_xml_is(message->message, IK_NS_PROTOCOL, "LogoutRequest");
}

static apr_status_t parse(ik_logout_t **message, const char *bytes, apr_size_t len, const char *binding, apr_pool_t *p,
                          ik_refusal_t *why)
{
    ik_logout_t *made = apr_pcalloc(p, sizeof *made);
    xmlDocPtr doc;
    apr_status_t rv = ik_xml_parse(&doc, bytes, len, p, why);

    if (rv != APR_SUCCESS)
        return rv;
    made->p = p;
    made->binding = binding;
    made->root = xmlDocGetRootElement(doc);
    rv = ik_structure_check_logout(&made->message, made->root, why);
    if (rv == APR_SUCCESS)
        *message = made;
    return rv;
}

/* A response in the field of a request, or in an envelope without one: not what it says it is. */
static apr_status_t check_kind(const ik_logout_t *message, int wanted, int enveloped, ik_refusal_t *why)
{
    if (is_request(message) != wanted || (message->root != message->message) != enveloped)
        return ik_refuse(why, IK_REASON_MALFORMED, "a <%s> in the place of another message",
                         (const char *)message->root->name);
    return APR_SUCCESS;
}

apr_status_t ik_logout_parse_redirect(ik_logout_t **message, const char *query, apr_pool_t *p, ik_refusal_t *why)
{
    ik_raw_query_t read;
    apr_status_t rv = ik_raw_query_read(&read, query, p, why);

    if (rv == APR_SUCCESS)
        rv = parse(message, read.xml, read.len, IK_BINDING_REDIRECT, p, why);
    if (rv != APR_SUCCESS)
        return rv;
    (*message)->query = read;
    return check_kind(*message, read.is_request, 0, why);
}

apr_status_t ik_logout_parse_post(ik_logout_t **message, const char *value, int wanted, apr_pool_t *p,
                                  ik_refusal_t *why)
{
    const unsigned char *bytes;
    apr_size_t len;
    apr_status_t rv;

    if (ik_decode_base64(&bytes, &len, value, p) != APR_SUCCESS)
        return ik_refuse(why, IK_REASON_MALFORMED, "the message in the form is not base64");
    rv = parse(message, (const char *)bytes, len, IK_BINDING_POST, p, why);
    return rv == APR_SUCCESS ? check_kind(*message, wanted, 0, why) : rv;
}

apr_status_t ik_logout_parse_soap(ik_logout_t **message, const char *body, apr_size_t len, apr_pool_t *p,
                                  ik_refusal_t *why)
{
    apr_status_t rv = parse(message, body, len, IK_BINDING_SOAP, p, why);

    return rv == APR_SUCCESS ? check_kind(*message, 1, 1, why) : rv;
}

static const char *issuer_of(const ik_logout_t *message)
{
    const xmlNode *issuer = ik_xml_child(message->message, IK_NS_ASSERTION, "Issuer");

    return issuer ? ik_xml_text(issuer, message->p) : NULL;
}

const char *ik_logout_claimed_issuer(const ik_logout_t *message)
{
    return issuer_of(message);
}

const char *ik_logout_relay_state(const ik_logout_t *message)
{
    return message->query.relay_state;
}

const char *ik_logout_binding(const ik_logout_t *message)
{
    return message->binding;
}

static apr_status_t time_of(apr_time_t *time, const ik_logout_t *message, const char *name, ik_refusal_t *why)
{
    const char *text = ik_xml_attribute(message->message, name, message->p);

    *time = IK_TIME_ABSENT;
    if (!text || ik_saml_time_read(time, ik_text_trim(message->p, text)) == APR_SUCCESS)
        return APR_SUCCESS;
    return ik_refuse(why, IK_REASON_MALFORMED, "%s=\"%s\" is no time", name, text);
}

static void read_request(ik_logout_said_t *said, const ik_logout_t *message)
{
    apr_array_header_t *indexes = apr_array_make(message->p, 1, sizeof(const char *));
    const xmlNode *name = ik_xml_child(message->message, IK_NS_ASSERTION, "NameID"), *node;

    said->name_id = name ? ik_xml_text(name, message->p) : NULL;
    for (node = ik_xml_child(message->message, IK_NS_PROTOCOL, "SessionIndex"); node; node = ik_xml_next(node)) {
        const char *text = ik_xml_text(node, message->p);

        if (text && *text)
            APR_ARRAY_PUSH(indexes, const char *) = text;
    }
    said->session_indexes = indexes;
}

static void read_response(ik_logout_said_t *said, const ik_logout_t *message)
{
    const xmlNode *status = ik_xml_child(message->message, IK_NS_PROTOCOL, "Status");
    const xmlNode *code = ik_xml_child(status, IK_NS_PROTOCOL, "StatusCode");
    const char *value = code ? ik_xml_attribute(code, "Value", message->p) : NULL;

    said->in_response_to = ik_xml_attribute(message->message, "InResponseTo", message->p);
    said->success = value && strcmp(value, IK_STATUS_SUCCESS) == 0;
}

static apr_status_t read_message(ik_logout_said_t **said, const ik_logout_t *message, ik_refusal_t *why)
{
    ik_logout_said_t *s = apr_pcalloc(message->p, sizeof *s);
    apr_status_t rv = time_of(&s->issued, message, "IssueInstant", why);

    if (rv == APR_SUCCESS)
        rv = time_of(&s->not_on_or_after, message, "NotOnOrAfter", why);
    if (rv != APR_SUCCESS)
        return rv;
    s->is_request = is_request(message);
    s->id = ik_xml_attribute(message->message, "ID", message->p);
    s->issuer = issuer_of(message);
    s->destination = ik_xml_attribute(message->message, "Destination", message->p);
    if (s->is_request)
        read_request(s, message);
    else
        read_response(s, message);
    if (s->is_request && (!s->name_id || !*s->name_id))
        return ik_refuse(why, IK_REASON_NAME_ID_INVALID, "the LogoutRequest names nobody");
    *said = s;
    return APR_SUCCESS;
}

/* A redirect carries its signature beside the message, everything else inside (Bindings 3.4.4.1, 3.5.4.1). */
static apr_status_t verify_signature(ik_logout_t *message, const ik_trust_t *trust, ik_refusal_t *why)
{
    xmlNodePtr again;
    apr_status_t rv;

    if (strcmp(message->binding, IK_BINDING_REDIRECT) == 0)
        return ik_raw_query_verify(&message->query, trust, why);
    rv = ik_signature_verify(NULL, message->message, trust, 0, why);
    return rv == APR_SUCCESS ? ik_structure_check_logout(&again, message->root, why) : rv;
}

apr_status_t ik_logout_verify(ik_logout_said_t **said, ik_logout_t *message, const ik_trust_t *trust,
                              ik_refusal_t *why)
{
    const char *issuer = issuer_of(message);
    apr_status_t rv;

    if (!issuer || strcmp(issuer, trust->idp->entity_id) != 0)
        return ik_refuse(why, IK_REASON_ISSUER_MISMATCH, "the Issuer is \"%s\", not \"%s\"", issuer ? issuer : "",
                         trust->idp->entity_id);
    rv = verify_signature(message, trust, why);
    return rv == APR_SUCCESS ? read_message(said, message, why) : rv;
}

static apr_status_t check_times(const ik_logout_said_t *said, apr_time_t skew, apr_time_t now, ik_refusal_t *why)
{
    if (said->issued == IK_TIME_ABSENT)
        return ik_refuse(why, IK_REASON_MALFORMED, "there is no IssueInstant");
    if (said->issued > now + skew)
        return ik_refuse(why, IK_REASON_NOT_YET_VALID, "issued at %s", ik_saml_time_text(why->p, said->issued));
    if (said->issued + IK_LOGOUT_LIFETIME + skew <= now)
        return ik_refuse(why, IK_REASON_EXPIRED, "issued at %s", ik_saml_time_text(why->p, said->issued));
    if (said->not_on_or_after != IK_TIME_ABSENT && said->not_on_or_after + skew <= now)
        return ik_refuse(why, IK_REASON_EXPIRED, "NotOnOrAfter is %s", ik_saml_time_text(why->p, said->not_on_or_after));
    return APR_SUCCESS;
}

apr_status_t ik_logout_check(const ik_logout_said_t *said, const apr_array_header_t *ours, apr_time_t skew,
                             apr_time_t now, ik_refusal_t *why)
{
    if (said->destination && *said->destination && !ik_text_in(ours, said->destination))
        return ik_refuse(why, IK_REASON_DESTINATION_MISMATCH, "the Destination is \"%s\"", said->destination);
    return check_times(said, skew, now, why);
}
