/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into the program by a test: writes down every call into the card service's library
 * with the thread it came from. Such calls wait for another process or for a card, so none of
 * them may come from the main thread. */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <winscard.h>

static void
note (const char *name)
{
  const char *path = getenv ("ILKIMZA_E2E_CALLS");
  char line[80];
  int fd;

  if (path == NULL)
    return;

  strcpy (line, gettid () == getpid () ? "main " : "other ");
  strncat (line, name, sizeof line - strlen (line) - 2);
  strcat (line, "\n");

  /* One write of one short line with O_APPEND does not mix with another thread's. */
  fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    abort ();
  if (write (fd, line, strlen (line)) != (ssize_t) strlen (line))
    abort ();
  close (fd);
}

#define WATCH(name, parameters, arguments)             \
  LONG                                                 \
  name parameters                                      \
  {                                                    \
    LONG (*real) parameters = dlsym (RTLD_NEXT, #name); \
                                                       \
    note (#name);                                      \
    return real arguments;                             \
  }

WATCH (SCardEstablishContext,
       (DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context),
       (scope, reserved1, reserved2, context))
WATCH (SCardReleaseContext, (SCARDCONTEXT context), (context))
WATCH (SCardIsValidContext, (SCARDCONTEXT context), (context))
WATCH (SCardConnect,
       (SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD preferred, LPSCARDHANDLE card,
        LPDWORD active),
       (context, reader, share, preferred, card, active))
WATCH (SCardReconnect,
       (SCARDHANDLE card, DWORD share, DWORD preferred, DWORD initialization, LPDWORD active),
       (card, share, preferred, initialization, active))
WATCH (SCardDisconnect, (SCARDHANDLE card, DWORD disposition), (card, disposition))
WATCH (SCardBeginTransaction, (SCARDHANDLE card), (card))
WATCH (SCardEndTransaction, (SCARDHANDLE card, DWORD disposition), (card, disposition))
WATCH (SCardStatus,
       (SCARDHANDLE card, LPSTR names, LPDWORD names_length, LPDWORD state, LPDWORD protocol,
        LPBYTE atr, LPDWORD atr_length),
       (card, names, names_length, state, protocol, atr, atr_length))
WATCH (SCardGetStatusChange,
       (SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD n_states),
       (context, timeout, states, n_states))
WATCH (SCardControl,
       (SCARDHANDLE card, DWORD code, LPCVOID in, DWORD in_length, LPVOID out, DWORD out_length,
        LPDWORD written),
       (card, code, in, in_length, out, out_length, written))
WATCH (SCardTransmit,
       (SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE command, DWORD command_length,
        SCARD_IO_REQUEST *receive_pci, LPBYTE answer, LPDWORD answer_length),
       (card, send_pci, command, command_length, receive_pci, answer, answer_length))
WATCH (SCardListReaders, (SCARDCONTEXT context, LPCSTR groups, LPSTR readers, LPDWORD length),
       (context, groups, readers, length))
WATCH (SCardGetAttrib, (SCARDHANDLE card, DWORD id, LPBYTE attribute, LPDWORD length),
       (card, id, attribute, length))
