/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-controller"

#include "config.h"

#include "app/ilk-controller-private.h"

/* Mending what the driver page shows, and going on when the reader works. */

#define SYSTEMD_FOLDER "/run/systemd/system"

/**
 * ilk_controller_get_distribution:
 * @self: a controller
 *
 * Returns: (transfer none): this computer's system
 */
IlkDistribution *
ilk_controller_get_distribution (IlkController *self)
{
  g_return_val_if_fail (ILK_IS_CONTROLLER (self), NULL);

  if (self->distribution == NULL)
    self->distribution = ilk_distribution_new (NULL);
  return self->distribution;
}

/**
 * ilk_controller_plan_repair:
 * @self: a controller
 * @verdict: of a reader, or of the computer
 *
 * Returns: (transfer full): what can be done about @verdict on this computer
 */
IlkRepairPlan *
ilk_controller_plan_repair (IlkController          *self,
                            const IlkReaderVerdict *verdict)
{
  g_return_val_if_fail (ILK_IS_CONTROLLER (self), NULL);

  return ilk_repair_plan_new (verdict, ilk_controller_get_distribution (self),
                              g_file_test (SYSTEMD_FOLDER, G_FILE_TEST_IS_DIR));
}

/**
 * ilk_controller_get_repair:
 * @self: a controller
 *
 * Returns: (transfer none): the repair that is under way, or how the last one ended
 */
const IlkRepairFacts *
ilk_controller_get_repair (IlkController *self)
{
  g_return_val_if_fail (ILK_IS_CONTROLLER (self), NULL);

  return &self->repair_facts;
}

static void
repair_moved (IlkController *self)
{
  if (!self->repair_facts.running || self->closing)
    return;
  self->repair_facts.progress = ilk_repair_get_progress (self->repair);
  self->repair_facts.status = ilk_repair_get_status (self->repair);
  ilk_controller_changed (self);
}

/* What was repaired shows by itself, in the host's next look and the card service's next list. */
static void
repair_ended (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IlkController) self = data;
  g_autoptr(GError) error = NULL;

  self->repair_facts.running = FALSE;
  g_clear_object (&self->repairing);
  if (!ilk_repair_run_finish (ILK_REPAIR (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->repair_facts.problem = ilk_problem_new_from_error (error, self->issuer);
  if (self->closing)
    return;

  ilk_host_look_again (self->host);
  ilk_card_monitor_relist (self->monitor);
  ilk_controller_computer_changed (self);
}

static void
run_plan (IlkController *self,
          IlkRepairPlan *plan)
{
  if (self->repair == NULL)
    {
      self->repair = ilk_repair_new ();
      g_signal_connect_object (self->repair, "changed", G_CALLBACK (repair_moved), self,
                               G_CONNECT_SWAPPED);
    }
  g_clear_pointer (&self->repair_facts.problem, ilk_problem_unref);
  self->repair_facts.running = TRUE;
  self->repair_facts.kind = plan->kind;
  self->repair_facts.progress = -1;
  self->repair_facts.status = ilk_repair_get_status (self->repair);
  self->repairing = g_cancellable_new ();
  ilk_repair_run_async (self->repair, plan, self->repairing, repair_ended, g_object_ref (self));
}

/**
 * ilk_controller_repair:
 * @self: a controller
 * @verdict: what is to be mended
 *
 * Does nothing where only a person with a terminal can help, or while a repair is under way.
 */
void
ilk_controller_repair (IlkController          *self,
                       const IlkReaderVerdict *verdict)
{
  g_autoptr(IlkRepairPlan) plan = NULL;

  g_return_if_fail (ILK_IS_CONTROLLER (self));
  g_return_if_fail (verdict != NULL);

  plan = ilk_controller_plan_repair (self, verdict);
  if (self->closing || self->repair_facts.running || plan->kind == ILK_REPAIR_NONE ||
      plan->kind == ILK_REPAIR_COMMAND_ONLY)
    return;

  run_plan (self, plan);
  ilk_controller_changed (self);
}

/**
 * ilk_controller_cancel_repair:
 * @self: a controller
 *
 * The repair ends as soon as the installer has let go.
 */
void
ilk_controller_cancel_repair (IlkController *self)
{
  g_return_if_fail (ILK_IS_CONTROLLER (self));

  g_cancellable_cancel (self->repairing);
}

static gboolean
works (IlkController *self)
{
  for (guint i = 0; i < self->verdicts->len; i++)
    {
      const IlkReaderVerdict *verdict = g_ptr_array_index (self->verdicts, i);

      if (verdict->verdict == ILK_HOST_VERDICT_WORKS)
        return self->facts.reader_works;
    }
  return FALSE;
}

/* Called when the driver page comes: who finds the reader working there only reads it. */
void
ilk_controller_begin_waiting (IlkController *self)
{
  self->waits_for_reader = !works (self);
}

/* Called after every look at the computer. Who waits on the driver page for the reader to work does
 * not have to press anything when it does. Returns whether the page was left. */
gboolean
ilk_controller_go_on (IlkController *self)
{
  if (self->state != ILK_STATE_DRIVER)
    return FALSE;
  if (!works (self))
    {
      self->waits_for_reader = TRUE;
      return FALSE;
    }
  if (!self->waits_for_reader || self->repair_facts.running)
    return FALSE;

  ilk_controller_dispatch (self, ILK_EVENT_NEXT);
  return TRUE;
}

void
ilk_controller_end_repair (IlkController *self)
{
  g_cancellable_cancel (self->repairing);
  if (self->repair != NULL)
    g_signal_handlers_disconnect_by_data (self->repair, self);
  g_clear_object (&self->repairing);
  g_clear_object (&self->repair);
  g_clear_pointer (&self->distribution, ilk_distribution_unref);
  g_clear_pointer (&self->repair_facts.problem, ilk_problem_unref);
}
