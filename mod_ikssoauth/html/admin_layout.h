/* SPDX-License-Identifier: Apache-2.0 */
/* What the administrator's pages have in common: a wide document with tabs, sections, and the parts of these. */
#ifndef IK_HTML_ADMIN_LAYOUT_H
#define IK_HTML_ADMIN_LAYOUT_H

#include "html/admin.h"
#include "html/writer.h"

typedef enum { IK_TAB_SETTINGS, IK_TAB_FAILURES, IK_TAB_USERS } ik_tab_t;

/* Opens the document: brand, account, tabs, heading, and what has just been done. ik_admin_end closes it. */
void ik_admin_begin(ik_writer_t *w, const ik_brand_t *brand, const ik_admin_page_t *admin, ik_tab_t tab,
                    const char *heading);
const char *ik_admin_end(ik_writer_t *w);

/* A section with a heading of its own (id: for links; letters and '-'), and its end. */
void ik_admin_section(ik_writer_t *w, const char *id, const char *heading);
void ik_admin_section_end(ik_writer_t *w);

/* A paragraph. */
void ik_admin_text(ik_writer_t *w, const char *sentence);

/* A box that stands out; role "alert" for warnings. */
typedef enum { IK_BOX_GOOD, IK_BOX_NOTE, IK_BOX_WARNING } ik_box_t;
void ik_admin_box(ik_writer_t *w, ik_box_t kind, const char *sentence);

/* The same around more than a sentence: paragraphs, lists, forms. */
void ik_admin_box_begin(ik_writer_t *w, ik_box_t kind);
void ik_admin_box_end(ik_writer_t *w);

/* A row "label: value" of a list that ik_admin_values opens and _end closes; copy: with a button that copies it. */
void ik_admin_values(ik_writer_t *w);
void ik_admin_value(ik_writer_t *w, const char *label, const char *value, int copy);

/* The same around a value that is more than text. */
void ik_admin_value_begin(ik_writer_t *w, const char *label);
void ik_admin_value_end(ik_writer_t *w);
void ik_admin_values_end(ik_writer_t *w);

/* A date, as "24 November 2026" or with time and "UTC", inside <time>; "never" for 0. */
void ik_admin_date(ik_writer_t *w, apr_time_t time);
void ik_admin_time(ik_writer_t *w, apr_time_t time);

/* The day as "24 November 2026", or with the time of day as "24 November 2026, 14:20 UTC", for a sentence; in p. */
const char *ik_admin_day(apr_pool_t *p, apr_time_t time);
const char *ik_admin_moment(apr_pool_t *p, apr_time_t time);

/* A span of time in the largest unit that it has at least one of: "3 hours"; "less than a minute". In p. */
const char *ik_admin_span(apr_pool_t *p, apr_time_t time);

/* Opens a form of these pages: post to action, token and the hidden fields (NULL: none; else ends with a NULL name). */
void ik_admin_form(ik_writer_t *w, const ik_admin_page_t *admin, const char *action, const ik_hidden_t *hidden);

#endif
