/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

#include "server/ilk-word-rules.h"

gboolean
ilk_service_check_new_word (IlkService            *self,
                            IlkInbound            *request,
                            IlkReply              *reply,
                            const IlkHolderRecord *holder,
                            IlkSecret             *word)
{
  GError **error = &request->error;
  g_autofree char *number =
    ilk_service_open_field (self, "number", holder->index, holder->number, error);
  g_autofree char *name =
    ilk_service_open_field (self, "name", holder->index, holder->name, error);
  g_autofree char *phone =
    ilk_service_open_field (self, "phone", holder->index, holder->phone, error);
  g_autofree char *birth_year =
    ilk_service_open_field (self, "birth-year", holder->index, holder->birth_year, error);
  const IlkWordOwner owner = { number, name, phone, birth_year };
  const char *code;

  if (request->error != NULL)
    return FALSE;
  code = ilk_word_check (word, &owner);
  if (code != NULL)
    ilk_reply_problem (reply, code);
  return code == NULL;
}
