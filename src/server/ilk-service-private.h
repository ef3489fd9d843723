/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/ilk-service.h"

G_BEGIN_DECLS

/* The numbers of the rules. Seconds unless named otherwise. */
#define ILK_CAPTCHA_LIFE        300
#define ILK_ATTEMPT_LIFE        600
#define ILK_SESSION_IDLE        900
#define ILK_SESSION_LIFE        3600
#define ILK_STEP_UP_LIFE        300
#define ILK_SMS_LIFE            300
#define ILK_SMS_RESEND          60
#define ILK_SMS_WINDOW          900
#define ILK_SMS_PER_WINDOW      6
#define ILK_DAY                 86400
#define ILK_SMS_PER_DAY         20
#define ILK_OPERATION_LIFE      600
#define ILK_AUTHORIZED_LIFE     120

/* The kind of an operation that two rooms know. */
#define ILK_OPERATION_CONTACT   "contact-change"

/* How the holder of a session proved to be it, as records and answers name it. */
#define ILK_ASSURANCE_PASSWORD      "password"            /* a login attempt: half way */
#define ILK_ASSURANCE_PASSWORD_SMS  "password+sms"
#define ILK_ASSURANCE_SIGNATURE     "e-signature"
#define ILK_ASSURANCE_GATEWAY       "e-government"
#define ILK_ASSURANCE_CODE          "verification-code"
#define ILK_ASSURANCE_LINK          "link"                /* of a forgotten security word */
#define ILK_ASSURANCE_SMS           "sms"                 /* a code to the phone, no login */
#define ILK_ASSURANCE_CAPTCHA       "captcha"             /* nothing but a number and a picture */

struct _IlkService
{
  GObject          parent_instance;

  IlkStore        *store;
  IlkKeyStore     *keys;
  IlkSmsGateway   *sms;
  IlkMailGateway  *mail;         /* NULL: none */
  IlkClock        *clock;
  IlkCaptchaWatch  captcha_watch;
  gpointer         captcha_data;
  IlkOcsp         *ocsp;         /* NULL: nobody answers */
  char            *issuer;       /* who the holder knows, NULL: not told */
  char            *call_centre;  /* its number, NULL: not told */
  IlkOpenId       *open_id;      /* the e-Government gateway; NULL: none */
  IlkAuthorities  *authorities;  /* of certificates that may log in; NULL: none */
  char            *portal;       /* where its pages are, without a "/" at the end; NULL: none */
  GMutex           queued_lock;
  gint64           purged;       /* when, by the same lock */
  void           (*queued) (gpointer user_data); /* NULL: nobody sends */
  gpointer         queued_data;
  char            *dummy_word;   /* hash that unknown numbers are compared with */
  GMutex           versions_lock;
  int              versions[ILK_N_KEYS];       /* 0: to be looked up */
  gint64           versions_until[ILK_N_KEYS]; /* monotonic */
};

typedef void (*IlkHandler) (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply);

char **ilk_service_list_routes (void);

void ilk_service_post_ocsp (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply);

/* ilk-service-crypto.c */
GBytes *ilk_service_mac (IlkService *self,
                         const char *label,
                         IlkSecret  *secret,
                         GError    **error,
                         ...) G_GNUC_NULL_TERMINATED;
GBytes *ilk_service_stable_mac (IlkService *self,
                                const char *label,
                                GError    **error,
                                ...) G_GNUC_NULL_TERMINATED;
GBytes *ilk_service_stranger_index (IlkService *self,
                                    const char *identity_number,
                                    GError    **error);
GBytes *ilk_service_number_index (IlkService *self,
                                  const char *identity_number,
                                  GError    **error);
GBytes *ilk_service_number_index_for (IlkService *self,
                                      const char *identity_number,
                                      int         version,
                                      GError    **error);
GBytes *ilk_service_seal_field (IlkService *self,
                                const char *label,
                                GBytes     *index,
                                const char *text,
                                GError    **error);
GBytes *ilk_service_seal_secret (IlkService *self,
                                 const char *label,
                                 GBytes     *index,
                                 IlkSecret  *plain,
                                 GError    **error);
IlkSecret *ilk_service_open_secret (IlkService *self,
                                    const char *label,
                                    GBytes     *index,
                                    GBytes     *sealed,
                                    GError    **error);
char *ilk_service_open_field (IlkService *self,
                              const char *label,
                              GBytes     *index,
                              GBytes     *sealed,
                              GError    **error);
gboolean ilk_service_is_sealed_by (IlkService *self,
                                   const char *label,
                                   GBytes     *index,
                                   GBytes     *sealed,
                                   int         version);
gboolean ilk_service_seal_pin (IlkService   *self,
                               GBytes       *index,
                               const char   *card_serial,
                               IlkSecret    *pin,
                               gint64        now,
                               IlkPinRecord *record,
                               GError      **error);
IlkSecret *ilk_service_open_pin (IlkService         *self,
                                 GBytes             *index,
                                 const char         *card_serial,
                                 const IlkPinRecord *record,
                                 GError            **error);
/* The record's data key, wrapped by the KEK of now; *epoch is that one's. */
GBytes *ilk_service_rewrap_pin (IlkService         *self,
                                const char         *card_serial,
                                const IlkPinRecord *record,
                                gint64              now,
                                gint64             *epoch,
                                GError            **error);
GBytes *ilk_service_token_hash (IlkSecret *token);
char *ilk_service_hex (GBytes *bytes);

/* ilk-service-keys.c */
const char *ilk_service_get_key_name (IlkKeyName name);
int ilk_service_get_key_version (IlkService *self,
                                 IlkKeyName  name,
                                 GError    **error);
/* After a change: the next call looks again. */
void ilk_service_forget_key_versions (IlkService *self);
char *ilk_service_mark_ready_hash (const char *phc);
/* Security words and web passwords are hashed and compared by these alone: they know the pepper. */
char *ilk_service_hash_word (IlkService *self,
                             IlkSecret  *word,
                             GError    **error);
gboolean ilk_service_verify_word (IlkService *self,
                                  IlkSecret  *word,
                                  const char *hash,
                                  GError    **error);
gboolean ilk_service_word_is_current (IlkService *self,
                                      const char *hash,
                                      GError    **error);

/* ilk-service-audit.c */
void ilk_service_audit (IlkService *self,
                        IlkInbound *request,
                        GBytes     *who,
                        const char *what,
                        const char *outcome,
                        const char *reason);
void ilk_service_audit_holder (IlkService *self,
                               IlkInbound *request,
                               const char *what,
                               const char *outcome,
                               const char *reason);
/* Walks the chain; FALSE when a link is broken. */
gboolean ilk_service_audit_verify (IlkService *self,
                                   guint      *count,
                                   GError    **error);

/* ilk-service-assurance.c */
/* Never NULL. */
const char *ilk_service_get_assurance (const IlkSessionRecord *session);
/* Whether the session may do what asks for it; FALSE: the reply says which login is needed. */
gboolean ilk_service_check_assurance (IlkInbound *request,
                                      IlkReply   *reply);
/* The same for what a password login alone allows. */
gboolean ilk_service_check_password_login (IlkInbound *request,
                                           IlkReply   *reply);
/* Whether the login's SMS code is young enough for showing a PIN. */
gboolean ilk_service_is_sms_fresh (IlkInbound *request);

/* ilk-service-captchas.c */
void ilk_service_post_captcha (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply);
gboolean ilk_service_check_captcha (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply);

/* ilk-service-sessions.c */
gboolean ilk_service_authenticate (IlkService *self,
                                   IlkInbound *request,
                                   IlkReply   *reply,
                                   gboolean    attempt,
                                   gboolean    full);
void ilk_service_post_session (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply);
void ilk_service_log_in_by_password (IlkService *self,
                                     IlkInbound *request,
                                     IlkReply   *reply);

/* ilk-service-logins.c */
IlkSecret *ilk_service_new_token (GBytes **hash);
/* A login that needs no SMS code: makes the holder's session and answers with it. Between
 * ilk_store_begin () and ilk_store_end (). A blocked account stays outside. */
void ilk_service_open_session (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply,
                               gint64      holder,
                               const char *assurance,
                               const char *what);
/* The answer to every login that is complete; session has the new id. */
void ilk_service_reply_session (IlkService             *self,
                                IlkInbound             *request,
                                IlkReply               *reply,
                                guint                   status,
                                const IlkSessionRecord *session,
                                IlkSecret              *token);
/* Its serial number (transfer full), NULL: none. */
char *ilk_service_find_first_card (IlkService *self,
                                   IlkInbound *request);
/* ilk-service-signatures.c */
void ilk_service_post_challenge (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply);
void ilk_service_log_in_by_signature (IlkService *self,
                                      IlkInbound *request,
                                      IlkReply   *reply);

/* The one on record out of its sealed form (transfer full); NULL: an error. */
X509 *ilk_service_open_certificate (IlkService            *self,
                                    IlkInbound            *request,
                                    const IlkHolderRecord *holder,
                                    GBytes                *sealed);
/* Whether its certificate may sign; FALSE: the reply says why not. card: NULL: a foreign one. */
gboolean ilk_service_check_signing (const IlkCardRecord *card,
                                    gint64               now,
                                    IlkReply            *reply);
/* A member of the body, which has at most so many bytes; NULL: it is missing or longer. */
GBytes *ilk_service_read_base64 (IlkInbound *request,
                                 const char *name,
                                 gsize       limit);

/* ilk-service-gateway.c */
void ilk_service_post_gateway_login (IlkService *self,
                                     IlkInbound *request,
                                     IlkReply   *reply);
void ilk_service_log_in_by_gateway (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply);

/* ilk-service-codes.c */
void ilk_service_post_verification_code (IlkService *self,
                                         IlkInbound *request,
                                         IlkReply   *reply);
void ilk_service_post_handle (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply);
void ilk_service_log_in_by_code (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply);
void ilk_service_log_in_by_ticket (IlkService *self,
                                   IlkInbound *request,
                                   IlkReply   *reply);

/* ilk-service-sessions.c */
void ilk_service_delete_session (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply);
void ilk_service_post_login_sms (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply);
void ilk_service_put_login_sms (IlkService *self,
                                IlkInbound *request,
                                IlkReply   *reply);

/* ilk-service-resets.c */
void ilk_service_post_reset (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply);
void ilk_service_get_reset (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply);
void ilk_service_put_reset (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply);
void ilk_service_post_reset_sms (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply);
void ilk_service_put_reset_sms (IlkService *self,
                                IlkInbound *request,
                                IlkReply   *reply);

/* ilk-service-words.c */
/* FALSE: the reply has the reason. */
gboolean ilk_service_check_new_word (IlkService            *self,
                                     IlkInbound            *request,
                                     IlkReply              *reply,
                                     const IlkHolderRecord *holder,
                                     IlkSecret             *word);

/* ilk-service-printed-word.c */
void ilk_service_put_word (IlkService *self,
                           IlkInbound *request,
                           IlkReply   *reply);

/* ilk-service-queue.c */
void ilk_service_queue_sms (IlkService *self,
                            IlkInbound *request,
                            const char *to,
                            IlkSecret  *text,
                            IlkSecret  *code,
                            int         seconds);
void ilk_service_queue_mail (IlkService *self,
                             IlkInbound *request,
                             const char *to,
                             const char *subject,
                             IlkSecret  *text,
                             IlkSecret  *html,
                             int         seconds);
void ilk_service_tell_queued (IlkService *self);

/* ilk-service-sms.c */
char *ilk_service_mask_phone (const char *phone);
char *ilk_service_get_phone (IlkService *self,
                             IlkInbound *request);
void ilk_service_send_code_to (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply,
                               const char *subject,
                               const char *act,
                               const char *card_serial,
                               const char *to,
                               gboolean    by_mail);
void ilk_service_send_code (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply,
                            const char *subject,
                            const char *act,
                            const char *card_serial);
gboolean ilk_service_check_code (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply,
                                 const char *subject);
/* The same about the account; it names the first card. */
void ilk_service_send_account_notice (IlkService *self,
                                      IlkInbound *request,
                                      const char *turkish,
                                      const char *english);
void ilk_service_send_notice (IlkService *self,
                              IlkInbound *request,
                              const char *card_serial,
                              const char *turkish,
                              const char *english);

/* Sends a code for suspending without a session, at most so many a day; known FALSE: a code that
 * nobody gets, with the same tries. */
void ilk_service_send_suspension_code (IlkService *self,
                                       IlkInbound *request,
                                       const char *subject,
                                       gboolean    known,
                                       int         per_day);

/* ilk-service-suspensions.c */
void ilk_service_post_suspension_request (IlkService *self,
                                          IlkInbound *request,
                                          IlkReply   *reply);
void ilk_service_put_suspension_request (IlkService *self,
                                         IlkInbound *request,
                                         IlkReply   *reply);

/* ilk-service-cards.c */
const char *ilk_service_card_state (const IlkCardRecord *card,
                                    gint64               now);
gboolean ilk_service_check_validity (const IlkCardRecord *card,
                                     gint64               now,
                                     IlkReply            *reply);
gboolean ilk_service_check_usable (const IlkCardRecord *card,
                                   gint64               now,
                                   IlkReply            *reply);
IlkCardRecord *ilk_service_find_card (IlkService *self,
                                      IlkInbound *request,
                                      IlkReply   *reply,
                                      const char *serial);
IlkCardRecord *ilk_service_find_by_certificate (IlkService *self,
                                               IlkInbound *request,
                                               IlkReply   *reply);
void ilk_service_get_cards (IlkService *self,
                            IlkInbound *request,
                            IlkReply   *reply);
void ilk_service_get_certificates (IlkService *self,
                                   IlkInbound *request,
                                   IlkReply   *reply);
void ilk_service_get_certificate (IlkService *self,
                                  IlkInbound *request,
                                  IlkReply   *reply);
void ilk_service_post_activation (IlkService *self,
                                  IlkInbound *request,
                                  IlkReply   *reply);

/* ilk-service-states.c */
gboolean ilk_service_check_resumption (const IlkCardRecord *card,
                                       gint64               now,
                                       IlkReply            *reply);
gboolean ilk_service_check_revocation (const IlkCardRecord *card,
                                       gint64               now,
                                       IlkReply            *reply);
void ilk_service_post_suspension (IlkService *self,
                                  IlkInbound *request,
                                  IlkReply   *reply);
void ilk_service_delete_suspension (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply);
void ilk_service_post_revocation (IlkService *self,
                                  IlkInbound *request,
                                  IlkReply   *reply);

/* ilk-service-pin.c */
void ilk_service_post_disclosure (IlkService *self,
                                  IlkInbound *request,
                                  IlkReply   *reply);
void ilk_service_delete_pin (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply);
void ilk_service_post_pin_change (IlkService *self,
                                  IlkInbound *request,
                                  IlkReply   *reply);

/* ilk-service-operations.c */
IlkOperationRecord *ilk_service_find_operation (IlkService *self,
                                                IlkInbound *request,
                                                IlkReply   *reply,
                                                const char *id,
                                                const char *kind);
IlkOperationRecord *ilk_service_new_operation (IlkInbound *request,
                                               const char *kind,
                                               const char *card_serial);
void ilk_service_reply_operation (IlkService               *self,
                                  IlkInbound               *request,
                                  IlkReply                 *reply,
                                  const IlkOperationRecord *operation);
gboolean ilk_service_check_authorized (const IlkOperationRecord *operation,
                                       gint64                    now,
                                       IlkReply                 *reply);
/* Spends it, once: what it was confirmed for may be done. FALSE: the reply has the reason. */
gboolean ilk_service_use_operation (IlkService               *self,
                                    IlkInbound               *request,
                                    IlkReply                 *reply,
                                    const IlkOperationRecord *operation);
/* One that concerns the holder and no single card; texts name the first one. */
IlkOperationRecord *ilk_service_new_holder_operation (IlkService *self,
                                                      IlkInbound *request,
                                                      const char *kind);
/* That of the path, when it waits for its confirmation; NULL: the reply has the reason. */
IlkOperationRecord *ilk_service_find_waiting_operation (IlkService *self,
                                                        IlkInbound *request,
                                                        IlkReply   *reply);
/* It was confirmed; answers how long that holds. */
void ilk_service_authorize_operation (IlkService               *self,
                                      IlkInbound               *request,
                                      IlkReply                 *reply,
                                      const IlkOperationRecord *operation);
void ilk_service_post_operation (IlkService *self,
                                 IlkInbound *request,
                                 IlkReply   *reply);
void ilk_service_post_confirmation (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply);
void ilk_service_put_confirmation (IlkService *self,
                                   IlkInbound *request,
                                   IlkReply   *reply);

/* ilk-service-consents.c */
void ilk_service_post_consent (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply);
void ilk_service_put_consent (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply);
void ilk_service_get_consents (IlkService *self,
                               IlkInbound *request,
                               IlkReply   *reply);
void ilk_service_get_consent (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply);

/* ilk-service-account.c */
void ilk_service_get_me (IlkService *self,
                         IlkInbound *request,
                         IlkReply   *reply);
void ilk_service_patch_me (IlkService *self,
                           IlkInbound *request,
                           IlkReply   *reply);

/* ilk-service-contacts.c */
void ilk_service_post_contact_code (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply);
void ilk_service_put_contact (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply);

/* ilk-contact.c: what a holder may type. Returns: (transfer full): as it is kept; NULL: it is none */
char *ilk_contact_normalize_phone (const char *text);
char *ilk_contact_normalize_email (const char *text);
/* Its first letter and its domain readable. */
char *ilk_contact_mask_email (const char *email);

/* ilk-service-web-password.c */
void ilk_service_post_web_password (IlkService *self,
                                    IlkInbound *request,
                                    IlkReply   *reply);
void ilk_service_put_web_password (IlkService *self,
                                   IlkInbound *request,
                                   IlkReply   *reply);
void ilk_service_delete_web_password (IlkService *self,
                                      IlkInbound *request,
                                      IlkReply   *reply);
void ilk_service_confirm_by_web_password (IlkService *self,
                                          IlkInbound *request,
                                          IlkReply   *reply);

/* ilk-service-unlocks.c */
void ilk_service_post_unlock (IlkService *self,
                              IlkInbound *request,
                              IlkReply   *reply);
void ilk_service_post_cryptogram (IlkService *self,
                                  IlkInbound *request,
                                  IlkReply   *reply);
void ilk_service_put_result (IlkService *self,
                             IlkInbound *request,
                             IlkReply   *reply);

G_END_DECLS
