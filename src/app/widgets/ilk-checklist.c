/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/widgets/ilk-checklist.h"

static const struct {
  IlkPinRules rule;
  const char *words;
} rules[] = {
  { ILK_PIN_RULE_SIX_DIGITS, N_("Exactly 6 digits") },
  { ILK_PIN_RULE_NOT_ALL_EQUAL, N_("Not the same digit six times") },
  { ILK_PIN_RULE_NOT_A_RUN, N_("Not a run such as 123456, 654321 or 890123") },
  { ILK_PIN_RULE_NOT_IN_IDENTITY, N_("Not six digits in a row of your identity number") },
  { ILK_PIN_RULE_NOT_OLD, N_("Not your old PIN") },
};

typedef enum {
  STATE_OPEN,
  STATE_KEPT,
  STATE_BROKEN,
} RuleState;

static const struct {
  const char *style_class;
  const char *icon;
  const char *words;
} states[] = {
  /* Translators: %s is a rule for PINs, as "Exactly 6 digits"; a screen reader says it. */
  [STATE_OPEN] = { "open", "ilk-open-symbolic", N_("%s: not checked yet") },
  [STATE_KEPT] = { "kept", "object-select-symbolic", N_("%s: right") },
  [STATE_BROKEN] = { "broken", "window-close-symbolic", N_("%s: not so") },
};

struct _IlkChecklist
{
  GtkWidget  parent_instance;

  GtkWidget *rows[G_N_ELEMENTS (rules)];
  GtkWidget *icons[G_N_ELEMENTS (rules)];
};

G_DEFINE_FINAL_TYPE (IlkChecklist, ilk_checklist, GTK_TYPE_WIDGET)

static void
set_row (IlkChecklist *self,
         guint         index,
         RuleState     state)
{
  GtkWidget *row = self->rows[index];
  g_autofree char *words = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    gtk_widget_remove_css_class (row, states[i].style_class);
  gtk_widget_add_css_class (row, states[state].style_class);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icons[index]), states[state].icon);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  words = g_strdup_printf (_(states[state].words), _(rules[index].words));
#pragma GCC diagnostic pop
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
add_row (IlkChecklist *self,
         guint         index)
{
  GtkWidget *label = gtk_label_new (_(rules[index].words));

  self->rows[index] = g_object_new (GTK_TYPE_BOX,
                                    "css-name", "ilkrule",
                                    "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM,
                                    NULL);
  self->icons[index] = gtk_image_new ();
  gtk_widget_set_valign (self->icons[index], GTK_ALIGN_START);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (self->rows[index]), self->icons[index]);
  gtk_box_append (GTK_BOX (self->rows[index]), label);
  gtk_widget_set_parent (self->rows[index], GTK_WIDGET (self));
  set_row (self, index, STATE_OPEN);
}

static void
ilk_checklist_dispose (GObject *object)
{
  IlkChecklist *self = ILK_CHECKLIST (object);

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_clear_pointer (&self->rows[i], gtk_widget_unparent);

  G_OBJECT_CLASS (ilk_checklist_parent_class)->dispose (object);
}

static void
ilk_checklist_class_init (IlkChecklistClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ilk_checklist_dispose;

  gtk_widget_class_set_css_name (widget_class, "ilkchecklist");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
ilk_checklist_init (IlkChecklist *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Rules for the PIN"), -1);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    add_row (self, i);
}

GtkWidget *
ilk_checklist_new (void)
{
  return g_object_new (ILK_TYPE_CHECKLIST, NULL);
}

/* While digits are missing, a rule that is kept now may still be broken by the next one, and
 * missing digits are no mistake. */
static RuleState
judge (IlkPinRules rule,
       IlkPinRules broken,
       gboolean    typed)
{
  gboolean unfinished = !typed || (broken & ILK_PIN_RULE_SIX_DIGITS);

  if (unfinished && (rule == ILK_PIN_RULE_SIX_DIGITS || !(broken & rule) || !typed))
    return STATE_OPEN;

  return broken & rule ? STATE_BROKEN : STATE_KEPT;
}

/**
 * ilk_checklist_set_state:
 * @relevant: the rules that are shown
 * @broken: the rules that what is typed breaks
 * @typed: whether anything is typed
 */
void
ilk_checklist_set_state (IlkChecklist *self,
                         IlkPinRules   relevant,
                         IlkPinRules   broken,
                         gboolean      typed)
{
  g_return_if_fail (ILK_IS_CHECKLIST (self));

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      gtk_widget_set_visible (self->rows[i], (relevant & rules[i].rule) != 0);
      set_row (self, i, judge (rules[i].rule, broken, typed));
    }
}
