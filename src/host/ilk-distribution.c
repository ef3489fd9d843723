/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-distribution.h"

#include <string.h>
#include <sys/utsname.h>

#define MAX_NAME 80

struct _IlkDistribution
{
  gatomicrefcount ref_count;
  IlkFamily       family;
  char           *name;
  char           *architecture;
};

G_DEFINE_BOXED_TYPE (IlkDistribution, ilk_distribution, ilk_distribution_ref,
                     ilk_distribution_unref)

/* Names of packages. Sources: the archives of Debian 12 and 13; packages.fedoraproject.org;
 * software.opensuse.org; archlinux.org/packages. */
static const struct {
  IlkFamily   family;
  const char *install;   /* before the names of packages */
  const char *update;
  const char *service;
} families[] = {
  { ILK_FAMILY_DEBIAN, "sudo apt install", "sudo apt update && sudo apt install", "pcscd" },
  { ILK_FAMILY_FEDORA, "sudo dnf install", "sudo dnf upgrade", "pcsc-lite" },
  { ILK_FAMILY_SUSE, "sudo zypper install", "sudo zypper update", "pcsc-lite" },
  { ILK_FAMILY_ARCH, "sudo pacman -S", "sudo pacman -Syu", "pcsclite" },
};

static const struct {
  const char *driver;
  IlkFamily   family;
  const char *package;
} driver_packages[] = {
  { "ccid", ILK_FAMILY_DEBIAN, "libccid" },
  { "ccid", ILK_FAMILY_FEDORA, "pcsc-lite-ccid" },
  { "ccid", ILK_FAMILY_SUSE, "pcsc-ccid" },
  { "ccid", ILK_FAMILY_ARCH, "ccid" },
  { "acsccid", ILK_FAMILY_DEBIAN, "libacsccid1" },
  { "acsccid", ILK_FAMILY_FEDORA, "pcsc-lite-acsccid" },
  { "acsccid", ILK_FAMILY_SUSE, "pcsc-acsccid" },
  { "acsccid", ILK_FAMILY_ARCH, "acsccid" },
  { "gempc430", ILK_FAMILY_DEBIAN, "libgempc430" },
  { "cyberjack", ILK_FAMILY_DEBIAN, "libifd-cyberjack6" },
  { "asedrive", ILK_FAMILY_DEBIAN, "libasedrive-usb" },
};

static const struct {
  const char *id;
  IlkFamily   family;
} ids[] = {
  { "debian", ILK_FAMILY_DEBIAN }, { "pardus", ILK_FAMILY_DEBIAN }, { "ubuntu", ILK_FAMILY_DEBIAN },
  { "linuxmint", ILK_FAMILY_DEBIAN }, { "fedora", ILK_FAMILY_FEDORA }, { "rhel", ILK_FAMILY_FEDORA },
  { "suse", ILK_FAMILY_SUSE }, { "opensuse", ILK_FAMILY_SUSE }, { "sles", ILK_FAMILY_SUSE },
  { "opensuse-leap", ILK_FAMILY_SUSE }, { "opensuse-tumbleweed", ILK_FAMILY_SUSE },
  { "arch", ILK_FAMILY_ARCH }, { "manjaro", ILK_FAMILY_ARCH },
};

static IlkFamily
family_of (const char *words)
{
  g_auto (GStrv) list = g_strsplit (words != NULL ? words : "", " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (ids); k++)
        {
          if (g_ascii_strcasecmp (list[i], ids[k].id) == 0)
            return ids[k].family;
        }
    }
  return ILK_FAMILY_UNKNOWN;
}

/* Source: os-release(5): shell assignments, values that may be quoted. */
static char *
find_value (const char *text,
            const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gsize length = strlen (key);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *value = NULL;

      if (strncmp (lines[i], key, length) != 0 || lines[i][length] != '=')
        continue;
      value = g_shell_unquote (g_strstrip (lines[i] + length + 1), NULL);
      if (value != NULL && g_utf8_validate (value, -1, NULL) && *value != '\0')
        return g_utf8_strlen (value, -1) > MAX_NAME ? g_utf8_substring (value, 0, MAX_NAME)
                                                    : g_steal_pointer (&value);
    }
  return NULL;
}

static char *
read_release (const char *path)
{
  char *text = NULL;

  if (path != NULL)
    g_file_get_contents (path, &text, NULL, NULL);
  else if (!g_file_get_contents ("/etc/os-release", &text, NULL, NULL))
    g_file_get_contents ("/usr/lib/os-release", &text, NULL, NULL);
  return text != NULL ? text : g_strdup ("");
}

/**
 * ilk_distribution_new:
 * @os_release_path: (nullable): a file as os-release(5) has it; %NULL: this computer's
 *
 * Returns: (transfer full): what it says; where it says nothing, an unknown system
 */
IlkDistribution *
ilk_distribution_new (const char *os_release_path)
{
  IlkDistribution *self = g_new0 (IlkDistribution, 1);
  g_autofree char *text = read_release (os_release_path);
  g_autofree char *id = find_value (text, "ID");
  g_autofree char *like = find_value (text, "ID_LIKE");
  struct utsname machine;

  g_atomic_ref_count_init (&self->ref_count);
  self->family = family_of (id);
  if (self->family == ILK_FAMILY_UNKNOWN)
    self->family = family_of (like);
  self->name = find_value (text, "PRETTY_NAME");
  if (self->name == NULL)
    self->name = find_value (text, "NAME");
  if (self->name == NULL)
    self->name = g_strdup ("GNU/Linux");
  self->architecture = g_strdup (uname (&machine) == 0 ? machine.machine : "");
  return self;
}

IlkDistribution *
ilk_distribution_ref (IlkDistribution *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_distribution_unref (IlkDistribution *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->name);
  g_free (self->architecture);
  g_free (self);
}

IlkFamily
ilk_distribution_get_family (IlkDistribution *self)
{
  g_return_val_if_fail (self != NULL, ILK_FAMILY_UNKNOWN);
  return self->family;
}

/* "Pardus 23 (yirmi)": text of a file, never markup. */
const char *
ilk_distribution_get_name (IlkDistribution *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->name;
}

/* "x86_64", as uname(2) has it. */
const char *
ilk_distribution_get_architecture (IlkDistribution *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->architecture;
}

/**
 * ilk_distribution_get_service_package:
 *
 * Returns: (transfer none) (nullable): the package of pcscd, %NULL where it is not known
 */
const char *
ilk_distribution_get_service_package (IlkDistribution *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if (families[i].family == self->family)
        return families[i].service;
    }
  return NULL;
}

/**
 * ilk_distribution_get_driver_package:
 * @driver: (nullable): "ccid", "acsccid" …
 *
 * Returns: (transfer none) (nullable): its package here, %NULL where there is none
 */
const char *
ilk_distribution_get_driver_package (IlkDistribution *self,
                                     const char      *driver)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; driver != NULL && i < G_N_ELEMENTS (driver_packages); i++)
    {
      if (driver_packages[i].family == self->family &&
          g_str_equal (driver_packages[i].driver, driver))
        return driver_packages[i].package;
    }
  return NULL;
}

/**
 * ilk_distribution_get_install_command:
 *
 * Returns: (transfer none) (nullable): what stands before the names of packages
 */
const char *
ilk_distribution_get_install_command (IlkDistribution *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if (families[i].family == self->family)
        return families[i].install;
    }
  return NULL;
}

/**
 * ilk_distribution_get_update_command:
 *
 * Returns: (transfer none) (nullable): what brings a package to the newest version
 */
const char *
ilk_distribution_get_update_command (IlkDistribution *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if (families[i].family == self->family)
        return families[i].update;
    }
  return NULL;
}
