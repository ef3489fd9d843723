/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilkimza"

#include "config.h"

#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "app/ilk-application.h"
#include "app/ilk-check.h"
#include "app/ilk-diagnosis.h"

/* Setting an environment variable only when the person has not said otherwise. */
static void
set_default (const char *name,
             const char *value)
{
  g_setenv (name, value, FALSE);
}

/* A wizard of forms needs no 3D: without GL the first page is there sooner and takes less memory.
 * GTK has another name for it since 4.16, and complains about the old one. */
static void
be_light (void)
{
  set_default ("GSK_RENDERER", "cairo");
  if (gtk_get_major_version () > 4 || gtk_get_minor_version () >= 16)
    set_default ("GDK_DISABLE", "gl,vulkan");
  else
    set_default ("GDK_DEBUG", "gl-disable");
}

/* Libraries free their buffers as they are: libsoup one in which an answer with a token came. With
 * this, the C library overwrites what is freed; only blocks of up to 1 KiB it keeps at hand. */
static void
wipe_what_is_freed (void)
{
#ifdef M_PERTURB
  mallopt (M_PERTURB, 0x5a);
#endif
}

static void
choose_language (void)
{
  g_autofree char *language = ilk_application_dup_language ();
  const char *folder = g_getenv ("ILKIMZA_LOCALEDIR");

  if (*language != '\0')
    g_setenv ("LANGUAGE", language, TRUE);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : ILK_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

typedef struct {
  gboolean practice;
  gboolean check;
  gboolean json;
} Options;

static void
print_help (void)
{
  g_print ("%s\n\n  --practice   %s\n  --check      %s\n  --json       %s\n  --version    %s\n",
           _("ilkimza sets up a new e-signature card step by step."),
           _("the whole program with made-up cards: no hardware, no network"),
           _("looks at this computer, its card readers and the card, prints a report and ends; "
             "works without a display"),
           _("with --check: prints the report for programs"),
           _("the version of the program"));
}

/* The options are few and wanted before GTK is there. */
static gboolean
take_options (int       argc,
              char    **argv,
              Options  *options,
              int      *status)
{
  const char *refused = NULL;

  for (int i = 1; i < argc; i++)
    {
      if (g_str_equal (argv[i], "--practice"))
        options->practice = TRUE;
      else if (g_str_equal (argv[i], "--check"))
        options->check = TRUE;
      else if (g_str_equal (argv[i], "--json"))
        options->json = TRUE;
      else if (g_str_equal (argv[i], "--version"))
        {
          g_print ("ilkimza %s\n", ILK_VERSION);
          *status = EXIT_SUCCESS;
          return FALSE;
        }
      else if (g_str_equal (argv[i], "--help"))
        {
          print_help ();
          *status = EXIT_SUCCESS;
          return FALSE;
        }
      else if (!g_str_equal (argv[i], "--gapplication-service") && refused == NULL)
        refused = argv[i];
    }
  if (refused == NULL && options->json && !options->check)
    refused = "--json";
  if (refused == NULL)
    return TRUE;

  g_printerr (_("ilkimza does not know the option “%s”; see ilkimza --help.\n"), refused);
  *status = ILK_CHECK_USAGE;
  return FALSE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(IlkApplication) app = NULL;
  Options options = { 0 };
  g_autofree char *language = NULL;
  int status = EXIT_SUCCESS;
  int kept = 1;

  wipe_what_is_freed ();
  choose_language ();
  if (!take_options (argc, argv, &options, &status))
    return status;
  if (options.check)
    {
      status = ilk_check (options.practice, options.json);
      /* A thread may still stand in a call of the card service, which perhaps never comes back;
       * libpcsclite must not be taken down under it. */
      fflush (NULL);
      _exit (status);
    }
  be_light ();

  app = ilk_application_new (options.practice);
  /* GApplication knows its own option only; ours were read above. */
  for (int i = 1; i < argc; i++)
    if (g_str_equal (argv[i], "--gapplication-service"))
      kept = 2;
  {
    char *rest[] = { argv[0], kept == 2 ? (char *) "--gapplication-service" : NULL, NULL };

    status = g_application_run (G_APPLICATION (app), kept, rest);
  }
  if (!ilk_application_get_restart (app))
    return status;

  /* A new language: every word is read anew, so the program begins anew. It is told by the
   * environment as well, for desktops that keep no settings. */
  language = ilk_application_dup_language ();
  if (*language != '\0')
    g_setenv ("LANGUAGE", language, TRUE);
  execv ("/proc/self/exe", argv);
  return EXIT_FAILURE;
}
