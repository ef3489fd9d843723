/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-service-private.h"

/* What a session may do depends on how its holder proved to be it. A verification code was handed
 * over by hand from a browser to a program: it opens the list of cards and the unlocking, which
 * needs a confirmation of its own. Everything else needs one of the logins. */

const char *
ilk_service_get_assurance (const IlkSessionRecord *session)
{
  if (session->assurance != NULL)
    return session->assurance;
  /* From a time when there was no other login. */
  return session->full ? ILK_ASSURANCE_PASSWORD_SMS : ILK_ASSURANCE_PASSWORD;
}

static gboolean
is_by (IlkInbound *request,
       const char *assurance)
{
  return g_str_equal (ilk_service_get_assurance (request->session), assurance);
}

gboolean
ilk_service_check_assurance (IlkInbound *request,
                             IlkReply   *reply)
{
  if (request->code_suffices || !is_by (request, ILK_ASSURANCE_CODE))
    return TRUE;

  ilk_reply_problem (reply, "assurance.too_low");
  return FALSE;
}

gboolean
ilk_service_check_password_login (IlkInbound *request,
                                  IlkReply   *reply)
{
  if (is_by (request, ILK_ASSURANCE_PASSWORD_SMS))
    return TRUE;

  ilk_reply_problem (reply, "assurance.password");
  return FALSE;
}

/* The other logins have no SMS code that could be young. */
gboolean
ilk_service_is_sms_fresh (IlkInbound *request)
{
  return is_by (request, ILK_ASSURANCE_PASSWORD_SMS) &&
         request->now < request->session->created + ILK_STEP_UP_LIFE;
}
