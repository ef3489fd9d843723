/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include <string.h>
#include "server/ilk-wire.h"

/* So that an operator knows that messages go out before a holder waits for one. */

#define TEXT "Bu bir deneme iletisidir. This is a test message."
#define HTML "<!DOCTYPE html><html lang=\"tr\"><body><p>Bu bir deneme iletisidir.</p>" \
             "<p lang=\"en\">This is a test message.</p></body></html>"

static IlkMessage *
make_message (const char *to,
              gboolean    mail)
{
  g_autoptr (IlkSecret) text = ilk_secret_new_from_data (TEXT, strlen (TEXT));
  g_autoptr (IlkSecret) html = ilk_secret_new_from_data (HTML, strlen (HTML));
  g_autoptr (IlkSecret) words = mail
    ? ilk_message_pack_mail (to, "Deneme iletisi · Test message", text, html)
    : ilk_message_pack_sms (to, text, NULL, 0);
  g_autofree char *id = ilk_wire_new_id ();

  return ilk_message_unpack (id, 0, mail, words);
}

static int
try_gateway (const IlkOptions *options,
             gboolean          mail)
{
  g_auto (IlkProgram) program = { 0 };
  const char *to = ilk_command_get_argument (options);
  g_autoptr (IlkMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gboolean sent;

  if (to == NULL || options->credentials == NULL)
    return ilk_program_misuse ("this wants --credentials and whom the message is for");
  program.clock = ilk_clock_get_system ();
  if (!ilk_program_open_gateways (&program, options, &error))
    return ilk_program_complain (error);

  message = make_message (to, mail);
  sent = mail ? ilk_mail_gateway_send (program.mail, message, &error)
              : ilk_sms_gateway_send (program.sms, message, &error);
  if (!sent)
    return ilk_program_complain (error);
  g_print ("handed over as %s\n", message->id);
  return ILK_EXIT_DONE;
}

static int
try_sms (const IlkOptions *options)
{
  return try_gateway (options, FALSE);
}

static int
try_mail (const IlkOptions *options)
{
  return try_gateway (options, TRUE);
}

#define EXITS \
  "Ends with 0: it was taken; 1: it was not; 2: an option or the configuration is wrong."

const IlkCommand ilk_commands_gateways[] = {
  { "try-sms", "NUMBER", "Send one test message by the configured SMS provider",
    "Sends a text message without a code to this number, at once and once.\n\n" EXITS,
    ILK_OPTIONS_COMMON | ILK_OPTIONS_SERVING, try_sms },
  { "try-mail", "ADDRESS", "Send one test mail by the configured mail server",
    "Sends a mail to this address, at once and once.\n\n" EXITS,
    ILK_OPTIONS_COMMON | ILK_OPTIONS_SERVING, try_mail },
  { NULL }
};
