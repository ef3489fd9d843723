/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "server/ilk-store-records.h"

G_BEGIN_DECLS

#define ILK_TYPE_STORE (ilk_store_get_type ())
G_DECLARE_INTERFACE (IlkStore, ilk_store, ILK, STORE, GObject)

/* What the service remembers. Every call is made between ilk_store_begin () and ilk_store_end (),
 * from any thread; one transaction runs at a time. A call whose *error is already set does nothing
 * and answers "no", so that rules read straight on and fail closed; whoever ends the transaction
 * looks at the error. Single-use things are taken by one conditional statement whose row count is
 * the returned truth value. */
struct _IlkStoreInterface
{
  GTypeInterface parent;

  void (*begin) (IlkStore *self);
  void (*end) (IlkStore *self,
               GError  **error);
  void (*purge) (IlkStore *self,
                 gint64    now,
                 GError  **error);

  void (*captcha_add) (IlkStore   *self,
                       const char *id,
                       GBytes     *mac,
                       gint64      expires,
                       GError    **error);
  GBytes *(*captcha_take) (IlkStore   *self,
                           const char *id,
                           gint64     *expires,
                           GError    **error);

  gint64 (*holder_add) (IlkStore              *self,
                        const IlkHolderRecord *record,
                        GError               **error);
  IlkHolderRecord *(*holder_find) (IlkStore *self,
                                   GBytes   *index,
                                   GError  **error);
  IlkHolderRecord *(*holder_get) (IlkStore *self,
                                  gint64    id,
                                  GError  **error);
  void (*holder_set_word) (IlkStore   *self,
                           gint64      id,
                           const char *word,
                           GError    **error);
  int (*holder_spend_try) (IlkStore *self,
                           gint64    id,
                           GError  **error);
  void (*holder_clear_tries) (IlkStore *self,
                              gint64    id,
                              GError  **error);
  int (*unknown_spend_try) (IlkStore *self,
                            GBytes   *index,
                            gint64    now,
                            GError  **error);

  void (*session_add) (IlkStore               *self,
                       const IlkSessionRecord *record,
                       GBytes                 *token_hash,
                       GError                **error);
  IlkSessionRecord *(*session_find) (IlkStore *self,
                                     GBytes   *token_hash,
                                     GError  **error);
  gboolean (*session_touch) (IlkStore   *self,
                             const char *id,
                             gint64      now,
                             GError    **error);
  gboolean (*session_promote) (IlkStore               *self,
                               const char             *attempt_id,
                               const IlkSessionRecord *record,
                               GBytes                 *token_hash,
                               GError                **error);
  gboolean (*session_delete) (IlkStore   *self,
                              const char *id,
                              GError    **error);

  void (*sms_set) (IlkStore   *self,
                   const char *subject,
                   gint64      holder,
                   GBytes     *mac,
                   gint64      now,
                   gint64      expires,
                   GError    **error);
  IlkSmsRecord *(*sms_find) (IlkStore   *self,
                             const char *subject,
                             GError    **error);
  gboolean (*sms_spend_try) (IlkStore   *self,
                             const char *subject,
                             gint64      now,
                             GError    **error);
  gboolean (*sms_consume) (IlkStore   *self,
                           const char *subject,
                           GBytes     *mac,
                           gint64      now,
                           GError    **error);
  int (*sms_count) (IlkStore *self,
                    gint64    holder,
                    gint64    since,
                    gint64   *first,
                    GError  **error);

  void (*card_add) (IlkStore            *self,
                    const IlkCardRecord *record,
                    GBytes              *certificate,
                    GError             **error);
  IlkCardRecord *(*card_find) (IlkStore   *self,
                               gint64      holder,
                               const char *serial,
                               GError    **error);
  GPtrArray *(*card_list) (IlkStore *self,
                           gint64    holder,
                           GError  **error);
  gboolean (*card_exists) (IlkStore   *self,
                           const char *serial,
                           GError    **error);
  gboolean (*certificate_activate) (IlkStore   *self,
                                    gint64      holder,
                                    const char *serial,
                                    GError    **error);
  gboolean (*certificate_suspend) (IlkStore   *self,
                                   gint64      holder,
                                   const char *serial,
                                   gint64      now,
                                   GError    **error);
  gboolean (*certificate_resume) (IlkStore   *self,
                                  gint64      holder,
                                  const char *serial,
                                  gint64      now,
                                  GError    **error);
  gboolean (*certificate_revoke) (IlkStore   *self,
                                  gint64      holder,
                                  const char *serial,
                                  const char *reason,
                                  gint64      now,
                                  GError    **error);
  IlkOffRecord *(*certificate_state) (IlkStore   *self,
                                      const char *serial,
                                      GError    **error);
  GPtrArray *(*certificate_list_off) (IlkStore   *self,
                                      const char *after,
                                      int         limit,
                                      GError    **error);
  void (*pin_set) (IlkStore           *self,
                   const char         *card_serial,
                   const IlkPinRecord *record,
                   GError            **error);
  IlkPinRecord *(*pin_get) (IlkStore   *self,
                            const char *card_serial,
                            GError    **error);
  void (*pin_mark_stale) (IlkStore   *self,
                          const char *card_serial,
                          GError    **error);
  gboolean (*pin_delete) (IlkStore   *self,
                          const char *card_serial,
                          GError    **error);

  GPtrArray *(*pin_list_before) (IlkStore   *self,
                                 gint64      epoch,
                                 const char *after,
                                 int         limit,
                                 GError    **error);
  gboolean (*pin_rewrap) (IlkStore   *self,
                          const char *card_serial,
                          gint64      epoch,
                          GBytes     *wrapped_key,
                          gint64      new_epoch,
                          GError    **error);

  void (*operation_add) (IlkStore                 *self,
                         const IlkOperationRecord *record,
                         GError                  **error);
  gboolean (*unlock_add) (IlkStore                 *self,
                          const IlkOperationRecord *record,
                          gint64                    since,
                          gint64                   *first,
                          GError                  **error);
  IlkOperationRecord *(*operation_find) (IlkStore   *self,
                                         gint64      holder,
                                         const char *id,
                                         GError    **error);
  gboolean (*operation_authorize) (IlkStore   *self,
                                   const char *id,
                                   gint64      now,
                                   gint64      until,
                                   GError    **error);
  gboolean (*operation_consume) (IlkStore   *self,
                                 const char *id,
                                 gint64      now,
                                 GError    **error);
  gboolean (*challenge_add) (IlkStore   *self,
                             const char *unlock_id,
                             GBytes     *challenge,
                             gboolean   *first,
                             GError    **error);
  gboolean (*unlock_set_result) (IlkStore   *self,
                                 const char *id,
                                 const char *outcome,
                                 const char *step,
                                 const char *status_word,
                                 gint64      now,
                                 GError    **error);

  void (*answer_add) (IlkStore              *self,
                      const char            *scope,
                      const char            *key,
                      const IlkAnswerRecord *record,
                      gint64                 now,
                      GError               **error);
  IlkAnswerRecord *(*answer_find) (IlkStore   *self,
                                   const char *scope,
                                   const char *key,
                                   GError    **error);

  void (*audit_add) (IlkStore             *self,
                     const IlkAuditRecord *record,
                     GError              **error);
  GPtrArray *(*audit_list) (IlkStore *self,
                            gint64    from,
                            int       limit,
                            GError  **error);
  GBytes *(*audit_last_mac) (IlkStore *self,
                             GError  **error);
};

void ilk_store_begin (IlkStore *self);
/* Ends the transaction: kept when *error is unset, rolled back otherwise. */
void ilk_store_end (IlkStore *self,
                    GError  **error);
void ilk_store_purge (IlkStore *self,
                      gint64    now,
                      GError  **error);

void ilk_store_captcha_add (IlkStore   *self,
                            const char *id,
                            GBytes     *mac,
                            gint64      expires,
                            GError    **error);
/* Takes the captcha out, once; NULL when there is none (any more). */
GBytes *ilk_store_captcha_take (IlkStore   *self,
                                const char *id,
                                gint64     *expires,
                                GError    **error);

gint64 ilk_store_holder_add (IlkStore              *self,
                             const IlkHolderRecord *record,
                             GError               **error);
IlkHolderRecord *ilk_store_holder_find (IlkStore *self,
                                        GBytes   *index,
                                        GError  **error);
IlkHolderRecord *ilk_store_holder_get (IlkStore *self,
                                       gint64    id,
                                       GError  **error);
void ilk_store_holder_set_word (IlkStore   *self,
                                gint64      id,
                                const char *word,
                                GError    **error);
/* Spends one of the three tries before the word is looked at; returns the tries left, -1:
 * blocked. */
int ilk_store_holder_spend_try (IlkStore *self,
                                gint64    id,
                                GError  **error);
void ilk_store_holder_clear_tries (IlkStore *self,
                                   gint64    id,
                                   GError  **error);
int ilk_store_unknown_spend_try (IlkStore *self,
                                 GBytes   *index,
                                 gint64    now,
                                 GError  **error);

void ilk_store_session_add (IlkStore               *self,
                            const IlkSessionRecord *record,
                            GBytes                 *token_hash,
                            GError                **error);
IlkSessionRecord *ilk_store_session_find (IlkStore *self,
                                          GBytes   *token_hash,
                                          GError  **error);
gboolean ilk_store_session_touch (IlkStore   *self,
                                  const char *id,
                                  gint64      now,
                                  GError    **error);
/* Makes a login attempt a session, once, under a new name and token. */
gboolean ilk_store_session_promote (IlkStore               *self,
                                    const char             *attempt_id,
                                    const IlkSessionRecord *record,
                                    GBytes                 *token_hash,
                                    GError                **error);
gboolean ilk_store_session_delete (IlkStore   *self,
                                   const char *id,
                                   GError    **error);

void ilk_store_sms_set (IlkStore   *self,
                        const char *subject,
                        gint64      holder,
                        GBytes     *mac,
                        gint64      now,
                        gint64      expires,
                        GError    **error);
IlkSmsRecord *ilk_store_sms_find (IlkStore   *self,
                                  const char *subject,
                                  GError    **error);
gboolean ilk_store_sms_spend_try (IlkStore   *self,
                                  const char *subject,
                                  gint64      now,
                                  GError    **error);
gboolean ilk_store_sms_consume (IlkStore   *self,
                                const char *subject,
                                GBytes     *mac,
                                gint64      now,
                                GError    **error);
/* How many were sent to this holder since then, and when the first of them was. */
int ilk_store_sms_count (IlkStore *self,
                         gint64    holder,
                         gint64    since,
                         gint64   *first,
                         GError  **error);

/* certificate: sealed like the holder's data, as its subject names the holder. */
void ilk_store_card_add (IlkStore            *self,
                         const IlkCardRecord *record,
                         GBytes              *certificate,
                         GError             **error);
IlkCardRecord *ilk_store_card_find (IlkStore   *self,
                                    gint64      holder,
                                    const char *serial,
                                    GError    **error);
GPtrArray *ilk_store_card_list (IlkStore *self,
                                gint64    holder,
                                GError  **error);
gboolean ilk_store_card_exists (IlkStore   *self,
                                const char *serial,
                                GError    **error);
gboolean ilk_store_certificate_activate (IlkStore   *self,
                                         gint64      holder,
                                         const char *serial,
                                         GError    **error);
/* From active or not activated; TRUE when it was one of them. */
gboolean ilk_store_certificate_suspend (IlkStore   *self,
                                        gint64      holder,
                                        const char *serial,
                                        gint64      now,
                                        GError    **error);
/* Back to what it was; TRUE when it was suspended. */
gboolean ilk_store_certificate_resume (IlkStore   *self,
                                       gint64      holder,
                                       const char *serial,
                                       gint64      now,
                                       GError    **error);
/* For good, from every state; TRUE when it was not revoked before. */
gboolean ilk_store_certificate_revoke (IlkStore   *self,
                                       gint64      holder,
                                       const char *serial,
                                       const char *reason,
                                       gint64      now,
                                       GError    **error);
/* Of any holder (transfer full); NULL: nobody's. */
IlkOffRecord *ilk_store_certificate_state (IlkStore   *self,
                                           const char *serial,
                                           GError    **error);
/* Of all holders, by serial number, those behind after (NULL: from the first);
 * element IlkOffRecord. */
GPtrArray *ilk_store_certificate_list_off (IlkStore   *self,
                                           const char *after,
                                           int         limit,
                                           GError    **error);
void ilk_store_pin_set (IlkStore           *self,
                        const char         *card_serial,
                        const IlkPinRecord *record,
                        GError            **error);
IlkPinRecord *ilk_store_pin_get (IlkStore   *self,
                                 const char *card_serial,
                                 GError    **error);
void ilk_store_pin_mark_stale (IlkStore   *self,
                               const char *card_serial,
                               GError    **error);
gboolean ilk_store_pin_delete (IlkStore   *self,
                               const char *card_serial,
                               GError    **error);

/* Serial numbers of cards whose PIN is wrapped by a KEK of an earlier epoch, those behind after (NULL:
 * from the first); element char *. */
GPtrArray *ilk_store_pin_list_before (IlkStore   *self,
                                      gint64      epoch,
                                      const char *after,
                                      int         limit,
                                      GError    **error);
/* TRUE when it was still wrapped by that epoch's. */
gboolean ilk_store_pin_rewrap (IlkStore   *self,
                               const char *card_serial,
                               gint64      epoch,
                               GBytes     *wrapped_key,
                               gint64      new_epoch,
                               GError    **error);

void ilk_store_operation_add (IlkStore                 *self,
                              const IlkOperationRecord *record,
                              GError                  **error);
/* Adds an unlock unless the card had its three since then; first: when the first of them was. */
gboolean ilk_store_unlock_add (IlkStore                 *self,
                               const IlkOperationRecord *record,
                               gint64                    since,
                               gint64                   *first,
                               GError                  **error);
IlkOperationRecord *ilk_store_operation_find (IlkStore   *self,
                                              gint64      holder,
                                              const char *id,
                                              GError    **error);
gboolean ilk_store_operation_authorize (IlkStore   *self,
                                        const char *id,
                                        gint64      now,
                                        gint64      until,
                                        GError    **error);
gboolean ilk_store_operation_consume (IlkStore   *self,
                                      const char *id,
                                      gint64      now,
                                      GError    **error);
/* TRUE when the challenge is known for this unlock or is one of its first three; *first:
 * no other came before. */
gboolean ilk_store_challenge_add (IlkStore   *self,
                                  const char *unlock_id,
                                  GBytes     *challenge,
                                  gboolean   *first,
                                  GError    **error);
/* FALSE when a final result was recorded before. */
gboolean ilk_store_unlock_set_result (IlkStore   *self,
                                      const char *id,
                                      const char *outcome,
                                      const char *step,
                                      const char *status_word,
                                      gint64      now,
                                      GError    **error);

void ilk_store_answer_add (IlkStore              *self,
                           const char            *scope,
                           const char            *key,
                           const IlkAnswerRecord *record,
                           gint64                 now,
                           GError               **error);
IlkAnswerRecord *ilk_store_answer_find (IlkStore   *self,
                                        const char *scope,
                                        const char *key,
                                        GError    **error);

void ilk_store_audit_add (IlkStore             *self,
                          const IlkAuditRecord *record,
                          GError              **error);
GPtrArray *ilk_store_audit_list (IlkStore *self,
                                 gint64    from,
                                 int       limit,
                                 GError  **error);
GBytes *ilk_store_audit_last_mac (IlkStore *self,
                                  GError  **error);

G_END_DECLS
