/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <stdarg.h>

#include "client/ilk-call.h"

/**
 * ilk_request_new:
 * @method: static
 * @read: makes the result
 * @free_result: (nullable): frees it; %NULL when it is %TRUE and not a pointer
 *
 * Returns: (transfer full): a request without path and body
 */
IlkRequest *
ilk_request_new (const char      *method,
                 IlkRequestFlags  flags,
                 IlkAnswerReader  read,
                 GDestroyNotify   free_result)
{
  IlkRequest *self = g_new0 (IlkRequest, 1);

  self->method = method;
  self->flags = flags;
  self->read = read;
  self->free_result = free_result;
  return self;
}

/**
 * ilk_request_set_path:
 * @first: the path's pieces in turn: as it is, escaped, as it is, escaped, … %NULL
 */
void
ilk_request_set_path (IlkRequest *self,
                      const char *first,
                      ...)
{
  GString *path = g_string_new (first);
  const char *piece;
  va_list pieces;

  va_start (pieces, first);
  for (gboolean escape = TRUE; (piece = va_arg (pieces, const char *)) != NULL; escape = !escape)
    {
      if (escape)
        g_string_append_uri_escaped (path, piece, NULL, FALSE);
      else
        g_string_append (path, piece);
    }
  va_end (pieces);

  g_free (self->path);
  self->path = g_string_free (path, FALSE);
}

void
ilk_request_free (IlkRequest *self)
{
  g_free (self->path);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->token, ilk_secret_unref);
  if (self->free_data != NULL)
    g_clear_pointer (&self->data, self->free_data);
  g_free (self);
}
