/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "server/ilk-server-error.h"
#include "server/ilk-store-records.h"

G_BEGIN_DECLS

#define ILK_TYPE_STORE (ilk_store_get_type ())
G_DECLARE_FINAL_TYPE (IlkStore, ilk_store, ILK, STORE, GObject)

/* What the service remembers, over a database: SQLite or PostgreSQL. Every call is made between
 * ilk_store_begin () and ilk_store_end (), from any thread. A call whose *error is already set does
 * nothing and answers "no", so that rules read straight on and fail closed; whoever ends the
 * transaction looks at the error. Single-use things are taken by one conditional statement whose
 * row count is the returned truth value. */

/* database: a file's path, or postgresql://… without a password in it. */
IlkStore *ilk_store_open (const char *database,
                          GError    **error);
/* FALSE: no database of this name has been made yet. */
gboolean ilk_store_exists (const char *database);

void ilk_store_begin (IlkStore *self);
/* Ends the transaction: kept when *error is unset, rolled back otherwise. */
void ilk_store_end (IlkStore *self,
                    GError  **error);
/* Holds other transactions about this holder back until this one ends. */
void ilk_store_lock (IlkStore *self,
                     gint64    holder,
                     GError  **error);
/* A copy of the database as it is now, while it is in use; path must not be there yet. */
gboolean ilk_store_back_up (IlkStore   *self,
                            const char *path,
                            GError    **error);
/* Whether other programs write to it beside this one. */
gboolean ilk_store_is_shared (IlkStore *self);
/* Whether the database finds itself whole. */
gboolean ilk_store_check (IlkStore *self,
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
gint64 ilk_store_holder_count (IlkStore *self,
                               GError  **error);
/* The first so many; element IlkHolderRecord. */
GPtrArray *ilk_store_holder_list (IlkStore *self,
                                  int       limit,
                                  GError  **error);
IlkHolderRecord *ilk_store_holder_find (IlkStore *self,
                                        GBytes   *index,
                                        GError  **error);
IlkHolderRecord *ilk_store_holder_get (IlkStore *self,
                                       gint64    id,
                                       GError  **error);
void ilk_store_holder_change_word (IlkStore   *self,
                                   gint64      id,
                                   const char *word,
                                   GError    **error);
void ilk_store_session_keep_only (IlkStore   *self,
                                  gint64      holder,
                                  const char *id,
                                  GError    **error);
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

/* The version of a key that new things are kept under, and since when (may be NULL). */
int ilk_store_key_version (IlkStore   *self,
                           const char *name,
                           gint64     *since,
                           GError    **error);
void ilk_store_key_set_version (IlkStore   *self,
                                const char *name,
                                int         version,
                                gint64      since,
                                GError    **error);
/* Holds back others who add what is kept under a key, or change its version. */
void ilk_store_key_lock (IlkStore *self,
                         GError  **error);

/* How often phone or mail address of the holder were changed; -1: no such holder. */
gint64 ilk_store_holder_revision (IlkStore *self,
                                  gint64    holder,
                                  GError  **error);
/* In the place of the one of this holder that waits. */
void ilk_store_contact_add (IlkStore               *self,
                            const IlkContactRecord *record,
                            GError                **error);
/* NULL: there is none. */
IlkContactRecord *ilk_store_contact_find (IlkStore   *self,
                                          gint64      holder,
                                          const char *operation,
                                          GError    **error);
/* By the phone on record; FALSE: it was before, or its time is over. */
gboolean ilk_store_contact_confirm (IlkStore   *self,
                                    const char *operation,
                                    gint64      now,
                                    gint64      expires,
                                    GError    **error);
/* FALSE: it is not confirmed, its time is over, or somebody else took it. */
gboolean ilk_store_contact_take (IlkStore   *self,
                                 const char *operation,
                                 gint64      now,
                                 GError    **error);
/* field: "phone" or "email". FALSE: something was changed since this revision. */
gboolean ilk_store_holder_change_contact (IlkStore   *self,
                                          gint64      holder,
                                          const char *field,
                                          GBytes     *sealed,
                                          gint64      revision,
                                          GError    **error);

/* In the place of one of this kind that was not signed with this certificate. */
void ilk_store_consent_add (IlkStore               *self,
                            const IlkConsentRecord *record,
                            GError                **error);
/* NULL: the holder has no such one. */
IlkConsentRecord *ilk_store_consent_find (IlkStore   *self,
                                          gint64      holder,
                                          const char *id,
                                          GError    **error);
/* Those that are signed; element IlkConsentRecord. */
GPtrArray *ilk_store_consent_list (IlkStore *self,
                                   gint64    holder,
                                   GError  **error);
gboolean ilk_store_consent_is_given (IlkStore   *self,
                                     const char *certificate_serial,
                                     const char *kind,
                                     GError    **error);
/* FALSE: it was before, or its time is over. */
gboolean ilk_store_consent_give (IlkStore   *self,
                                 const char *id,
                                 GBytes     *cms,
                                 gint64      now,
                                 GError    **error);

/* The holder's web password: a PHC string. Setting one gives it its three tries. */
void ilk_store_web_password_set (IlkStore   *self,
                                 gint64      holder,
                                 const char *hash,
                                 GError    **error);
/* (transfer full) NULL: none. *tries_left: may be NULL. */
char *ilk_store_web_password_get (IlkStore *self,
                                  gint64    holder,
                                  int      *tries_left,
                                  GError  **error);
/* FALSE: there is none, or no try is left. */
gboolean ilk_store_web_password_spend_try (IlkStore *self,
                                           gint64    holder,
                                           GError  **error);
/* After a right one: its tries are back, and it is kept as new_hash. FALSE: hash is not the one any
 * more. */
gboolean ilk_store_web_password_restore (IlkStore   *self,
                                         gint64      holder,
                                         const char *hash,
                                         const char *new_hash,
                                         GError    **error);
/* FALSE: there was none. */
gboolean ilk_store_web_password_remove (IlkStore *self,
                                        gint64    holder,
                                        GError  **error);

/* How many word hashes look like this (LIKE). */
gint64 ilk_store_word_count (IlkStore   *self,
                             const char *pattern,
                             GError    **error);
/* Holders behind this one without a next index: id, index and number; element IlkHolderRecord. */
GPtrArray *ilk_store_index_list (IlkStore *self,
                                 gint64    after,
                                 int       limit,
                                 GError  **error);
void ilk_store_index_set_next (IlkStore *self,
                               gint64    holder,
                               GBytes   *index,
                               GError  **error);
/* Makes the next index the only one, for those of the next so many holders that have one; returns for
 * how many. *after: the last that was looked at; 0 at first, and 0 again behind the last. */
gint64 ilk_store_index_move (IlkStore *self,
                             gint64   *after,
                             int       limit,
                             GError  **error);
gint64 ilk_store_card_count (IlkStore *self,
                             int       key_version,
                             GError  **error);
/* What is sealed by the data key: so many columns, each with its label. */
guint ilk_store_sealed_count (void);
const char *ilk_store_sealed_label (guint which);
/* Those behind this one (NULL: from the first); element IlkSealedRecord. */
GPtrArray *ilk_store_sealed_list (IlkStore              *self,
                                  guint                  which,
                                  const IlkSealedRecord *after,
                                  int                    limit,
                                  GError               **error);
/* Unless it was changed since it was read. */
void ilk_store_sealed_replace (IlkStore              *self,
                               guint                  which,
                               const IlkSealedRecord *record,
                               GBytes                *anew,
                               GError               **error);

/* How far a hand-over file was read, by the digest of its content; FALSE: not begun. */
gboolean ilk_store_import_find (IlkStore   *self,
                                const char *digest,
                                gint64     *line,
                                gint64     *position,
                                gint64     *imported,
                                GError    **error);
/* imported: how many more. */
void ilk_store_import_advance (IlkStore   *self,
                               const char *digest,
                               gint64      line,
                               gint64      position,
                               gint64      imported,
                               gint64      now,
                               GError    **error);
void ilk_store_import_add_fault (IlkStore   *self,
                                 const char *digest,
                                 gint64      line,
                                 const char *message,
                                 GError    **error);
/* The next bad line after this one, with its message (transfer full); 0: no more. */
gint64 ilk_store_import_next_fault (IlkStore   *self,
                                    const char *digest,
                                    gint64      after,
                                    char      **message,
                                    GError    **error);
void ilk_store_import_forget (IlkStore   *self,
                              const char *digest,
                              GError    **error);

gboolean ilk_store_holder_is_blocked (IlkStore *self,
                                      gint64    id,
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

/* What is to be signed for a login. */
void ilk_store_signature_challenge_add (IlkStore   *self,
                                        const char *id,
                                        GBytes     *challenge,
                                        gint64      expires,
                                        GError    **error);
/* Takes it out, once (transfer full); NULL: there is none, or it is too old. */
GBytes *ilk_store_signature_challenge_take (IlkStore   *self,
                                            const char *id,
                                            gint64      now,
                                            GError    **error);
/* Whose it is, 0: nobody's; with its card's serial number and itself, sealed (transfer full). */
gint64 ilk_store_certificate_find_holder (IlkStore   *self,
                                          const char *serial,
                                          char      **card_serial,
                                          GBytes    **sealed,
                                          GError    **error);

void ilk_store_gateway_login_add (IlkStore               *self,
                                  const IlkGatewayRecord *record,
                                  GError                **error);
/* Takes it out, once: where its answer had to go (transfer full); NULL: there is none, or it is
 * too old. */
char *ilk_store_gateway_login_take (IlkStore   *self,
                                    const char *id,
                                    GBytes     *secret,
                                    gint64      now,
                                    GError    **error);

/* The holder's one code; an older one is void. handle: SHA-256 of it. */
void ilk_store_code_set (IlkStore *self,
                         gint64    holder,
                         GBytes   *mac,
                         gint64    expires,
                         GBytes   *handle,
                         gint64    handle_expires,
                         GError  **error);
/* Each takes it, once, and returns whose it is; 0: nobody's. */
gint64 ilk_store_code_take (IlkStore *self,
                            GBytes   *mac,
                            gint64    now,
                            GError  **error);
gint64 ilk_store_code_take_handle (IlkStore *self,
                                   GBytes   *handle,
                                   GBytes   *ticket,
                                   gint64    now,
                                   gint64    ticket_expires,
                                   GError  **error);
gint64 ilk_store_code_take_ticket (IlkStore *self,
                                   GBytes   *ticket,
                                   gint64    now,
                                   GError  **error);
/* Spends one of so many tries; FALSE: none is left until *expires. */
gboolean ilk_store_code_spend_try (IlkStore   *self,
                                   const char *space,
                                   int         tries,
                                   gint64      now,
                                   gint64     *expires,
                                   GError    **error);
void ilk_store_code_give_back_try (IlkStore   *self,
                                   const char *space,
                                   GError    **error);

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

/* ilk-store-resets.c */
/* The account's one link, in place of an earlier one; holder 0: nobody's. FALSE: too many were asked
 * for today, and the earlier one stays. */
gboolean ilk_store_reset_set (IlkStore *self,
                              GBytes   *account,
                              GBytes   *hash,
                              gint64    holder,
                              gint64    now,
                              gint64    expires,
                              GError  **error);
IlkResetRecord *ilk_store_reset_find (IlkStore *self,
                                      GBytes   *hash,
                                      gint64    now,
                                      GError  **error);
/* The SMS code was right. */
gboolean ilk_store_reset_confirm (IlkStore *self,
                                  GBytes   *hash,
                                  gint64    now,
                                  GError  **error);
/* Once; a blocked account's only after it was confirmed. */
gboolean ilk_store_reset_consume (IlkStore *self,
                                  GBytes   *hash,
                                  gint64    now,
                                  GError  **error);
/* And what could begin another: the holder's verification code. */
void ilk_store_session_delete_all (IlkStore *self,
                                   gint64    holder,
                                   GError  **error);

void ilk_store_audit_add (IlkStore             *self,
                          const IlkAuditRecord *record,
                          GError              **error);
/* One chain's entries from this one on. */
GPtrArray *ilk_store_audit_list (IlkStore *self,
                                 gint64    chain,
                                 gint64    from,
                                 int       limit,
                                 GError  **error);
/* The MAC of the last entry of the chain that this transaction writes to, and which one that is. */
GBytes *ilk_store_audit_last_mac (IlkStore *self,
                                  gint64   *chain,
                                  GError  **error);
/* The next chain after this one (-1: the first); -1: there is none. */
gint64 ilk_store_audit_next_chain (IlkStore *self,
                                   gint64    after,
                                   GError  **error);
/* The MAC of a chain's last entry, and which one that is; of a certain entry. NULL: none. */
GBytes *ilk_store_audit_end (IlkStore *self,
                             gint64    chain,
                             gint64   *seq,
                             GError  **error);
GBytes *ilk_store_audit_entry_mac (IlkStore *self,
                                   gint64    chain,
                                   gint64    seq,
                                   GError  **error);

/* Signed ends of the audit chains; each covers the one before it, so one is added at a time. */
void ilk_store_head_lock (IlkStore *self,
                          GError  **error);
gint64 ilk_store_head_add (IlkStore            *self,
                           const IlkHeadRecord *record,
                           GError             **error);
IlkHeadRecord *ilk_store_head_last (IlkStore *self,
                                    GError  **error);
IlkHeadRecord *ilk_store_head_get (IlkStore *self,
                                   gint64    id,
                                   GError  **error);
GPtrArray *ilk_store_head_list (IlkStore *self,
                                gint64    after,
                                int       limit,
                                GError  **error);

/* The outbox: messages that were queued in the transaction of what caused them. */
void ilk_store_outbox_add (IlkStore              *self,
                           const IlkOutboxRecord *record,
                           GError               **error);
/* Takes the oldest one that is due and nobody else's until then; NULL: there is none. */
IlkOutboxRecord *ilk_store_outbox_lease (IlkStore   *self,
                                         const char *kind,
                                         const char *owner,
                                         gint64      now,
                                         gint64      until,
                                         GError    **error);
gboolean ilk_store_outbox_remove (IlkStore   *self,
                                  gint64      id,
                                  const char *owner,
                                  GError    **error);
gboolean ilk_store_outbox_postpone (IlkStore   *self,
                                    gint64      id,
                                    const char *owner,
                                    gint64      due,
                                    GError    **error);
/* When something may be due next, -1: never. */
gint64 ilk_store_outbox_next (IlkStore   *self,
                              const char *kind,
                              GError    **error);
gint64 ilk_store_outbox_count (IlkStore *self,
                               GError  **error);

G_END_DECLS
