/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/widgets/ilk-step-list.h"

typedef struct {
  GtkWidget *row;
  GtkWidget *mark;   /* the circle */
  GtkWidget *number;
  GtkWidget *icon;
} Row;

struct _IlkStepList
{
  GtkWidget  parent_instance;

  GtkWidget *list;
  GtkWidget *line;
  Row        rows[ILK_N_STEPS];
  gboolean   compact;
};

G_DEFINE_FINAL_TYPE (IlkStepList, ilk_step_list, GTK_TYPE_WIDGET)

enum {
  PROP_COMPACT = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *const titles[ILK_N_STEPS] = {
  [ILK_STEP_WELCOME] = N_("Welcome"),
  [ILK_STEP_PREPARE] = N_("Prepare the chip"),
  [ILK_STEP_READER] = N_("Card reader"),
  [ILK_STEP_DRIVER] = N_("Driver"),
  [ILK_STEP_CARD] = N_("Your card"),
  [ILK_STEP_LOGIN] = N_("Password login"),
  [ILK_STEP_PHONE] = N_("Your phone"),
  [ILK_STEP_SMS] = N_("SMS confirmation code"),
  [ILK_STEP_ACTIVATE] = N_("Activate"),
  [ILK_STEP_PIN] = N_("PIN information"),
  [ILK_STEP_NEW_PIN] = N_("New PIN"),
  [ILK_STEP_DONE] = N_("Done"),
};

static const struct {
  const char *style_class;
  const char *icon; /* NULL: the number */
  const char *words;
} marks[] = {
  /* Translators: %s is the title of a step, as "Card reader"; a screen reader says it. */
  [ILK_STEP_AHEAD] = { "ahead", NULL, N_("%s, still to come") },
  [ILK_STEP_CURRENT] = { "current", NULL, N_("%s, you are here") },
  [ILK_STEP_PASSED] = { "passed", "object-select-symbolic", N_("%s, done") },
  [ILK_STEP_SKIPPED] = { "skipped", "list-remove-symbolic", N_("%s, not needed") },
};

static void
set_mark (Row         *row,
          IlkStep      step,
          IlkStepMark  mark)
{
  g_autofree char *words = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    gtk_widget_remove_css_class (row->row, marks[i].style_class);
  gtk_widget_add_css_class (row->row, marks[mark].style_class);

  if (marks[mark].icon != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (row->icon), marks[mark].icon);
  gtk_widget_set_visible (row->icon, marks[mark].icon != NULL);
  gtk_widget_set_visible (row->number, marks[mark].icon == NULL);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  words = g_strdup_printf (_(marks[mark].words), ilk_step_get_title (step));
#pragma GCC diagnostic pop
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
set_line (IlkStepList *self,
          IlkStep      step)
{
  g_autofree char *words = NULL;

  /* Translators: "Step 3 of 12 – Card reader" */
  words = g_strdup_printf (_("Step %d of %d – %s"),
                           (int) step + 1, (int) ILK_N_STEPS, ilk_step_get_title (step));
  gtk_label_set_text (GTK_LABEL (self->line), words);
}

static void
add_row (IlkStepList *self,
         IlkStep      step)
{
  Row *row = &self->rows[step];
  g_autofree char *number = g_strdup_printf ("%d", (int) step + 1);
  GtkWidget *title;

  row->row = g_object_new (GTK_TYPE_BOX,
                           "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM,
                           "css-name", "ilkstep",
                           NULL);
  row->mark = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (row->mark, "mark");
  gtk_widget_set_valign (row->mark, GTK_ALIGN_CENTER);
  /* Its children expand within it; it does not. */
  gtk_widget_set_hexpand (row->mark, FALSE);
  row->number = gtk_label_new (number);
  gtk_widget_set_hexpand (row->number, TRUE);
  gtk_widget_add_css_class (row->number, "numeric");
  row->icon = gtk_image_new ();
  gtk_widget_set_hexpand (row->icon, TRUE);
  gtk_box_append (GTK_BOX (row->mark), row->number);
  gtk_box_append (GTK_BOX (row->mark), row->icon);

  title = gtk_label_new (ilk_step_get_title (step));
  gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_widget_set_hexpand (title, TRUE);

  gtk_box_append (GTK_BOX (row->row), row->mark);
  gtk_box_append (GTK_BOX (row->row), title);
  gtk_box_append (GTK_BOX (self->list), row->row);
  set_mark (row, step, ILK_STEP_AHEAD);
}

static void
ilk_step_list_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  IlkStepList *self = ILK_STEP_LIST (object);

  if (prop_id == PROP_COMPACT)
    g_value_set_boolean (value, self->compact);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ilk_step_list_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  IlkStepList *self = ILK_STEP_LIST (object);

  if (prop_id == PROP_COMPACT)
    ilk_step_list_set_compact (self, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
ilk_step_list_dispose (GObject *object)
{
  IlkStepList *self = ILK_STEP_LIST (object);

  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_pointer (&self->line, gtk_widget_unparent);

  G_OBJECT_CLASS (ilk_step_list_parent_class)->dispose (object);
}

static void
ilk_step_list_class_init (IlkStepListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ilk_step_list_get_property;
  object_class->set_property = ilk_step_list_set_property;
  object_class->dispose = ilk_step_list_dispose;

  properties[PROP_COMPACT] =
    g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ilksteps");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ilk_step_list_init (IlkStepList *self)
{
  self->list = g_object_new (GTK_TYPE_BOX,
                             "accessible-role", GTK_ACCESSIBLE_ROLE_LIST,
                             "orientation", GTK_ORIENTATION_VERTICAL,
                             NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Steps"), -1);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  for (int step = 0; step < ILK_N_STEPS; step++)
    add_row (self, step);

  self->line = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->line), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->line, "line");
  gtk_widget_set_visible (self->line, FALSE);
  gtk_widget_set_parent (self->line, GTK_WIDGET (self));
}

GtkWidget *
ilk_step_list_new (void)
{
  return g_object_new (ILK_TYPE_STEP_LIST, NULL);
}

/**
 * ilk_step_list_set_view:
 * @view: read during the call only
 */
void
ilk_step_list_set_view (IlkStepList   *self,
                        const IlkView *view)
{
  g_return_if_fail (ILK_IS_STEP_LIST (self));
  g_return_if_fail (view != NULL);

  for (int step = 0; step < ILK_N_STEPS; step++)
    {
      set_mark (&self->rows[step], step, view->marks[step]);
      if (view->marks[step] == ILK_STEP_CURRENT)
        set_line (self, step);
    }
}

gboolean
ilk_step_list_get_compact (IlkStepList *self)
{
  g_return_val_if_fail (ILK_IS_STEP_LIST (self), FALSE);

  return self->compact;
}

void
ilk_step_list_set_compact (IlkStepList *self,
                           gboolean     compact)
{
  g_return_if_fail (ILK_IS_STEP_LIST (self));

  compact = !!compact;
  if (compact == self->compact)
    return;
  self->compact = compact;
  gtk_widget_set_visible (self->list, !compact);
  gtk_widget_set_visible (self->line, compact);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPACT]);
}

/**
 * ilk_step_get_title:
 *
 * Returns: the step's title in the language of the person
 */
const char *
ilk_step_get_title (IlkStep step)
{
  g_return_val_if_fail ((guint) step < ILK_N_STEPS, "");

  return _(titles[step]);
}
