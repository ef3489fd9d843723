/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-diagnosis"

#include "config.h"

#include <string.h>

#include "app/ilk-diagnosis-programs.h"
#include "app/ilk-diagnosis.h"

/* The names follow the end of the options, so that they can be read back from the same place. */
#define NAMES "--"

static const char *const dpkg[] = {
  "dpkg-query", "--show", "--showformat", "${Package} ${Version} ${db:Status-Status}\\n", NAMES,
  "pcscd", "libpcsclite1", "libccid", "libacsccid1", "pcsc-tools", "opensc", "opensc-pkcs11",
  "scdaemon", "p11-kit", "p11-kit-modules", "packagekit", "polkitd", NULL
};

static const char *const rpm[] = {
  "rpm", "--query", "--queryformat", "%{NAME} %{VERSION}-%{RELEASE} installed\\n", NAMES,
  "pcsc-lite", "pcsc-lite-libs", "libpcsclite1", "pcsc-lite-ccid", "pcsc-ccid",
  "pcsc-lite-acsccid", "pcsc-acsccid", "pcsc-tools", "opensc", "gnupg2", "p11-kit", "PackageKit",
  "polkit", NULL
};

static const char *const pacman[] = {
  "pacman", "--query", NAMES,
  "pcsclite", "ccid", "acsccid", "pcsc-tools", "opensc", "gnupg", "p11-kit", "packagekit",
  "polkit", NULL
};

/* A program alone proves nothing: people install rpm on Debian. Its database does. */
static const struct {
  IlkPackageQuestion question;
  const char        *database;
} questions[] = {
  { { "dpkg", dpkg }, "/var/lib/dpkg/status" },
  { { "pacman", pacman }, "/var/lib/pacman/local" },
  { { "rpm", rpm }, "/var/lib/rpm" },
  { { "rpm", rpm }, "/usr/lib/sysimage/rpm" },
};

const IlkPackageQuestion *
ilk_package_question_find (const char *root)
{
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autofree char *database = g_strconcat (root, questions[i].database, NULL);

      if (g_file_test (database, G_FILE_TEST_EXISTS))
        return &questions[i].question;
    }
  return NULL;
}

/* "NAME VERSION", and with dpkg and rpm also "installed", or the package is only remembered. */
static char *
find_version (char       **lines,
              const char  *name,
              gboolean     has_state)
{
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto(GStrv) words = g_strsplit (lines[i], " ", -1);
      guint n = g_strv_length (words);

      if (n < (has_state ? 3 : 2) || !g_str_equal (words[0], name))
        continue;
      if (!has_state || g_str_equal (words[2], "installed"))
        return g_strdup (words[1]);
    }
  return NULL;
}

void
ilk_package_question_read (const IlkPackageQuestion *self,
                           const char               *output,
                           GPtrArray                *items)
{
  g_auto(GStrv) lines = g_strsplit (output, "\n", -1);
  const char *const *name = self->argv;

  while (!g_str_equal (*name, NAMES))
    name++;
  for (name++; *name != NULL; name++)
    {
      g_autofree char *version = find_version (lines, *name, self->argv != pacman);

      ilk_diagnosis_add_item (items, *name, version);
    }
}

char *
ilk_pcscd_version_read (const char *output)
{
  static const char *const words = "pcsc-lite version ";
  const char *start = strstr (output, words);
  gsize length;

  if (start == NULL)
    return NULL;
  start += strlen (words);
  length = strcspn (start, " \n,");
  while (length > 0 && start[length - 1] == '.')
    length--;
  return length > 0 ? g_strndup (start, length) : NULL;
}

const char *const ilk_unit_question[] = {
  "systemctl", "show", "--property=Id,LoadState,ActiveState,UnitFileState", "pcscd.socket",
  "pcscd.service", NULL
};

static char *
dup_property (char       **lines,
              const char  *name)
{
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize length = strlen (name);

      if (g_str_has_prefix (lines[i], name) && lines[i][length] == '=')
        return g_strdup (lines[i] + length + 1);
    }
  return NULL;
}

/* A block of lines for each unit, with an empty line between. */
char *
ilk_unit_state_read (const char *output,
                     const char *unit)
{
  g_auto(GStrv) blocks = g_strsplit (output, "\n\n", -1);

  for (guint i = 0; blocks[i] != NULL; i++)
    {
      g_auto(GStrv) lines = g_strsplit (blocks[i], "\n", -1);
      g_autofree char *id = dup_property (lines, "Id");
      g_autofree char *load = dup_property (lines, "LoadState");
      g_autofree char *active = dup_property (lines, "ActiveState");
      g_autofree char *enabled = dup_property (lines, "UnitFileState");

      if (g_strcmp0 (id, unit) != 0 || active == NULL || g_strcmp0 (load, "not-found") == 0)
        continue;
      return enabled != NULL && *enabled != '\0' ? g_strconcat (active, ", ", enabled, NULL)
                                                 : g_strdup (active);
    }
  return NULL;
}
