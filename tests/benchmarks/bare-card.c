/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bare-card READER [FILE]: the least that a program does to read a card.
 *
 * With FILE: at each line on standard input waits for a card in READER, sends the commands of FILE
 * (one a line, in hex), and prints the time at which the card was told of and the time at which all
 * answers were there. Without: prints the times at which a card is told of, and sends nothing.
 * Microseconds of the monotonic clock. Ends with standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <winscard.h>

#define MAX_COMMANDS 200

static GBytes *commands[MAX_COMMANDS];
static guint n_commands;

static void
check (LONG        code,
       const char *function)
{
  if (code != SCARD_S_SUCCESS)
    g_error ("%s: %s", function, pcsc_stringify_error (code));
}

static void
load (const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("no file %s", path);
  lines = g_strsplit (g_strchomp (text), "\n", MAX_COMMANDS);
  for (n_commands = 0; lines[n_commands] != NULL; n_commands++)
    {
      gsize length = strlen (lines[n_commands]) / 2;
      guint8 *bytes = g_malloc (length);

      for (gsize i = 0; i < length; i++)
        bytes[i] = (guint8) (g_ascii_xdigit_value (lines[n_commands][2 * i]) << 4
                             | g_ascii_xdigit_value (lines[n_commands][2 * i + 1]));
      commands[n_commands] = g_bytes_new_take (bytes, length);
    }
}

static void
wait_for (SCARDCONTEXT       context,
          SCARD_READERSTATE *state,
          gboolean           present)
{
  while (((state->dwEventState & SCARD_STATE_PRESENT) != 0) != present)
    {
      state->dwCurrentState = state->dwEventState;
      check (SCardGetStatusChange (context, INFINITE, state, 1), "SCardGetStatusChange");
    }
}

static void
read_card (SCARDCONTEXT  context,
           const char   *reader)
{
  SCARDHANDLE card;
  DWORD protocol;

  check (SCardConnect (context, reader, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                       &card, &protocol), "SCardConnect");
  check (SCardBeginTransaction (card), "SCardBeginTransaction");
  for (guint i = 0; i < n_commands; i++)
    {
      BYTE answer[258];
      DWORD length = sizeof answer;
      gsize size;
      const guint8 *command = g_bytes_get_data (commands[i], &size);

      check (SCardTransmit (card, protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1, command,
                            size, NULL, answer, &length), "SCardTransmit");
    }
  check (SCardEndTransaction (card, SCARD_LEAVE_CARD), "SCardEndTransaction");
  check (SCardDisconnect (card, SCARD_LEAVE_CARD), "SCardDisconnect");
}

int
main (int   argc,
      char *argv[])
{
  SCARDCONTEXT context;
  SCARD_READERSTATE state = { 0 };
  char line[16];

  if (argc < 2)
    return 2;
  if (argc > 2)
    load (argv[2]);
  check (SCardEstablishContext (SCARD_SCOPE_SYSTEM, NULL, NULL, &context), "SCardEstablishContext");
  state.szReader = argv[1];

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      gint64 told;

      state.dwCurrentState = SCARD_STATE_UNAWARE;
      check (SCardGetStatusChange (context, 0, &state, 1), "SCardGetStatusChange");
      wait_for (context, &state, FALSE);
      printf ("waiting\n");
      fflush (stdout);
      wait_for (context, &state, TRUE);
      told = g_get_monotonic_time ();
      if (argc > 2)
        read_card (context, argv[1]);
      printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", told, g_get_monotonic_time ());
      fflush (stdout);
    }
  return 0;
}
