/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-ask.h"
#include "app/pages/ilk-new-pin-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-checklist.h"
#include "app/widgets/ilk-pin-entry.h"
#include "core/ilk-pin-rules.h"

/* As many cells as fit into the narrowest window. */
#define MAX_OLD_PIN 16

/* Where the old PIN comes from. */
typedef enum {
  MODE_TYPED,
  MODE_SHOWN,
  MODE_UNLOCK,
  MODE_READER,
} Mode;

struct _IlkNewPinPage
{
  IlkPage        parent_instance;

  GtkWidget     *old_group;
  GtkWidget     *typed_row;
  GtkWidget     *typed_check;
  GtkWidget     *shown_row;
  GtkWidget     *shown_check;
  GtkWidget     *unlock_row;
  GtkWidget     *unlock_check;
  GtkWidget     *reader_row;
  GtkWidget     *reader_check;
  GtkWidget     *reader_box;
  GtkWidget     *reader_tries_label;
  GtkWidget     *old_box;
  GtkWidget     *old_bin;
  GtkWidget     *old_entry;
  GtkWidget     *tries_label;
  GtkWidget     *kept_group;
  GtkWidget     *kept_row;
  GtkWidget     *retype_button;
  GtkWidget     *new_box;
  GtkWidget     *new_bin;
  GtkWidget     *new_entry;
  GtkWidget     *checklist_bin;
  GtkWidget     *checklist;
  GtkWidget     *again_bin;
  GtkWidget     *again_entry;

  /* What was handed over, kept until the card has it or the person leaves the road, so that a
   * wrong old PIN or a confirmation given up does not cost the typing of everything. */
  IlkSecret     *kept_old;
  IlkSecret     *kept_new;
  IlkController *watched;      /* while something is kept and another page is shown */

  gboolean       chosen;       /* the person chose a mode */
  gboolean       setting_mode;
  IlkProblem    *taken;        /* the problem that was dealt with already */
};

G_DEFINE_FINAL_TYPE (IlkNewPinPage, ilk_new_pin_page, ILK_TYPE_PAGE)

static void ilk_new_pin_page_update (IlkPage *page, IlkController *controller);

/* --- what is known --- */

static gboolean
is_set (const IlkFacts *facts)
{
  return facts->pin == ILK_PIN_FACT_SET || facts->pin == ILK_PIN_FACT_UNKNOWN;
}

static Mode
get_mode (IlkNewPinPage *self)
{
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->unlock_check)))
    return MODE_UNLOCK;
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->shown_check)))
    return MODE_SHOWN;
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->reader_check)))
    return MODE_READER;

  return MODE_TYPED;
}

static void
set_mode (IlkNewPinPage *self,
          Mode           mode)
{
  GtkWidget *checks[] = {
    [MODE_TYPED] = self->typed_check,
    [MODE_SHOWN] = self->shown_check,
    [MODE_UNLOCK] = self->unlock_check,
    [MODE_READER] = self->reader_check,
  };

  self->setting_mode = TRUE;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (checks[mode]), TRUE);
  self->setting_mode = FALSE;
}

static IlkSecret *
get_entry_secret (GtkWidget *entry)
{
  return ilk_pin_entry_get_secret (ILK_PIN_ENTRY (entry));
}

/* The old PIN as far as it is here; NULL: none, or not typed in full. */
static IlkSecret *
get_old (IlkNewPinPage *self,
         IlkController *controller)
{
  switch (get_mode (self))
    {
    case MODE_SHOWN:
      return ilk_controller_get_pin (controller);
    case MODE_TYPED:
      if (self->kept_old != NULL)
        return self->kept_old;
      return ilk_pin_entry_get_complete (ILK_PIN_ENTRY (self->old_entry))
             ? get_entry_secret (self->old_entry) : NULL;
    case MODE_UNLOCK:
    case MODE_READER:
    default:
      return NULL;
    }
}

static IlkSecret *
get_new (IlkNewPinPage *self)
{
  return self->kept_new != NULL ? self->kept_new : get_entry_secret (self->new_entry);
}

static gboolean
entries_agree (IlkNewPinPage *self)
{
  return self->kept_new != NULL ||
         ilk_secret_equal (get_entry_secret (self->new_entry),
                           get_entry_secret (self->again_entry));
}

static gboolean
is_complete (IlkNewPinPage *self,
             IlkController *controller)
{
  IlkSecret *old = get_old (self, controller);

  if (get_mode (self) == MODE_READER)
    return TRUE;
  if (get_mode (self) != MODE_UNLOCK && old == NULL)
    return FALSE;

  return ilk_controller_check_pin (controller, old, get_new (self)) == 0 && entries_agree (self);
}

static void
forget_kept (IlkNewPinPage *self)
{
  g_clear_pointer (&self->kept_old, ilk_secret_unref);
  g_clear_pointer (&self->kept_new, ilk_secret_unref);
  if (self->watched != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->watched, self);
      g_clear_object (&self->watched);
    }
}

/* --- showing --- */

static void
show_words (IlkNewPinPage  *self,
            const IlkFacts *facts)
{
  if (facts->pin == ILK_PIN_FACT_NOT_SET)
    {
      ilk_page_set_heading (ILK_PAGE (self), _("Create PIN"));
      ilk_page_set_intro (ILK_PAGE (self),
                          _("Your card has no PIN yet. Choose six digits; from now on you sign with "
                            "them. An SMS confirmation follows."));
    }
  else if (facts->pin == ILK_PIN_FACT_BLOCKED)
    {
      ilk_page_set_heading (ILK_PAGE (self), _("Unblock Card"));
      ilk_page_set_intro (ILK_PAGE (self),
                          _("The PIN was entered wrongly three times, so the card is blocked. "
                            "Choose a new PIN and the card is unblocked with it. An SMS "
                            "confirmation follows."));
    }
  else
    {
      ilk_page_set_heading (ILK_PAGE (self), _("Your Own PIN"));
      ilk_page_set_intro (ILK_PAGE (self),
                          facts->change_only
                          ? _("Type the PIN that your card has now, then six digits that only you "
                              "know. They replace the old PIN.")
                          : _("Choose six digits that only you know. They replace the old PIN."));
    }
}

static void
choose_mode (IlkNewPinPage  *self,
             const IlkFacts *facts,
             IlkCardPad      pad,
             gboolean        pin_here)
{
  gboolean by_program = pad != ILK_CARD_PAD_REQUIRED;
  gboolean can_show = by_program && facts->pin_held && (pin_here || facts->session);

  gtk_widget_set_visible (self->old_group, is_set (facts) && (can_show || facts->can_unlock ||
                                                              pad != ILK_CARD_PAD_NONE));
  gtk_widget_set_visible (self->typed_row, by_program);
  gtk_widget_set_visible (self->shown_row, can_show);
  gtk_widget_set_visible (self->unlock_row, facts->can_unlock);
  gtk_widget_set_visible (self->reader_row, pad != ILK_CARD_PAD_NONE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->shown_row),
                               facts->pin_stale ? _("It is probably void: the PIN was changed since")
                               : pin_here ? _("It is taken over without typing")
                               : _("The issuer is asked for it, then it is taken over without "
                                   "typing"));
  if (get_mode (self) == MODE_READER && pad == ILK_CARD_PAD_NONE)
    self->chosen = FALSE;
  if (!is_set (facts))
    set_mode (self, MODE_UNLOCK);
  else if (!by_program && get_mode (self) != MODE_UNLOCK)
    set_mode (self, MODE_READER);
  else if (!self->chosen)
    set_mode (self, pin_here && !facts->pin_stale ? MODE_SHOWN : MODE_TYPED);
  else if (get_mode (self) == MODE_SHOWN && !can_show)
    set_mode (self, MODE_TYPED);
}

/* A new PIN has six digits, whatever the old one has: how long that may be the card says. */
static void
fit_old_entry (IlkNewPinPage *self,
               IlkCardInfo   *card)
{
  guint most = 6;
  guint least = 6;

  if (card != NULL && card->max_pin > 0)
    {
      most = CLAMP (card->max_pin, 1, MAX_OLD_PIN);
      least = CLAMP (card->min_pin, 1, most);
    }
  g_object_set (self->old_entry, "length", most, "least", least, NULL);
}

static void
show_tries (IlkNewPinPage *self,
            IlkCardInfo   *card)
{
  g_autofree char *words = NULL;

  gtk_widget_set_visible (self->tries_label, card != NULL && card->tries_left >= 0);
  gtk_widget_set_visible (self->reader_tries_label, card != NULL && card->tries_left >= 0);
  if (card == NULL || card->tries_left < 0)
    return;

  /* Translators: how often a wrong PIN may still be entered. */
  words = g_strdup_printf (ngettext ("PIN tries left: %d", "PIN tries left: %d",
                                     card->tries_left), card->tries_left);
  gtk_label_set_text (GTK_LABEL (self->tries_label), words);
  gtk_label_set_text (GTK_LABEL (self->reader_tries_label), words);
}

static void
show_kept (IlkNewPinPage *self)
{
  gboolean both = self->kept_old != NULL && get_mode (self) == MODE_TYPED;
  gboolean here = get_mode (self) != MODE_READER;

  gtk_widget_set_visible (self->kept_group, here && self->kept_new != NULL);
  gtk_widget_set_visible (self->new_box, here && self->kept_new == NULL);
  gtk_widget_set_visible (self->reader_box, !here);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->kept_row),
                                 both ? _("The old and the new PIN are kept as you typed them")
                                      : _("The new PIN is kept as you typed it"));
}

static void
show_checks (IlkNewPinPage *self,
             IlkController *controller)
{
  IlkSecret *old = get_old (self, controller);
  IlkSecret *pin = get_entry_secret (self->new_entry);
  gboolean typed = pin != NULL && ilk_secret_get_length (pin) > 0;
  gboolean differ = ilk_pin_entry_get_complete (ILK_PIN_ENTRY (self->again_entry)) &&
                    !entries_agree (self);
  IlkPinRules relevant = ILK_PIN_RULES_ALL;

  if (old == NULL && ilk_controller_get_pin (controller) == NULL)
    relevant &= ~ILK_PIN_RULE_NOT_OLD;
  ilk_checklist_set_state (ILK_CHECKLIST (self->checklist), relevant,
                           typed ? ilk_controller_check_pin (controller, old, pin) & relevant : 0,
                           typed);
  ilk_pin_entry_set_fault (ILK_PIN_ENTRY (self->again_entry),
                           differ ? _("The two entries differ.") : NULL);
}

static void
set_pin (IlkNewPinPage *self,
         gboolean       allow_last_try)
{
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));
  g_autoptr (IlkSecret) old = NULL;
  g_autoptr (IlkSecret) new = NULL;

  if (get_mode (self) == MODE_READER)
    {
      ilk_controller_set_pin_on_reader (controller, allow_last_try);
      return;
    }

  old = get_old (self, controller);
  new = get_new (self);
  if (old != NULL)
    ilk_secret_ref (old);
  ilk_secret_ref (new);
  ilk_controller_set_pin (controller, old, new, allow_last_try);
}

static void
on_last_try_answered (GObject      *source,
                      GAsyncResult *result,
                      gpointer      data)
{
  g_autoptr (IlkNewPinPage) self = data;
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));
  gboolean yes = ilk_ask_finish (result, NULL);

  if (controller == NULL)
    return;
  if (yes && is_complete (self, controller))
    {
      set_pin (self, TRUE);
      return;
    }

  g_clear_pointer (&self->kept_old, ilk_secret_unref);
  ilk_controller_clear_problem (controller);
  ilk_page_update (ILK_PAGE (self));
}

static void
forget_old (IlkNewPinPage *self)
{
  g_clear_pointer (&self->kept_old, ilk_secret_unref);
  /* The PIN shown was the wrong one: it is void. */
  if (get_mode (self) == MODE_SHOWN)
    {
      self->chosen = TRUE;
      set_mode (self, MODE_TYPED);
    }
}

static void
ask_for_last_try (IlkNewPinPage *self)
{
  ilk_ask_async (GTK_WIDGET (self), _("Use the Last Try?"),
                 _("The card accepts one more entry of the old PIN. If it is wrong, the card is "
                   "blocked; it can then be unblocked only with the issuer’s help."),
                 _("_Use the Last Try"), NULL, NULL, on_last_try_answered, g_object_ref (self));
}

/* What a refused attempt means for what was typed: once for each problem, since a problem stays on
 * the screen while the person types anew. */
static void
take_problem (IlkNewPinPage *self,
              IlkController *controller)
{
  IlkProblem *problem = ilk_controller_get_problem (controller);
  gboolean wrong = problem != NULL && g_str_equal (problem->code, "card.wrong-pin");

  ilk_pin_entry_set_fault (ILK_PIN_ENTRY (self->old_entry), wrong ? problem->sentence : NULL);
  if (self->taken == problem || ilk_controller_get_facts (controller)->busy)
    return;

  g_clear_pointer (&self->taken, ilk_problem_unref);
  self->taken = problem != NULL ? ilk_problem_ref (problem) : NULL;
  if (wrong)
    forget_old (self);
  else if (problem != NULL && g_str_equal (problem->code, "card.last-try"))
    ask_for_last_try (self);
}

static void
show_old (IlkNewPinPage *self,
          IlkController *controller)
{
  gtk_widget_set_visible (self->old_box, is_set (ilk_controller_get_facts (controller)) &&
                                         get_mode (self) == MODE_TYPED && self->kept_old == NULL);
  fit_old_entry (self, ilk_controller_get_card (controller));
  show_tries (self, ilk_controller_get_card (controller));
}

static void
ilk_new_pin_page_update (IlkPage       *page,
                         IlkController *controller)
{
  IlkNewPinPage *self = ILK_NEW_PIN_PAGE (page);
  const IlkFacts *facts = ilk_controller_get_facts (controller);
  IlkSecret *pin = ilk_controller_get_pin (controller);
  IlkCardInfo *card = ilk_controller_get_card (controller);

  show_words (self, facts);
  choose_mode (self, facts, card != NULL ? card->pad : ILK_CARD_PAD_NONE, pin != NULL);
  take_problem (self, controller);
  show_old (self, controller);
  show_kept (self);
  show_checks (self, controller);

  gtk_widget_set_sensitive (self->old_group, !facts->busy);
  ilk_controller_set_old_pin_given (controller, get_mode (self) != MODE_UNLOCK);
  ilk_page_set_complete (page, is_complete (self, controller));
}

/* --- what the person does --- */

static void
ilk_new_pin_page_submit (IlkPage *page)
{
  IlkNewPinPage *self = ILK_NEW_PIN_PAGE (page);

  if (get_mode (self) == MODE_READER)
    {
      set_pin (self, FALSE);
      return;
    }
  /* Kept before the cells are empty: on the way the form would count as not filled in. */
  if (get_mode (self) == MODE_TYPED && self->kept_old == NULL)
    self->kept_old = ilk_secret_copy (ilk_pin_entry_get_secret (ILK_PIN_ENTRY (self->old_entry)));
  if (self->kept_new == NULL)
    self->kept_new = ilk_secret_copy (ilk_pin_entry_get_secret (ILK_PIN_ENTRY (self->new_entry)));
  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->old_entry));
  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->new_entry));
  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->again_entry));
  set_pin (self, FALSE);
}

static GtkWidget *
ilk_new_pin_page_focus (IlkPage *page)
{
  IlkNewPinPage *self = ILK_NEW_PIN_PAGE (page);

  if (gtk_widget_get_visible (self->old_box))
    return self->old_entry;
  if (get_mode (self) == MODE_READER)
    return NULL;

  return self->kept_new == NULL ? self->new_entry : NULL;
}

/* While what was typed is kept, every way off the road ends the keeping. */
static void
on_elsewhere (IlkNewPinPage *self)
{
  switch (ilk_controller_get_state (self->watched))
    {
    case ILK_STATE_NEW_PIN:
    case ILK_STATE_CONFIRM:
    case ILK_STATE_SETTING:
      break;
    default:
      forget_kept (self);
    }
}

static void
ilk_new_pin_page_leave (IlkPage *page)
{
  IlkNewPinPage *self = ILK_NEW_PIN_PAGE (page);

  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->old_entry));
  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->new_entry));
  ilk_pin_entry_clear (ILK_PIN_ENTRY (self->again_entry));
  if (self->kept_new == NULL)
    {
      /* What went wrong at the reader is tried again there. */
      self->chosen = self->chosen && get_mode (self) == MODE_READER;
      forget_kept (self);
      return;
    }

  if (self->watched == NULL)
    {
      self->watched = g_object_ref (ilk_page_get_controller (page));
      g_signal_connect_object (self->watched, "changed", G_CALLBACK (on_elsewhere), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->watched, "closed", G_CALLBACK (forget_kept), self,
                               G_CONNECT_SWAPPED);
    }
  on_elsewhere (self);
}

static void
on_changed (IlkNewPinPage *self)
{
  ilk_page_update (ILK_PAGE (self));
}

static void
on_entry_activated (IlkNewPinPage *self)
{
  ilk_page_submit (ILK_PAGE (self));
}

static void
on_mode_toggled (IlkNewPinPage *self,
                 GtkWidget     *check)
{
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));

  if (self->setting_mode || controller == NULL ||
      !gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
    return;

  self->chosen = TRUE;
  if (get_mode (self) == MODE_SHOWN && ilk_controller_get_pin (controller) == NULL)
    ilk_controller_send (controller, ILK_EVENT_SHOW_PIN);
  ilk_page_update (ILK_PAGE (self));
}

static void
on_retype_clicked (IlkNewPinPage *self)
{
  forget_kept (self);
  ilk_page_update (ILK_PAGE (self));
  gtk_widget_grab_focus (ilk_new_pin_page_focus (ILK_PAGE (self)));
}

/* --- the object --- */

static void
ilk_new_pin_page_dispose (GObject *object)
{
  IlkNewPinPage *self = ILK_NEW_PIN_PAGE (object);

  forget_kept (self);
  g_clear_pointer (&self->taken, ilk_problem_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_NEW_PIN_PAGE);

  G_OBJECT_CLASS (ilk_new_pin_page_parent_class)->dispose (object);
}

static void
ilk_new_pin_page_class_init (IlkNewPinPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  IlkPageClass *page_class = ILK_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_new_pin_page_dispose;
  page_class->update = ilk_new_pin_page_update;
  page_class->submit = ilk_new_pin_page_submit;
  page_class->focus = ilk_new_pin_page_focus;
  page_class->leave = ilk_new_pin_page_leave;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-new-pin-page.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, old_group);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, typed_row);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, typed_check);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, shown_row);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, shown_check);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, unlock_row);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, unlock_check);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, reader_row);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, reader_check);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, reader_box);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, reader_tries_label);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, old_box);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, old_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, tries_label);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, kept_group);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, kept_row);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, retype_button);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, new_box);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, new_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, checklist_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkNewPinPage, again_bin);
  gtk_widget_class_bind_template_callback (widget_class, on_mode_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_retype_clicked);
}

static void
connect_entry (IlkNewPinPage *self,
               GtkWidget     *entry)
{
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "activate", G_CALLBACK (on_entry_activated), self,
                           G_CONNECT_SWAPPED);
}

static void
ilk_new_pin_page_init (IlkNewPinPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->old_entry = ilk_pin_entry_new (_("Old PIN"));
  self->new_entry = ilk_pin_entry_new (_("New PIN"));
  self->again_entry = ilk_pin_entry_new (_("New PIN (again)"));
  self->checklist = ilk_checklist_new ();
  adw_bin_set_child (ADW_BIN (self->old_bin), self->old_entry);
  adw_bin_set_child (ADW_BIN (self->new_bin), self->new_entry);
  adw_bin_set_child (ADW_BIN (self->again_bin), self->again_entry);
  adw_bin_set_child (ADW_BIN (self->checklist_bin), self->checklist);
  connect_entry (self, self->old_entry);
  connect_entry (self, self->new_entry);
  connect_entry (self, self->again_entry);

  ilk_words_set_button (self->retype_button, _("_Type Again"));
  ilk_words_set_name (self->typed_check, _("I know the old PIN"));
  ilk_words_set_name (self->shown_check, _("Use the PIN shown"));
  ilk_words_set_name (self->unlock_check, _("I don’t know it"));
  ilk_words_set_name (self->reader_check, _("Type on the card reader"));
}
