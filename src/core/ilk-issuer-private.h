/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ilk-issuer.h"

G_BEGIN_DECLS

struct _IlkIssuer
{
  GObject     parent_instance;

  char       *id;
  char       *name;
  char       *phone;
  char       *email;
  char       *website;
  char       *service_address;
  char       *ca_file;
  GBytes     *sealing_key;
  gboolean    has_unlock;
  char      **modules;
  GBytes     *authorities;
  char       *delete_meaning;
  char       *parcel_advice;
  char       *puk_warning;
  GHashTable *guide; /* key -> localized text */
};

/* Fills a new issuer from the text of a profile; path is what the messages call it. */
gboolean ilk_issuer_parse (IlkIssuer  *self,
                           const char *data,
                           gsize       length,
                           const char *path,
                           const char *base_folder,
                           GError    **error);

G_END_DECLS
