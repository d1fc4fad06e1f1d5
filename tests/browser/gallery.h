/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the gallery share: values that pages are filled with, and how a page is kept. */
#ifndef IK_TESTS_BROWSER_GALLERY_H
#define IK_TESTS_BROWSER_GALLERY_H

#include "html/admin.h"

#define SETTINGS "/dashboard/settings/single-sign-on"
#define USERS "/dashboard/settings/users"
#define LONG "maximiliane.von-und-zu.hohenlohe.waldenburg.schillingsfuerst.of.the.third.branch@" \
    "a-very-long-subsidiary-name.europe-west.internal.directory.conglomerate-holdings.example"
#define RTL "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D\xE2\x80\xAE@acme.test"
#define NOW (apr_time_from_sec(1795530000))     /* 24 November 2026, 14:20 UTC */
#define DAYS(n) (apr_time_from_sec(24 * 3600) * (n))

/* Keeps a page of an administrator as name.html, with its policy. */
void show_admin(apr_pool_t *p, const char *name, const char *page);

/* Whose page it is: Ann's of Acme's, a guest's of Acme's, or somebody's with long names. */
ik_admin_page_t admin_of_ann(void);
ik_admin_page_t admin_of_guest(void);
ik_admin_page_t admin_of_long_names(void);

/* The values of this service provider, and identity providers. In p. */
const ik_sp_values_t *sp_values(apr_pool_t *p);
const ik_idp_t *okta(apr_pool_t *p);

/* The settings page, and the pages around it. */
void gallery_settings(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy);

/* Test sign-ins. */
void gallery_tested(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy);

/* Refused sign-ins, and captured responses. */
void gallery_failures(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy);

/* The users of an account, and the guides for identity providers. */
void gallery_users(apr_pool_t *p, const ik_brand_t *brand, const ik_brand_t *wordy);

#endif
