/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ILK_TYPE_LOCK_WATCH (ilk_lock_watch_get_type ())
G_DECLARE_FINAL_TYPE (IlkLockWatch, ilk_lock_watch, ILK, LOCK_WATCH, GObject)

/* Tells, as far as the desktop does, that the screen locks or the computer goes to sleep.
 * Signal: "locked" (). */
IlkLockWatch *ilk_lock_watch_new (void);

G_END_DECLS
