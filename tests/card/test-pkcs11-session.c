/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions with cards through a PKCS#11 module, with a module of ours that misbehaves. */
#include "pkcs11-test.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "card/ilk-pkcs11-registry.h"

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
test_change (Pkcs11Test    *self,
             gconstpointer  data)
{
  IlkCardSession *session = pkcs11_test_open (self);
  g_autoptr (GError) error = NULL;

  g_assert_true (card_test_change (session, "123456", "654321", FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (ilk_card_session_get_step (session), ==, ILK_CARD_STEP_DONE);
  g_assert_cmpuint (pkcs11_test_count (self, "C_SetPIN"), ==, 1);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Login"), ==, 1);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Logout"), ==, 1);
  pkcs11_test_assert_pin (self, "654321", "3");
  g_assert_cmpuint (scripted_transport_get_connections (self->transport), ==, 0);

  card_test_close (session);
  g_assert_cmpuint (pkcs11_test_count (self, "C_Finalize"), ==, 1);
  g_object_unref (session);
}

static void
test_wrong_pin (Pkcs11Test    *self,
                gconstpointer  data)
{
  IlkCardSession *session = pkcs11_test_open (self);
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  g_autoptr (GError) third = NULL;
  g_autoptr (GError) last = NULL;
  g_autoptr (GError) blocked = NULL;

  g_assert_false (card_test_change (session, "111111", "654321", FALSE, NULL, &first));
  g_assert_error (first, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  g_assert_cmpint (ilk_card_error_get_tries_left (first), ==, -1);
  pkcs11_test_assert_pin (self, "123456", "2");

  g_assert_false (card_test_verify (session, "111111", FALSE, NULL, &second));
  g_assert_error (second, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);
  g_assert_cmpint (ilk_card_error_get_tries_left (second), ==, 1);

  pkcs11_test_forget (self);
  g_assert_false (card_test_change (session, "123456", "654321", FALSE, NULL, &third));
  g_assert_error (third, ILK_CARD_ERROR, ILK_CARD_ERROR_LAST_TRY);
  pkcs11_test_assert_only_read (self);
  pkcs11_test_assert_pin (self, "123456", "1");

  g_assert_false (card_test_change (session, "111111", "654321", TRUE, NULL, &last));
  g_assert_error (last, ILK_CARD_ERROR, ILK_CARD_ERROR_PIN_BLOCKED);
  g_assert_cmpint (ilk_card_error_get_tries_left (last), ==, 0);

  pkcs11_test_forget (self);
  g_assert_false (card_test_verify (session, "123456", TRUE, NULL, &blocked));
  g_assert_error (blocked, ILK_CARD_ERROR, ILK_CARD_ERROR_PIN_BLOCKED);
  pkcs11_test_assert_only_read (self);
  card_test_close (session);
  g_object_unref (session);
}

/* A module that tells nothing of the tries: the code alone says that the PIN is blocked. */
static void
test_lies (Pkcs11Test    *self,
           gconstpointer  data)
{
  IlkCardSession *session = pkcs11_test_open (self);
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
      IlkCardSession *session = pkcs11_test_open (self);
      g_autofree char *before = pkcs11_test_get (self, rows[i].key);
      g_autoptr (GError) error = NULL;

      pkcs11_test_set (self, "Card", rows[i].key, rows[i].value);
      g_assert_false (card_test_change (session, "123456", "654321", FALSE, NULL, &error));
      g_assert_error (error, ILK_CARD_ERROR, (int) rows[i].error);
      pkcs11_test_assert_only_read (self);
      card_test_close (session);
      g_object_unref (session);
      pkcs11_test_set (self, "Card", rows[i].key, before);
    }
}

/* CKF_PROTECTED_AUTHENTICATION_PATH: the module asks for the PINs at the reader. */
static void
test_typed_on_the_reader (Pkcs11Test    *self,
                          gconstpointer  data)
{
  IlkCardSession *session;
  g_autoptr (IlkCardInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) given_up = NULL;
  g_autoptr (GError) wrong = NULL;

  pkcs11_test_set (self, "Card", "flags", "256");
  info = pkcs11_test_read (self);
  g_assert_cmpint (info->pad, ==, ILK_CARD_PAD_REQUIRED);

  session = pkcs11_test_open (self);
  pkcs11_test_set (self, "Card", "typed", "red key");
  g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, &given_up));
  g_assert_error (given_up, ILK_CARD_ERROR, ILK_CARD_ERROR_KEYPAD_CANCELLED);
  pkcs11_test_assert_pin (self, "123456", "3");

  pkcs11_test_set (self, "Card", "typed", "111111");
  g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, &wrong));
  g_assert_error (wrong, ILK_CARD_ERROR, ILK_CARD_ERROR_WRONG_PIN);

  /* The proof is typed, too; here with the old PIN, so that it fails. */
  pkcs11_test_set (self, "Card", "typed", "123456");
  pkcs11_test_set (self, "Card", "typed-new", "654321");
  g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNCERTAIN);
  g_clear_error (&error);
  pkcs11_test_set (self, "Card", "typed", "654321");
  g_assert_true (card_test_verify (session, NULL, FALSE, NULL, &error));
  g_assert_no_error (error);
  pkcs11_test_assert_pin (self, "654321", "3");
  card_test_close (session);
  g_object_unref (session);
}

/* A reader without keys can't be typed on, and the module is not asked to. */
static void
test_no_keys (Pkcs11Test    *self,
              gconstpointer  data)
{
  IlkCardSession *session = pkcs11_test_open (self);
  g_autoptr (GError) error = NULL;

  g_assert_false (card_test_change (session, NULL, NULL, FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_NOT_SUPPORTED);
  pkcs11_test_assert_only_read (self);
  card_test_close (session);
  g_object_unref (session);
}

/* The signing certificate is compared, too. */
static void
test_other_certificate (Pkcs11Test    *self,
                        gconstpointer  data)
{
  g_autoptr (IlkCardInfo) info = pkcs11_test_read (self);
  g_autoptr (GBytes) another = g_bytes_new_static ("another", 7);
  g_autoptr (GError) error = NULL;

  pkcs11_test_forget (self);
  g_assert_null (card_test_open_certificate (self->transport, SCRIPTED_READER, PKCS11_TEST_SERIAL,
                                             another, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_OTHER_CARD);
  pkcs11_test_assert_only_read (self);
}

static void
test_other_card (Pkcs11Test    *self,
                 gconstpointer  data)
{
  g_autoptr (IlkCardInfo) info = pkcs11_test_read (self);
  g_autoptr (GError) error = NULL;

  pkcs11_test_set (self, "Card", "serial", "FFFF000000000000");
  pkcs11_test_forget (self);
  g_assert_null (card_test_open (self->transport, PKCS11_TEST_SERIAL, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_OTHER_CARD);
  g_assert_cmpuint (pkcs11_test_count (self, "C_OpenSession"), ==, 0);
  pkcs11_test_assert_only_read (self);
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
    { "C_SetPIN", "224", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "123456" },
    { "crash", "C_Login", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "654321" },
    { "hang", "C_Login", ILK_PKCS11_CALL_LOGIN, ILK_CARD_ERROR_UNCERTAIN, "654321" },
    { "C_Login", "160", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_UNCERTAIN, "654321" },
    { "crash", "C_GetTokenInfo", ILK_PKCS11_N_CALLS, ILK_CARD_ERROR_MODULE_FAILED, "123456" },
    { "hang", "C_GetTokenInfo", ILK_PKCS11_CALL_TOKEN, ILK_CARD_ERROR_MODULE_HANGS, "123456" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      const Fault *fault = &faults[i];
      IlkCardSession *session = pkcs11_test_open (self);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) again = NULL;
      guint sent;

      g_test_message ("%s %s", fault->key, fault->value);
      pkcs11_test_limit (fault->limited);
      pkcs11_test_set (self, "Module", fault->key, fault->value);
      g_assert_false (card_test_change (session, "123456", "654321", FALSE, NULL, &error));
      g_assert_error (error, ILK_CARD_ERROR, (int) fault->error);
      sent = pkcs11_test_count (self, "C_SetPIN");
      g_assert_cmpuint (sent, ==, g_str_equal (fault->value, "C_GetTokenInfo") ? 0 : 1);
      g_assert_cmpuint (pkcs11_test_count (self, "C_Login"), <=, 1);
      pkcs11_test_assert_pin (self, fault->pin, "3");

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

/* A PIN that is on its way is waited for, whatever was cancelled. */
static void
test_cancel_writing (Pkcs11Test    *self,
                     gconstpointer  data)
{
  IlkCardSession *session = pkcs11_test_open (self);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Pkcs11Canceller canceller = { self, "C_SetPIN", cancellable };
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_new ("cancel", pkcs11_test_cancel_when_called, &canceller);

  g_assert_true (card_test_change (session, "123456", "654321", FALSE, cancellable, &error));
  g_assert_no_error (error);
  g_thread_join (thread);
  pkcs11_test_assert_pin (self, "654321", "3");
  card_test_close (session);
  g_object_unref (session);
}

/* Becomes readable when the process is dead, though nobody may have waited for it. */
static void
await_death (int pidfd)
{
  struct pollfd process = { pidfd, POLLIN, 0 };

  g_assert_cmpint (poll (&process, 1, 10000), ==, 1);
  close (pidfd);
}

static int
open_process (GPid pid)
{
  int pidfd = (int) syscall (SYS_pidfd_open, pid, 0);

  g_assert_cmpint (pidfd, >=, 0);
  return pidfd;
}

/* What the module has started ends with it, and does not make its death unseen: the limit is a
 * minute away. */
static void
test_fork (Pkcs11Test    *self,
           gconstpointer  data)
{
  g_autofree char *path = g_strconcat (self->card, ".child", NULL);
  g_autofree char *number = NULL;
  g_autoptr (GError) error = NULL;
  IlkCardSession *session = pkcs11_test_open (self);
  gint64 begin = g_get_monotonic_time ();
  int child;

  pkcs11_test_set (self, "Module", "fork", "C_GetTokenInfo");
  pkcs11_test_set (self, "Module", "crash", "C_Login");
  g_assert_false (card_test_verify (session, "123456", FALSE, NULL, &error));
  g_assert_error (error, ILK_CARD_ERROR, ILK_CARD_ERROR_UNCERTAIN);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 30 * G_USEC_PER_SEC);

  g_assert_true (g_file_get_contents (path, &number, NULL, NULL));
  child = (int) syscall (SYS_pidfd_open, atoi (number), 0);
  if (child >= 0)
    await_death (child);
  card_test_close (session);
  g_object_unref (session);
}

/* C_Finalize hangs: the end is not waited for long. */
static void
test_end_hangs (Pkcs11Test    *self,
                gconstpointer  data)
{
  IlkCardSession *session = pkcs11_test_open (self);

  pkcs11_test_set (self, "Module", "hang", "C_Finalize");
  pkcs11_test_limit (ILK_PKCS11_CALL_END);
  card_test_close (session);
  g_object_unref (session);
}

/* The program is killed while a module hangs: nobody is left to end its process, so that ends by
 * itself. Run again with --hang, this program is the one to be killed. */
static void
test_program_killed (Pkcs11Test    *self,
                     gconstpointer  data)
{
  const char *argv[] = { "/proc/self/exe", "--hang", NULL };
  g_autoptr (GArray) helpers = NULL;
  g_autoptr (GError) error = NULL;
  int helper;
  GPid program;

  pkcs11_test_set (self, "Module", "hang", "C_GetTokenInfo");
  g_assert_true (g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                &program, &error));
  g_assert_no_error (error);
  while (pkcs11_test_count (self, "C_GetTokenInfo") == 0)
    g_thread_yield ();

  helpers = pkcs11_test_children (program);
  g_assert_cmpuint (helpers->len, ==, 1);
  helper = open_process (g_array_index (helpers, GPid, 0));
  kill (program, SIGKILL);
  g_assert_cmpint (waitpid (program, NULL, 0), ==, program);
  await_death (helper);
}

static int
hang (void)
{
  g_autoptr (ScriptedTransport) transport = scripted_transport_new (PKCS11_TEST_ATR);
  g_autoptr (IlkPkcs11Registry) registry = ilk_pkcs11_registry_new ();
  g_autoptr (IlkCardInfo) info = NULL;

  ilk_transport_set_modules (ILK_TRANSPORT (transport), registry);
  info = card_test_read (transport, NULL);
  return EXIT_FAILURE;
}

/* A card of APDU alone has no link, and one of a link no unlock. */
static void
test_no_unlock (Pkcs11Test    *self,
                gconstpointer  data)
{
  IlkCardSession *session = pkcs11_test_open (self);
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
  if (argc == 2 && g_str_equal (argv[1], "--hang"))
    return hang ();
  g_test_init (&argc, &argv, NULL);

  ADD ("/pkcs11-session/change", test_change);
  ADD ("/pkcs11-session/wrong-pin", test_wrong_pin);
  ADD ("/pkcs11-session/lies", test_lies);
  ADD ("/pkcs11-session/nothing-sent", test_nothing_sent);
  ADD ("/pkcs11-session/other-card", test_other_card);
  ADD ("/pkcs11-session/other-certificate", test_other_certificate);
  ADD ("/pkcs11-session/typed-on-the-reader", test_typed_on_the_reader);
  ADD ("/pkcs11-session/no-keys", test_no_keys);
  ADD ("/pkcs11-session/write-faults", test_write_faults);
  ADD ("/pkcs11-session/cancel", test_cancel_writing);
  ADD ("/pkcs11-session/end/fork", test_fork);
  ADD ("/pkcs11-session/end/hangs", test_end_hangs);
  ADD ("/pkcs11-session/end/program-killed", test_program_killed);
  ADD ("/pkcs11-session/no-unlock", test_no_unlock);

  return g_test_run ();
}
