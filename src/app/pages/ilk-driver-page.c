/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/ilk-driver-words.h"
#include "app/ilk-reader-chooser.h"
#include "app/pages/ilk-driver-page.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-problem-box.h"

/* One reader's verdict at a time: that of one that works, else of the first to be mended, until the
 * person asks for that of another one, or names a reader that is not recognised. */
struct _IlkDriverPage
{
  IlkPage           parent_instance;

  IlkReaderVerdict *shown;       /* what the panel says */
  char             *asked_for;   /* key of the reader whose row was pressed, or NULL */
  IlkReaderVerdict *choice;      /* a reader chosen by its picture, or NULL */
  gboolean          sure;        /* … whose model is known by its name */
  GPtrArray        *rows;        /* GtkWidget of the other readers, not owned */
  char             *rows_words;  /* what they say, to leave them alone when nothing differs */

  GtkWidget        *panel;
  GtkWidget        *icon;
  GtkWidget        *sentence_label;
  GtkWidget        *cause_label;
  GtkWidget        *action_label;
  GtkWidget        *repair_button;
  GtkWidget        *progress_box;
  GtkWidget        *status_label;
  GtkWidget        *progress_bar;
  GtkWidget        *cancel_button;
  GtkWidget        *problem_bin;
  GtkWidget        *problem_box;
  GtkWidget        *others_group;
  GtkWidget        *command_group;
  GtkWidget        *command_label;
  GtkWidget        *copy_button;
  GtkWidget        *letter_group;
  GtkWidget        *letter_row;
  GtkWidget        *letter_label;
  GtkWidget        *letter_button;
  GtkWidget        *found_group;
  GtkWidget        *summary_row;
  GtkWidget        *choose_row;
};

G_DEFINE_FINAL_TYPE (IlkDriverPage, ilk_driver_page, ILK_TYPE_PAGE)

/* --- what the person presses --- */

static void
copy (IlkDriverPage *self,
      GtkWidget     *label,
      GtkWidget     *button)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_text (GTK_LABEL (label)));
  ilk_words_set_button (button, _("C_opied"));
}

static void
on_copy_clicked (IlkDriverPage *self)
{
  copy (self, self->command_label, self->copy_button);
}

static void
on_letter_clicked (IlkDriverPage *self)
{
  copy (self, self->letter_label, self->letter_button);
}

static void
on_repair_clicked (IlkDriverPage *self)
{
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));

  if (controller != NULL && self->shown != NULL)
    ilk_controller_repair (controller, self->shown);
}

static void
on_cancel_clicked (IlkDriverPage *self)
{
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));

  if (controller != NULL)
    ilk_controller_cancel_repair (controller);
}

static void
on_chosen (IlkDriverPage    *self,
           IlkReaderVerdict *verdict,
           gboolean          sure)
{
  g_clear_pointer (&self->choice, ilk_reader_verdict_unref);
  self->choice = ilk_reader_verdict_ref (verdict);
  self->sure = sure;
  ilk_page_update (ILK_PAGE (self));
}

static void
on_choose_activated (IlkDriverPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  IlkController *controller = ilk_page_get_controller (ILK_PAGE (self));
  IlkReaderList *list = controller != NULL ? ilk_controller_get_reader_list (controller) : NULL;
  GtkWidget *chooser;

  if (list == NULL)
    return;
  chooser = ilk_reader_chooser_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, list);
  g_signal_connect_object (chooser, "chosen", G_CALLBACK (on_chosen), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (chooser));
}

/* --- which verdict the panel says --- */

static char *
get_key (const IlkReaderVerdict *verdict)
{
  return g_strjoin ("|", verdict->reader_name != NULL ? verdict->reader_name : "",
                    verdict->listed_name != NULL ? verdict->listed_name : "", NULL);
}

static void
on_other_activated (IlkDriverPage *self,
                    GtkWidget     *row)
{
  g_free (self->asked_for);
  self->asked_for = g_strdup (g_object_get_data (G_OBJECT (row), "key"));
  g_clear_pointer (&self->choice, ilk_reader_verdict_unref);
  ilk_page_update (ILK_PAGE (self));
  gtk_widget_grab_focus (ilk_page_get_focus (ILK_PAGE (self)));
}

/* One reader that works is enough to go on. */
static IlkReaderVerdict *
find_shown (IlkDriverPage *self,
            GPtrArray     *verdicts)
{
  for (guint i = 0; self->asked_for != NULL && i < verdicts->len; i++)
    {
      g_autofree char *key = get_key (g_ptr_array_index (verdicts, i));

      if (g_str_equal (key, self->asked_for))
        return g_ptr_array_index (verdicts, i);
    }
  for (guint i = 0; i < verdicts->len; i++)
    {
      IlkReaderVerdict *verdict = g_ptr_array_index (verdicts, i);

      if (verdict->verdict == ILK_HOST_VERDICT_WORKS)
        return verdict;
    }
  return verdicts->len > 0 ? g_ptr_array_index (verdicts, 0) : NULL;
}

/* --- showing --- */

static void
show_label (GtkWidget  *label,
            const char *words)
{
  gtk_label_set_text (GTK_LABEL (label), words != NULL ? words : "");
  gtk_widget_set_visible (label, words != NULL);
}

/* The icon's colour says the same as the words, never more. */
static void
show_words (IlkDriverPage        *self,
            const IlkDriverWords *words)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), words->icon);
  gtk_widget_set_css_classes (self->icon, (const char *[]) { words->colour, NULL });
  show_label (self->sentence_label, words->sentence);
  show_label (self->cause_label, words->cause);
  show_label (self->action_label, words->action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->panel),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words->sentence, -1);
}

static void
show_repair (IlkDriverPage        *self,
             const IlkRepairFacts *repair,
             const char           *button)
{
  gtk_widget_set_visible (self->repair_button, button != NULL && !repair->running);
  if (button != NULL && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->repair_button)),
                                   button) != 0)
    ilk_words_set_button (self->repair_button, button);

  gtk_widget_set_visible (self->progress_box, repair->running);
  gtk_label_set_text (GTK_LABEL (self->status_label),
                      repair->running ? ilk_driver_words_status (repair->status) : "");
  gtk_widget_set_visible (self->progress_bar, repair->progress >= 0);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress_bar),
                                 MAX (repair->progress, 0) / 100.0);
  ilk_problem_box_set_problem (ILK_PROBLEM_BOX (self->problem_box),
                               repair->running ? NULL : repair->problem);
}

/* A text to be copied; what was copied before is no longer what stands there. */
static void
show_text (GtkWidget  *group,
           GtkWidget  *label,
           GtkWidget  *button,
           const char *text)
{
  gtk_widget_set_visible (group, text != NULL);
  if (text == NULL || g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text))
    return;

  gtk_label_set_text (GTK_LABEL (label), text);
  ilk_words_set_button (button, _("C_opy"));
}

static void
show_command (IlkDriverPage       *self,
              const IlkRepairPlan *plan)
{
  adw_preferences_group_set_description
    (ADW_PREFERENCES_GROUP (self->command_group),
     plan->needs_admin
     ? _("Open a terminal, paste this line, press Enter and type the password of your computer. "
         "This page goes on by itself when it is done.")
     : _("Open a terminal, paste this line and press Enter. This page goes on by itself when it is "
         "done."));
  show_text (self->command_group, self->command_label, self->copy_button, plan->command);
}

static void
show_verdict (IlkDriverPage    *self,
              IlkController    *controller,
              IlkReaderVerdict *verdict)
{
  g_autoptr (IlkRepairPlan) plan = ilk_controller_plan_repair (controller, verdict);
  g_autoptr (IlkDriverWords) words = NULL;
  g_autofree char *letter = NULL;
  g_autofree char *summary = NULL;
  IlkDistribution *distribution = ilk_controller_get_distribution (controller);

  if (verdict == self->choice)
    words = ilk_driver_words_new_for_choice (verdict, plan, self->sure);
  else
    words = ilk_driver_words_new (verdict, plan);
  if (plan->needs_admin || ilk_driver_words_wants_letter (verdict))
    letter = ilk_driver_words_letter (verdict, plan, distribution);
  summary = ilk_driver_words_summary (verdict, distribution);

  show_words (self, words);
  show_repair (self, ilk_controller_get_repair (controller), words->button);
  show_command (self, plan);
  show_text (self->letter_group, self->letter_label, self->letter_button, letter);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->summary_row), summary);
  gtk_widget_set_visible (self->choose_row, verdict == self->choice ||
                                            ilk_driver_words_wants_choice (verdict));
}

static void
remove_rows (IlkDriverPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->others_group),
                                  g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static void
add_other (IlkDriverPage        *self,
           IlkReaderVerdict     *verdict,
           const IlkDriverWords *words)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 verdict->reader_name != NULL ? verdict->reader_name
                                                              : words->sentence);
  if (verdict->reader_name != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words->sentence);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (row), words->icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "key", get_key (verdict), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_other_activated), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->others_group), row);
  g_ptr_array_add (self->rows, row);
}

static void
show_others (IlkDriverPage *self,
             GPtrArray     *verdicts)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func
    ((GDestroyNotify) ilk_driver_words_free);
  g_autoptr (GString) said = g_string_new (NULL);

  for (guint i = 0; i < verdicts->len; i++)
    {
      IlkReaderVerdict *verdict = g_ptr_array_index (verdicts, i);
      IlkDriverWords *words = ilk_driver_words_new (verdict, NULL);

      g_ptr_array_add (all, words);
      g_string_append_printf (said, "%d %s %s\n", verdict == self->shown,
                              verdict->reader_name, words->sentence);
    }
  if (g_strcmp0 (said->str, self->rows_words) == 0)
    return;

  remove_rows (self);
  for (guint i = 0; i < verdicts->len; i++)
    if (g_ptr_array_index (verdicts, i) != self->shown)
      add_other (self, g_ptr_array_index (verdicts, i), g_ptr_array_index (all, i));
  gtk_widget_set_visible (self->others_group, self->rows->len > 0);
  g_free (self->rows_words);
  self->rows_words = g_string_free (g_steal_pointer (&said), FALSE);
}

static void
ilk_driver_page_update (IlkPage       *page,
                        IlkController *controller)
{
  IlkDriverPage *self = ILK_DRIVER_PAGE (page);
  GPtrArray *verdicts = ilk_controller_get_verdicts (controller);
  IlkReaderVerdict *shown = self->choice != NULL ? self->choice : find_shown (self, verdicts);

  if (shown == NULL)
    return;
  ilk_reader_verdict_ref (shown);
  g_clear_pointer (&self->shown, ilk_reader_verdict_unref);
  self->shown = shown;
  show_verdict (self, controller, shown);
  show_others (self, verdicts);
}

static GtkWidget *
ilk_driver_page_focus (IlkPage *page)
{
  IlkDriverPage *self = ILK_DRIVER_PAGE (page);

  if (gtk_widget_get_visible (self->progress_box))
    return self->cancel_button;
  if (gtk_widget_get_visible (self->repair_button))
    return self->repair_button;
  return gtk_widget_get_visible (self->command_group) ? self->copy_button : NULL;
}

/* What was chosen or looked at belongs to this visit. */
static void
ilk_driver_page_leave (IlkPage *page)
{
  IlkDriverPage *self = ILK_DRIVER_PAGE (page);

  g_clear_pointer (&self->asked_for, g_free);
  g_clear_pointer (&self->choice, ilk_reader_verdict_unref);
}

static void
ilk_driver_page_dispose (GObject *object)
{
  IlkDriverPage *self = ILK_DRIVER_PAGE (object);

  g_clear_pointer (&self->shown, ilk_reader_verdict_unref);
  g_clear_pointer (&self->choice, ilk_reader_verdict_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_DRIVER_PAGE);

  G_OBJECT_CLASS (ilk_driver_page_parent_class)->dispose (object);
}

static void
ilk_driver_page_finalize (GObject *object)
{
  IlkDriverPage *self = ILK_DRIVER_PAGE (object);

  g_ptr_array_unref (self->rows);
  g_free (self->rows_words);
  g_free (self->asked_for);

  G_OBJECT_CLASS (ilk_driver_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, panel);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, icon);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, cause_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, action_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, repair_button);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, progress_box);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, status_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, problem_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, others_group);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, command_group);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, command_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, copy_button);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, letter_group);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, letter_row);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, letter_label);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, letter_button);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, found_group);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, summary_row);
  gtk_widget_class_bind_template_child (widget_class, IlkDriverPage, choose_row);
}

static void
ilk_driver_page_class_init (IlkDriverPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_driver_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ilk_driver_page_finalize;
  ILK_PAGE_CLASS (klass)->update = ilk_driver_page_update;
  ILK_PAGE_CLASS (klass)->focus = ilk_driver_page_focus;
  ILK_PAGE_CLASS (klass)->leave = ilk_driver_page_leave;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-driver-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_repair_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_letter_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_activated);
}

static void
ilk_driver_page_init (IlkDriverPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));

  self->problem_box = ilk_problem_box_new ();
  adw_bin_set_child (ADW_BIN (self->problem_bin), self->problem_box);
  g_object_bind_property (self->problem_box, "visible", self->problem_bin, "visible",
                          G_BINDING_SYNC_CREATE);
  ilk_words_set_button (self->copy_button, _("C_opy"));
  ilk_words_set_button (self->letter_button, _("C_opy"));
  ilk_words_set_button (self->cancel_button, _("_Cancel"));
}
