/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ilk-store-records.h"

void
ilk_holder_record_free (IlkHolderRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->index, g_bytes_unref);
  g_clear_pointer (&self->number_index, g_bytes_unref);
  g_clear_pointer (&self->number, g_bytes_unref);
  g_clear_pointer (&self->name, g_bytes_unref);
  g_clear_pointer (&self->phone, g_bytes_unref);
  g_clear_pointer (&self->email, g_bytes_unref);
  g_clear_pointer (&self->birth_year, g_bytes_unref);
  g_clear_pointer (&self->word, g_free);
  g_free (self);
}

void
ilk_session_record_free (IlkSessionRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->assurance, g_free);
  g_free (self);
}

void
ilk_sms_record_free (IlkSmsRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->mac, g_bytes_unref);
  g_free (self);
}

void
ilk_card_record_free (IlkCardRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->serial, g_free);
  g_clear_pointer (&self->atr, g_free);
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->certificate_serial, g_free);
  g_clear_pointer (&self->certificate_state, g_free);
  g_clear_pointer (&self->certificate_reason, g_free);
  g_free (self);
}

void
ilk_off_record_free (IlkOffRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->serial, g_free);
  g_clear_pointer (&self->state, g_free);
  g_clear_pointer (&self->reason, g_free);
  g_free (self);
}

void
ilk_pin_record_free (IlkPinRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_pointer (&self->wrapped_key, g_bytes_unref);
  g_free (self);
}

void
ilk_operation_record_free (IlkOperationRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->card_serial, g_free);
  g_free (self);
}

void
ilk_answer_record_free (IlkAnswerRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->payload, g_bytes_unref);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

void
ilk_audit_record_free (IlkAuditRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->who, g_free);
  g_clear_pointer (&self->what, g_free);
  g_clear_pointer (&self->outcome, g_free);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->assurance, g_free);
  g_clear_pointer (&self->mac, g_bytes_unref);
  g_free (self);
}

void
ilk_reset_record_free (IlkResetRecord *self)
{
  g_free (self);
}

void
ilk_contact_record_free (IlkContactRecord *self)
{
  g_free (self->operation);
  g_free (self->field);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_free (self);
}

void
ilk_consent_record_free (IlkConsentRecord *self)
{
  g_free (self->id);
  g_free (self->kind);
  g_free (self->language);
  g_free (self->certificate_serial);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->cms, g_bytes_unref);
  g_free (self);
}

void
ilk_sealed_record_free (IlkSealedRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->index, g_bytes_unref);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_free (self);
}

void
ilk_head_record_free (IlkHeadRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->ends, g_free);
  g_clear_pointer (&self->mac, g_bytes_unref);
  g_free (self);
}

void
ilk_outbox_record_free (IlkOutboxRecord *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->message, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_free (self);
}
