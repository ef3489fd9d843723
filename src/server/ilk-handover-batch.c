/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-handover-batch.h"

#include "server/ilk-service-private.h"
#include "server/ilk-server-error.h"

#define ANCHOR_LENGTH 32
/* So many lines that the database refuses one after the other: the fault is not theirs. */
#define REFUSALS 16

typedef struct _Line Line;

struct _Line
{
  guint             number;
  gint64            position;
  GBytes           *text;           /* NULL: too long */
  IlkHandoverEntry *entry;          /* NULL: it can't be read */
  GBytes           *number_index;
  GBytes           *index;          /* what is sealed is bound to */
  Line             *first;          /* the line that brings the same new holder; NULL: none */
  IlkHolderRecord  *holder;         /* NULL: known already */
  GBytes           *certificate;
  IlkPinRecord     *pin;            /* NULL: none is held */
  GError           *error;          /* why it is skipped */
};

typedef void (*Step) (IlkHandoverBatch *self,
                      Line             *line);

struct _IlkHandoverBatch
{
  IlkService  *service;
  char        *digest;
  IlkSecret   *key;
  GPtrArray   *lines;
  int          index_version;
  guint        imported;            /* since this object was made */
  guint        refusals;

  GThreadPool *workers;
  Step         step;
  guint        waiting;
  GMutex       lock;
  GCond        done;
};

static void
line_forget_work (Line *self)
{
  g_clear_pointer (&self->number_index, g_bytes_unref);
  g_clear_pointer (&self->index, g_bytes_unref);
  g_clear_pointer (&self->holder, ilk_holder_record_free);
  g_clear_pointer (&self->certificate, g_bytes_unref);
  g_clear_pointer (&self->pin, ilk_pin_record_free);
  self->first = NULL;
  if (self->entry != NULL)
    g_clear_error (&self->error);
}

static void
line_free (gpointer data)
{
  Line *self = data;

  line_forget_work (self);
  g_clear_error (&self->error);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->entry, ilk_handover_entry_free);
  g_free (self);
}

static void
refuse (Line       *line,
        const char *message)
{
  g_set_error_literal (&line->error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_HANDOVER, message);
}

static void
on_work (gpointer data,
         gpointer user_data)
{
  IlkHandoverBatch *self = user_data;

  self->step (self, data);
  g_mutex_lock (&self->lock);
  if (--self->waiting == 0)
    g_cond_signal (&self->done);
  g_mutex_unlock (&self->lock);
}

/* Does this step for each line that is still good, on all threads, and waits for them. */
static void
do_for_all (IlkHandoverBatch *self,
            GPtrArray        *lines,
            Step              step)
{
  self->step = step;
  self->waiting = lines->len;
  for (guint i = 0; i < lines->len; i++)
    g_thread_pool_push (self->workers, g_ptr_array_index (lines, i), NULL);
  g_mutex_lock (&self->lock);
  while (self->waiting > 0)
    g_cond_wait (&self->done, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
open_line (IlkHandoverBatch *self,
           Line             *line)
{
  g_autoptr (IlkSecret) text = NULL;

  if (line->text == NULL)
    {
      refuse (line, "it is too long");
      return;
    }
  text = ilk_secret_new_from_data (g_bytes_get_data (line->text, NULL),
                                   g_bytes_get_size (line->text));
  line->entry = ilk_handover_entry_read (text, self->key, &line->error);
}

static void
index_line (IlkHandoverBatch *self,
            Line             *line)
{
  if (line->error == NULL)
    line->number_index = ilk_service_number_index_for (self->service, line->entry->number,
                                                       self->index_version, &line->error);
}

/* A new holder gets an anchor of chance, which what is sealed is bound to. */
static void
find_holder (IlkHandoverBatch *self,
             Line             *line,
             GHashTable       *new_holders,
             GError          **error)
{
  g_autoptr (IlkHolderRecord) known = ilk_store_holder_find (self->service->store,
                                                             line->number_index, error);
  g_autoptr (IlkSecret) anchor = NULL;

  line->entry->card.holder = known != NULL ? known->id : 0;
  line->first = known == NULL ? g_hash_table_lookup (new_holders, line->number_index) : NULL;
  if (known != NULL)
    line->index = g_bytes_ref (known->index);
  else if (line->first != NULL)
    line->index = g_bytes_ref (line->first->index);
  else
    {
      anchor = ilk_secret_new_random (ANCHOR_LENGTH);
      line->index = ilk_secret_to_bytes (anchor);
      line->holder = g_new0 (IlkHolderRecord, 1);
      g_hash_table_insert (new_holders, line->number_index, line);
    }
}

static void
find_holders (IlkHandoverBatch *self,
              GPtrArray        *lines,
              GError          **error)
{
  g_autoptr (GHashTable) new_holders = g_hash_table_new (g_bytes_hash, g_bytes_equal);

  ilk_store_begin (self->service->store);
  for (guint i = 0; i < lines->len && *error == NULL; i++)
    {
      Line *line = g_ptr_array_index (lines, i);

      if (line->error == NULL)
        find_holder (self, line, new_holders, error);
    }
  ilk_store_end (self->service->store, error);
}

static void
seal_holder (IlkHandoverBatch *self,
             Line             *line)
{
  IlkService *service = self->service;
  const IlkHandoverEntry *entry = line->entry;
  IlkHolderRecord *record = line->holder;
  GError **error = &line->error;

  record->index = g_bytes_ref (line->index);
  record->number_index = g_bytes_ref (line->number_index);
  record->number = ilk_service_seal_field (service, "number", line->index, entry->number, error);
  record->name = ilk_service_seal_field (service, "name", line->index, entry->name, error);
  record->phone = ilk_service_seal_field (service, "phone", line->index, entry->phone, error);
  record->email = ilk_service_seal_field (service, "email", line->index, entry->email, error);
  record->birth_year = ilk_service_seal_field (service, "birth-year", line->index,
                                               entry->birth_year, error);
  record->word_initial = entry->word_is_printed;
  record->word = entry->hash != NULL ? ilk_service_mark_ready_hash (entry->hash)
                                     : ilk_service_hash_word (service, entry->word, error);
}

/* A holder who is known keeps the word and the contact data that may have been changed since. The
 * slow hash is made outside of the transaction, and only for a new holder. */
static void
prepare_line (IlkHandoverBatch *self,
              Line             *line)
{
  IlkService *service = self->service;

  if (line->error != NULL)
    return;
  if (line->holder != NULL)
    seal_holder (self, line);
  line->certificate = ilk_service_seal_field (service, "certificate", line->index,
                                              line->entry->pem, &line->error);
  if (line->entry->pin == NULL || line->error != NULL)
    return;
  line->pin = g_new0 (IlkPinRecord, 1);
  ilk_service_seal_pin (service, line->index, line->entry->card.serial, line->entry->pin,
                        ilk_clock_get_wall (service->clock), line->pin, &line->error);
}

static gint64
get_holder (IlkHandoverBatch *self,
            Line             *line,
            GError          **error)
{
  if (line->entry->card.holder == 0 && line->first != NULL)
    line->entry->card.holder = line->first->entry->card.holder;
  else if (line->holder != NULL)
    line->entry->card.holder = ilk_store_holder_add (self->service->store, line->holder, error);

  /* The line that was to bring the holder was skipped: by itself this one does. */
  if (*error == NULL && line->entry->card.holder == 0)
    g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE, "the holder is missing");
  return line->entry->card.holder;
}

static void
store_line (IlkHandoverBatch *self,
            Line             *line,
            GError          **error)
{
  IlkStore *store = self->service->store;
  IlkHandoverEntry *entry = line->entry;
  g_autoptr (IlkOffRecord) taken = NULL;

  if (ilk_store_card_exists (store, entry->card.serial, error))
    {
      refuse (line, "the card is known already");
      return;
    }
  taken = ilk_store_certificate_state (store, entry->certificate_serial, error);
  if (taken != NULL)
    {
      refuse (line, "the certificate is known already, with another card");
      return;
    }
  get_holder (self, line, error);
  ilk_store_card_add (store, &entry->card, line->certificate, error);
  if (line->pin != NULL && *error == NULL)
    ilk_store_pin_set (store, entry->card.serial, line->pin, error);
}

/* The index key may have been changed since the indexes were made. */
static void
check_version (IlkHandoverBatch *self,
               GError          **error)
{
  IlkStore *store = self->service->store;

  ilk_store_key_lock (store, error);
  if (ilk_store_key_version (store, ilk_service_get_key_name (ILK_KEY_INDEX), NULL, error)
      == self->index_version || *error != NULL)
    return;
  ilk_service_forget_key_versions (self->service);
  g_set_error_literal (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE,
                       "the index key was just changed");
}

static void
remember (IlkHandoverBatch *self,
          GPtrArray        *lines,
          guint             imported,
          GError          **error)
{
  const Line *last = g_ptr_array_index (lines, lines->len - 1);

  if (self->digest == NULL)
    return;
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = g_ptr_array_index (lines, i);

      if (line->error != NULL)
        ilk_store_import_add_fault (self->service->store, self->digest, line->number,
                                    line->error->message, error);
    }
  ilk_store_import_advance (self->service->store, self->digest, last->number, last->position,
                            imported, ilk_clock_get_wall (self->service->clock), error);
}

/* All of them, and how far the file was read, or nothing. */
static gboolean
store_lines (IlkHandoverBatch *self,
             GPtrArray        *lines,
             GError          **error)
{
  guint imported = 0;

  ilk_store_begin (self->service->store);
  check_version (self, error);
  for (guint i = 0; i < lines->len && *error == NULL; i++)
    {
      Line *line = g_ptr_array_index (lines, i);

      if (line->error == NULL)
        store_line (self, line, error);
      imported += line->error == NULL;
    }
  remember (self, lines, imported, error);
  ilk_store_end (self->service->store, error);
  if (*error == NULL)
    self->imported += imported;
  return *error == NULL;
}

static gboolean
take_lines (IlkHandoverBatch *self,
            GPtrArray        *lines,
            GError          **error)
{
  self->index_version = ilk_service_get_key_version (self->service, ILK_KEY_INDEX, error);
  if (*error != NULL)
    return FALSE;
  do_for_all (self, lines, index_line);
  find_holders (self, lines, error);
  if (*error != NULL)
    return FALSE;
  do_for_all (self, lines, prepare_line);
  return store_lines (self, lines, error);
}

static gboolean
is_of_the_line (const GError *error)
{
  return g_error_matches (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_STORE);
}

/* A line that the database refuses is skipped like a bad one, but not many in a row. */
static gboolean
take_one (IlkHandoverBatch *self,
          Line             *line,
          GError          **error)
{
  g_autoptr (GPtrArray) alone = g_ptr_array_new ();
  g_autoptr (GError) first = NULL;
  GError *local = NULL;

  line_forget_work (line);
  g_ptr_array_add (alone, line);
  if (take_lines (self, alone, &first))
    {
      self->refusals = 0;
      return TRUE;
    }
  if (!is_of_the_line (first) || ++self->refusals > REFUSALS)
    {
      g_propagate_error (error, g_steal_pointer (&first));
      return FALSE;
    }
  g_clear_error (&line->error);
  refuse (line, first->message);
  if (store_lines (self, alone, &local))
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/**
 * ilk_handover_batch_take:
 *
 * One line that fails would take the others with it: then each is taken by itself.
 */
gboolean
ilk_handover_batch_take (IlkHandoverBatch *self,
                         GError          **error)
{
  g_autoptr (GError) together = NULL;

  if (self->lines->len == 0)
    return TRUE;
  do_for_all (self, self->lines, open_line);
  if (take_lines (self, self->lines, &together))
    return TRUE;
  for (guint i = 0; i < self->lines->len; i++)
    if (!take_one (self, g_ptr_array_index (self->lines, i), error))
      return FALSE;
  return TRUE;
}

void
ilk_handover_batch_add (IlkHandoverBatch *self,
                        GBytes           *text,
                        guint             number,
                        gint64            position)
{
  Line *line = g_new0 (Line, 1);

  line->text = text != NULL ? g_bytes_ref (text) : NULL;
  line->number = number;
  line->position = position;
  g_ptr_array_add (self->lines, line);
}

guint
ilk_handover_batch_get_length (IlkHandoverBatch *self)
{
  return self->lines->len;
}

const char *
ilk_handover_batch_get_fault (IlkHandoverBatch *self,
                              guint             index,
                              guint            *number)
{
  const Line *line = g_ptr_array_index (self->lines, index);

  *number = line->number;
  return line->error != NULL ? line->error->message : NULL;
}

void
ilk_handover_batch_clear (IlkHandoverBatch *self)
{
  g_ptr_array_set_size (self->lines, 0);
}

IlkHandoverBatch *
ilk_handover_batch_new (IlkService  *service,
                        const char  *digest,
                        GError     **error)
{
  g_autoptr (IlkSecret) key = ilk_key_store_get (service->keys, ILK_KEY_HANDOVER, error);
  IlkHandoverBatch *self;

  if (key == NULL)
    return NULL;

  self = g_new0 (IlkHandoverBatch, 1);
  self->service = g_object_ref (service);
  self->digest = g_strdup (digest);
  self->key = g_steal_pointer (&key);
  self->lines = g_ptr_array_new_with_free_func (line_free);
  g_mutex_init (&self->lock);
  g_cond_init (&self->done);
  self->workers = g_thread_pool_new (on_work, self, (int) g_get_num_processors (), FALSE, NULL);
  return self;
}

void
ilk_handover_batch_free (IlkHandoverBatch *self)
{
  g_thread_pool_free (self->workers, FALSE, TRUE);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->key, ilk_secret_unref);
  g_clear_pointer (&self->digest, g_free);
  g_clear_object (&self->service);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->done);
  g_free (self);
}
