/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded: writes each command that a program sends to a card into the file ILK_TRANSMIT_SPY, one a
 * line in hex. For made-up cards only: PINs are not left out. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include <winscard.h>

LONG
SCardTransmit (SCARDHANDLE             card,
               const SCARD_IO_REQUEST *send_pci,
               LPCBYTE                 command,
               DWORD                   length,
               SCARD_IO_REQUEST       *receive_pci,
               LPBYTE                  answer,
               LPDWORD                 answer_length)
{
  LONG (*real) (SCARDHANDLE, const SCARD_IO_REQUEST *, LPCBYTE, DWORD, SCARD_IO_REQUEST *, LPBYTE,
                LPDWORD);
  FILE *file = fopen (getenv ("ILK_TRANSMIT_SPY"), "a");

  *(void **) &real = dlsym (RTLD_NEXT, "SCardTransmit");
  for (DWORD i = 0; file != NULL && i < length; i++)
    fprintf (file, "%02X", command[i]);
  if (file != NULL)
    {
      fputc ('\n', file);
      fclose (file);
    }
  return real (card, send_pci, command, length, receive_pci, answer, answer_length);
}
