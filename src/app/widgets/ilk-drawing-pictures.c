/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <math.h>

#include <glib/gi18n.h>

#include "app/widgets/ilk-drawing-pictures.h"

void
ilk_picture_set_color (cairo_t       *cr,
                       const GdkRGBA *color,
                       double         alpha)
{
  cairo_set_source_rgba (cr, color->red, color->green, color->blue, color->alpha * alpha);
}

void
ilk_picture_rounded (cairo_t *cr,
                     double   x,
                     double   y,
                     double   width,
                     double   height,
                     double   radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -G_PI / 2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
  cairo_arc (cr, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

/* Fills the path with one colour and draws its edge with another. */
void
ilk_picture_paint (cairo_t       *cr,
                   const GdkRGBA *fill,
                   double         fill_alpha,
                   const GdkRGBA *edge)
{
  ilk_picture_set_color (cr, fill, fill_alpha);
  cairo_fill_preserve (cr);
  ilk_picture_set_color (cr, edge, 0.85);
  cairo_stroke (cr);
}

/* The contacts of a chip, the part that every card shows. */
void
ilk_picture_contacts (cairo_t                *cr,
                      const IlkPictureColors *colors,
                      double                  x,
                      double                  y,
                      double                  size)
{
  double third = size / 3;

  cairo_save (cr);
  ilk_picture_rounded (cr, x, y, size * 1.2, size, size * 0.18);
  ilk_picture_set_color (cr, &colors->accent, 1);
  cairo_fill (cr);

  ilk_picture_set_color (cr, &colors->on_accent, 0.9);
  cairo_set_line_width (cr, MAX (size / 22, 1));
  for (int i = 1; i < 3; i++)
    {
      cairo_move_to (cr, x + 1, y + i * third);
      cairo_line_to (cr, x + size * 0.4, y + i * third);
      cairo_move_to (cr, x + size * 0.8, y + i * third);
      cairo_line_to (cr, x + size * 1.2 - 1, y + i * third);
    }
  ilk_picture_rounded (cr, x + size * 0.4, y + size * 0.18, size * 0.4, size * 0.64, size * 0.1);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* The SIM-sized part: one corner is cut off, so that it fits one way only. */
static void
draw_chip (cairo_t                *cr,
           const IlkPictureColors *colors,
           double                  x,
           double                  y,
           double                  width)
{
  double height = width * 0.62, cut = width * 0.2;

  cairo_new_sub_path (cr);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x + width - cut, y);
  cairo_line_to (cr, x + width, y + cut);
  cairo_line_to (cr, x + width, y + height);
  cairo_line_to (cr, x, y + height);
  cairo_close_path (cr);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_contacts (cr, colors, x + width * 0.16, y + height * 0.22, height * 0.56);
}

static void
draw_card_lines (cairo_t                *cr,
                 const IlkPictureColors *colors,
                 double                  x,
                 double                  y,
                 double                  width)
{
  cairo_save (cr);
  cairo_set_line_width (cr, 5);
  ilk_picture_set_color (cr, &colors->line, 0.25);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, x + width, y);
  cairo_move_to (cr, x, y + 15);
  cairo_line_to (cr, x + width * 0.6, y + 15);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_arrow (cairo_t                *cr,
            const IlkPictureColors *colors,
            double                  x1,
            double                  y1,
            double                  x2,
            double                  y2)
{
  double angle = atan2 (y2 - y1, x2 - x1);
  const double head = 13;

  cairo_save (cr);
  cairo_set_line_width (cr, 4);
  ilk_picture_set_color (cr, &colors->accent, 1);
  cairo_move_to (cr, x1, y1);
  cairo_line_to (cr, x2, y2);
  cairo_move_to (cr, x2 - head * cos (angle - 0.6), y2 - head * sin (angle - 0.6));
  cairo_line_to (cr, x2, y2);
  cairo_line_to (cr, x2 - head * cos (angle + 0.6), y2 - head * sin (angle + 0.6));
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* A metal USB plug that points to the right. */
static void
draw_plug (cairo_t                *cr,
           const IlkPictureColors *colors,
           double                  x,
           double                  y)
{
  cairo_rectangle (cr, x, y, 42, 40);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_set_color (cr, &colors->line, 0.5);
  cairo_rectangle (cr, x + 22, y + 8, 9, 8);
  cairo_rectangle (cr, x + 22, y + 24, 9, 8);
  cairo_fill (cr);
}

/* The mini reader: a stick with a slot on its left and the plug on its right. */
static void
draw_stick (cairo_t                *cr,
            const IlkPictureColors *colors,
            double                  x,
            double                  y)
{
  draw_plug (cr, colors, x + 120, y + 22);
  ilk_picture_rounded (cr, x, y, 122, 84, 14);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_set_color (cr, &colors->accent, 1);
  cairo_arc (cr, x + 104, y + 16, 4.5, 0, 2 * G_PI);
  cairo_fill (cr);
}

/* A card with the outline of the chip part, which is being pushed out. */
static void
draw_prepare_chip (cairo_t                *cr,
                   const IlkPictureColors *colors)
{
  const double dashes[] = { 5, 6 };

  ilk_picture_rounded (cr, 22, 32, 174, 112, 12);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  draw_card_lines (cr, colors, 42, 116, 90);

  cairo_save (cr);
  cairo_set_dash (cr, dashes, 2, 0);
  ilk_picture_set_color (cr, &colors->line, 0.7);
  cairo_move_to (cr, 40, 52);
  cairo_line_to (cr, 90, 52);
  cairo_line_to (cr, 106, 68);
  cairo_line_to (cr, 106, 94);
  cairo_line_to (cr, 40, 94);
  cairo_close_path (cr);
  cairo_stroke (cr);
  cairo_restore (cr);

  draw_arrow (cr, colors, 124, 74, 206, 74);
  draw_chip (cr, colors, 222, 48, 82);
}

static void
draw_insert_chip (cairo_t                *cr,
                  const IlkPictureColors *colors)
{
  const double dashes[] = { 4, 5 };

  draw_stick (cr, colors, 140, 48);
  draw_chip (cr, colors, 14, 65, 82);

  /* Where the chip comes to lie. */
  cairo_save (cr);
  cairo_set_dash (cr, dashes, 2, 0);
  ilk_picture_set_color (cr, &colors->line, 0.45);
  cairo_move_to (cr, 142, 65);
  cairo_line_to (cr, 208, 65);
  cairo_line_to (cr, 222, 80);
  cairo_line_to (cr, 222, 116);
  cairo_line_to (cr, 142, 116);
  cairo_stroke (cr);
  cairo_restore (cr);

  draw_arrow (cr, colors, 106, 91, 172, 91);
}

static void
draw_laptop (cairo_t                *cr,
             const IlkPictureColors *colors)
{
  ilk_picture_rounded (cr, 164, 24, 136, 92, 8);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_rounded (cr, 174, 34, 116, 72, 3);
  ilk_picture_set_color (cr, &colors->accent, 0.18);
  cairo_fill (cr);
  cairo_move_to (cr, 150, 122);
  cairo_line_to (cr, 312, 122);
  cairo_line_to (cr, 306, 144);
  cairo_line_to (cr, 156, 144);
  cairo_close_path (cr);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
}

static void
draw_reader (cairo_t                *cr,
             const IlkPictureColors *colors)
{
  draw_laptop (cr, colors);
  cairo_save (cr);
  cairo_translate (cr, 10, 104);
  cairo_scale (cr, 0.62, 0.62);
  draw_stick (cr, colors, 0, 6);
  ilk_picture_contacts (cr, colors, 26, 34, 28);
  cairo_restore (cr);
  draw_arrow (cr, colors, 118, 134, 142, 134);
}

static void
draw_card (cairo_t                *cr,
           const IlkPictureColors *colors)
{
  ilk_picture_rounded (cr, 62, 26, 196, 126, 14);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_contacts (cr, colors, 84, 62, 38);
  draw_card_lines (cr, colors, 84, 124, 110);
  cairo_arc (cr, 220, 66, 17, 0, 2 * G_PI);
  ilk_picture_set_color (cr, &colors->accent, 0.18);
  cairo_fill (cr);
}

static void
draw_envelope (cairo_t                *cr,
               const IlkPictureColors *colors)
{
  /* The sheet looks out of the envelope behind its front. */
  ilk_picture_rounded (cr, 92, 22, 136, 100, 6);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  draw_card_lines (cr, colors, 112, 46, 96);

  cairo_move_to (cr, 62, 74);
  cairo_line_to (cr, 160, 130);
  cairo_line_to (cr, 258, 74);
  cairo_line_to (cr, 258, 160);
  cairo_line_to (cr, 62, 160);
  cairo_close_path (cr);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  cairo_move_to (cr, 64, 158);
  cairo_line_to (cr, 138, 118);
  cairo_move_to (cr, 256, 158);
  cairo_line_to (cr, 182, 118);
  ilk_picture_set_color (cr, &colors->line, 0.4);
  cairo_stroke (cr);
}

static void
draw_done (cairo_t                *cr,
           const IlkPictureColors *colors)
{
  ilk_picture_rounded (cr, 52, 36, 180, 114, 13);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_contacts (cr, colors, 74, 68, 34);
  draw_card_lines (cr, colors, 74, 124, 90);

  cairo_arc (cr, 232, 122, 36, 0, 2 * G_PI);
  ilk_picture_set_color (cr, &colors->accent, 1);
  cairo_fill (cr);
  cairo_save (cr);
  cairo_set_line_width (cr, 7);
  ilk_picture_set_color (cr, &colors->on_accent, 1);
  cairo_move_to (cr, 216, 123);
  cairo_line_to (cr, 228, 135);
  cairo_line_to (cr, 249, 110);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static const IlkPicture pictures[] = {
  { "prepare-chip", N_("The chip is broken out of the card along the marked lines"),
    draw_prepare_chip },
  { "insert-chip", N_("The chip is pushed into the card reader in the direction of the arrow"),
    draw_insert_chip },
  { "reader", N_("The card reader is plugged into the computer"), draw_reader },
  { "card", N_("A card with its chip"), draw_card },
  { "envelope", N_("An open envelope with a letter"), draw_envelope },
  { "done", N_("A card that is ready to use"), draw_done },
  { "stick", N_("A small reader with a USB plug"), ilk_picture_draw_stick },
  { "stick-clear", N_("A small transparent reader with a USB plug"), ilk_picture_draw_stick_clear },
  { "stick-white", N_("A small white reader with a USB plug"), ilk_picture_draw_stick_white },
  { "stick-red", N_("A small red reader with a USB plug"), ilk_picture_draw_stick_red },
  { "desktop", N_("A reader for the desk with a whole card in it"), ilk_picture_draw_desktop },
  { "keyboard", N_("A keyboard with a slot for a card"), ilk_picture_draw_keyboard },
  { "builtin", N_("A laptop with a slot for a card"), ilk_picture_draw_builtin },
};

/**
 * ilk_picture_find:
 *
 * Returns: (nullable): the picture of that name
 */
const IlkPicture *
ilk_picture_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      if (g_strcmp0 (pictures[i].name, name) == 0)
        return &pictures[i];
    }
  g_warning ("No picture is called %s", name);
  return NULL;
}
