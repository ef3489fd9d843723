/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include "core/ilk-secret.h"
#include "server/ilk-store-records.h"

G_BEGIN_DECLS

#define ILK_HANDOVER_LINE_LIMIT (256 * 1024)

/* One line of a hand-over file, opened: a holder with a card. */
typedef struct {
  JsonObject    *data;      /* what the texts below are parts of */
  const char    *number;
  const char    *name;
  const char    *phone;
  const char    *email;
  char          *birth_year;
  gboolean       word_is_printed;
  const char    *pem;
  IlkCardRecord  card;
  char          *certificate_serial;
  IlkSecret     *word;      /* NULL: there is a hash */
  char          *hash;      /* Argon2id of the word without a pepper; NULL: there is a word */
  IlkSecret     *pin;       /* NULL: none is held */
} IlkHandoverEntry;

IlkHandoverEntry *ilk_handover_entry_read (IlkSecret         *text,
                                           IlkSecret         *key,
                                           GError           **error);
void              ilk_handover_entry_free (IlkHandoverEntry  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkHandoverEntry, ilk_handover_entry_free)

G_END_DECLS
