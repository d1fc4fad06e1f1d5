/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a document together so that only literals of our own are markup and every value is escaped. */
#ifndef IK_HTML_WRITER_H
#define IK_HTML_WRITER_H

#include <apr_pools.h>
#include <apr_tables.h>

/* A document that grows. Start with ik_writer_make; its text lives in the pool it was made in. */
typedef struct ik_writer_t {
    apr_pool_t *p;
    apr_array_header_t *parts;  /* const char * */
} ik_writer_t;

ik_writer_t *ik_writer_make(apr_pool_t *p);

/* Appends a string literal as it is. Whatever is not a literal does not compile here: a value cannot become markup. */
#define ik_writer_markup(w, literal) ik_writer_literal((w), "" literal "")

/* For ik_writer_markup and tables of literals only: appends literal as it is. */
void ik_writer_literal(ik_writer_t *w, const char *literal);

/* Appends a value as text; NULL as "". */
void ik_writer_text(ik_writer_t *w, const char *value);

/* Appends ' name="value"' with the value escaped; nothing for NULL. name is a literal of ours. */
void ik_writer_attribute(ik_writer_t *w, const char *name, const char *value);

/* All that was written, as one string. */
const char *ik_writer_finish(ik_writer_t *w);

#endif
