/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "ilk-app"

#include "config.h"

#include "app/pages/ilk-page.h"

typedef struct {
  IlkController *controller;   /* only while the page is shown */
  GtkWidget     *scroller;
  GtkWidget     *box;
  GtkWidget     *heading;
  GtkWidget     *intro;
} IlkPagePrivate;

enum {
  PROP_0,
  PROP_HEADING,
  PROP_INTRO,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];
static GtkBuildableIface *parent_buildable;

static void ilk_page_buildable_init (GtkBuildableIface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (IlkPage, ilk_page, ADW_TYPE_BIN,
                                  G_ADD_PRIVATE (IlkPage)
                                  G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                         ilk_page_buildable_init))

#define PRIV(self) ((IlkPagePrivate *) ilk_page_get_instance_private (self))

/* Children of a page's .ui file stand below its heading. */
static void
ilk_page_add_child (GtkBuildable *buildable,
                    GtkBuilder   *builder,
                    GObject      *child,
                    const char   *type)
{
  IlkPage *self = ILK_PAGE (buildable);

  if (GTK_IS_WIDGET (child) && type == NULL)
    gtk_box_append (GTK_BOX (PRIV (self)->box), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
ilk_page_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = ilk_page_add_child;
}

static void
ilk_page_get_property (GObject    *object,
                       guint       prop_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  IlkPage *self = ILK_PAGE (object);

  switch (prop_id)
    {
    case PROP_HEADING:
      g_value_set_string (value, gtk_label_get_text (GTK_LABEL (PRIV (self)->heading)));
      break;
    case PROP_INTRO:
      g_value_set_string (value, gtk_label_get_text (GTK_LABEL (PRIV (self)->intro)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ilk_page_set_property (GObject      *object,
                       guint         prop_id,
                       const GValue *value,
                       GParamSpec   *pspec)
{
  IlkPage *self = ILK_PAGE (object);

  switch (prop_id)
    {
    case PROP_HEADING:
      ilk_page_set_heading (self, g_value_get_string (value));
      break;
    case PROP_INTRO:
      ilk_page_set_intro (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ilk_page_dispose (GObject *object)
{
  IlkPage *self = ILK_PAGE (object);

  g_clear_object (&PRIV (self)->controller);

  G_OBJECT_CLASS (ilk_page_parent_class)->dispose (object);
}

static void
ilk_page_default_submit (IlkPage *self)
{
  ilk_controller_press (PRIV (self)->controller);
}

static void
ilk_page_class_init (IlkPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWidgetClass *plain = g_type_class_peek (GTK_TYPE_WIDGET);

  object_class->get_property = ilk_page_get_property;
  object_class->set_property = ilk_page_set_property;
  object_class->dispose = ilk_page_dispose;

  /* A page without fields takes the focus itself, so that its heading is read aloud; AdwBin hands
   * every focus on to its child. */
  widget_class->focus = plain->focus;
  widget_class->grab_focus = plain->grab_focus;

  klass->submit = ilk_page_default_submit;

  properties[PROP_HEADING] =
    g_param_spec_string ("heading", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_INTRO] =
    g_param_spec_string ("intro", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ilkpage");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
new_text (const char *style_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, style_class);

  return label;
}

static void
ilk_page_init (IlkPage *self)
{
  IlkPagePrivate *priv = PRIV (self);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  priv->heading = new_text ("title-1");
  priv->intro = new_text ("ilk-intro");
  gtk_widget_set_visible (priv->intro, FALSE);
  gtk_box_append (GTK_BOX (head), priv->heading);
  gtk_box_append (GTK_BOX (head), priv->intro);

  priv->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_widget_add_css_class (priv->box, "ilk-page-content");
  gtk_widget_set_margin_top (priv->box, 24);
  gtk_widget_set_margin_bottom (priv->box, 24);
  gtk_widget_set_margin_start (priv->box, 18);
  gtk_widget_set_margin_end (priv->box, 18);
  gtk_box_append (GTK_BOX (priv->box), head);

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 640);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 480);
  adw_clamp_set_child (ADW_CLAMP (clamp), priv->box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  priv->scroller = scroller;
  adw_bin_set_child (ADW_BIN (self), scroller);

  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY, priv->heading, NULL,
                                  GTK_ACCESSIBLE_RELATION_DESCRIBED_BY, priv->intro, NULL,
                                  -1);
}

/**
 * ilk_page_enter:
 * @self: a page
 * @controller: the controller whose view the page is
 *
 * The page is about to be shown: it reads everything anew.
 */
void
ilk_page_enter (IlkPage       *self,
                IlkController *controller)
{
  g_return_if_fail (ILK_IS_PAGE (self));
  g_return_if_fail (controller != NULL);

  g_set_object (&PRIV (self)->controller, controller);
  /* A page that comes again begins at its top. */
  gtk_adjustment_set_value
    (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (PRIV (self)->scroller)), 0);
  ilk_page_update (self);
}

/**
 * ilk_page_update:
 * @self: a page
 *
 * Reads everything anew; nothing happens while the page is not shown.
 */
void
ilk_page_update (IlkPage *self)
{
  g_return_if_fail (ILK_IS_PAGE (self));

  if (PRIV (self)->controller != NULL && ILK_PAGE_GET_CLASS (self)->update != NULL)
    ILK_PAGE_GET_CLASS (self)->update (self, PRIV (self)->controller);
}

/**
 * ilk_page_submit:
 * @self: a page
 *
 * The main button was pressed. Does nothing unless the view allows it: a button can be activated
 * by assistive tools in the moment in which it becomes insensitive.
 */
void
ilk_page_submit (IlkPage *self)
{
  g_return_if_fail (ILK_IS_PAGE (self));

  if (PRIV (self)->controller != NULL &&
      ilk_controller_get_view (PRIV (self)->controller)->may_go_on)
    ILK_PAGE_GET_CLASS (self)->submit (self);
}

/**
 * ilk_page_leave:
 * @self: a page
 *
 * Another page comes; what was typed here is wiped.
 */
void
ilk_page_leave (IlkPage *self)
{
  g_return_if_fail (ILK_IS_PAGE (self));

  if (ILK_PAGE_GET_CLASS (self)->leave != NULL)
    ILK_PAGE_GET_CLASS (self)->leave (self);
  g_clear_object (&PRIV (self)->controller);
}

/**
 * ilk_page_get_focus:
 * @self: a page
 *
 * Returns: (transfer none): what gets the focus when the page comes
 */
GtkWidget *
ilk_page_get_focus (IlkPage *self)
{
  GtkWidget *focus = NULL;

  g_return_val_if_fail (ILK_IS_PAGE (self), NULL);

  if (ILK_PAGE_GET_CLASS (self)->focus != NULL)
    focus = ILK_PAGE_GET_CLASS (self)->focus (self);

  return focus != NULL ? focus : GTK_WIDGET (self);
}

/**
 * ilk_page_get_controller:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): the controller; %NULL while the page is not shown
 */
IlkController *
ilk_page_get_controller (IlkPage *self)
{
  g_return_val_if_fail (ILK_IS_PAGE (self), NULL);

  return PRIV (self)->controller;
}

/**
 * ilk_page_set_complete:
 * @self: a page
 * @complete: what the page asks for is typed and right as far as can be seen
 *
 * Tells the controller; the main button follows through the view.
 */
void
ilk_page_set_complete (IlkPage  *self,
                       gboolean  complete)
{
  IlkController *controller;

  g_return_if_fail (ILK_IS_PAGE (self));

  controller = PRIV (self)->controller;
  if (controller != NULL && ilk_controller_get_facts (controller)->form_complete != complete)
    ilk_controller_set_form_complete (controller, complete);
}

const char *
ilk_page_get_heading (IlkPage *self)
{
  g_return_val_if_fail (ILK_IS_PAGE (self), NULL);

  return gtk_label_get_text (GTK_LABEL (PRIV (self)->heading));
}

void
ilk_page_set_heading (IlkPage    *self,
                      const char *heading)
{
  g_return_if_fail (ILK_IS_PAGE (self));

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (PRIV (self)->heading)), heading) == 0)
    return;

  gtk_label_set_text (GTK_LABEL (PRIV (self)->heading), heading != NULL ? heading : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEADING]);
}

void
ilk_page_set_intro (IlkPage    *self,
                    const char *intro)
{
  g_return_if_fail (ILK_IS_PAGE (self));

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (PRIV (self)->intro)), intro) == 0)
    return;

  gtk_label_set_text (GTK_LABEL (PRIV (self)->intro), intro != NULL ? intro : "");
  gtk_widget_set_visible (PRIV (self)->intro, intro != NULL && *intro != '\0');
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTRO]);
}
