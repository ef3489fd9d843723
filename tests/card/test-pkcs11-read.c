/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading cards through a PKCS#11 module, with a module of ours that misbehaves. */
#include "pkcs11-test.h"

#include <string.h>

static void
set_up (Pkcs11Test    *self,
        gconstpointer  modules)
{
  pkcs11_test_set_up (self, modules);
}

static void
tear_down (Pkcs11Test    *self,
           gconstpointer  modules)
{
  pkcs11_test_tear_down (self);
}

static void
test_read (Pkcs11Test    *self,
           gconstpointer  data)
{
  g_autoptr (GBytes) der = card_test_certificate ("Deneme Öğretmen", "10000000146",
                                                  "20260101000000Z", "20290101000000Z",
                                                  "critical,nonRepudiation");
  g_autofree char *path = g_build_filename (self->folder, "der", NULL);
  g_autoptr (IlkCardInfo) info = NULL;

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (der, NULL),
                                      (gssize) g_bytes_get_size (der), NULL));
  pkcs11_test_set (self, "Card", "certificate", path);
  info = pkcs11_test_read (self);

  g_assert_cmpint (info->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_cmpstr (info->module, ==, pkcs11_test_module ());
  g_assert_null (info->module_problem);
  g_assert_cmpstr (info->serial, ==, PKCS11_TEST_SERIAL);
  g_assert_cmpstr (info->token_label, ==, "Deneme Kartı");
  g_assert_cmpint (info->pin_state, ==, ILK_PIN_STATE_SET);
  g_assert_cmpint (info->tries_left, ==, -1);
  g_assert_false (info->pin_count_low || info->pin_final_try || info->pin_locked);
  g_assert_cmpuint (info->min_pin, ==, 4);
  g_assert_cmpuint (info->max_pin, ==, 8);
  g_assert_cmpuint (info->certificates->len, ==, 1);
  g_assert_cmpstr (ilk_card_info_get_certificate (info)->holder, ==, "Deneme Öğretmen");
  g_assert_cmpuint (pkcs11_test_count (self, "C_Finalize"), ==, 1);
  pkcs11_test_assert_only_read (self);
}

static void
test_flags (Pkcs11Test    *self,
            gconstpointer  data)
{
  static const struct {
    const char  *tries;
    int          left;
    gboolean     low;
    gboolean     final;
    IlkPinState  state;
  } rows[] = {
    { "3", -1, FALSE, FALSE, ILK_PIN_STATE_SET },
    { "2", -1, TRUE, FALSE, ILK_PIN_STATE_SET },
    { "1", 1, TRUE, TRUE, ILK_PIN_STATE_SET },
    { "0", 0, TRUE, FALSE, ILK_PIN_STATE_BLOCKED },
  };
  g_autoptr (IlkCardInfo) to_be_changed = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (IlkCardInfo) info = NULL;

      pkcs11_test_set (self, "Card", "tries", rows[i].tries);
      info = pkcs11_test_read (self);
      g_assert_cmpint (info->tries_left, ==, rows[i].left);
      g_assert_cmpint (info->pin_count_low, ==, rows[i].low);
      g_assert_cmpint (info->pin_final_try, ==, rows[i].final);
      g_assert_cmpint (info->pin_state, ==, rows[i].state);
      g_assert_cmpint (info->pin_locked, ==, rows[i].state == ILK_PIN_STATE_BLOCKED);
    }

  pkcs11_test_set (self, "Card", "tries", "3");
  pkcs11_test_set (self, "Card", "flags", "524288"); /* CKF_USER_PIN_TO_BE_CHANGED */
  to_be_changed = pkcs11_test_read (self);
  g_assert_true (to_be_changed->pin_to_be_changed);
  pkcs11_test_assert_only_read (self);
}

/* A slot that is called otherwise is believed only when it can be no other one, and a token in
 * software never. */
static void
test_slot (Pkcs11Test    *self,
           gconstpointer  data)
{
  g_autoptr (IlkCardInfo) by_name = NULL;
  g_autoptr (IlkCardInfo) only = NULL;
  g_autoptr (IlkCardInfo) software = NULL;

  pkcs11_test_set (self, "Card", "slot-flags", "0");
  by_name = pkcs11_test_read (self);
  g_assert_cmpint (by_name->reach, ==, ILK_CARD_REACH_PKCS11);

  pkcs11_test_set (self, "Card", "description", "AKIS slot 1");
  pkcs11_test_set (self, "Card", "slot-flags", "6");
  only = pkcs11_test_read (self);
  g_assert_cmpint (only->reach, ==, ILK_CARD_REACH_PKCS11);

  pkcs11_test_set (self, "Card", "slot-flags", "0");
  software = pkcs11_test_read (self);
  g_assert_cmpint (software->reach, ==, ILK_CARD_REACH_NONE);
  g_assert_cmpstr (software->module_problem, ==, ILK_MODULE_PROBLEM_NONE);
  g_assert_null (software->serial);
}

/* What goes wrong while reading is told, and the next time a new process does it. */
static void
assert_problem_and_recovery (Pkcs11Test *self,
                             const char *key,
                             const char *value,
                             const char *problem)
{
  g_autoptr (IlkCardInfo) bad = NULL;
  g_autoptr (IlkCardInfo) good = NULL;
  g_autoptr (GError) error = NULL;
  IlkCardError code = g_str_equal (problem, ILK_MODULE_PROBLEM_HANGS)
                      ? ILK_CARD_ERROR_MODULE_HANGS : ILK_CARD_ERROR_MODULE_FAILED;

  pkcs11_test_set (self, "Module", key, value);
  bad = pkcs11_test_read (self);
  error = ilk_card_info_dup_module_error (bad);
  g_assert_error (error, ILK_CARD_ERROR, (int) code);
  g_assert_cmpint (bad->reach, ==, ILK_CARD_REACH_NONE);
  g_assert_cmpstr (bad->module_problem, ==, problem);
  g_assert_cmpuint (bad->certificates->len, ==, 0);

  pkcs11_test_set (self, "Module", key, NULL);
  g_unsetenv ("ILKIMZA_MODULE_LIMIT");
  good = pkcs11_test_read (self);
  g_assert_cmpint (good->reach, ==, ILK_CARD_REACH_PKCS11);
}

static void
test_read_hangs (Pkcs11Test    *self,
                 gconstpointer  data)
{
  pkcs11_test_limit (ILK_PKCS11_CALL_SLOTS);
  assert_problem_and_recovery (self, "hang", "C_GetTokenInfo", ILK_MODULE_PROBLEM_HANGS);
  pkcs11_test_limit (ILK_PKCS11_CALL_CERTIFICATES);
  assert_problem_and_recovery (self, "hang", "C_FindObjects", ILK_MODULE_PROBLEM_HANGS);
}

static void
test_read_crashes (Pkcs11Test    *self,
                   gconstpointer  data)
{
  assert_problem_and_recovery (self, "crash", "C_Initialize", ILK_MODULE_PROBLEM_CRASHES);
  assert_problem_and_recovery (self, "crash", "C_GetSlotList", ILK_MODULE_PROBLEM_CRASHES);
  assert_problem_and_recovery (self, "crash", "C_FindObjects", ILK_MODULE_PROBLEM_CRASHES);
  assert_problem_and_recovery (self, "leave", "C_OpenSession", ILK_MODULE_PROBLEM_CRASHES);
}

static void
test_read_refuses (Pkcs11Test    *self,
                   gconstpointer  data)
{
  assert_problem_and_recovery (self, "C_Initialize", "5", ILK_MODULE_PROBLEM_REFUSES);
  assert_problem_and_recovery (self, "C_OpenSession", "48",
                               ILK_MODULE_PROBLEM_REFUSES);
}

/* A hundred thousand slots and objects, values of all memory: nothing of it is believed. */
static void
test_read_lengths (Pkcs11Test    *self,
                   gconstpointer  data)
{
  g_autoptr (IlkCardInfo) info = NULL;
  g_autofree char *path = g_build_filename (self->folder, "der", NULL);

  g_assert_true (g_file_set_contents (path, "der", -1, NULL));
  pkcs11_test_set (self, "Card", "certificate", path);
  pkcs11_test_set (self, "Module", "lengths", "true");
  info = pkcs11_test_read (self);
  g_assert_cmpuint (info->certificates->len, ==, 0);
  g_assert_cmpint (info->reach, ==, ILK_CARD_REACH_PKCS11);
}

/* The wrapper: arguments first, none where they are refused. */
static void
test_initialize (Pkcs11Test    *self,
                 gconstpointer  data)
{
  g_autoptr (IlkCardInfo) usual = NULL;
  g_autoptr (IlkCardInfo) null_only = NULL;
  g_autoptr (IlkCardInfo) arguments_only = NULL;
  g_autoptr (IlkCardInfo) neither = NULL;

  usual = pkcs11_test_read (self);
  g_assert_cmpint (usual->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Initialize (arguments)"), ==, 1);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Initialize (NULL)"), ==, 0);

  pkcs11_test_set (self, "Module", "null-only", "true");
  pkcs11_test_forget (self);
  null_only = pkcs11_test_read (self);
  g_assert_cmpint (null_only->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Initialize (arguments)"), ==, 1);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Initialize (NULL)"), ==, 1);

  pkcs11_test_set (self, "Module", "arguments-only", "true");
  neither = pkcs11_test_read (self);
  g_assert_cmpstr (neither->module_problem, ==, ILK_MODULE_PROBLEM_REFUSES);

  pkcs11_test_set (self, "Module", "null-only", "false");
  arguments_only = pkcs11_test_read (self);
  g_assert_cmpint (arguments_only->reach, ==, ILK_CARD_REACH_PKCS11);
}

/* A library for another processor is told from its first bytes; it is not loaded. */
static void
test_files (Pkcs11Test    *self,
            gconstpointer  data)
{
  static const struct {
    gsize       offset;
    char        byte;
    const char *problem;
  } rows[] = {
    { 4, 1, ILK_MODULE_PROBLEM_ARCHITECTURE },  /* 32 bits */
    { 5, 2, ILK_MODULE_PROBLEM_ARCHITECTURE },  /* big-endian */
    { 18, 22, ILK_MODULE_PROBLEM_ARCHITECTURE }, /* S/390 */
    { 16, 1, ILK_MODULE_PROBLEM_REFUSES },      /* an object file */
    { 0, 'M', ILK_MODULE_PROBLEM_REFUSES },     /* no ELF file at all */
  };
  g_autofree char *path = g_build_filename (self->folder, "libakisp11.so", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (IlkCardInfo) cut = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (pkcs11_test_module (), &bytes, &length, NULL));
  g_setenv ("ILKIMZA_PKCS11_MODULES", path, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *changed = g_memdup2 (bytes, length);
      g_autoptr (IlkCardInfo) info = NULL;

      changed[rows[i].offset] = rows[i].byte;
      g_assert_true (g_file_set_contents (path, changed, (gssize) length, NULL));
      info = pkcs11_test_read (self);
      g_assert_cmpstr (info->module_problem, ==, rows[i].problem);
    }
  g_assert_cmpuint (pkcs11_test_count (self, "C_GetSlotList"), ==, 0);

  /* The right beginning, and nothing behind it. */
  g_assert_true (g_file_set_contents (path, bytes, 200, NULL));
  cut = pkcs11_test_read (self);
  g_assert_cmpstr (cut->module_problem, ==, ILK_MODULE_PROBLEM_REFUSES);
}

/* The next module is asked when one fails. */
static void
test_several (Pkcs11Test    *self,
              gconstpointer  data)
{
  g_autofree char *broken = g_build_filename (self->folder, "broken.so", NULL);
  g_autofree char *missing = g_build_filename (self->folder, "missing.so", NULL);
  g_autofree char *modules = g_strjoin (":", missing, broken, pkcs11_test_module (), NULL);
  g_autoptr (IlkCardInfo) info = NULL;

  g_assert_true (g_file_set_contents (broken, "x", -1, NULL));
  g_setenv ("ILKIMZA_PKCS11_MODULES", modules, TRUE);
  info = pkcs11_test_read (self);
  g_assert_cmpint (info->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_null (info->module_problem);
}

/* A card that another program holds is not said to be unknown. */
static void
test_exclusive (Pkcs11Test    *self,
                gconstpointer  data)
{
  g_autoptr (IlkCardInfo) seen = NULL;
  g_autoptr (GError) error = NULL;

  scripted_transport_set_exclusive (self->transport);
  seen = pkcs11_test_read (self);
  g_assert_cmpint (seen->reach, ==, ILK_CARD_REACH_PKCS11);

  pkcs11_test_set (self, "Module", "C_GetTokenInfo", "225"); /* CKR_TOKEN_NOT_RECOGNIZED */
  g_assert_null (card_test_read (self->transport, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_IN_USE);
}

typedef struct {
  Pkcs11Test *test;
  const char *function;
} Changer;

static gpointer
change_card_when_called (gpointer user_data)
{
  Changer *self = user_data;

  while (pkcs11_test_count (self->test, self->function) == 0)
    g_thread_yield ();
  scripted_transport_set_present (self->test->transport, TRUE);
  pkcs11_test_set (self->test, "Module", "wait", NULL);
  return NULL;
}

/* What a module says of a card that came while it was asked is not told as if it were of the one
 * whose ATR was seen. */
static void
test_changed_while_reading (Pkcs11Test    *self,
                            gconstpointer  data)
{
  Changer changer = { self, "C_GetSlotList" };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  pkcs11_test_set (self, "Module", "wait", "C_GetSlotList");
  thread = g_thread_new ("change", change_card_when_called, &changer);
  g_assert_null (card_test_read (self->transport, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_CARD_REMOVED);
  g_thread_join (thread);
}

/* A module that has taken over its process and says what it likes. */
static void
test_nonsense (Pkcs11Test    *self,
               gconstpointer  data)
{
  static const struct {
    const char *says;
    const char *problem;
  } rows[] = {
    { "", ILK_MODULE_PROBLEM_CRASHES },
    { "head -c 15 /dev/zero", ILK_MODULE_PROBLEM_CRASHES },
    { "printf '\\0\\0\\0\\0\\377\\377\\377\\377\\0\\0\\0\\0\\0\\0\\0\\0'",
      ILK_MODULE_PROBLEM_CRASHES },
    /* START is answered well, SLOTS with 64 bytes that are no list of tokens. */
    { "head -c 20 /dev/zero; printf '\\100'; head -c 11 /dev/zero; head -c 64 /bin/sh; read x",
      ILK_MODULE_PROBLEM_NONE },
    { "head -c 20 /dev/zero; printf '\\100'; head -c 75 /dev/zero; read x",
      ILK_MODULE_PROBLEM_NONE },
  };
  g_autofree char *path = g_build_filename (self->folder, "nonsense", NULL);
  g_autoptr (IlkCardInfo) missing = NULL;

  pkcs11_test_limit (ILK_PKCS11_CALL_END);
  g_setenv ("ILKIMZA_MODULE_PROGRAM", path, TRUE);
  missing = pkcs11_test_read (self);
  g_assert_cmpstr (missing->module_problem, ==, ILK_MODULE_PROBLEM_REFUSES);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *script = g_strdup_printf ("#!/bin/sh\nexec >&3 <&3\n%s\n", rows[i].says);
      g_autoptr (IlkCardInfo) info = NULL;

      g_test_message ("%s", rows[i].says);
      g_assert_true (g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0700,
                                               NULL));
      info = pkcs11_test_read (self);
      g_assert_cmpstr (info->module_problem, ==, rows[i].problem);
      g_assert_cmpint (info->reach, ==, ILK_CARD_REACH_NONE);
    }
}

/* Reading is broken off at once, with the process; the limit is a minute away. */
static void
test_cancel_reading (Pkcs11Test    *self,
                     gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Pkcs11Canceller canceller = { self, "C_GetTokenInfo", cancellable };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  pkcs11_test_set (self, "Module", "hang", "C_GetTokenInfo");
  thread = g_thread_new ("cancel", pkcs11_test_cancel_when_called, &canceller);
  g_assert_null (card_test_read_in (self->transport, SCRIPTED_READER, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

#define ADD(path, function) \
  g_test_add (path, Pkcs11Test, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/pkcs11-read/all", test_read);
  ADD ("/pkcs11-read/flags", test_flags);
  ADD ("/pkcs11-read/slot", test_slot);
  ADD ("/pkcs11-read/hangs", test_read_hangs);
  ADD ("/pkcs11-read/crashes", test_read_crashes);
  ADD ("/pkcs11-read/refuses", test_read_refuses);
  ADD ("/pkcs11-read/lengths", test_read_lengths);
  ADD ("/pkcs11-read/exclusive", test_exclusive);
  ADD ("/pkcs11-read/changed", test_changed_while_reading);
  ADD ("/pkcs11-read/nonsense", test_nonsense);
  ADD ("/pkcs11-read/initialize", test_initialize);
  ADD ("/pkcs11-read/files", test_files);
  ADD ("/pkcs11-read/several", test_several);
  ADD ("/pkcs11-read/cancel", test_cancel_reading);

  return g_test_run ();
}
