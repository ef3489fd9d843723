/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-ask.h"
#include "app/ilk-pin-sheet.h"
#include "app/ilk-save-file.h"
#include "app/pages/ilk-delete-pin.h"
#include "app/pages/ilk-pin-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-secret-view.h"

struct _IlkPinPage
{
  IlkPage       parent_instance;

  GtkWidget    *table;
  GtkWidget    *serial_row;
  GtkWidget    *view_bin;
  GtkWidget    *view;
  GtkWidget    *show_button;
  GtkWidget    *stale_label;
  GtkWidget    *deleted_label;
  GtkWidget    *choice_box;
  GtkWidget    *keep_heading;
  GtkWidget    *keep_label;
  GtkWidget    *keep_button;
  GtkWidget    *own_button;
  GtkWidget    *kept_group;
  GtkWidget    *save_row;
  GtkWidget    *save_button;
  GtkWidget    *password_row;
  GtkWidget    *password_bin;
  GtkWidget    *password_view;
  GtkWidget    *password_button;
  GtkWidget    *delete_row;
  GtkWidget    *delete_button;
  GtkWidget    *rather_own_button;

  gpointer      pin;           /* which secret the view has; never read */
  IlkSecret    *password;      /* of the document saved last */
  GCancellable *saving;        /* while the document is being written */
  gboolean      reveal;        /* the PIN was asked for: show it when it comes */
};

G_DEFINE_FINAL_TYPE (IlkPinPage, ilk_pin_page, ILK_TYPE_PAGE)

/* --- words --- */

static const char *
get_intro (const IlkFacts *facts)
{
  if (facts->pin_held)
    return _("Until you delete it, the issuer holds the PIN of this card, encrypted. You can have "
             "it shown here, and decide whether to keep it or to set one of your own.");
  if (facts->pin_deleted)
    return _("The issuer no longer holds the PIN of this card.");

  return _("The issuer holds no PIN for this card. If you know the PIN, keep it; if not, set your "
           "own.");
}

static char *
describe_deletion (IlkController *controller)
{
  gint64 when = ilk_controller_get_erased_everywhere (controller);
  g_autofree char *date = NULL;

  if (when == 0)
    return g_strdup (_("The PIN was deleted for good. From now on only you know it."));

  date = ilk_words_date (when);
  /* Translators: %s is a date. */
  return g_strdup_printf (_("The PIN was deleted for good; the issuer can no longer show it. From "
                            "%s no backup copy opens it either. From now on only you know it."),
                          date);
}

/* --- showing --- */

static void
show_table (IlkPinPage    *self,
            IlkController *controller)
{
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  IlkServiceCard *card = ilk_controller_get_service_card (controller);
  IlkSecret *pin = ilk_controller_get_pin (controller);

  gtk_widget_set_visible (self->table, facts->pin_held);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->serial_row),
                               card != NULL ? card->serial : "");
  if (self->pin != pin)
    ilk_secret_view_set_secret (ILK_SECRET_VIEW (self->view), pin);
  self->pin = pin;
  gtk_widget_set_visible (self->view_bin, pin != NULL);
  gtk_widget_set_sensitive (self->show_button, !facts->busy);
  gtk_widget_set_visible (self->stale_label, facts->pin_held && facts->pin_stale);
  if (self->reveal && pin != NULL)
    {
      self->reveal = FALSE;
      ilk_secret_view_reveal (ILK_SECRET_VIEW (self->view));
    }
}

static void
show_choice (IlkPinPage     *self,
             const IlkFacts *facts)
{
  gtk_widget_set_visible (self->choice_box, !facts->kept);
  gtk_widget_set_sensitive (self->keep_button, !facts->busy);
  gtk_widget_set_sensitive (self->own_button, !facts->busy);
  gtk_label_set_text (GTK_LABEL (self->keep_heading),
                      facts->pin_held ? _("Keep this PIN") : _("Keep the PIN I know"));
  gtk_label_set_text (GTK_LABEL (self->keep_label),
                      facts->pin_held
                      ? _("You sign with the PIN shown above. You can save it as a PDF document, "
                          "and then delete it at the issuer.")
                      : _("You go on signing with the PIN that you know. Nothing changes on the "
                          "card."));
  ilk_words_set_button (self->keep_button,
                        facts->pin_held ? _("_Keep This PIN") : _("_Keep My PIN"));
}

static const char *
get_save_words (const IlkFacts *facts,
                gboolean        can_save)
{
  if (facts->pin_saved)
    return _("Saved. Keep the document in a safe place; a printed copy is advised too.");
  if (!can_save)
    return _("Have the PIN shown first, then it can be saved.");

  return _("Protected by a password of its own. Keep it in a safe place; a printed copy is "
           "advised too.");
}

static void
show_kept (IlkPinPage     *self,
           const IlkFacts *facts,
           gboolean        can_save)
{
  gtk_widget_set_visible (self->kept_group, facts->kept && facts->pin_held);
  gtk_widget_set_visible (self->rather_own_button, facts->kept);
  gtk_widget_set_sensitive (self->rather_own_button, !facts->busy);
  gtk_widget_set_visible (self->save_row, TRUE);
  gtk_widget_set_sensitive (self->save_button, can_save && !facts->busy && self->saving == NULL);
  gtk_widget_set_sensitive (self->delete_button, !facts->busy && self->saving == NULL);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->save_row),
                               get_save_words (facts, can_save));
  gtk_widget_set_visible (self->password_row, self->password != NULL);
}

static void
ilk_pin_page_update (IlkPage       *page,
                     IlkController *controller)
{
  IlkPinPage *self = ILK_PIN_PAGE (page);
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  g_autofree char *deleted = NULL;

  ilk_page_set_intro (page, get_intro (facts));
  show_table (self, controller);
  show_choice (self, facts);
  show_kept (self, facts, ilk_controller_get_pin (controller) != NULL);

  gtk_widget_set_visible (self->deleted_label, facts->pin_deleted);
  if (facts->pin_deleted)
    {
      deleted = describe_deletion (controller);
      gtk_label_set_text (GTK_LABEL (self->deleted_label), deleted);
    }
}

static void
ilk_pin_page_leave (IlkPage *page)
{
  IlkPinPage *self = ILK_PIN_PAGE (page);

  /* self->reveal stays: a confirmation may come between the wish to see the PIN and the PIN. */
  g_cancellable_cancel (self->saving);
  ilk_secret_view_hide (ILK_SECRET_VIEW (self->view));
  ilk_secret_view_set_secret (ILK_SECRET_VIEW (self->view), NULL);
  self->pin = NULL;
  ilk_secret_view_hide (ILK_SECRET_VIEW (self->password_view));
  ilk_secret_view_set_secret (ILK_SECRET_VIEW (self->password_view), NULL);
  g_clear_pointer (&self->password, ilk_secret_unref);
}

static GtkWidget *
ilk_pin_page_focus (IlkPage *page)
{
  IlkPinPage *self = ILK_PIN_PAGE (page);

  return gtk_widget_get_visible (self->table) ? self->show_button : NULL;
}

/* --- what the person presses --- */

static void
on_show_clicked (IlkPinPage *self)
{
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));

  if (ilk_controller_get_pin (controller) != NULL)
    {
      ilk_secret_view_reveal (ILK_SECRET_VIEW (self->view));
      return;
    }

  self->reveal = TRUE;
  ilk_controller_send (controller, ILK_EVENT_SHOW_PIN);
}

static void
on_keep_clicked (IlkPinPage *self)
{
  ilk_controller_send (ilk_page_get_controller (ILK_PAGE (self)), ILK_EVENT_KEEP_PIN);
}

static void
on_own_clicked (IlkPinPage *self)
{
  self->reveal = FALSE;
  ilk_controller_send (ilk_page_get_controller (ILK_PAGE (self)), ILK_EVENT_OWN_PIN);
}

static void
on_password_clicked (IlkPinPage *self)
{
  ilk_secret_view_reveal (ILK_SECRET_VIEW (self->password_view));
}

static void
on_delete_clicked (IlkPinPage *self)
{
  ilk_delete_pin (ILK_PAGE (self));
}

/* --- saving --- */

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (IlkPinPage) self = data;
  g_autoptr (GError) error = NULL;
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));
  gboolean written = ilk_pin_sheet_write_finish (result, &error);

  g_clear_object (&self->saving);
  if (controller == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_pointer (&self->password, ilk_secret_unref);
      return;
    }
  if (!written)
    {
      g_clear_pointer (&self->password, ilk_secret_unref);
      ilk_controller_set_problem (controller, error);
      return;
    }

  ilk_secret_view_set_secret (ILK_SECRET_VIEW (self->password_view), self->password);
  ilk_controller_pin_was_saved (controller);
  ilk_secret_view_reveal (ILK_SECRET_VIEW (self->password_view));
  gtk_widget_grab_focus (self->password_button);
}

static void
on_file_chosen (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (IlkPinPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = ilk_save_file_finish (result, &error);
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));
  IlkSecret *pin = controller != NULL ? ilk_controller_get_pin (controller) : NULL;
  IlkServiceCard *card = controller != NULL ? ilk_controller_get_service_card (controller) : NULL;

  if (path == NULL && controller != NULL &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ilk_controller_set_problem (controller, error);
  if (path == NULL || pin == NULL || card == NULL || self->saving != NULL)
    return;

  g_clear_pointer (&self->password, ilk_secret_unref);
  self->password = ilk_pin_sheet_new_password ();
  self->saving = g_cancellable_new ();
  ilk_pin_sheet_write_async (path, ilk_controller_get_holder (controller),
                             ilk_issuer_get_name (ilk_controller_get_issuer (controller)),
                             card->serial,
                             ilk_clock_get_wall (ilk_controller_get_clock (controller)),
                             pin, self->password, self->saving,
                             on_written, g_object_ref (self));
  show_kept (self, ilk_controller_get_facts (controller), TRUE);
  gtk_widget_set_visible (self->password_row, FALSE);
}

static void
on_save_clicked (IlkPinPage *self)
{
  /* Translators: the suggested name of a file; keep ".pdf". */
  ilk_save_file_async (GTK_WIDGET (self), _("Save the PIN as a PDF Document"),
                       _("e-signature-PIN.pdf"), on_file_chosen, g_object_ref (self));
}

/* --- the object --- */

static void
ilk_pin_page_dispose (GObject *object)
{
  IlkPinPage *self = ILK_PIN_PAGE (object);

  g_cancellable_cancel (self->saving);
  g_clear_object (&self->saving);
  g_clear_pointer (&self->password, ilk_secret_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_PIN_PAGE);

  G_OBJECT_CLASS (ilk_pin_page_parent_class)->dispose (object);
}

static void
ilk_pin_page_class_init (IlkPinPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IlkPageClass *page_class = ILK_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_pin_page_dispose;
  page_class->update = ilk_pin_page_update;
  page_class->leave = ilk_pin_page_leave;
  page_class->focus = ilk_pin_page_focus;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-pin-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, table);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, serial_row);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, view_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, show_button);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, stale_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, deleted_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, choice_box);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, keep_heading);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, keep_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, keep_button);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, own_button);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, kept_group);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, save_row);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, save_button);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, password_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, password_button);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, delete_row);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, delete_button);
  gtk_widget_class_bind_template_child (widget_class, IlkPinPage, rather_own_button);
  gtk_widget_class_bind_template_callback (widget_class, on_show_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_keep_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_own_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_password_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_clicked);
}

static void
ilk_pin_page_init (IlkPinPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->view = ilk_secret_view_new ();
  self->password_view = ilk_secret_view_new ();
  adw_bin_set_child (ADW_BIN (self->view_bin), self->view);
  adw_bin_set_child (ADW_BIN (self->password_bin), self->password_view);
  ilk_secret_view_set_title (ILK_SECRET_VIEW (self->view), _("PIN"));
  ilk_secret_view_set_title (ILK_SECRET_VIEW (self->password_view),
                             _("Password of the document"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->serial_row), FALSE);

  ilk_words_set_button (self->show_button, _("S_how for 15 Seconds"));
  ilk_words_set_button (self->own_button, _("Set My _Own PIN"));
  ilk_words_set_button (self->save_button, _("_Save My Passwords"));
  ilk_words_set_button (self->password_button, _("Show the _Password for 15 Seconds"));
  ilk_words_set_button (self->delete_button, _("_Delete My Passwords"));
  ilk_words_set_button (self->rather_own_button, _("_Rather Set My Own PIN"));
}
