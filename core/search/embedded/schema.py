"""The layout as tantivy's fields."""

from __future__ import annotations

import tantivy

from core.search.layout import Layout

BLANKS = "blanks"  # the tokenizer: texts are given as folded words with blanks between
META = "meta"  # the field of the one document that says where the index stands


def schema(layout: Layout) -> tantivy.Schema:
    """The fields of an index."""
    made = tantivy.SchemaBuilder()
    made.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field(META, stored=True, tokenizer_name="raw", index_option="basic")
    made.add_text_field("names", tokenizer_name=BLANKS, index_option="position")
    made.add_text_field("prefix", tokenizer_name=BLANKS, index_option="basic")
    for name in (*layout.names, *layout.texts):
        made.add_text_field(f"t_{name}", tokenizer_name=BLANKS, index_option="position")
    for name in layout.values:
        made.add_text_field(f"v_{name}", tokenizer_name="raw", index_option="basic", fast=True)
    kinds = {field.name: field.type for field in layout.dataset.fields}
    for name in layout.numbers:
        add = made.add_float_field if kinds[name] == "number" else made.add_integer_field
        add(f"n_{name}", indexed=True, fast=True)
        if kinds[name] == "date":
            add(f"m_{name}", indexed=True, fast=True)
    made.add_bytes_field("shown", stored=True)
    made.add_integer_field("row", stored=True)
    return made.build()


def register(index: tantivy.Index) -> None:
    """Tell an index how its texts are cut."""
    blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(BLANKS, blanks)
