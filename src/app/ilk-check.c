/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-check"

#include "config.h"

#include <stdio.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "app/ilk-check.h"
#include "app/ilk-diagnosis.h"
#include "app/ilk-modules.h"
#include "app/ilk-practice.h"
#include "app/ilk-problem.h"
#include "card/ilk-pcsc-transport.h"

/* Every part of the diagnosis has its own limit; this one is for what nobody has thought of. */
#define LIMIT_SECONDS 60

typedef struct {
  GMainLoop    *loop;
  GCancellable *cancellable;
  IlkPractice  *practice;
  gboolean      json;
  gboolean      ended;
  int           status;
} Check;

/* Also before the main loop has begun. */
static void
end (Check *self,
     int    status)
{
  self->status = status;
  self->ended = TRUE;
  g_main_loop_quit (self->loop);
}

static void
fail (Check        *self,
      const GError *error)
{
  g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);

  g_printerr ("%s %s\n", problem->sentence, problem->action);
  g_debug ("The check can't be made: %s", error->message);
  end (self, ILK_DIAGNOSIS_UNKNOWN);
}

/* JSON is UTF-8 whatever the terminal's language is; text is for the terminal. */
static void
print (Check        *self,
       IlkDiagnosis *diagnosis)
{
  g_autofree char *report = self->json ? ilk_diagnosis_to_json (diagnosis)
                                       : ilk_diagnosis_to_text (diagnosis);

  if (self->json)
    fputs (report, stdout);
  else
    g_print ("%s", report);
}

static void
on_diagnosed (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Check *self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkDiagnosis) diagnosis = ilk_diagnosis_run_finish (result, &error);

  if (diagnosis == NULL)
    {
      fail (self, error);
      return;
    }
  print (self, diagnosis);
  end (self, ilk_diagnosis_conclude (diagnosis, NULL));
}

static void
diagnose (Check             *self,
          IlkDiagnosisPlace *place)
{
  g_autoptr(IlkClock) clock = ilk_clock_get_system ();

  place->clock = clock;
  /* Translators: the code of the language of this translation, "tr" in Turkish. */
  place->language = C_("language code", "en");
  ilk_diagnosis_run_async (place, self->cancellable, on_diagnosed, self);
}

static void
begin (Check *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkIssuer) issuer = ilk_issuer_load_default (ILK_PKGDATADIR, &error);
  g_autoptr(IlkTransport) transport = NULL;
  g_autoptr(IlkHost) host = NULL;

  /* A computer can be looked at without a profile too; only the issuer's service can't. */
  transport = ilk_pcsc_transport_new (g_getenv ("ILKIMZA_READER_PREFIX"));
  if (issuer != NULL)
    ilk_modules_add (transport, issuer);
  else
    g_debug ("There is no issuer's profile: %s", error->message);
  host = ilk_host_new (NULL);
  diagnose (self, &(IlkDiagnosisPlace) {
    .transport = transport, .host = host, .issuer = issuer,
  });
}

/* The practice desk is laid as somebody would who has everything: reader plugged in, card in it. */
static void
on_practice_started (GObject      *source,
                     GAsyncResult *result,
                     gpointer      data)
{
  Check *self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(IlkHost) host = NULL;

  if (!ilk_practice_start_finish (self->practice, result, &error))
    {
      fail (self, error);
      return;
    }
  ilk_practice_set_reader_plugged (self->practice, TRUE);
  ilk_practice_set_card_inserted (self->practice, TRUE);
  host = ilk_host_new_nowhere ();
  diagnose (self, &(IlkDiagnosisPlace) {
    .transport = ilk_practice_get_transport (self->practice), .host = host,
    .issuer = ilk_practice_get_issuer (self->practice),
    .socket_path = ilk_practice_get_socket_path (self->practice), .practice = TRUE,
  });
}

static gboolean
on_stop (gpointer data)
{
  Check *self = data;

  g_cancellable_cancel (self->cancellable);
  end (self, ILK_DIAGNOSIS_UNKNOWN);
  return G_SOURCE_CONTINUE;
}

/**
 * ilk_check:
 * @practice: whether the practice world is looked at
 * @json: whether the report is for programs
 *
 * Returns: the exit status
 */
int
ilk_check (gboolean practice,
           gboolean json)
{
  Check self = { .json = json, .status = ILK_DIAGNOSIS_UNKNOWN };

  self.loop = g_main_loop_new (NULL, FALSE);
  self.cancellable = g_cancellable_new ();
  g_unix_signal_add (SIGINT, on_stop, &self);
  g_unix_signal_add (SIGTERM, on_stop, &self);
  g_timeout_add_seconds (LIMIT_SECONDS, on_stop, &self);

  if (practice)
    {
      self.practice = ilk_practice_new ();
      ilk_practice_start_async (self.practice, self.cancellable, on_practice_started, &self);
    }
  else
    begin (&self);
  if (!self.ended)
    g_main_loop_run (self.loop);

  if (self.practice != NULL)
    ilk_practice_stop (self.practice);
  g_clear_object (&self.practice);
  g_object_unref (self.cancellable);
  g_main_loop_unref (self.loop);
  return self.status;
}
