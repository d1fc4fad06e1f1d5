/* SPDX-License-Identifier: Apache-2.0 */
/* Builds what a command has to tell. */
#include "cli/value.h"

static void add(ik_object_t *to, ik_field_t field)
{
    APR_ARRAY_PUSH(to->fields, ik_field_t) = field;
}

ik_object_t *ik_object_make(apr_pool_t *p)
{
    ik_object_t *object = apr_palloc(p, sizeof(*object));

    *object = (ik_object_t){ p, apr_array_make(p, 8, sizeof(ik_field_t)) };
    return object;
}

void ik_object_text(ik_object_t *to, const char *key, const char *label, const char *text)
{
    add(to, (ik_field_t){ .key = key, .label = label, .kind = text ? IK_VALUE_TEXT : IK_VALUE_NULL, .text = text });
}

void ik_object_number(ik_object_t *to, const char *key, const char *label, apr_int64_t number)
{
    add(to, (ik_field_t){ .key = key, .label = label, .kind = IK_VALUE_NUMBER, .number = number });
}

void ik_object_bool(ik_object_t *to, const char *key, const char *label, int truth)
{
    add(to, (ik_field_t){ .key = key, .label = label, .kind = IK_VALUE_BOOL, .number = truth != 0 });
}

void ik_object_time(ik_object_t *to, const char *key, const char *label, apr_time_t time)
{
    add(to, (ik_field_t){ .key = key, .label = label, .kind = time ? IK_VALUE_TIME : IK_VALUE_NULL, .number = time });
}

void ik_object_object(ik_object_t *to, const char *key, const char *label, const ik_object_t *object)
{
    add(to, (ik_field_t){ .key = key, .label = label, .kind = object ? IK_VALUE_OBJECT : IK_VALUE_NULL,
                          .object = object });
}

void ik_object_texts(ik_object_t *to, const char *key, const char *label, const apr_array_header_t *texts)
{
    add(to, (ik_field_t){ .key = key, .label = label, .kind = texts ? IK_VALUE_TEXTS : IK_VALUE_NULL, .list = texts });
}

void ik_object_objects(ik_object_t *to, const char *key, const char *label, const apr_array_header_t *objects)
{
    add(to, (ik_field_t){ .key = key, .label = label, .kind = objects ? IK_VALUE_OBJECTS : IK_VALUE_NULL,
                          .list = objects });
}
