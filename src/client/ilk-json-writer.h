/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Writes the small JSON objects of requests straight into an IlkSecret, so that a security word or
 * a code is in no string and no JSON node on its way out. */
typedef struct _IlkJsonWriter IlkJsonWriter;

IlkJsonWriter *ilk_json_writer_new    (void);
void           ilk_json_writer_free   (IlkJsonWriter *self);
void           ilk_json_writer_begin  (IlkJsonWriter *self,
                                       const char    *name);
void           ilk_json_writer_end    (IlkJsonWriter *self);
void           ilk_json_writer_text   (IlkJsonWriter *self,
                                       const char    *name,
                                       const char    *value);
void           ilk_json_writer_secret (IlkJsonWriter *self,
                                       const char    *name,
                                       IlkSecret     *value);
GBytes        *ilk_json_writer_finish (IlkJsonWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkJsonWriter, ilk_json_writer_free)

G_END_DECLS
