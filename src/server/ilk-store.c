/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-store.h"

G_DEFINE_INTERFACE (IlkStore, ilk_store, G_TYPE_OBJECT)

static void
ilk_store_default_init (IlkStoreInterface *iface)
{
}

void
ilk_store_begin (IlkStore *self)
{
  ILK_STORE_GET_IFACE (self)->begin (self);
}

void
ilk_store_end (IlkStore *self,
               GError  **error)
{
  ILK_STORE_GET_IFACE (self)->end (self, error);
}

void
ilk_store_purge (IlkStore *self,
                 gint64    now,
                 GError  **error)
{
  ILK_STORE_GET_IFACE (self)->purge (self, now, error);
}

void
ilk_store_captcha_add (IlkStore   *self,
                       const char *id,
                       GBytes     *mac,
                       gint64      expires,
                       GError    **error)
{
  ILK_STORE_GET_IFACE (self)->captcha_add (self, id, mac, expires, error);
}

GBytes *
ilk_store_captcha_take (IlkStore   *self,
                        const char *id,
                        gint64     *expires,
                        GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->captcha_take (self, id, expires, error);
}

gint64
ilk_store_holder_add (IlkStore              *self,
                      const IlkHolderRecord *record,
                      GError               **error)
{
  return ILK_STORE_GET_IFACE (self)->holder_add (self, record, error);
}

IlkHolderRecord *
ilk_store_holder_find (IlkStore *self,
                       GBytes   *index,
                       GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->holder_find (self, index, error);
}

IlkHolderRecord *
ilk_store_holder_get (IlkStore *self,
                      gint64    id,
                      GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->holder_get (self, id, error);
}

void
ilk_store_holder_set_word (IlkStore   *self,
                           gint64      id,
                           const char *word,
                           GError    **error)
{
  ILK_STORE_GET_IFACE (self)->holder_set_word (self, id, word, error);
}

int
ilk_store_holder_spend_try (IlkStore *self,
                            gint64    id,
                            GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->holder_spend_try (self, id, error);
}

void
ilk_store_holder_clear_tries (IlkStore *self,
                              gint64    id,
                              GError  **error)
{
  ILK_STORE_GET_IFACE (self)->holder_clear_tries (self, id, error);
}

int
ilk_store_unknown_spend_try (IlkStore *self,
                             GBytes   *index,
                             gint64    now,
                             GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->unknown_spend_try (self, index, now, error);
}

void
ilk_store_session_add (IlkStore               *self,
                       const IlkSessionRecord *record,
                       GBytes                 *token_hash,
                       GError                **error)
{
  ILK_STORE_GET_IFACE (self)->session_add (self, record, token_hash, error);
}

IlkSessionRecord *
ilk_store_session_find (IlkStore *self,
                        GBytes   *token_hash,
                        GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->session_find (self, token_hash, error);
}

gboolean
ilk_store_session_touch (IlkStore   *self,
                         const char *id,
                         gint64      now,
                         GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->session_touch (self, id, now, error);
}

gboolean
ilk_store_session_promote (IlkStore               *self,
                           const char             *attempt_id,
                           const IlkSessionRecord *record,
                           GBytes                 *token_hash,
                           GError                **error)
{
  return ILK_STORE_GET_IFACE (self)->session_promote (self, attempt_id, record,
                                                      token_hash, error);
}

gboolean
ilk_store_session_delete (IlkStore   *self,
                          const char *id,
                          GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->session_delete (self, id, error);
}

void
ilk_store_sms_set (IlkStore   *self,
                   const char *subject,
                   gint64      holder,
                   GBytes     *mac,
                   gint64      now,
                   gint64      expires,
                   GError    **error)
{
  ILK_STORE_GET_IFACE (self)->sms_set (self, subject, holder, mac, now, expires, error);
}

IlkSmsRecord *
ilk_store_sms_find (IlkStore   *self,
                    const char *subject,
                    GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->sms_find (self, subject, error);
}

gboolean
ilk_store_sms_spend_try (IlkStore   *self,
                         const char *subject,
                         gint64      now,
                         GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->sms_spend_try (self, subject, now, error);
}

gboolean
ilk_store_sms_consume (IlkStore   *self,
                       const char *subject,
                       GBytes     *mac,
                       gint64      now,
                       GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->sms_consume (self, subject, mac, now, error);
}

int
ilk_store_sms_count (IlkStore *self,
                     gint64    holder,
                     gint64    since,
                     gint64   *first,
                     GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->sms_count (self, holder, since, first, error);
}

void
ilk_store_card_add (IlkStore            *self,
                    const IlkCardRecord *record,
                    GBytes              *certificate,
                    GError             **error)
{
  ILK_STORE_GET_IFACE (self)->card_add (self, record, certificate, error);
}

IlkCardRecord *
ilk_store_card_find (IlkStore   *self,
                     gint64      holder,
                     const char *serial,
                     GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->card_find (self, holder, serial, error);
}

GPtrArray *
ilk_store_card_list (IlkStore *self,
                     gint64    holder,
                     GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->card_list (self, holder, error);
}

gboolean
ilk_store_card_exists (IlkStore   *self,
                       const char *serial,
                       GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->card_exists (self, serial, error);
}

gboolean
ilk_store_certificate_activate (IlkStore   *self,
                                gint64      holder,
                                const char *serial,
                                GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->certificate_activate (self, holder, serial, error);
}

gboolean
ilk_store_certificate_suspend (IlkStore   *self,
                               gint64      holder,
                               const char *serial,
                               gint64      now,
                               GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->certificate_suspend (self, holder, serial, now, error);
}

gboolean
ilk_store_certificate_resume (IlkStore   *self,
                              gint64      holder,
                              const char *serial,
                              gint64      now,
                              GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->certificate_resume (self, holder, serial, now, error);
}

gboolean
ilk_store_certificate_revoke (IlkStore   *self,
                              gint64      holder,
                              const char *serial,
                              const char *reason,
                              gint64      now,
                              GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->certificate_revoke (self, holder, serial, reason, now,
                                                         error);
}

IlkOffRecord *
ilk_store_certificate_state (IlkStore   *self,
                             const char *serial,
                             GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->certificate_state (self, serial, error);
}

GPtrArray *
ilk_store_certificate_list_off (IlkStore   *self,
                                const char *after,
                                int         limit,
                                GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->certificate_list_off (self, after, limit, error);
}

void
ilk_store_pin_set (IlkStore           *self,
                   const char         *card_serial,
                   const IlkPinRecord *record,
                   GError            **error)
{
  ILK_STORE_GET_IFACE (self)->pin_set (self, card_serial, record, error);
}

IlkPinRecord *
ilk_store_pin_get (IlkStore   *self,
                   const char *card_serial,
                   GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->pin_get (self, card_serial, error);
}

void
ilk_store_pin_mark_stale (IlkStore   *self,
                          const char *card_serial,
                          GError    **error)
{
  ILK_STORE_GET_IFACE (self)->pin_mark_stale (self, card_serial, error);
}

gboolean
ilk_store_pin_delete (IlkStore   *self,
                      const char *card_serial,
                      GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->pin_delete (self, card_serial, error);
}

GPtrArray *
ilk_store_pin_list_before (IlkStore   *self,
                           gint64      epoch,
                           const char *after,
                           int         limit,
                           GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->pin_list_before (self, epoch, after, limit, error);
}

gboolean
ilk_store_pin_rewrap (IlkStore   *self,
                      const char *card_serial,
                      gint64      epoch,
                      GBytes     *wrapped_key,
                      gint64      new_epoch,
                      GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->pin_rewrap (self, card_serial, epoch, wrapped_key, new_epoch,
                                                 error);
}

void
ilk_store_operation_add (IlkStore                 *self,
                         const IlkOperationRecord *record,
                         GError                  **error)
{
  ILK_STORE_GET_IFACE (self)->operation_add (self, record, error);
}

gboolean
ilk_store_unlock_add (IlkStore                 *self,
                      const IlkOperationRecord *record,
                      gint64                    since,
                      gint64                   *first,
                      GError                  **error)
{
  return ILK_STORE_GET_IFACE (self)->unlock_add (self, record, since, first, error);
}

IlkOperationRecord *
ilk_store_operation_find (IlkStore   *self,
                          gint64      holder,
                          const char *id,
                          GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->operation_find (self, holder, id, error);
}

gboolean
ilk_store_operation_authorize (IlkStore   *self,
                               const char *id,
                               gint64      now,
                               gint64      until,
                               GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->operation_authorize (self, id, now, until, error);
}

gboolean
ilk_store_operation_consume (IlkStore   *self,
                             const char *id,
                             gint64      now,
                             GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->operation_consume (self, id, now, error);
}

gboolean
ilk_store_challenge_add (IlkStore   *self,
                         const char *unlock_id,
                         GBytes     *challenge,
                         gboolean   *first,
                         GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->challenge_add (self, unlock_id, challenge, first, error);
}

gboolean
ilk_store_unlock_set_result (IlkStore   *self,
                             const char *id,
                             const char *outcome,
                             const char *step,
                             const char *status_word,
                             gint64      now,
                             GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->unlock_set_result (self, id, outcome,
                                                        step, status_word, now, error);
}

void
ilk_store_answer_add (IlkStore              *self,
                      const char            *scope,
                      const char            *key,
                      const IlkAnswerRecord *record,
                      gint64                 now,
                      GError               **error)
{
  ILK_STORE_GET_IFACE (self)->answer_add (self, scope, key, record, now, error);
}

IlkAnswerRecord *
ilk_store_answer_find (IlkStore   *self,
                       const char *scope,
                       const char *key,
                       GError    **error)
{
  return ILK_STORE_GET_IFACE (self)->answer_find (self, scope, key, error);
}

void
ilk_store_audit_add (IlkStore             *self,
                     const IlkAuditRecord *record,
                     GError              **error)
{
  ILK_STORE_GET_IFACE (self)->audit_add (self, record, error);
}

GPtrArray *
ilk_store_audit_list (IlkStore *self,
                      gint64    from,
                      int       limit,
                      GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->audit_list (self, from, limit, error);
}

GBytes *
ilk_store_audit_last_mac (IlkStore *self,
                          GError  **error)
{
  return ILK_STORE_GET_IFACE (self)->audit_last_mac (self, error);
}
