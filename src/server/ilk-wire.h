/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_WIRE_DEPTH 8

/* JSON with secrets in it, written and read without copies outside IlkSecret. What does not fit
 * into the secret's capacity is left out and makes the JSON invalid, never longer. */
void        ilk_wire_append        (IlkSecret  *out,
                                    const char *raw);
void        ilk_wire_append_string (IlkSecret  *out,
                                    const char *text,
                                    gssize      length);
void        ilk_wire_append_secret (IlkSecret  *out,
                                    IlkSecret  *text);
void        ilk_wire_append_number (IlkSecret  *out,
                                    gint64      number);

/* Reads an object of at most 8 levels. When field is not NULL, that member of the top level, a
 * string, is moved out into *value and its bytes in the body are blanked before anything else
 * looks at them. */
JsonObject *ilk_wire_parse         (IlkSecret  *body,
                                    const char *field,
                                    IlkSecret **value);

/* The same for several members, given between spaces; *values: name to IlkSecret. */
JsonObject *ilk_wire_parse_all     (IlkSecret   *body,
                                    const char  *fields,
                                    GHashTable **values);

/* As JSON carries bytes. */
char       *ilk_wire_base64        (GBytes     *bytes);
/* 22 or 43 characters of base64url for 16 or 32 bytes, without padding. */
IlkSecret  *ilk_wire_base64url     (IlkSecret  *bytes);
char       *ilk_wire_new_id        (void);

G_END_DECLS
