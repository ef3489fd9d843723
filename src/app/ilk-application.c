/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-application"

#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "app/ilk-application.h"
#include "app/ilk-controller.h"
#include "app/ilk-diagnosis-window.h"
#include "app/ilk-modules.h"
#include "app/ilk-practice-desk.h"
#include "app/ilk-practice.h"
#include "app/ilk-window.h"
#include "card/ilk-pcsc-transport.h"
#include "card/ilk-pkcs11-registry.h"

#define KEY_LANGUAGE "language"
#define KEY_PREPARED "prepared"

struct _IlkApplication
{
  AdwApplication parent_instance;

  gboolean       is_practice;
  gboolean       restart;
  GSettings     *settings;
  IlkPractice   *practice;
  IlkManualClock *practice_clock;  /* moved together with the practice service's */
  IlkController *controller;
  IlkDiagnosisPlace place;    /* where the computer is checked; what the road is on as well */
  GtkWindow     *diagnosis;   /* NULL: not open */
  GtkWindow     *window;
  GtkWindow     *desk;
  GtkWindow     *waiting;     /* while the practice world is being made */
};

G_DEFINE_FINAL_TYPE (IlkApplication, ilk_application, ADW_TYPE_APPLICATION)

/* Without its schema (a build that was copied about) the program runs and forgets. */
static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = source != NULL ?
    g_settings_schema_source_lookup (source, ILK_APP_ID, TRUE) : NULL;

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

char *
ilk_application_dup_language (void)
{
  g_autoptr(GSettings) settings = open_settings ();

  return settings != NULL ? g_settings_get_string (settings, KEY_LANGUAGE) : g_strdup ("");
}

gboolean
ilk_application_get_restart (IlkApplication *self)
{
  g_return_val_if_fail (ILK_IS_APPLICATION (self), FALSE);
  return self->restart;
}

/* --- windows --- */

static void
controller_closed (IlkApplication *self)
{
  if (self->practice != NULL)
    ilk_practice_stop (self->practice);
  g_application_quit (G_APPLICATION (self));
}

static void
controller_changed (IlkApplication *self)
{
  if (self->is_practice || self->settings == NULL)
    return;
  if (ilk_controller_get_facts (self->controller)->prepare_seen &&
      ilk_controller_get_state (self->controller) > ILK_STATE_READER &&
      !g_settings_get_boolean (self->settings, KEY_PREPARED))
    g_settings_set_boolean (self->settings, KEY_PREPARED, TRUE);
}

/* "tr" or "en": the language that the sentences on the screen are in. */
static const char *
language_in_use (void)
{
  /* Translators: the code of the language of this translation, "tr" in Turkish. */
  return C_("language code", "en");
}

static void
show_error (IlkApplication *self,
            const GError   *error)
{
  g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);
  GtkWidget *dialog = adw_message_dialog_new (self->waiting, problem->sentence, problem->action);

  g_message ("The program can't begin: %s", error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_set_application (GTK_WINDOW (dialog), GTK_APPLICATION (self));
  g_signal_connect_object (dialog, "response", G_CALLBACK (g_application_quit), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
open_road (IlkApplication *self,
           IlkTransport   *transport,
           IlkHost        *host,
           IlkIssuer      *issuer,
           const char     *socket_path)
{
  g_autoptr(IlkClock) clock = self->practice_clock != NULL ?
    ILK_CLOCK (g_object_ref (self->practice_clock)) : ilk_clock_get_system ();
  g_autoptr(IlkClient) client = NULL;
  g_autoptr(GError) error = NULL;

  if (socket_path != NULL || ilk_issuer_get_service_address (issuer) != NULL)
    {
      client = ilk_client_new (issuer, socket_path, language_in_use (), &error);
      if (client == NULL)
        {
          show_error (self, error);
          return;
        }
    }
  self->controller = ilk_controller_new (transport, host, client, issuer, clock,
                                         self->is_practice ?
                                         ilk_practice_get_report_file (self->practice) : NULL);
  self->place = (IlkDiagnosisPlace) {
    .transport = g_object_ref (transport), .host = g_object_ref (host),
    .issuer = g_object_ref (issuer), .clock = g_object_ref (clock),
    .socket_path = socket_path, .language = language_in_use (), .practice = self->is_practice,
  };
  if (!self->is_practice && self->settings != NULL)
    ilk_controller_set_prepared (self->controller,
                                 g_settings_get_boolean (self->settings, KEY_PREPARED));
  g_signal_connect_object (self->controller, "closed", G_CALLBACK (controller_closed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->controller, "changed", G_CALLBACK (controller_changed), self,
                           G_CONNECT_SWAPPED);
  self->window = GTK_WINDOW (ilk_window_new (ADW_APPLICATION (self), self->controller,
                                             self->is_practice));
  gtk_window_present (self->window);
}

/* --- practice --- */

static void
practice_ended (IlkApplication *self)
{
  g_autoptr(GError) error = g_error_new_literal (ILK_APP_ERROR, ILK_APP_ERROR_PRACTICE,
                                                 "the practice service ended");

  if (self->controller != NULL)
    ilk_controller_set_problem (self->controller, error);
}

static void
practice_started (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr(IlkApplication) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkHost) host = NULL;

  if (!ilk_practice_start_finish (self->practice, result, &error))
    {
      show_error (self, error);
      return;
    }
  /* Practice has no USB: the readers are those of the practice desk alone. */
  host = ilk_host_new_nowhere ();
  open_road (self, ilk_practice_get_transport (self->practice), host,
             ilk_practice_get_issuer (self->practice),
             ilk_practice_get_socket_path (self->practice));
  if (self->controller == NULL)
    return;
  self->desk = GTK_WINDOW (ilk_practice_desk_new (self->practice, self->controller));
  gtk_window_set_application (self->desk, GTK_APPLICATION (self));
  gtk_window_present (self->desk);
  gtk_window_present (self->window);
  g_clear_pointer (&self->waiting, gtk_window_destroy);
}

static void
show_waiting (IlkApplication *self)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *spinner = gtk_spinner_new ();

  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_widget_set_size_request (spinner, 32, 32);
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("Preparing Practice…"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page),
                                   _("Made-up cards and a made-up card service are being set up. "
                                     "This takes a few seconds."));
  adw_status_page_set_child (ADW_STATUS_PAGE (page), spinner);
  self->waiting = GTK_WINDOW (adw_window_new ());
  gtk_window_set_title (self->waiting, _("ilkimza – Practice"));
  gtk_window_set_default_size (self->waiting, 480, 320);
  gtk_window_set_application (self->waiting, GTK_APPLICATION (self));
  adw_window_set_content (ADW_WINDOW (self->waiting), page);
  gtk_window_present (self->waiting);
}

static void
begin_practice (IlkApplication *self)
{
  show_waiting (self);
  self->practice = ilk_practice_new ();
  self->practice_clock = ilk_manual_clock_new (g_get_real_time () / G_USEC_PER_SEC, TRUE);
  g_signal_connect_object (self->practice, "ended", G_CALLBACK (practice_ended), self,
                           G_CONNECT_SWAPPED);
  ilk_practice_start_async (self->practice, NULL, practice_started, g_object_ref (self));
}

static void
begin (IlkApplication *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkIssuer) issuer = ilk_issuer_load_default (ILK_PKGDATADIR, &error);
  g_autoptr(IlkTransport) transport = NULL;
  g_autoptr(IlkHost) host = NULL;

  if (issuer == NULL)
    {
      show_error (self, error);
      return;
    }
  transport = ilk_pcsc_transport_new (g_getenv ("ILKIMZA_READER_PREFIX"));
  ilk_modules_add (transport, issuer);
  host = ilk_host_new (NULL);
  open_road (self, transport, host, issuer, NULL);
}

/* --- actions --- */

static void
set_language (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       data)
{
  IlkApplication *self = data;

  if (self->settings == NULL)
    return;
  g_settings_set_string (self->settings, KEY_LANGUAGE, g_variant_get_string (parameter, NULL));
  g_settings_sync ();
  self->restart = TRUE;
  if (self->controller != NULL)
    ilk_controller_close (self->controller);
}

static void
practice_advance (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       data)
{
  IlkApplication *self = data;

  if (self->practice == NULL)
    return;
  ilk_manual_clock_advance (self->practice_clock, g_variant_get_int64 (parameter));
  ilk_practice_advance_clock (self->practice, g_variant_get_int64 (parameter));
}

static void
diagnosis_closed (IlkApplication *self)
{
  self->diagnosis = NULL;
}

static void
check_computer (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       data)
{
  IlkApplication *self = data;

  if (self->controller == NULL)
    return;
  if (self->diagnosis == NULL)
    {
      self->diagnosis = GTK_WINDOW (ilk_diagnosis_window_new (self->window, &self->place,
                                                              self->controller));
      g_signal_connect_object (self->diagnosis, "destroy", G_CALLBACK (diagnosis_closed), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_window_present (self->diagnosis);
}

static void
quit (GSimpleAction *action,
      GVariant      *parameter,
      gpointer       data)
{
  IlkApplication *self = data;

  if (self->window != NULL)
    gtk_window_close (self->window);
  else
    g_application_quit (G_APPLICATION (self));
}

static const GActionEntry actions[] = {
  { "set-language", set_language, "s" },
  { "practice-advance", practice_advance, "x" },
  { "check-computer", check_computer },
  { "quit", quit },
};

static gboolean
terminated (gpointer data)
{
  IlkApplication *self = data;

  if (self->controller != NULL)
    ilk_controller_close (self->controller);
  else
    g_application_quit (G_APPLICATION (self));
  return G_SOURCE_CONTINUE;
}

/* --- the object --- */

static void
ilk_application_startup (GApplication *app)
{
  G_APPLICATION_CLASS (ilk_application_parent_class)->startup (app);

  g_action_map_add_action_entries (G_ACTION_MAP (app), actions, G_N_ELEMENTS (actions), app);
  gtk_application_set_accels_for_action (GTK_APPLICATION (app), "app.quit",
                                         (const char *const[]) { "<Control>q", NULL });
  g_unix_signal_add (SIGTERM, terminated, app);
  gtk_window_set_default_icon_name (ILK_APP_ID);
}

static void
ilk_application_activate (GApplication *app)
{
  IlkApplication *self = ILK_APPLICATION (app);

  if (self->window != NULL || self->waiting != NULL)
    {
      gtk_window_present (self->window != NULL ? self->window : self->waiting);
      return;
    }
  self->settings = open_settings ();
  if (self->is_practice)
    begin_practice (self);
  else
    begin (self);
}

static void
ilk_application_shutdown (GApplication *app)
{
  IlkApplication *self = ILK_APPLICATION (app);

  if (self->practice != NULL)
    ilk_practice_stop (self->practice);
  g_clear_pointer (&self->desk, gtk_window_destroy);
  g_clear_pointer (&self->diagnosis, gtk_window_destroy);
  g_clear_pointer (&self->window, gtk_window_destroy);
  g_clear_pointer (&self->waiting, gtk_window_destroy);
  g_clear_object (&self->controller);
  g_clear_object (&self->place.transport);
  g_clear_object (&self->place.host);
  g_clear_object (&self->place.issuer);
  g_clear_object (&self->place.clock);
  g_clear_object (&self->practice);
  g_clear_object (&self->practice_clock);
  g_clear_object (&self->settings);
  G_APPLICATION_CLASS (ilk_application_parent_class)->shutdown (app);
}

static void
ilk_application_class_init (IlkApplicationClass *klass)
{
  GApplicationClass *app_class = G_APPLICATION_CLASS (klass);

  app_class->startup = ilk_application_startup;
  app_class->activate = ilk_application_activate;
  app_class->shutdown = ilk_application_shutdown;
}

static void
ilk_application_init (IlkApplication *self)
{
}

/**
 * ilk_application_new:
 * @practice: whether the program runs on made-up cards and a made-up service
 *
 * Returns: (transfer full): the application; practice has an id of its own, so that both may run
 */
IlkApplication *
ilk_application_new (gboolean practice)
{
  IlkApplication *self = g_object_new (ILK_TYPE_APPLICATION,
                                       "application-id",
                                       practice ? ILK_APP_ID ".Practice" : ILK_APP_ID,
                                       "resource-base-path", "/tr/org/ilkimza/Ilkimza",
                                       NULL);

  self->is_practice = practice;
  return self;
}
