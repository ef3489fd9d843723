/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-login-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-word-row.h"

#define CODE_DIGITS 15

struct _IlkLoginPage
{
  IlkPage    parent_instance;

  GtkWidget *identity_box;
  GtkWidget *captcha_box;
  GtkWidget *word_box;
  GtkWidget *identity_row;
  GtkWidget *identity_hint;
  GtkWidget *picture;
  GtkWidget *renew_button;
  GtkWidget *captcha_row;
  GtkWidget *captcha_hint;
  GtkWidget *word_list;
  GtkWidget *word_row;
  GtkWidget *word_hint;
  GtkWidget *kept_list;
  GtkWidget *retype_button;
  GtkWidget *forgotten_label;
  GtkWidget *code_expander;
  GtkWidget *code_label;
  GtkWidget *code_row;

  GBytes    *shown_picture;
  IlkSecret *word;             /* taken from its row, kept for a correction of the other fields */
  gboolean   sent;             /* an answer to what was typed is awaited */
  gboolean   bad_code;         /* what was typed as a verification code has not its 15 digits */
  gboolean   left_identity;    /* the identity number was left once: it may be called too short */
};

G_DEFINE_FINAL_TYPE (IlkLoginPage, ilk_login_page, ILK_TYPE_PAGE)

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static gboolean
problem_is (IlkController *controller,
            const char    *code)
{
  IlkProblem *problem = ilk_controller_get_problem (controller);

  return problem != NULL && g_str_equal (problem->code, code);
}

/* Marks a row for eyes and for assistive tools; the words stand in the hint below it. */
static void
set_fault (GtkWidget  *row,
           GtkWidget  *hint,
           const char *fault,
           const char *otherwise)
{
  gtk_label_set_text (GTK_LABEL (hint), fault != NULL ? fault : otherwise);
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               fault != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                             : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  if (fault != NULL)
    {
      gtk_widget_add_css_class (row, "error");
      gtk_widget_add_css_class (hint, "error");
      gtk_widget_remove_css_class (hint, "dim-label");
    }
  else
    {
      gtk_widget_remove_css_class (row, "error");
      gtk_widget_remove_css_class (hint, "error");
      gtk_widget_add_css_class (hint, "dim-label");
    }
}

/* While a number is being typed it is not yet too short. */
static const char *
find_identity_fault (IlkLoginPage *self)
{
  IlkIdentityFault fault = ILK_IDENTITY_OK;
  const char *text = get_text (self->identity_row);

  ilk_identity_check (text, &fault);
  if (!self->left_identity && strlen (text) < 11 &&
      (fault == ILK_IDENTITY_LENGTH || fault == ILK_IDENTITY_CHARACTERS))
    return NULL;

  return ilk_words_identity_fault (fault);
}

/* The other way in: what stands in the code's row is used when there is anything. */
static gboolean
has_code (IlkLoginPage *self)
{
  return adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self->code_expander)) &&
         ilk_word_row_get_complete (ILK_WORD_ROW (self->code_row));
}

static gboolean
is_complete (IlkLoginPage *self)
{
  if (has_code (self))
    return TRUE;

  return ilk_identity_check (get_text (self->identity_row), NULL) != ILK_IDENTITY_NONE &&
         *get_text (self->captcha_row) != '\0' &&
         (self->word != NULL || ilk_word_row_get_complete (ILK_WORD_ROW (self->word_row)));
}

static void
show_faults (IlkLoginPage  *self,
             IlkController *controller)
{
  const char *credentials = NULL;

  if (problem_is (controller, "client.credentials"))
    credentials = _("The identity number or the security word is not right. Capital and small "
                    "letters differ.");

  set_fault (self->identity_row, self->identity_hint, find_identity_fault (self),
             _("Your T.C. identity number, or the number of your passport"));
  set_fault (self->captcha_row, self->captcha_hint,
             problem_is (controller, "client.captcha")
             ? _("That was not the text in the picture. Here is a new picture.") : NULL,
             _("Type the letters and digits that you see in the picture"));
  set_fault (self->word_row, self->word_hint, credentials,
             _("Three wrong tries block your account; then the call centre has to reopen it"));
}

static void
show_code_words (IlkLoginPage *self)
{
  if (self->bad_code)
    gtk_label_set_text (GTK_LABEL (self->code_label),
                        _("A verification code has 15 digits. Type or paste the whole code."));
  else
    gtk_label_set_text (GTK_LABEL (self->code_label),
                        _("The issuer’s page in the browser shows it after a login there, for four "
                          "minutes. With it you can unblock the card or set its PIN; the PIN that "
                          "the issuer holds is shown only after a login with the security word."));
  if (self->bad_code)
    gtk_widget_add_css_class (self->code_label, "error");
  else
    gtk_widget_remove_css_class (self->code_label, "error");
}

static void
show_picture (IlkLoginPage *self,
              GBytes       *png)
{
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;

  if (self->shown_picture == png)
    return;

  g_clear_pointer (&self->shown_picture, g_bytes_unref);
  if (png != NULL)
    {
      self->shown_picture = g_bytes_ref (png);
      texture = gdk_texture_new_from_bytes (png, &error);
      if (texture == NULL)
        g_debug ("the picture can't be read: %s", error->message);
    }
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  gtk_editable_set_text (GTK_EDITABLE (self->captcha_row), "");
}

/* The word's row, or, where only something else has to be corrected, that it is kept. */
static void
show_word_row (IlkLoginPage *self)
{
  gtk_widget_set_visible (self->word_list, self->word == NULL);
  gtk_widget_set_visible (self->kept_list, self->word != NULL);
}

static void
forget_word (IlkLoginPage *self)
{
  g_clear_pointer (&self->word, ilk_secret_unref);
  show_word_row (self);
}

static void
take_answer (IlkLoginPage  *self,
             IlkController *controller)
{
  if (!self->sent || ilk_controller_get_facts (controller)->busy)
    return;

  self->sent = FALSE;
  if (problem_is (controller, "client.credentials") || problem_is (controller, "client.blocked"))
    forget_word (self);
  if (problem_is (controller, "client.captcha"))
    gtk_widget_grab_focus (self->captcha_row);
  else if (problem_is (controller, "client.credentials"))
    gtk_widget_grab_focus (ilk_word_row_get_field (ILK_WORD_ROW (self->word_row)));
}

static void
ilk_login_page_update (IlkPage       *page,
                       IlkController *controller)
{
  IlkLoginPage *self = ILK_LOGIN_PAGE (page);
  IlkIssuer *issuer = ilk_controller_get_issuer (controller);
  gboolean busy = ilk_controller_get_facts (controller)->busy;
  g_autofree char *forgotten = NULL;

  forgotten = g_strdup_printf
    /* Translators: %1$s is the issuer's name, %2$s the phone number of its call centre. */
    (_("The word is printed on your application form. If the form is lost, open %1$s’s own "
       "password login in a browser and choose “I forgot my security word”: a link that works "
       "once is sent to your e-mail address on record. It can take a while; look into the spam "
       "folder too. Then come back here with the new word. If your e-mail address has changed, "
       "ring the call centre, %2$s."),
     ilk_issuer_get_name (issuer), ilk_issuer_get_phone (issuer));
  gtk_label_set_text (GTK_LABEL (self->forgotten_label), forgotten);

  show_picture (self, ilk_controller_get_captcha (controller));
  take_answer (self, controller);
  show_faults (self, controller);
  gtk_widget_set_sensitive (self->renew_button, !busy);
  ilk_page_set_complete (page, is_complete (self));
}

/* Typed in groups of five or without spaces. NULL: these are not 15 digits. */
static IlkSecret *
read_code (IlkSecret *typed)
{
  g_autoptr (IlkSecret) code = ilk_secret_new (CODE_DIGITS);
  const guint8 *text = ilk_secret_peek (typed);

  for (gsize i = 0; i < ilk_secret_get_length (typed); i++)
    {
      if (text[i] == ' ')
        continue;
      if (!g_ascii_isdigit (text[i]) || !ilk_secret_append_byte (code, text[i]))
        return NULL;
    }
  return ilk_secret_get_length (code) == CODE_DIGITS ? g_steal_pointer (&code) : NULL;
}

static void
submit_code (IlkLoginPage *self)
{
  g_autoptr (IlkSecret) typed = ilk_word_row_take (ILK_WORD_ROW (self->code_row));
  g_autoptr (IlkSecret) code = read_code (typed);

  self->bad_code = code == NULL;
  show_code_words (self);
  if (code == NULL)
    {
      gtk_widget_grab_focus (ilk_word_row_get_field (ILK_WORD_ROW (self->code_row)));
      return;
    }
  /* While its row was being emptied, the form counted as not filled in. */
  ilk_page_set_complete (ILK_PAGE (self), TRUE);
  ilk_controller_log_in_by_code (ilk_page_get_controller (ILK_PAGE (self)), code);
}

static void
ilk_login_page_submit (IlkPage *page)
{
  IlkLoginPage *self = ILK_LOGIN_PAGE (page);
  g_autofree char *number = ilk_identity_normalize (get_text (self->identity_row));
  g_autofree char *captcha = g_strdup (get_text (self->captcha_row));
  g_autoptr (IlkSecret) word = NULL;

  if (has_code (self))
    {
      submit_code (self);
      return;
    }
  if (self->word == NULL)
    self->word = ilk_word_row_take (ILK_WORD_ROW (self->word_row));
  show_word_row (self);
  /* While its row was being emptied, the form counted as not filled in. */
  ilk_page_set_complete (page, TRUE);
  word = ilk_secret_ref (self->word);
  self->sent = TRUE;
  ilk_controller_log_in (ilk_page_get_controller (page), number, captcha, word);
}

static GtkWidget *
ilk_login_page_focus (IlkPage *page)
{
  return ILK_LOGIN_PAGE (page)->identity_row;
}

static void
ilk_login_page_leave (IlkPage *page)
{
  IlkLoginPage *self = ILK_LOGIN_PAGE (page);

  self->sent = FALSE;
  forget_word (self);
  ilk_word_row_clear (ILK_WORD_ROW (self->word_row));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->code_expander), FALSE);
  ilk_word_row_clear (ILK_WORD_ROW (self->code_row));
  self->bad_code = FALSE;
  show_code_words (self);
  gtk_editable_set_text (GTK_EDITABLE (self->captcha_row), "");
}

static void
on_typed (IlkLoginPage *self)
{
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));

  if (controller == NULL)
    return;

  show_faults (self, controller);
  ilk_page_set_complete (ILK_PAGE (self), is_complete (self));
}

static void
on_identity_left (IlkLoginPage *self)
{
  if (ilk_page_get_controller (ILK_PAGE (self)) == NULL)
    return;

  self->left_identity = *get_text (self->identity_row) != '\0';
  on_typed (self);
}

static void
on_activated (IlkLoginPage *self)
{
  ilk_page_submit (ILK_PAGE (self));
}

static void
on_renew_clicked (IlkLoginPage *self)
{
  ilk_controller_send (ilk_page_get_controller (ILK_PAGE (self)), ILK_EVENT_RENEW_CAPTCHA);
  gtk_widget_grab_focus (self->captcha_row);
}

static void
on_code_typed (IlkLoginPage *self)
{
  if (self->bad_code && ilk_word_row_get_complete (ILK_WORD_ROW (self->code_row)))
    {
      self->bad_code = FALSE;
      show_code_words (self);
    }
  on_typed (self);
}

/* Whoever has a code needs none of the other fields: they make room for it. */
static void
on_code_expanded (IlkLoginPage *self)
{
  gboolean expanded = adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self->code_expander));

  if (self->code_row == NULL)
    return;
  gtk_widget_set_visible (self->identity_box, !expanded);
  gtk_widget_set_visible (self->captcha_box, !expanded);
  gtk_widget_set_visible (self->word_box, !expanded);
  if (expanded)
    gtk_widget_grab_focus (ilk_word_row_get_field (ILK_WORD_ROW (self->code_row)));
  else
    ilk_word_row_clear (ILK_WORD_ROW (self->code_row));
  on_typed (self);
}

static void
on_retype_clicked (IlkLoginPage *self)
{
  forget_word (self);
  gtk_widget_grab_focus (ilk_word_row_get_field (ILK_WORD_ROW (self->word_row)));
  on_typed (self);
}

static void
ilk_login_page_dispose (GObject *object)
{
  IlkLoginPage *self = ILK_LOGIN_PAGE (object);

  g_clear_pointer (&self->word, ilk_secret_unref);
  g_clear_pointer (&self->shown_picture, g_bytes_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_LOGIN_PAGE);

  G_OBJECT_CLASS (ilk_login_page_parent_class)->dispose (object);
}

static void
ilk_login_page_class_init (IlkLoginPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IlkPageClass *page_class = ILK_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_login_page_dispose;
  page_class->update = ilk_login_page_update;
  page_class->submit = ilk_login_page_submit;
  page_class->focus = ilk_login_page_focus;
  page_class->leave = ilk_login_page_leave;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-login-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, identity_box);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, captcha_box);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, word_box);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, identity_row);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, identity_hint);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, picture);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, renew_button);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, captcha_row);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, captcha_hint);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, word_list);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, word_hint);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, kept_list);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, retype_button);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, forgotten_label);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, code_expander);
  gtk_widget_class_bind_template_child (widget_class, IlkLoginPage, code_label);
  gtk_widget_class_bind_template_callback (widget_class, on_code_expanded);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_renew_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_retype_clicked);
}

static void
ilk_login_page_init (IlkLoginPage *self)
{
  GtkEventController *focus;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->word_row = ilk_word_row_new (_("Security word"));
  gtk_list_box_append (GTK_LIST_BOX (self->word_list), self->word_row);
  g_signal_connect_object (self->word_row, "changed", G_CALLBACK (on_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->word_row, "activate", G_CALLBACK (on_activated), self,
                           G_CONNECT_SWAPPED);

  self->code_row = ilk_word_row_new (_("Verification code"));
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->code_expander), self->code_row);
  g_signal_connect_object (self->code_row, "changed", G_CALLBACK (on_code_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->code_row, "activate", G_CALLBACK (on_activated), self,
                           G_CONNECT_SWAPPED);
  show_code_words (self);

  focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (focus, "leave", G_CALLBACK (on_identity_left), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->identity_row, focus);

  ilk_words_set_button (self->renew_button, _("Another _Picture"));
  ilk_words_set_button (self->retype_button, _("_Type Again"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Picture with the text to type"), -1);
}
