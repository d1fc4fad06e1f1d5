/* SPDX-License-Identifier: Apache-2.0 */
/* Reads metadata of a service provider. */
#include "saml/sp_read.h"

#include <string.h>

#include "saml/names.h"
#include "saml/xml.h"

static const char *location(const xmlNode *descriptor, const char *name, const char *binding, apr_pool_t *p)
{
    const xmlNode *node = ik_xml_child(descriptor, IK_NS_METADATA, name);

    for (; node; node = ik_xml_next(node)) {
        const char *has = ik_xml_attribute(node, "Binding", p);

        if (!binding || (has && !strcmp(has, binding)))
            return ik_xml_attribute(node, "Location", p);
    }
    return NULL;
}

int ik_sp_read(ik_sp_seen_t *seen, const char *bytes, apr_size_t len, apr_pool_t *p)
{
    ik_refusal_t why = { .p = p };
    const xmlNode *root, *descriptor;
    xmlDocPtr doc;

    *seen = (ik_sp_seen_t){ NULL, NULL, NULL };
    if (ik_xml_parse_lenient(&doc, bytes, len, p, &why) != APR_SUCCESS)
        return 0;
    root = xmlDocGetRootElement(doc);
    descriptor = ik_xml_is(root, IK_NS_METADATA, "EntityDescriptor") ? ik_xml_child(root, IK_NS_METADATA, "SPSSODescriptor") : NULL;
    if (!descriptor)
        return 0;
    seen->entity_id = ik_xml_attribute(root, "entityID", p);
    seen->acs = location(descriptor, "AssertionConsumerService", IK_BINDING_POST, p);
    seen->slo = location(descriptor, "SingleLogoutService", NULL, p);
    return 1;
}
