/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ILK_CAPTCHA_SOUND_RATE 11025

/* The characters read aloud, for who can't see the picture: a WAV file of 8-bit samples, mono, at
 * ILK_CAPTCHA_SOUND_RATE. Runs espeak-ng and waits for it; NULL with ILK_SERVER_ERROR_FAILED when it
 * is not installed or does not end. Returns (transfer full). */
GBytes *ilk_captcha_speak (const char *text,
                           gboolean    turkish,
                           GError    **error);

G_END_DECLS
