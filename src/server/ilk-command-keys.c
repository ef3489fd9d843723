/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-server"

#include "server/ilk-command.h"

#include "core/ilk-seal.h"
#include "server/ilk-operator-keys.h"
#include "server/ilk-operator.h"

static int
rotate_keks (const IlkOptions *options,
             IlkProgram       *program)
{
  g_autoptr (GError) error = NULL;
  guint rewrapped, destroyed;

  if (!ilk_operator_rotate_keks (program->service, &rewrapped, &destroyed, &error))
    return ilk_program_complain (error);

  g_print ("%u wrapped anew, %u keys destroyed\n", rewrapped, destroyed);
  return ILK_EXIT_DONE;
}

static int
make_only (IlkProgram *program,
           IlkKeyName  name)
{
  g_autoptr (GError) error = NULL;
  int version;

  if (!ilk_operator_make_key (program->service, name, &version, &error))
    return ilk_program_complain (error);

  g_print ("version %d is there and not in use yet; copy it to every machine, then run this again "
           "without --make-only\n", version);
  return ILK_EXIT_DONE;
}

static int
tell (const IlkKeyRotation *rotation)
{
  if (rotation->begun)
    g_print ("version %d is in use, %u made anew; run this again after %d minutes, to destroy the "
             "older\n", rotation->version, rotation->changed, ILK_KEY_GRACE_SECONDS / 60);
  else if (rotation->too_early)
    g_print ("version %d is in use for less than %d minutes; the older can't be destroyed yet\n",
             rotation->version, ILK_KEY_GRACE_SECONDS / 60);
  else
    g_print ("version %d is in use, %u made anew, %u older destroyed, %" G_GINT64_FORMAT
             " still need an older\n", rotation->version, rotation->changed, rotation->destroyed,
             rotation->left);
  return ILK_EXIT_DONE;
}

static int
rotate_pepper (const IlkOptions *options,
               IlkProgram       *program)
{
  g_autoptr (GError) error = NULL;
  IlkKeyRotation rotation;

  if (options->make_only)
    return make_only (program, ILK_KEY_PEPPER);
  if (!ilk_operator_rotate_pepper (program->service, options->again, &rotation, &error))
    return ilk_program_complain (error);
  return tell (&rotation);
}

static int
rotate_index (const IlkOptions *options,
              IlkProgram       *program)
{
  g_autoptr (GError) error = NULL;
  IlkKeyRotation rotation;

  if (options->make_only)
    return make_only (program, ILK_KEY_INDEX);
  if (!ilk_operator_rotate_index (program->service, &rotation, &error))
    return ilk_program_complain (error);
  return tell (&rotation);
}

static int
rotate_data (const IlkOptions *options,
             IlkProgram       *program)
{
  g_autoptr (GError) error = NULL;
  IlkKeyRotation rotation;

  if (options->make_only)
    return make_only (program, ILK_KEY_DATA);
  if (!ilk_operator_rotate_data (program->service, &rotation, &error))
    return ilk_program_complain (error);
  return tell (&rotation);
}

static int
rotate_card (const IlkOptions *options,
             IlkProgram       *program)
{
  g_autoptr (GError) error = NULL;
  int version;

  if (!ilk_operator_make_card_key (program->service, &version, &error))
    return ilk_program_complain (error);
  for (int older = 1; older < version; older++)
    {
      gint64 cards = ilk_operator_count_cards (program->service, older, &error);

      if (cards < 0)
        return ilk_program_complain (error);
      g_print ("version %d: %" G_GINT64_FORMAT " cards\n", older, cards);
    }
  g_print ("version %d was made: it goes to the card maker, for the cards from now on\n", version);
  return ILK_EXIT_DONE;
}

typedef struct {
  const char *name;
  int       (*run) (const IlkOptions *options,
                    IlkProgram       *program);
} Key;

static const Key keys[] = {
  { "kek", rotate_keks },
  { "pepper", rotate_pepper },
  { "index", rotate_index },
  { "data", rotate_data },
  { "card", rotate_card },
};

static int
rotate_keys (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;
  const char *which = ilk_command_get_argument (options);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].name, which != NULL ? which : "kek"))
      {
        if (!ilk_program_open_existing (&program, options, &error))
          return ilk_program_complain (error);
        return keys[i].run (options, &program);
      }
  return ilk_program_misuse ("rotate-keys knows: kek, pepper, index, data, card");
}

static void
on_made (const char *name)
{
  g_print ("made the %s\n", name);
}

static gboolean
print_public (IlkKeyStore  *store,
              IlkKeyName    name,
              const char   *what,
              GError      **error)
{
  g_autoptr (IlkSecret) key = ilk_key_store_get (store, name, error);
  g_autoptr (GBytes) half = key != NULL ? ilk_x25519_get_public (key, error) : NULL;
  g_autofree char *text = NULL;

  if (half == NULL)
    return FALSE;
  text = g_base64_encode (g_bytes_get_data (half, NULL), g_bytes_get_size (half));
  g_print ("%s: %s\n", what, text);
  return TRUE;
}

static int
make_keys (const IlkOptions *options)
{
  g_auto (IlkProgram) program = { 0 };
  g_autoptr (GError) error = NULL;

  if (options->credentials == NULL)
    return ilk_program_misuse ("make-keys needs --credentials");
  if (!ilk_program_open_keys (&program, options, TRUE, &error) ||
      !ilk_operator_make_missing (program.keys, on_made, &error) ||
      !print_public (program.keys, ILK_KEY_SEALING, "for the issuer's profile, SealingKey", &error) ||
      !print_public (program.keys, ILK_KEY_HANDOVER, "for the card maker, to seal hand-over lines to",
                     &error))
    return ilk_program_complain (error);
  return ILK_EXIT_DONE;
}

const IlkCommand ilk_commands_keys[] = {
  { "make-keys", NULL, "Make the keys that are missing",
    "Makes the keys that are missing in the credentials folder, or on the token that the\n"
    "configuration names, and prints what the card maker and the issuer's profile need to know.\n"
    "What is there stays as it is.\n\n"
    "Ends with 0: every key is there; 1: one can't be made; 2: an option is missing or wrong.",
    ILK_OPTIONS_COMMON, make_keys },
  { "rotate-keys", "[kek|pepper|index|data|card]",
    "Change keys; without a word: this week's, to be run each hour",
    "kek, or no word: wraps the held PINs by this week's key and destroys the older keys; from then\n"
    "on no backup opens a PIN that was deleted. To be run each hour.\n\n"
    "pepper: a new one goes into the words' hashes, each at its holder's next login. Run it again\n"
    "now and then: an older one is destroyed when nobody carries it any more.\n"
    "index: what holders are found by is made anew from their numbers. Run it again after ten\n"
    "minutes: the older key is destroyed; a code or picture of the minutes before is then refused.\n"
    "data: what is kept of holders is sealed anew. Run it again after ten minutes.\n"
    "card: a further master key for the cards that are made from now on.\n\n"
    "The service may run meanwhile, and what was killed goes on when it is run again. With several\n"
    "machines: make the key with --make-only, copy it to all of them, then run it without. A backup\n"
    "from before needs the keys from before.\n\n"
    "Ends with 0: done; 1: it failed; 2: an option is missing or wrong.",
    ILK_OPTIONS_COMMON | ILK_OPTIONS_KEYS, rotate_keys },
  { NULL }
};
