/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilkimza"

#include "config.h"

#include <locale.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "app/ilk-application.h"

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

/* The options are few and wanted before GTK is there. */
static gboolean
take_options (int       argc,
              char    **argv,
              gboolean *practice,
              int      *status)
{
  for (int i = 1; i < argc; i++)
    {
      if (g_str_equal (argv[i], "--practice"))
        *practice = TRUE;
      else if (g_str_equal (argv[i], "--version"))
        {
          g_print ("ilkimza %s\n", ILK_VERSION);
          *status = EXIT_SUCCESS;
          return FALSE;
        }
      else if (g_str_equal (argv[i], "--help"))
        {
          g_print ("%s\n\n  --practice   %s\n  --version    %s\n",
                   _("ilkimza sets up a new e-signature card step by step."),
                   _("the whole program with made-up cards: no hardware, no network"),
                   _("the version of the program"));
          *status = EXIT_SUCCESS;
          return FALSE;
        }
      else if (!g_str_equal (argv[i], "--gapplication-service"))
        {
          g_printerr (_("ilkimza does not know the option “%s”; see ilkimza --help.\n"), argv[i]);
          *status = 2;
          return FALSE;
        }
    }
  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(IlkApplication) app = NULL;
  gboolean practice = FALSE;
  g_autofree char *language = NULL;
  int status = EXIT_SUCCESS;
  int kept = 1;

  wipe_what_is_freed ();
  choose_language ();
  if (!take_options (argc, argv, &practice, &status))
    return status;
  be_light ();

  app = ilk_application_new (practice);
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
