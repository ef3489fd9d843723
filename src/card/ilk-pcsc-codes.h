/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-error.h"

G_BEGIN_DECLS

/* Where a PC/SC code came from: two of them mean something else while the connection to the card
 * service is being made. */
typedef enum {
  ILK_PCSC_CALL_ESTABLISH,
  ILK_PCSC_CALL_OTHER,
  ILK_PCSC_N_CALLS,
} IlkPcscCall;

typedef struct {
  guint32      code;
  const char  *name;
  IlkCardError errors[ILK_PCSC_N_CALLS];
} IlkPcscRow;

const IlkPcscRow *ilk_pcsc_codes_get_rows (gsize       *n_rows);
GError           *ilk_pcsc_code_to_error  (glong        code,
                                           IlkPcscCall  call,
                                           const char  *function);

G_END_DECLS
