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

/* Brushes that all pictures share. */
void ilk_picture_set_color        (cairo_t                *cr,
                                   const GdkRGBA          *color,
                                   double                  alpha);
void ilk_picture_rounded          (cairo_t                *cr,
                                   double                  x,
                                   double                  y,
                                   double                  width,
                                   double                  height,
                                   double                  radius);
void ilk_picture_paint            (cairo_t                *cr,
                                   const GdkRGBA          *fill,
                                   double                  fill_alpha,
                                   const GdkRGBA          *edge);
void ilk_picture_contacts         (cairo_t                *cr,
                                   const IlkPictureColors *colors,
                                   double                  x,
                                   double                  y,
                                   double                  size);

/* ilk-drawing-readers.c */
void ilk_picture_draw_stick         (cairo_t                *cr,
                                   const IlkPictureColors *colors);
void ilk_picture_draw_stick_clear   (cairo_t                *cr,
                                   const IlkPictureColors *colors);
void ilk_picture_draw_stick_white   (cairo_t                *cr,
                                   const IlkPictureColors *colors);
void ilk_picture_draw_stick_red     (cairo_t                *cr,
                                   const IlkPictureColors *colors);
void ilk_picture_draw_desktop       (cairo_t                *cr,
                                   const IlkPictureColors *colors);
void ilk_picture_draw_keyboard      (cairo_t                *cr,
                                   const IlkPictureColors *colors);
void ilk_picture_draw_builtin       (cairo_t                *cr,
                                   const IlkPictureColors *colors);

const IlkPicture *ilk_picture_find (const char *name);

G_END_DECLS
