/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-atr-list.h"
#include "card/ilk-card-driver.h"
#include "card/ilk-card-error.h"
#include "card/ilk-card-session.h"
#include "card/ilk-pkcs11-read.h"

typedef struct {
  IlkTransport *transport;
  char         *reader;
} Request;

static void
request_free (gpointer user_data)
{
  Request *request = user_data;

  g_clear_object (&request->transport);
  g_free (request->reader);
  g_free (request);
}

/* only_card: whether no other reader has one. */
static IlkReaderState *
find_reader (Request       *request,
             gboolean      *only_card,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GPtrArray) readers = ilk_transport_wait (request->transport, NULL, cancellable,
                                                      error);
  IlkReaderState *found = NULL;
  guint n_cards = 0;

  for (guint i = 0; readers != NULL && i < readers->len; i++)
    {
      const IlkReaderState *state = g_ptr_array_index (readers, i);

      n_cards += state->present ? 1 : 0;
      if (found == NULL && g_str_equal (state->name, request->reader))
        found = ilk_reader_state_copy (state);
    }

  *only_card = n_cards == 1;
  if (readers != NULL && found == NULL)
    g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_NO_READER, -1, 0, 0,
                                                  "the reader is gone"));
  return found;
}

static gboolean
check_present (const IlkReaderState  *state,
               GError               **error)
{
  if (state->present && state->atr != NULL)
    return TRUE;

  if (state->present)
    g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_CARD_MUTE, -1, 0, 0,
                                                  "the card does not answer"));
  else
    g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_NO_CARD, -1, 0, 0,
                                                  "no card in the reader"));
  return FALSE;
}

static IlkCardInfo *
info_from_state (const IlkReaderState *state)
{
  IlkCardInfo *info = ilk_card_info_new ();
  const char *name;

  info->kind = ilk_atr_list_find (state->atr, &name);
  info->reader = g_strdup (state->name);
  info->events = state->events;
  info->atr = ilk_atr_list_to_text (state->atr);
  info->name = g_strdup (name != NULL ? name : "");
  return info;
}

static GError *
new_removed_error (void)
{
  return ilk_card_error_new (ILK_CARD_ERROR_CARD_REMOVED, -1, 0, 0,
                             "the card was changed for another one");
}

/* The card may have been changed for another one between the look and the connection. */
static gboolean
check_same (IlkCardChannel        *channel,
            const IlkReaderState  *state,
            GError               **error)
{
  g_autoptr (GBytes) atr = ilk_card_channel_get_atr (channel);

  if (g_bytes_equal (atr, state->atr))
    return TRUE;

  g_propagate_error (error, new_removed_error ());
  return FALSE;
}

static IlkCardPad
find_pad (IlkCardChannel *channel)
{
  IlkPinPad pad;

  return ilk_card_channel_find_pad (channel, &pad) && pad.modify_code != 0 ? ILK_CARD_PAD_OFFERED
                                                                           : ILK_CARD_PAD_NONE;
}

static gboolean
read_with_driver (Request               *request,
                  IlkCardDriver         *driver,
                  const IlkReaderState  *state,
                  IlkCardInfo           *info,
                  GCancellable          *cancellable,
                  GError               **error)
{
  IlkCardChannel *channel = ilk_card_channel_open (request->transport, request->reader,
                                                   cancellable, error);
  gboolean done;

  if (channel == NULL)
    return FALSE;

  done = check_same (channel, state, error)
         && ilk_card_driver_identify (driver, channel, info, error)
         && ilk_card_driver_read_tries (driver, channel, info, error)
         && ilk_card_driver_certificates (driver, channel, info, error);
  if (done)
    info->pad = find_pad (channel);
  ilk_card_channel_close (channel, FALSE);
  return done;
}

/* A module that can't get at a card which another program holds says that there is none. */
static gboolean
check_free (const IlkReaderState  *state,
            const IlkCardInfo     *info,
            GError               **error)
{
  if (!state->exclusive || g_strcmp0 (info->module_problem, ILK_MODULE_PROBLEM_NONE) != 0)
    return TRUE;

  g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_IN_USE, -1, 0, 0,
                                                "another program holds the card"));
  return FALSE;
}

/* A module is asked about a reader, not about a card, so whether it was the same one all the time
 * is looked for afterwards. */
static gboolean
read_with_modules (Request               *request,
                   const IlkReaderState  *state,
                   gboolean               only_card,
                   IlkCardInfo           *info,
                   GCancellable          *cancellable,
                   GError               **error)
{
  IlkPkcs11Registry *modules = ilk_transport_get_modules (request->transport);
  g_autoptr (IlkReaderState) after = NULL;

  if (modules == NULL)
    return TRUE;
  if (!ilk_pkcs11_read (modules, only_card, info, cancellable, error))
    return FALSE;

  after = find_reader (request, &only_card, cancellable, error);
  if (after == NULL)
    return FALSE;
  if (after->events == state->events)
    return check_free (after, info, error);

  g_propagate_error (error, new_removed_error ());
  return FALSE;
}

static gboolean
read_card (Request               *request,
           const IlkReaderState  *state,
           gboolean               only_card,
           IlkCardInfo           *info,
           GCancellable          *cancellable,
           GError               **error)
{
  g_autoptr (IlkCardDriver) driver = ilk_card_driver_new_for_kind (info->kind);

  if (driver == NULL)
    return read_with_modules (request, state, only_card, info, cancellable, error);

  info->reach = ILK_CARD_REACH_APDU;
  return read_with_driver (request, driver, state, info, cancellable, error);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Request *request = task_data;
  g_autoptr (IlkReaderState) state = NULL;
  g_autoptr (IlkCardInfo) info = NULL;
  GError *error = NULL;
  gboolean only_card;

  state = find_reader (request, &only_card, cancellable, &error);
  if (state == NULL || !check_present (state, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  info = info_from_state (state);
  if (read_card (request, state, only_card, info, cancellable, &error))
    g_task_return_pointer (task, g_steal_pointer (&info),
                           (GDestroyNotify) ilk_card_info_unref);
  else
    g_task_return_error (task, error);
}

/**
 * ilk_card_read_async:
 * @reader: name of the reader
 *
 * Reads what a card tells without spending anything. Only a card with exactly the ATR of AKİS
 * v1.0 is sent commands, and only reading ones; of every other card the ATR alone is read, without
 * connecting to it, and the PKCS#11 modules of this computer are asked for the rest.
 */
void
ilk_card_read_async (IlkTransport        *transport,
                     const char          *reader,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Request *request;

  g_return_if_fail (ILK_IS_TRANSPORT (transport));
  g_return_if_fail (reader != NULL);

  request = g_new0 (Request, 1);
  request->transport = g_object_ref (transport);
  request->reader = g_strdup (reader);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ilk_card_read_async);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, read_in_thread);
}

/**
 * ilk_card_read_finish:
 *
 * Returns: (transfer full): what was read; %NULL with an error of %ILK_CARD_ERROR
 */
IlkCardInfo *
ilk_card_read_finish (GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
