/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pictures are drawn on a canvas of this size, scaled to the widget. */
#define ILK_PICTURE_WIDTH 320
#define ILK_PICTURE_HEIGHT 180

typedef struct {
  GdkRGBA line;
  GdkRGBA paper;
  GdkRGBA accent;
  GdkRGBA on_accent;
} IlkPictureColors;

typedef struct {
  const char *name;
  const char *words; /* what it shows, for those who do not see it; to be translated */
  void      (*draw) (cairo_t                *cr,
                     const IlkPictureColors *colors);
} IlkPicture;

const IlkPicture *ilk_picture_find (const char *name);

G_END_DECLS
