/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-new-word-page.h"
#include "app/widgets/ilk-word-row.h"

/* What the service asks of a word, in bytes of UTF-8. */
#define LEAST 8
#define MOST 256

struct _IlkNewWordPage
{
  IlkPage     parent_instance;

  GtkWidget  *list;
  GtkWidget  *hint;
  GtkWidget  *word_row;
  GtkWidget  *again_row;

  const char *fault;        /* of what was typed last; NULL: none. Translated */
};

G_DEFINE_FINAL_TYPE (IlkNewWordPage, ilk_new_word_page, ILK_TYPE_PAGE)

static void
show_hint (IlkNewWordPage *self)
{
  gboolean wrong = self->fault != NULL;

  gtk_label_set_text (GTK_LABEL (self->hint), wrong ? self->fault :
                      _("At least 8 characters. Several words with spaces between them are easy to "
                        "keep in mind. What is known of you is not accepted: your name, identity "
                        "number, phone number and year of birth."));
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->word_row), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  if (wrong)
    {
      gtk_widget_add_css_class (self->hint, "error");
      gtk_widget_remove_css_class (self->hint, "dim-label");
    }
  else
    {
      gtk_widget_remove_css_class (self->hint, "error");
      gtk_widget_add_css_class (self->hint, "dim-label");
    }
}

static gboolean
is_complete (IlkNewWordPage *self)
{
  return ilk_word_row_get_complete (ILK_WORD_ROW (self->word_row)) &&
         ilk_word_row_get_complete (ILK_WORD_ROW (self->again_row));
}

static void
ilk_new_word_page_update (IlkPage       *page,
                          IlkController *controller)
{
  IlkNewWordPage *self = ILK_NEW_WORD_PAGE (page);

  show_hint (self);
  ilk_page_set_complete (page, is_complete (self));
}

static const char *
find_fault (IlkSecret *word,
            IlkSecret *again)
{
  if (!ilk_secret_equal (word, again))
    return _("The two words differ. Type both again.");
  if (ilk_secret_get_length (word) < LEAST)
    return _("The word is too short. Type one with at least 8 characters.");
  if (ilk_secret_get_length (word) > MOST)
    return _("The word is too long. Type a shorter one.");
  return NULL;
}

static void
ilk_new_word_page_submit (IlkPage *page)
{
  IlkNewWordPage *self = ILK_NEW_WORD_PAGE (page);
  g_autoptr (IlkSecret) word = NULL;
  g_autoptr (IlkSecret) again = NULL;

  if (!is_complete (self))
    return;
  word = ilk_word_row_take (ILK_WORD_ROW (self->word_row));
  again = ilk_word_row_take (ILK_WORD_ROW (self->again_row));
  self->fault = find_fault (word, again);
  show_hint (self);
  gtk_widget_grab_focus (ilk_word_row_get_field (ILK_WORD_ROW (self->word_row)));
  if (self->fault != NULL)
    return;
  /* While the rows were being emptied, the form counted as not filled in. */
  ilk_page_set_complete (page, TRUE);
  ilk_controller_change_word (ilk_page_get_controller (page), word);
}

static GtkWidget *
ilk_new_word_page_focus (IlkPage *page)
{
  return ilk_word_row_get_field (ILK_WORD_ROW (ILK_NEW_WORD_PAGE (page)->word_row));
}

static void
ilk_new_word_page_leave (IlkPage *page)
{
  IlkNewWordPage *self = ILK_NEW_WORD_PAGE (page);

  ilk_word_row_clear (ILK_WORD_ROW (self->word_row));
  ilk_word_row_clear (ILK_WORD_ROW (self->again_row));
  self->fault = NULL;
  show_hint (self);
}

static void
on_typed (IlkNewWordPage *self)
{
  if (ilk_page_get_controller (ILK_PAGE (self)) == NULL)
    return;

  if (ilk_word_row_get_complete (ILK_WORD_ROW (self->word_row)))
    self->fault = NULL;
  show_hint (self);
  ilk_page_set_complete (ILK_PAGE (self), is_complete (self));
}

static void
on_word_activated (IlkNewWordPage *self)
{
  gtk_widget_grab_focus (ilk_word_row_get_field (ILK_WORD_ROW (self->again_row)));
}

static void
on_again_activated (IlkNewWordPage *self)
{
  ilk_page_submit (ILK_PAGE (self));
}

static void
ilk_new_word_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_NEW_WORD_PAGE);

  G_OBJECT_CLASS (ilk_new_word_page_parent_class)->dispose (object);
}

static void
ilk_new_word_page_class_init (IlkNewWordPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IlkPageClass *page_class = ILK_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_new_word_page_dispose;
  page_class->update = ilk_new_word_page_update;
  page_class->submit = ilk_new_word_page_submit;
  page_class->focus = ilk_new_word_page_focus;
  page_class->leave = ilk_new_word_page_leave;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-new-word-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkNewWordPage, list);
  gtk_widget_class_bind_template_child (widget_class, IlkNewWordPage, hint);
}

static GtkWidget *
add_row (IlkNewWordPage *self,
         const char     *title,
         GCallback       activated)
{
  GtkWidget *row = ilk_word_row_new (title);

  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  g_signal_connect_object (row, "changed", G_CALLBACK (on_typed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "activate", activated, self, G_CONNECT_SWAPPED);
  return row;
}

static void
ilk_new_word_page_init (IlkNewWordPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->word_row = add_row (self, _("New security word"), G_CALLBACK (on_word_activated));
  self->again_row = add_row (self, _("New security word (again)"),
                             G_CALLBACK (on_again_activated));
  show_hint (self);
}
