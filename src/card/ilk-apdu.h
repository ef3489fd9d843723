/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"

G_BEGIN_DECLS

/* Short APDUs of ISO 7816-4 only: header, Lc and up to 255 bytes, Le. */
#define ILK_APDU_MAX_DATA    255
#define ILK_APDU_MAX_COMMAND (4 + 1 + ILK_APDU_MAX_DATA + 1)
#define ILK_APDU_MAX_ANSWER  (256 + 2)

/* Instruction bytes of ISO 7816-4; those of AKİS itself have CLA 80 (OpenSC card-akis.c). */
#define ILK_CLA_ISO               0x00
#define ILK_CLA_AKIS              0x80
#define ILK_INS_VERIFY            0x20
#define ILK_INS_MANAGE_SECURITY   0x22
#define ILK_INS_CHANGE_PIN        0x24
#define ILK_INS_PSO               0x2A
#define ILK_INS_RESET_RETRY       0x2C
#define ILK_INS_EXTERNAL_AUTH     0x82
#define ILK_INS_GET_CHALLENGE     0x84
#define ILK_INS_SELECT            0xA4
#define ILK_INS_READ_BINARY       0xB0
#define ILK_INS_GET_RESPONSE      0xC0
#define ILK_INS_GET_DATA          0xCA
#define ILK_INS_AKIS_LIFE_CYCLE   0x09
#define ILK_INS_AKIS_DIRECTORY    0x18
#define ILK_INS_AKIS_LOGOUT       0x1A

/* A command taken apart. data points into the bytes that were parsed. */
typedef struct {
  guint8        cla, ins, p1, p2;
  const guint8 *data;
  gsize         lc;
  int           le; /* -1: none; 256 for 00 */
} IlkApdu;

gboolean ilk_apdu_parse (const guint8 *bytes,
                         gsize         length,
                         IlkApdu      *out);

/* A command being built. It may hold a PIN: it lives on the stack and is wiped by clear (). */
typedef struct {
  /*< private >*/
  guint8   bytes[ILK_APDU_MAX_COMMAND];
  gsize    lc;
  int      le;
  gboolean overflow;
} IlkApduCommand;

void          ilk_apdu_command_init          (IlkApduCommand *self,
                                              guint8          cla,
                                              guint8          ins,
                                              guint8          p1,
                                              guint8          p2);
void          ilk_apdu_command_append        (IlkApduCommand *self,
                                              gconstpointer   data,
                                              gsize           length);
void          ilk_apdu_command_append_secret (IlkApduCommand *self,
                                              IlkSecret      *secret);
void          ilk_apdu_command_append_sized  (IlkApduCommand *self,
                                              IlkSecret      *secret);
void          ilk_apdu_command_set_le        (IlkApduCommand *self,
                                              int             le);
const guint8 *ilk_apdu_command_get_bytes     (IlkApduCommand *self,
                                              gsize          *length);
gboolean      ilk_apdu_command_is_reading    (IlkApduCommand *self);
void          ilk_apdu_command_clear         (IlkApduCommand *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (IlkApduCommand, ilk_apdu_command_clear)

/* An answer taken apart. data points into the bytes that were parsed. */
typedef struct {
  const guint8 *data;
  gsize         length;
  guint16       sw;
} IlkApduAnswer;

gboolean ilk_apdu_parse_answer (const guint8  *bytes,
                                gsize          length,
                                IlkApduAnswer *out);

G_END_DECLS
