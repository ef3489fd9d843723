/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include <libsoup/soup.h>

#include "client/ilk-client-error.h"

typedef struct
{
  int   attempts_left;
  int   retry_after;
  char *problem;
} IlkClientErrorPrivate;

static void
ilk_client_error_private_init (IlkClientErrorPrivate *priv)
{
  priv->attempts_left = -1;
  priv->retry_after = -1;
}

static void
ilk_client_error_private_copy (const IlkClientErrorPrivate *source,
                               IlkClientErrorPrivate       *target)
{
  *target = *source;
  target->problem = g_strdup (source->problem);
}

static void
ilk_client_error_private_clear (IlkClientErrorPrivate *priv)
{
  g_free (priv->problem);
}

G_DEFINE_EXTENDED_ERROR (IlkClientError, ilk_client_error)

/* Every code of the service's contract, and what the person can do about it. */
static const struct
{
  const char    *problem;
  IlkClientError error;
} problems[] = {
  { "captcha.wrong", ILK_CLIENT_ERROR_CAPTCHA },
  { "word.change_required", ILK_CLIENT_ERROR_WORD_CHANGE },
  { "word.not_printed", ILK_CLIENT_ERROR_WORD },
  { "word.same", ILK_CLIENT_ERROR_WORD },
  { "captcha.no_sound", ILK_CLIENT_ERROR_REFUSED },
  { "captcha.expired", ILK_CLIENT_ERROR_CAPTCHA },
  { "login.refused", ILK_CLIENT_ERROR_CREDENTIALS },
  { "account.blocked", ILK_CLIENT_ERROR_BLOCKED },
  { "reset.gone", ILK_CLIENT_ERROR_OPERATION },
  { "reset.code_required", ILK_CLIENT_ERROR_STEP_UP },
  { "word.length", ILK_CLIENT_ERROR_WORD },
  { "word.text", ILK_CLIENT_ERROR_WORD },
  { "word.common", ILK_CLIENT_ERROR_WORD },
  { "word.personal", ILK_CLIENT_ERROR_WORD },
  { "consent.unavailable", ILK_CLIENT_ERROR_REFUSED },
  { "consent.unknown", ILK_CLIENT_ERROR_OPERATION },
  { "consent.expired", ILK_CLIENT_ERROR_OPERATION },
  { "consent.given", ILK_CLIENT_ERROR_REFUSED },
  { "consent.signature", ILK_CLIENT_ERROR_REFUSED },
  { "me.revision_required", ILK_CLIENT_ERROR_REFUSED },
  { "me.changed", ILK_CLIENT_ERROR_OPERATION },
  { "me.phone", ILK_CLIENT_ERROR_REFUSED },
  { "me.email", ILK_CLIENT_ERROR_REFUSED },
  { "me.same", ILK_CLIENT_ERROR_REFUSED },
  { "web_password.none", ILK_CLIENT_ERROR_STEP_UP },
  { "web_password.wrong", ILK_CLIENT_ERROR_CODE_WRONG },
  { "web_password.exhausted", ILK_CLIENT_ERROR_STEP_UP },
  { "web_password.not_enough", ILK_CLIENT_ERROR_STEP_UP },
  { "web_password.same", ILK_CLIENT_ERROR_REFUSED },
  { "session.missing", ILK_CLIENT_ERROR_SESSION },
  { "session.expired", ILK_CLIENT_ERROR_SESSION },
  { "attempt.expired", ILK_CLIENT_ERROR_SESSION },
  { "sms.wrong", ILK_CLIENT_ERROR_CODE_WRONG },
  { "sms.expired", ILK_CLIENT_ERROR_CODE_EXPIRED },
  { "sms.exhausted", ILK_CLIENT_ERROR_CODE_EXPIRED },
  { "sms.none", ILK_CLIENT_ERROR_CODE_EXPIRED },
  { "sms.too_soon", ILK_CLIENT_ERROR_SMS_LIMIT },
  { "sms.limit", ILK_CLIENT_ERROR_SMS_LIMIT },
  { "assurance.too_low", ILK_CLIENT_ERROR_STEP_UP },
  { "assurance.password", ILK_CLIENT_ERROR_STEP_UP },
  { "login.unavailable", ILK_CLIENT_ERROR_REFUSED },
  { "signature.expired", ILK_CLIENT_ERROR_OPERATION },
  { "signature.wrong", ILK_CLIENT_ERROR_REFUSED },
  { "signature.certificate", ILK_CLIENT_ERROR_NOT_YOURS },
  { "certificate.not_activated", ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.suspended", ILK_CLIENT_ERROR_CERTIFICATE },
  { "e_government.expired", ILK_CLIENT_ERROR_OPERATION },
  { "e_government.refused", ILK_CLIENT_ERROR_REFUSED },
  { "e_government.unknown", ILK_CLIENT_ERROR_NOT_YOURS },
  { "e_government.unavailable", ILK_CLIENT_ERROR_BUSY },
  { "code.refused", ILK_CLIENT_ERROR_VERIFICATION_CODE },
  { "code.limit", ILK_CLIENT_ERROR_BUSY },
  { "step_up.required", ILK_CLIENT_ERROR_STEP_UP },
  { "operation.unknown", ILK_CLIENT_ERROR_OPERATION },
  { "operation.expired", ILK_CLIENT_ERROR_OPERATION },
  { "operation.unconfirmed", ILK_CLIENT_ERROR_OPERATION },
  { "operation.phrase", ILK_CLIENT_ERROR_OPERATION },
  { "card.unknown", ILK_CLIENT_ERROR_NOT_YOURS },
  { "card.dead", ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.unknown", ILK_CLIENT_ERROR_NOT_YOURS },
  { "certificate.state", ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.not_yet_valid", ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.expired", ILK_CLIENT_ERROR_CERTIFICATE },
  { "certificate.revoked", ILK_CLIENT_ERROR_CERTIFICATE },
  { "pin.none", ILK_CLIENT_ERROR_NO_PIN },
  { "unlock.limit", ILK_CLIENT_ERROR_UNLOCK_LIMIT },
  { "unlock.profile", ILK_CLIENT_ERROR_REFUSED },
  { "unlock.exhausted", ILK_CLIENT_ERROR_OPERATION },
  { "request.invalid", ILK_CLIENT_ERROR_REFUSED },
  { "request.too_large", ILK_CLIENT_ERROR_REFUSED },
  { "request.idempotency", ILK_CLIENT_ERROR_REFUSED },
  { "not_found", ILK_CLIENT_ERROR_REFUSED },
  { "method", ILK_CLIENT_ERROR_REFUSED },
  { "rate.limited", ILK_CLIENT_ERROR_BUSY },
  { "busy", ILK_CLIENT_ERROR_BUSY },
  { "internal", ILK_CLIENT_ERROR_FAILED },
};

/* For answers without a code that is known: a proxy's, or a later service's. */
static IlkClientError
get_error_of_status (guint status)
{
  switch (status)
    {
    case 400:
    case 404:
    case 405:
    case 413:
    case 415:
    case 422:
      return ILK_CLIENT_ERROR_REFUSED;
    case 401:
      return ILK_CLIENT_ERROR_SESSION;
    case 423:
      return ILK_CLIENT_ERROR_BLOCKED;
    case 429:
    case 502:
    case 503:
    case 504:
      return ILK_CLIENT_ERROR_BUSY;
    default:
      return ILK_CLIENT_ERROR_FAILED;
    }
}

static IlkClientError
get_error_of_problem (guint       status,
                      const char *problem)
{
  for (gsize i = 0; problem != NULL && i < G_N_ELEMENTS (problems); i++)
    if (g_str_equal (problems[i].problem, problem))
      return problems[i].error;

  return get_error_of_status (status);
}

/**
 * ilk_client_error_new_problem:
 * @status: the HTTP status
 * @problem: (nullable): the code of the problem document
 * @attempts_left: -1 for none
 * @retry_after: seconds, -1 for none
 *
 * Returns: (transfer full): what the service's refusal means for the person
 */
GError *
ilk_client_error_new_problem (guint       status,
                              const char *problem,
                              int         attempts_left,
                              int         retry_after)
{
  IlkClientErrorPrivate *priv;
  GError *error;

  error = g_error_new (ILK_CLIENT_ERROR, get_error_of_problem (status, problem),
                       "The service answered %u %s", status, problem ? problem : "");
  priv = ilk_client_error_get_private (error);
  priv->attempts_left = attempts_left;
  priv->retry_after = retry_after;
  priv->problem = g_strdup (problem);
  return error;
}

static IlkClientError
get_error_of_io (int code)
{
  switch (code)
    {
    case G_IO_ERROR_TIMED_OUT:
      return ILK_CLIENT_ERROR_TIMEOUT;
    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_CONNECTION_CLOSED: /* the same number as BROKEN_PIPE */
    case G_IO_ERROR_NOT_CONNECTED:
    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_NOT_FOUND:
    case G_IO_ERROR_PERMISSION_DENIED:
    case G_IO_ERROR_PROXY_FAILED:
    case G_IO_ERROR_PROXY_AUTH_FAILED:
    case G_IO_ERROR_PROXY_NEED_AUTH:
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
      return ILK_CLIENT_ERROR_OFFLINE;
    default:
      return ILK_CLIENT_ERROR_FAILED;
    }
}

/**
 * ilk_client_error_new_fault:
 * @fault: an error of GIO, its TLS or libsoup
 *
 * Returns: (transfer full): what the fault means for the person; G_IO_ERROR_CANCELLED and the
 *   client's own errors are copied
 */
GError *
ilk_client_error_new_fault (const GError *fault)
{
  IlkClientError code = ILK_CLIENT_ERROR_FAILED;

  if (fault->domain == ILK_CLIENT_ERROR ||
      g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (fault);

  if (fault->domain == G_IO_ERROR)
    code = get_error_of_io (fault->code);
  else if (fault->domain == G_RESOLVER_ERROR)
    code = ILK_CLIENT_ERROR_OFFLINE;
  else if (g_error_matches (fault, G_TLS_ERROR, G_TLS_ERROR_EOF))
    code = ILK_CLIENT_ERROR_OFFLINE;
  else if (fault->domain == G_TLS_ERROR)
    code = ILK_CLIENT_ERROR_TLS;

  return g_error_new_literal (ILK_CLIENT_ERROR, code, fault->message);
}

static const IlkClientErrorPrivate *
peek_private (const GError *error)
{
  if (error == NULL || error->domain != ILK_CLIENT_ERROR)
    return NULL;

  return ilk_client_error_get_private (error);
}

/**
 * ilk_client_error_get_attempts_left:
 *
 * Returns: tries that are left before the code is void or the account is blocked; -1: not told
 */
int
ilk_client_error_get_attempts_left (const GError *error)
{
  const IlkClientErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->attempts_left : -1;
}

/**
 * ilk_client_error_get_retry_after:
 *
 * Returns: seconds until it may be tried again; -1: not told
 */
int
ilk_client_error_get_retry_after (const GError *error)
{
  const IlkClientErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->retry_after : -1;
}

/**
 * ilk_client_error_get_problem:
 *
 * Returns: (transfer none) (nullable): the service's stable code
 */
const char *
ilk_client_error_get_problem (const GError *error)
{
  const IlkClientErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->problem : NULL;
}
