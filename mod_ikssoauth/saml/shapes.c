/* SPDX-License-Identifier: Apache-2.0 */
/* The table of shapes, from the leaves up to the Response. An element without a row here is refused (R2, R3). */
#include "saml/shapes.h"

#include <stddef.h>

#include "saml/names.h"

#define MANY 5000       /* of what a message may repeat freely: attributes, their values */
#define SEVERAL 16      /* of what some identity providers send more than once */

#define LEAF(var, ns, name, content) static const ik_shape_t var = { ns, name, content, NULL }
#define PLACES(...) (const ik_place_t[]){ __VA_ARGS__, { NULL, 0, 0 } }

/* XML signatures: one Reference, no Object, no Manifest, nothing inside the methods but what exclusive C14N knows. */
LEAF(inclusive_namespaces, IK_NS_EXC_C14N, "InclusiveNamespaces", IK_TEXT);
static const ik_shape_t canonicalization_method = { IK_NS_DSIG, "CanonicalizationMethod", IK_ELEMENTS, PLACES(
    { &inclusive_namespaces, 0, 1 }) };
LEAF(signature_method, IK_NS_DSIG, "SignatureMethod", IK_TEXT);
LEAF(digest_method, IK_NS_DSIG, "DigestMethod", IK_TEXT);
LEAF(digest_value, IK_NS_DSIG, "DigestValue", IK_TEXT);
LEAF(signature_value, IK_NS_DSIG, "SignatureValue", IK_TEXT);
LEAF(key_info, IK_NS_DSIG, "KeyInfo", IK_FOREIGN);
static const ik_shape_t transform = { IK_NS_DSIG, "Transform", IK_ELEMENTS, PLACES(
    { &inclusive_namespaces, 0, 1 }) };
static const ik_shape_t transforms = { IK_NS_DSIG, "Transforms", IK_ELEMENTS, PLACES(
    { &transform, 1, 2 }) };
static const ik_shape_t reference = { IK_NS_DSIG, "Reference", IK_ELEMENTS, PLACES(
    { &transforms, 1, 1 },
    { &digest_method, 1, 1 },
    { &digest_value, 1, 1 }) };
static const ik_shape_t signed_info = { IK_NS_DSIG, "SignedInfo", IK_ELEMENTS, PLACES(
    { &canonicalization_method, 1, 1 },
    { &signature_method, 1, 1 },
    { &reference, 1, 1 }) };
static const ik_shape_t signature = { IK_NS_DSIG, "Signature", IK_ELEMENTS, PLACES(
    { &signed_info, 1, 1 },
    { &signature_value, 1, 1 },
    { &key_info, 0, 1 }) };

/* XML encryption: the data and its keys stand in the message; no CipherReference, no Transforms. */
LEAF(cipher_value, IK_NS_XENC, "CipherValue", IK_TEXT);
LEAF(key_size, IK_NS_XENC, "KeySize", IK_TEXT);
LEAF(oaep_params, IK_NS_XENC, "OAEPparams", IK_TEXT);
LEAF(mask, IK_NS_XENC11, "MGF", IK_TEXT);
LEAF(carried_key_name, IK_NS_XENC, "CarriedKeyName", IK_TEXT);
LEAF(data_reference, IK_NS_XENC, "DataReference", IK_TEXT);
LEAF(key_name, IK_NS_DSIG, "KeyName", IK_TEXT);
LEAF(retrieval_method, IK_NS_DSIG, "RetrievalMethod", IK_TEXT);
static const ik_shape_t encryption_method = { IK_NS_XENC, "EncryptionMethod", IK_ELEMENTS, PLACES(
    { &key_size, 0, 1 },
    { &oaep_params, 0, 1 },
    { &digest_method, 0, 1 },
    { &mask, 0, 1 }) };
static const ik_shape_t cipher_data = { IK_NS_XENC, "CipherData", IK_ELEMENTS, PLACES(
    { &cipher_value, 1, 1 }) };
static const ik_shape_t reference_list = { IK_NS_XENC, "ReferenceList", IK_ELEMENTS, PLACES(
    { &data_reference, 1, SEVERAL }) };
static const ik_shape_t encrypted_key = { IK_NS_XENC, "EncryptedKey", IK_ELEMENTS, PLACES(
    { &encryption_method, 1, 1 },
    { &key_info, 0, 1 },
    { &cipher_data, 1, 1 },
    { &reference_list, 0, 1 },
    { &carried_key_name, 0, 1 }) };
static const ik_shape_t encrypted_key_info = { IK_NS_DSIG, "KeyInfo", IK_ELEMENTS, PLACES(
    { &encrypted_key, 0, SEVERAL },
    { &retrieval_method, 0, SEVERAL },
    { &key_name, 0, 1 }) };
static const ik_shape_t encrypted_data = { IK_NS_XENC, "EncryptedData", IK_ELEMENTS, PLACES(
    { &encryption_method, 1, 1 },
    { &encrypted_key_info, 0, 1 },
    { &cipher_data, 1, 1 }) };
static const ik_shape_t encrypted_assertion = { IK_NS_ASSERTION, "EncryptedAssertion", IK_ELEMENTS, PLACES(
    { &encrypted_data, 1, 1 },
    { &encrypted_key, 0, SEVERAL }) };

/* The assertion. */
LEAF(issuer, IK_NS_ASSERTION, "Issuer", IK_TEXT);
LEAF(name_id, IK_NS_ASSERTION, "NameID", IK_TEXT);
static const ik_shape_t confirmation_data = { IK_NS_ASSERTION, "SubjectConfirmationData", IK_ELEMENTS, PLACES(
    { &key_info, 0, SEVERAL }) };
static const ik_shape_t subject_confirmation = { IK_NS_ASSERTION, "SubjectConfirmation", IK_ELEMENTS, PLACES(
    { &name_id, 0, 1 },
    { &confirmation_data, 0, 1 }) };
static const ik_shape_t subject = { IK_NS_ASSERTION, "Subject", IK_ELEMENTS, PLACES(
    { &name_id, 0, 1 },
    { &subject_confirmation, 0, SEVERAL }) };
LEAF(audience, IK_NS_ASSERTION, "Audience", IK_TEXT);
LEAF(one_time_use, IK_NS_ASSERTION, "OneTimeUse", IK_TEXT);
static const ik_shape_t audience_restriction = { IK_NS_ASSERTION, "AudienceRestriction", IK_ELEMENTS, PLACES(
    { &audience, 0, SEVERAL }) };
static const ik_shape_t proxy_restriction = { IK_NS_ASSERTION, "ProxyRestriction", IK_ELEMENTS, PLACES(
    { &audience, 0, SEVERAL }) };
static const ik_shape_t conditions = { IK_NS_ASSERTION, "Conditions", IK_ELEMENTS, PLACES(
    { &audience_restriction, 0, SEVERAL },
    { &one_time_use, 0, 1 },
    { &proxy_restriction, 0, 1 }) };
LEAF(subject_locality, IK_NS_ASSERTION, "SubjectLocality", IK_TEXT);
LEAF(class_ref, IK_NS_ASSERTION, "AuthnContextClassRef", IK_TEXT);
LEAF(decl_ref, IK_NS_ASSERTION, "AuthnContextDeclRef", IK_TEXT);
LEAF(decl, IK_NS_ASSERTION, "AuthnContextDecl", IK_FOREIGN);
LEAF(authority, IK_NS_ASSERTION, "AuthenticatingAuthority", IK_TEXT);
static const ik_shape_t authn_context = { IK_NS_ASSERTION, "AuthnContext", IK_ELEMENTS, PLACES(
    { &class_ref, 0, 1 },
    { &decl_ref, 0, 1 },
    { &decl, 0, 1 },
    { &authority, 0, SEVERAL }) };
static const ik_shape_t authn_statement = { IK_NS_ASSERTION, "AuthnStatement", IK_ELEMENTS, PLACES(
    { &subject_locality, 0, 1 },
    { &authn_context, 0, 1 }) };
LEAF(attribute_value, IK_NS_ASSERTION, "AttributeValue", IK_FOREIGN);
static const ik_shape_t attribute = { IK_NS_ASSERTION, "Attribute", IK_ELEMENTS, PLACES(
    { &attribute_value, 0, MANY }) };
static const ik_shape_t attribute_statement = { IK_NS_ASSERTION, "AttributeStatement", IK_ELEMENTS, PLACES(
    { &attribute, 0, MANY }) };
LEAF(advice, IK_NS_ASSERTION, "Advice", IK_FOREIGN);
const ik_shape_t ik_shape_assertion = { IK_NS_ASSERTION, "Assertion", IK_ELEMENTS, PLACES(
    { &issuer, 0, 1 },
    { &signature, 0, 1 },
    { &subject, 0, 1 },
    { &conditions, 0, 1 },
    { &advice, 0, 1 },
    { &authn_statement, 0, SEVERAL },
    { &attribute_statement, 0, SEVERAL }) };

/* The response around it. */
LEAF(extensions, IK_NS_PROTOCOL, "Extensions", IK_FOREIGN);
LEAF(status_message, IK_NS_PROTOCOL, "StatusMessage", IK_TEXT);
LEAF(status_detail, IK_NS_PROTOCOL, "StatusDetail", IK_FOREIGN);
LEAF(second_status_code, IK_NS_PROTOCOL, "StatusCode", IK_TEXT);
static const ik_shape_t status_code = { IK_NS_PROTOCOL, "StatusCode", IK_ELEMENTS, PLACES(
    { &second_status_code, 0, 1 }) };
static const ik_shape_t status = { IK_NS_PROTOCOL, "Status", IK_ELEMENTS, PLACES(
    { &status_code, 0, 1 },
    { &status_message, 0, 1 },
    { &status_detail, 0, 1 }) };
const ik_shape_t ik_shape_response = { IK_NS_PROTOCOL, "Response", IK_ELEMENTS, PLACES(
    { &issuer, 0, 1 },
    { &signature, 0, 1 },
    { &extensions, 0, 1 },
    { &status, 0, 1 },
    { &ik_shape_assertion, 0, 1 },
    { &encrypted_assertion, 0, 1 }) };

/* Single Logout (Core 3.7). A name that is encrypted has no row: we could not tell whose it is. */
LEAF(session_index, IK_NS_PROTOCOL, "SessionIndex", IK_TEXT);
const ik_shape_t ik_shape_logout_request = { IK_NS_PROTOCOL, "LogoutRequest", IK_ELEMENTS, PLACES(
    { &issuer, 1, 1 },
    { &signature, 0, 1 },
    { &extensions, 0, 1 },
    { &name_id, 1, 1 },
    { &session_index, 0, 100 }) };
const ik_shape_t ik_shape_logout_response = { IK_NS_PROTOCOL, "LogoutResponse", IK_ELEMENTS, PLACES(
    { &issuer, 1, 1 },
    { &signature, 0, 1 },
    { &extensions, 0, 1 },
    { &status, 1, 1 }) };
LEAF(soap_header, IK_NS_SOAP, "Header", IK_FOREIGN);
static const ik_shape_t soap_body = { IK_NS_SOAP, "Body", IK_ELEMENTS, PLACES(
    { &ik_shape_logout_request, 1, 1 }) };
const ik_shape_t ik_shape_envelope = { IK_NS_SOAP, "Envelope", IK_ELEMENTS, PLACES(
    { &soap_header, 0, 1 },
    { &soap_body, 1, 1 }) };
