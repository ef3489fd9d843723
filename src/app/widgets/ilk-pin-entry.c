/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include <glib/gi18n.h>

#include "app/widgets/ilk-keypad.h"
#include "app/widgets/ilk-pin-cells.h"
#include "app/widgets/ilk-pin-entry-private.h"

/* GTK's own entries keep deleted digits in their buffers and tell every typed character to whoever
 * listens on the accessibility bus. Here a digit goes from the key event into an IlkSecret, and
 * only its being there is told. There is no input method, clipboard, selection or undo. */
struct _IlkPinEntry
{
  GtkWidget  parent_instance;

  GtkWidget *title_label;
  GtkWidget *line;
  GtkWidget *cells;
  GtkWidget *keypad_button;
  GtkWidget *fault_label;

  char      *title;
  char      *fault;
  guint      length;
  guint      least;        /* 0: as many as there are cells */
  gboolean   keypad;
  IlkSecret *secret;
};

G_DEFINE_FINAL_TYPE (IlkPinEntry, ilk_pin_entry, GTK_TYPE_WIDGET)

/* More cells than this are drawn narrow, so that they fit into the narrowest window. */
#define WIDE_CELLS 8

enum {
  PROP_TITLE = 1,
  PROP_LENGTH,
  PROP_LEAST,
  PROP_COMPLETE,
  PROP_KEYPAD,
  N_PROPS
};

enum {
  CHANGED,
  ACTIVATE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* The fault comes first, since that is what the person has to mend. */
static void
update_description (IlkPinEntry *self)
{
  g_autofree char *count = NULL;
  g_autofree char *words = NULL;

  /* Translators: read by a screen reader while a PIN or code is typed, as "4 of 6 digits" */
  count = g_strdup_printf (ngettext ("%u of %u digit", "%u of %u digits", self->length),
                           (guint) ilk_secret_get_length (self->secret), self->length);
  words = self->fault != NULL ? g_strdup_printf ("%s %s", self->fault, count)
                              : g_steal_pointer (&count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cells),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void
content_changed (IlkPinEntry *self,
                 gboolean     was_complete)
{
  ilk_pin_cells_set_filled (ILK_PIN_CELLS (self->cells), ilk_secret_get_length (self->secret));
  update_description (self);
  if (was_complete != ilk_pin_entry_get_complete (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPLETE]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
add_digit (IlkPinEntry *self,
           int          digit)
{
  gboolean was_complete = ilk_pin_entry_get_complete (self);

  if (ilk_secret_append_byte (self->secret, '0' + digit))
    content_changed (self, was_complete);
  else
    gtk_widget_error_bell (GTK_WIDGET (self));
}

static void
erase_to (IlkPinEntry *self,
          gsize        length)
{
  gboolean was_complete = ilk_pin_entry_get_complete (self);

  if (length >= ilk_secret_get_length (self->secret))
    return;
  ilk_secret_set_length (self->secret, length);
  content_changed (self, was_complete);
}

static gboolean
handle_editing (IlkPinEntry *self,
                guint        keyval)
{
  gsize length = ilk_secret_get_length (self->secret);

  switch (keyval)
    {
    case GDK_KEY_BackSpace:
      erase_to (self, length > 0 ? length - 1 : 0);
      return TRUE;
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
      erase_to (self, 0);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      g_signal_emit (self, signals[ACTIVATE], 0);
      return TRUE;
    default:
      return FALSE;
    }
}

gboolean
ilk_pin_entry_handle_key (IlkPinEntry     *self,
                          guint            keyval,
                          GdkModifierType  state)
{
  gunichar character;

  g_return_val_if_fail (ILK_IS_PIN_ENTRY (self), FALSE);

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK))
    return FALSE;
  if (handle_editing (self, keyval))
    return TRUE;

  character = gdk_keyval_to_unicode (keyval);
  if (character == 0 || !g_unichar_isprint (character))
    return FALSE;
  if (g_unichar_isdigit (character))
    add_digit (self, g_unichar_digit_value (character));
  else
    gtk_widget_error_bell (GTK_WIDGET (self));
  return TRUE;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                IlkPinEntry           *self)
{
  return ilk_pin_entry_handle_key (self, keyval, state);
}

static void
on_keypad_key (IlkPinEntry *self,
               guint        keyval)
{
  ilk_pin_entry_handle_key (self, keyval, 0);
}

static void
on_keypad_closed (IlkPinEntry *self)
{
  gtk_widget_grab_focus (self->cells);
}

/* An open popover has the keyboard, so it listens as the cells do. */
static void
add_key_controller (IlkPinEntry *self,
                    GtkWidget   *widget)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  g_signal_connect (controller, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (widget, controller);
}

static void
build_line (IlkPinEntry *self)
{
  GtkWidget *keypad = ilk_keypad_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *suffix = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_parent (self->line, GTK_WIDGET (self));
  self->cells = ilk_pin_cells_new ();
  gtk_box_append (GTK_BOX (self->line), self->cells);

  g_signal_connect_object (keypad, "key", G_CALLBACK (on_keypad_key), self, G_CONNECT_SWAPPED);
  gtk_popover_set_child (GTK_POPOVER (popover), keypad);
  g_signal_connect_object (popover, "closed", G_CALLBACK (on_keypad_closed), self,
                           G_CONNECT_SWAPPED);
  self->keypad_button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->keypad_button),
                                 "ilk-keypad-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->keypad_button), popover);
  gtk_widget_set_valign (self->keypad_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->keypad_button, "flat");
  gtk_widget_set_tooltip_text (self->keypad_button, _("Keypad"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->keypad_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Keypad"), -1);
  /* Both parts are as high as the line: GTK orders the tab key's stops by the middle of heights. */
  gtk_box_append (GTK_BOX (suffix), self->keypad_button);
  gtk_box_append (GTK_BOX (self->line), suffix);

  add_key_controller (self, self->cells);
  add_key_controller (self, popover);
}

static void
set_length (IlkPinEntry *self,
            guint        length)
{
  if (length == self->length)
    return;
  self->length = length;
  g_clear_pointer (&self->secret, ilk_secret_unref);
  self->secret = ilk_secret_new (length);
  ilk_pin_cells_set_length (ILK_PIN_CELLS (self->cells), length);
  if (length > WIDE_CELLS)
    gtk_widget_add_css_class (self->cells, "narrow");
  else
    gtk_widget_remove_css_class (self->cells, "narrow");
  update_description (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LENGTH]);
}

static void
set_least (IlkPinEntry *self,
           guint        least)
{
  gboolean was_complete = ilk_pin_entry_get_complete (self);

  if (least == self->least)
    return;
  self->least = least;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEAST]);
  if (was_complete != ilk_pin_entry_get_complete (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COMPLETE]);
}

static void
set_keypad (IlkPinEntry *self,
            gboolean     keypad)
{
  keypad = !!keypad;
  if (keypad == self->keypad)
    return;
  self->keypad = keypad;
  gtk_widget_set_visible (self->keypad_button, keypad);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_KEYPAD]);
}

static void
ilk_pin_entry_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  IlkPinEntry *self = ILK_PIN_ENTRY (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_LENGTH:
      g_value_set_uint (value, self->length);
      break;
    case PROP_LEAST:
      g_value_set_uint (value, self->least);
      break;
    case PROP_COMPLETE:
      g_value_set_boolean (value, ilk_pin_entry_get_complete (self));
      break;
    case PROP_KEYPAD:
      g_value_set_boolean (value, self->keypad);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ilk_pin_entry_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  IlkPinEntry *self = ILK_PIN_ENTRY (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      ilk_pin_entry_set_title (self, g_value_get_string (value));
      break;
    case PROP_LENGTH:
      set_length (self, g_value_get_uint (value));
      break;
    case PROP_LEAST:
      set_least (self, g_value_get_uint (value));
      break;
    case PROP_KEYPAD:
      set_keypad (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static gboolean
ilk_pin_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (ILK_PIN_ENTRY (widget)->cells);
}

static void
ilk_pin_entry_dispose (GObject *object)
{
  IlkPinEntry *self = ILK_PIN_ENTRY (object);

  g_clear_pointer (&self->title_label, gtk_widget_unparent);
  g_clear_pointer (&self->line, gtk_widget_unparent);
  g_clear_pointer (&self->fault_label, gtk_widget_unparent);

  G_OBJECT_CLASS (ilk_pin_entry_parent_class)->dispose (object);
}

static void
ilk_pin_entry_finalize (GObject *object)
{
  IlkPinEntry *self = ILK_PIN_ENTRY (object);

  ilk_secret_unref (self->secret);
  g_free (self->title);
  g_free (self->fault);

  G_OBJECT_CLASS (ilk_pin_entry_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_LENGTH] = g_param_spec_uint ("length", NULL, NULL, 1, 32, 6, flags);
  properties[PROP_LEAST] = g_param_spec_uint ("least", NULL, NULL, 0, 32, 0, flags);
  properties[PROP_COMPLETE] =
    g_param_spec_boolean ("complete", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_KEYPAD] = g_param_spec_boolean ("keypad", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ilk_pin_entry_class_init (IlkPinEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ilk_pin_entry_get_property;
  object_class->set_property = ilk_pin_entry_set_property;
  object_class->dispose = ilk_pin_entry_dispose;
  object_class->finalize = ilk_pin_entry_finalize;
  widget_class->grab_focus = ilk_pin_entry_grab_focus;

  install_properties (object_class);
  signals[CHANGED] = g_signal_new ("changed", ILK_TYPE_PIN_ENTRY, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATE] = g_signal_new ("activate", ILK_TYPE_PIN_ENTRY, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "ilkpin");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ilk_pin_entry_init (IlkPinEntry *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);

  self->title_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title_label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (self->title_label), TRUE);
  gtk_widget_add_css_class (self->title_label, "title");
  gtk_widget_set_parent (self->title_label, GTK_WIDGET (self));

  build_line (self);
  gtk_label_set_mnemonic_widget (GTK_LABEL (self->title_label), self->cells);
  /* The cells have their name by themselves; with the label's as well GTK 4.8 says it twice. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->cells),
                                 GTK_ACCESSIBLE_RELATION_LABELLED_BY);

  self->fault_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->fault_label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (self->fault_label), TRUE);
  gtk_widget_add_css_class (self->fault_label, "fault");
  gtk_widget_set_visible (self->fault_label, FALSE);
  gtk_widget_set_parent (self->fault_label, GTK_WIDGET (self));

  self->keypad = TRUE;
  set_length (self, 6);
}

/**
 * ilk_pin_entry_new:
 * @title: (nullable): what is asked for; an underline makes a mnemonic
 */
GtkWidget *
ilk_pin_entry_new (const char *title)
{
  return g_object_new (ILK_TYPE_PIN_ENTRY, "title", title, NULL);
}

void
ilk_pin_entry_set_title (IlkPinEntry *self,
                         const char  *title)
{
  g_return_if_fail (ILK_IS_PIN_ENTRY (self));

  if (g_strcmp0 (title, self->title) == 0)
    return;
  g_free (self->title);
  self->title = g_strdup (title);
  gtk_label_set_text_with_mnemonic (GTK_LABEL (self->title_label), title != NULL ? title : "");
  /* Read back, since the label takes the mnemonic's underline out. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cells),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (GTK_LABEL (self->title_label)),
                                  -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

gboolean
ilk_pin_entry_get_complete (IlkPinEntry *self)
{
  g_return_val_if_fail (ILK_IS_PIN_ENTRY (self), FALSE);

  return ilk_secret_get_length (self->secret) >=
         (self->least != 0 ? MIN (self->least, self->length) : self->length);
}

/**
 * ilk_pin_entry_get_secret:
 *
 * For checks while the person types.
 *
 * Returns: (transfer none): what is typed so far; it changes with every key
 */
IlkSecret *
ilk_pin_entry_get_secret (IlkPinEntry *self)
{
  g_return_val_if_fail (ILK_IS_PIN_ENTRY (self), NULL);

  return self->secret;
}

/**
 * ilk_pin_entry_take:
 *
 * Returns: (transfer full): what was typed; the entry is empty and wiped afterwards
 */
IlkSecret *
ilk_pin_entry_take (IlkPinEntry *self)
{
  IlkSecret *copy;

  g_return_val_if_fail (ILK_IS_PIN_ENTRY (self), NULL);

  copy = ilk_secret_copy (self->secret);
  ilk_pin_entry_clear (self);
  return copy;
}

void
ilk_pin_entry_clear (IlkPinEntry *self)
{
  g_return_if_fail (ILK_IS_PIN_ENTRY (self));

  erase_to (self, 0);
}

/**
 * ilk_pin_entry_set_fault:
 * @words: (nullable): what is wrong with the number, as a sentence; %NULL: nothing
 */
void
ilk_pin_entry_set_fault (IlkPinEntry *self,
                         const char  *words)
{
  g_return_if_fail (ILK_IS_PIN_ENTRY (self));

  if (g_strcmp0 (words, self->fault) == 0)
    return;
  g_free (self->fault);
  self->fault = g_strdup (words);

  gtk_label_set_text (GTK_LABEL (self->fault_label), words != NULL ? words : "");
  gtk_widget_set_visible (self->fault_label, words != NULL);
  if (words != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");

  gtk_accessible_update_state (GTK_ACCESSIBLE (self->cells),
                               GTK_ACCESSIBLE_STATE_INVALID,
                               words != NULL ? GTK_ACCESSIBLE_INVALID_TRUE
                                             : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  update_description (self);
}

GtkWidget *
ilk_pin_entry_get_cells (IlkPinEntry *self)
{
  g_return_val_if_fail (ILK_IS_PIN_ENTRY (self), NULL);

  return self->cells;
}
