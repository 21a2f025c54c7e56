"""Where does the cursor stand when a form comes back? In the first field that is wrong."""

from typing import Any

from django.forms import BoundField, Widget
from django.forms.renderers import DjangoTemplates


class Field(BoundField):
    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        wrong = (field.name for field in self.form.visible_fields() if field.errors)
        if self.errors and self.name == next(wrong, None):
            attrs["autofocus"] = True
        return attrs


class Renderer(DjangoTemplates):
    """Of every form of the site, those of allauth as well."""

    bound_field_class = Field
