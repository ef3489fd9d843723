/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include "client/ilk-client.h"

void
ilk_captcha_free (IlkCaptcha *self)
{
  g_free (self->id);
  g_clear_pointer (&self->png, g_bytes_unref);
  g_free (self);
}

void
ilk_login_attempt_free (IlkLoginAttempt *self)
{
  g_free (self->phone);
  g_free (self);
}

void
ilk_session_info_free (IlkSessionInfo *self)
{
  g_free (self->holder);
  g_free (self);
}

void
ilk_operation_free (IlkOperation *self)
{
  g_free (self->id);
  g_free (self->phone);
  g_free (self);
}

void
ilk_service_card_free (IlkServiceCard *self)
{
  g_free (self->serial);
  g_free (self->certificate_serial);
  g_free (self->unlock_profile);
  g_free (self);
}
