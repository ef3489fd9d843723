/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card/ilk-service-watch.h"

#include <glib/gstdio.h>

typedef struct {
  char            *folder;
  char            *inner;
  char            *socket;
  IlkServiceWatch *watch;
  guint            appeared;
} Fixture;

static void
on_appeared (IlkServiceWatch *watch,
             Fixture         *fixture)
{
  g_assert_true (g_file_test (fixture->socket, G_FILE_TEST_EXISTS));
  fixture->appeared++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  fixture->folder = g_dir_make_tmp ("ilk-watch-XXXXXX", NULL);
  fixture->inner = g_build_filename (fixture->folder, "pcscd", NULL);
  fixture->socket = g_build_filename (fixture->inner, "pcscd.comm", NULL);
  if (user_data != NULL)
    g_assert_no_errno (g_mkdir (fixture->inner, 0700));

  fixture->watch = ilk_service_watch_new (fixture->socket);
  g_signal_connect (fixture->watch, "appeared", G_CALLBACK (on_appeared), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_assert_finalize_object (fixture->watch);
  g_unlink (fixture->socket);
  g_rmdir (fixture->inner);
  g_rmdir (fixture->folder);
  g_free (fixture->socket);
  g_free (fixture->inner);
  g_free (fixture->folder);
}

static void
await (Fixture *fixture)
{
  while (fixture->appeared == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_socket_comes (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_assert_true (g_file_set_contents (fixture->socket, "", 0, NULL));
  await (fixture);
}

/* The folder comes first, as after the package was installed, and the socket in it a while later
 * or at once. */
static void
test_folder_comes (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_assert_no_errno (g_mkdir (fixture->inner, 0700));
  g_assert_true (g_file_set_contents (fixture->socket, "", 0, NULL));
  await (fixture);
}

/* Once more a moment later, for a server that listens only then. */
static void
test_aftermath (Fixture       *fixture,
                gconstpointer  user_data)
{
  g_assert_true (g_file_set_contents (fixture->socket, "", 0, NULL));
  while (fixture->appeared < 2)
    g_main_context_iteration (NULL, TRUE);
}

/* Other files come and go without a word: it is never said while the socket is not there. */
static void
test_others (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autofree char *other = g_build_filename (fixture->inner, "pcscd.pid", NULL);

  g_assert_true (g_file_set_contents (other, "1", 1, NULL));
  g_assert_no_errno (g_unlink (other));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->appeared, ==, 0);
  g_assert_true (g_file_set_contents (fixture->socket, "", 0, NULL));
  await (fixture);
}

static void
test_default_path (void)
{
  g_unsetenv ("PCSCLITE_CSOCK_NAME");
  g_assert_cmpstr (ilk_service_watch_get_default_path (), ==, "/run/pcscd/pcscd.comm");
  g_setenv ("PCSCLITE_CSOCK_NAME", "/tmp/x", TRUE);
  g_assert_cmpstr (ilk_service_watch_get_default_path (), ==, "/tmp/x");
}

#define FOLDER_EXISTS GINT_TO_POINTER (1)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/service-watch/socket", Fixture, FOLDER_EXISTS, set_up, test_socket_comes,
              tear_down);
  g_test_add ("/service-watch/folder", Fixture, NULL, set_up, test_folder_comes, tear_down);
  g_test_add ("/service-watch/aftermath", Fixture, FOLDER_EXISTS, set_up, test_aftermath,
              tear_down);
  g_test_add ("/service-watch/others", Fixture, FOLDER_EXISTS, set_up, test_others, tear_down);
  g_test_add_func ("/service-watch/default-path", test_default_path);

  return g_test_run ();
}
