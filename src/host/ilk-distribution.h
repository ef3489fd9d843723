/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  ILK_FAMILY_UNKNOWN,
  ILK_FAMILY_DEBIAN,   /* Debian, Pardus, Ubuntu, Mint … */
  ILK_FAMILY_FEDORA,
  ILK_FAMILY_SUSE,
  ILK_FAMILY_ARCH,
} IlkFamily;

#define ILK_TYPE_DISTRIBUTION (ilk_distribution_get_type ())
GType ilk_distribution_get_type (void);

/* What kind of GNU/Linux this is, and how its packages are called. Immutable, reference-counted. */
typedef struct _IlkDistribution IlkDistribution;

IlkDistribution *ilk_distribution_new                (const char      *os_release_path);
IlkDistribution *ilk_distribution_ref                (IlkDistribution *self);
void             ilk_distribution_unref              (IlkDistribution *self);
IlkFamily        ilk_distribution_get_family         (IlkDistribution *self);
const char      *ilk_distribution_get_name           (IlkDistribution *self);
const char      *ilk_distribution_get_architecture   (IlkDistribution *self);
const char      *ilk_distribution_get_service_package (IlkDistribution *self);
const char      *ilk_distribution_get_driver_package (IlkDistribution *self,
                                                      const char      *driver);
const char      *ilk_distribution_get_install_command (IlkDistribution *self);
const char      *ilk_distribution_get_update_command (IlkDistribution *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (IlkDistribution, ilk_distribution_unref)

G_END_DECLS
