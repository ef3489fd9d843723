/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_WORD_MIN_BYTES 8
#define ILK_WORD_MAX_BYTES 256

/* Argon2id (m = 19456 KiB, t = 2, p = 1) over HMAC-SHA-256 (pepper, NFC of the word). */
char      *ilk_word_hash       (IlkSecret  *word,
                                IlkSecret  *pepper);
gboolean   ilk_word_verify     (IlkSecret  *word,
                                IlkSecret  *pepper,
                                const char *hash);
gboolean   ilk_word_is_current (const char *hash);

/* The slow part alone: input is a word's HMAC, or (without a pepper) the normalized word. */
char      *ilk_word_hash_input   (IlkSecret  *input);
gboolean   ilk_word_verify_input (IlkSecret  *input,
                                  const char *hash);

/* Whether it is an Argon2id string of parameters that a login can afford. */
gboolean   ilk_word_is_ready_hash (const char *hash);

/* Normalization form C of UTF-8 text; NULL when it is no valid UTF-8. */
IlkSecret *ilk_word_normalize  (IlkSecret  *word);

G_END_DECLS
