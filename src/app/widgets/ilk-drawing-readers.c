/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/widgets/ilk-drawing-pictures.h"

/* Readers by their form, to be recognised beside a name: few, strong lines, for they are shown
 * small. A reader's own colour is the same in every theme. */

#define LINE 5

static const GdkRGBA white = { 0.96, 0.96, 0.95, 1 };
static const GdkRGBA red = { 0.75, 0.11, 0.16, 1 };

/* The stick for the SIM-sized chip, its plug to the right. */
static void
draw_stick_in (cairo_t                *cr,
               const IlkPictureColors *colors,
               const GdkRGBA          *body,
               double                  alpha)
{
  cairo_set_line_width (cr, LINE);
  cairo_rectangle (cr, 226, 66, 58, 48);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_set_color (cr, &colors->line, 0.6);
  cairo_rectangle (cr, 254, 74, 12, 10);
  cairo_rectangle (cr, 254, 96, 12, 10);
  cairo_fill (cr);

  ilk_picture_rounded (cr, 40, 42, 188, 96, 20);
  ilk_picture_paint (cr, body, alpha, &colors->line);
}

/* Where the chip is pushed in. */
static void
draw_mouth (cairo_t                *cr,
            const IlkPictureColors *colors,
            const GdkRGBA          *edge)
{
  ilk_picture_set_color (cr, edge, 0.7);
  cairo_move_to (cr, 58, 72);
  cairo_line_to (cr, 58, 108);
  cairo_stroke (cr);
  cairo_arc (cr, 204, 90, 8, 0, 2 * G_PI);
  ilk_picture_set_color (cr, &colors->accent, 1);
  cairo_fill (cr);
}

void
ilk_picture_draw_stick (cairo_t                *cr,
                        const IlkPictureColors *colors)
{
  draw_stick_in (cr, colors, &colors->paper, 1);
  ilk_picture_contacts (cr, colors, 88, 64, 52);
}

/* Through a clear body one sees the chip and the board. */
void
ilk_picture_draw_stick_clear (cairo_t                *cr,
                              const IlkPictureColors *colors)
{
  draw_stick_in (cr, colors, &colors->accent, 0.1);
  ilk_picture_rounded (cr, 62, 58, 144, 64, 8);
  ilk_picture_set_color (cr, &colors->line, 0.35);
  cairo_stroke (cr);
  ilk_picture_contacts (cr, colors, 84, 68, 44);
  cairo_move_to (cr, 158, 78);
  cairo_line_to (cr, 190, 78);
  cairo_move_to (cr, 158, 102);
  cairo_line_to (cr, 190, 102);
  ilk_picture_set_color (cr, &colors->line, 0.35);
  cairo_stroke (cr);
}

void
ilk_picture_draw_stick_white (cairo_t                *cr,
                              const IlkPictureColors *colors)
{
  static const GdkRGBA grey = { 0.4, 0.4, 0.4, 1 };

  draw_stick_in (cr, colors, &white, 1);
  draw_mouth (cr, colors, &grey);
}

void
ilk_picture_draw_stick_red (cairo_t                *cr,
                            const IlkPictureColors *colors)
{
  draw_stick_in (cr, colors, &red, 1);
  draw_mouth (cr, colors, &white);
}

/* The reader on the desk, a whole card in its slot. */
void
ilk_picture_draw_desktop (cairo_t                *cr,
                          const IlkPictureColors *colors)
{
  cairo_set_line_width (cr, LINE);
  ilk_picture_rounded (cr, 92, 14, 136, 96, 10);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_contacts (cr, colors, 112, 40, 40);

  ilk_picture_rounded (cr, 62, 84, 196, 78, 18);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  cairo_move_to (cr, 82, 100);
  cairo_line_to (cr, 238, 100);
  ilk_picture_set_color (cr, &colors->line, 0.6);
  cairo_stroke (cr);
  cairo_arc (cr, 160, 132, 8, 0, 2 * G_PI);
  ilk_picture_set_color (cr, &colors->accent, 1);
  cairo_fill (cr);
}

static void
draw_keys (cairo_t                *cr,
           const IlkPictureColors *colors)
{
  ilk_picture_set_color (cr, &colors->line, 0.45);
  for (int row = 0; row < 3; row++)
    for (int key = 0; key < 7; key++)
      cairo_rectangle (cr, 40 + key * 28 + row * 6, 84 + row * 24, 18, 13);
  cairo_fill (cr);
}

/* A card stands in the slot at the keyboard's right. */
void
ilk_picture_draw_keyboard (cairo_t                *cr,
                           const IlkPictureColors *colors)
{
  cairo_set_line_width (cr, LINE);
  ilk_picture_rounded (cr, 250, 18, 42, 84, 6);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_contacts (cr, colors, 259, 30, 20);

  ilk_picture_rounded (cr, 20, 66, 284, 96, 14);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  draw_keys (cr, colors);
  cairo_move_to (cr, 244, 82);
  cairo_line_to (cr, 296, 82);
  ilk_picture_set_color (cr, &colors->line, 0.6);
  cairo_stroke (cr);
}

/* A laptop with a card on its way into its side. */
void
ilk_picture_draw_builtin (cairo_t                *cr,
                          const IlkPictureColors *colors)
{
  cairo_set_line_width (cr, LINE);
  ilk_picture_rounded (cr, 76, 20, 168, 104, 10);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
  ilk_picture_rounded (cr, 90, 34, 140, 76, 4);
  ilk_picture_set_color (cr, &colors->accent, 0.18);
  cairo_fill (cr);

  ilk_picture_rounded (cr, 236, 136, 72, 18, 5);
  ilk_picture_paint (cr, &colors->accent, 1, &colors->line);
  cairo_move_to (cr, 54, 128);
  cairo_line_to (cr, 266, 128);
  cairo_line_to (cr, 258, 160);
  cairo_line_to (cr, 62, 160);
  cairo_close_path (cr);
  ilk_picture_paint (cr, &colors->paper, 1, &colors->line);
}
