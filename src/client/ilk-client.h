/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "core/ilk-issuer.h"
#include "core/ilk-secret.h"

G_BEGIN_DECLS

#define ILK_CLIENT_ERROR (ilk_client_error_quark ())
GQuark ilk_client_error_quark (void);

/* Named by what the person can do about it. */
typedef enum {
  ILK_CLIENT_ERROR_OFFLINE,          /* no network, name not found, refused */
  ILK_CLIENT_ERROR_TLS,              /* the service's certificate is not to be trusted */
  ILK_CLIENT_ERROR_TIMEOUT,
  ILK_CLIENT_ERROR_BUSY,             /* 503, 429: later; seconds in get_retry_after () */
  ILK_CLIENT_ERROR_CAPTCHA,          /* captcha wrong or expired: a new one */
  ILK_CLIENT_ERROR_CREDENTIALS,      /* identity number or security word wrong; get_attempts_left () */
  ILK_CLIENT_ERROR_BLOCKED,          /* the account is blocked: call centre */
  ILK_CLIENT_ERROR_CODE_WRONG,       /* SMS code wrong; get_attempts_left () */
  ILK_CLIENT_ERROR_CODE_EXPIRED,     /* SMS code expired or used up: send again */
  ILK_CLIENT_ERROR_VERIFICATION_CODE, /* wrong, used or expired: get another in the browser */
  ILK_CLIENT_ERROR_WORD,             /* the new security word is not accepted; see get_problem () */
  ILK_CLIENT_ERROR_WORD_CHANGE,      /* the printed security word has to be changed first */
  ILK_CLIENT_ERROR_SMS_LIMIT,        /* too many SMS; get_retry_after () */
  ILK_CLIENT_ERROR_SESSION,          /* session or login attempt ended: log in again */
  ILK_CLIENT_ERROR_STEP_UP,          /* a new confirmation is needed for this */
  ILK_CLIENT_ERROR_OPERATION,        /* operation expired or not confirmed: begin it again */
  ILK_CLIENT_ERROR_NOT_YOURS,        /* the card is not one of this holder's */
  ILK_CLIENT_ERROR_CERTIFICATE,      /* the certificate's state does not allow it; see get_problem () */
  ILK_CLIENT_ERROR_NO_PIN,           /* the issuer holds no PIN for this card (deleted, or never) */
  ILK_CLIENT_ERROR_UNLOCK_LIMIT,     /* at most 3 unlocks a day for a card */
  ILK_CLIENT_ERROR_SEAL,             /* the sealed PIN does not open: not the service it claims to be */
  ILK_CLIENT_ERROR_REFUSED,          /* the service refuses the request (a fault of ours) */
  ILK_CLIENT_ERROR_FAILED,           /* anything else */
} IlkClientError;

/* Extras; -1, -1 and NULL when there is none. */
int         ilk_client_error_get_attempts_left (const GError *error);
int         ilk_client_error_get_retry_after   (const GError *error);
/* The service's stable code, "sms.expired". */
const char *ilk_client_error_get_problem       (const GError *error);

typedef struct { char *id; GBytes *png; int expires_in; } IlkCaptcha;
typedef struct { int expires_in; int resend_in; int sends_left; } IlkSmsTicket;
typedef struct { char *phone; int expires_in; } IlkLoginAttempt;       /* phone masked */
/* word_change: the printed security word has to be changed before anything else. */
typedef struct { char *holder; int idle_seconds; int absolute_seconds; gboolean word_change; } IlkSessionInfo;
typedef struct { char *id; int expires_in; char *phone; } IlkOperation; /* phone masked */

typedef enum {
  ILK_SERVICE_CERTIFICATE_NOT_ACTIVATED,
  ILK_SERVICE_CERTIFICATE_ACTIVE,
  ILK_SERVICE_CERTIFICATE_SUSPENDED,
  ILK_SERVICE_CERTIFICATE_REVOKED,
  ILK_SERVICE_CERTIFICATE_EXPIRED,
  ILK_SERVICE_CERTIFICATE_NOT_YET_VALID,
} IlkServiceCertificateState;

typedef struct {
  char                      *serial;              /* of the card, 24 capital hex digits */
  char                      *certificate_serial;  /* capital hex */
  IlkServiceCertificateState state;
  gint64                     valid_in;            /* seconds until the validity begins, <= 0: begun */
  gboolean                   pin_held;            /* the issuer holds a PIN */
  gboolean                   pin_stale;           /* it may be void: changed on the card, or unlocked */
  gboolean                   dead;
  char                      *unlock_profile;      /* "virtual-1" or NULL */
} IlkServiceCard;

void ilk_captcha_free       (IlkCaptcha *self);
void ilk_login_attempt_free (IlkLoginAttempt *self);
void ilk_session_info_free  (IlkSessionInfo *self);
void ilk_operation_free     (IlkOperation *self);
void ilk_service_card_free  (IlkServiceCard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCaptcha, ilk_captcha_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkLoginAttempt, ilk_login_attempt_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkSessionInfo, ilk_session_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkOperation, ilk_operation_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkServiceCard, ilk_service_card_free)

#define ILK_TYPE_CLIENT (ilk_client_get_type ())
G_DECLARE_FINAL_TYPE (IlkClient, ilk_client, ILK, CLIENT, GObject)

/* socket_path: the practice service's Unix socket (plain HTTP), NULL: the issuer's https address.
 * language: "tr" or "en", sent as Accept-Language. */
IlkClient *ilk_client_new (IlkIssuer   *issuer,
                           const char  *socket_path,
                           const char  *language,
                           GError     **error);

#define ILK_CLIENT_CALL_END \
  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data

/* Whether the service can be reached; sends no secret and begins nothing. */
void ilk_client_reach_async (IlkClient *self,
                             ILK_CLIENT_CALL_END);
gboolean ilk_client_reach_finish (IlkClient *self,
                                  GAsyncResult *result,
                                  GError **error);

void ilk_client_new_captcha_async (IlkClient *self,
                                   ILK_CLIENT_CALL_END);
IlkCaptcha *ilk_client_new_captcha_finish (IlkClient *self,
                                           GAsyncResult *result,
                                           GError **error);

void ilk_client_log_in_async (IlkClient *self,
                              const char *identity_number,
                              const char *captcha_id,
                              const char *captcha_text,
                              IlkSecret *security_word,
                              ILK_CLIENT_CALL_END);
IlkLoginAttempt *ilk_client_log_in_finish (IlkClient *self,
                                           GAsyncResult *result,
                                           GError **error);

void ilk_client_send_login_sms_async (IlkClient *self,
                                      ILK_CLIENT_CALL_END);
gboolean ilk_client_send_login_sms_finish (IlkClient *self,
                                           GAsyncResult *result,
                                           IlkSmsTicket *ticket,
                                           GError **error);

void ilk_client_verify_login_sms_async (IlkClient *self,
                                        IlkSecret *code,
                                        ILK_CLIENT_CALL_END);
IlkSessionInfo *ilk_client_verify_login_sms_finish (IlkClient *self,
                                                    GAsyncResult *result,
                                                    GError **error);

/* The holder's own word in the place of the printed one. */
void ilk_client_change_word_async (IlkClient *self,
                                   IlkSecret *word,
                                   ILK_CLIENT_CALL_END);
gboolean ilk_client_change_word_finish (IlkClient *self,
                                        GAsyncResult *result,
                                        GError **error);

void ilk_client_log_in_by_code_async (IlkClient *self,
                                      IlkSecret *code,
                                      ILK_CLIENT_CALL_END);
IlkSessionInfo *ilk_client_log_in_by_code_finish (IlkClient *self,
                                                  GAsyncResult *result,
                                                  GError **error);

/* drops the token at once */
void ilk_client_log_out_async (IlkClient *self,
                               ILK_CLIENT_CALL_END);
gboolean ilk_client_log_out_finish (IlkClient *self,
                                    GAsyncResult *result,
                                    GError **error);
gboolean ilk_client_has_session (IlkClient *self);

void ilk_client_list_cards_async (IlkClient *self,
                                  ILK_CLIENT_CALL_END);
/* IlkServiceCard */
GPtrArray *ilk_client_list_cards_finish (IlkClient *self,
                                         GAsyncResult *result,
                                         GError **error);

void ilk_client_activate_async (IlkClient *self,
                                const char *certificate_serial,
                                ILK_CLIENT_CALL_END);
gboolean ilk_client_activate_finish (IlkClient *self,
                                     GAsyncResult *result,
                                     GError **error);

/* operation_id: NULL, or a confirmed operation "pin-disclosure" after STEP_UP. */
void ilk_client_disclose_pin_async (IlkClient *self,
                                    const char *card_serial,
                                    const char *operation_id,
                                    ILK_CLIENT_CALL_END);
IlkSecret *ilk_client_disclose_pin_finish (IlkClient *self,
                                           GAsyncResult *result,
                                           GError **error);

/* kind: "pin-disclosure" or "pin-deletion"; phrase only for the latter: "SİL" or "DELETE". */
void ilk_client_begin_operation_async (IlkClient *self,
                                       const char *kind,
                                       const char *card_serial,
                                       const char *phrase,
                                       ILK_CLIENT_CALL_END);
IlkOperation *ilk_client_begin_operation_finish (IlkClient *self,
                                                 GAsyncResult *result,
                                                 GError **error);
void ilk_client_begin_unlock_async (IlkClient *self,
                                    const char *card_serial,
                                    const char *atr,
                                    const char *profile,
                                    ILK_CLIENT_CALL_END);
IlkOperation *ilk_client_begin_unlock_finish (IlkClient *self,
                                              GAsyncResult *result,
                                              GError **error);

void ilk_client_send_operation_sms_async (IlkClient *self,
                                          const char *operation_id,
                                          ILK_CLIENT_CALL_END);
gboolean ilk_client_send_operation_sms_finish (IlkClient *self,
                                               GAsyncResult *result,
                                               IlkSmsTicket *ticket,
                                               GError **error);
void ilk_client_confirm_operation_async (IlkClient *self,
                                         const char *operation_id,
                                         IlkSecret *code,
                                         ILK_CLIENT_CALL_END);
gboolean ilk_client_confirm_operation_finish (IlkClient *self,
                                              GAsyncResult *result,
                                              GError **error);

/* *erased_everywhere: the date (seconds since 1970) from which no backup opens the PIN; 0: none. */
void ilk_client_delete_pin_async (IlkClient *self,
                                  const char *card_serial,
                                  const char *operation_id,
                                  ILK_CLIENT_CALL_END);
gboolean ilk_client_delete_pin_finish (IlkClient *self,
                                       GAsyncResult *result,
                                       gint64 *erased_everywhere,
                                       GError **error);

void ilk_client_get_cryptogram_async (IlkClient *self,
                                      const char *unlock_id,
                                      GBytes *challenge,
                                      ILK_CLIENT_CALL_END);
GBytes *ilk_client_get_cryptogram_finish (IlkClient *self,
                                          GAsyncResult *result,
                                          GError **error);

/* outcome: "done", "failed" or "uncertain"; step: ilk_card_step_get_name (). */
void ilk_client_report_unlock_async (IlkClient *self,
                                     const char *unlock_id,
                                     const char *outcome,
                                     const char *step,
                                     guint16 status_word,
                                     ILK_CLIENT_CALL_END);
gboolean ilk_client_report_unlock_finish (IlkClient *self,
                                          GAsyncResult *result,
                                          GError **error);

void ilk_client_report_pin_change_async (IlkClient *self,
                                         const char *card_serial,
                                         ILK_CLIENT_CALL_END);
gboolean ilk_client_report_pin_change_finish (IlkClient *self,
                                              GAsyncResult *result,
                                              GError **error);

G_END_DECLS
