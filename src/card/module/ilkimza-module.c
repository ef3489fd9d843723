/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilkimza-module"

/* ilkimza-module MODULE: a process for one PKCS#11 module of somebody else's, told what to do over
 * the socket it inherits. Whatever the module does to its process, the program that started it
 * goes on. */

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "card/module/ilk-module-calls.h"

/* A group of its own, so that what the module starts can be ended with it. No core image, no looks
 * from outside, the socket is for no program that the module starts, and what is freed is
 * overwritten: the module's own copies of a PIN are out of our hands. */
static void
keep_to_itself (void)
{
  const struct rlimit none = { 0, 0 };

  setpgid (0, 0);
  fcntl (ILK_PKCS11_SOCKET_FD, F_SETFD, FD_CLOEXEC);
  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0);
#ifdef M_PERTURB
  mallopt (M_PERTURB, 0x5a);
#endif
}

/* Ends the process with its program, however that ended and whatever the module is at.
 * PR_SET_PDEATHSIG would not do: it follows the thread that started us, and not the program. */
static gpointer
end_with_program (gpointer user_data)
{
  struct pollfd socket = { ILK_PKCS11_SOCKET_FD, POLLRDHUP, 0 };

  while (poll (&socket, 1, -1) < 0 && errno == EINTR)
    continue;
  kill (0, SIGKILL);
  return NULL;
}

static gboolean
receive (gpointer buffer,
         gsize    length)
{
  char *bytes = buffer;

  while (length > 0)
    {
      ssize_t received = read (ILK_PKCS11_SOCKET_FD, bytes, length);

      if (received < 0 && errno == EINTR)
        continue;
      if (received <= 0)
        return FALSE;
      bytes += received;
      length -= (gsize) received;
    }

  return TRUE;
}

static gboolean
transmit (gconstpointer buffer,
          gsize         length)
{
  const char *bytes = buffer;

  while (length > 0)
    {
      ssize_t sent = send (ILK_PKCS11_SOCKET_FD, bytes, length, MSG_NOSIGNAL);

      if (sent < 0 && errno == EINTR)
        continue;
      if (sent < 0)
        return FALSE;
      bytes += sent;
      length -= (gsize) sent;
    }

  return TRUE;
}

static const char *
get_body_type (guint32 call)
{
  switch (call)
    {
    case ILK_PKCS11_CALL_CERTIFICATES:
    case ILK_PKCS11_CALL_OPEN:
      return ILK_PKCS11_SLOT_TYPE;
    case ILK_PKCS11_CALL_SIGN:
      return ILK_PKCS11_SIGN_TYPE;
    default:
      return NULL;
    }
}

static gboolean
receive_body (const IlkPkcs11Header  *header,
              GVariant              **body)
{
  const char *type = get_body_type (header->code);
  g_autofree char *bytes = NULL;
  g_autoptr (GBytes) owned = NULL;

  if (header->body_length > ILK_PKCS11_MAX_BODY)
    return FALSE;
  bytes = g_malloc (MAX (header->body_length, 1));
  if (!receive (bytes, header->body_length))
    return FALSE;

  owned = g_bytes_new_take (g_steal_pointer (&bytes), header->body_length);
  if (type != NULL)
    *body = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (type), owned, FALSE));
  return TRUE;
}

static gboolean
receive_secrets (const IlkPkcs11Header  *header,
                 IlkSecret             **secrets)
{
  for (guint i = 0; i < ILK_PKCS11_N_SECRETS; i++)
    {
      gsize length = header->secret_lengths[i];

      if (length == 0)
        continue;
      if (length > ILK_PKCS11_MAX_SECRET)
        return FALSE;
      secrets[i] = ilk_secret_new (length);
      if (!receive (ilk_secret_get_writable (secrets[i]), length))
        return FALSE;
      ilk_secret_set_length (secrets[i], length);
    }

  return TRUE;
}

static gboolean
answer (CK_RV     rv,
        GVariant *body)
{
  IlkPkcs11Header header = { .code = (guint32) rv };

  if (body != NULL)
    header.body_length = (guint32) g_variant_get_size (body);
  return transmit (&header, sizeof header)
         && (body == NULL || transmit (g_variant_get_data (body), header.body_length));
}

static gboolean
serve_one (IlkModule *module)
{
  IlkPkcs11Header header;
  g_autoptr (GVariant) body = NULL;
  g_autoptr (GVariant) result = NULL;
  GVariant *floating = NULL;
  IlkSecret *secrets[ILK_PKCS11_N_SECRETS] = { NULL };
  gboolean received;
  CK_RV rv = CKR_OK;

  received = receive (&header, sizeof header) && receive_body (&header, &body)
             && receive_secrets (&header, secrets);
  if (received)
    rv = ilk_module_do (module, header.code, body, secrets, &floating);
  for (guint i = 0; i < ILK_PKCS11_N_SECRETS; i++)
    ilk_secret_unref (secrets[i]);
  if (floating != NULL)
    result = g_variant_ref_sink (floating);

  return received && answer (rv, result);
}

int
main (int   argc,
      char *argv[])
{
  IlkModule module = { 0 };

  if (argc != 2)
    return EXIT_FAILURE;

  keep_to_itself ();
  module.path = argv[1];
  g_thread_unref (g_thread_new ("ilk-end", end_with_program, NULL));
  while (serve_one (&module))
    continue;

  /* Not exit (): what a module wants done at the end may hang or crash. */
  _exit (EXIT_SUCCESS);
}
