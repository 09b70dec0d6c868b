"""Bodies of requests that really work: they stand in the description, and tests/api/test_examples.py sends each of them.

They are for a file with the columns name, mbti and birth_date that was brought to `celebrities`.
"""

from __future__ import annotations

from typing import Any

_NIGHTLY = {
    "name": "Nightly",
    "dataset": "celebrities",
    "place": {"kind": "folder", "folder": "/data/incoming", "pattern": "*.csv"},
    "rhythm": {"at": "04:30", "zone": "Europe/Berlin"},
}
_STEP = {"op": "tidy", "field": "name"}
BODIES: dict[str, Any] = {
    "create_account": {"name": "eva", "role": "editor"},
    "change_account": {"role": "viewer"},
    "create_key": {"name": "nightly import", "scopes": ["read", "import"], "days": 90},
    "save_role": {"permissions": ["records.read", "search.read"]},
    "save_rules": {"hidden": ["description"]},
    "copy_dataset": {"name": "people", "title": "People"},
    "make_check": {"kind": "not_null", "field": "birth_date", "gate": "ask"},
    "match_person": {"name": "Jay Chou", "birth_date": "1979"},
    "set_match_rules": {"link": 0.95, "ask": 0.5, "merge": False},
    "create_record": {"name": "Ada Lovelace", "birth_date": "1815-12-10"},
    "repair_rows": {"check": "completeness:mbti", "fixes": {"": "INTJ"}},
    "order_export": {"query": "ada", "format": "csv"},
    "keep_search": {"name": "Singers", "query": "singer"},
    "save_record_view": {"definition": {"fields": ["name", "mbti"], "sort": ["name"]}},
    "silence_alert": {"alert": "*", "hours": 2, "reason": "The server moves"},
    "put_recipe": {"name": "press", "dataset": "celebrities", "steps": [_STEP]},
    "bind_recipe": {"source": "press office"},
    "create_schedule": _NIGHTLY,
    "try_schedule": _NIGHTLY,
    "change_schedule": {**_NIGHTLY, "act": "preview"},
    "start_transfer": {"filename": "people.csv", "size": 1_000_000},
    "try_effects": {"steps": [_STEP]},
    "fix_cells": {"rows": {"2": {"mbti": "INTJ"}}},
    "find_and_replace": {"column": "mbti", "find": "INTX", "text": "INTJ"},
    "fix_all_like_this": {"column": "mbti", "found": ["INTX"], "text": "INTP", "dry_run": True},
    "change_plan": {"mode": "insert", "on_error": "quarantine"},
    "save_recipe": {"name": "monthly", "source": "press office"},
    "use_recipe": {"name": "monthly"},
    "decide_rows": {"rows": {"1": "leave"}, "kept_fields": ["birth_date"]},
    "import_queue": {"uploads": []},
    "retry_queue": {"uploads": []},
    "discard_queue": {"uploads": []},
    "cancel_queue": {"uploads": []},
    "commit_upload": {"mode": "upsert"},
    "create_webhook": {"url": "https://example.org/hook", "events": ["upload.imported"]},
    "change_webhook": {"description": "For the newsroom", "enabled": True},
}
