/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards that are reached through a PKCS#11 module, with a module of ours that misbehaves. */
#include "pkcs11-test.h"

#include <string.h>

#include <p11-kit/pkcs11.h>

#include "card/ilk-pkcs11-wire.h"

#define SERIAL "0011223344556677"

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

static IlkCardInfo *
read_card (Pkcs11Test *self)
{
  g_autoptr (GError) error = NULL;
  IlkCardInfo *info = card_test_read (self->transport, &error);

  g_assert_no_error (error);
  g_assert_nonnull (info);
  g_assert_cmpint (info->kind, ==, ILK_CARD_KIND_AKIS);
  return info;
}

static IlkCardSession *
open_card (Pkcs11Test *self)
{
  g_autoptr (IlkCardInfo) info = read_card (self);
  g_autoptr (GError) error = NULL;
  IlkCardSession *session;

  g_assert_cmpstr (info->serial, ==, SERIAL);
  session = card_test_open (self->transport, SERIAL, NULL, &error);
  g_assert_no_error (error);
  pkcs11_test_forget (self);
  return session;
}

static void
limit_call (IlkPkcs11Call call)
{
  g_autofree char *limit = g_strdup_printf ("%d=%d", call, 200);

  g_setenv ("ILKIMZA_MODULE_LIMIT", limit, TRUE);
}

static void
assert_pin (Pkcs11Test *self,
            const char *pin,
            const char *tries)
{
  g_autofree char *real_pin = pkcs11_test_get (self, "pin");
  g_autofree char *real_tries = pkcs11_test_get (self, "tries");

  g_assert_cmpstr (real_pin, ==, pin);
  g_assert_cmpstr (real_tries, ==, tries);
}

/* Whatever is read, no try is spent and no PIN is shown. */
static void
assert_only_read (Pkcs11Test *self)
{
  g_assert_cmpuint (pkcs11_test_count (self, "C_Login"), ==, 0);
  g_assert_cmpuint (pkcs11_test_count (self, "C_SetPIN"), ==, 0);
  g_assert_cmpuint (scripted_transport_get_connections (self->transport), ==, 0);
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
  info = read_card (self);

  g_assert_cmpint (info->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_cmpstr (info->module, ==, pkcs11_test_module ());
  g_assert_null (info->module_problem);
  g_assert_cmpstr (info->serial, ==, SERIAL);
  g_assert_cmpstr (info->token_label, ==, "Deneme Kartı");
  g_assert_cmpint (info->pin_state, ==, ILK_PIN_STATE_SET);
  g_assert_cmpint (info->tries_left, ==, -1);
  g_assert_false (info->pin_count_low || info->pin_final_try || info->pin_locked);
  g_assert_cmpuint (info->min_pin, ==, 4);
  g_assert_cmpuint (info->max_pin, ==, 8);
  g_assert_cmpuint (info->certificates->len, ==, 1);
  g_assert_cmpstr (ilk_card_info_get_certificate (info)->holder, ==, "Deneme Öğretmen");
  g_assert_cmpuint (pkcs11_test_count (self, "C_Finalize"), ==, 1);
  assert_only_read (self);
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
      info = read_card (self);
      g_assert_cmpint (info->tries_left, ==, rows[i].left);
      g_assert_cmpint (info->pin_count_low, ==, rows[i].low);
      g_assert_cmpint (info->pin_final_try, ==, rows[i].final);
      g_assert_cmpint (info->pin_state, ==, rows[i].state);
      g_assert_cmpint (info->pin_locked, ==, rows[i].state == ILK_PIN_STATE_BLOCKED);
    }

  pkcs11_test_set (self, "Card", "tries", "3");
  pkcs11_test_set (self, "Card", "flags", "524288"); /* CKF_USER_PIN_TO_BE_CHANGED */
  to_be_changed = read_card (self);
  g_assert_true (to_be_changed->pin_to_be_changed);
  assert_only_read (self);
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
  by_name = read_card (self);
  g_assert_cmpint (by_name->reach, ==, ILK_CARD_REACH_PKCS11);

  pkcs11_test_set (self, "Card", "description", "AKIS slot 1");
  pkcs11_test_set (self, "Card", "slot-flags", "6");
  only = read_card (self);
  g_assert_cmpint (only->reach, ==, ILK_CARD_REACH_PKCS11);

  pkcs11_test_set (self, "Card", "slot-flags", "0");
  software = read_card (self);
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

  pkcs11_test_set (self, "Module", key, value);
  bad = read_card (self);
  g_assert_cmpint (bad->reach, ==, ILK_CARD_REACH_NONE);
  g_assert_cmpstr (bad->module_problem, ==, problem);
  g_assert_cmpuint (bad->certificates->len, ==, 0);

  pkcs11_test_set (self, "Module", key, NULL);
  good = read_card (self);
  g_assert_cmpint (good->reach, ==, ILK_CARD_REACH_PKCS11);
}

static void
test_read_hangs (Pkcs11Test    *self,
                 gconstpointer  data)
{
  limit_call (ILK_PKCS11_CALL_SLOTS);
  assert_problem_and_recovery (self, "hang", "C_GetTokenInfo", ILK_MODULE_PROBLEM_HANGS);
  limit_call (ILK_PKCS11_CALL_CERTIFICATES);
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
  info = read_card (self);
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

  usual = read_card (self);
  g_assert_cmpint (usual->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Initialize (arguments)"), ==, 1);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Initialize (NULL)"), ==, 0);

  pkcs11_test_set (self, "Module", "null-only", "true");
  pkcs11_test_forget (self);
  null_only = read_card (self);
  g_assert_cmpint (null_only->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Initialize (arguments)"), ==, 1);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Initialize (NULL)"), ==, 1);

  pkcs11_test_set (self, "Module", "arguments-only", "true");
  neither = read_card (self);
  g_assert_cmpstr (neither->module_problem, ==, ILK_MODULE_PROBLEM_REFUSES);

  pkcs11_test_set (self, "Module", "null-only", "false");
  arguments_only = read_card (self);
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
      info = read_card (self);
      g_assert_cmpstr (info->module_problem, ==, rows[i].problem);
    }
  g_assert_cmpuint (pkcs11_test_count (self, "C_GetSlotList"), ==, 0);

  /* The right beginning, and nothing behind it. */
  g_assert_true (g_file_set_contents (path, bytes, 200, NULL));
  cut = read_card (self);
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
  info = read_card (self);
  g_assert_cmpint (info->reach, ==, ILK_CARD_REACH_PKCS11);
  g_assert_null (info->module_problem);
}

static void
test_change (Pkcs11Test    *self,
             gconstpointer  data)
{
  IlkCardSession *session = open_card (self);
  g_autoptr (GError) error = NULL;

  g_assert_true (card_test_change (session, "123456", "654321", FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ilk_card_session_get_step (session), ==, ILK_CARD_STEP_DONE);
  g_assert_cmpuint (pkcs11_test_count (self, "C_SetPIN"), ==, 1);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Login"), ==, 1);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Logout"), ==, 1);
  assert_pin (self, "654321", "3");
  g_assert_cmpuint (scripted_transport_get_connections (self->transport), ==, 0);

  card_test_close (session);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Finalize"), ==, 1);
  g_object_unref (session);
}

static void
test_wrong_pin (Pkcs11Test    *self,
                gconstpointer  data)
{
  IlkCardSession *session = open_card (self);
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  g_autoptr (GError) third = NULL;
  g_autoptr (GError) last = NULL;
  g_autoptr (GError) blocked = NULL;

  g_assert_false (card_test_change (session, "111111", "654321", FALSE, NULL, &first));
  g_assert_error (first, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  g_assert_cmpint (ilk_card_error_get_tries_left (first), ==, -1);
  assert_pin (self, "123456", "2");

  g_assert_false (card_test_verify (session, "111111", FALSE, NULL, &second));
  g_assert_error (second, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  g_assert_cmpint (ilk_card_error_get_tries_left (second), ==, 1);

  pkcs11_test_forget (self);
  g_assert_false (card_test_change (session, "123456", "654321", FALSE, NULL, &third));
  g_assert_error (third, ILK_CARD_ERROR, ILK_CARD_ERROR_LAST_TRY);
  assert_only_read (self);
  assert_pin (self, "123456", "1");

  g_assert_false (card_test_change (session, "111111", "654321", TRUE, NULL, &last));
  g_assert_error (last, ILK_CARD_ERROR, ILK_CARD_ERROR_PIN_BLOCKED);
  g_assert_cmpint (ilk_card_error_get_tries_left (last), ==, 0);

  pkcs11_test_forget (self);
  g_assert_false (card_test_verify (session, "123456", TRUE, NULL, &blocked));
  g_assert_error (blocked, ILK_CARD_ERROR, ILK_CARD_ERROR_PIN_BLOCKED);
  assert_only_read (self);
  card_test_close (session);
  g_object_unref (session);
}

/* A module that tells nothing of the tries: the code alone says that the PIN is blocked. */
static void
test_lies (Pkcs11Test    *self,
           gconstpointer  data)
{
  IlkCardSession *session = open_card (self);
  g_autoptr (GError) error = NULL;

  pkcs11_test_set (self, "Module", "lies", "true");
  pkcs11_test_set (self, "Card", "tries", "0");
  g_assert_false (card_test_verify (session, "123456", FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_PIN_BLOCKED);
  card_test_close (session);
  g_object_unref (session);
}

/* Nothing is sent when the card is another one, takes no PIN from us or none of this length. */
static void
test_nothing_sent (Pkcs11Test    *self,
                   gconstpointer  data)
{
  static const struct {
    const char   *key;
    const char   *value;
    IlkCardError  error;
  } rows[] = {
    { "serial", "FFFF000000000000", ILK_CARD_ERROR_OTHER_CARD },
    { "max", "5", ILK_CARD_ERROR_PIN_LENGTH },
    { "flags", "256", ILK_CARD_ERROR_NOT_SUPPORTED }, /* CKF_PROTECTED_AUTHENTICATION_PATH */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      IlkCardSession *session = open_card (self);
      g_autofree char *before = pkcs11_test_get (self, rows[i].key);
      g_autoptr (GError) error = NULL;

      pkcs11_test_set (self, "Card", rows[i].key, rows[i].value);
      g_assert_false (card_test_change (session, "123456", "654321", FALSE, NULL, &error));
      g_assert_error (error, ILK_CARD_ERROR, (int) rows[i].error);
      assert_only_read (self);
      card_test_close (session);
      g_object_unref (session);
      pkcs11_test_set (self, "Card", rows[i].key, before);
    }
}

static void
test_other_card (Pkcs11Test    *self,
                 gconstpointer  data)
{
  g_autoptr (IlkCardInfo) info = read_card (self);
  g_autoptr (GError) error = NULL;

  pkcs11_test_set (self, "Card", "serial", "FFFF000000000000");
  pkcs11_test_forget (self);
  g_assert_null (card_test_open (self->transport, SERIAL, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_OTHER_CARD);
  g_assert_cmpuint (pkcs11_test_count (self, "C_OpenSession"), ==, 0);
  assert_only_read (self);
}

typedef struct {
  const char   *key;
  const char   *value;
  IlkPkcs11Call limited;
  IlkCardError  error;
  const char   *pin; /* what the card has afterwards */
} Fault;

/* Where a write breaks off, what is said of it has to be true; nothing is sent after it, and a new
 * session finds the card as it is. */
static void
test_write_faults (Pkcs11Test    *self,
                   gconstpointer  data)
{
  static const Fault faults[] = {
    { "hang", "C_SetPIN", ILK_PKCS11_CALL_SET_PIN, ILK_CARD_ERROR_UNCERTAIN, "123456" },
    { "crash", "C_SetPIN", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "123456" },
    { "crash", "C_SetPIN afterwards", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "654321" },
    { "C_SetPIN afterwards", "48", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "654321" },
    { "C_SetPIN", "48", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "123456" },
    { "C_SetPIN", "84", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_NOT_SUPPORTED, "123456" },
    { "C_SetPIN", "162", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_PIN_LENGTH, "123456" },
    { "C_SetPIN", "161", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_PIN_INVALID, "123456" },
    { "C_SetPIN", "224", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_CARD_REMOVED, "123456" },
    { "crash", "C_Login", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "654321" },
    { "hang", "C_Login", ILK_PKCS11_CALL_LOGIN, ILK_CARD_ERROR_UNCERTAIN, "654321" },
    { "C_Login", "160", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "654321" },
    { "crash", "C_GetTokenInfo", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_MODULE_FAILED, "123456" },
    { "hang", "C_GetTokenInfo", ILK_PKCS11_CALL_TOKEN, ILK_CARD_ERROR_MODULE_HANGS, "123456" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      const Fault *fault = &faults[i];
      IlkCardSession *session = open_card (self);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) again = NULL;
      guint sent;

      g_test_message ("%s %s", fault->key, fault->value);
      limit_call (fault->limited);
      pkcs11_test_set (self, "Module", fault->key, fault->value);
      g_assert_false (card_test_change (session, "123456", "654321", FALSE, NULL, &error));
      g_assert_error (error, ILK_CARD_ERROR, (int) fault->error);
      sent = pkcs11_test_count (self, "C_SetPIN");
      g_assert_cmpuint (sent, ==, g_str_equal (fault->value, "C_GetTokenInfo") ? 0 : 1);
      g_assert_cmpuint (pkcs11_test_count (self, "C_Login"), <=, 1);
      assert_pin (self, fault->pin, "3");

      pkcs11_test_set (self, "Module", fault->key, NULL);
      if (g_str_equal (fault->key, "hang") || g_str_equal (fault->key, "crash"))
        {
          g_assert_false (card_test_verify (session, fault->pin, FALSE, NULL, &again));
          g_assert_nonnull (again);
          g_assert_cmpuint (pkcs11_test_count (self, "C_SetPIN"), ==, sent);
        }
      card_test_close (session);
      g_object_unref (session);
      pkcs11_test_set (self, "Card", "pin", "123456");
    }
}

typedef struct {
  Pkcs11Test   *test;
  const char   *function; /* once it is called, the cancellable is */
  GCancellable *cancellable;
} Canceller;

/* Waits for the module to say, in its log, that it hangs. */
static gpointer
cancel_when_called (gpointer user_data)
{
  Canceller *self = user_data;

  while (pkcs11_test_count (self->test, self->function) == 0)
    g_thread_yield ();
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

/* Reading is broken off at once, with the process; the limit is a minute away. */
static void
test_cancel_reading (Pkcs11Test    *self,
                     gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Canceller canceller = { self, "C_GetTokenInfo", cancellable };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  pkcs11_test_set (self, "Module", "hang", "C_GetTokenInfo");
  thread = g_thread_new ("cancel", cancel_when_called, &canceller);
  g_assert_null (card_test_read_in (self->transport, SCRIPTED_READER, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

/* A PIN that is on its way is waited for, whatever was cancelled. */
static void
test_cancel_writing (Pkcs11Test    *self,
                     gconstpointer  data)
{
  IlkCardSession *session = open_card (self);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Canceller canceller = { self, "C_SetPIN", cancellable };
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", cancel_when_called, &canceller);

  g_assert_true (card_test_change (session, "123456", "654321", FALSE, cancellable, &error));
  g_assert_no_error (error);
  g_thread_join (thread);
  assert_pin (self, "654321", "3");
  card_test_close (session);
  g_object_unref (session);
}

/* A card of APDU alone has no link, and one of a link no unlock. */
static void
test_no_unlock (Pkcs11Test    *self,
                gconstpointer  data)
{
  IlkCardSession *session = open_card (self);
  g_autoptr (GError) error = NULL;

  g_assert_null (card_test_get_challenge (session, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_NOT_SUPPORTED);
  card_test_close (session);
  g_object_unref (session);
}

#define ADD(path, function) \
  g_test_add (path, Pkcs11Test, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/pkcs11/read", test_read);
  ADD ("/pkcs11/flags", test_flags);
  ADD ("/pkcs11/slot", test_slot);
  ADD ("/pkcs11/read/hangs", test_read_hangs);
  ADD ("/pkcs11/read/crashes", test_read_crashes);
  ADD ("/pkcs11/read/refuses", test_read_refuses);
  ADD ("/pkcs11/read/lengths", test_read_lengths);
  ADD ("/pkcs11/initialize", test_initialize);
  ADD ("/pkcs11/files", test_files);
  ADD ("/pkcs11/several", test_several);
  ADD ("/pkcs11/change", test_change);
  ADD ("/pkcs11/wrong-pin", test_wrong_pin);
  ADD ("/pkcs11/lies", test_lies);
  ADD ("/pkcs11/nothing-sent", test_nothing_sent);
  ADD ("/pkcs11/other-card", test_other_card);
  ADD ("/pkcs11/write-faults", test_write_faults);
  ADD ("/pkcs11/cancel/reading", test_cancel_reading);
  ADD ("/pkcs11/cancel/writing", test_cancel_writing);
  ADD ("/pkcs11/no-unlock", test_no_unlock);

  return g_test_run ();
}
