/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at the first characters of what was pasted, to tell the administrator what it is instead of metadata. */
#include "saml/pasted.h"

#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "base/encode.h"
#include "base/text.h"
#include "saml/certificate.h"

#define BOM "\xEF\xBB\xBF"

typedef struct mistake_t {
    const char *starts;     /* without regard to ASCII case */
    const char *sentence;
} mistake_t;

static const char certificate_alone[] =
    "This is only a certificate. Paste the whole metadata of your identity provider: an XML file that starts "
    "with \"<\" and holds an EntityDescriptor.";

/* What does not start with "<". */
static const mistake_t texts[] = {
    { "-----BEGIN CERTIFICATE", certificate_alone },
    { "-----BEGIN TRUSTED CERTIFICATE", certificate_alone },
    { "-----BEGIN PUBLIC KEY", "This is only a public key. Paste the whole metadata XML of your identity provider." },
    { "-----BEGIN ", "This is not metadata, and it may be a private key: keep it to yourself. Paste the metadata XML "
                     "of your identity provider." },
    { "http://", "This is the address of the metadata. Open it in a browser, and paste the XML that it shows." },
    { "https://", "This is the address of the metadata. Open it in a browser, and paste the XML that it shows." },
    { "{", "This is JSON, probably the OpenID Connect configuration of your identity provider. Paste its SAML "
           "metadata, which is XML." },
    { "This XML file does not appear", "This was copied from the page in which the browser shows the file. Save the "
                                       "file and paste its content, or use \"View page source\"." },
    { "PK\x03\x04", "This is a ZIP archive. Unpack it, and use the metadata XML inside." },
    { "", "This is not XML. Metadata starts with \"<\"; paste the whole XML file that your identity provider offers." },
};

/* What does, behind the prolog. */
static const char html_page[] =
    "This is an HTML page, probably the sign-in page of your identity provider. Sign in there first, "
    "or download the metadata as a file, and paste the XML.";

static const mistake_t documents[] = {
    { "<!DOCTYPE html", html_page },
    { "<html", html_page },
    { "<!DOCTYPE", "The XML has a document type declaration (DTD), which is refused for safety. Metadata needs none: "
                   "remove it, or download the metadata again." },
};

const char *ik_pasted_start(const char *bytes, apr_size_t *len)
{
    const char *at = bytes;
    apr_size_t left = *len;

    for (;;) {
        apr_size_t skip = left > 0 && strchr(" \t\r\n", *at) && *at ? 1 : 0;

        if (left >= 3 && memcmp(at, BOM, 3) == 0)
            skip = 3;
        if (skip == 0)
            break;
        at += skip;
        left -= skip;
    }
    *len = left;
    return at;
}

static int starts(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

/* Behind XML declaration, processing instructions, comments and the space between them. */
static const char *behind_prolog(const char *text)
{
    const char *end;

    for (;;) {
        while (apr_isspace(*text))
            text++;
        if (starts(text, "<?"))
            end = strstr(text, "?>");
        else if (starts(text, "<!--"))
            end = strstr(text, "-->");
        else
            return text;
        if (!end)
            return text;
        text = end + (*end == '?' ? 2 : 3);
    }
}

/* Base64 of a certificate, as some administration pages show it. */
static int is_bare_certificate(const char *text, apr_pool_t *p)
{
    const unsigned char *der;
    apr_size_t len;
    ik_certificate_t *certificate;

    return starts(text, "MII") && ik_decode_base64(&der, &len, text, p) == APR_SUCCESS
           && ik_certificate_read(&certificate, der, len, p) == APR_SUCCESS;
}

static const char *text_mistake(const char *text, apr_pool_t *p)
{
    const mistake_t *row = texts;

    if (is_bare_certificate(text, p))
        return certificate_alone;
    while (!starts(text, row->starts))
        row++;
    return row->sentence;
}

static const char *document_mistake(const char *text)
{
    const char *root = behind_prolog(text);

    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        if (starts(root, documents[i].starts))
            return documents[i].sentence;
    return NULL;
}

/* PowerShell and Notepad write UTF-16 when they are not asked otherwise. */
static int is_utf16(const char *bytes, apr_size_t len)
{
    return len >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0
                        || memcmp(bytes, "<\0", 2) == 0 || memcmp(bytes, "\0<", 2) == 0);
}

const char *ik_pasted_problem(const char *bytes, apr_size_t len, apr_pool_t *p)
{
    const char *text = ik_pasted_start(bytes, &len);

    if (len == 0)
        return "There is nothing here. Paste the metadata XML of your identity provider.";
    if (is_utf16(text, len))
        return "The file is saved as UTF-16 (\"Unicode\"). Save it as UTF-8 and try again.";
    if (!ik_text_is_utf8(text, len))
        return "The file is not UTF-8 text. Save it as UTF-8, or download the metadata again.";
    text = apr_pstrmemdup(p, text, len);
    return *text == '<' ? document_mistake(text) : text_mistake(text, p);
}
