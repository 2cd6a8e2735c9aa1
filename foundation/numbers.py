"""Numbers that people type, within bounds: the form says so beside the field, and the database keeps it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class NumberField(models.PositiveIntegerField):
    """A whole number from `least` through `most`.

    Django's own fields end where the engine ends, which for SQLite is far beyond what a number of days can be.
    """

    def __init__(self, *args, most: int, least: int = 0, **kwargs):
        self.least, self.most = least, most
        kwargs["validators"] = [MinValueValidator(least), MaxValueValidator(most)]
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["validators"]
        return name, path, args, kwargs | {"least": self.least, "most": self.most}

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        return f"{connection.ops.quote_name(str(self.column))} BETWEEN {self.least} AND {self.most}"

    def formfield(self, **kwargs):
        return super().formfield(**{"min_value": self.least, "max_value": self.most, **kwargs})
