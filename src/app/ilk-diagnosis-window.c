/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/ilk-diagnosis-sections.h"
#include "app/ilk-diagnosis-window.h"
#include "app/ilk-save-file.h"
#include "app/pages/ilk-words.h"
#include "app/widgets/ilk-problem-box.h"
#include "core/ilk-error.h"

struct _IlkDiagnosisWindow
{
  AdwWindow          parent_instance;

  IlkDiagnosisPlace  place;       /* with references and copies of its own */
  IlkController     *controller;
  GCancellable      *checking;    /* NULL: no check is under way */
  IlkDiagnosis      *diagnosis;   /* NULL: none has been made */

  GtkWidget         *ribbon;
  AdwToastOverlay   *toasts;
  GtkStack          *stack;
  GtkSpinner        *spinner;
  AdwBin            *problem_bin;
  GtkWidget         *problem_box;
  GtkWidget         *scroller;
  GtkWidget         *verdict;
  GtkLabel          *headline;
  GtkLabel          *help;
  GtkWidget         *command_box;
  GtkLabel          *command;
  GtkWidget         *copy_button;
  GtkBox            *sections;
  GtkWidget         *again_button;
  GtkWidget         *save_button;
};

G_DEFINE_FINAL_TYPE (IlkDiagnosisWindow, ilk_diagnosis_window, ADW_TYPE_WINDOW)

/* --- the report --- */

static GtkWidget *
make_row (const IlkDiagnosisRow *row)
{
  GtkWidget *widget = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), row->label);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (widget), row->value);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (widget), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (widget), 0);
  return widget;
}

/* The title of a group is markup, and a reader's name is not. */
static GtkWidget *
make_group (const IlkDiagnosisSection *section)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *title = g_markup_escape_text (section->title, -1);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  for (guint i = 0; i < section->rows->len; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               make_row (g_ptr_array_index (section->rows, i)));
  return group;
}

static void
show_sections (IlkDiagnosisWindow *self)
{
  g_autoptr(GPtrArray) sections = ilk_diagnosis_get_sections (self->diagnosis);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->sections))) != NULL)
    gtk_box_remove (self->sections, child);
  for (guint i = 0; i < sections->len; i++)
    gtk_box_append (self->sections, make_group (g_ptr_array_index (sections, i)));
}

static void
show_optional (GtkLabel   *label,
               GtkWidget  *widget,
               const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (widget, text != NULL);
}

static void
show_report (IlkDiagnosisWindow *self)
{
  g_autofree char *headline = ilk_diagnosis_dup_headline (self->diagnosis);
  g_autofree char *help = ilk_diagnosis_dup_help (self->diagnosis);
  g_autofree char *command = ilk_diagnosis_dup_command (self->diagnosis);
  g_autofree char *spoken = g_strjoin (" ", headline, help, NULL);

  gtk_label_set_label (self->headline, headline);
  show_optional (self->help, GTK_WIDGET (self->help), help);
  show_optional (self->command, self->command_box, command);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->verdict),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  show_sections (self);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (
                              GTK_SCROLLED_WINDOW (self->scroller)), 0);
}

static void
set_checking (IlkDiagnosisWindow *self,
              gboolean            checking)
{
  gtk_stack_set_visible_child_name (self->stack, checking ? "busy" : "report");
  gtk_spinner_set_spinning (self->spinner, checking);
  gtk_widget_set_sensitive (self->again_button, !checking);
  gtk_widget_set_sensitive (self->save_button, !checking);
}

static void
on_diagnosed (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr(IlkDiagnosisWindow) self = data;
  g_autoptr(IlkDiagnosis) diagnosis = ilk_diagnosis_run_finish (result, NULL);

  /* Cancelled: the window is going. */
  if (diagnosis == NULL || self->checking == NULL)
    return;
  g_clear_object (&self->checking);
  g_clear_pointer (&self->diagnosis, ilk_diagnosis_unref);
  self->diagnosis = g_steal_pointer (&diagnosis);
  show_report (self);
  set_checking (self, FALSE);
  gtk_widget_grab_focus (self->verdict);
}

static void
check (IlkDiagnosisWindow *self)
{
  IlkDiagnosisPlace place = self->place;

  if (self->checking != NULL)
    return;
  self->checking = g_cancellable_new ();
  ilk_problem_box_set_problem (ILK_PROBLEM_BOX (self->problem_box), NULL);
  set_checking (self, TRUE);
  place.known_card = self->controller != NULL ? ilk_controller_get_card (self->controller) : NULL;
  ilk_diagnosis_run_async (&place, self->checking, on_diagnosed, g_object_ref (self));
}

static void
on_again_clicked (IlkDiagnosisWindow *self)
{
  check (self);
}

static void
on_copy_clicked (IlkDiagnosisWindow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_label (self->command));
}

/* --- saving --- */

static void
show_save_problem (IlkDiagnosisWindow *self,
                   const GError       *fault)
{
  g_autoptr(GError) error = g_error_new_literal (ILK_ERROR, ILK_ERROR_FILE, fault->message);
  g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);

  ilk_problem_box_set_problem (ILK_PROBLEM_BOX (self->problem_box), problem);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (
                              GTK_SCROLLED_WINDOW (self->scroller)), 0);
}

static void
on_saved (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr(IlkDiagnosisWindow) self = data;
  g_autoptr(GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    show_save_problem (self, error);
  else
    adw_toast_overlay_add_toast (self->toasts,
                                 adw_toast_new (_("The report was saved. Only you can read it.")));
}

/* The name that was chosen says which of the two forms is wanted. */
static GBytes *
make_report (IlkDiagnosisWindow *self,
             const char         *path)
{
  char *report = g_str_has_suffix (path, ".json") ? ilk_diagnosis_to_json (self->diagnosis)
                                                  : ilk_diagnosis_to_text (self->diagnosis);

  return g_bytes_new_take (report, strlen (report));
}

static void
on_file_chosen (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr(IlkDiagnosisWindow) self = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *path = ilk_save_file_finish (result, &error);
  g_autoptr(GFile) file = NULL;
  g_autoptr(GBytes) report = NULL;

  if (path == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_save_problem (self, error);
  if (path == NULL || self->diagnosis == NULL)
    return;

  ilk_problem_box_set_problem (ILK_PROBLEM_BOX (self->problem_box), NULL);
  file = g_file_new_for_path (path);
  report = make_report (self, path);
  /* Replacing as a whole: an older file's permissions are not taken over. */
  g_file_replace_contents_bytes_async (file, report, NULL, FALSE,
                                       G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                                       NULL, on_saved, g_object_ref (self));
}

static void
on_save_clicked (IlkDiagnosisWindow *self)
{
  /* Translators: the suggested name of a file; keep ".txt". */
  ilk_save_file_async (GTK_WIDGET (self), _("Save the Report as .txt, or as .json for Programs"),
                       _("ilkimza-report.txt"), on_file_chosen, g_object_ref (self));
}

/* --- the object --- */

static void
place_copy (IlkDiagnosisPlace       *self,
            const IlkDiagnosisPlace *place)
{
  *self = *place;
  self->transport = g_object_ref (place->transport);
  self->host = g_object_ref (place->host);
  self->issuer = g_object_ref (place->issuer);
  self->clock = g_object_ref (place->clock);
  self->socket_path = g_strdup (place->socket_path);
  self->language = g_strdup (place->language);
  self->known_card = NULL;
}

static void
place_clear (IlkDiagnosisPlace *self)
{
  g_clear_object (&self->transport);
  g_clear_object (&self->host);
  g_clear_object (&self->issuer);
  g_clear_object (&self->clock);
  g_clear_pointer ((char **) &self->socket_path, g_free);
  g_clear_pointer ((char **) &self->language, g_free);
}

static void
ilk_diagnosis_window_dispose (GObject *object)
{
  IlkDiagnosisWindow *self = ILK_DIAGNOSIS_WINDOW (object);

  g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
  g_clear_object (&self->controller);
  place_clear (&self->place);
  gtk_widget_dispose_template (GTK_WIDGET (object), ILK_TYPE_DIAGNOSIS_WINDOW);

  G_OBJECT_CLASS (ilk_diagnosis_window_parent_class)->dispose (object);
}

static void
ilk_diagnosis_window_finalize (GObject *object)
{
  IlkDiagnosisWindow *self = ILK_DIAGNOSIS_WINDOW (object);

  g_clear_pointer (&self->diagnosis, ilk_diagnosis_unref);

  G_OBJECT_CLASS (ilk_diagnosis_window_parent_class)->finalize (object);
}

static void
ilk_diagnosis_window_class_init (IlkDiagnosisWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ilk_diagnosis_window_dispose;
  object_class->finalize = ilk_diagnosis_window_finalize;

  gtk_widget_class_set_template_from_resource
    (widget_class, "/tr/org/ilkimza/Ilkimza/ilk-diagnosis-window.ui");
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, ribbon);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, problem_bin);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, verdict);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, headline);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, help);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, command_box);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, command);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, copy_button);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, sections);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, again_button);
  gtk_widget_class_bind_template_child (widget_class, IlkDiagnosisWindow, save_button);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_save_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ilk_diagnosis_window_init (IlkDiagnosisWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->problem_box = ilk_problem_box_new ();
  adw_bin_set_child (self->problem_bin, self->problem_box);
  g_object_bind_property (self->problem_box, "visible", self->problem_bin, "visible",
                          G_BINDING_SYNC_CREATE);
  ilk_words_set_button (self->again_button, _("Check _Again"));
  ilk_words_set_button (self->save_button, _("_Save Report…"));
  ilk_words_set_button (self->copy_button, _("C_opy"));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->save_button);
}

/**
 * ilk_diagnosis_window_new:
 * @parent: (nullable): the window that asked for it
 * @place: where to look
 * @controller: (nullable): of the road
 *
 * Returns: (transfer none): the window; GTK owns it until it is destroyed
 */
GtkWidget *
ilk_diagnosis_window_new (GtkWindow               *parent,
                          const IlkDiagnosisPlace *place,
                          IlkController           *controller)
{
  IlkDiagnosisWindow *self = g_object_new (ILK_TYPE_DIAGNOSIS_WINDOW, NULL);

  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self), TRUE);
  place_copy (&self->place, place);
  g_set_object (&self->controller, controller);
  gtk_widget_set_visible (self->ribbon, place->practice);
  check (self);

  return GTK_WIDGET (self);
}
