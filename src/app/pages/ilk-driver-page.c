/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/pages/ilk-driver-page.h"
#include "app/pages/ilk-words.h"
#include "host/ilk-repair-plan.h"

/* What a person installs when the card service is not there (Debian and Pardus). */
#define SERVICE_COMMAND "sudo apt install pcscd libccid"

struct _IlkDriverPage
{
  IlkPage    parent_instance;

  GtkWidget *icon;
  GtkWidget *verdict_label;
  GtkWidget *advice_label;
  GtkWidget *command_group;
  GtkWidget *command_label;
  GtkWidget *copy_button;
};

G_DEFINE_FINAL_TYPE (IlkDriverPage, ilk_driver_page, ILK_TYPE_PAGE)

static void
on_copy_clicked (IlkDriverPage *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_text (GTK_LABEL (self->command_label)));
  ilk_words_set_button (self->copy_button, _("C_opied"));
}

/* The icon's colour says the same as the words, never more. */
static void
show (IlkDriverPage *self,
      const char    *icon,
      const char    *colour,
      const char    *verdict,
      const char    *advice,
      const char    *command)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  gtk_widget_set_css_classes (self->icon, (const char *[]) { colour, NULL });
  gtk_label_set_text (GTK_LABEL (self->verdict_label), verdict);
  gtk_label_set_text (GTK_LABEL (self->advice_label), advice);
  gtk_widget_set_visible (self->command_group, command != NULL);

  if (command == NULL ||
      g_str_equal (gtk_label_get_text (GTK_LABEL (self->command_label)), command))
    return;

  gtk_label_set_text (GTK_LABEL (self->command_label), command);
  ilk_words_set_button (self->copy_button, _("C_opy"));
}

static void
show_missing (IlkDriverPage          *self,
              const IlkReaderVerdict *reader)
{
  g_autofree char *command = NULL;
  g_autofree char *verdict = NULL;

  g_autoptr (IlkDistribution) distribution = ilk_distribution_new (NULL);
  g_autoptr (IlkRepairPlan) plan = ilk_repair_plan_new (reader, distribution, TRUE);

  command = g_strdup (plan->command);

  /* Translators: %s is the name of a card reader. */
  verdict = g_strdup_printf (_("The driver for %s is missing"), reader->reader_name);
  show (self, "dialog-warning-symbolic", "warning", verdict,
        command != NULL
        ? _("The reader is plugged in, but the card service does not see it. The package below "
            "brings its driver. Unplug the reader afterwards and plug it in again.")
        : _("The reader is plugged in, but the card service does not see it, and this program "
            "does not know a package with its driver. Ask the maker of the reader for a Linux "
            "driver, or use another reader."),
        command);
}

static void
show_verdict (IlkDriverPage          *self,
              const IlkReaderVerdict *verdict)
{
  switch (verdict->verdict)
    {
    case ILK_HOST_VERDICT_WORKS:
    case ILK_HOST_VERDICT_CARD_SILENT:
    case ILK_HOST_VERDICT_FAULTY_COMBINATION:
    case ILK_HOST_VERDICT_IN_USE:
      show (self, "emblem-ok-symbolic", "success", _("Everything is in place"),
            _("The card service answers and sees your reader. There is nothing to install."),
            NULL);
      break;
    case ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED:
    case ILK_HOST_VERDICT_SERVICE_OFF:
      show (self, "dialog-warning-symbolic", "warning",
            _("The card service is not installed or is switched off"),
            _("The reader itself is fine. Your system needs the package pcscd, which talks to "
              "card readers, and libccid with the drivers of most readers."),
            SERVICE_COMMAND);
      break;
    case ILK_HOST_VERDICT_SERVICE_REFUSES:
    case ILK_HOST_VERDICT_SERVICE_VERSION:
      show (self, "dialog-warning-symbolic", "warning",
            _("The card service is there, but does not let this program in"),
            _("This happens in a remote session, and where an administrator has limited the use "
              "of cards. Sit down at the computer itself, or ask the person who looks after it "
              "to allow the card service (pcscd) for your account."),
            NULL);
      break;
    case ILK_HOST_VERDICT_DRIVER_MISSING:
    case ILK_HOST_VERDICT_DRIVER_TOO_OLD:
    case ILK_HOST_VERDICT_RESTART_NEEDED:
    case ILK_HOST_VERDICT_NOT_OPENED:
    case ILK_HOST_VERDICT_TAKEN_BY_KERNEL:
      show_missing (self, verdict);
      break;
    case ILK_HOST_VERDICT_NO_READER:
      show (self, "media-removable-symbolic", "dim-label", _("No reader is plugged in"),
            _("Plug in your card reader; this page goes on by itself."), NULL);
      break;
    case ILK_HOST_VERDICT_UNKNOWN:
    case ILK_N_HOST_VERDICTS:
    default:
      show (self, "view-refresh-symbolic", "dim-label", _("Looking…"),
            _("This takes a moment."), NULL);
    }
}

static void
ilk_driver_page_update (IlkPage       *page,
                        IlkController *controller)
{
  show_verdict (ILK_DRIVER_PAGE (page),
                g_ptr_array_index (ilk_controller_get_verdicts (controller), 0));
}

static GtkWidget *
ilk_driver_page_focus (IlkPage *page)
{
  IlkDriverPage *self = ILK_DRIVER_PAGE (page);

  return gtk_widget_get_visible (self->command_group) ? self->copy_button : NULL;
}

static void
ilk_driver_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_DRIVER_PAGE);

  G_OBJECT_CLASS (ilk_driver_page_parent_class)->dispose (object);
}

static void
ilk_driver_page_class_init (IlkDriverPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_driver_page_dispose;
  ILK_PAGE_CLASS (klass)->update = ilk_driver_page_update;
  ILK_PAGE_CLASS (klass)->focus = ilk_driver_page_focus;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-driver-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, icon);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, verdict_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, advice_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, command_group);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, command_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, copy_button);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
}

static void
ilk_driver_page_init (IlkDriverPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  ilk_words_set_button (self->copy_button, _("C_opy"));
}
