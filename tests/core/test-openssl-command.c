/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

/* The committed vectors are what the openssl command of this computer makes today. */
static void
assert_made (const char *argument,
             const char *path)
{
  g_autofree char *script = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), "tests", "core",
                                              "make-vectors.sh", NULL);
  g_autofree char *file = g_build_filename (g_getenv ("ILK_TEST_SOURCE_ROOT"), path, NULL);
  const char *argv[] = { script, argument, NULL };
  g_autofree char *openssl = g_find_program_in_path ("openssl");
  g_autofree char *made = NULL;
  g_autofree char *committed = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (openssl == NULL)
    {
      g_test_skip ("there is no openssl command");
      return;
    }
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                &made, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
  g_assert_true (g_file_get_contents (file, &committed, NULL, NULL));
  g_assert_cmpstr (made, ==, committed);
}

static void
test_vectors (void)
{
  assert_made (NULL, "tests/core/vectors.ini");
}

static void
test_published_vector (void)
{
  assert_made ("unlock", "data/api/unlock-vector.txt");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/openssl-command/vectors", test_vectors);
  g_test_add_func ("/openssl-command/published-vector", test_published_vector);
  return g_test_run ();
}
