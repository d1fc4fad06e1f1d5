/* SPDX-License-Identifier: Apache-2.0 */
/* Shows what a command has to tell, to programs and to people. */
#include <apr_strings.h>

#include "base/encode.h"
#include "cli/render.h"

/* Pieces of text that become one. */
typedef struct out_t {
    apr_pool_t *p;
    apr_array_header_t *pieces;     /* const char * */
} out_t;

static out_t out_make(apr_pool_t *p)
{
    return (out_t){ p, apr_array_make(p, 64, sizeof(const char *)) };
}

static void put(out_t *out, const char *text)
{
    APR_ARRAY_PUSH(out->pieces, const char *) = text;
}

static const char *out_text(out_t *out)
{
    return apr_array_pstrcat(out->p, out->pieces, 0);
}

/* RFC 3339, in UTC. */
static const char *time_text(apr_time_t time, apr_pool_t *p)
{
    apr_time_exp_t t;

    if (apr_time_exp_gmt(&t, time) != APR_SUCCESS)
        return "?";
    return apr_psprintf(p, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                        t.tm_hour, t.tm_min, t.tm_sec);
}

static void json_object(out_t *out, const ik_object_t *object);

static void json_list(out_t *out, const ik_field_t *field)
{
    put(out, "[");
    for (int i = 0; i < field->list->nelts; i++) {
        if (i)
            put(out, ",");
        if (field->kind == IK_VALUE_OBJECTS)
            json_object(out, APR_ARRAY_IDX(field->list, i, const ik_object_t *));
        else
            put(out, ik_encode_json(out->p, APR_ARRAY_IDX(field->list, i, const char *)));
    }
    put(out, "]");
}

static void json_value(out_t *out, const ik_field_t *field)
{
    switch (field->kind) {
    case IK_VALUE_NULL: put(out, "null"); break;
    case IK_VALUE_TEXT: put(out, ik_encode_json(out->p, field->text)); break;
    case IK_VALUE_NUMBER: put(out, apr_psprintf(out->p, "%" APR_INT64_T_FMT, field->number)); break;
    case IK_VALUE_BOOL: put(out, field->number ? "true" : "false"); break;
    case IK_VALUE_TIME: put(out, ik_encode_json(out->p, time_text(field->number, out->p))); break;
    case IK_VALUE_OBJECT: json_object(out, field->object); break;
    case IK_VALUE_TEXTS:
    case IK_VALUE_OBJECTS: json_list(out, field); break;
    }
}

static void json_object(out_t *out, const ik_object_t *object)
{
    put(out, "{");
    for (int i = 0; i < object->fields->nelts; i++) {
        const ik_field_t *field = &APR_ARRAY_IDX(object->fields, i, ik_field_t);

        put(out, apr_pstrcat(out->p, i ? "," : "", ik_encode_json(out->p, field->key), ":", NULL));
        json_value(out, field);
    }
    put(out, "}");
}

const char *ik_render_json(const ik_object_t *object, apr_pool_t *p)
{
    out_t out = out_make(p);

    json_object(&out, object);
    put(&out, "\n");
    return out_text(&out);
}

/* Text that stays on its line: a terminal obeys control characters, C1 (0xC2 0x80-0x9F in UTF-8) among them. */
static const char *tame(apr_pool_t *p, const char *text)
{
    char *copy = apr_pstrdup(p, text);

    for (char *c = copy; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
        else if ((unsigned char)c[0] == 0xC2 && (unsigned char)c[1] >= 0x80 && (unsigned char)c[1] <= 0x9F)
            c[0] = c[1] = '?';
    }
    return copy;
}

const char *ik_render_line(const char *text, apr_pool_t *p)
{
    return tame(p, text);
}

/* What fits one cell; NULL for what does not. */
static const char *cell(const ik_field_t *field, apr_pool_t *p)
{
    switch (field->kind) {
    case IK_VALUE_NULL: return "-";
    case IK_VALUE_TEXT: return *field->text ? tame(p, field->text) : "-";
    case IK_VALUE_NUMBER: return apr_psprintf(p, "%" APR_INT64_T_FMT, field->number);
    case IK_VALUE_BOOL: return field->number ? "yes" : "no";
    case IK_VALUE_TIME: return time_text(field->number, p);
    default: return NULL;
    }
}

/* Columns on a terminal: every character counts one, whatever bytes it takes. */
static int width(const char *text)
{
    int columns = 0;

    for (; *text; text++)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

static const char *padded(apr_pool_t *p, const char *text, int columns)
{
    return apr_psprintf(p, "%s%*s", text, columns > width(text) ? columns - width(text) : 0, "");
}

static int label_width(const ik_object_t *object)
{
    int most = 0;

    for (int i = 0; i < object->fields->nelts; i++) {
        const ik_field_t *field = &APR_ARRAY_IDX(object->fields, i, ik_field_t);

        if (field->label && field->kind < IK_VALUE_OBJECT && width(field->label) > most)
            most = width(field->label);
    }
    return most;
}

static int column_width(const ik_field_t *heading, const apr_array_header_t *rows, int column, apr_pool_t *p)
{
    int most = width(heading->label);

    for (int i = 0; i < rows->nelts; i++) {
        const ik_object_t *row = APR_ARRAY_IDX(rows, i, const ik_object_t *);
        const char *text = cell(&APR_ARRAY_IDX(row->fields, column, ik_field_t), p);

        if (text && width(text) > most)
            most = width(text);
    }
    return most;
}

static const char *without_end(char *line)
{
    apr_size_t len = strlen(line);

    while (len && line[len - 1] == ' ')
        line[--len] = '\0';
    return line;
}

/* The rows of a table all have the fields of the first. */
static void plain_table(out_t *out, const ik_field_t *field, const char *indent)
{
    const ik_object_t *first = field->list->nelts ? APR_ARRAY_IDX(field->list, 0, const ik_object_t *) : NULL;
    int columns = first ? first->fields->nelts : 0;
    int *widths = apr_pcalloc(out->p, sizeof(int) * (apr_size_t)(columns + 1));

    for (int c = 0; c < columns; c++)
        if (APR_ARRAY_IDX(first->fields, c, ik_field_t).label)
            widths[c] = column_width(&APR_ARRAY_IDX(first->fields, c, ik_field_t), field->list, c, out->p);
    for (int r = -1; first && r < field->list->nelts; r++) {
        const ik_object_t *row = r < 0 ? first : APR_ARRAY_IDX(field->list, r, const ik_object_t *);
        char *line = apr_pstrdup(out->p, indent);

        for (int c = 0; c < columns; c++) {
            const ik_field_t *at = &APR_ARRAY_IDX(row->fields, c, ik_field_t);
            const char *text = r < 0 ? at->label : cell(at, out->p);

            if (widths[c])
                line = apr_pstrcat(out->p, line, padded(out->p, text ? text : "-", widths[c]), "  ", NULL);
        }
        put(out, apr_pstrcat(out->p, without_end(line), "\n", NULL));
    }
}

static void plain_line(out_t *out, const char *indent, const char *label, int labels, const char *text)
{
    const char *start = labels ? apr_pstrcat(out->p, padded(out->p, label, labels), "  ", NULL) : "";

    put(out, apr_pstrcat(out->p, indent, start, text, "\n", NULL));
}

static void plain_object(out_t *out, const ik_object_t *object, const char *indent)
{
    int labels = label_width(object);

    for (int i = 0; i < object->fields->nelts; i++) {
        const ik_field_t *field = &APR_ARRAY_IDX(object->fields, i, ik_field_t);
        const char *text = cell(field, out->p);

        if (!field->label)
            continue;
        if (text) {
            plain_line(out, indent, field->label, labels, text);
        } else if (field->kind == IK_VALUE_TEXTS) {
            for (int k = 0; k < field->list->nelts || k == 0; k++)
                plain_line(out, indent, k ? "" : field->label, labels,
                           field->list->nelts ? tame(out->p, APR_ARRAY_IDX(field->list, k, const char *)) : "-");
        } else {
            const char *deeper = *field->label ? apr_pstrcat(out->p, indent, "  ", NULL) : indent;

            if (*field->label)
                put(out, apr_pstrcat(out->p, indent, field->label, ":\n", NULL));
            if (field->kind == IK_VALUE_OBJECT)
                plain_object(out, field->object, deeper);
            else
                plain_table(out, field, deeper);
        }
    }
}

const char *ik_render_plain(const ik_object_t *object, apr_pool_t *p)
{
    out_t out = out_make(p);

    plain_object(&out, object, "");
    return out_text(&out);
}
