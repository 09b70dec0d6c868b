"""How the columns of a table are kept, where the engine's own choice costs time or room."""

from __future__ import annotations

PLAIN = " USING COMPRESSION uncompressed"
PACKED = " USING COMPRESSION zstd"

# The tables of the migrations, which say the same.
OF_TABLES: dict[tuple[str, str], dict[str, str]] = {
    ("history", "changes"): {"record_id": PLAIN, "before": PACKED, "after": PACKED}
}
