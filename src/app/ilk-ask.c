/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-ask.h"

/* The one place that knows AdwMessageDialog: its successor comes with a later libadwaita. */

typedef struct {
  AdwMessageDialog *dialog;
  char             *phrase;
  GCancellable     *cancellable;
  gulong            cancelled_id;
} Question;

static void
question_free (Question *question)
{
  if (question->cancelled_id != 0)
    g_cancellable_disconnect (question->cancellable, question->cancelled_id);
  g_clear_object (&question->cancellable);
  g_free (question->phrase);
  g_free (question);
}

static void
on_response (AdwMessageDialog *dialog,
             const char       *response,
             GTask            *task)
{
  g_task_return_boolean (task, g_str_equal (response, "verb"));
  g_object_unref (task);
}

static void
on_cancelled (GCancellable *cancellable,
              GTask        *task)
{
  Question *question = g_task_get_task_data (task);

  gtk_window_close (GTK_WINDOW (question->dialog));
}

static void
on_phrase_changed (GtkEditable *entry,
                   GTask       *task)
{
  Question *question = g_task_get_task_data (task);
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_message_dialog_set_response_enabled (question->dialog, "verb",
                                           g_str_equal (typed, question->phrase));
}

static GtkWidget *
new_phrase_entry (GTask      *task,
                  const char *phrase)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *entry = gtk_entry_new ();
  g_autofree char *words = NULL;

  /* Translators: %s is the word to type, DELETE. */
  words = g_strdup_printf (_("Type %s to go on:"), phrase);
  gtk_label_set_text (GTK_LABEL (label), words);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), entry);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_phrase_changed), task, 0);

  return box;
}

/**
 * ilk_ask_async:
 * @parent: a widget of the window that asks
 * @heading: the question
 * @body: what the step means
 * @verb: words of the button that does it, with a mnemonic
 * @phrase: (nullable): words that have to be typed before
 * @cancellable: (nullable): takes the question back
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Asks in a dialog. “Cancel” is the default answer and that of closing it.
 */
void
ilk_ask_async (GtkWidget           *parent,
               const char          *heading,
               const char          *body,
               const char          *verb,
               const char          *phrase,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  GTask *task = g_task_new (parent, cancellable, callback, user_data);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (parent)),
                                              heading, body);
  Question *question = g_new0 (Question, 1);

  g_task_set_source_tag (task, ilk_ask_async);
  g_task_set_check_cancellable (task, FALSE);
  question->dialog = ADW_MESSAGE_DIALOG (dialog);
  question->phrase = g_strdup (phrase);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel", _("_Cancel"), "verb", verb, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "verb",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  if (phrase != NULL)
    {
      adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog),
                                          new_phrase_entry (task, phrase));
      adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (dialog), "verb", FALSE);
    }

  g_signal_connect (dialog, "response", G_CALLBACK (on_response), task);
  gtk_window_present (GTK_WINDOW (dialog));
  if (cancellable != NULL)
    {
      question->cancellable = g_object_ref (cancellable);
      question->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                                      task, NULL);
    }
}

/**
 * ilk_ask_finish:
 * @result: the result
 * @error: not set
 *
 * Returns: %TRUE when the person pressed the verb
 */
gboolean
ilk_ask_finish (GAsyncResult  *result,
                GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
