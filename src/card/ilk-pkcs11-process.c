/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "config.h"

#include "card/ilk-pkcs11-process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "card/ilk-card-error.h"
#include "card/ilk-pkcs11-codes.h"
#include "card/ilk-pkcs11-peer.h"

struct _IlkPkcs11Process
{
  GPid          pid;    /* 0: none */
  IlkPkcs11Peer peer;
  gboolean      broken; /* it is dead: nothing more is sent */
};

/* How long a module may take, in seconds. Cards are slow: an RSA key of 2048 bits in an old chip
 * needs a second or two, a card that is woken by pcscd a few; what takes longer hangs. */
static const guint time_limits[ILK_PKCS11_N_CALLS] = {
  [ILK_PKCS11_CALL_START] = 20,
  [ILK_PKCS11_CALL_SLOTS] = 20,
  [ILK_PKCS11_CALL_CERTIFICATES] = 30,
  [ILK_PKCS11_CALL_OPEN] = 20,
  [ILK_PKCS11_CALL_TOKEN] = 20,
  [ILK_PKCS11_CALL_LOGIN] = 60,
  [ILK_PKCS11_CALL_SET_PIN] = 60,
  /* A person types: three PINs with up to a minute before each. */
  [ILK_PKCS11_CALL_LOGIN_BY_PAD] = 120,
  [ILK_PKCS11_CALL_SET_PIN_BY_PAD] = 240,
  [ILK_PKCS11_CALL_SIGN] = 60,
  [ILK_PKCS11_CALL_END] = 3,
};

/* Tests shorten the time of one call: "CALL=MILLISECONDS". */
static gint64
get_time_limit (IlkPkcs11Call call)
{
  const char *said = g_getenv ("ILKIMZA_MODULE_LIMIT");
  int said_call;
  int milliseconds;

  if (said != NULL && sscanf (said, "%d=%d", &said_call, &milliseconds) == 2
      && said_call == (int) call)
    return milliseconds * (gint64) 1000;
  return (gint64) time_limits[call] * G_USEC_PER_SEC;
}

/* Where tests say, else in the build folder beside the program, else where it is installed. */
static char *
find_program (void)
{
  const char *said = g_getenv ("ILKIMZA_MODULE_PROGRAM");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : g_strdup (".");
  g_autofree char *built = g_build_filename (folder, "..", "card", "module", "ilkimza-module",
                                             NULL);

  if (said != NULL)
    return g_strdup (said);
  if (g_file_test (built, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&built);
  return g_build_filename (ILK_LIBEXECDIR, "ilkimza-module", NULL);
}

/* What a module prints could have a PIN in it, so nobody gets to see it. */
static gboolean
spawn (IlkPkcs11Process  *self,
       const char        *module,
       int                fd,
       GError           **error)
{
  g_autofree char *program = find_program ();
  const char *const argv[] = { program, module, NULL };
  const int target = ILK_PKCS11_SOCKET_FD;
  const GSpawnFlags flags = G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
                            | G_SPAWN_STDERR_TO_DEV_NULL;

  return g_spawn_async_with_pipes_and_fds ("/", argv, NULL, flags, NULL, NULL, -1, -1, -1, &fd,
                                           &target, 1, &self->pid, NULL, NULL, NULL, error);
}

static gboolean
open_process (IlkPkcs11Process  *self,
              const char        *module,
              GError           **error)
{
  gboolean done;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
      return FALSE;
    }

  self->peer.socket = ends[0];
  done = spawn (self, module, ends[1], error);
  close (ends[1]);
  if (done)
    self->peer.pidfd = (int) syscall (SYS_pidfd_open, self->pid, 0);
  return done;
}

static void
close_file (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* Ends the process, whatever it is at, and those that the module has started: it leads a group of
 * its own. It is a child that only we wait for, so the number can't have become another's. */
static void
kill_process (IlkPkcs11Process *self)
{
  self->broken = TRUE;
  close_file (&self->peer.socket);
  close_file (&self->peer.pidfd);
  if (self->pid == 0)
    return;

  kill (-self->pid, SIGKILL);
  kill (self->pid, SIGKILL); /* it may not have come to leading a group yet */
  while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  self->pid = 0;
}

/* Everything that ends a conversation, in words of what the person can do. */
static gboolean
break_off (IlkPkcs11Process  *self,
           GError            *cause,
           IlkPkcs11Call      call,
           GError           **error)
{
  g_autoptr (GError) reason = cause;

  kill_process (self);
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&reason));
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_MODULE_HANGS, -1, 0, 0,
                                                  "no answer to call %d in time", call));
  else
    g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_MODULE_FAILED, -1, 0, 0,
                                                  "call %d: %s", call, reason->message));
  return FALSE;
}

static GOutputVector
vector_of_secret (IlkSecret *secret)
{
  if (secret == NULL)
    return (GOutputVector) { "", 0 };

  return (GOutputVector) { ilk_secret_peek (secret), ilk_secret_get_length (secret) };
}

static gboolean
send_request (IlkPkcs11Process  *self,
              IlkPkcs11Call      call,
              GVariant          *body,
              IlkSecret         *first,
              IlkSecret         *second,
              gint64             deadline,
              GError           **error)
{
  IlkPkcs11Header header = { .code = call };
  GOutputVector vectors[] = {
    { &header, sizeof header },
    { body != NULL ? g_variant_get_data (body) : "", body != NULL ? g_variant_get_size (body) : 0 },
    vector_of_secret (first),
    vector_of_secret (second),
  };

  header.body_length = (guint32) vectors[1].size;
  header.secret_lengths[0] = (guint32) vectors[2].size;
  header.secret_lengths[1] = (guint32) vectors[3].size;
  return ilk_pkcs11_peer_send (&self->peer, vectors, G_N_ELEMENTS (vectors), deadline, error);
}

/* What comes from there is not to be trusted: a module may have done anything to its process. */
static gboolean
receive_answer (IlkPkcs11Process  *self,
                gint64             deadline,
                GCancellable      *cancellable,
                guint32           *code,
                GBytes           **answer,
                GError           **error)
{
  IlkPkcs11Header header;
  g_autofree char *body = NULL;

  if (!ilk_pkcs11_peer_receive (&self->peer, &header, sizeof header, deadline, cancellable, error))
    return FALSE;
  if (header.body_length > ILK_PKCS11_MAX_BODY)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "an answer too long");
      return FALSE;
    }

  body = g_malloc (MAX (header.body_length, 1));
  if (!ilk_pkcs11_peer_receive (&self->peer, body, header.body_length, deadline, cancellable,
                                error))
    return FALSE;

  *code = header.code;
  if (answer != NULL)
    *answer = g_bytes_new_take (g_steal_pointer (&body), header.body_length);
  return TRUE;
}

/**
 * ilk_pkcs11_process_call:
 * @body: (nullable): a floating reference is taken
 * @first: (nullable): a PIN
 * @second: (nullable): another
 * @cancellable: (nullable): ends the waiting and the process; none for what must not be broken off
 * @code: (out): what PKCS#11 answered
 * @answer: (out) (optional) (transfer full): the serialised GVariant, not checked
 *
 * After an error the process is dead, and whether the module has done what it was told is not
 * known.
 *
 * Returns: whether there was an answer
 */
gboolean
ilk_pkcs11_process_call (IlkPkcs11Process  *self,
                         IlkPkcs11Call      call,
                         GVariant          *body,
                         IlkSecret         *first,
                         IlkSecret         *second,
                         GCancellable      *cancellable,
                         guint32           *code,
                         GBytes           **answer,
                         GError           **error)
{
  g_autoptr (GVariant) owned = body != NULL ? g_variant_ref_sink (body) : NULL;
  gint64 deadline = g_get_monotonic_time () + get_time_limit (call);
  GError *local_error = NULL;

  if (self->broken)
    {
      g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_MODULE_FAILED, -1, 0, 0,
                                                    "the module's process has ended"));
      return FALSE;
    }

  if (send_request (self, call, owned, first, second, deadline, &local_error)
      && receive_answer (self, deadline, cancellable, code, answer, &local_error))
    return TRUE;

  return break_off (self, local_error, call, error);
}

gboolean
ilk_pkcs11_process_is_broken (IlkPkcs11Process *self)
{
  return self->broken;
}

/**
 * ilk_pkcs11_process_start:
 * @module: path of a PKCS#11 module
 * @refused: (out): whether it said itself that it will not, and did not just end
 *
 * Returns: (transfer full): a process in which the module has begun; %NULL with an error
 */
IlkPkcs11Process *
ilk_pkcs11_process_start (const char    *module,
                          GCancellable  *cancellable,
                          gboolean      *refused,
                          GError       **error)
{
  g_autoptr (IlkPkcs11Process) self = g_new0 (IlkPkcs11Process, 1);
  g_autoptr (GError) local_error = NULL;
  guint32 code;

  *refused = FALSE;
  self->peer = (IlkPkcs11Peer) { -1, -1 };
  if (!open_process (self, module, &local_error))
    {
      *refused = self->broken = TRUE;
      g_propagate_error (error, ilk_card_error_new (ILK_CARD_ERROR_MODULE_FAILED, -1, 0, 0, "%s",
                                                    local_error->message));
      return NULL;
    }
  if (!ilk_pkcs11_process_call (self, ILK_PKCS11_CALL_START, NULL, NULL, NULL, cancellable, &code,
                                NULL, error))
    return NULL;

  *refused = !ilk_pkcs11_code_check (code, ILK_PKCS11_SUBJECT_START, error);
  return *refused ? NULL : g_steal_pointer (&self);
}

/**
 * ilk_pkcs11_process_end:
 * @self: (transfer full): a process
 *
 * Gives the module a moment to end in order; then, or when it is broken, the process is killed.
 * None stays behind, not even dead.
 */
void
ilk_pkcs11_process_end (IlkPkcs11Process *self)
{
  guint32 code;

  if (!self->broken)
    ilk_pkcs11_process_call (self, ILK_PKCS11_CALL_END, NULL, NULL, NULL, NULL, &code, NULL, NULL);
  kill_process (self);
  g_free (self);
}
