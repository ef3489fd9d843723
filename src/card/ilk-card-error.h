/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ILK_CARD_ERROR (ilk_card_error_quark ())
GQuark ilk_card_error_quark (void);

/* Named by what the person can do about it. Every PC/SC code, status word and
 * PKCS#11 code is mapped to one of these, once. */
typedef enum {
  ILK_CARD_ERROR_SERVICE_OFF,      /* pcscd is not running or not installed */
  ILK_CARD_ERROR_SERVICE_REFUSED,  /* pcscd refuses us (polkit, remote session) */
  ILK_CARD_ERROR_SERVICE_VERSION,  /* pcscd speaks another protocol version */
  ILK_CARD_ERROR_NO_READER,        /* the reader is gone */
  ILK_CARD_ERROR_NO_CARD,          /* no card in the reader */
  ILK_CARD_ERROR_CARD_REMOVED,     /* pulled while working; the failed step has written nothing */
  ILK_CARD_ERROR_CARD_RESET,       /* another program reset the card; nothing was resent */
  ILK_CARD_ERROR_CARD_MUTE,        /* card there, not answering: upside down, dirty */
  ILK_CARD_ERROR_IN_USE,           /* another program holds the card */
  ILK_CARD_ERROR_OTHER_CARD,       /* another serial number than expected */
  ILK_CARD_ERROR_WRONG_PIN,        /* tries left in ilk_card_error_get_tries_left () */
  ILK_CARD_ERROR_PIN_BLOCKED,
  ILK_CARD_ERROR_PIN_NOT_SET,
  ILK_CARD_ERROR_LAST_TRY,         /* one try is left, and no leave to spend it; nothing was sent */
  ILK_CARD_ERROR_UNLOCK_REFUSED,   /* the cryptogram was wrong */
  ILK_CARD_ERROR_UNLOCK_KEY_LOW,   /* one try of the unlock key is left; nothing was sent */
  ILK_CARD_ERROR_NOT_ALLOWED,      /* status 6982/6985: the card refuses the command now */
  ILK_CARD_ERROR_DEAD,             /* life cycle AA, or PUK used up */
  ILK_CARD_ERROR_NOT_SUPPORTED,    /* this kind of card has no such command known to us */
  ILK_CARD_ERROR_ANSWER,           /* an answer nobody expected; see get_status_word () */
  ILK_CARD_ERROR_UNCERTAIN,        /* a writing command had no clear answer, or no proof */
  ILK_CARD_ERROR_FAILED,           /* anything else of PC/SC (code in get_pcsc_code ()) */
  ILK_CARD_ERROR_MODULE_HANGS,     /* the PKCS#11 module gave no answer in time and was ended */
  ILK_CARD_ERROR_MODULE_FAILED,    /* it crashed, refuses to work or can't be loaded */
  ILK_CARD_ERROR_MODULE_ARCHITECTURE, /* it is made for another kind of processor */
  ILK_CARD_ERROR_PIN_LENGTH,       /* the card takes no PIN of this length; nothing was changed */
  ILK_CARD_ERROR_PIN_INVALID,      /* the card does not take this new PIN; nothing was changed */
  ILK_CARD_ERROR_MODULE_MISSING,   /* no PKCS#11 module of this computer knows the card */
  ILK_CARD_ERROR_KEYPAD_TIMEOUT,   /* no key of the reader was pressed in time; nothing was sent */
  ILK_CARD_ERROR_KEYPAD_CANCELLED, /* the person pressed the reader's red key; nothing was sent */
  ILK_CARD_ERROR_KEYPAD_DIFFERENT, /* the new PIN was typed in two ways; nothing was sent */
} IlkCardError;

/* Extras of an error of this domain; -1, 0 and 0 when there is none. */
int     ilk_card_error_get_tries_left  (const GError *error);
guint16 ilk_card_error_get_status_word (const GError *error);
guint32 ilk_card_error_get_pcsc_code   (const GError *error);

GError *ilk_card_error_new             (IlkCardError  code,
                                        int           tries_left,
                                        guint16       status_word,
                                        guint32       pcsc_code,
                                        const char   *format,
                                        ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
