/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-practice-desk.h"

/* More than this nobody reads; the oldest goes. */
#define MAX_MAILS 10

struct _IlkPracticeDesk
{
  AdwWindow      parent_instance;

  IlkPractice   *practice;
  IlkController *controller;
  gboolean       updating; /* the desk follows the practice world, not the person */

  AdwComboRow   *holder_row;
  GtkSwitch     *reader_switch;
  GtkSwitch     *card_switch;
  GtkLabel      *name_label;
  GtkLabel      *identity_label;
  GtkLabel      *word_label;
  GtkWidget     *captcha_row;
  GtkLabel      *captcha_label;
  GtkLabel      *sms_label;
  GtkWidget     *no_mail_label;
  GtkBox        *mail_box;
};

G_DEFINE_FINAL_TYPE (IlkPracticeDesk, ilk_practice_desk, ADW_TYPE_WINDOW)

/* Short, since the list cuts long lines; the name is in the envelope. */
static const struct {
  const char *id;
  const char *words;
} kinds[] = {
  { "ready", N_("Card with a PIN") },
  { "not-activated", N_("Not activated yet") },
  { "pinless", N_("Card without a PIN") },
  { "blocked", N_("Blocked card") },
  { "not-yet-valid", N_("Not valid yet") },
  { "expired", N_("Expired") },
  { "dead", N_("Closed for good") },
  { "several", N_("First of two cards") },
  { "several-2", N_("Second of two cards") },
  { "printed-word", N_("With the printed word") },
};

static const char *
get_kind_words (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (g_strcmp0 (kinds[i].id, id) == 0)
        return _(kinds[i].words);
    }
  return id;
}

static void
fill_holders (IlkPracticeDesk *self)
{
  GPtrArray *holders = ilk_practice_get_holders (self->practice);
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; holders != NULL && i < holders->len; i++)
    {
      IlkPracticeHolder *holder = g_ptr_array_index (holders, i);

      gtk_string_list_append (names, get_kind_words (holder->id));
    }
  self->updating = TRUE;
  adw_combo_row_set_model (self->holder_row, G_LIST_MODEL (names));
  self->updating = FALSE;
}

static void
show_holder (IlkPracticeDesk *self)
{
  GPtrArray *holders = ilk_practice_get_holders (self->practice);
  IlkPracticeHolder *holder = ilk_practice_get_holder (self->practice);
  guint index;

  if (holder == NULL)
    return;
  if (g_ptr_array_find (holders, holder, &index))
    adw_combo_row_set_selected (self->holder_row, index);
  gtk_label_set_text (self->name_label, holder->name);
  gtk_label_set_text (self->identity_label, holder->identity_number);
  gtk_label_set_text (self->word_label, holder->security_word);
}

static void
update (IlkPracticeDesk *self)
{
  self->updating = TRUE;
  show_holder (self);
  gtk_switch_set_active (self->reader_switch, ilk_practice_get_reader_plugged (self->practice));
  gtk_switch_set_active (self->card_switch, ilk_practice_get_card_inserted (self->practice));
  self->updating = FALSE;
}

/* Another person begins anew, where the one before has come to the end. */
static void
on_holder_selected (IlkPracticeDesk *self)
{
  guint index = adw_combo_row_get_selected (self->holder_row);

  if (self->updating || index == GTK_INVALID_LIST_POSITION)
    return;
  ilk_practice_choose_holder (self->practice, index);
  if (self->controller != NULL && ilk_controller_get_state (self->controller) == ILK_STATE_DONE)
    ilk_controller_send (self->controller, ILK_EVENT_START_OVER);
}

static void
on_reader_switched (IlkPracticeDesk *self)
{
  if (!self->updating)
    ilk_practice_set_reader_plugged (self->practice, gtk_switch_get_active (self->reader_switch));
}

static void
on_card_switched (IlkPracticeDesk *self)
{
  if (!self->updating)
    ilk_practice_set_card_inserted (self->practice, gtk_switch_get_active (self->card_switch));
}

static void
on_sms (IlkPracticeDesk *self,
        const char      *to,
        const char      *text)
{
  g_autofree char *words = NULL;

  /* Translators: a phone number and the text of a message */
  words = g_strdup_printf (_("SMS to %s: %s"), to, text);
  gtk_label_set_text (self->sms_label, words);
}

static void
on_mail (IlkPracticeDesk *self,
         const char      *to,
         const char      *subject,
         const char      *text)
{
  g_autofree char *words = g_strdup_printf ("%s\n\n%s", subject, text);
  GtkWidget *mail = gtk_label_new (words);
  GtkWidget *oldest = gtk_widget_get_first_child (GTK_WIDGET (self->mail_box));

  for (int i = 0; i < MAX_MAILS - 1 && oldest != NULL; i++)
    oldest = gtk_widget_get_next_sibling (oldest);
  if (oldest != NULL)
    gtk_box_remove (self->mail_box, oldest);

  gtk_label_set_selectable (GTK_LABEL (mail), TRUE);
  gtk_label_set_wrap (GTK_LABEL (mail), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (mail), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (mail), 0.0f);
  gtk_widget_add_css_class (mail, "card");
  gtk_widget_add_css_class (mail, "ilk-paper");
  gtk_box_prepend (self->mail_box, mail);
  gtk_widget_set_visible (self->no_mail_label, FALSE);
}

static void
on_captcha (IlkPracticeDesk *self,
            const char      *answer)
{
  gtk_label_set_text (self->captcha_label, answer);
  gtk_widget_set_visible (self->captcha_row, TRUE);
}

/* The desk stays as long as the program: without it nobody can go on. */
static gboolean
ilk_practice_desk_close_request (GtkWindow *window)
{
  gtk_window_minimize (window);
  return TRUE;
}

static void
ilk_practice_desk_dispose (GObject *object)
{
  IlkPracticeDesk *self = ILK_PRACTICE_DESK (object);

  /* Switches and rows go one by one from here on, which is nobody's choice. */
  self->updating = TRUE;
  g_clear_object (&self->practice);
  g_clear_object (&self->controller);

  G_OBJECT_CLASS (ilk_practice_desk_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, holder_row);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, reader_switch);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, card_switch);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, name_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, identity_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, word_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, captcha_row);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, captcha_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, sms_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, no_mail_label);
  gtk_widget_class_bind_template_child (widget_class, IlkPracticeDesk, mail_box);
}

static void
ilk_practice_desk_class_init (IlkPracticeDeskClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_practice_desk_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = ilk_practice_desk_close_request;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/tr/org/ilkimza/Ilkimza/ilk-practice-desk.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_holder_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_reader_switched);
  gtk_widget_class_bind_template_callback (widget_class, on_card_switched);
}

static void
ilk_practice_desk_init (IlkPracticeDesk *self)
{
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->updating = FALSE;
}

static void
listen (IlkPracticeDesk *self,
        const char      *name,
        GCallback        callback)
{
  g_signal_connect_object (self->practice, name, callback, self, G_CONNECT_SWAPPED);
}

/**
 * ilk_practice_desk_new:
 * @practice: a practice world that has started
 * @controller: (nullable): begins anew when another holder is chosen at the end of the road
 */
GtkWidget *
ilk_practice_desk_new (IlkPractice   *practice,
                       IlkController *controller)
{
  IlkPracticeDesk *self;

  g_return_val_if_fail (ILK_IS_PRACTICE (practice), NULL);

  self = g_object_new (ILK_TYPE_PRACTICE_DESK, NULL);
  self->practice = g_object_ref (practice);
  g_set_object (&self->controller, controller);
  listen (self, "changed", G_CALLBACK (update));
  listen (self, "sms", G_CALLBACK (on_sms));
  listen (self, "mail", G_CALLBACK (on_mail));
  listen (self, "captcha", G_CALLBACK (on_captcha));
  fill_holders (self);
  update (self);
  return GTK_WIDGET (self);
}
