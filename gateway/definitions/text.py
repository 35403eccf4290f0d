"""Words for people, in one language or several. A plain string serves every language."""

from pydantic import ConfigDict, GetJsonSchemaHandler, RootModel, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

ANY_LANGUAGE = ""


class Text(RootModel[dict[str, str]]):
    """A text by language; a text given as a plain string stands under the empty language."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, given: object) -> object:
        if isinstance(given, str):
            return {ANY_LANGUAGE: given}
        if isinstance(given, Text):
            return given.root
        if isinstance(given, dict):
            return given
        raise ValueError('must be text, or a map of texts by language. Write the text, with "quotes" round it')

    @model_validator(mode="after")
    def _holds_words(self) -> "Text":
        bare = [key for key, words in self.root.items() if not words.strip()]
        if bare and len(self.root) > 1:
            # {en: Rent, loans} is a map of two: nobody who wrote it sees that.
            raise ValueError(f'is empty behind {bare[0]!r}. Write it; a text with a comma needs "quotes" round it')
        if bare or not self.root:
            raise ValueError("is empty. Write the text, or remove the key")
        return self

    def within(self, language: str) -> str:
        """Give the text in this language, or else the one that serves every language, or else the first."""
        for key in (language, ANY_LANGUAGE):
            if key in self.root:
                return self.root[key]
        return next(iter(self.root.values()))

    def __str__(self) -> str:
        """Give the text as far as possible without knowing a language."""
        return self.within(ANY_LANGUAGE)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Tell editors that a string is as good as a map."""
        return {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}
