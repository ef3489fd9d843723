/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-handover.h"

#include <openssl/evp.h>
#include "server/ilk-handover-batch.h"
#include "server/ilk-line-reader.h"
#include "server/ilk-server-error.h"

#define BATCH 500
#define CHUNK (256 * 1024)

typedef struct {
  IlkHandoverBatch  *batch;
  IlkHandoverFault   fault;
  gpointer           user_data;
  IlkHandoverCounts *counts;
} Import;

static void
tell (Import *self)
{
  for (guint i = 0; i < ilk_handover_batch_get_length (self->batch); i++)
    {
      guint number;
      const char *message = ilk_handover_batch_get_fault (self->batch, i, &number);

      if (message == NULL)
        {
          self->counts->imported++;
          continue;
        }
      self->counts->skipped++;
      self->fault (number, message, self->user_data);
    }
}

/* Returns FALSE at the end, too. */
static gboolean
read_batch (Import         *self,
            IlkLineReader  *reader,
            GError        **error)
{
  GError *local = NULL;
  gboolean more = TRUE;

  while (ilk_handover_batch_get_length (self->batch) < BATCH)
    {
      g_autoptr (GBytes) text = NULL;

      more = ilk_line_reader_next (reader, &text, &local);
      if (!more)
        break;
      if (text == NULL || g_bytes_get_size (text) > 0)
        ilk_handover_batch_add (self->batch, text, ilk_line_reader_get_line (reader),
                                ilk_line_reader_get_position (reader));
    }
  if (local != NULL)
    g_propagate_error (error, local);
  return more;
}

static gboolean
import_lines (Import         *self,
              IlkLineReader  *reader,
              GError        **error)
{
  GError *local = NULL;
  gboolean more = TRUE;

  while (more && local == NULL)
    {
      more = read_batch (self, reader, &local);
      if (local == NULL && ilk_handover_batch_take (self->batch, &local))
        tell (self);
      ilk_handover_batch_clear (self->batch);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/**
 * ilk_handover_import:
 * @stream: a hand-over file, read line by line
 * @fault: told of every line that was skipped
 *
 * Returns: %TRUE when the file was read to its end; @error: the hand-over key or the file can't be
 *   read, or the database takes nothing any more
 */
gboolean
ilk_handover_import (IlkService       *service,
                     GInputStream     *stream,
                     IlkHandoverFault  fault,
                     gpointer          user_data,
                     guint            *imported,
                     guint            *skipped,
                     GError          **error)
{
  g_autoptr (IlkLineReader) reader = ilk_line_reader_new (stream, ILK_HANDOVER_LINE_LIMIT, 0, 0);
  g_autoptr (IlkHandoverBatch) batch = ilk_handover_batch_new (service, NULL, error);
  IlkHandoverCounts counts = { 0 };
  Import self = { batch, fault, user_data, &counts };
  gboolean done = batch != NULL && import_lines (&self, reader, error);

  *imported = counts.imported;
  *skipped = counts.skipped;
  return done;
}

/* What is remembered goes by the content: a renamed file is the same, an edited one another. */
static char *
get_digest (GInputStream  *stream,
            GError       **error)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint8 hash[32];
  GString *text = NULL;
  gssize count;

  EVP_DigestInit_ex (context, EVP_sha256 (), NULL);
  while ((count = g_input_stream_read (stream, chunk, CHUNK, NULL, error)) > 0)
    EVP_DigestUpdate (context, chunk, (gsize) count);
  if (count == 0 && EVP_DigestFinal_ex (context, hash, NULL) == 1)
    {
      text = g_string_new (NULL);
      for (gsize i = 0; i < sizeof hash; i++)
        g_string_append_printf (text, "%02x", hash[i]);
    }
  EVP_MD_CTX_free (context);
  return text != NULL ? g_string_free (text, FALSE) : NULL;
}

static void
tell_earlier_faults (IlkStore   *store,
                     const char *digest,
                     Import     *self,
                     GError    **error)
{
  gint64 line = 0;
  g_autofree char *message = NULL;

  while ((line = ilk_store_import_next_fault (store, digest, line, &message, error)) > 0)
    {
      self->counts->skipped_before++;
      self->fault ((guint) line, message, self->user_data);
      g_clear_pointer (&message, g_free);
    }
}

/* Where to go on. */
static gboolean
find_place (IlkService  *service,
            const char  *digest,
            gboolean     again,
            Import      *self,
            gint64      *position,
            GError     **error)
{
  IlkStore *store = ilk_service_get_store (service);
  GError *local = NULL;
  gint64 line = 0;
  gint64 imported = 0;

  *position = 0;
  ilk_store_begin (store);
  if (again)
    ilk_store_import_forget (store, digest, &local);
  ilk_store_import_find (store, digest, &line, position, &imported, &local);
  tell_earlier_faults (store, digest, self, &local);
  ilk_store_end (store, &local);
  self->counts->lines_before = (guint) line;
  self->counts->imported_before = (guint) imported;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

gboolean
ilk_handover_import_file (IlkService         *service,
                          const char         *path,
                          gboolean            again,
                          IlkHandoverFault    fault,
                          gpointer            user_data,
                          IlkHandoverCounts  *counts,
                          GError            **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree char *digest = stream != NULL ? get_digest (G_INPUT_STREAM (stream), error) : NULL;
  g_autoptr (IlkHandoverBatch) batch = NULL;
  g_autoptr (IlkLineReader) reader = NULL;
  Import self = { NULL, fault, user_data, counts };
  gint64 position;

  if (digest == NULL || !find_place (service, digest, again, &self, &position, error))
    return FALSE;
  batch = ilk_handover_batch_new (service, digest, error);
  if (batch == NULL ||
      !g_seekable_seek (G_SEEKABLE (stream), position, G_SEEK_SET, NULL, error))
    return FALSE;
  self.batch = batch;
  reader = ilk_line_reader_new (G_INPUT_STREAM (stream), ILK_HANDOVER_LINE_LIMIT,
                                counts->lines_before, position);
  return import_lines (&self, reader, error);
}
