/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A holder. Number, name, phone, mail and birth year are sealed by the service's data key: the
 * store never sees them in clear. */
typedef struct {
  gint64  id;
  GBytes *index;      /* stands for the holder in what is sealed and in the audit; never changes */
  GBytes *number_index; /* HMAC of the identity number, for a new holder; else NULL */
  GBytes *number;
  GBytes *name;
  GBytes *phone;
  GBytes *email;
  GBytes *birth_year;
  char   *word;       /* PHC string of the security word */
  gboolean word_initial; /* it is the one printed on the application form */
} IlkHolderRecord;

/* A login attempt (full FALSE) or a session. */
typedef struct {
  char    *id;
  gint64   holder;
  gboolean full;
  gint64   created;
  gint64   used;      /* last call */
  gint64   expires;   /* absolute end */
  char    *assurance; /* ILK_ASSURANCE_…, how its holder proved to be it */
  gboolean word_change;   /* good for changing the printed security word, and for no more */
} IlkSessionRecord;

/* A login by the e-Government gateway that has been begun. */
typedef struct {
  char   *id;
  GBytes *secret;       /* SHA-256 */
  char   *redirect_uri;
  gint64  expires;
} IlkGatewayRecord;

typedef struct {
  GBytes  *mac;
  gint64   sent;
  gint64   expires;
  int      tries_left;
  gboolean used;
} IlkSmsRecord;

/* A card with its certificate. */
typedef struct {
  gint64   holder;
  char    *serial;
  char    *atr;
  char    *profile;   /* NULL: no unlock */
  int      key_version;
  gboolean dead;
  char    *certificate_serial;
  char    *certificate_state; /* as recorded: not_activated, active, suspended, revoked */
  gint64   certificate_changed; /* when that was recorded last; 0: at the import */
  char    *certificate_reason;  /* of a revocation (RFC 5280), else NULL */
  gint64   not_before;
  gint64   not_after;
  gboolean pin_held;
  gboolean pin_stale;
} IlkCardRecord;

/* A PIN the issuer holds: sealed by a data key of its own, which a KEK of an epoch wraps. */
typedef struct {
  GBytes  *sealed;
  GBytes  *wrapped_key;
  gint64   epoch;
  gboolean stale;
} IlkPinRecord;

typedef struct {
  char    *id;
  char    *session;
  gint64   holder;
  char    *kind;
  char    *card_serial;
  gint64   created;
  gint64   expires;
  gint64   authorized_until; /* 0: not confirmed */
  gboolean consumed;
} IlkOperationRecord;

/* A phone number or mail address that is to become the holder's. */
typedef struct {
  char    *operation;
  gint64   holder;
  char    *field;      /* "phone" or "email" */
  GBytes  *sealed;     /* as the holder's own */
  gint64   revision;   /* the holder's, that it is a change of */
  gint64   expires;
  gboolean confirmed;  /* by the phone on record */
} IlkContactRecord;

/* A text that the holder signs with the card. */
typedef struct {
  char   *id;
  gint64  holder;
  char   *kind;
  char   *language;            /* "tr" or "en" */
  char   *certificate_serial;
  GBytes *text;                /* sealed */
  GBytes *cms;                 /* sealed, base64 of DER; without a signature until it is given */
  gint64  expires;             /* while it waits for the signature */
  gint64  given;               /* 0: not yet */
} IlkConsentRecord;

/* The signed ends of all audit chains at one moment. */
typedef struct {
  gint64  id;
  gint64  at;
  char   *ends;
  GBytes *mac;
} IlkHeadRecord;

/* Something sealed by the data key, and what it is bound to. */
typedef struct {
  gint64  id;         /* found by this, or */
  char   *key;        /* by this */
  GBytes *index;
  GBytes *sealed;
} IlkSealedRecord;

/* What was answered under an Idempotency-Key. */
typedef struct {
  GBytes *payload;    /* SHA-256 of the request */
  int     status;
  GBytes *body;
} IlkAnswerRecord;

/* A certificate that must not be used now. */
typedef struct {
  char   *serial;
  char   *state;      /* suspended or revoked */
  char   *reason;     /* of a revocation, else NULL */
  gint64  changed;
} IlkOffRecord;

/* A message that is to be sent. */
typedef struct {
  gint64  id;
  char   *message;    /* what the provider knows it by */
  char   *kind;       /* ILK_OUTBOX_SMS or ILK_OUTBOX_MAIL */
  GBytes *sealed;
  gint64  created;
  gint64  expires;
  int     tries;      /* this one counted */
} IlkOutboxRecord;

#define ILK_OUTBOX_SMS  "sms"
#define ILK_OUTBOX_MAIL "mail"

typedef struct {
  gint64  seq;
  gint64  at;
  char   *who;        /* pseudonym */
  char   *what;
  char   *outcome;
  char   *reason;
  char   *assurance;
  GBytes *mac;
  gint64  chain;
} IlkAuditRecord;

/* A link for a forgotten security word that can still be used. */
typedef struct {
  gint64   holder;
  gint64   expires;
  gboolean needs_code;  /* the account is blocked, and no SMS code was given yet */
} IlkResetRecord;

void ilk_holder_record_free (IlkHolderRecord *self);
void ilk_session_record_free (IlkSessionRecord *self);
void ilk_sms_record_free (IlkSmsRecord *self);
void ilk_card_record_free (IlkCardRecord *self);
void ilk_off_record_free (IlkOffRecord *self);
void ilk_pin_record_free (IlkPinRecord *self);
void ilk_operation_record_free (IlkOperationRecord *self);
void ilk_answer_record_free (IlkAnswerRecord *self);
void ilk_head_record_free (IlkHeadRecord *self);
void ilk_sealed_record_free (IlkSealedRecord *self);
void ilk_outbox_record_free (IlkOutboxRecord *self);
void ilk_audit_record_free (IlkAuditRecord *self);
void ilk_reset_record_free (IlkResetRecord *self);
void ilk_contact_record_free (IlkContactRecord *self);
void ilk_consent_record_free (IlkConsentRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkHolderRecord, ilk_holder_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkSessionRecord, ilk_session_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkSmsRecord, ilk_sms_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkCardRecord, ilk_card_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkOffRecord, ilk_off_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkPinRecord, ilk_pin_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkOperationRecord, ilk_operation_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkAnswerRecord, ilk_answer_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkOutboxRecord, ilk_outbox_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkAuditRecord, ilk_audit_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkHeadRecord, ilk_head_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkSealedRecord, ilk_sealed_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkResetRecord, ilk_reset_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkContactRecord, ilk_contact_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkConsentRecord, ilk_consent_record_free)

G_END_DECLS
