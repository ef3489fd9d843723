/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheet with the PIN opens with its password only, and its file is the person's alone. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/ilk-password-words.h"
#include "app/ilk-pin-sheet.h"
#include "app/ilk-problem.h"
#include "widget-test.h"

#define PIN "730915"
#define HOLDER "Işıl Ağaoğlu"
#define SERIAL "0011AABB22CCDDEE44FF6688"

typedef struct {
  char      *folder;
  char      *path;
  IlkSecret *pin;
  IlkSecret *password;
  GError    *error;
  gboolean   done;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("ilkimza-test-XXXXXX", &fixture->error);
  g_assert_no_error (fixture->error);
  fixture->path = g_build_filename (fixture->folder, "ş ı.pdf", NULL);
  fixture->pin = ilk_secret_new_from_data (PIN, strlen (PIN));
  fixture->password = ilk_pin_sheet_new_password ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0); /* nothing else was left in it */
  g_free (fixture->folder);
  g_free (fixture->path);
  ilk_secret_unref (fixture->pin);
  ilk_secret_unref (fixture->password);
  g_clear_error (&fixture->error);
}

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Fixture *fixture = data;

  ilk_pin_sheet_write_finish (result, &fixture->error);
  fixture->done = TRUE;
}

static void
write_sheet (Fixture      *fixture,
             const char   *path,
             GCancellable *cancellable)
{
  fixture->done = FALSE;
  ilk_pin_sheet_write_async (path, HOLDER, "Issuer", SERIAL, 1795000000, fixture->pin,
                             fixture->password, cancellable, on_written, fixture);
  while (!fixture->done)
    g_main_context_iteration (NULL, TRUE);
}

/* Returns the exit status; output: what the command wrote, both streams. */
static int
run (const char *const  *argv,
     char              **output,
     gsize              *length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GInputStream) unused = NULL;

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                     G_SUBPROCESS_FLAGS_STDERR_MERGE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, &bytes, NULL, &error);
  g_assert_no_error (error);
  *length = g_bytes_get_size (bytes);
  *output = g_malloc0 (*length + 1);
  memcpy (*output, g_bytes_get_data (bytes, NULL), *length);
  return g_subprocess_get_exit_status (process);
}

static int
run_qpdf (Fixture     *fixture,
          const char  *password,
          const char  *option,
          char       **output,
          gsize       *length)
{
  g_autofree char *argument = g_strdup_printf ("--password=%s", password);
  const char *const argv[] = { "qpdf", argument, option, fixture->path, NULL };

  return run (argv, output, length);
}

static const char *
get_password (Fixture *fixture)
{
  return (const char *) ilk_secret_peek (fixture->password);
}

static void
test_password_only (Fixture       *fixture,
                    gconstpointer  data)
{
  const char *const wrong[] = { "", "masa-kalem-deniz-kitap", PIN };
  g_autofree char *shown = NULL;
  gsize length;

  write_sheet (fixture, fixture->path, NULL);
  g_assert_no_error (fixture->error);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *output = NULL;

      g_assert_cmpint (run_qpdf (fixture, wrong[i], "--check", &output, &length), ==, 2);
      g_assert_nonnull (strstr (output, "invalid password"));
    }
  g_assert_cmpint (run_qpdf (fixture, get_password (fixture), "--show-encryption", &shown,
                             &length), ==, 0);
  g_assert_nonnull (strstr (shown, "R = 6"));
  g_assert_nonnull (strstr (shown, "file encryption method: AESv3"));
  g_assert_nonnull (strstr (shown, "extract for accessibility: allowed"));
  g_assert_nonnull (strstr (shown, "modify anything: not allowed"));
}

static void
test_mode (Fixture       *fixture,
           gconstpointer  data)
{
  struct stat status;
  mode_t before = umask (0);

  /* An older file with other rights is replaced, not written into. */
  g_assert_true (g_file_set_contents (fixture->path, "old", -1, NULL));
  g_assert_cmpint (g_chmod (fixture->path, 0666), ==, 0);
  write_sheet (fixture, fixture->path, NULL);
  umask (before);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_assert_cmpint (status.st_size, >, 3);
}

static void
assert_nowhere (const char *output,
                gsize       length)
{
  g_autoptr(GString) dense = g_string_new (NULL);

  g_assert_null (memmem (output, length, PIN, strlen (PIN)));
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isspace (output[i]))
        g_string_append_c (dense, output[i]);
    }
  g_assert_null (memmem (dense->str, dense->len, PIN, strlen (PIN)));
}

/* A search for the number finds nothing, in the text and in the bytes of the open document. */
static void
test_not_as_text (Fixture       *fixture,
                  gconstpointer  data)
{
  const char *const text_argv[] = { "pdftotext", "-upw", get_password (fixture), fixture->path,
                                    "-", NULL };
  g_autofree char *text = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *argument = g_strdup_printf ("--password=%s", get_password (fixture));
  const char *const bytes_argv[] = { "qpdf", argument, "--decrypt", "--stream-data=uncompress",
                                     fixture->path, "-", NULL };
  gsize length;

  write_sheet (fixture, fixture->path, NULL);
  g_assert_no_error (fixture->error);

  g_assert_cmpint (run (text_argv, &text, &length), ==, 0);
  g_assert_nonnull (strstr (text, HOLDER));
  g_assert_nonnull (strstr (text, SERIAL));
  g_assert_nonnull (strstr (text, "2026"));
  g_assert_nonnull (strstr (text, widget_test_is_turkish () ? "yanlış deneme" : "wrong tries"));
  assert_nowhere (text, length);

  g_assert_cmpint (run (bytes_argv, &bytes, &length), ==, 0);
  g_assert_cmpuint (length, >, 1000);
  assert_nowhere (bytes, length);
}

static void
test_no_folder (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "none", "sheet.pdf", NULL);

  write_sheet (fixture, path, NULL);
  g_assert_error (fixture->error, ILK_APP_ERROR, ILK_APP_ERROR_SAVE);
}

/* The name is taken by a folder: the new file can't get it, and does not stay under another. */
static void
test_no_name (Fixture       *fixture,
              gconstpointer  data)
{
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  write_sheet (fixture, fixture->path, NULL);
  g_assert_error (fixture->error, ILK_APP_ERROR, ILK_APP_ERROR_SAVE);
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  write_sheet (fixture, fixture->path, cancellable);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_words (void)
{
  guint count = ilk_password_words_get_count ();

  g_assert_cmpuint (count, >=, 1024);
  for (guint i = 0; i < count; i++)
    {
      const char *word = ilk_password_words_get (i);

      g_assert_cmpuint (strlen (word), >=, 4);
      g_assert_cmpuint (strspn (word, "abcdefghijklmnopqrstuvwxyz"), ==, strlen (word));
      /* In order and each once. */
      if (i > 0)
        g_assert_cmpint (strcmp (ilk_password_words_get (i - 1), word), <, 0);
    }
}

static gboolean
is_word (const char *word)
{
  for (guint i = 0; i < ilk_password_words_get_count (); i++)
    {
      if (strcmp (ilk_password_words_get (i), word) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
test_password (void)
{
  g_autoptr(GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 50; i++)
    {
      g_autoptr(IlkSecret) password = ilk_pin_sheet_new_password ();
      g_auto(GStrv) words = g_strsplit ((const char *) ilk_secret_peek (password), "-", -1);

      g_assert_cmpuint (g_strv_length (words), ==, 4);
      for (int word = 0; word < 4; word++)
        g_assert_true (is_word (words[word]));
      g_assert_true (g_hash_table_add (seen, g_strjoinv ("-", words)));
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  widget_test_use_catalogue ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pin-sheet/words", test_words);
  g_test_add_func ("/pin-sheet/password", test_password);
  ADD ("/pin-sheet/mode", test_mode);
  ADD ("/pin-sheet/password-only", test_password_only);
  ADD ("/pin-sheet/not-as-text", test_not_as_text);
  ADD ("/pin-sheet/no-folder", test_no_folder);
  ADD ("/pin-sheet/no-name", test_no_name);
  ADD ("/pin-sheet/cancelled", test_cancelled);
  return g_test_run ();
}
