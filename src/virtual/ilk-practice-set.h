/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One made-up holder with a card, as the practice envelope shows it. The security word and the
 * identity number are made up and public within practice. */
typedef struct {
  /* "ready", "not-activated", "pinless", "blocked", "not-yet-valid", "expired", "dead",
   * "several" and "several-2" (one holder with two cards) */
  char *id;
  char *name;
  char *identity_number;
  char *phone;
  char *email;
  char *security_word;
  char *card_file;        /* path of the card's state file */
  char *card_serial;
} IlkPracticeHolder;

void ilk_practice_holder_free (IlkPracticeHolder *self);

/* Makes, in an empty folder of mode 0700: practice CA, card master key and the other credential
 * files of the service under keys/, one card per made-up holder under cards/, handover.jsonl, and
 * issuer.ini (the practice issuer's profile with its pinned sealing key).
 * Returns an array of IlkPracticeHolder. Blocking (makes RSA keys): for a worker thread. */
GPtrArray *ilk_practice_set_make         (const char           *folder,
                                          gint64                now,
                                          GError              **error);
void       ilk_practice_set_make_async   (const char           *folder,
                                          gint64                now,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GPtrArray *ilk_practice_set_make_finish  (GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
