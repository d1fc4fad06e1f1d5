/* SPDX-License-Identifier: Apache-2.0 */
/* What a command has to tell, as data: written once by the command, shown to people or to programs by render.c. */
#ifndef IK_CLI_VALUE_H
#define IK_CLI_VALUE_H

#include <apr_tables.h>
#include <apr_time.h>

/* In this order: what stands behind its label, and what stands below it. */
typedef enum { IK_VALUE_NULL, IK_VALUE_TEXT, IK_VALUE_NUMBER, IK_VALUE_BOOL, IK_VALUE_TIME, IK_VALUE_TEXTS,
               IK_VALUE_OBJECT, IK_VALUE_OBJECTS } ik_value_kind_t;

/* Named values in the order they are shown. */
typedef struct ik_object_t {
    apr_pool_t *p;
    apr_array_header_t *fields;     /* ik_field_t */
} ik_object_t;

typedef struct ik_field_t {
    const char *key;                /* for programs */
    const char *label;              /* for people; NULL: not shown to them */
    ik_value_kind_t kind;
    const char *text;
    apr_int64_t number;             /* or a time, or a truth */
    const ik_object_t *object;
    const apr_array_header_t *list; /* const char *, or ik_object_t * */
} ik_field_t;

ik_object_t *ik_object_make(apr_pool_t *p);

/* A NULL text, object or list is null. */
void ik_object_text(ik_object_t *to, const char *key, const char *label, const char *text);
void ik_object_number(ik_object_t *to, const char *key, const char *label, apr_int64_t number);
void ik_object_bool(ik_object_t *to, const char *key, const char *label, int truth);
void ik_object_time(ik_object_t *to, const char *key, const char *label, apr_time_t time);     /* 0: null */
void ik_object_object(ik_object_t *to, const char *key, const char *label, const ik_object_t *object);
void ik_object_texts(ik_object_t *to, const char *key, const char *label, const apr_array_header_t *texts);
void ik_object_objects(ik_object_t *to, const char *key, const char *label, const apr_array_header_t *objects);

#endif
