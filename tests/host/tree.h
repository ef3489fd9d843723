/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A made-up computer in a temporary folder: sys/ and drivers/. */
char *tree_new        (void);
void  tree_free       (char       *tree);
void  tree_write      (const char *tree,
                       const char *path,
                       const char *text);
void  tree_remove     (const char *tree,
                       const char *path);
void  tree_add_device (const char *tree,
                       const char *place,
                       const char *vendor_id,
                       const char *product_id,
                       const char *interface_class);
void  tree_add_driver (const char *tree,
                       const char *name,
                       const char *vendor_id,
                       const char *product_id);
char *tree_path       (const char *tree,
                       const char *path);
