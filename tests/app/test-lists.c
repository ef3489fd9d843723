/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The widgets that say where one is: checklist of PIN rules, steps of the road, the problem box,
 * the pictures. */
#include "config.h"

#include <glib/gi18n.h>

#include "app/widgets/ilk-checklist.h"
#include "app/widgets/ilk-drawing.h"
#include "app/widgets/ilk-problem-box.h"
#include "app/widgets/ilk-step-list.h"
#include "card/ilk-card-error.h"
#include "widget-test.h"

static GtkWidget *
get_child (GtkWidget *parent,
           guint      index)
{
  GtkWidget *child = gtk_widget_get_first_child (parent);

  while (index-- > 0)
    child = gtk_widget_get_next_sibling (child);
  g_assert_nonnull (child);
  return child;
}

static void
assert_row (GtkWidget  *list,
            guint       index,
            const char *style_class,
            const char *words)
{
  GtkWidget *row = get_child (list, index);

  g_assert_true (gtk_widget_has_css_class (row, style_class));
  gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, words);
}

static void
test_checklist (void)
{
  g_autoptr(GtkWidget) list = g_object_ref_sink (ilk_checklist_new ());
  IlkChecklist *checklist = ILK_CHECKLIST (list);
  gboolean turkish = widget_test_is_turkish ();

  /* Nothing typed: no rule is kept or broken. */
  ilk_checklist_set_state (checklist, ILK_PIN_RULES_ALL, ILK_PIN_RULE_SIX_DIGITS, FALSE);
  assert_row (list, 0, "open", turkish ? "Tam 6 rakam: henüz kontrol edilmedi"
                                       : "Exactly 6 digits: not checked yet");
  /* Unfinished: missing digits are no mistake, and no other rule is called kept. */
  ilk_checklist_set_state (checklist, ILK_PIN_RULES_ALL, ILK_PIN_RULE_SIX_DIGITS, TRUE);
  for (guint i = 0; i < 5; i++)
    g_assert_true (gtk_widget_has_css_class (get_child (list, i), "open"));

  ilk_checklist_set_state (checklist, ILK_PIN_RULES_ALL, ILK_PIN_RULE_NOT_ALL_EQUAL, TRUE);
  assert_row (list, 0, "kept", turkish ? "Tam 6 rakam: sağlanıyor" : "Exactly 6 digits: right");
  assert_row (list, 1, "broken", turkish ? "Altı rakamın hepsi aynı değil: sağlanmıyor"
                                         : "Not the same digit six times: not so");
  g_assert_false (gtk_widget_has_css_class (get_child (list, 1), "open"));
}

static void
test_checklist_relevant (void)
{
  g_autoptr(GtkWidget) list = g_object_ref_sink (ilk_checklist_new ());

  for (guint i = 0; i < 5; i++)
    {
      IlkPinRules rule = 1 << i;

      ilk_checklist_set_state (ILK_CHECKLIST (list), rule, 0, TRUE);
      for (guint row = 0; row < 5; row++)
        g_assert_cmpint (gtk_widget_get_visible (get_child (list, row)), ==, row == i);
    }
}

static void
test_steps (void)
{
  g_autoptr(GtkWidget) steps = g_object_ref_sink (ilk_step_list_new ());
  GtkWidget *list = get_child (steps, 0), *line = get_child (steps, 1);
  gboolean turkish = widget_test_is_turkish ();
  IlkFacts facts = { .prepared = TRUE };
  IlkView view;

  ilk_flow_view (ILK_STATE_READER, &facts, &view);
  ilk_step_list_set_view (ILK_STEP_LIST (steps), &view);
  assert_row (list, ILK_STEP_WELCOME, "passed", turkish ? "Hoş geldiniz, tamamlandı"
                                                        : "Welcome, done");
  assert_row (list, ILK_STEP_PREPARE, "skipped", turkish ? "Çipli parçayı hazırlama, gerekmiyor"
                                                         : "Prepare the chip, not needed");
  assert_row (list, ILK_STEP_READER, "current", turkish ? "Kart okuyucu, şu anda buradasınız"
                                                        : "Card reader, you are here");
  assert_row (list, ILK_STEP_DRIVER, "ahead", turkish ? "Sürücü, sırada"
                                                      : "Driver, still to come");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (line)), ==,
                   turkish ? "Adım 3 / 12 – Kart okuyucu" : "Step 3 of 12 – Card reader");

  g_assert_true (gtk_widget_get_visible (list));
  g_assert_false (gtk_widget_get_visible (line));
  ilk_step_list_set_compact (ILK_STEP_LIST (steps), TRUE);
  g_assert_false (gtk_widget_get_visible (list));
  g_assert_true (gtk_widget_get_visible (line));
}

static void
test_problem_box (void)
{
  g_autoptr(GtkWidget) box = g_object_ref_sink (ilk_problem_box_new ());
  g_autoptr(GError) error = g_error_new (ILK_CARD_ERROR, ILK_CARD_ERROR_NO_CARD, "%s", "log");
  g_autoptr(IlkProblem) problem = ilk_problem_new_from_error (error, NULL);

  gtk_test_accessible_assert_role (box, GTK_ACCESSIBLE_ROLE_ALERT);
  g_assert_false (gtk_widget_get_visible (box));
  ilk_problem_box_set_problem (ILK_PROBLEM_BOX (box), problem);
  g_assert_true (gtk_widget_get_visible (box));
  gtk_test_accessible_assert_property (box, GTK_ACCESSIBLE_PROPERTY_LABEL, problem->sentence);
  g_assert_true (ilk_problem_box_get_problem (ILK_PROBLEM_BOX (box)) == problem);
  ilk_problem_box_set_problem (ILK_PROBLEM_BOX (box), NULL);
  g_assert_false (gtk_widget_get_visible (box));
}

/* Words of a card or a service can't become markup. */
static void
test_problem_box_markup (void)
{
  g_autoptr(GtkWidget) box = g_object_ref_sink (ilk_problem_box_new ());
  GtkWidget *texts = get_child (box, 1);

  for (guint i = 0; i < 3; i++)
    g_assert_false (gtk_label_get_use_markup (GTK_LABEL (get_child (texts, i))));
}

static void
test_drawings (void)
{
  const char *const names[] = { "prepare-chip", "insert-chip", "reader", "card", "envelope",
                                "done" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GtkWidget *drawing = ilk_drawing_new (names[i]);
      GtkWidget *window = widget_test_show (drawing);

      gtk_test_accessible_assert_role (drawing, GTK_ACCESSIBLE_ROLE_IMG);
      g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (drawing),
                                                       GTK_ACCESSIBLE_PROPERTY_LABEL));
      g_assert_cmpstr (ilk_drawing_get_picture (ILK_DRAWING (drawing)), ==, names[i]);
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

int
main (int    argc,
      char **argv)
{
  widget_test_init (&argc, &argv);
  g_test_add_func ("/checklist/states", test_checklist);
  g_test_add_func ("/checklist/relevant", test_checklist_relevant);
  g_test_add_func ("/steps/marks", test_steps);
  g_test_add_func ("/problem-box/shows", test_problem_box);
  g_test_add_func ("/problem-box/no-markup", test_problem_box_markup);
  g_test_add_func ("/drawing/each", test_drawings);
  return g_test_run ();
}
