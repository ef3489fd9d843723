/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/ilk-controller.h"

G_BEGIN_DECLS

#define ILK_TYPE_PAGE (ilk_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (IlkPage, ilk_page, ILK, PAGE, AdwBin)

/* A thin view of one state: a heading, a sentence under it and the page's own widgets. */
struct _IlkPageClass
{
  AdwBinClass parent_class;

  /* Reads everything anew; called after every "changed" while the page is shown. */
  void       (*update) (IlkPage *self, IlkController *controller);
  /* The main button or Enter. By default the controller's press () is called. */
  void       (*submit) (IlkPage *self);
  /* What gets the focus when the page comes; NULL: the page itself, so that it is read aloud. */
  GtkWidget *(*focus)  (IlkPage *self);
  /* The page is left: what was typed is wiped. */
  void       (*leave)  (IlkPage *self);
};

void           ilk_page_enter          (IlkPage       *self,
                                        IlkController *controller);
void           ilk_page_update         (IlkPage       *self);
void           ilk_page_submit         (IlkPage       *self);
void           ilk_page_leave          (IlkPage       *self);
GtkWidget     *ilk_page_get_focus      (IlkPage       *self);

/* NULL while the page is not shown. */
IlkController *ilk_page_get_controller (IlkPage       *self);
void           ilk_page_set_complete   (IlkPage       *self,
                                        gboolean       complete);
const char    *ilk_page_get_heading    (IlkPage       *self);
void           ilk_page_set_heading    (IlkPage       *self,
                                        const char    *heading);
void           ilk_page_set_intro      (IlkPage       *self,
                                        const char    *intro);

G_END_DECLS
