/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-reader-chooser.h"
#include "app/widgets/ilk-drawing.h"

/* For readers that keep to USB's class of card readers. */
#define STANDARD_DRIVER "ccid"

struct _IlkReaderChooser
{
  AdwWindow      parent_instance;

  IlkReaderList *list;
};

G_DEFINE_FINAL_TYPE (IlkReaderChooser, ilk_reader_chooser, ADW_TYPE_WINDOW)

enum {
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The names as the issuers' papers have them, and as the reader list knows them; those without one
 * there follow the standard that libccid serves. */
static const struct {
  const char *name;
  const char *picture;
  const char *listed;
} choices[] = {
  { N_("MILKO"), "stick", "MILKO" },
  { N_("Omnikey USB, transparent"), "stick-clear", "Omnikey USB Şeffaf" },
  { N_("Omnikey USB, white"), "stick-white", "Omnikey USB Beyaz" },
  { N_("Omnikey, for the desk"), "desktop", "Omnikey Masaüstü" },
  { N_("Gemplus USB"), "stick", "Gemplus USB" },
  { N_("ACS 38T USB, red"), "stick-red", "ACS 38T USB Kırmızı" },
  { N_("ACS 38T USB, white"), "stick-white", "ACS 38T USB Beyaz" },
  { N_("ACS 38T USB, for the desk"), "desktop", "ACS 38T USB Masaüstü" },
  { N_("A keyboard with a card slot"), "keyboard", NULL },
  { N_("Built into the computer"), "builtin", NULL },
};

static gboolean
is_called (const IlkKnownReader *reader,
           const char           *name)
{
  g_auto (GStrv) names = g_strsplit (reader->documents != NULL ? reader->documents : "", "|", -1);

  return g_strv_contains ((const char *const *) names, name);
}

/* The driver of the readers of that name. Where models differ it is the one that the card service
 * does not bring along by itself: with the other one the reader would have been recognised. */
static const char *
find_driver (IlkReaderList *list,
             const char    *name,
             gboolean      *sure)
{
  g_autoptr (GPtrArray) named = ilk_reader_list_named (list);
  const char *driver = NULL;

  for (guint i = 0; i < named->len; i++)
    {
      const IlkKnownReader *reader = g_ptr_array_index (named, i);

      if (!is_called (reader, name))
        continue;
      *sure = reader->sure;
      if (driver == NULL || g_str_equal (driver, STANDARD_DRIVER))
        driver = reader->driver;
    }
  return driver;
}

static void
on_activated (AdwActionRow *row,
              gpointer      data)
{
  IlkReaderChooser *self = ILK_READER_CHOOSER (gtk_widget_get_root (GTK_WIDGET (row)));
  guint index = GPOINTER_TO_UINT (data);
  g_autoptr (IlkReaderVerdict) verdict = ilk_reader_verdict_new (ILK_HOST_VERDICT_DRIVER_MISSING);
  const char *driver = STANDARD_DRIVER;
  gboolean sure = FALSE;

  if (choices[index].listed != NULL)
    driver = find_driver (self->list, choices[index].listed, &sure);
  verdict->reader_name = g_strdup (_(choices[index].name));
  verdict->driver = g_strdup (driver);
  g_signal_emit (self, signals[CHOSEN], 0, verdict, sure);
  gtk_window_close (GTK_WINDOW (self));
}

static GtkWidget *
new_row (guint index)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *drawing = ilk_drawing_new_small (choices[index].picture);

  gtk_widget_set_margin_top (drawing, 6);
  gtk_widget_set_margin_bottom (drawing, 6);
  gtk_widget_set_valign (drawing, GTK_ALIGN_CENTER);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), drawing);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(choices[index].name));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect (row, "activated", G_CALLBACK (on_activated), GUINT_TO_POINTER (index));
  return row;
}

static void
ilk_reader_chooser_finalize (GObject *object)
{
  IlkReaderChooser *self = ILK_READER_CHOOSER (object);

  g_clear_pointer (&self->list, ilk_reader_list_unref);

  G_OBJECT_CLASS (ilk_reader_chooser_parent_class)->finalize (object);
}

static void
ilk_reader_chooser_class_init (IlkReaderChooserClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ilk_reader_chooser_finalize;

  /**
   * IlkReaderChooser::chosen:
   * @verdict: the reader that was chosen, as if its driver were missing
   * @sure: readers of its name are of one model only
   */
  signals[CHOSEN] = g_signal_new ("chosen", ILK_TYPE_READER_CHOOSER, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 2, ILK_TYPE_READER_VERDICT,
                                  G_TYPE_BOOLEAN);

  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0,
                                       "window.close", NULL);
}

static void
ilk_reader_chooser_init (IlkReaderChooser *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();

  adw_preferences_group_set_description
    (ADW_PREFERENCES_GROUP (group),
     _("The names are those of the issuers’ papers. Choose the one that looks most like yours."));
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), new_row (i));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  gtk_widget_set_vexpand (page, TRUE);

  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_title (GTK_WINDOW (self), _("Which Reader Do You Have?"));
  gtk_window_set_default_size (GTK_WINDOW (self), 420, 600);
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
}

/**
 * ilk_reader_chooser_new:
 * @parent: (nullable): the window it belongs to
 * @list: the readers that are known
 */
GtkWidget *
ilk_reader_chooser_new (GtkWindow     *parent,
                        IlkReaderList *list)
{
  IlkReaderChooser *self;

  g_return_val_if_fail (list != NULL, NULL);

  self = g_object_new (ILK_TYPE_READER_CHOOSER, "transient-for", parent,
                       "destroy-with-parent", TRUE, NULL);
  self->list = ilk_reader_list_ref (list);
  return GTK_WIDGET (self);
}
