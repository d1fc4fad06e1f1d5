/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the certificates of the KeyDescriptors, and tells usable ones from others (R5, R19). */
#include "saml/keydescriptor.h"

#include <string.h>

#include <apr_strings.h>

#include "base/encode.h"
#include "saml/certificate.h"
#include "saml/names.h"
#include "saml/note.h"
#include "saml/xml.h"

#define SOON apr_time_from_sec(30 * 86400)

/* What is known while the descriptors are read, one after another. */
typedef struct reading_t {
    apr_pool_t *p;
    apr_time_t now;
    ik_idp_t *idp;
    apr_array_header_t *notes;
    const char *unusable;   /* the last certificate for signatures that was left out: a whole sentence */
} reading_t;

static void note(reading_t *r, const char *sentence)
{
    ik_note_add(r->notes, sentence);
}

/* How a certificate is called in notes. */
static const char *name_of(const ik_certificate_t *c, apr_pool_t *p)
{
    if (*c->subject)
        return apr_psprintf(p, "\"%s\" (SHA-256 %.8s…)", c->subject, c->fingerprint);
    return apr_psprintf(p, "with SHA-256 %.8s…", c->fingerprint);
}

static const char *day(apr_pool_t *p, apr_time_t time)
{
    apr_time_exp_t t;

    if (apr_time_exp_gmt(&t, time) != APR_SUCCESS)
        return "?";
    return apr_psprintf(p, "%04d-%02d-%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
}

/* Times and issuers do not decide: the administrator's paste is the trust (Kantara MD12). */
static void note_oddities(reading_t *r, const ik_certificate_t *c)
{
    const char *name = name_of(c, r->p);

    if (c->not_after < r->now)
        note(r, apr_psprintf(r->p, "The certificate %s expired on %s. Sign-ins go on working; renew it at the identity "
                             "provider when you can.", name, day(r->p, c->not_after)));
    else if (c->not_after < r->now + SOON)
        note(r, apr_psprintf(r->p, "The certificate %s expires on %s. Paste the new metadata here once the identity "
                             "provider has a new one.", name, day(r->p, c->not_after)));
    if (c->not_before > r->now)
        note(r, apr_psprintf(r->p, "The certificate %s is only valid from %s.", name, day(r->p, c->not_before)));
    if (c->self_signed)
        note(r, "A certificate is self-signed, as is usual for identity providers: only its key counts.");
}

static int holds(const apr_array_header_t *list, const ik_certificate_t *c)
{
    for (int i = 0; i < list->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(list, i, const ik_certificate_t *)->fingerprint, c->fingerprint) == 0)
            return 1;
    return 0;
}

static void add(apr_array_header_t *list, ik_certificate_t *c)
{
    if (!holds(list, c))
        APR_ARRAY_PUSH(list, ik_certificate_t *) = c;
}

static void leave_out(reading_t *r, int signing, const char *sentence)
{
    note(r, sentence);
    if (signing)
        r->unusable = sentence;
}

static void take(reading_t *r, ik_certificate_t *c, int signing, int encryption)
{
    const char *weakness = ik_certificate_weakness(c, r->p);

    if (weakness) {
        leave_out(r, signing, apr_psprintf(r->p, "The certificate %s cannot be used: %s.", name_of(c, r->p), weakness));
        return;
    }
    note_oddities(r, c);
    if (signing)
        add(r->idp->signing, c);
    if (encryption)
        add(r->idp->encryption, c);
}

/* 1 if c is there only as the issuer of another certificate of the same KeyInfo: its key signs no messages. */
static int is_issuer(reading_t *r, const apr_array_header_t *chain, const ik_certificate_t *c)
{
    for (int i = 0; i < chain->nelts; i++)
        if (ik_certificate_is_issued_by(APR_ARRAY_IDX(chain, i, const ik_certificate_t *), c, r->p))
            return 1;
    return 0;
}

static void read_certificate(reading_t *r, apr_array_header_t *chain, const xmlNode *node, int signing)
{
    const char *text = ik_xml_text(node, r->p);
    const unsigned char *der;
    apr_size_t len;
    ik_certificate_t *c;

    if (text && ik_decode_base64(&der, &len, text, r->p) == APR_SUCCESS
        && ik_certificate_read(&c, der, len, r->p) == APR_SUCCESS)
        APR_ARRAY_PUSH(chain, ik_certificate_t *) = c;
    else
        leave_out(r, signing, "A certificate in the metadata is damaged and cannot be read.");
}

/* All certificates of a KeyInfo; ds:KeyValue and its like are not read: there is one way to say a key. */
static apr_array_header_t *read_chain(reading_t *r, const xmlNode *key_info, int signing)
{
    apr_array_header_t *chain = apr_array_make(r->p, 2, sizeof(ik_certificate_t *));
    xmlNodePtr data = ik_xml_child(key_info, IK_NS_DSIG, "X509Data");

    for (; data; data = ik_xml_next(data)) {
        xmlNodePtr node = ik_xml_child(data, IK_NS_DSIG, "X509Certificate");

        for (; node; node = ik_xml_next(node))
            read_certificate(r, chain, node, signing);
    }
    return chain;
}

static void read_descriptor(reading_t *r, const xmlNode *node)
{
    const char *use = ik_xml_attribute(node, "use", r->p);
    int signing = !use || strcmp(use, "signing") == 0;
    int encryption = !use || strcmp(use, "encryption") == 0;
    const xmlNode *key_info = ik_xml_child(node, IK_NS_DSIG, "KeyInfo");
    apr_array_header_t *chain;

    if (!signing && !encryption) {
        note(r, "A key whose use is neither \"signing\" nor \"encryption\" is ignored.");
        return;
    }
    if (!ik_xml_child(ik_xml_child(key_info, IK_NS_DSIG, "X509Data"), IK_NS_DSIG, "X509Certificate")) {
        leave_out(r, signing, "A key without a certificate is ignored.");
        return;
    }
    chain = read_chain(r, key_info, signing);
    for (int i = 0; i < chain->nelts; i++) {
        ik_certificate_t *c = APR_ARRAY_IDX(chain, i, ik_certificate_t *);

        if (is_issuer(r, chain, c))
            note(r, apr_psprintf(r->p, "The certificate %s only issued another one, and is not used.",
                                 name_of(c, r->p)));
        else
            take(r, c, signing, encryption);
    }
}

/* Certificates and KeyDescriptors of descriptor, whichever are more. */
static int count_keys(const xmlNode *descriptor)
{
    xmlNodePtr node = ik_xml_child(descriptor, IK_NS_METADATA, "KeyDescriptor");
    int descriptors = 0, certificates = 0;

    for (; node; node = ik_xml_next(node)) {
        xmlNodePtr data = ik_xml_child(ik_xml_child(node, IK_NS_DSIG, "KeyInfo"), IK_NS_DSIG, "X509Data");

        descriptors++;
        for (; data; data = ik_xml_next(data)) {
            xmlNodePtr certificate = ik_xml_child(data, IK_NS_DSIG, "X509Certificate");

            for (; certificate; certificate = ik_xml_next(certificate))
                certificates++;
        }
    }
    return descriptors > certificates ? descriptors : certificates;
}

static const char *why_no_key(const reading_t *r)
{
    if (r->unusable)
        return apr_psprintf(r->p, "There is no certificate to verify signatures with. %s", r->unusable);
    if (r->idp->encryption->nelts > 0)
        return "The metadata only has an encryption certificate. The signing certificate is missing: add it at the "
               "identity provider, and download the metadata again.";
    return "The metadata has no signing certificate. Create or activate one at the identity provider, and download the "
           "metadata again.";
}

const char *ik_keydescriptor_read(ik_idp_t *idp, const xmlNode *descriptor, apr_time_t now,
                                  apr_array_header_t *notes, apr_pool_t *p)
{
    reading_t r = { p, now, idp, notes, NULL };
    xmlNodePtr node = ik_xml_child(descriptor, IK_NS_METADATA, "KeyDescriptor");

    idp->signing = apr_array_make(p, 2, sizeof(ik_certificate_t *));
    idp->encryption = apr_array_make(p, 2, sizeof(ik_certificate_t *));
    if (count_keys(descriptor) > IK_KEYS_MAX)
        return apr_psprintf(p, "The metadata has more than %d keys. Remove those that are no longer in use, at the "
                            "identity provider, and download it again.", IK_KEYS_MAX);
    for (; node; node = ik_xml_next(node))
        read_descriptor(&r, node);
    return idp->signing->nelts > 0 ? NULL : why_no_key(&r);
}
