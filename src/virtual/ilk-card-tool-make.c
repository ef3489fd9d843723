/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-virtual"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#include "core/ilk-identity.h"
#include "core/ilk-pin-rules.h"
#include "virtual/ilk-card-order.h"
#include "virtual/ilk-card-tool.h"
#include "virtual/ilk-practice-keys.h"
#include "virtual/ilk-practice-set.h"

#define DAY          (G_GINT64_CONSTANT (24) * 60 * 60)
#define MAX_WORD     128
#define RANDOM_WORD  16
#define DEFAULT_DAYS 1095

/* The command line as it was given. */
typedef struct {
  char     *serial;
  char     *holder;
  char     *identity_number;
  char     *phone;
  char     *email;
  int       birth_year;
  char     *valid_from;
  int       valid_days;
  gboolean  not_activated;
  gboolean  blocked;
  gboolean  dead;
  char     *pin;
  char     *security_word;
  gboolean  word_is_printed;
  char     *ca;
  char     *keys;
  char     *out;
  char     *handover;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->serial);
  g_free (self->holder);
  g_free (self->identity_number);
  g_free (self->phone);
  g_free (self->email);
  g_free (self->valid_from);
  g_free (self->pin);
  g_free (self->security_word);
  g_free (self->ca);
  g_free (self->keys);
  g_free (self->out);
  g_free (self->handover);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (int       argc,
               char    **argv,
               Options  *options)
{
  const GOptionEntry entries[] = {
    { "serial", 0, 0, G_OPTION_ARG_STRING, &options->serial,
      "Serial number, 24 hexadecimal digits; default: random", "HEX" },
    { "holder", 0, 0, G_OPTION_ARG_STRING, &options->holder,
      "Name of the made-up holder", "NAME" },
    { "identity-number", 0, 0, G_OPTION_ARG_STRING, &options->identity_number,
      "T.C. identity number or passport number of the made-up holder", "NUMBER" },
    { "phone", 0, 0, G_OPTION_ARG_STRING, &options->phone,
      "Telephone on record; default: 05000000000", "NUMBER" },
    { "email", 0, 0, G_OPTION_ARG_STRING, &options->email,
      "Mail address on record; default: deneme@example.org", "ADDRESS" },
    { "birth-year", 0, 0, G_OPTION_ARG_INT, &options->birth_year,
      "Year of birth on record; default: 1980", "YEAR" },
    { "valid-from", 0, 0, G_OPTION_ARG_STRING, &options->valid_from,
      "First day of the certificate, in UTC; default: now", "YYYY-MM-DD" },
    { "valid-days", 0, 0, G_OPTION_ARG_INT, &options->valid_days,
      "How many days the certificate is valid; default: 1095", "DAYS" },
    { "not-activated", 0, 0, G_OPTION_ARG_NONE, &options->not_activated,
      "The holder has still to activate the certificate", NULL },
    { "blocked", 0, 0, G_OPTION_ARG_NONE, &options->blocked,
      "The PIN has been blocked by wrong tries", NULL },
    { "dead", 0, 0, G_OPTION_ARG_NONE, &options->dead,
      "The PUK has been used up", NULL },
    { "pin", 0, 0, G_OPTION_ARG_STRING, &options->pin,
      "“random” (default), “none”, or “stdin” to read it as a line", "HOW" },
    { "security-word", 0, 0, G_OPTION_ARG_STRING, &options->security_word,
      "“random” (default, and printed), or “stdin”: the line after the PIN", "HOW" },
    { "word-is-printed", 0, 0, G_OPTION_ARG_NONE, &options->word_is_printed,
      "The security word stands on the application form: the first login must change it", NULL },
    { "ca", 0, 0, G_OPTION_ARG_FILENAME, &options->ca,
      "Folder of the practice certificate authority; made when it has none", "FOLDER" },
    { "keys", 0, 0, G_OPTION_ARG_FILENAME, &options->keys,
      "Folder with card-master-key-1 and handover-key.pub", "FOLDER" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &options->out,
      "The card's state file", "FILE" },
    { "handover", 0, 0, G_OPTION_ARG_FILENAME, &options->handover,
      "File to which the sealed hand-over line is added", "FILE" },
    G_OPTION_ENTRY_NULL
  };
  g_auto (GStrv) rest = NULL;

  return ilk_card_tool_parse ("Makes a virtual card with an RSA key pair and a certificate.",
                              "A PIN or a security word is never given as an option: other "
                              "users of the computer could read it there.",
                              entries, 0, argc, argv, &rest);
}

static gboolean
check_options (const Options *options)
{
  const struct { const char *name, *value; } needed[] = {
    { "--holder", options->holder }, { "--ca", options->ca },
    { "--keys", options->keys }, { "--out", options->out },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if (needed[i].value == NULL)
      {
        ilk_card_tool_complain ("The option %s is missing.", needed[i].name);
        return FALSE;
      }
  if (options->handover != NULL && options->identity_number == NULL)
    {
      ilk_card_tool_complain ("A hand-over line needs --identity-number.");
      return FALSE;
    }
  if (options->identity_number != NULL &&
      ilk_identity_check (options->identity_number, NULL) == ILK_IDENTITY_NONE)
    {
      ilk_card_tool_complain ("“%s” is no identity number: its check digits are wrong.",
                              options->identity_number);
      return FALSE;
    }
  if (g_file_test (options->out, G_FILE_TEST_EXISTS))
    {
      ilk_card_tool_complain ("“%s” is there already. A card is not made over another one.",
                              options->out);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_validity (const Options *options,
               IlkCardOrder  *order)
{
  order->not_before = g_get_real_time () / G_USEC_PER_SEC;
  if (options->valid_from != NULL)
    {
      g_autofree char *text = g_strconcat (options->valid_from, "T00:00:00Z", NULL);
      g_autoptr (GDateTime) day = g_date_time_new_from_iso8601 (text, NULL);

      if (day == NULL)
        {
          ilk_card_tool_complain ("“%s” is no day of the form YYYY-MM-DD.",
                                  options->valid_from);
          return FALSE;
        }
      order->not_before = g_date_time_to_unix (day);
    }
  if (options->valid_days < 1 || options->valid_days > 36500)
    {
      ilk_card_tool_complain ("--valid-days must be from 1 to 36500.");
      return FALSE;
    }
  order->not_after = order->not_before + options->valid_days * DAY;
  return TRUE;
}

static gboolean
read_pin (const Options *options,
          IlkCardOrder  *order)
{
  if (options->pin == NULL || g_str_equal (options->pin, "random"))
    {
      order->pin = ilk_card_order_make_pin (options->identity_number);
      return TRUE;
    }
  if (g_str_equal (options->pin, "none"))
    return TRUE;
  if (!g_str_equal (options->pin, "stdin"))
    {
      ilk_card_tool_complain ("--pin takes “random”, “none” or “stdin”.");
      return FALSE;
    }

  order->pin = ilk_card_tool_read_line (ILK_PIN_LENGTH);
  if (order->pin == NULL ||
      (ilk_pin_rules_broken (order->pin, NULL, NULL) & ILK_PIN_RULE_SIX_DIGITS) != 0)
    {
      ilk_card_tool_complain ("The first line of standard input must be a PIN of 6 digits.");
      return FALSE;
    }
  return TRUE;
}

/* Small letters and digits that are not taken for each other. */
static IlkSecret *
make_word (void)
{
  static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
  g_autoptr (IlkSecret) word = ilk_secret_new_random (RANDOM_WORD);
  guint8 *bytes = ilk_secret_get_writable (word);

  for (gsize i = 0; i < RANDOM_WORD; i++)
    bytes[i] = letters[bytes[i] % (sizeof letters - 1)];
  return g_steal_pointer (&word);
}

static gboolean
read_word (const Options *options,
           IlkCardOrder  *order)
{
  if (options->security_word == NULL || g_str_equal (options->security_word, "random"))
    {
      order->security_word = make_word ();
      return TRUE;
    }
  if (g_str_equal (options->security_word, "stdin"))
    order->security_word = ilk_card_tool_read_line (MAX_WORD);
  if (order->security_word == NULL)
    ilk_card_tool_complain ("--security-word takes “random” or “stdin”.");
  return order->security_word != NULL;
}

static gboolean
fill_order (const Options *options,
            IlkCardOrder  *order)
{
  if (options->serial != NULL && !ilk_card_serial_from_text (options->serial, order->serial))
    {
      ilk_card_tool_complain ("“%s” is no serial number of 24 hexadecimal digits.",
                              options->serial);
      return FALSE;
    }
  order->card_file = g_strdup (options->out);
  order->holder = g_strdup (options->holder);
  order->identity_number = g_strdup (options->identity_number);
  order->phone = g_strdup (options->phone != NULL ? options->phone : "05000000000");
  order->email = g_strdup (options->email != NULL ? options->email : "deneme@example.org");
  order->birth_year = options->birth_year;
  order->word_is_printed = options->word_is_printed;
  order->activated = !options->not_activated;
  if (options->blocked)
    order->condition = ILK_CARD_CONDITION_BLOCKED;
  if (options->dead)
    order->condition = ILK_CARD_CONDITION_DEAD;
  return read_validity (options, order) && read_pin (options, order) &&
         read_word (options, order);
}

static gboolean
append_line (const char  *path,
             const char  *line)
{
  gsize length = strlen (line);
  int fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  gboolean ok = fd >= 0 && write (fd, line, length) == (gssize) length && fsync (fd) == 0;

  if (!ok)
    ilk_card_tool_complain ("“%s” cannot be written: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return ok;
}

static gboolean
hand_over (const Options  *options,
           IlkCardOrder   *order,
           GBytes         *certificate,
           GError        **error)
{
  g_autoptr (GBytes) key = ilk_practice_keys_load_handover (options->keys, error);
  g_autofree char *line = NULL;

  if (key == NULL)
    return FALSE;
  line = ilk_card_order_hand_over (order, certificate, key, error);
  return line != NULL && append_line (options->handover, line);
}

static void
print_result (const Options *options,
              IlkCardOrder  *order)
{
  g_autofree char *serial = ilk_card_serial_to_text (order->serial);

  g_print ("Made card %s for %s: %s\n", serial, order->holder, order->card_file);
  if (options->handover != NULL && g_strcmp0 (options->security_word, "stdin") != 0)
    g_print ("Security word: %.*s\n", (int) ilk_secret_get_length (order->security_word),
             (const char *) ilk_secret_peek (order->security_word));
}

static gboolean
make (const Options  *options,
      IlkCardOrder   *order,
      GError        **error)
{
  g_autoptr (IlkSecret) master_key = ilk_practice_keys_load_master (options->keys, error);
  g_autoptr (IlkPracticeCa) ca = NULL;
  g_autoptr (GBytes) certificate = NULL;

  if (master_key == NULL)
    return FALSE;
  ca = ilk_practice_ca_open (options->ca, g_get_real_time () / G_USEC_PER_SEC, error);
  if (ca == NULL)
    return FALSE;
  certificate = ilk_card_order_make (order, ca, master_key, error);
  if (certificate == NULL)
    return FALSE;
  return options->handover == NULL || hand_over (options, order, certificate, error);
}

int
ilk_card_tool_make (int    argc,
                    char **argv)
{
  g_auto (Options) options = { .valid_days = DEFAULT_DAYS, .birth_year = 1980 };
  g_autoptr (IlkCardOrder) order = ilk_card_order_new ();
  g_autoptr (GError) error = NULL;

  if (!parse_options (argc, argv, &options) || !check_options (&options) ||
      !fill_order (&options, order))
    return ILK_CARD_TOOL_USAGE;
  if (!make (&options, order, &error))
    {
      if (error != NULL)
        ilk_card_tool_complain ("%s", error->message);
      return ILK_CARD_TOOL_WRONG;
    }
  print_result (&options, order);
  return ILK_CARD_TOOL_OK;
}

/* One holder as a line of JSON: what the practice envelope would show. */
static void
print_holder (IlkPracticeHolder *holder)
{
  const struct { const char *name, *value; } members[] = {
    { "id", holder->id }, { "name", holder->name },
    { "identity_number", holder->identity_number }, { "phone", holder->phone },
    { "email", holder->email }, { "security_word", holder->security_word },
    { "card_file", holder->card_file }, { "card_serial", holder->card_serial },
  };
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      json_builder_set_member_name (builder, members[i].name);
      json_builder_add_string_value (builder, members[i].value);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  g_print ("%s\n", line);
}

int
ilk_card_tool_practice_set (int    argc,
                            char **argv)
{
  g_auto (GStrv) rest = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) holders = NULL;

  if (!ilk_card_tool_parse ("Makes, in an empty folder, made-up holders with a card each, the "
                            "keys of a practice service, its hand-over file and the practice "
                            "issuer's profile. Prints each holder as a line of JSON.",
                            NULL, NULL, 1, argc, argv, &rest))
    return ILK_CARD_TOOL_USAGE;

  holders = ilk_practice_set_make (rest[0], g_get_real_time () / G_USEC_PER_SEC, &error);
  if (holders == NULL)
    {
      ilk_card_tool_complain ("%s", error->message);
      return ILK_CARD_TOOL_WRONG;
    }
  for (guint i = 0; i < holders->len; i++)
    print_holder (g_ptr_array_index (holders, i));
  return ILK_CARD_TOOL_OK;
}
