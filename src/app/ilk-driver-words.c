/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-driver-words.h"

#define GOOD "emblem-ok-symbolic", "success"
#define BAD "dialog-warning-symbolic", "warning"
#define QUIET "media-removable-symbolic", "dim-label"

/* The rows of the one table of verdicts; "%s" is the reader's name. What a cause says beyond it,
 * versions and names of programs, is added below. */
typedef struct {
  const char *icon;
  const char *colour;
  const char *sentence;
  const char *cause;
  const char *action;
  const char *button;
} Row;

static const Row rows[] = {
  [ILK_HOST_VERDICT_UNKNOWN] = {
    "view-refresh-symbolic", "dim-label",
    N_("Looking…"),
    NULL,
    N_("This takes a moment."),
    NULL,
  },
  [ILK_HOST_VERDICT_WORKS] = {
    GOOD,
    N_("Everything is in place"),
    N_("The card service answers and sees your reader. There is nothing to install."),
    NULL,
    NULL,
  },
  [ILK_HOST_VERDICT_NO_READER] = {
    QUIET,
    N_("No reader is plugged in"),
    NULL,
    N_("Plug in your card reader; this page goes on by itself. If it is plugged in already, try "
       "another USB port, best one on the computer itself."),
    NULL,
  },
  [ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED] = {
    BAD,
    N_("The card service is not installed"),
    N_("Programs speak to card readers through it; its name is pcscd. The reader itself is fine."),
    N_("Install it. This page goes on by itself when it is there."),
    N_("_Install the Card Service"),
  },
  [ILK_HOST_VERDICT_SERVICE_OFF] = {
    BAD,
    N_("The card service is switched off"),
    N_("It is installed (its name is pcscd), but it was stopped or never started, so no program "
       "sees a reader."),
    N_("Start it. This page goes on by itself when it runs."),
    N_("_Start the Card Service"),
  },
  [ILK_HOST_VERDICT_SERVICE_REFUSES] = {
    BAD,
    N_("The card service does not let this program in"),
    N_("An administrator has limited who may use cards on this computer."),
    N_("Ask the person who looks after the computer to allow the card service (pcscd) for your "
       "account."),
    NULL,
  },
  [ILK_HOST_VERDICT_SERVICE_VERSION] = {
    BAD,
    N_("The card service does not fit this program"),
    N_("The two come from different versions. This happens when one of them was updated without "
       "the other."),
    N_("Restart the card service. If that does not help, update the computer and restart it."),
    NULL,
  },
  [ILK_HOST_VERDICT_DRIVER_MISSING] = {
    BAD,
    /* Translators: %s is the name of a card reader. */
    N_("The driver for %s is missing"),
    N_("The reader is plugged in, but no driver on this computer knows it, so the card service "
       "does not see it."),
    N_("Install the driver. This page goes on by itself when the reader works."),
    N_("_Install the Driver"),
  },
  [ILK_HOST_VERDICT_DRIVER_TOO_OLD] = {
    BAD,
    /* Translators: %s is the name of a card reader. */
    N_("The driver for %s is too old"),
    N_("The driver on this computer does not know this reader yet."),
    N_("Update the driver. This page goes on by itself when the reader works."),
    N_("_Update the Driver"),
  },
  [ILK_HOST_VERDICT_RESTART_NEEDED] = {
    BAD,
    N_("The card service must be restarted"),
    /* Translators: %s is the name of a card reader. */
    N_("The driver for %s is there, but the card service read its list of drivers before it came."),
    N_("Restart it. This page goes on by itself when the reader works."),
    N_("_Restart the Card Service"),
  },
  [ILK_HOST_VERDICT_NOT_OPENED] = {
    BAD,
    /* Translators: %s is the name of a card reader. */
    N_("The card service can’t open %s"),
    N_("Its driver is there, but the reader does not answer it. Most often a loose plug or the USB "
       "port is the reason."),
    N_("Unplug the reader and plug it in again, best into another USB port of the computer itself; "
       "this page notices it. If that does not help, restart the card service."),
    N_("_Restart the Card Service"),
  },
  [ILK_HOST_VERDICT_TAKEN_BY_KERNEL] = {
    BAD,
    /* Translators: %s is the name of a card reader. */
    N_("The system keeps %s for itself"),
    N_("A module of the kernel has taken the reader, so the card service can’t use it."),
    N_("Have the module removed, then unplug the reader and plug it in again. This page notices "
       "it."),
    NULL,
  },
  [ILK_HOST_VERDICT_IN_USE] = {
    BAD,
    /* Translators: %s is the name of a card reader. */
    N_("Another program is using %s"),
    N_("Only one program at a time can work with a card."),
    N_("Close the other program, for instance the browser or a signing program. This page notices "
       "it."),
    N_("_End scdaemon"),
  },
  [ILK_HOST_VERDICT_CARD_SILENT] = {
    BAD,
    /* Translators: %s is the name of a card reader. */
    N_("The card in %s does not answer"),
    N_("The reader works. The card may be in the wrong way round, or its contacts may be dirty."),
    N_("Take the card out, wipe the golden contacts with a dry cloth, and push it in again in the "
       "direction of the arrow."),
    NULL,
  },
  [ILK_HOST_VERDICT_FAULTY_COMBINATION] = {
    BAD,
    N_("This reader and this card do not work together"),
    N_("Readers of this kind are built into laptops; with an old driver they can’t read newer "
       "cards. Neither the card nor the reader is broken."),
    N_("Update the driver, or use another reader."),
    N_("_Update the Driver"),
  },
};

/* The row's words with the reader's name, where they have a place for it. */
static char *
name_reader (const char             *words,
             const IlkReaderVerdict *verdict)
{
  const char *name = verdict->reader_name != NULL ? verdict->reader_name : _("this reader");
  g_auto (GStrv) parts = words != NULL ? g_strsplit (_(words), "%s", 2) : NULL;

  return words != NULL ? g_strjoinv (name, parts) : NULL;
}

static char *
add_sentence (char       *words,
              const char *sentence)
{
  char *both = words != NULL ? g_strdup_printf ("%s %s", words, sentence) : g_strdup (sentence);

  g_free (words);
  return both;
}

/**
 * ilk_driver_words_users:
 *
 * Returns: (transfer full) (nullable): a sentence with the programs that probably use a reader or
 *   its card, as far as they can be seen
 */
char *
ilk_driver_words_users (const IlkReaderVerdict *verdict)
{
  g_autofree char *users = NULL;

  if (verdict->users == NULL || verdict->users[0] == NULL)
    return NULL;

  users = g_strjoinv (", ", verdict->users);
  /* Translators: %s is the name of a program, or several with commas between them. */
  return g_strdup_printf (_("Probably it is %s."), users);
}

static char *
make_versions (const IlkReaderVerdict *verdict)
{
  if (verdict->has_version != NULL && verdict->needs_version != NULL)
    /* Translators: both %s are versions of a driver. */
    return g_strdup_printf (_("Version %s is installed; version %s or a newer one is needed."),
                            verdict->has_version, verdict->needs_version);
  if (verdict->needs_version != NULL)
    /* Translators: %s is the version of a driver. */
    return g_strdup_printf (_("Version %s or a newer one is needed."), verdict->needs_version);
  return NULL;
}

/* What is known of this computer beyond the row's cause. */
static char *
make_detail (const IlkReaderVerdict *verdict)
{
  switch (verdict->verdict)
    {
    case ILK_HOST_VERDICT_DRIVER_TOO_OLD:
    case ILK_HOST_VERDICT_FAULTY_COMBINATION:
      return make_versions (verdict);
    case ILK_HOST_VERDICT_TAKEN_BY_KERNEL:
      if (verdict->module == NULL)
        return NULL;
      /* Translators: %s is the name of a kernel module. */
      return g_strdup_printf (_("The module is called %s."), verdict->module);
    case ILK_HOST_VERDICT_IN_USE:
      return ilk_driver_words_users (verdict);
    default:
      return NULL;
    }
}

static char *
make_cause (const IlkReaderVerdict *verdict)
{
  g_autofree char *detail = make_detail (verdict);
  char *cause = name_reader (rows[verdict->verdict].cause, verdict);

  if (verdict->verdict == ILK_HOST_VERDICT_SERVICE_REFUSES && verdict->remote)
    {
      g_free (cause);
      cause = g_strdup (_("You are logged in from another computer, or another person’s session is "
                          "in front. Only who sits at this computer may use its readers."));
    }
  return detail != NULL ? add_sentence (cause, detail) : cause;
}

static gboolean
has_packages (const IlkRepairPlan *plan)
{
  return plan != NULL && plan->packages != NULL && plan->packages[0] != NULL;
}

/* Where the row's advice has no road on this computer, another one. */
static char *
make_action (const IlkReaderVerdict *verdict,
             const IlkRepairPlan    *plan)
{
  if (verdict->verdict == ILK_HOST_VERDICT_DRIVER_MISSING && !has_packages (plan))
    return g_strdup (_("This program does not know a package with its driver. Ask the maker of the "
                       "reader for a Linux driver, or use another reader."));
  if (verdict->verdict == ILK_HOST_VERDICT_SERVICE_REFUSES && verdict->remote)
    return g_strdup (_("Sit down at the computer itself and log in there."));
  if (verdict->verdict == ILK_HOST_VERDICT_IN_USE && plan != NULL &&
      plan->kind == ILK_REPAIR_END_SCDAEMON)
    return g_strdup (_("It belongs to GnuPG and starts again when GnuPG needs it. End it here; "
                       "this page goes on by itself."));

  return name_reader (rows[verdict->verdict].action, verdict);
}

/* A button only where the program itself can do what its words say. */
static const char *
find_button (const IlkReaderVerdict *verdict,
             const IlkRepairPlan    *plan)
{
  if (plan == NULL)
    return NULL;

  switch (plan->kind)
    {
    case ILK_REPAIR_START_SERVICE:
      return _("_Start the Card Service");
    case ILK_REPAIR_RESTART_SERVICE:
      return _("_Restart the Card Service");
    case ILK_REPAIR_END_SCDAEMON:
      return _("_End scdaemon");
    case ILK_REPAIR_INSTALL:
      return rows[verdict->verdict].button != NULL ? _(rows[verdict->verdict].button)
                                                   : _("_Install");
    case ILK_REPAIR_NONE:
    case ILK_REPAIR_COMMAND_ONLY:
    default:
      return NULL;
    }
}

/**
 * ilk_driver_words_new:
 * @verdict: of a reader, or of the computer
 * @plan: (nullable): what can be done about it here
 *
 * Returns: (transfer full): the words in the language of the person
 */
IlkDriverWords *
ilk_driver_words_new (const IlkReaderVerdict *verdict,
                      const IlkRepairPlan    *plan)
{
  IlkDriverWords *self;
  const Row *row;

  g_return_val_if_fail (verdict != NULL, NULL);
  g_return_val_if_fail (verdict->verdict < G_N_ELEMENTS (rows), NULL);

  row = &rows[verdict->verdict];
  self = g_new0 (IlkDriverWords, 1);
  self->icon = row->icon;
  self->colour = row->colour;
  self->sentence = name_reader (row->sentence, verdict);
  self->cause = make_cause (verdict);
  self->action = make_action (verdict, plan);
  self->button = find_button (verdict, plan);
  return self;
}

/**
 * ilk_driver_words_new_for_choice:
 * @verdict: of the reader that was chosen by its picture
 * @plan: (nullable): what brings its driver here
 * @certain: readers of its name are of one model only
 *
 * Returns: (transfer full): the words in the language of the person
 */
IlkDriverWords *
ilk_driver_words_new_for_choice (const IlkReaderVerdict *verdict,
                                 const IlkRepairPlan    *plan,
                                 gboolean                certain)
{
  IlkDriverWords *self;
  g_autofree char *package = NULL;

  g_return_val_if_fail (verdict != NULL, NULL);

  package = has_packages (plan) ? g_strjoinv (", ", plan->packages) : g_strdup (verdict->driver);
  self = g_new0 (IlkDriverWords, 1);
  self->icon = "media-removable-symbolic";
  self->colour = "dim-label";
  /* Translators: the first %s is the name of a card reader, the second that of a driver. */
  self->sentence = g_strdup_printf (certain ? _("“%s” needs the driver %s")
                                            : _("“%s” probably needs the driver %s"),
                                    verdict->reader_name, package);
  if (!certain)
    self->cause = g_strdup (_("Readers of this name were sold in several models, and the picture "
                              "does not tell which one is yours."));
  self->action = g_strdup (_("Install the driver, then unplug the reader and plug it in again. "
                             "If the driver is there already, nothing changes."));
  self->button = find_button (verdict, plan);
  return self;
}

gboolean
ilk_driver_words_wants_letter (const IlkReaderVerdict *verdict)
{
  return verdict->verdict == ILK_HOST_VERDICT_SERVICE_VERSION ||
         (verdict->verdict == ILK_HOST_VERDICT_SERVICE_REFUSES && !verdict->remote) ||
         verdict->verdict == ILK_HOST_VERDICT_TAKEN_BY_KERNEL ||
         verdict->verdict == ILK_HOST_VERDICT_DRIVER_MISSING;
}

gboolean
ilk_driver_words_wants_choice (const IlkReaderVerdict *verdict)
{
  return verdict->verdict == ILK_HOST_VERDICT_NO_READER ||
         (verdict->verdict == ILK_HOST_VERDICT_DRIVER_MISSING && verdict->driver == NULL);
}

void
ilk_driver_words_free (IlkDriverWords *self)
{
  if (self == NULL)
    return;
  g_free (self->sentence);
  g_free (self->cause);
  g_free (self->action);
  g_free (self);
}

/* The kind of system whose packages fit: that of this program. */
static char *
describe_computer (IlkDistribution *distribution)
{
  const char *name = ilk_distribution_get_name (distribution);

  /* Translators: the name of an operating system, and 64 or 32. */
  return g_strdup_printf (_("%s, %d-bit"), name != NULL ? name : "Linux",
                          (int) (8 * sizeof (gpointer)));
}

static const char *
find_driver (const IlkReaderVerdict *verdict,
             IlkDistribution        *distribution)
{
  const char *package = verdict->driver != NULL
                        ? ilk_distribution_get_driver_package (distribution, verdict->driver)
                        : NULL;

  return package != NULL ? package : verdict->driver;
}

/**
 * ilk_driver_words_summary:
 * @verdict: of a reader, or of the computer
 * @distribution: the computer's system
 *
 * Returns: (transfer full): the issuer's three questions about the driver, answered in one line
 */
char *
ilk_driver_words_summary (const IlkReaderVerdict *verdict,
                          IlkDistribution        *distribution)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *computer = NULL;
  const char *driver;

  g_return_val_if_fail (verdict != NULL && distribution != NULL, NULL);

  computer = describe_computer (distribution);
  driver = find_driver (verdict, distribution);
  g_string_append (line, computer);
  if (verdict->reader_name != NULL)
    g_string_append_printf (line, " · %s", verdict->reader_name);
  if (driver != NULL)
    {
      g_string_append (line, " · ");
      /* Translators: %s is the name of a driver's package. */
      g_string_append_printf (line, _("driver %s"), driver);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static void
add_line (GString    *letter,
          const char *title,
          const char *words)
{
  if (words != NULL)
    g_string_append_printf (letter, "%s %s\n", title, words);
}

static char *
describe_reader (const IlkReaderVerdict *verdict)
{
  const char *name = verdict->reader_name != NULL ? verdict->reader_name : _("this reader");

  if (verdict->vendor_id == NULL || verdict->product_id == NULL)
    return g_strdup (verdict->reader_name);
  return g_strdup_printf ("%s (USB %s:%s)", name, verdict->vendor_id, verdict->product_id);
}

/**
 * ilk_driver_words_letter:
 * @verdict: of a reader, or of the computer
 * @plan: (nullable): what would help
 * @distribution: the computer's system
 *
 * Returns: (transfer full): the text for those who have an administrator's password
 */
char *
ilk_driver_words_letter (const IlkReaderVerdict *verdict,
                         const IlkRepairPlan    *plan,
                         IlkDistribution        *distribution)
{
  g_autoptr (IlkDriverWords) words = ilk_driver_words_new (verdict, plan);
  g_autoptr (GString) letter = g_string_new (NULL);
  g_autofree char *computer = describe_computer (distribution);
  g_autofree char *reader = describe_reader (verdict);
  g_autofree char *packages = has_packages (plan) ? g_strjoinv (", ", plan->packages) : NULL;

  g_string_append_printf (letter, "%s\n\n",
                          _("I need a card reader for my e-signature, and it does not work on my "
                            "computer yet. This needs an administrator’s password."));
  add_line (letter, _("Computer:"), computer);
  add_line (letter, _("Card reader:"), reader);
  add_line (letter, _("What is wrong:"), words->sentence);
  add_line (letter, _("Why:"), words->cause);
  add_line (letter, _("Package:"), packages);
  add_line (letter, _("Command:"), plan != NULL ? plan->command : NULL);
  return g_string_free (g_steal_pointer (&letter), FALSE);
}

/**
 * ilk_driver_words_status:
 *
 * Returns: what a repair is doing, in the language of the person
 */
const char *
ilk_driver_words_status (IlkRepairStatus status)
{
  switch (status)
    {
    case ILK_REPAIR_STATUS_AUTHORIZING:
      return _("Waiting for an administrator’s password…");
    case ILK_REPAIR_STATUS_DOWNLOADING:
      return _("Downloading…");
    case ILK_REPAIR_STATUS_INSTALLING:
      return _("Installing…");
    case ILK_REPAIR_STATUS_RESTARTING:
      return _("Restarting the card service…");
    case ILK_REPAIR_STATUS_WAITING:
    default:
      return _("Waiting for the system…");
    }
}
