/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/ilk-window.h"
#include "app/widgets/ilk-pin-entry.h"
#include "fake-controller.h"

/* A window over the fake controller, and ways to find what a person would see in it. */
typedef struct {
  IlkController *controller;
  GtkWidget     *window;
} PageFixture;

void        page_fixture_set_up    (PageFixture   *fixture,
                                    gconstpointer  state); /* GINT_TO_POINTER (IlkState) */
void        page_fixture_tear_down (PageFixture   *fixture,
                                    gconstpointer  state);
void        page_fixture_spin      (void);
/* By the words on it, without mnemonic signs; NULL when it is not to be seen. */
GtkWidget  *page_find_button       (GtkWidget     *root,
                                    const char    *words);
/* A label that is to be seen and has these words in it. */
GtkWidget  *page_find_label        (GtkWidget     *root,
                                    const char    *words);
/* A widget that is to be seen, of this type, with this title. */
GtkWidget  *page_find_titled       (GtkWidget     *root,
                                    GType          type,
                                    const char    *title);
void        page_press             (GtkWidget     *root,
                                    const char    *words);
void        page_type_digits       (GtkWidget     *root,
                                    const char    *title,
                                    const char    *digits);
/* The newest dialog, or NULL. */
GtkWidget  *page_find_dialog       (GtkWidget     *window);

#define page_assert_calls(fixture, expected) \
  G_STMT_START { \
    g_autofree char *calls_ = fake_controller_take_calls ((fixture)->controller); \
    g_assert_cmpstr (calls_, ==, (expected)); \
  } G_STMT_END

#define page_add_test(path, state, function) \
  g_test_add (path, PageFixture, GINT_TO_POINTER (state), page_fixture_set_up, function, \
              page_fixture_tear_down)

int         page_tests_run         (int            argc,
                                    char         **argv,
                                    void         (*add) (void));
