/* SPDX-License-Identifier: Apache-2.0 */
/* Where people, identity providers and attackers want a browser to go after signing in (R14). */
#ifndef IK_TESTS_TARGETS_H
#define IK_TESTS_TARGETS_H

#include <stddef.h>

#define OWN "https://imagekit.io"
#define EVIL "evil.example"

typedef struct row_t {
    const char *target;
    const char *answer;     /* NULL: not allowed */
} row_t;

/* What a person or an identity provider may ask for, at https://imagekit.io with docs.imagekit.io listed. */
static const row_t allowed[] = {
    /* paths */
    { "/", OWN "/" },
    { "/dashboard", OWN "/dashboard" },
    { "/dashboard?x=1#f", OWN "/dashboard?x=1#f" },
    { "/dashboard?", OWN "/dashboard?" },
    { "/dashboard#", OWN "/dashboard#" },
    { "/?x=1", OWN "/?x=1" },
    { "/#/media/folder", OWN "/#/media/folder" },
    { "/a//b", OWN "/a//b" },
    { "/tr:w-300/https://images.example/a.jpg", OWN "/tr:w-300/https://images.example/a.jpg" },
    { "/a%20b/caf%C3%A9", OWN "/a%20b/caf%C3%A9" },
    { "/a%2Fb", OWN "/a%2Fb" },
    { "/media/@2x/..hidden/...", OWN "/media/@2x/..hidden/..." },
    { "/a.b;v=1,2/~ann/(x)!$&'*+=:|{}^`[]", OWN "/a.b;v=1,2/~ann/(x)!$&'*+=:|{}^`[]" },
    { "/100%25", OWN "/100%25" },
    /* what stands behind '?' or '#' chooses no host */
    { "/x?next=//evil.example", OWN "/x?next=//evil.example" },
    { "/x?next=https://evil.example/", OWN "/x?next=https://evil.example/" },
    { "/x?next=%2F%2Fevil.example%5C%0d%0a", OWN "/x?next=%2F%2Fevil.example%5C%0d%0a" },
    { "/x?q=100%", OWN "/x?q=100%" },
    { "/x?a=../../b", OWN "/x?a=../../b" },
    { "/x#//evil.example", OWN "/x#//evil.example" },
    { "/x#@evil.example", OWN "/x#@evil.example" },
    { "/?@evil.example", OWN "/?@evil.example" },
    { "/#@evil.example/", OWN "/#@evil.example/" },
    /* our own origin is in front of it, so that it stays a path */
    { "/@evil.example", OWN "/@evil.example" },
    { "/.evil.example", OWN "/.evil.example" },
    { "/;@evil.example", OWN "/;@evil.example" },
    { "/https://evil.example", OWN "/https://evil.example" },
    { "/https:evil.example", OWN "/https:evil.example" },
    { "/javascript:alert(1)", OWN "/javascript:alert(1)" },
    { "/evil.example", OWN "/evil.example" },
    { "/:443", OWN "/:443" },
    /* our own origin, spelled out */
    { "https://imagekit.io", OWN "/" },
    { "https://imagekit.io/", OWN "/" },
    { "https://imagekit.io/dashboard", OWN "/dashboard" },
    { "https://imagekit.io/dashboard?x=1&y=%2F#f", OWN "/dashboard?x=1&y=%2F#f" },
    { "https://imagekit.io?x=1", OWN "/?x=1" },
    { "https://imagekit.io#f", OWN "/#f" },
    { "https://imagekit.io:443/dashboard", OWN "/dashboard" },
    { "HTTPS://ImageKit.IO/Dashboard", OWN "/Dashboard" },
    { "https://imagekit.io?@evil.example", OWN "/?@evil.example" },
    { "https://imagekit.io#@evil.example", OWN "/#@evil.example" },
    { "https://imagekit.io/@evil.example", OWN "/@evil.example" },
    { "https://imagekit.io/https://evil.example", OWN "/https://evil.example" },
    { "https://imagekit.io?//evil.example", OWN "/?//evil.example" },
    { "https://imagekit.io/:8443", OWN "/:8443" },
    /* a listed host */
    { "https://docs.imagekit.io", "https://docs.imagekit.io/" },
    { "https://docs.imagekit.io/start?x=1#f", "https://docs.imagekit.io/start?x=1#f" },
    { "https://DOCS.imagekit.io:443/", "https://docs.imagekit.io/" },
    { "https://upper.imagekit.io/", "https://upper.imagekit.io/" },
    { "https://203.0.113.7/", "https://203.0.113.7/" },
};

/* The same host and list; none of these may send anybody anywhere. */
static const char *const hostile[] = {
    "", " ", "\t", "\n",
    /* no path of ours */
    "dashboard", "./dashboard", "../dashboard", "?x=1", "#f", "imagekit.io", "imagekit.io/dashboard", EVIL,
    "www." EVIL, ".", "..",
    ":", ":443", "@", "@" EVIL, ";/" EVIL, "*", "%", "%2f", "%2fdashboard", "%2f%2f" EVIL, "~/x",
    /* relative to the scheme */
    "//", "///", "////", "//" EVIL, "//" EVIL "/", "///" EVIL, "////" EVIL, "/////" EVIL, "//" EVIL "/dashboard",
    "//" EVIL "%2f..",
    "//" EVIL ":443/", "//imagekit.io", "//imagekit.io/dashboard", "//imagekit.io@" EVIL, "//user@" EVIL,
    "//www." EVIL "//",
    "//%65vil.example", "//2130706433", "//0x7f000001", "//[::1]/", "//docs.imagekit.io/", "//?x", "//#f",
    "//\t/" EVIL,
    /* backslashes, that browsers read as slashes */
    "\\", "\\\\", "\\\\" EVIL, "\\/" EVIL, "/\\" EVIL, "/\\/" EVIL, "/\\\\" EVIL, "\\/\\/" EVIL, "/dashboard\\",
    "/dashboard\\..\\x",
    "/x?y=\\", "/x#\\", "https:\\\\" EVIL, "https:/\\" EVIL, "https:\\/" EVIL, "https://imagekit.io\\@" EVIL,
    "https://imagekit.io\\" EVIL,
    "https://imagekit.io\\." EVIL, "https://" EVIL "\\@imagekit.io", "https://" EVIL "\\.imagekit.io",
    "https://imagekit.io/\\" EVIL,
    "https://imagekit.io?\\", "https://imagekit.io#\\@" EVIL,
    /* the same in an escape, for somebody behind us decodes it */
    "/%5c" EVIL, "/%5C%5C" EVIL, "/%5c/" EVIL, "/%2f" EVIL, "/%2F%2F" EVIL, "/%2f%5c" EVIL, "/%2f/" EVIL, "/a%5cb",
    "/%09/" EVIL,
    "/%0d%0aLocation:%20https://" EVIL, "/a%0ab", "/a%00b", "/%00", "/%7f", "/%1f/", "/%c2%85", "/%e2%80%a8/" EVIL,
    "/%c0%af" EVIL, "/%c0%ae",
    "/%ff", "/%E9", "/%", "/%4", "/%zz", "/a%2", "/%u002f" EVIL, "https://imagekit.io/%5c" EVIL,
    "https://imagekit.io/%2f" EVIL,
    "https://imagekit.io/%0d%0aSet-Cookie:x=y", "https://imagekit.io/%00",
    /* dot segments, which no address bar keeps */
    "/.", "/..", "/./", "/../", "/.//" EVIL, "/..//" EVIL, "/a/..//" EVIL, "/a/../b", "/a/./b", "/a/..", "/a/.",
    "/%2e", "/%2e%2e", "/%2e%2e/x",
    "/.%2e/x", "/a/%2E./b", "/%2e%2f%2f" EVIL, "/a%2f..%2fb", "/a%2f%2e%2e%2f%2f" EVIL, "/./%2f" EVIL, "/..?x",
    "/.#f",
    "https://imagekit.io/..", "https://imagekit.io/.//" EVIL, "https://imagekit.io/%2e%2e//" EVIL,
    /* our own host with an empty first segment */
    "https://imagekit.io//", "https://imagekit.io//" EVIL, "https://imagekit.io///" EVIL,
    "https://imagekit.io//" EVIL "/..",
    /* white space and control characters, that browsers drop */
    " /dashboard", "/dashboard ", "/dash board", "\t/dashboard", "/\t/" EVIL, "/\n/" EVIL, "/\r/" EVIL,
    "/\r\n/" EVIL, "/x\r\nSet-Cookie: a=b",
    "/x\nLocation: https://" EVIL, "/\x01/", "/\x0b/" EVIL, "/\x0c/" EVIL, "/\x1f", "/\x7f", "/x?y=\t",
    "/x?y=\x7f", "/x#\n",
    " https://imagekit.io/",
    "\x01https://imagekit.io/", "\x1fhttps://imagekit.io/", "\x08https://imagekit.io/", "https://imagekit.io/ ",
    "ht\ttps://" EVIL, "ht\ntps://imagekit.io/", "https\t://imagekit.io/",
    "https:\n//imagekit.io/", "https:/\t/imagekit.io/", "https://\timagekit.io/", "https://image\nkit.io/",
    "https://imagekit.io\t." EVIL,
    "https://imagekit.io\r\n/", "https://imagekit.io .evil.example/", "/\t" EVIL, "java\nscript:alert(1)",
    "\tjavascript:alert(1)",
    /* letters of other scripts that are folded into ours, and bytes that are no letters */
    "/\xe2\x88\x95" EVIL, "/\xef\xbc\x8f" EVIL, "/\xef\xbc\x8f/" EVIL, "/\xef\xbc\xbc" EVIL, "/\xe3\x80\x82/x",
    "\xef\xbc\x8f\xef\xbc\x8f" EVIL,
    "\xe2\x81\x84\xe2\x81\x84" EVIL, "https://imagekit\xe3\x80\x82io/", "https://imagekit\xef\xbc\x8eio/",
    "https://imagekit\xef\xbd\xa1io/",
    "https://evil\xe3\x80\x82" "example/", "https://imagekit.io\xef\xbc\x8f." EVIL,
    "https://imagekit.io\xef\xbc\x9f." EVIL,
    "https://imagekit.io\xef\xbc\x83." EVIL, "https://imagekit.io\xef\xbc\xa0" EVIL,
    "https://imagekit.io\xe2\x84\x80." EVIL,
    "https://imagekit.io\xc2\xad/", "https://imagekit.io\xe2\x80\x8b/", "https://\xef\xbd\x89magekit.io/",
    "https://imagek\xc4\xb1t.io/",
    "https://imagekit.io\xef\xbc\x9a" "443/", "http\xc5\xbf://imagekit.io/", "https\xef\xbc\x9a//" EVIL,
    "/\xc2\x85/" EVIL, "/\xe2\x80\xa8/" EVIL,
    "/\xe2\x80\xae", "/\xff", "/caf\xc3\xa9", "\xef\xbb\xbfhttps://imagekit.io/",
    /* other schemes */
    "http://imagekit.io/", "http://imagekit.io/dashboard", "http://docs.imagekit.io/", "HTTP://" EVIL,
    "ftp://imagekit.io/", "ws://imagekit.io/",
    "wss://imagekit.io/", "file:///etc/passwd", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "javascript://imagekit.io/%0aalert(1)",
    "javascript:https://imagekit.io/", "data:text/html,x", "data:text/html;base64,PHN2Zz4=", "data://imagekit.io/",
    "vbscript:x", "blob:https://imagekit.io/x",
    "about:blank", "view-source:https://imagekit.io/", "mailto:a@b", "tel:1", "intent://imagekit.io/#Intent;end",
    "filesystem:https://imagekit.io/x",
    "jar:https://imagekit.io!/", "feed:https://imagekit.io/", "httpss://imagekit.io/", "xhttps://imagekit.io/",
    "http s://imagekit.io/", "s://imagekit.io/",
    "://imagekit.io/", "https//imagekit.io/", "https;//imagekit.io/", "https%3a//imagekit.io/",
    "https%3A%2F%2F" EVIL, "%68ttps://imagekit.io/",
    "url:https://imagekit.io/",
    /* https, but no "//host" */
    "https", "https:", "https:/", "https://", "https:///", "https:imagekit.io", "https:imagekit.io/dashboard",
    "https:/imagekit.io", "https:///imagekit.io",
    "https:////imagekit.io/", "https:" EVIL, "https:/" EVIL, "https:///" EVIL, "https:////" EVIL,
    "https:dashboard", "https:/dashboard", "https://?x", "https://#f",
    "https://:443/", "https://:443", "https://@", "https://@imagekit.io/", "https://./", "https://../",
    "https:@" EVIL, "http:" EVIL, "http:/" EVIL, "https:?x", "https:#f",
    /* userinfo */
    "https://imagekit.io@" EVIL, "https://imagekit.io@" EVIL "/", "https://imagekit.io:443@" EVIL "/",
    "https://imagekit.io:x@" EVIL, "https://user@imagekit.io/",
    "https://user:pw@imagekit.io/", "https://:@imagekit.io/", "https://" EVIL "@imagekit.io/",
    "https://a@b@imagekit.io/", "https://imagekit.io%40" EVIL,
    "https://imagekit.io%2f@" EVIL, "https://imagekit.io;@" EVIL, "https://imagekit.io&@" EVIL "#@imagekit.io/",
    "https://" EVIL "#@imagekit.io/",
    "https://" EVIL "?@imagekit.io/", "https://" EVIL "/@imagekit.io/",
    /* other hosts, of which ours is a part */
    "https://" EVIL, "https://" EVIL "/", "https://" EVIL "/imagekit.io", "https://" EVIL "?imagekit.io",
    "https://" EVIL "#imagekit.io", "https://imagekit.io." EVIL,
    "https://imagekit.io." EVIL "/dashboard", "https://imagekit.io-" EVIL, "https://imagekit.ioevil.example",
    "https://imagekit.iox/", "https://ximagekit.io/",
    "https://evilimagekit.io/", "https://evil-imagekit.io/", "https://www.imagekit.io/", "https://a.imagekit.io/",
    "https://kit.io/", "https://io/", "https://imagekit/",
    "https://imagekit.i/", "https://imagekit.com/", "https://imagekit.io.imagekit.io/", "https://imagekit_io/",
    "https://imagekitXio/", "https://xdocs.imagekit.io/",
    "https://docs.imagekit.io." EVIL "/", "https://a.docs.imagekit.io/", "https://docs.imagekit.iox/",
    "https://localhost/", "https://127.0.0.1/", "https://[::1]/",
    "https://xn--magekit-q4a.io/",
    /* ours, written as no browser would leave it */
    "https://imagekit.io./", "https://imagekit.io./dashboard", "https://imagekit.io../", "https://.imagekit.io/",
    "https://imagekit..io/", "https://%69magekit.io/",
    "https://imagekit%2eio/", "https://imagekit.io%2f/", "https://imagekit.io%00/", "https://imagekit.io%00." EVIL,
    "https://imagekit.io%23." EVIL,
    "https://imagekit.io%3f." EVIL, "https://imagekit.io%5c." EVIL, "https://imagekit.io%0a/",
    "https://imagekit.io%20/", "https://imagekit.io;/", "https://imagekit.io&." EVIL,
    "https://imagekit.io,/", "https://imagekit.io'/", "https://imagekit.io(/", "https://imagekit.io!/",
    "https://imagekit.io*/", "https://*.io/", "https://imagekit.io|/",
    "https://[imagekit.io]/", "https://imagekit.io]/", "https://imagekit.io</", "https://imagekit.io\"/",
    "https://imagekit.io^/", "https://imagekit.io`/", "https://imagekit.io{/",
    "https://docs.imagekit.io./",
    /* ports */
    "https://imagekit.io:8443/", "https://imagekit.io:80/", "https://imagekit.io:44/", "https://imagekit.io:4430/",
    "https://imagekit.io:/", "https://imagekit.io:",
    "https://imagekit.io:0/", "https://imagekit.io:0443/", "https://imagekit.io:00000443/",
    "https://imagekit.io:+443/", "https://imagekit.io:-1/", "https://imagekit.io:65536/",
    "https://imagekit.io:65979/", "https://imagekit.io:4294967739/", "https://imagekit.io:443x/",
    "https://imagekit.io:443:443/", "https://imagekit.io:443." EVIL, "https://imagekit.io:x/",
    "https://imagekit.io:443@" EVIL ":443/", "https://docs.imagekit.io:8443/", "https://docs.imagekit.io:80/",
    "https://docs.imagekit.io:/", "https://imagekit.io: 443/",
    "https://imagekit.io:%34%34%33/", "https://imagekit.io:https/",
    /* addresses, also the listed 203.0.113.7 in disguise */
    "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/",
    "https://203.0.113.07/", "https://203.0.28935/", "https://0xcb007107/",
    "https://3405803783/", "https://203.0.113.7.", "https://203.0.113.7.evil.example/", "https://203.0.113.256/",
    "https://1.2.3.4.5/", "https://0x/", "https://203.0.113.7:8443/",
    "https://[::ffff:203.0.113.7]/", "https://[::1", "https://::1/", "https://[]/", "https://[::1]x/",
    "https://[::1]:/", "https://[::1%25lo]/", "https://[::1]@" EVIL, "https://[v1.x]/",
    "https://[", "https://]", "https://[::1]." EVIL, "https://[::1]imagekit.io/",
    /* markup */
    "/<script>alert(1)</script>", "/\"onload=\"x", "/x?y=<b>", "/x?y=\"", "/x#<img>", "https://imagekit.io/<x>",
    "https://imagekit.io\">x", "<https://imagekit.io/>",
};

#endif
