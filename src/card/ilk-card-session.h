/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-secret.h"
#include "card/ilk-card-info.h"
#include "card/ilk-transport.h"

G_BEGIN_DECLS

/* Reads what a card tells without spending anything: connect, identify, disconnect. */
void         ilk_card_read_async  (IlkTransport        *transport,
                                   const char          *reader,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);
IlkCardInfo *ilk_card_read_finish (GAsyncResult        *result,
                                   GError             **error);

/* How far an operation got, for the report to the service and for the words to the person. */
typedef enum {
  ILK_CARD_STEP_OPEN,          /* connecting, re-reading the serial */
  ILK_CARD_STEP_CHALLENGE,     /* A3 */
  ILK_CARD_STEP_AUTHENTICATE,  /* A5 */
  ILK_CARD_STEP_RESET,         /* A6 */
  ILK_CARD_STEP_CHANGE,        /* CHANGE REFERENCE DATA */
  ILK_CARD_STEP_PROVE,         /* A7, VERIFY with the new PIN */
  ILK_CARD_STEP_SIGN,
  ILK_CARD_STEP_DONE,
} IlkCardStep;

const char *ilk_card_step_get_name (IlkCardStep step);

#define ILK_TYPE_CARD_SESSION (ilk_card_session_get_type ())
G_DECLARE_FINAL_TYPE (IlkCardSession, ilk_card_session, ILK, CARD_SESSION, GObject)

/* An exclusive transaction on the card with this very serial number and, where one is named, this
 * very signing certificate (DER); another one is refused with OTHER_CARD and nothing is sent to it
 * but reading commands. */
void            ilk_card_session_open_async  (IlkTransport        *transport,
                                              const char          *reader,
                                              const char          *expected_serial,
                                              GBytes              *expected_certificate,
                                              GCancellable        *cancellable,
                                              GAsyncReadyCallback  callback,
                                              gpointer             user_data);
IlkCardSession *ilk_card_session_open_finish (GAsyncResult        *result,
                                              GError             **error);
IlkCardStep     ilk_card_session_get_step    (IlkCardSession      *self);
guint16         ilk_card_session_get_status_word (IlkCardSession  *self); /* the last one */

/* VERIFY. allow_last_try: the person was asked. With one try left and no leave: LAST_TRY. */
void     ilk_card_session_verify_async  (IlkCardSession      *self,
                                         IlkSecret           *pin,
                                         gboolean             allow_last_try,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
gboolean ilk_card_session_verify_finish (IlkCardSession      *self,
                                         GAsyncResult        *result,
                                         GError             **error);

/* CHANGE REFERENCE DATA, then VERIFY with the new PIN as proof. Errors as above; when the CHANGE
 * was sent and not clearly refused, or was done and the proof failed in any way: UNCERTAIN. */
void     ilk_card_session_change_pin_async  (IlkCardSession      *self,
                                             IlkSecret           *old_pin,
                                             IlkSecret           *new_pin,
                                             gboolean             allow_last_try,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean ilk_card_session_change_pin_finish (IlkCardSession      *self,
                                             GAsyncResult        *result,
                                             GError             **error);

/* A3: tries of the unlock key (UNLOCK_KEY_LOW when one is left), then GET CHALLENGE, 16 bytes. */
void     ilk_card_session_get_challenge_async  (IlkCardSession      *self,
                                                GCancellable        *cancellable,
                                                GAsyncReadyCallback  callback,
                                                gpointer             user_data);
GBytes  *ilk_card_session_get_challenge_finish (IlkCardSession      *self,
                                                GAsyncResult        *result,
                                                GError             **error);

/* A5 to A7: EXTERNAL AUTHENTICATE, RESET RETRY COUNTER with the new PIN, VERIFY as proof.
 * Once A6 is sent the cancellable is no longer looked at. */
void     ilk_card_session_unlock_async  (IlkCardSession      *self,
                                         GBytes              *cryptogram,
                                         IlkSecret           *new_pin,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
gboolean ilk_card_session_unlock_finish (IlkCardSession      *self,
                                         GAsyncResult        *result,
                                         GError             **error);

/* Signs the SHA-256 of data with the key of a certificate of the card; only with a card that is
 * reached by PKCS#11, else NOT_SUPPORTED. PKCS#1 v1.5 for RSA; r and s, equally long, for ECDSA. */
void     ilk_card_session_sign_async    (IlkCardSession       *self,
                                         const IlkCertificate *certificate,
                                         GBytes               *data,
                                         IlkSecret            *pin,
                                         gboolean              allow_last_try,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GBytes  *ilk_card_session_sign_finish   (IlkCardSession       *self,
                                         GAsyncResult         *result,
                                         GError              **error);

/* Ends the transaction with a reset. Also done, by another thread, when the last reference goes. */
void     ilk_card_session_close_async   (IlkCardSession      *self,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
gboolean ilk_card_session_close_finish  (IlkCardSession      *self,
                                         GAsyncResult        *result,
                                         GError             **error);

G_END_DECLS
