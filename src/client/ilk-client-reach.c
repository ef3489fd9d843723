/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include "client/ilk-call.h"

/* Asks nothing that the service would have to do or keep: it answers that captchas are not read but
 * made, and who can say that is there, is the issuer's, and is understood. */
#define QUESTION "/v1/captchas"

/**
 * ilk_client_reach_async:
 *
 * Looks whether the service can be reached: name, network, TLS and the service behind it. No secret
 * is sent, nothing is begun there, and no limit is used up.
 */
void
ilk_client_reach_async (IlkClient           *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  IlkRequest *request;

  g_return_if_fail (ILK_IS_CLIENT (self));

  request = ilk_request_new ("GET", ILK_REQUEST_PLAIN, ilk_call_read_nothing, NULL);
  ilk_request_set_path (request, QUESTION, NULL);
  ilk_call_start (self, ilk_client_reach_async, request, cancellable, callback, user_data);
}

/**
 * ilk_client_reach_finish:
 * @error: why it can't be reached, or, with ILK_CLIENT_ERROR_FAILED or REFUSED, that something else
 *   answers at its address
 *
 * Returns: whether the service itself answered
 */
gboolean
ilk_client_reach_finish (IlkClient     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  GError *fault = NULL;

  ilk_call_finish (self, ilk_client_reach_async, result, &fault);
  if (g_strcmp0 (ilk_client_error_get_problem (fault), "method") == 0)
    {
      g_error_free (fault);
      return TRUE;
    }
  if (fault == NULL)
    fault = g_error_new (ILK_CLIENT_ERROR, ILK_CLIENT_ERROR_FAILED,
                         "Something else answers at the service's address");

  g_propagate_error (error, fault);
  return FALSE;
}
