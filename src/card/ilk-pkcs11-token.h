/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-info.h"
#include "card/ilk-pkcs11-process.h"

G_BEGIN_DECLS

/* What a module says of one slot and the token in it. */
typedef struct {
  guint64  slot;
  guint64  slot_flags;
  guint64  flags;
  char    *description;
  char    *label;
  char    *manufacturer;
  char    *model;
  char    *serial;       /* never empty: a token without one is not taken */
  guint    min_pin;
  guint    max_pin;
} IlkPkcs11Token;

void            ilk_pkcs11_token_free       (IlkPkcs11Token    *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkPkcs11Token, ilk_pkcs11_token_free)

/* GPtrArray of IlkPkcs11Token (transfer full). */
GPtrArray      *ilk_pkcs11_token_list       (IlkPkcs11Process  *process,
                                             GCancellable      *cancellable,
                                             GError           **error);
/* Of the session that is open in the process. */
IlkPkcs11Token *ilk_pkcs11_token_read       (IlkPkcs11Process  *process,
                                             GCancellable      *cancellable,
                                             GError           **error);
gboolean        ilk_pkcs11_token_read_certificates (IlkPkcs11Process  *process,
                                             guint64            slot,
                                             IlkCardInfo       *info,
                                             GCancellable      *cancellable,
                                             GError           **error);
/* The token in a reader (transfer none, nullable). only_card: no other reader has a card. */
IlkPkcs11Token *ilk_pkcs11_token_find       (GPtrArray         *tokens,
                                             const char        *reader,
                                             gboolean           only_card);
void            ilk_pkcs11_token_to_info    (IlkPkcs11Token    *self,
                                             IlkCardInfo       *info);
/* Whether the PIN is typed at the reader, and the module takes none from a program. */
gboolean        ilk_pkcs11_token_has_keypad (IlkPkcs11Token    *self);

G_END_DECLS
