# flake8: noqa
"""Errors by their codes. Generated from the description of the API by clients/generate.py: do not edit."""

from __future__ import annotations

from marquee_client.errors import ApiError


class AddressRefused(ApiError):
    """`address_refused` (HTTP 422)."""


class AlertNotSent(ApiError):
    """`alert_not_sent` (HTTP 502)."""


class BackupBroken(ApiError):
    """`backup_broken` (HTTP 500)."""


class BackupBusy(ApiError):
    """`backup_busy` (HTTP 409)."""


class BadAccount(ApiError):
    """`bad_account` (HTTP 422)."""


class BadDataset(ApiError):
    """`bad_dataset` (HTTP 422)."""


class BadKey(ApiError):
    """`bad_key` (HTTP 422)."""


class BadMapping(ApiError):
    """`bad_mapping` (HTTP 422)."""


class BadOverride(ApiError):
    """`bad_override` (HTTP 422)."""


class BadPassword(ApiError):
    """`bad_password` (HTTP 422)."""


class BadQuery(ApiError):
    """`bad_query` (HTTP 400)."""


class BadRecipe(ApiError):
    """`bad_recipe` (HTTP 422)."""


class BadRole(ApiError):
    """`bad_role` (HTTP 422)."""


class BadSchedule(ApiError):
    """`bad_schedule` (HTTP 422)."""


class BadValue(ApiError):
    """`bad_value` (HTTP 422)."""


class BodyTooLarge(ApiError):
    """`body_too_large` (HTTP 413)."""


class BrokenChunk(ApiError):
    """`broken_chunk` (HTTP 422)."""


class BrokenFile(ApiError):
    """`broken_file` (HTTP 422)."""


class Busy(ApiError):
    """`busy` (HTTP 503)."""


class Cancelled(ApiError):
    """`cancelled` (HTTP 409)."""


class CellTooLong(ApiError):
    """`cell_too_long` (HTTP 422)."""


class ChainBroken(ApiError):
    """`chain_broken` (HTTP 503)."""


class ChunkOutOfPlace(ApiError):
    """`chunk_out_of_place` (HTTP 409)."""


class Conflict(ApiError):
    """`conflict` (HTTP 409)."""


class DatabaseBroken(ApiError):
    """`database_broken` (HTTP 503)."""


class DatabaseLocked(ApiError):
    """`database_locked` (HTTP 503)."""


class DiskFull(ApiError):
    """`disk_full` (HTTP 507)."""


class DuplicateUpload(ApiError):
    """`duplicate_upload` (HTTP 409)."""


class EmptyFile(ApiError):
    """`empty_file` (HTTP 422)."""


class EncryptedFile(ApiError):
    """`encrypted_file` (HTTP 422)."""


class EngineFailed(ApiError):
    """`engine_failed` (HTTP 503)."""


class Error(ApiError):
    """`error` (HTTP 500)."""


class Fault(ApiError):
    """`fault` (HTTP 500)."""


class FetchFailed(ApiError):
    """`fetch_failed` (HTTP 502)."""


class FileError(ApiError):
    """`file_error` (HTTP 422)."""


class FileTooLarge(ApiError):
    """`file_too_large` (HTTP 413)."""


class Forbidden(ApiError):
    """`forbidden` (HTTP 403)."""


class ForeignBackup(ApiError):
    """`foreign_backup` (HTTP 409)."""


class ForeignSite(ApiError):
    """`foreign_site` (HTTP 403)."""


class HeaderOnly(ApiError):
    """`header_only` (HTTP 422)."""


class HeldBack(ApiError):
    """`held_back` (HTTP 422)."""


class IdempotencyMismatch(ApiError):
    """`idempotency_mismatch` (HTTP 422)."""


class Infected(ApiError):
    """`infected` (HTTP 422)."""


class InputError(ApiError):
    """`input_error` (HTTP 422)."""


class Interrupted(ApiError):
    """`interrupted` (HTTP 503)."""


class LastAdmin(ApiError):
    """`last_admin` (HTTP 409)."""


class LinkOver(ApiError):
    """`link_over` (HTTP 410)."""


class ManyDeletions(ApiError):
    """`many_deletions` (HTTP 422)."""


class MemoryShort(ApiError):
    """`memory_short` (HTTP 503)."""


class Merged(ApiError):
    """`merged` (HTTP 404)."""


class MethodUnknown(ApiError):
    """`method_unknown` (HTTP 405)."""


class MigrationError(ApiError):
    """`migration_error` (HTTP 503)."""


class NoAccess(ApiError):
    """`no_access` (HTTP 503)."""


class NotAllowed(ApiError):
    """`not_allowed` (HTTP 401)."""


class NotFound(ApiError):
    """`not_found` (HTTP 404)."""


class ProtocolUnknown(ApiError):
    """`protocol_unknown` (HTTP 412)."""


class ProviderFailed(ApiError):
    """`provider_failed` (HTTP 502)."""


class QualityGate(ApiError):
    """`quality_gate` (HTTP 422)."""


class ReaderDied(ApiError):
    """`reader_died` (HTTP 422)."""


class RestoreInterrupted(ApiError):
    """`restore_interrupted` (HTTP 503)."""


class ScannerFailed(ApiError):
    """`scanner_failed` (HTTP 503)."""


class SearchUnavailable(ApiError):
    """`search_unavailable` (HTTP 503)."""


class SettingsError(ApiError):
    """`settings_error` (HTTP 500)."""


class SpillFull(ApiError):
    """`spill_full` (HTTP 507)."""


class StalePreview(ApiError):
    """`stale_preview` (HTTP 409)."""


class StorageError(ApiError):
    """`storage_error` (HTTP 503)."""


class TakenOver(ApiError):
    """`taken_over` (HTTP 409)."""


class TooMany(ApiError):
    """`too_many` (HTTP 429)."""


class TooManyColumns(ApiError):
    """`too_many_columns` (HTTP 422)."""


class TooManyRows(ApiError):
    """`too_many_rows` (HTTP 413)."""


class TookTooLong(ApiError):
    """`took_too_long` (HTTP 422)."""


class UnknownFormat(ApiError):
    """`unknown_format` (HTTP 415)."""


class UnsafePath(ApiError):
    """`unsafe_path` (HTTP 400)."""


class Unsound(ApiError):
    """`unsound` (HTTP 503)."""


class Usage(ApiError):
    """`usage` (HTTP 422)."""


class VersionMismatch(ApiError):
    """`version_mismatch` (HTTP 412)."""


class VersionMissing(ApiError):
    """`version_missing` (HTTP 428)."""


class WrongState(ApiError):
    """`wrong_state` (HTTP 409)."""


class WrongType(ApiError):
    """`wrong_type` (HTTP 422)."""


BY_CODE: dict[str, type[ApiError]] = {
    "address_refused": AddressRefused,
    "alert_not_sent": AlertNotSent,
    "backup_broken": BackupBroken,
    "backup_busy": BackupBusy,
    "bad_account": BadAccount,
    "bad_dataset": BadDataset,
    "bad_key": BadKey,
    "bad_mapping": BadMapping,
    "bad_override": BadOverride,
    "bad_password": BadPassword,
    "bad_query": BadQuery,
    "bad_recipe": BadRecipe,
    "bad_role": BadRole,
    "bad_schedule": BadSchedule,
    "bad_value": BadValue,
    "body_too_large": BodyTooLarge,
    "broken_chunk": BrokenChunk,
    "broken_file": BrokenFile,
    "busy": Busy,
    "cancelled": Cancelled,
    "cell_too_long": CellTooLong,
    "chain_broken": ChainBroken,
    "chunk_out_of_place": ChunkOutOfPlace,
    "conflict": Conflict,
    "database_broken": DatabaseBroken,
    "database_locked": DatabaseLocked,
    "disk_full": DiskFull,
    "duplicate_upload": DuplicateUpload,
    "empty_file": EmptyFile,
    "encrypted_file": EncryptedFile,
    "engine_failed": EngineFailed,
    "error": Error,
    "fault": Fault,
    "fetch_failed": FetchFailed,
    "file_error": FileError,
    "file_too_large": FileTooLarge,
    "forbidden": Forbidden,
    "foreign_backup": ForeignBackup,
    "foreign_site": ForeignSite,
    "header_only": HeaderOnly,
    "held_back": HeldBack,
    "idempotency_mismatch": IdempotencyMismatch,
    "infected": Infected,
    "input_error": InputError,
    "interrupted": Interrupted,
    "last_admin": LastAdmin,
    "link_over": LinkOver,
    "many_deletions": ManyDeletions,
    "memory_short": MemoryShort,
    "merged": Merged,
    "method_unknown": MethodUnknown,
    "migration_error": MigrationError,
    "no_access": NoAccess,
    "not_allowed": NotAllowed,
    "not_found": NotFound,
    "protocol_unknown": ProtocolUnknown,
    "provider_failed": ProviderFailed,
    "quality_gate": QualityGate,
    "reader_died": ReaderDied,
    "restore_interrupted": RestoreInterrupted,
    "scanner_failed": ScannerFailed,
    "search_unavailable": SearchUnavailable,
    "settings_error": SettingsError,
    "spill_full": SpillFull,
    "stale_preview": StalePreview,
    "storage_error": StorageError,
    "taken_over": TakenOver,
    "too_many": TooMany,
    "too_many_columns": TooManyColumns,
    "too_many_rows": TooManyRows,
    "took_too_long": TookTooLong,
    "unknown_format": UnknownFormat,
    "unsafe_path": UnsafePath,
    "unsound": Unsound,
    "usage": Usage,
    "version_mismatch": VersionMismatch,
    "version_missing": VersionMissing,
    "wrong_state": WrongState,
    "wrong_type": WrongType,
}
