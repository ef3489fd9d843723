/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <string.h>

#include "virtual/ilk-fault.h"

static const struct {
  const char   *name;
  IlkFaultKind  kind;
  gboolean      numbered;
} names[] = {
  { "pulled-before", ILK_FAULT_PULLED_BEFORE, TRUE },
  { "pulled-after",  ILK_FAULT_PULLED_AFTER,  TRUE },
  { "mute",          ILK_FAULT_MUTE,          FALSE },
  { "wrong-length",  ILK_FAULT_WRONG_LENGTH,  TRUE },
  { "slow",          ILK_FAULT_SLOW,          TRUE },
  { "reset",         ILK_FAULT_RESET,         TRUE },
  { "held",          ILK_FAULT_HELD,          FALSE },
  { "service-off",   ILK_FAULT_SERVICE_OFF,   FALSE },
};

/**
 * ilk_fault_parse:
 * @text: (nullable): a fault's name, %NULL for none
 * @fault: (out): the fault; untouched when the name is wrong
 *
 * Returns: whether @text names a fault
 */
gboolean
ilk_fault_parse (const char *text,
                 IlkFault   *fault)
{
  IlkFault none = { ILK_FAULT_NONE, 0 };
  const char *colon;
  gsize length;

  if (text == NULL)
    {
      *fault = none;
      return TRUE;
    }

  colon = strchr (text, ':');
  length = colon != NULL ? (gsize) (colon - text) : strlen (text);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      guint64 number = 0;

      if (strlen (names[i].name) != length || strncmp (names[i].name, text, length) != 0)
        continue;
      if (names[i].numbered != (colon != NULL))
        return FALSE;
      if (colon != NULL && !g_ascii_string_to_unsigned (colon + 1, 10, 1, 1000, &number, NULL))
        return FALSE;
      fault->kind = names[i].kind;
      fault->number = number;
      return TRUE;
    }
  return FALSE;
}

/* Whether a numbered fault strikes now; then it is used up. */
gboolean
ilk_fault_strike (IlkFault     *fault,
                  IlkFaultKind  kind,
                  guint         number)
{
  if (fault->kind != kind || fault->number != number)
    return FALSE;
  fault->kind = ILK_FAULT_NONE;
  return TRUE;
}
