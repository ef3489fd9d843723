/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "server-fixture.h"
#include "server/ilk-config.h"
#include "server/ilk-options.h"

/* What a configuration may say, and how the command line wins over it. */

static char *
write_config (const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("ilk-config-XXXXXX", &path, &error);

  g_assert_no_error (error);
  close (fd);
  g_assert_true (g_file_set_contents (path, text, -1, &error));
  return path;
}

static IlkConfig *
load (const char  *text,
      GError     **error)
{
  g_autofree char *path = write_config (text);
  IlkConfig *config = ilk_config_load (path, error);

  unlink (path);
  return config;
}

static void
expect_refused (const char *text,
                const char *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkConfig) config = load (text, &error);

  g_assert_null (config);
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, place));
}

static void
test_values (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IlkConfig) config = load ("# an issuer\n[Store]\ndatabase = /srv/a b.db\n"
                                       "[Service]\nthreads=8\n", &error);
  g_autoptr (IlkConfig) empty = ilk_config_load (NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (ilk_config_get_text (config, "Store", "database"), ==, "/srv/a b.db");
  g_assert_cmpint (ilk_config_get_number (config, "Service", "threads", 4), ==, 8);
  g_assert_cmpint (ilk_config_get_number (config, "Service", "queue", 64), ==, 64);
  g_assert_null (ilk_config_get_text (config, "Service", "listen"));
  g_assert_null (ilk_config_get_text (empty, "Store", "database"));
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;

  expect_refused ("[Store]\ndatabse=x\n", "[Store] databse");
  expect_refused ("[Stores]\ndatabase=x\n", "[Stores]");
  expect_refused ("[Service]\nthreads=many\n", "[Service] threads: a whole number from 1 to 64");
  expect_refused ("[Service]\nthreads=0\n", "[Service] threads");
  expect_refused ("[Service]\nthreads=4x\n", "[Service] threads");
  expect_refused ("[Store]\ndatabase=\n", "there is nothing behind it");
  expect_refused ("database=x\n", "ilk-config-");
  g_assert_null (ilk_config_load ("/nonexistent/ilkimza.conf", &error));
  g_assert_error (error, ILK_SERVER_ERROR, ILK_SERVER_ERROR_CONFIG);
}

static void
test_command_line_wins (void)
{
  g_autofree char *path = write_config ("[Store]\ndatabase=/a\n[Service]\nspool=/s\n");
  const char *argv[] = { "ilkimza-service", "serve", "--config", path, "--database", "/b", NULL };
  g_auto (IlkOptions) options = { 0 };
  g_auto (IlkOptions) foreign = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (ilk_options_parse (&options, ILK_OPTIONS_COMMON | ILK_OPTIONS_SERVING,
                                    (char **) argv, &error));
  g_assert_true (ilk_options_complete (&options, &error));
  g_assert_no_error (error);
  unlink (path);
  g_assert_cmpstr (options.rest[0], ==, "serve");
  g_assert_cmpstr (options.database, ==, "/b");
  g_assert_cmpstr (options.spool, ==, "/s");

  argv[4] = "--spool";
  g_assert_false (ilk_options_parse (&foreign, ILK_OPTIONS_COMMON, (char **) argv, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/values", test_values);
  g_test_add_func ("/config/refused", test_refused);
  g_test_add_func ("/config/command-line-wins", test_command_line_wins);
  return g_test_run ();
}
