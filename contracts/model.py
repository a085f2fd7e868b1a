"""The base of everything that is written down: frozen, strict about unknown fields, camelCase in JSON."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """A value: never changed after it is made, refused when it holds a field nobody knows."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,  # an error message must not carry what somebody wrote about a child
        ser_json_bytes="base64",
        val_json_bytes="base64",
    )

    def to_bytes(self, *, absent: bool = False) -> bytes:
        """Its JSON in UTF-8, with the fields that are None only if `absent`: `model_dump_json` without what its other arguments cost."""
        return self.__pydantic_serializer__.to_json(self, exclude_none=not absent)
