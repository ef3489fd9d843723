/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/widgets/ilk-problem-box.h"

struct _IlkProblemBox
{
  GtkWidget   parent_instance;

  GtkWidget  *icon;
  GtkWidget  *texts;
  GtkWidget  *sentence;
  GtkWidget  *cause;
  GtkWidget  *action;
  IlkProblem *problem;
};

G_DEFINE_FINAL_TYPE (IlkProblemBox, ilk_problem_box, GTK_TYPE_WIDGET)

/* Texts may hold words of a card or a service, so a label never reads markup here. */
static GtkWidget *
add_label (GtkWidget  *box,
           const char *style_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  if (style_class != NULL)
    gtk_widget_add_css_class (label, style_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
show_text (GtkWidget  *label,
           const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (label, text != NULL && *text != '\0');
}

static void
ilk_problem_box_dispose (GObject *object)
{
  IlkProblemBox *self = ILK_PROBLEM_BOX (object);

  g_clear_pointer (&self->problem, ilk_problem_unref);
  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->texts, gtk_widget_unparent);

  G_OBJECT_CLASS (ilk_problem_box_parent_class)->dispose (object);
}

static void
ilk_problem_box_class_init (IlkProblemBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_problem_box_dispose;

  gtk_widget_class_set_css_name (widget_class, "ilkproblem");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
ilk_problem_box_init (IlkProblemBox *self)
{
  self->icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));

  self->texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_hexpand (self->texts, TRUE);
  gtk_widget_set_parent (self->texts, GTK_WIDGET (self));
  self->sentence = add_label (self->texts, "heading");
  self->cause = add_label (self->texts, NULL);
  self->action = add_label (self->texts, NULL);

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ilk_problem_box_new (void)
{
  return g_object_new (ILK_TYPE_PROBLEM_BOX, NULL);
}

/**
 * ilk_problem_box_set_problem:
 * @problem: (nullable): what to show; %NULL hides the box
 */
void
ilk_problem_box_set_problem (IlkProblemBox *self,
                             IlkProblem    *problem)
{
  g_return_if_fail (ILK_IS_PROBLEM_BOX (self));

  if (problem == self->problem)
    return;
  g_clear_pointer (&self->problem, ilk_problem_unref);
  if (problem != NULL)
    {
      self->problem = ilk_problem_ref (problem);
      show_text (self->sentence, problem->sentence);
      show_text (self->cause, problem->cause);
      show_text (self->action, problem->action);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, problem->sentence,
                                      -1);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), problem != NULL);
}

/**
 * ilk_problem_box_get_problem:
 *
 * Returns: (transfer none) (nullable): what is shown
 */
IlkProblem *
ilk_problem_box_get_problem (IlkProblemBox *self)
{
  g_return_val_if_fail (ILK_IS_PROBLEM_BOX (self), NULL);

  return self->problem;
}
