/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "host/ilk-repair.h"

G_BEGIN_DECLS

/* Installing packages through PackageKit. Errors: ILK_REPAIR_ERROR, and G_IO_ERROR_CANCELLED. */

/* Told while it goes on; progress -1: not known. */
typedef void (*IlkPackageProgress) (IlkRepairStatus  status,
                                    int              progress,
                                    gpointer         user_data);

/* By the session's interface, which has windows of its own. NO_INSTALLER: nobody offers it. */
void     ilk_package_session_install_async  (const char *const   *packages,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean ilk_package_session_install_finish (GAsyncResult        *result,
                                             GError             **error);

/* By the system's service. The cancellable asks it to stop; while it is writing packages it may
 * refuse, and goes on. progress_data has to live until the callback. */
void     ilk_package_job_async              (const char *const   *packages,
                                             const char          *least_version,
                                             GCancellable        *cancellable,
                                             IlkPackageProgress   progress,
                                             gpointer             progress_data,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean ilk_package_job_finish             (GAsyncResult        *result,
                                             GError             **error);

G_END_DECLS
