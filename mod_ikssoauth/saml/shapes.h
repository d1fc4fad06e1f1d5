/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of the messages that are accepted: which element may stand where, and how often. */
#ifndef IK_SAML_SHAPES_H
#define IK_SAML_SHAPES_H

typedef enum {
    IK_ELEMENTS,    /* only the elements of its places, and white space */
    IK_TEXT,        /* only text */
    IK_FOREIGN      /* text and elements that nothing here reads; none that a SAML or signature library would */
} ik_content_t;

typedef struct ik_shape_t {
    const char *ns, *name;
    ik_content_t content;
    const struct ik_place_t *places;    /* ends with a NULL shape; NULL for IK_TEXT and IK_FOREIGN */
} ik_shape_t;

#define IK_PLACES_MAX 8     /* of one shape */

/* A child that an element may have. Order is not asked for: some identity providers do not keep it. */
typedef struct ik_place_t {
    const ik_shape_t *shape;
    int min, max;
} ik_place_t;

extern const ik_shape_t ik_shape_response, ik_shape_assertion;
extern const ik_shape_t ik_shape_logout_request, ik_shape_logout_response, ik_shape_envelope;

#endif
