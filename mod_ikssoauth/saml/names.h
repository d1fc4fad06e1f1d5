/* SPDX-License-Identifier: Apache-2.0 */
/* The constants of the specifications. */
#ifndef IK_SAML_NAMES_H
#define IK_SAML_NAMES_H

#define IK_NS_ASSERTION "urn:oasis:names:tc:SAML:2.0:assertion"
#define IK_NS_PROTOCOL "urn:oasis:names:tc:SAML:2.0:protocol"
#define IK_NS_METADATA "urn:oasis:names:tc:SAML:2.0:metadata"
#define IK_NS_DSIG "http://www.w3.org/2000/09/xmldsig#"
#define IK_NS_XENC "http://www.w3.org/2001/04/xmlenc#"
#define IK_NS_XENC11 "http://www.w3.org/2009/xmlenc11#"
#define IK_NS_EXC_C14N "http://www.w3.org/2001/10/xml-exc-c14n#"
#define IK_NS_XSD "http://www.w3.org/2001/XMLSchema"
#define IK_NS_XML "http://www.w3.org/XML/1998/namespace"
#define IK_NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

#define IK_NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"

#define IK_STATUS_RESPONDER "urn:oasis:names:tc:SAML:2.0:status:Responder"
#define IK_STATUS_SUCCESS "urn:oasis:names:tc:SAML:2.0:status:Success"
#define IK_NAMEID_EMAIL "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
#define IK_CM_BEARER "urn:oasis:names:tc:SAML:2.0:cm:bearer"
#define IK_BINDING_REDIRECT "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
#define IK_BINDING_POST "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
#define IK_BINDING_SOAP "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"

#endif
