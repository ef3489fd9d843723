/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-code-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-countdown.h"
#include "app/widgets/ilk-pin-entry.h"

struct _IlkCodePage
{
  IlkPage    parent_instance;

  gboolean   login;
  GtkWidget *entry_bin;
  GtkWidget *entry;
  GtkWidget *time_bin;
  GtkWidget *time;
  GtkWidget *over_label;
  GtkWidget *again_button;
  GtkWidget *resend_bin;
  GtkWidget *resend;
  GtkWidget *none_label;
};

G_DEFINE_FINAL_TYPE (IlkCodePage, ilk_code_page, ILK_TYPE_PAGE)

static const char *
get_heading (IlkCodePage *self,
             IlkPurpose   purpose)
{
  if (self->login)
    return _("SMS Confirmation Code");

  switch (purpose)
    {
    case ILK_PURPOSE_SHOW:
      return _("Confirm Showing the PIN");
    case ILK_PURPOSE_DELETE:
      return _("Confirm Deleting the PIN");
    case ILK_PURPOSE_UNLOCK:
      return _("Confirm the New PIN");
    case ILK_PURPOSE_NONE:
    default:
      return _("SMS Confirmation");
    }
}

static const char *
get_reason (IlkCodePage *self,
            IlkPurpose   purpose)
{
  if (self->login)
    return "";

  switch (purpose)
    {
    case ILK_PURPOSE_SHOW:
      return _("Showing the PIN needs a confirmation of its own.");
    case ILK_PURPOSE_DELETE:
      return _("With this code the PIN held by the issuer is deleted for good. Until then you can "
               "still go back.");
    case ILK_PURPOSE_UNLOCK:
      return _("With this code the card is unblocked and takes the PIN that you have just chosen. "
               "Leave the card in the reader.");
    case ILK_PURPOSE_NONE:
    default:
      return "";
    }
}

static void
show_words (IlkCodePage   *self,
            IlkController *controller)
{
  IlkPurpose purpose = ilk_controller_get_facts (controller)->purpose;
  const char *phone = ilk_controller_get_phone (controller);
  const char *reason = get_reason (self, purpose);
  g_autofree char *sent = NULL;
  g_autofree char *intro = NULL;
  g_autofree char *none = NULL;

  /* Translators: %s is a masked phone number. */
  sent = g_strdup_printf (_("Type the six digits of the SMS that was sent to %s."),
                          phone != NULL ? phone : _("your phone"));
  intro = *reason != '\0' ? g_strdup_printf ("%s %s", reason, sent) : g_strdup (sent);
  ilk_page_set_heading (ILK_PAGE (self), get_heading (self, purpose));
  ilk_page_set_intro (ILK_PAGE (self), intro);

  none = g_strdup_printf
    /* Translators: %s is the phone number of the issuer's call centre. */
    (_("It can take a minute or two. See that the phone is switched on and has reception, then "
       "have the code sent again. If none comes at all, ring the call centre, %s."),
     ilk_issuer_get_phone (ilk_controller_get_issuer (controller)));
  gtk_label_set_text (GTK_LABEL (self->none_label), none);
}

static void
show_times (IlkCodePage   *self,
            IlkController *controller)
{
  IlkClock *clock = ilk_controller_get_clock (controller);
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  gint64 now = ilk_clock_get_monotonic (clock);
  gint64 deadline = ilk_controller_get_code_deadline (controller);
  gint64 resend = ilk_controller_get_resend_deadline (controller);

  ilk_countdown_set_deadline (ILK_COUNTDOWN (self->time), clock, deadline);
  ilk_countdown_set_deadline (ILK_COUNTDOWN (self->resend), clock, resend);
  gtk_widget_set_visible (self->time_bin, deadline > now);
  gtk_widget_set_visible (self->over_label, deadline != 0 && deadline <= now);
  gtk_widget_set_visible (self->resend_bin, resend > now);
  gtk_widget_set_sensitive (self->again_button, resend <= now && !facts->busy);
}

static gboolean
is_complete (IlkCodePage   *self,
             IlkController *controller)
{
  gint64 deadline = ilk_controller_get_code_deadline (controller);

  return ilk_pin_entry_get_complete (ILK_PIN_ENTRY (self->entry)) &&
         deadline > ilk_clock_get_monotonic (ilk_controller_get_clock (controller));
}

static void
show_fault (IlkCodePage   *self,
            IlkController *controller)
{
  IlkProblem *problem = ilk_controller_get_problem (controller);
  gboolean wrong = problem != NULL && (g_str_equal (problem->code, "client.code-wrong") ||
                                       g_str_equal (problem->code, "client.code-expired"));

  ilk_pin_entry_set_fault (ILK_PIN_ENTRY (self->entry), wrong ? problem->sentence : NULL);
}

static void
ilk_code_page_update (IlkPage       *page,
                      IlkController *controller)
{
  IlkCodePage *self = ILK_CODE_PAGE (page);

  show_words (self, controller);
  show_times (self, controller);
  show_fault (self, controller);
  ilk_page_set_complete (page, is_complete (self, controller));
}

static void
ilk_code_page_submit (IlkPage *page)
{
  IlkCodePage *self = ILK_CODE_PAGE (page);
  g_autoptr (IlkSecret) code = NULL;

  /* Handed over before the cells are empty: an empty form may not be submitted. */
  code = ilk_secret_copy (ilk_pin_entry_get_secret (ILK_PIN_ENTRY (self->entry)));
  gtk_widget_grab_focus (self->entry);
  ilk_controller_submit_code (ilk_page_get_controller (page), code);
  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->entry));
}

static GtkWidget *
ilk_code_page_focus (IlkPage *page)
{
  return ILK_CODE_PAGE (page)->entry;
}

static void
ilk_code_page_leave (IlkPage *page)
{
  IlkCodePage *self = ILK_CODE_PAGE (page);

  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->entry));
  ilk_pin_entry_set_fault (ILK_PIN_ENTRY (self->entry), NULL);
  ilk_countdown_set_deadline (ILK_COUNTDOWN (self->time), NULL, 0);
  ilk_countdown_set_deadline (ILK_COUNTDOWN (self->resend), NULL, 0);
}

static void
on_changed (IlkCodePage *self)
{
  ilk_page_update (ILK_PAGE (self));
}

static void
on_entry_activated (IlkCodePage *self)
{
  ilk_page_submit (ILK_PAGE (self));
}

static void
on_again_clicked (IlkCodePage *self)
{
  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->entry));
  gtk_widget_grab_focus (self->entry);
  ilk_controller_send (ilk_page_get_controller (ILK_PAGE (self)), ILK_EVENT_SEND_AGAIN);
}

static void
ilk_code_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_CODE_PAGE);

  G_OBJECT_CLASS (ilk_code_page_parent_class)->dispose (object);
}

static void
ilk_code_page_class_init (IlkCodePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IlkPageClass *page_class = ILK_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_code_page_dispose;
  page_class->update = ilk_code_page_update;
  page_class->submit = ilk_code_page_submit;
  page_class->focus = ilk_code_page_focus;
  page_class->leave = ilk_code_page_leave;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-code-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkCodePage, entry_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkCodePage, time_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkCodePage, over_label);
  gtk_widget_class_bind_template_child (widget_class, IlkCodePage, again_button);
  gtk_widget_class_bind_template_child (widget_class, IlkCodePage, resend_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkCodePage, none_label);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
}

static void
ilk_code_page_init (IlkCodePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->entry = ilk_pin_entry_new (_("SMS confirmation code"));
  self->time = ilk_countdown_new ();
  self->resend = ilk_countdown_new ();
  g_object_set (self->time, "title", _("Time left"), NULL);
  g_object_set (self->resend, "title", _("Possible again in"), NULL);
  adw_bin_set_child (ADW_BIN (self->entry_bin), self->entry);
  adw_bin_set_child (ADW_BIN (self->time_bin), self->time);
  adw_bin_set_child (ADW_BIN (self->resend_bin), self->resend);
  ilk_words_set_button (self->again_button, _("Send _Again"));

  g_signal_connect_object (self->entry, "changed", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (on_entry_activated), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->time, "ended", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->resend, "ended", G_CALLBACK (on_changed), self,
                           G_CONNECT_SWAPPED);
}

/**
 * ilk_code_page_new:
 * @login: %TRUE for the code that ends the login, %FALSE for one that confirms an operation
 *
 * Returns: (transfer full): a page that asks for an SMS confirmation code
 */
IlkPage *
ilk_code_page_new (gboolean login)
{
  IlkCodePage *self = g_object_new (ILK_TYPE_CODE_PAGE, NULL);

  self->login = login;
  return ILK_PAGE (self);
}
