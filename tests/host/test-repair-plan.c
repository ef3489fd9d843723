/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/ilk-repair-plan.h"
#include "tree.h"

/* What helps against each verdict, on each kind of system. */

static const struct {
  const char *name;
  const char *release;
  IlkFamily   family;
  const char *pretty;
} systems[] = {
  { "debian-11", "PRETTY_NAME=\"Debian GNU/Linux 11 (bullseye)\"\nID=debian\n", ILK_FAMILY_DEBIAN,
    "Debian GNU/Linux 11 (bullseye)" },
  { "debian-12", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nID=debian\n",
    ILK_FAMILY_DEBIAN, "Debian GNU/Linux 12 (bookworm)" },
  { "pardus-23", "PRETTY_NAME=\"Pardus 23 (yirmiüç)\"\nID=pardus\nID_LIKE=debian\n",
    ILK_FAMILY_DEBIAN, "Pardus 23 (yirmiüç)" },
  { "ubuntu", "PRETTY_NAME='Ubuntu 24.04 LTS'\nID=ubuntu\nID_LIKE=debian\n", ILK_FAMILY_DEBIAN,
    "Ubuntu 24.04 LTS" },
  { "mint", "NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", ILK_FAMILY_DEBIAN,
    "Linux Mint" },
  { "unheard-of-debian", "NAME=X\nID=x\nID_LIKE=\"y debian\"\n", ILK_FAMILY_DEBIAN, "X" },
  { "fedora", "PRETTY_NAME=\"Fedora Linux 42\"\nID=fedora\n", ILK_FAMILY_FEDORA, "Fedora Linux 42" },
  { "leap", "NAME=\"openSUSE Leap\"\nID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
    ILK_FAMILY_SUSE, "openSUSE Leap" },
  { "arch", "NAME=\"Arch Linux\"\nID=arch\n", ILK_FAMILY_ARCH, "Arch Linux" },
  { "manjaro", "NAME=Manjaro\nID=manjaro\nID_LIKE=arch\n", ILK_FAMILY_ARCH, "Manjaro" },
  { "unknown", "NAME=Other\nID=other\n", ILK_FAMILY_UNKNOWN, "Other" },
  { "empty", "", ILK_FAMILY_UNKNOWN, "GNU/Linux" },
  { "hostile", "ID=\"debian\nNAME='\nPRETTY_NAME=\"\xff\"\n=\nID_LIKE=$(reboot)\n",
    ILK_FAMILY_UNKNOWN, "GNU/Linux" },
};

typedef struct {
  IlkHostVerdict verdict;
  const char    *driver;
  const char    *needs;
  gboolean       scdaemon;
  IlkRepairKind  kind;
  gboolean       needs_admin;
  const char    *commands[4];   /* Debian, Fedora, SUSE, Arch; NULL: none */
} Row;

#define V(name) ILK_HOST_VERDICT_##name
#define SAME(command) { command, command, command, command }
#define START "sudo systemctl enable --now pcscd.socket"
#define RESTART "sudo systemctl restart pcscd.service"

static const Row rows[] = {
  { V (UNKNOWN), NULL, NULL, FALSE, ILK_REPAIR_NONE, FALSE, SAME (NULL) },
  { V (WORKS), "ccid", NULL, FALSE, ILK_REPAIR_NONE, FALSE, SAME (NULL) },
  { V (NO_READER), NULL, NULL, FALSE, ILK_REPAIR_NONE, FALSE, SAME (NULL) },
  { V (SERVICE_NOT_INSTALLED), NULL, NULL, FALSE, ILK_REPAIR_INSTALL, TRUE,
    { "sudo apt install pcscd libccid", "sudo dnf install pcsc-lite pcsc-lite-ccid",
      "sudo zypper install pcsc-lite pcsc-ccid", "sudo pacman -S pcsclite ccid" } },
  { V (SERVICE_OFF), NULL, NULL, FALSE, ILK_REPAIR_START_SERVICE, TRUE, SAME (START) },
  { V (SERVICE_REFUSES), NULL, NULL, FALSE, ILK_REPAIR_NONE, FALSE, SAME (NULL) },
  { V (SERVICE_VERSION), NULL, NULL, FALSE, ILK_REPAIR_RESTART_SERVICE, TRUE, SAME (RESTART) },
  { V (DRIVER_MISSING), "acsccid", NULL, FALSE, ILK_REPAIR_INSTALL, TRUE,
    { "sudo apt install libacsccid1", "sudo dnf install pcsc-lite-acsccid",
      "sudo zypper install pcsc-acsccid", "sudo pacman -S acsccid" } },
  { V (DRIVER_MISSING), "ccid", NULL, FALSE, ILK_REPAIR_INSTALL, TRUE,
    { "sudo apt install libccid", "sudo dnf install pcsc-lite-ccid",
      "sudo zypper install pcsc-ccid", "sudo pacman -S ccid" } },
  { V (DRIVER_MISSING), NULL, NULL, FALSE, ILK_REPAIR_NONE, FALSE, SAME (NULL) },
  { V (DRIVER_TOO_OLD), "ccid", "1.5.3", FALSE, ILK_REPAIR_INSTALL, TRUE,
    { "sudo apt update && sudo apt install libccid", "sudo dnf upgrade pcsc-lite-ccid",
      "sudo zypper update pcsc-ccid", "sudo pacman -Syu ccid" } },
  { V (DRIVER_TOO_OLD), "ccid", NULL, FALSE, ILK_REPAIR_NONE, FALSE, SAME (NULL) },
  { V (RESTART_NEEDED), "ccid", NULL, FALSE, ILK_REPAIR_RESTART_SERVICE, TRUE, SAME (RESTART) },
  { V (NOT_OPENED), "ccid", NULL, FALSE, ILK_REPAIR_RESTART_SERVICE, TRUE, SAME (RESTART) },
  { V (TAKEN_BY_KERNEL), "acsccid", NULL, FALSE, ILK_REPAIR_COMMAND_ONLY, TRUE,
    SAME ("echo 'blacklist pn533_usb' | sudo tee /etc/modprobe.d/ilkimza.conf"
          " && sudo modprobe -r pn533_usb") },
  { V (IN_USE), "ccid", NULL, TRUE, ILK_REPAIR_END_SCDAEMON, FALSE,
    SAME ("gpgconf --kill scdaemon") },
  { V (IN_USE), "ccid", NULL, FALSE, ILK_REPAIR_NONE, FALSE, SAME (NULL) },
  { V (CARD_SILENT), "ccid", NULL, FALSE, ILK_REPAIR_NONE, FALSE, SAME (NULL) },
  { V (FAULTY_COMBINATION), "ccid", "1.5.2", FALSE, ILK_REPAIR_INSTALL, TRUE,
    { "sudo apt update && sudo apt install libccid", "sudo dnf upgrade pcsc-lite-ccid",
      "sudo zypper update pcsc-ccid", "sudo pacman -Syu ccid" } },
};

static IlkDistribution *
make_system (const char *release)
{
  char *tree = tree_new ();
  g_autofree char *path = tree_path (tree, "os-release");
  IlkDistribution *distribution;

  tree_write (tree, "os-release", release);
  distribution = ilk_distribution_new (path);
  tree_free (tree);
  return distribution;
}

static void
test_systems (void)
{
  g_autoptr (IlkDistribution) missing = ilk_distribution_new ("/nonexistent");
  g_autoptr (IlkDistribution) here = ilk_distribution_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (systems); i++)
    {
      g_autoptr (IlkDistribution) distribution = make_system (systems[i].release);

      g_test_message ("%s", systems[i].name);
      g_assert_cmpint (ilk_distribution_get_family (distribution), ==, systems[i].family);
      g_assert_cmpstr (ilk_distribution_get_name (distribution), ==, systems[i].pretty);
    }
  g_assert_cmpint (ilk_distribution_get_family (missing), ==, ILK_FAMILY_UNKNOWN);
  g_assert_cmpstr (ilk_distribution_get_architecture (here), !=, "");
}

static IlkReaderVerdict *
make_verdict (const Row *row)
{
  IlkReaderVerdict *verdict = ilk_reader_verdict_new (row->verdict);

  verdict->driver = g_strdup (row->driver);
  verdict->needs_version = g_strdup (row->needs);
  verdict->scdaemon = row->scdaemon;
  if (row->verdict == V (TAKEN_BY_KERNEL))
    verdict->module = g_strdup ("pn533_usb");
  return verdict;
}

static void
test_plans (void)
{
  static const char *const releases[] = { "ID=debian\n", "ID=fedora\n", "ID=opensuse-leap\n",
                                          "ID=arch\n" };

  for (guint family = 0; family < G_N_ELEMENTS (releases); family++)
    {
      g_autoptr (IlkDistribution) distribution = make_system (releases[family]);

      for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        {
          g_autoptr (IlkReaderVerdict) verdict = make_verdict (&rows[i]);
          g_autoptr (IlkRepairPlan) plan = ilk_repair_plan_new (verdict, distribution, TRUE);

          g_test_message ("%s on %s", ilk_host_verdict_get_name (rows[i].verdict),
                          releases[family]);
          g_assert_cmpint (plan->kind, ==, rows[i].kind);
          g_assert_cmpint (plan->needs_admin, ==, rows[i].needs_admin);
          g_assert_cmpstr (plan->command, ==, rows[i].commands[family]);
          g_assert_cmpstr (plan->version, ==, rows[i].needs);
          g_assert_cmpint (plan->packages[0] != NULL, ==, plan->kind == ILK_REPAIR_INSTALL);
        }
    }
}

static void
test_every_verdict_is_here (void)
{
  gboolean seen[ILK_N_HOST_VERDICTS] = { FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    seen[rows[i].verdict] = TRUE;
  for (guint i = 0; i < ILK_N_HOST_VERDICTS; i++)
    g_assert_true (seen[i]);
}

/* On a system that is not known nothing is installed; without systemd commands are all there is. */
static void
test_elsewhere (void)
{
  g_autoptr (IlkDistribution) unknown = make_system ("ID=other\n");
  g_autoptr (IlkDistribution) debian = make_system ("ID=debian\n");
  g_autoptr (IlkReaderVerdict) missing = ilk_reader_verdict_new (V (DRIVER_MISSING));
  g_autoptr (IlkReaderVerdict) off = ilk_reader_verdict_new (V (SERVICE_OFF));
  g_autoptr (IlkReaderVerdict) taken = ilk_reader_verdict_new (V (TAKEN_BY_KERNEL));
  g_autoptr (IlkRepairPlan) nothing = NULL;
  g_autoptr (IlkRepairPlan) command = NULL;
  g_autoptr (IlkRepairPlan) odd = NULL;

  missing->driver = g_strdup ("acsccid");
  nothing = ilk_repair_plan_new (missing, unknown, TRUE);
  g_assert_cmpint (nothing->kind, ==, ILK_REPAIR_NONE);
  g_assert_null (nothing->command);

  command = ilk_repair_plan_new (off, debian, FALSE);
  g_assert_cmpint (command->kind, ==, ILK_REPAIR_COMMAND_ONLY);
  g_assert_cmpstr (command->command, ==, "sudo pcscd --auto-exit");

  /* A name from the kernel's tree goes into a command only when it is a name. */
  taken->module = g_strdup ("x; rm -rf ~");
  odd = ilk_repair_plan_new (taken, debian, TRUE);
  g_assert_null (odd->command);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/repair-plan/systems", test_systems);
  g_test_add_func ("/repair-plan/plans", test_plans);
  g_test_add_func ("/repair-plan/every-verdict-is-here", test_every_verdict_is_here);
  g_test_add_func ("/repair-plan/elsewhere", test_elsewhere);
  return g_test_run ();
}
