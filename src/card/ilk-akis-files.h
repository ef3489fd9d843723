/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "card/ilk-card-channel.h"

G_BEGIN_DECLS

/* The files of an AKİS v1.0 card. Reading commands only. */
gboolean ilk_akis_files_read_certificates (IlkCardChannel  *channel,
                                           GPtrArray       *certificates,
                                           GError         **error);
gboolean ilk_akis_files_read_security     (IlkCardChannel  *channel,
                                           guint8          *security,
                                           GError         **error);

G_END_DECLS
