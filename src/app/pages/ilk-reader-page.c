/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-reader-page.h"
#include "app/widgets/ilk-drawing.h"

/* The live list of readers, those that only USB knows included: a reader without a driver must
 * neither be invisible nor look as if it worked. */
struct _IlkReaderPage
{
  IlkPage    parent_instance;

  GtkWidget *waiting_box;
  GtkWidget *drawing_bin;
  GtkWidget *group;
  GPtrArray *rows;             /* GtkWidget, not owned */
  char      *shown;            /* what the rows say, to leave them alone when nothing differs */
};

G_DEFINE_FINAL_TYPE (IlkReaderPage, ilk_reader_page, ILK_TYPE_PAGE)

static const char *
describe (const IlkReaderState *reader)
{
  if (reader->mute)
    return _("The card does not answer. Take it out and insert it the other way round.");
  if (reader->exclusive)
    return _("Another program is using the card.");
  if (reader->present)
    return _("Ready, a card is inserted");

  return _("Ready, no card inserted yet");
}

static void
add_row (IlkReaderPage *self,
         const char    *icon,
         const char    *name,
         const char    *state)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), state);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), icon);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
  g_ptr_array_add (self->rows, row);
}

static void
remove_rows (IlkReaderPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group),
                                  g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static const char *
describe_unlisted (const IlkReaderVerdict *verdict)
{
  switch ((int) verdict->verdict)
    {
    case ILK_HOST_VERDICT_DRIVER_MISSING:
    case ILK_HOST_VERDICT_DRIVER_TOO_OLD:
      return _("Plugged in, but its driver is missing; the next step helps");
    case ILK_HOST_VERDICT_RESTART_NEEDED:
    case ILK_HOST_VERDICT_NOT_OPENED:
    case ILK_HOST_VERDICT_TAKEN_BY_KERNEL:
    case ILK_HOST_VERDICT_IN_USE:
      return _("Plugged in, but the card service can’t use it; the next step helps");
    default:
      return _("Plugged in; the next step looks after its driver");
    }
}

/* The card service's readers, then those that only USB knows. */
static void
for_each_reader (IlkController *controller,
                 void         (*visit) (gpointer data, const char *icon,
                                        const char *name, const char *state),
                 gpointer       data)
{
  GPtrArray *readers = ilk_controller_get_readers (controller);
  GPtrArray *verdicts = ilk_controller_get_verdicts (controller);
  GPtrArray *usb = ilk_controller_get_usb_readers (controller);
  gboolean judged = FALSE;

  for (guint i = 0; readers != NULL && i < readers->len; i++)
    {
      const IlkReaderState *reader = g_ptr_array_index (readers, i);

      visit (data, reader->mute || reader->exclusive ? "dialog-warning-symbolic"
                                                     : "emblem-ok-symbolic",
             reader->name, describe (reader));
    }

  for (guint i = 0; i < verdicts->len; i++)
    {
      const IlkReaderVerdict *verdict = g_ptr_array_index (verdicts, i);

      judged = judged || verdict->verdict >= ILK_HOST_VERDICT_DRIVER_MISSING;
      if (verdict->listed_name == NULL && verdict->verdict >= ILK_HOST_VERDICT_DRIVER_MISSING)
        visit (data, "dialog-warning-symbolic", verdict->reader_name,
               describe_unlisted (verdict));
    }

  /* While the card service does not answer, USB alone tells what is plugged in. */
  for (guint i = 0; !judged && (readers == NULL || readers->len == 0) && i < usb->len; i++)
    {
      const IlkUsbReader *reader = g_ptr_array_index (usb, i);

      visit (data, "media-removable-symbolic", reader->name,
             _("Plugged in; the next step looks after its driver"));
    }
}

static void
append_words (gpointer    data,
              const char *icon,
              const char *name,
              const char *state)
{
  g_string_append_printf (data, "%s\n%s\n%s\n", icon, name, state);
}

static void
append_row (gpointer    data,
            const char *icon,
            const char *name,
            const char *state)
{
  add_row (data, icon, name, state);
}

static void
ilk_reader_page_update (IlkPage       *page,
                        IlkController *controller)
{
  IlkReaderPage *self = ILK_READER_PAGE (page);
  g_autoptr (GString) words = g_string_new (NULL);

  for_each_reader (controller, append_words, words);
  if (g_strcmp0 (words->str, self->shown) == 0)
    return;

  remove_rows (self);
  for_each_reader (controller, append_row, self);
  gtk_widget_set_visible (self->waiting_box, self->rows->len == 0);
  gtk_widget_set_visible (self->group, self->rows->len > 0);
  g_free (self->shown);
  self->shown = g_strdup (words->str);
}

static void
ilk_reader_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_READER_PAGE);

  G_OBJECT_CLASS (ilk_reader_page_parent_class)->dispose (object);
}

static void
ilk_reader_page_finalize (GObject *object)
{
  IlkReaderPage *self = ILK_READER_PAGE (object);

  g_ptr_array_unref (self->rows);
  g_free (self->shown);

  G_OBJECT_CLASS (ilk_reader_page_parent_class)->finalize (object);
}

static void
ilk_reader_page_class_init (IlkReaderPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_reader_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ilk_reader_page_finalize;
  ILK_PAGE_CLASS (klass)->update = ilk_reader_page_update;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-reader-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkReaderPage, waiting_box);
  gtk_widget_class_bind_template_child (widget_class, IlkReaderPage, drawing_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkReaderPage, group);
}

static void
ilk_reader_page_init (IlkReaderPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  adw_bin_set_child (ADW_BIN (self->drawing_bin), ilk_drawing_new ("reader"));
}
