/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-host"

#include "host/ilk-repair-plan.h"

#include <string.h>

#define START_SOCKET "sudo systemctl enable --now pcscd.socket"
#define RESTART_SERVICE "sudo systemctl restart pcscd.service"
/* Without systemd: the daemon ends by itself when it is no longer needed. */
#define START_DAEMON "sudo pcscd --auto-exit"
#define RESTART_DAEMON "sudo pkill -x pcscd; sudo pcscd --auto-exit"
#define END_SCDAEMON "gpgconf --kill scdaemon"

G_DEFINE_BOXED_TYPE (IlkRepairPlan, ilk_repair_plan, ilk_repair_plan_ref, ilk_repair_plan_unref)

static void
add_package (IlkRepairPlan *self,
             const char    *package)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (package == NULL)
    return;
  g_strv_builder_addv (names, (const char **) self->packages);
  g_strv_builder_add (names, package);
  g_strfreev (self->packages);
  self->packages = g_strv_builder_end (names);
}

/* Nothing to install is known: then nothing can be done here. */
static void
install (IlkRepairPlan *self,
         const char    *command)
{
  g_autofree char *names = g_strjoinv (" ", self->packages);

  if (*names == '\0')
    return;
  self->kind = ILK_REPAIR_INSTALL;
  self->needs_admin = TRUE;
  if (command != NULL)
    self->command = g_strconcat (command, " ", names, NULL);
}

static void
plan_service (IlkRepairPlan   *self,
              IlkDistribution *distribution)
{
  add_package (self, ilk_distribution_get_service_package (distribution));
  add_package (self, ilk_distribution_get_driver_package (distribution, "ccid"));
  install (self, ilk_distribution_get_install_command (distribution));
}

static void
plan_driver (IlkRepairPlan   *self,
             IlkDistribution *distribution,
             const char      *driver)
{
  add_package (self, ilk_distribution_get_driver_package (distribution, driver));
  install (self, ilk_distribution_get_install_command (distribution));
}

/* An update helps only where a version that knows the reader is known. */
static void
plan_update (IlkRepairPlan          *self,
             IlkDistribution        *distribution,
             const IlkReaderVerdict *verdict)
{
  if (verdict->needs_version == NULL)
    return;
  add_package (self, ilk_distribution_get_driver_package (distribution, verdict->driver));
  install (self, ilk_distribution_get_update_command (distribution));
  self->version = g_strdup (verdict->needs_version);
}

static void
plan_run (IlkRepairPlan *self,
          IlkRepairKind  kind,
          gboolean       needs_admin,
          const char    *command)
{
  self->kind = kind;
  self->needs_admin = needs_admin;
  self->command = g_strdup (command);
}

static gboolean
is_module_name (const char *name)
{
  return name != NULL && *name != '\0' && strlen (name) < 64 &&
         strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
         == strlen (name);
}

static void
plan_unload (IlkRepairPlan *self,
             const char    *module)
{
  self->kind = ILK_REPAIR_COMMAND_ONLY;
  self->needs_admin = TRUE;
  if (is_module_name (module))
    self->command = g_strdup_printf ("echo 'blacklist %s' | sudo tee /etc/modprobe.d/ilkimza.conf"
                                     " && sudo modprobe -r %s", module, module);
}

static void
fill (IlkRepairPlan          *self,
      const IlkReaderVerdict *verdict,
      IlkDistribution        *distribution,
      gboolean                systemd)
{
  switch (verdict->verdict)
    {
    case ILK_HOST_VERDICT_SERVICE_NOT_INSTALLED:
      plan_service (self, distribution);
      break;
    case ILK_HOST_VERDICT_SERVICE_OFF:
      plan_run (self, systemd ? ILK_REPAIR_START_SERVICE : ILK_REPAIR_COMMAND_ONLY, TRUE,
                systemd ? START_SOCKET : START_DAEMON);
      break;
    case ILK_HOST_VERDICT_SERVICE_VERSION:
    case ILK_HOST_VERDICT_RESTART_NEEDED:
    case ILK_HOST_VERDICT_NOT_OPENED:
      plan_run (self, systemd ? ILK_REPAIR_RESTART_SERVICE : ILK_REPAIR_COMMAND_ONLY, TRUE,
                systemd ? RESTART_SERVICE : RESTART_DAEMON);
      break;
    case ILK_HOST_VERDICT_DRIVER_MISSING:
      plan_driver (self, distribution, verdict->driver);
      break;
    case ILK_HOST_VERDICT_DRIVER_TOO_OLD:
    case ILK_HOST_VERDICT_FAULTY_COMBINATION:
      plan_update (self, distribution, verdict);
      break;
    case ILK_HOST_VERDICT_TAKEN_BY_KERNEL:
      plan_unload (self, verdict->module);
      break;
    case ILK_HOST_VERDICT_IN_USE:
      if (verdict->scdaemon)
        plan_run (self, ILK_REPAIR_END_SCDAEMON, FALSE, END_SCDAEMON);
      break;
    case ILK_HOST_VERDICT_UNKNOWN:
    case ILK_HOST_VERDICT_WORKS:
    case ILK_HOST_VERDICT_NO_READER:
    case ILK_HOST_VERDICT_SERVICE_REFUSES:
    case ILK_HOST_VERDICT_CARD_SILENT:
    case ILK_N_HOST_VERDICTS:
    default:
      break;
    }
}

/**
 * ilk_repair_plan_new:
 * @verdict: what is wrong
 * @distribution: where
 * @systemd: whether systemd runs this computer
 *
 * Returns: (transfer full): what helps
 */
IlkRepairPlan *
ilk_repair_plan_new (const IlkReaderVerdict *verdict,
                     IlkDistribution        *distribution,
                     gboolean                systemd)
{
  IlkRepairPlan *self = g_new0 (IlkRepairPlan, 1);

  g_return_val_if_fail (verdict != NULL && distribution != NULL, NULL);

  g_atomic_ref_count_init (&self->ref_count);
  self->packages = g_new0 (char *, 1);
  fill (self, verdict, distribution, systemd);
  return self;
}

IlkRepairPlan *
ilk_repair_plan_ref (IlkRepairPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ilk_repair_plan_unref (IlkRepairPlan *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_strfreev (self->packages);
  g_free (self->version);
  g_free (self->command);
  g_free (self);
}
