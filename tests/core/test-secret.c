/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/ilk-secret.h"

/* The sanitizers answer mlock () themselves, so what it does can't be seen under them. */
#if defined (__SANITIZE_ADDRESS__)
#define MLOCK_IS_REAL 0
#else
#define MLOCK_IS_REAL 1
#endif

static void
test_lives_in_arena (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data ("492751", 6);
  char outside[] = "492751";

  g_assert_cmpmem (ilk_secret_peek (secret), ilk_secret_get_length (secret), "492751", 6);
  g_assert_true (ilk_secret_arena_contains (ilk_secret_peek (secret)));
  g_assert_true (ilk_secret_arena_contains (ilk_secret_peek (secret) + 5));
  g_assert_false (ilk_secret_arena_contains (outside));
  g_assert_false (ilk_secret_arena_contains (secret));
}

static void
test_append_up_to_capacity (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new (6);

  g_assert_cmpuint (ilk_secret_get_length (secret), ==, 0);
  g_assert_true (ilk_secret_append (secret, "12345", 5));
  g_assert_true (ilk_secret_append_byte (secret, '6'));
  g_assert_false (ilk_secret_append_byte (secret, '7'));
  g_assert_false (ilk_secret_append (secret, "78", 2));
  g_assert_cmpstr ((const char *) ilk_secret_peek (secret), ==, "123456");
  g_assert_cmpuint (ilk_secret_get_capacity (secret), ==, 6);
}

static void
test_nul_follows_always (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new (8);

  memset (ilk_secret_get_writable (secret), 'x', 8);
  ilk_secret_set_length (secret, 8);
  g_assert_cmpuint (strlen ((const char *) ilk_secret_peek (secret)), ==, 8);
  ilk_secret_set_length (secret, 3);
  g_assert_cmpstr ((const char *) ilk_secret_peek (secret), ==, "xxx");
}

static gboolean
all_zero (const guint8 *bytes,
          gsize         length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] != 0)
        return FALSE;
    }
  return TRUE;
}

static void
test_truncate_wipes (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data ("492751", 6);

  ilk_secret_truncate (secret, 9);
  g_assert_cmpuint (ilk_secret_get_length (secret), ==, 6);
  ilk_secret_truncate (secret, 2);
  g_assert_cmpstr ((const char *) ilk_secret_peek (secret), ==, "49");
  g_assert_true (all_zero (ilk_secret_peek (secret) + 2, 5));
}

/* Memory of the first region stays mapped, so what a dead secret left there can be looked at. */
static void
test_last_unref_wipes (void)
{
  IlkSecret *secret = ilk_secret_new_from_data ("correct horse battery", 21);
  const guint8 *bytes = ilk_secret_peek (secret);

  ilk_secret_ref (secret);
  ilk_secret_unref (secret);
  g_assert_cmpmem (bytes, 21, "correct horse battery", 21);
  ilk_secret_unref (secret);
  g_assert_true (all_zero (bytes, 22));
  ilk_secret_unref (NULL);
}

static void
test_growing_leaves_no_copy (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data ("492751", 6);
  const guint8 *before = ilk_secret_peek (secret);

  ilk_secret_reserve (secret, 200);
  g_assert_true (ilk_secret_peek (secret) != before);
  g_assert_true (all_zero (before, 7));
  g_assert_cmpstr ((const char *) ilk_secret_peek (secret), ==, "492751");
  g_assert_true (ilk_secret_append (secret, "x", 1));
  ilk_secret_reserve (secret, 10);
  g_assert_cmpuint (ilk_secret_get_capacity (secret), ==, 200);
}

static void
test_copy_is_independent (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data ("492751", 6);
  g_autoptr (IlkSecret) copy = ilk_secret_copy (secret);

  ilk_secret_truncate (secret, 0);
  g_assert_cmpstr ((const char *) ilk_secret_peek (copy), ==, "492751");
}

static void
test_equal (void)
{
  g_autoptr (IlkSecret) a = ilk_secret_new_from_data ("492751", 6);
  g_autoptr (IlkSecret) same = ilk_secret_new_from_data ("492751", 6);
  g_autoptr (IlkSecret) other = ilk_secret_new_from_data ("492752", 6);
  g_autoptr (IlkSecret) shorter = ilk_secret_new_from_data ("49275", 5);

  g_assert_true (ilk_secret_equal (a, same));
  g_assert_true (ilk_secret_equal (a, a));
  g_assert_false (ilk_secret_equal (a, other));
  g_assert_false (ilk_secret_equal (a, shorter));
  g_assert_false (ilk_secret_equal (a, NULL));
  g_assert_false (ilk_secret_equal (NULL, NULL));
}

static void
test_bytes_are_in_arena (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data ("492751", 6);
  GBytes *bytes = ilk_secret_to_bytes (secret);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  g_assert_true (ilk_secret_arena_contains (data));
  ilk_secret_truncate (secret, 0);
  g_assert_cmpmem (data, length, "492751", 6);
  g_bytes_unref (bytes);
  g_assert_true (all_zero (data, 6));
}

static void
test_random_digits (void)
{
  guint seen[10] = { 0 };
  g_autoptr (IlkSecret) digits = ilk_secret_new_random_digits (2000);
  g_autoptr (IlkSecret) again = ilk_secret_new_random_digits (2000);

  g_assert_cmpuint (ilk_secret_get_length (digits), ==, 2000);
  for (guint i = 0; i < 2000; i++)
    {
      guint8 byte = ilk_secret_peek (digits)[i];

      g_assert_cmpuint (byte, >=, '0');
      g_assert_cmpuint (byte, <=, '9');
      seen[byte - '0']++;
    }
  /* 200 are expected of each; 100 is more than seven standard deviations away. */
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (seen[i], >, 100);
  g_assert_false (ilk_secret_equal (digits, again));
}

static void
test_random_bytes (void)
{
  g_autoptr (IlkSecret) a = ilk_secret_new_random (32);
  g_autoptr (IlkSecret) b = ilk_secret_new_random (32);

  g_assert_cmpuint (ilk_secret_get_length (a), ==, 32);
  g_assert_false (all_zero (ilk_secret_peek (a), 32));
  g_assert_false (ilk_secret_equal (a, b));
}

static void
test_larger_than_a_region (void)
{
  const gsize length = 300 * 1024;
  IlkSecret *secret = ilk_secret_new (length);
  const guint8 *bytes = ilk_secret_peek (secret);

  memset (ilk_secret_get_writable (secret), 7, length);
  ilk_secret_set_length (secret, length);
  g_assert_true (ilk_secret_arena_contains (bytes));
  g_assert_true (ilk_secret_arena_contains (bytes + length - 1));
  ilk_secret_unref (secret);
  /* A region that is empty goes back to the system. */
  g_assert_false (ilk_secret_arena_contains (bytes));
}

static gpointer
use_many (gpointer data)
{
  guint8 mark = (guint8) GPOINTER_TO_UINT (data);

  for (guint round = 0; round < 200; round++)
    {
      IlkSecret *secrets[20];

      for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
        {
          gsize length = 1 + (round * 37 + i * 61) % 500;

          secrets[i] = ilk_secret_new (length);
          memset (ilk_secret_get_writable (secrets[i]), mark, length);
          ilk_secret_set_length (secrets[i], length);
        }
      for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
        {
          for (gsize k = 0; k < ilk_secret_get_length (secrets[i]); k++)
            g_assert_cmpuint (ilk_secret_peek (secrets[i])[k], ==, mark);
          ilk_secret_unref (secrets[i]);
        }
    }
  return NULL;
}

static void
test_threads_do_not_share (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("secrets", use_many, GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* The flags that the kernel keeps for the mapping that an address is in. */
static char *
flags_of (gconstpointer address)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean inside = FALSE;

  g_assert_true (g_file_get_contents ("/proc/self/smaps", &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      guintptr first;
      guintptr end;

      if (sscanf (lines[i], "%" G_GINTPTR_MODIFIER "x-%" G_GINTPTR_MODIFIER "x ",
                  &first, &end) == 2)
        inside = (guintptr) address >= first && (guintptr) address < end;
      else if (inside && g_str_has_prefix (lines[i], "VmFlags:"))
        return g_strconcat (lines[i], " ", NULL);
    }
  return NULL;
}

static void
test_kernel_keeps_it_private (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new (6);
  g_autofree char *flags = flags_of (ilk_secret_peek (secret));

  g_assert_nonnull (flags);
  g_assert_nonnull (strstr (flags, " dd ")); /* not in core dumps */
  g_assert_nonnull (strstr (flags, " wf ")); /* zeros in a forked child */
  if (MLOCK_IS_REAL && ilk_secret_arena_is_locked ())
    g_assert_nonnull (strstr (flags, " lo ")); /* not in swap */
}

static void
test_child_sees_nothing (void)
{
  g_autoptr (IlkSecret) secret = ilk_secret_new_from_data ("492751", 6);
  pid_t child = fork ();
  int status;

  if (child == 0)
    _exit (all_zero (ilk_secret_peek (secret), 6) ? 0 : 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

/* In a process of their own, since the first ends it and the second needs a fresh arena. */
static void
test_overrun_ends_program (void)
{
  if (g_test_subprocess ())
    {
      struct rlimit none = { 0, 0 };
      IlkSecret *secret = ilk_secret_new (6);
      guint8 *byte = ilk_secret_get_writable (secret);

      setrlimit (RLIMIT_CORE, &none);
      while (ilk_secret_arena_contains (byte))
        byte++;
      *(volatile guint8 *) byte = 1;
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

static void
count_message (const char     *domain,
               GLogLevelFlags  level,
               const char     *message,
               gpointer        user_data)
{
  guint *count = user_data;

  g_assert_nonnull (strstr (message, "RLIMIT_MEMLOCK"));
  (*count)++;
}

static void
test_small_limit_is_said_once (void)
{
  if (g_test_subprocess ())
    {
      struct rlimit none = { 0, 0 };
      g_autoptr (IlkSecret) a = NULL;
      g_autoptr (IlkSecret) b = NULL;
      guint count = 0;

      g_log_set_handler ("ilk-core", G_LOG_LEVEL_MESSAGE, count_message, &count);
      /* The limit does not hold for root; in a container we may be it. */
      g_assert_cmpint (setrlimit (RLIMIT_MEMLOCK, &none), ==, 0);
      if (getuid () == 0)
        g_assert_cmpint (setuid (65534), ==, 0);
      a = ilk_secret_new_from_data ("492751", 6);
      b = ilk_secret_new (300 * 1024);
      g_assert_false (ilk_secret_arena_is_locked ());
      g_assert_cmpstr ((const char *) ilk_secret_peek (a), ==, "492751");
      g_assert_cmpuint (ilk_secret_get_capacity (b), ==, 300 * 1024);
      g_assert_cmpuint (count, ==, 1);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/secret/lives-in-arena", test_lives_in_arena);
  g_test_add_func ("/secret/append-up-to-capacity", test_append_up_to_capacity);
  g_test_add_func ("/secret/nul-follows-always", test_nul_follows_always);
  g_test_add_func ("/secret/truncate-wipes", test_truncate_wipes);
  g_test_add_func ("/secret/last-unref-wipes", test_last_unref_wipes);
  g_test_add_func ("/secret/growing-leaves-no-copy", test_growing_leaves_no_copy);
  g_test_add_func ("/secret/copy-is-independent", test_copy_is_independent);
  g_test_add_func ("/secret/equal", test_equal);
  g_test_add_func ("/secret/bytes-are-in-arena", test_bytes_are_in_arena);
  g_test_add_func ("/secret/random-digits", test_random_digits);
  g_test_add_func ("/secret/random-bytes", test_random_bytes);
  g_test_add_func ("/secret/larger-than-a-region", test_larger_than_a_region);
  g_test_add_func ("/secret/threads-do-not-share", test_threads_do_not_share);
  g_test_add_func ("/secret/kernel-keeps-it-private", test_kernel_keeps_it_private);
  g_test_add_func ("/secret/child-sees-nothing", test_child_sees_nothing);
  g_test_add_func ("/secret/overrun-ends-program", test_overrun_ends_program);
  if (MLOCK_IS_REAL)
    g_test_add_func ("/secret/small-limit-is-said-once", test_small_limit_is_said_once);
  return g_test_run ();
}
