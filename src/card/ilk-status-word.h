/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-error.h"

G_BEGIN_DECLS

/* Status words of ISO 7816-4, table 5 and 6. */
#define ILK_SW_OK                     0x9000
#define ILK_SW_MORE                   0x6100 /* 61XX: XX bytes to fetch */
#define ILK_SW_END_OF_FILE            0x6282
#define ILK_SW_VERIFICATION_FAILED    0x6300
#define ILK_SW_TRIES_LEFT             0x63C0 /* 63CX: X tries left */
#define ILK_SW_EXECUTION_ERROR        0x6400
#define ILK_SW_MEMORY_FAILURE         0x6581
#define ILK_SW_WRONG_LENGTH           0x6700
#define ILK_SW_CHANNEL                0x6881
#define ILK_SW_SECURE_MESSAGING       0x6882
#define ILK_SW_LAST_OF_CHAIN          0x6883
#define ILK_SW_CHAINING               0x6884
#define ILK_SW_WRONG_FILE_KIND        0x6981
#define ILK_SW_SECURITY_STATUS        0x6982
#define ILK_SW_BLOCKED                0x6983
#define ILK_SW_REFERENCE_NOT_USABLE   0x6984
#define ILK_SW_CONDITIONS             0x6985
#define ILK_SW_NO_CURRENT_EF          0x6986
#define ILK_SW_WRONG_DATA             0x6A80
#define ILK_SW_FUNCTION_NOT_SUPPORTED 0x6A81
#define ILK_SW_FILE_NOT_FOUND         0x6A82
#define ILK_SW_RECORD_NOT_FOUND       0x6A83
#define ILK_SW_WRONG_P1_P2            0x6A86
#define ILK_SW_REFERENCE_NOT_FOUND    0x6A88
#define ILK_SW_WRONG_OFFSET           0x6B00
#define ILK_SW_WRONG_LE               0x6C00 /* 6CXX: XX is right */
#define ILK_SW_INS                    0x6D00
#define ILK_SW_CLA                    0x6E00
#define ILK_SW_NO_DIAGNOSIS           0x6F00

#define ILK_SW_IS_MORE(sw)       (((sw) & 0xFF00) == ILK_SW_MORE)
#define ILK_SW_IS_WRONG_LE(sw)   (((sw) & 0xFF00) == ILK_SW_WRONG_LE)
#define ILK_SW_IS_TRIES_LEFT(sw) (((sw) & 0xFFF0) == ILK_SW_TRIES_LEFT)

/* What the refused command was about: a counter that runs down means another thing to the person
 * when it belongs to the PIN and when it belongs to the unlock key. */
typedef enum {
  ILK_STATUS_OF_PIN,
  ILK_STATUS_OF_UNLOCK_KEY,
  ILK_STATUS_OF_READING,
  ILK_STATUS_N_SUBJECTS,
} IlkStatusSubject;

/* One row of the table: every status word with (sw & mask) == value. */
typedef struct {
  guint16      value;
  guint16      mask;
  const char  *meaning;
  IlkCardError errors[ILK_STATUS_N_SUBJECTS];
} IlkStatusRow;

const IlkStatusRow *ilk_status_word_get_rows       (gsize            *n_rows);
GError             *ilk_status_word_to_error       (guint16           sw,
                                                    IlkStatusSubject  subject,
                                                    const char       *command);
GError             *ilk_status_word_to_write_error (guint16           sw,
                                                    IlkStatusSubject  subject,
                                                    const char       *command);

G_END_DECLS
