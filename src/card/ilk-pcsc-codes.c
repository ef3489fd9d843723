/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-card"

#include "card/ilk-pcsc-codes.h"

#include <winscard.h>

/* On 64-bit Linux pcsc-lite's codes are positive 64-bit numbers, elsewhere negative ones. */
#define CODE(name) (guint32) ((name) & 0xFFFFFFFF), #name
#define SAME(error) { ILK_CARD_ERROR_##error, ILK_CARD_ERROR_##error }
#define EACH(establish, other) { ILK_CARD_ERROR_##establish, ILK_CARD_ERROR_##other }

/* Every code of pcsclite.h. COMM_ERROR and SECURITY_VIOLATION while connecting to the service are
 * polkit's refusal; later the first one says that the service has died. */
static const IlkPcscRow rows[] = {
  { CODE (SCARD_F_INTERNAL_ERROR), SAME (FAILED) },
  { CODE (SCARD_E_CANCELLED), SAME (FAILED) },
  { CODE (SCARD_E_INVALID_HANDLE), EACH (FAILED, CARD_REMOVED) },
  { CODE (SCARD_E_INVALID_PARAMETER), SAME (FAILED) },
  { CODE (SCARD_E_INVALID_TARGET), SAME (FAILED) },
  { CODE (SCARD_E_NO_MEMORY), SAME (FAILED) },
  { CODE (SCARD_F_WAITED_TOO_LONG), SAME (FAILED) },
  { CODE (SCARD_E_INSUFFICIENT_BUFFER), SAME (FAILED) },
  { CODE (SCARD_E_UNKNOWN_READER), SAME (NO_READER) },
  { CODE (SCARD_E_TIMEOUT), SAME (FAILED) },
  { CODE (SCARD_E_SHARING_VIOLATION), SAME (IN_USE) },
  { CODE (SCARD_E_NO_SMARTCARD), SAME (NO_CARD) },
  { CODE (SCARD_E_UNKNOWN_CARD), SAME (NOT_SUPPORTED) },
  { CODE (SCARD_E_CANT_DISPOSE), SAME (FAILED) },
  { CODE (SCARD_E_PROTO_MISMATCH), SAME (NOT_SUPPORTED) },
  { CODE (SCARD_E_NOT_READY), SAME (CARD_MUTE) },
  { CODE (SCARD_E_INVALID_VALUE), SAME (FAILED) },
  { CODE (SCARD_E_SYSTEM_CANCELLED), SAME (FAILED) },
  { CODE (SCARD_F_COMM_ERROR), EACH (SERVICE_REFUSED, SERVICE_OFF) },
  { CODE (SCARD_F_UNKNOWN_ERROR), SAME (FAILED) },
  { CODE (SCARD_E_INVALID_ATR), SAME (CARD_MUTE) },
  { CODE (SCARD_E_NOT_TRANSACTED), SAME (CARD_MUTE) },
  { CODE (SCARD_E_READER_UNAVAILABLE), SAME (NO_READER) },
  { CODE (SCARD_P_SHUTDOWN), SAME (SERVICE_OFF) },
  { CODE (SCARD_E_PCI_TOO_SMALL), SAME (FAILED) },
  { CODE (SCARD_E_READER_UNSUPPORTED), SAME (NO_READER) },
  { CODE (SCARD_E_DUPLICATE_READER), SAME (FAILED) },
  { CODE (SCARD_E_CARD_UNSUPPORTED), SAME (NOT_SUPPORTED) },
  { CODE (SCARD_E_NO_SERVICE), SAME (SERVICE_OFF) },
  { CODE (SCARD_E_SERVICE_STOPPED), EACH (SERVICE_VERSION, SERVICE_OFF) },
  { CODE (SCARD_E_UNSUPPORTED_FEATURE), SAME (NOT_SUPPORTED) },
  { CODE (SCARD_E_ICC_INSTALLATION), SAME (FAILED) },
  { CODE (SCARD_E_ICC_CREATEORDER), SAME (FAILED) },
  { CODE (SCARD_E_DIR_NOT_FOUND), SAME (FAILED) },
  { CODE (SCARD_E_FILE_NOT_FOUND), SAME (FAILED) },
  { CODE (SCARD_E_NO_DIR), SAME (FAILED) },
  { CODE (SCARD_E_NO_FILE), SAME (FAILED) },
  { CODE (SCARD_E_NO_ACCESS), SAME (SERVICE_REFUSED) },
  { CODE (SCARD_E_WRITE_TOO_MANY), SAME (FAILED) },
  { CODE (SCARD_E_BAD_SEEK), SAME (FAILED) },
  { CODE (SCARD_E_INVALID_CHV), SAME (FAILED) },
  { CODE (SCARD_E_UNKNOWN_RES_MNG), SAME (FAILED) },
  { CODE (SCARD_E_NO_SUCH_CERTIFICATE), SAME (FAILED) },
  { CODE (SCARD_E_CERTIFICATE_UNAVAILABLE), SAME (FAILED) },
  { CODE (SCARD_E_NO_READERS_AVAILABLE), SAME (NO_READER) },
  { CODE (SCARD_E_COMM_DATA_LOST), SAME (CARD_MUTE) },
  { CODE (SCARD_E_NO_KEY_CONTAINER), SAME (FAILED) },
  { CODE (SCARD_E_SERVER_TOO_BUSY), SAME (FAILED) },
  { CODE (SCARD_W_UNSUPPORTED_CARD), SAME (CARD_MUTE) },
  { CODE (SCARD_W_UNRESPONSIVE_CARD), SAME (CARD_MUTE) },
  { CODE (SCARD_W_UNPOWERED_CARD), SAME (CARD_MUTE) },
  { CODE (SCARD_W_RESET_CARD), SAME (CARD_RESET) },
  { CODE (SCARD_W_REMOVED_CARD), SAME (CARD_REMOVED) },
  { CODE (SCARD_W_SECURITY_VIOLATION), SAME (SERVICE_REFUSED) },
  { CODE (SCARD_W_WRONG_CHV), SAME (FAILED) },
  { CODE (SCARD_W_CHV_BLOCKED), SAME (FAILED) },
  { CODE (SCARD_W_EOF), SAME (FAILED) },
  { CODE (SCARD_W_CANCELLED_BY_USER), SAME (FAILED) },
  { CODE (SCARD_W_CARD_NOT_AUTHENTICATED), SAME (FAILED) },
};

/**
 * ilk_pcsc_codes_get_rows:
 * @n_rows: (out): number of rows
 *
 * Returns: (transfer none): the whole table, for tests that walk it
 */
const IlkPcscRow *
ilk_pcsc_codes_get_rows (gsize *n_rows)
{
  g_return_val_if_fail (n_rows != NULL, NULL);

  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

/**
 * ilk_pcsc_code_to_error:
 * @code: what a function of winscard returned, not SCARD_S_SUCCESS
 * @call: whether the connection to the service was being made
 * @function: name of the function, for the log
 *
 * Returns: (transfer full): the error of %ILK_CARD_ERROR that this code means
 */
GError *
ilk_pcsc_code_to_error (glong        code,
                        IlkPcscCall  call,
                        const char  *function)
{
  guint32 masked = (guint32) (code & 0xFFFFFFFF);

  g_return_val_if_fail (call < ILK_PCSC_N_CALLS, NULL);
  g_return_val_if_fail (function != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].code == masked)
        return ilk_card_error_new (rows[i].errors[call], -1, 0, masked, "%s: %s (0x%08X)",
                                   function, rows[i].name, masked);
    }

  return ilk_card_error_new (ILK_CARD_ERROR_FAILED, -1, 0, masked, "%s: unknown code 0x%08X",
                             function, masked);
}
