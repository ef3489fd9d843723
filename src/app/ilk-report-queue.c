/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-report-queue"

#include "config.h"

#include "app/ilk-report-queue.h"

#define KEY_CARD    "Card"
#define KEY_OUTCOME "Outcome"
#define KEY_STEP    "Step"
#define KEY_STATUS  "StatusWord"
#define PIN_CHANGE  "pin-change:"

/* One group per report; the group's name is the unlock's id, or "pin-change:" and the serial. */
struct _IlkReportQueue
{
  gatomicrefcount ref_count;
  char           *path;
  GKeyFile       *reports;
  GStrv           cards;    /* serials of the cards of whom is logged in, or NULL */
  gboolean        sending;
};

typedef struct {
  IlkReportQueue *queue;
  IlkClient      *client;
  char           *group;
} Sending;

static IlkReportQueue *
queue_ref (IlkReportQueue *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ilk_report_queue_new:
 * @path: (nullable): the file, %NULL for the one in the person's data folder
 *
 * Returns: (transfer full): the queue with what an earlier run left
 */
IlkReportQueue *
ilk_report_queue_new (const char *path)
{
  IlkReportQueue *self = g_new0 (IlkReportQueue, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->path = path != NULL ? g_strdup (path) :
               g_build_filename (g_get_user_data_dir (), "ilkimza", "reports.ini", NULL);
  self->reports = g_key_file_new ();
  g_key_file_load_from_file (self->reports, self->path, G_KEY_FILE_NONE, NULL);
  return self;
}

void
ilk_report_queue_free (IlkReportQueue *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_key_file_unref (self->reports);
  g_strfreev (self->cards);
  g_free (self->path);
  g_free (self);
}

/**
 * ilk_report_queue_get_length:
 * @self: a queue
 *
 * Returns: how many reports wait
 */
guint
ilk_report_queue_get_length (IlkReportQueue *self)
{
  gsize length = 0;
  g_auto(GStrv) groups = g_key_file_get_groups (self->reports, &length);

  return (guint) length;
}

static void
saved (GObject      *source,
       GAsyncResult *result,
       gpointer      data)
{
  g_autoptr(GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_message ("The reports for the service could not be kept: %s", error->message);
}

static void
save (IlkReportQueue *self)
{
  g_autoptr(GFile) file = g_file_new_for_path (self->path);
  g_autofree char *folder = g_path_get_dirname (self->path);
  gsize length = 0;
  char *text = g_key_file_to_data (self->reports, &length, NULL);
  g_autoptr(GBytes) bytes = g_bytes_new_take (text, length);

  g_mkdir_with_parents (folder, 0700);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE,
                                       G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                                       NULL, saved, NULL);
}

void
ilk_report_queue_add_unlock (IlkReportQueue *self,
                             const char     *unlock_id,
                             const char     *card_serial,
                             const char     *outcome,
                             const char     *step,
                             guint16         status_word)
{
  g_return_if_fail (self != NULL && unlock_id != NULL && outcome != NULL && step != NULL);
  g_return_if_fail (card_serial != NULL);

  g_key_file_set_string (self->reports, unlock_id, KEY_CARD, card_serial);
  g_key_file_set_string (self->reports, unlock_id, KEY_OUTCOME, outcome);
  g_key_file_set_string (self->reports, unlock_id, KEY_STEP, step);
  g_key_file_set_integer (self->reports, unlock_id, KEY_STATUS, status_word);
  save (self);
}

void
ilk_report_queue_add_pin_change (IlkReportQueue *self,
                                 const char     *card_serial)
{
  g_autofree char *group = g_strconcat (PIN_CHANGE, card_serial, NULL);

  g_key_file_set_string (self->reports, group, KEY_CARD, card_serial);
  g_key_file_set_string (self->reports, group, KEY_OUTCOME, "done");
  save (self);
}

/* The first group that is about the card, or about one of the cards of whom is logged in. */
static char *
find_group (IlkReportQueue *self,
            const char     *card_serial)
{
  g_auto(GStrv) groups = g_key_file_get_groups (self->reports, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *card = g_key_file_get_string (self->reports, groups[i], KEY_CARD, NULL);

      if (card != NULL && (card_serial != NULL ? g_str_equal (card, card_serial) :
                           self->cards != NULL &&
                           g_strv_contains ((const char *const *) self->cards, card)))
        return g_strdup (groups[i]);
    }
  return NULL;
}

gboolean
ilk_report_queue_has (IlkReportQueue *self,
                      const char     *card_serial)
{
  g_autofree char *group = card_serial != NULL ? find_group (self, card_serial) : NULL;

  return group != NULL;
}

void
ilk_report_queue_set_cards (IlkReportQueue *self,
                            GPtrArray      *cards)
{
  g_autoptr(GStrvBuilder) serials = g_strv_builder_new ();

  g_clear_pointer (&self->cards, g_strfreev);
  if (cards == NULL)
    return;
  for (guint i = 0; i < cards->len; i++)
    g_strv_builder_add (serials, ((IlkServiceCard *) g_ptr_array_index (cards, i))->serial);
  self->cards = g_strv_builder_end (serials);
}

static void
sending_free (Sending *sending)
{
  ilk_report_queue_free (sending->queue);
  g_object_unref (sending->client);
  g_free (sending->group);
  g_free (sending);
}

/* A report that the service refuses for good is dropped; one that did not arrive stays. */
static gboolean
is_settled (const GError *error)
{
  return error == NULL || g_error_matches (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_OPERATION) ||
         g_error_matches (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_NOT_YOURS) ||
         g_error_matches (error, ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_REFUSED);
}

static void
was_sent (Sending      *sending,
          const GError *error)
{
  sending->queue->sending = FALSE;
  if (is_settled (error))
    {
      g_key_file_remove_group (sending->queue->reports, sending->group, NULL);
      save (sending->queue);
      ilk_report_queue_send (sending->queue, sending->client);
    }
  sending_free (sending);
}

static void
unlock_was_sent (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr(GError) error = NULL;

  ilk_client_report_unlock_finish (ILK_CLIENT (source), result, &error);
  was_sent (data, error);
}

static void
change_was_sent (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr(GError) error = NULL;

  ilk_client_report_pin_change_finish (ILK_CLIENT (source), result, &error);
  was_sent (data, error);
}

static void
send_unlock (Sending *sending)
{
  GKeyFile *reports = sending->queue->reports;
  g_autofree char *outcome = g_key_file_get_string (reports, sending->group, KEY_OUTCOME, NULL);
  g_autofree char *step = g_key_file_get_string (reports, sending->group, KEY_STEP, NULL);
  int status_word = g_key_file_get_integer (reports, sending->group, KEY_STATUS, NULL);

  ilk_client_report_unlock_async (sending->client, sending->group,
                                  outcome != NULL ? outcome : "uncertain",
                                  step != NULL ? step : "open", (guint16) status_word,
                                  NULL, unlock_was_sent, sending);
}

/**
 * ilk_report_queue_send:
 * @self: a queue
 * @client: (nullable): the client; without one, or without a session, nothing happens
 *
 * Sends what waits about the cards of whom is logged in, one after another, beside whatever else goes on.
 */
void
ilk_report_queue_send (IlkReportQueue *self,
                       IlkClient      *client)
{
  g_autofree char *group = find_group (self, NULL);
  Sending *sending;

  if (self->sending || group == NULL || client == NULL || !ilk_client_has_session (client))
    return;

  self->sending = TRUE;
  sending = g_new0 (Sending, 1);
  sending->queue = queue_ref (self);
  sending->client = g_object_ref (client);
  sending->group = g_steal_pointer (&group);
  if (g_str_has_prefix (sending->group, PIN_CHANGE))
    ilk_client_report_pin_change_async (client, sending->group + strlen (PIN_CHANGE), NULL,
                                        change_was_sent, sending);
  else
    send_unlock (sending);
}
