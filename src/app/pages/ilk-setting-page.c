/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-setting-page.h"
#include "app/pages/ilk-words.h"

/* What happens on the card, in the order in which it happens. The names are those of the card
 * room's steps; a change with the old PIN and an unlock share some. */
static const struct {
  const char *name;
  gboolean    change;
  gboolean    unlock;
  const char *words;
  const char *reader_words; /* when a person types on the reader; NULL: the same */
} steps[] = {
  { "open", TRUE, TRUE, N_("Recognising your card"), NULL },
  { "challenge", FALSE, TRUE, N_("The card draws a random number"), NULL },
  { "authenticate", FALSE, TRUE, N_("The issuer answers it and the card is unblocked"), NULL },
  { "reset", FALSE, TRUE, N_("Writing the new PIN to the card"), NULL },
  { "change", TRUE, FALSE, N_("Exchanging the old PIN for the new one"),
    N_("On the reader: the old PIN, then the new one twice") },
  { "prove", TRUE, TRUE, N_("Trying the new PIN once"), N_("On the reader: the new PIN once more") },
};

typedef struct {
  GtkWidget *row;
  GtkWidget *mark;
  GtkWidget *spinner;
} Row;

struct _IlkSettingPage
{
  IlkPage    parent_instance;

  GtkWidget *group;
  Row        rows[G_N_ELEMENTS (steps)];
};

G_DEFINE_FINAL_TYPE (IlkSettingPage, ilk_setting_page, ILK_TYPE_PAGE)

static guint
find_step (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_strcmp0 (steps[i].name, name) == 0)
      return i;

  return g_strcmp0 (name, "done") == 0 ? G_N_ELEMENTS (steps) : 0;
}

static const char *
get_words (guint    index,
           gboolean on_reader)
{
  if (on_reader && steps[index].reader_words != NULL)
    return _(steps[index].reader_words);

  return _(steps[index].words);
}

static void
show_row (Row      *row,
          guint     index,
          guint     current,
          gboolean  on_reader)
{
  g_autofree char *spoken = NULL;
  const char *words = get_words (index, on_reader);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), words);
  gtk_widget_set_visible (row->mark, index < current);
  gtk_widget_set_visible (row->spinner, index >= current);
  gtk_spinner_set_spinning (GTK_SPINNER (row->spinner), index == current);
  if (index > current)
    gtk_widget_add_css_class (row->row, "dim-label");
  else
    gtk_widget_remove_css_class (row->row, "dim-label");

  if (index < current)
    /* Translators: %s is a step; a screen reader says it. */
    spoken = g_strdup_printf (_("%s: done"), words);
  else if (index == current)
    /* Translators: %s is a step; a screen reader says it. */
    spoken = g_strdup_printf (_("%s: in progress"), words);
  ilk_words_set_name (row->row, spoken != NULL ? spoken : words);
}

static void
ilk_setting_page_update (IlkPage       *page,
                         IlkController *controller)
{
  IlkSettingPage *self = ILK_SETTING_PAGE (page);
  gboolean on_reader = ilk_controller_get_facts (controller)->on_reader;
  gboolean change = ilk_controller_get_facts (controller)->old_pin_given;
  guint current = find_step (ilk_controller_get_step_name (controller));

  ilk_page_set_intro (page, on_reader
                      ? _("Now type on the card reader, which asks for the PINs. Confirm each one "
                          "with its green key; the red key gives up.")
                      : _("Please leave the card in the reader and this window open. It takes a few "
                          "seconds."));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      gtk_widget_set_visible (self->rows[i].row, change ? steps[i].change : steps[i].unlock);
      show_row (&self->rows[i], i, current, on_reader);
    }
}

static void
ilk_setting_page_leave (IlkPage *page)
{
  IlkSettingPage *self = ILK_SETTING_PAGE (page);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    gtk_spinner_set_spinning (GTK_SPINNER (self->rows[i].spinner), FALSE);
}

static void
ilk_setting_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_SETTING_PAGE);

  G_OBJECT_CLASS (ilk_setting_page_parent_class)->dispose (object);
}

static void
ilk_setting_page_class_init (IlkSettingPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_setting_page_dispose;
  ILK_PAGE_CLASS (klass)->update = ilk_setting_page_update;
  ILK_PAGE_CLASS (klass)->leave = ilk_setting_page_leave;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-setting-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkSettingPage, group);
}

static void
add_row (IlkSettingPage *self,
         guint           index)
{
  Row *row = &self->rows[index];

  row->row = adw_action_row_new ();
  row->mark = gtk_image_new_from_icon_name ("object-select-symbolic");
  row->spinner = gtk_spinner_new ();
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row->row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row->row), row->mark);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row->row), row->spinner);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row->row);
}

static void
ilk_setting_page_init (IlkSettingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    add_row (self, i);
}
