/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-client"

#include "client/ilk-client-readers.h"

#define MAX_SENDS 1000

/**
 * ilk_client_read_seconds:
 *
 * Returns: a time left, brought between none and a day
 */
int
ilk_client_read_seconds (JsonObject  *object,
                         const char  *name,
                         GError     **fault)
{
  return (int) ilk_json_get_number (object, name, 0, ILK_CLIENT_DAY, fault);
}

/**
 * ilk_client_read_sms_ticket:
 *
 * Returns: (transfer full) (nullable): an IlkSmsTicket to be freed by g_free ()
 */
gpointer
ilk_client_read_sms_ticket (IlkClient   *client,
                            IlkRequest  *request,
                            IlkAnswer   *answer,
                            GError     **error)
{
  GError *fault = NULL;
  g_autoptr (JsonNode) root = ilk_json_parse (answer->data, answer->length, &fault);
  JsonObject *object = root != NULL ? json_node_get_object (root) : NULL;
  IlkSmsTicket ticket;

  ticket.expires_in = ilk_client_read_seconds (object, "expires_in", &fault);
  ticket.resend_in = ilk_client_read_seconds (object, "resend_in", &fault);
  ticket.sends_left = (int) ilk_json_get_number (object, "sends_left", 0, MAX_SENDS, &fault);
  if (fault != NULL)
    {
      g_propagate_error (error, fault);
      return NULL;
    }

  return g_memdup2 (&ticket, sizeof ticket);
}

/**
 * ilk_client_finish_ticket:
 * @found: (transfer full) (nullable): a call's result
 * @ticket: (out) (optional): filled when there is one
 */
gboolean
ilk_client_finish_ticket (IlkSmsTicket *found,
                          IlkSmsTicket *ticket)
{
  if (found == NULL)
    return FALSE;

  if (ticket != NULL)
    *ticket = *found;
  g_free (found);
  return TRUE;
}

/**
 * ilk_client_empty_body:
 *
 * Returns: (transfer full): an object without members
 */
GBytes *
ilk_client_empty_body (void)
{
  return g_bytes_new_static ("{}", 2);
}

/**
 * ilk_client_code_body:
 *
 * Returns: (transfer full) (nullable): an object with the SMS code, wiped when freed
 */
GBytes *
ilk_client_code_body (IlkSecret *code)
{
  g_autoptr (IlkJsonWriter) writer = ilk_json_writer_new ();

  ilk_json_writer_begin (writer, NULL);
  ilk_json_writer_secret (writer, "code", code);
  ilk_json_writer_end (writer);
  return ilk_json_writer_finish (writer);
}
