# flake8: noqa
"""Every operation of the API. Generated from the description of the API by clients/generate.py: do not edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from marquee_client import models
from marquee_client.call import Call, Sender, AsyncSender


class Operations(Sender):
    """Every operation of the API."""

    def list_accounts(self, *, fields: str | None = None) -> models.AccountList:
        """All accounts by name."""
        found: models.AccountList = self.send(
            Call("GET", "/v1/access/accounts", (), {"fields": fields}, {}, None)
        )
        return found

    def create_account(self, *, body: models.NewAccount) -> models.Invited:
        """A new account, with the link by which its owner sets a password."""
        found: models.Invited = self.send(Call("POST", "/v1/access/accounts", (), {}, {}, body))
        return found

    def get_account(self, name: str, *, fields: str | None = None) -> models.Account:
        """One account, by its name or id."""
        found: models.Account = self.send(
            Call("GET", "/v1/access/accounts/{}", (name,), {"fields": fields}, {}, None)
        )
        return found

    def change_account(self, name: str, *, body: models.AccountChange) -> models.Account:
        """Give an account another role or name, or shut it out (`disabled`), which ends its sessions and keys."""
        found: models.Account = self.send(
            Call("PATCH", "/v1/access/accounts/{}", (name,), {}, {}, body)
        )
        return found

    def delete_account(self, name: str) -> None:
        """Remove an account with its sessions and keys. What it did stays in history and audit trail."""
        found: None = self.send(Call("DELETE", "/v1/access/accounts/{}", (name,), {}, {}, None))
        return found

    def create_link(self, name: str, *, second_factor: bool | None = None) -> models.Link:
        """A link by which somebody sets a new password, once, within a day."""
        found: models.Link = self.send(
            Call(
                "POST",
                "/v1/access/accounts/{}/link",
                (name,),
                {"second_factor": second_factor},
                {},
                None,
            )
        )
        return found

    def list_keys(self, *, fields: str | None = None) -> models.KeyList:
        """API keys: one's own; all for who may see accounts."""
        found: models.KeyList = self.send(
            Call("GET", "/v1/access/keys", (), {"fields": fields}, {}, None)
        )
        return found

    def create_key(self, *, body: models.NewKey) -> models.MadeKey:
        """A key of one's own. The secret is shown this once."""
        found: models.MadeKey = self.send(Call("POST", "/v1/access/keys", (), {}, {}, body))
        return found

    def revoke_key(self, key_id: str) -> None:
        """End a key at once."""
        found: None = self.send(Call("DELETE", "/v1/access/keys/{}", (key_id,), {}, {}, None))
        return found

    def rotate_key(self, key_id: str, *, overlap_days: float | None = None) -> models.MadeKey:
        """A key in the place of another."""
        found: models.MadeKey = self.send(
            Call(
                "POST",
                "/v1/access/keys/{}/rotation",
                (key_id,),
                {"overlap_days": overlap_days},
                {},
                None,
            )
        )
        return found

    def list_limited(self, *, fields: str | None = None) -> models.LimitedList:
        """Who sent too much, by the hour."""
        found: models.LimitedList = self.send(
            Call("GET", "/v1/access/limited", (), {"fields": fields}, {}, None)
        )
        return found

    def get_me(self, *, fields: str | None = None) -> models.Me:
        """Who asks, and what they may."""
        found: models.Me = self.send(Call("GET", "/v1/access/me", (), {"fields": fields}, {}, None))
        return found

    def list_roles(self, *, fields: str | None = None) -> models.RoleList:
        """All roles, and what each permission means."""
        found: models.RoleList = self.send(
            Call("GET", "/v1/access/roles", (), {"fields": fields}, {}, None)
        )
        return found

    def save_role(self, name: str, *, body: models.Permissions) -> models.Role:
        """Make or change a role of one's own."""
        found: models.Role = self.send(Call("PUT", "/v1/access/roles/{}", (name,), {}, {}, body))
        return found

    def delete_role(self, name: str) -> None:
        """Remove a role that nobody has."""
        found: None = self.send(Call("DELETE", "/v1/access/roles/{}", (name,), {}, {}, None))
        return found

    def save_rules(self, name: str, dataset: str, *, body: models.Rules) -> models.Role:
        """Say what a role sees of a dataset: which records, without which fields, and which values in part."""
        found: models.Role = self.send(
            Call(
                "PUT",
                "/v1/access/roles/{}/rules/{}",
                (
                    name,
                    dataset,
                ),
                {},
                {},
                body,
            )
        )
        return found

    def delete_rules(self, name: str, dataset: str) -> models.Role:
        """Let a role see all of a dataset."""
        found: models.Role = self.send(
            Call(
                "DELETE",
                "/v1/access/roles/{}/rules/{}",
                (
                    name,
                    dataset,
                ),
                {},
                {},
                None,
            )
        )
        return found

    def list_sessions(
        self, *, account: str | None = None, fields: str | None = None
    ) -> models.SessionList:
        """Who is logged in: one's own sessions; those of all for who may see accounts."""
        found: models.SessionList = self.send(
            Call("GET", "/v1/access/sessions", (), {"account": account, "fields": fields}, {}, None)
        )
        return found

    def end_session(self, session_id: str) -> None:
        """End a session."""
        found: None = self.send(
            Call("DELETE", "/v1/access/sessions/{}", (session_id,), {}, {}, None)
        )
        return found

    def view_as(self, session_id: str, *, body: models.ViewAs) -> None:
        """See the pages of a session of an admin as another role does; null: as its own."""
        found: None = self.send(
            Call("PUT", "/v1/access/sessions/{}/view-as", (session_id,), {}, {}, body)
        )
        return found

    def get_upload_analytics(
        self,
        *,
        days: int | None = None,
        by: Literal["door", "source", "actor", "dataset"] | None = None,
        dataset: str | None = None,
        fields: str | None = None,
    ) -> models.Analytics:
        """Figures of the last days, by door, source, actor or dataset."""
        found: models.Analytics = self.send(
            Call(
                "GET",
                "/v1/analytics/uploads",
                (),
                {"days": days, "by": by, "dataset": dataset, "fields": fields},
                {},
                None,
            )
        )
        return found

    def list_uploads_behind(
        self,
        *,
        days: int | None = None,
        by: Literal["door", "source", "actor", "dataset"] | None = None,
        value: str | None = None,
        day: str | None = None,
        dataset: str | None = None,
        fields: str | None = None,
    ) -> models.Behind:
        """The uploads behind a figure: of a day, or of a group."""
        found: models.Behind = self.send(
            Call(
                "GET",
                "/v1/analytics/uploads/behind",
                (),
                {
                    "days": days,
                    "by": by,
                    "value": value,
                    "day": day,
                    "dataset": dataset,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def list_backups(self, *, fields: str | None = None) -> models.BackupList:
        """The whole backups, the newest first, with the result of their last restore test."""
        found: models.BackupList = self.send(
            Call("GET", "/v1/backups", (), {"fields": fields}, {}, None)
        )
        return found

    def make_backup(self, *, format: Literal["parquet", "duckdb"] | None = None) -> models.Job:
        """Make a backup in the background and test that it can be restored. Poll the job."""
        found: models.Job = self.send(Call("POST", "/v1/backups", (), {"format": format}, {}, None))
        return found

    def get_backup(self, name: str, *, fields: str | None = None) -> models.Backup:
        """One backup."""
        found: models.Backup = self.send(
            Call("GET", "/v1/backups/{}", (name,), {"fields": fields}, {}, None)
        )
        return found

    def download_backup(self, name: str) -> bytes:
        """All files of a backup as one .zip, to be unpacked into a backup folder."""
        found: bytes = self.send(Call("GET", "/v1/backups/{}/download", (name,), {}, {}, None))
        return found

    def list_backup_files(self, name: str, *, fields: str | None = None) -> models.BackupFiles:
        """The files of a backup with their sizes, to be fetched one by one."""
        found: models.BackupFiles = self.send(
            Call("GET", "/v1/backups/{}/files", (name,), {"fields": fields}, {}, None)
        )
        return found

    def download_backup_file(self, name: str, path: str) -> bytes:
        """One file of a backup. A download that broke off goes on by `Range`."""
        found: bytes = self.send(
            Call(
                "GET",
                "/v1/backups/{}/files/{}",
                (
                    name,
                    path,
                ),
                {},
                {},
                None,
            )
        )
        return found

    def verify_backup(self, name: str) -> models.BackupVerified:
        """Hash every file of a backup: is each byte as it was written?"""
        found: models.BackupVerified = self.send(
            Call("POST", "/v1/backups/{}/verify", (name,), {}, {}, None)
        )
        return found

    def check(
        self, *, deep: bool | None = None, fields: str | None = None, prefer: str | None = None
    ) -> models.Check:
        """Tables against history, ledger against uploads, files against hashes. It changes nothing."""
        found: models.Check = self.send(
            Call("GET", "/v1/check", (), {"deep": deep, "fields": fields}, {"prefer": prefer}, None)
        )
        return found

    def forget_check(self, check_id: str) -> None:
        """Delete a check."""
        found: None = self.send(Call("DELETE", "/v1/checks/{}", (check_id,), {}, {}, None))
        return found

    def list_datasets(self, *, fields: str | None = None) -> models.DatasetList:
        """Every dataset, the built-in ones first."""
        found: models.DatasetList = self.send(
            Call("GET", "/v1/datasets", (), {"fields": fields}, {}, None)
        )
        return found

    def create_dataset(self, *, body: models.DefinitionBody) -> models.Dataset:
        """Make a dataset. 409 when the name is taken."""
        found: models.Dataset = self.send(Call("POST", "/v1/datasets", (), {}, {}, body))
        return found

    def get_dataset(self, dataset: str, *, fields: str | None = None) -> models.Dataset:
        """One dataset: its fields, and how many records there are."""
        found: models.Dataset = self.send(
            Call("GET", "/v1/datasets/{}", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def change_dataset(self, dataset: str, *, body: models.DefinitionBody) -> models.Dataset:
        """Change a dataset. `renamed` says which fields have another name now: their values and history come along."""
        found: models.Dataset = self.send(Call("PUT", "/v1/datasets/{}", (dataset,), {}, {}, body))
        return found

    def remove_dataset(self, dataset: str, *, typed: str | None = None) -> models.Removed:
        """Delete a dataset with its records, history and uploads. Raw files, backups and the audit trail stay."""
        found: models.Removed = self.send(
            Call("DELETE", "/v1/datasets/{}", (dataset,), {"typed": typed}, {}, None)
        )
        return found

    def read_feed(
        self,
        dataset: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.Feed:
        """What changed behind a position, oldest first: old and new value of each field, by whom, from which upload."""
        found: models.Feed = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/changes",
                (dataset,),
                {"after": after, "limit": limit, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    def preview_change(self, dataset: str, *, body: models.DefinitionBody) -> models.Migration:
        """What saving a definition would do, and which records would break its rules. Saves nothing."""
        found: models.Migration = self.send(
            Call("POST", "/v1/datasets/{}/changes", (dataset,), {}, {}, body)
        )
        return found

    def list_checks(self, dataset: str, *, fields: str | None = None) -> models.Expectations:
        """The checks that were made for a dataset, each with the newest of its results."""
        found: models.Expectations = self.send(
            Call("GET", "/v1/datasets/{}/checks", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def make_check(self, dataset: str, *, body: dict[str, Any]) -> models.Expectation:
        """Make a check; with the `id` of one that is there, it takes its place."""
        found: models.Expectation = self.send(
            Call("POST", "/v1/datasets/{}/checks", (dataset,), {}, {}, body)
        )
        return found

    def run_checks(self, dataset: str) -> models.Outcomes:
        """Run all checks of a dataset now; incidents are opened and resolved."""
        found: models.Outcomes = self.send(
            Call("POST", "/v1/datasets/{}/checks/run", (dataset,), {}, {}, None)
        )
        return found

    def take_suite(
        self, dataset: str, *, body: bytes, dry_run: bool | None = None
    ) -> models.SuiteTaken:
        """Take a suite of Great Expectations (JSON) or pandera (YAML or JSON); what has no check here is listed."""
        found: models.SuiteTaken = self.send(
            Call("POST", "/v1/datasets/{}/checks/suite", (dataset,), {"dry_run": dry_run}, {}, body)
        )
        return found

    def copy_dataset(self, dataset: str, *, body: models.CopyBody) -> models.Dataset:
        """A dataset with the same fields and rules, without the records."""
        found: models.Dataset = self.send(
            Call("POST", "/v1/datasets/{}/copy", (dataset,), {}, {}, body)
        )
        return found

    def get_definition(self, dataset: str, *, fields: str | None = None) -> Any:
        """The definition as it is saved, without what is the default anyway."""
        found: Any = self.send(
            Call("GET", "/v1/datasets/{}/definition", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def list_deleted(
        self,
        dataset: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.DeletedList:
        """Records that were deleted and not restored, the newest first, with their last values."""
        found: models.DeletedList = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/deleted",
                (dataset,),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    def match_person(
        self, dataset: str, *, body: dict[str, Any], limit: int | None = None
    ) -> models.MatchFoundList:
        """Who is this? Records that may be the person, the likeliest first."""
        found: models.MatchFoundList = self.send(
            Call("POST", "/v1/datasets/{}/match", (dataset,), {"limit": limit}, {}, body)
        )
        return found

    def list_matches(
        self,
        dataset: str,
        *,
        min_weight: float | None = None,
        limit: int | None = None,
        offset: int | None = None,
        undecided: bool | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.MatchPairList:
        """Pairs of the last run, the likeliest first, with what speaks for and against."""
        found: models.MatchPairList = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches",
                (dataset,),
                {
                    "min_weight": min_weight,
                    "limit": limit,
                    "offset": offset,
                    "undecided": undecided,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def list_clusters(
        self, dataset: str, *, probability: float | None = None, fields: str | None = None
    ) -> models.MatchClusterList:
        """Records that are likely one person."""
        found: models.MatchClusterList = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches/clusters",
                (dataset,),
                {"probability": probability, "fields": fields},
                {},
                None,
            )
        )
        return found

    def list_decisions(
        self,
        dataset: str,
        *,
        all: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.MatchDecisionList:
        """What was decided, the newest first."""
        found: models.MatchDecisionList = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches/decisions",
                (dataset,),
                {"all": all, "limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    def evaluate_matches(self, dataset: str, *, body: models.MatchLabels) -> models.MatchEvaluation:
        """Precision, recall and F1 of the clusters against what you know, pairwise and B-cubed."""
        found: models.MatchEvaluation = self.send(
            Call("POST", "/v1/datasets/{}/matches/evaluate", (dataset,), {}, {}, body)
        )
        return found

    def export_matches(
        self,
        dataset: str,
        *,
        what: Literal["links", "clusters"] | None = None,
        probability: float | None = None,
    ) -> bytes:
        """Links or clusters as CSV. No cell can act as a formula."""
        found: bytes = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches/export",
                (dataset,),
                {"what": what, "probability": probability},
                {},
                None,
            )
        )
        return found

    def match_figures(self, dataset: str, *, fields: str | None = None) -> models.MatchFigures:
        """How the review stands, and how right the links are by the decisions."""
        found: models.MatchFigures = self.send(
            Call("GET", "/v1/datasets/{}/matches/figures", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def match_model(self, dataset: str, *, fields: str | None = None) -> dict[str, Any]:
        """The model of the last run: every level with m, u and weight."""
        found: dict[str, Any] = self.send(
            Call("GET", "/v1/datasets/{}/matches/model", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def next_match(self, dataset: str, *, by: str | None = None) -> models.MatchPair | None:
        """The pair that is worth most, claimed for you: nobody else is shown it meanwhile. `null`: nothing waits."""
        found: models.MatchPair | None = self.send(
            Call("POST", "/v1/datasets/{}/matches/next", (dataset,), {"by": by}, {}, None)
        )
        return found

    def run_matching(
        self,
        dataset: str,
        *,
        whole: bool | None = None,
        engine: Literal["duckdb", "spark"] | None = None,
    ) -> models.MatchRun:
        """Compare all records with one another, or what changed since with the rest."""
        found: models.MatchRun = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/matches/run",
                (dataset,),
                {"whole": whole, "engine": engine},
                {},
                None,
            )
        )
        return found

    def get_match(
        self, dataset: str, pair_id: str, *, fields: str | None = None
    ) -> models.MatchPair:
        """One pair of the last run."""
        found: models.MatchPair = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches/{}",
                (
                    dataset,
                    pair_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    def decide_match(
        self, dataset: str, pair_id: str, *, body: models.NewDecision
    ) -> models.MatchDecision:
        """Say of a pair that it is the same, different, or to be asked later; a decision supersedes the one before."""
        found: models.MatchDecision = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/matches/{}/decision",
                (
                    dataset,
                    pair_id,
                ),
                {},
                {},
                body,
            )
        )
        return found

    def link_matches(self, dataset: str) -> models.MatchLinked:
        """Link what the last run found, by the rules. Refused (409) when its own estimate of precision is poor."""
        found: models.MatchLinked = self.send(
            Call("POST", "/v1/datasets/{}/matching/link", (dataset,), {}, {}, None)
        )
        return found

    def get_match_rules(self, dataset: str, *, fields: str | None = None) -> models.MatchRules:
        """From which probability records are linked without a person, or asked about."""
        found: models.MatchRules = self.send(
            Call("GET", "/v1/datasets/{}/matching/rules", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def set_match_rules(self, dataset: str, *, body: models.NewMatchRules) -> models.MatchRules:
        """Set the rules, all anew. Runs from now on follow them."""
        found: models.MatchRules = self.send(
            Call("PUT", "/v1/datasets/{}/matching/rules", (dataset,), {}, {}, body)
        )
        return found

    def reset_match_rules(self, dataset: str) -> models.MatchRules:
        """Give the rules back to the definition of the dataset."""
        found: models.MatchRules = self.send(
            Call("DELETE", "/v1/datasets/{}/matching/rules", (dataset,), {}, {}, None)
        )
        return found

    def list_matching_runs(
        self,
        dataset: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.MatchRunList:
        """Runs that are over, the newest first; `job` is the job that did one."""
        found: models.MatchRunList = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matching/runs",
                (dataset,),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    def submit_matching(
        self,
        dataset: str,
        *,
        whole: bool | None = None,
        engine: Literal["duckdb", "spark"] | None = None,
    ) -> models.Job:
        """Compare in the background. Poll the job; when it is done, the newest run says what was found."""
        found: models.Job = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/matching/runs",
                (dataset,),
                {"whole": whole, "engine": engine},
                {},
                None,
            )
        )
        return found

    def cancel_matching(self, dataset: str, job_id: str) -> models.Job:
        """Stop a run in the background; what earlier runs found stays."""
        found: models.Job = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/matching/runs/{}/cancel",
                (
                    dataset,
                    job_id,
                ),
                {},
                {},
                None,
            )
        )
        return found

    def list_merges(self, dataset: str, *, fields: str | None = None) -> models.MergeList:
        """The merges that stand, the oldest first."""
        found: models.MergeList = self.send(
            Call("GET", "/v1/datasets/{}/merges", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def unmerge_records(self, dataset: str, merge_id: str) -> models.UnmergeResult:
        """Take a merge (its id, or that of its decision) apart; later changes stay, and are told."""
        found: models.UnmergeResult = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/merges/{}/unmerge",
                (
                    dataset,
                    merge_id,
                ),
                {},
                {},
                None,
            )
        )
        return found

    def get_quality(
        self,
        dataset: str,
        *,
        record: str | None = None,
        upload: str | None = None,
        source: str | None = None,
        fields: str | None = None,
    ) -> models.QualityScore:
        """The score of a dataset, or of a record, an upload, a source. What is not measured is null."""
        found: models.QualityScore = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/quality",
                (dataset,),
                {"record": record, "upload": upload, "source": source, "fields": fields},
                {},
                None,
            )
        )
        return found

    def get_profile(self, dataset: str, *, fields: str | None = None) -> dict[str, Any]:
        """What is in the columns of a dataset: filled, distinct, lengths, top values, histograms, patterns, scripts."""
        found: dict[str, Any] = self.send(
            Call("GET", "/v1/datasets/{}/quality/profile", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def repair_rows(self, dataset: str, *, body: models.RepairAsked) -> models.RepairAnswer:
        """Replace values in the rows of a check. Unless `dry_run` is false, only the new score is told."""
        found: models.RepairAnswer = self.send(
            Call("POST", "/v1/datasets/{}/quality/repair", (dataset,), {}, {}, body)
        )
        return found

    def list_quality_rows(
        self,
        dataset: str,
        *,
        check: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        source: str | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.QualityRows:
        """Exactly the records that a check counts as bad, in the order of their ids; page on with `offset`."""
        found: models.QualityRows = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/quality/rows",
                (dataset,),
                {
                    "check": check,
                    "limit": limit,
                    "offset": offset,
                    "source": source,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def list_quality_sources(
        self, dataset: str, *, fields: str | None = None
    ) -> models.SourceScores:
        """Sources with their scores, the worst first."""
        found: models.SourceScores = self.send(
            Call("GET", "/v1/datasets/{}/quality/sources", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def get_quality_trend(
        self, dataset: str, *, limit: int | None = None, fields: str | None = None
    ) -> models.QualityTrend:
        """The scores after each act with what caused each change, the oldest first; and what is out of line."""
        found: models.QualityTrend = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/quality/trend",
                (dataset,),
                {"limit": limit, "fields": fields},
                {},
                None,
            )
        )
        return found

    def list_quality_values(
        self,
        dataset: str,
        *,
        check: str | None = None,
        field: str | None = None,
        fields: str | None = None,
    ) -> models.BadValues:
        """The values of the rows of a check with how many have them, and what is probably meant."""
        found: models.BadValues = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/quality/values",
                (dataset,),
                {"check": check, "field": field, "fields": fields},
                {},
                None,
            )
        )
        return found

    def list_records(
        self,
        dataset: str,
        *,
        where: Mapping[str, str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        fields: str | None = None,
        filters: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        count: bool | None = None,
    ) -> models.RecordPage:
        """A page of records. Follow `next` until it is null: every record comes exactly once."""
        found: models.RecordPage = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records",
                (dataset,),
                {
                    **(where or {}),
                    "q": q,
                    "sort": sort,
                    "fields": fields,
                    "filters": filters,
                    "limit": limit,
                    "cursor": cursor,
                    "count": count,
                },
                {},
                None,
            )
        )
        return found

    def create_record(self, dataset: str, *, body: dict[str, Any]) -> dict[str, Any]:
        """A record that somebody types: cleaned and checked like a row of a file; it can be taken back like an import."""
        found: dict[str, Any] = self.send(
            Call("POST", "/v1/datasets/{}/records", (dataset,), {}, {}, body)
        )
        return found

    def export_records(
        self,
        dataset: str,
        *,
        where: Mapping[str, str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        fields: str | None = None,
        filters: str | None = None,
    ) -> bytes:
        """All records that fit, as CSV, streamed. Cells that act as formulas are made harmless."""
        found: bytes = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records.csv",
                (dataset,),
                {**(where or {}), "q": q, "sort": sort, "fields": fields, "filters": filters},
                {},
                None,
            )
        )
        return found

    def change_records(self, dataset: str, *, body: models.BulkBody) -> models.BulkAnswer:
        """Change, delete and restore many records. What is refused stands beside what was done; nothing is taken back for it."""
        found: models.BulkAnswer = self.send(
            Call("POST", "/v1/datasets/{}/records/bulk", (dataset,), {}, {}, body)
        )
        return found

    def get_record(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> dict[str, Any]:
        """One record. Its ETag is its version; send it as If-Match with a change."""
        found: dict[str, Any] = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    def edit_record(
        self, dataset: str, record_id: str, *, body: dict[str, Any], if_match: str | None = None
    ) -> dict[str, Any]:
        """Change fields of a record (JSON merge). Checked as an import is; every fault is told at once."""
        found: dict[str, Any] = self.send(
            Call(
                "PATCH",
                "/v1/datasets/{}/records/{}",
                (
                    dataset,
                    record_id,
                ),
                {},
                {"if-match": if_match},
                body,
            )
        )
        return found

    def delete_record(self, dataset: str, record_id: str, *, if_match: str | None = None) -> None:
        """Delete a record. History keeps it whole; `restore` brings it back."""
        found: None = self.send(
            Call(
                "DELETE",
                "/v1/datasets/{}/records/{}",
                (
                    dataset,
                    record_id,
                ),
                {},
                {"if-match": if_match},
                None,
            )
        )
        return found

    def bring_version_back(
        self, dataset: str, record_id: str, *, version: int | None = None
    ) -> dict[str, Any]:
        """Bring the values of a version back, as an edit."""
        found: dict[str, Any] = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/back",
                (
                    dataset,
                    record_id,
                ),
                {"version": version},
                {},
                None,
            )
        )
        return found

    def forget_person(
        self, dataset: str, record_id: str, *, body: models.Forget
    ) -> models.PersonForgotten:
        """Forget a person everywhere: record, history, rows of files, quarantine, decisions, index, caches."""
        found: models.PersonForgotten = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/forget",
                (
                    dataset,
                    record_id,
                ),
                {},
                {},
                body,
            )
        )
        return found

    def get_history(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> models.History:
        """Every version of a record, the newest first, with old and new values. Also of deleted ones."""
        found: models.History = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/history",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    def get_known(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> models.PersonKnown:
        """Where a person is. Every raw file of the dataset is read for it."""
        found: models.PersonKnown = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/known",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    def merge_records(
        self, dataset: str, record_id: str, *, body: models.NewMerge
    ) -> models.MergeResult:
        """Make other records part of this one, which keeps its id; `dry_run` only shows it."""
        found: models.MergeResult = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/merge",
                (
                    dataset,
                    record_id,
                ),
                {},
                {},
                body,
            )
        )
        return found

    def export_person(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> dict[str, Any]:
        """All that is known of a person, to be handed out."""
        found: dict[str, Any] = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/person",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    def get_picture(self, dataset: str, record_id: str) -> bytes:
        """The picture of a record, fetched from its address: PNG, JPEG, GIF, WebP or AVIF, 3 MB at most."""
        found: bytes = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/picture",
                (
                    dataset,
                    record_id,
                ),
                {},
                {},
                None,
            )
        )
        return found

    def restore_record(self, dataset: str, record_id: str) -> dict[str, Any]:
        """Bring a deleted record back as it was."""
        found: dict[str, Any] = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/restore",
                (
                    dataset,
                    record_id,
                ),
                {},
                {},
                None,
            )
        )
        return found

    def get_sources(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> models.Sources:
        """Field by field: which change, from which row of which file, gave the present value."""
        found: models.Sources = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/sources",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    def undo_record_edit(
        self, dataset: str, record_id: str, *, version: int | None = None
    ) -> dict[str, Any]:
        """Give the fields that a version changed the values that they had before."""
        found: dict[str, Any] = self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/undo",
                (
                    dataset,
                    record_id,
                ),
                {"version": version},
                {},
                None,
            )
        )
        return found

    def get_schema(self, dataset: str, *, fields: str | None = None) -> Any:
        """The JSON Schema (draft 2020-12) of one clean record."""
        found: Any = self.send(
            Call("GET", "/v1/datasets/{}/schema", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def search_records(
        self,
        dataset: str,
        *,
        q: str | None = None,
        filters: str | None = None,
        facets: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        explain: bool | None = None,
        highlight: bool | None = None,
        fields: str | None = None,
    ) -> models.SearchAnswer:
        """Records that fit, the best first, with the reasons of each. Misspelt words, nicknames and other scripts are found."""
        found: models.SearchAnswer = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/search",
                (dataset,),
                {
                    "q": q,
                    "filters": filters,
                    "facets": facets,
                    "sort": sort,
                    "limit": limit,
                    "cursor": cursor,
                    "explain": explain,
                    "highlight": highlight,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def export_search(
        self,
        dataset: str,
        *,
        q: str | None = None,
        filters: str | None = None,
        sort: str | None = None,
        fields: str | None = None,
        format: Literal["csv", "xlsx", "jsonl", "parquet", "arrow"] | None = None,
    ) -> None:
        """All that is found (a million records by words), best first, as CSV, Excel, JSON lines or Parquet, streamed."""
        found: None = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/search/export",
                (dataset,),
                {"q": q, "filters": filters, "sort": sort, "fields": fields, "format": format},
                {},
                None,
            )
        )
        return found

    def order_export(self, dataset: str, *, body: models.NewExport) -> models.Job:
        """Have an export written in the background: follow the job, then fetch `search/exports/{job}/file`."""
        found: models.Job = self.send(
            Call("POST", "/v1/datasets/{}/search/exports", (dataset,), {}, {}, body)
        )
        return found

    def search_facets(
        self,
        dataset: str,
        *,
        q: str | None = None,
        filters: str | None = None,
        fields: str | None = None,
        beginning: str | None = None,
        limit: int | None = None,
    ) -> models.FacetList:
        """Counts beside the hits of a search; with `beginning`, a search among the values of one field."""
        found: models.FacetList = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/search/facets",
                (dataset,),
                {
                    "q": q,
                    "filters": filters,
                    "fields": fields,
                    "beginning": beginning,
                    "limit": limit,
                },
                {},
                None,
            )
        )
        return found

    def opened_hit(self, dataset: str, *, body: models.OpenedHit) -> None:
        """Say that a hit was opened; the analytics count it."""
        found: None = self.send(
            Call("POST", "/v1/datasets/{}/search/opened", (dataset,), {}, {}, body)
        )
        return found

    def search_status(self, dataset: str, *, fields: str | None = None) -> models.SearchStatus:
        """How the index stands, and how many changes it is behind."""
        found: models.SearchStatus = self.send(
            Call("GET", "/v1/datasets/{}/search/status", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def suggest(
        self,
        dataset: str,
        *,
        q: str | None = None,
        limit: int | None = None,
        fields: str | None = None,
    ) -> models.SuggestionList:
        """What may be meant while somebody types: people, searches of before, fields with values."""
        found: models.SuggestionList = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/search/suggest",
                (dataset,),
                {"q": q, "limit": limit, "fields": fields},
                {},
                None,
            )
        )
        return found

    def list_searches(self, dataset: str, *, fields: str | None = None) -> models.KeptSearchList:
        """Your kept searches, by name."""
        found: models.KeptSearchList = self.send(
            Call("GET", "/v1/datasets/{}/searches", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def keep_search(self, dataset: str, *, body: models.NewSearch) -> models.KeptSearch:
        """Keep a search under a name: its news are told against what it finds now."""
        found: models.KeptSearch = self.send(
            Call("POST", "/v1/datasets/{}/searches", (dataset,), {}, {}, body)
        )
        return found

    def get_statistics(
        self,
        dataset: str,
        *,
        filter: str | None = None,
        search: str | None = None,
        fields: str | None = None,
    ) -> models.Statistics:
        """Figures of each field over the records that fit: values with counts, empty ones, from where to where."""
        found: models.Statistics = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/statistics",
                (dataset,),
                {"filter": filter, "search": search, "fields": fields},
                {},
                None,
            )
        )
        return found

    def get_template(
        self,
        dataset: str,
        format: Literal["csv", "xlsx", "json", "schema"],
        *,
        examples: bool | None = None,
        fields: str | None = None,
    ) -> Any:
        """A file with the field names as header: CSV, JSON, or Excel with rules as comments and drop-downs."""
        found: Any = self.send(
            Call(
                "GET",
                "/v1/datasets/{}/template.{}",
                (
                    dataset,
                    format,
                ),
                {"examples": examples, "fields": fields},
                {},
                None,
            )
        )
        return found

    def list_record_views(self, dataset: str, *, fields: str | None = None) -> models.ViewList:
        """Your saved views of the records; the one without a name is how you left the table."""
        found: models.ViewList = self.send(
            Call("GET", "/v1/datasets/{}/views", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    def save_record_view(self, dataset: str, name: str, *, body: models.ViewBody) -> models.View:
        """Keep a view under a name."""
        found: models.View = self.send(
            Call(
                "PUT",
                "/v1/datasets/{}/views/{}",
                (
                    dataset,
                    name,
                ),
                {},
                {},
                body,
            )
        )
        return found

    def remove_record_view(self, dataset: str, name: str) -> None:
        """Forget a view."""
        found: None = self.send(
            Call(
                "DELETE",
                "/v1/datasets/{}/views/{}",
                (
                    dataset,
                    name,
                ),
                {},
                {},
                None,
            )
        )
        return found

    def list_events(
        self,
        *,
        limit: int | None = None,
        before: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.EventList:
        """The audit trail, the newest first: who did what, when, through which door."""
        found: models.EventList = self.send(
            Call(
                "GET",
                "/v1/events",
                (),
                {"limit": limit, "before": before, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    def stream_events(self, *, after: str | None = None, jobs: bool | None = None) -> bytes:
        """Server-sent events: `event` is a line of the audit trail, `changes` says that a dataset changed, `job` how far one is."""
        found: bytes = self.send(
            Call("GET", "/v1/events/stream", (), {"after": after, "jobs": jobs}, {}, None)
        )
        return found

    def verify_events(self) -> models.Verified:
        """Check the chain of the audit trail: no event was altered or left out. 503 `chain_broken` names the first bad one."""
        found: models.Verified = self.send(
            Call("POST", "/v1/events/verification", (), {}, {}, None)
        )
        return found

    def get_health(self, *, fields: str | None = None) -> models.Health:
        """That the service and its database answer. Needs no token."""
        found: models.Health = self.send(
            Call("GET", "/v1/health", (), {"fields": fields}, {}, None)
        )
        return found

    def list_incidents(
        self,
        *,
        dataset: str | None = None,
        status: Literal["open", "resolved"] | None = None,
        fields: str | None = None,
    ) -> models.Incidents:
        """Incidents, open ones first; their notes are with each one alone."""
        found: models.Incidents = self.send(
            Call(
                "GET",
                "/v1/incidents",
                (),
                {"dataset": dataset, "status": status, "fields": fields},
                {},
                None,
            )
        )
        return found

    def get_incident(self, incident_id: str, *, fields: str | None = None) -> models.Incident:
        """One incident with what happened to it."""
        found: models.Incident = self.send(
            Call("GET", "/v1/incidents/{}", (incident_id,), {"fields": fields}, {}, None)
        )
        return found

    def change_incident(self, incident_id: str, *, body: models.IncidentChange) -> models.Incident:
        """Give it an owner, note something, resolve it or open it again."""
        found: models.Incident = self.send(
            Call("PATCH", "/v1/incidents/{}", (incident_id,), {}, {}, body)
        )
        return found

    def list_jobs(
        self,
        *,
        upload: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.JobList:
        """Jobs, the newest first."""
        found: models.JobList = self.send(
            Call(
                "GET",
                "/v1/jobs",
                (),
                {
                    "upload": upload,
                    "limit": limit,
                    "offset": offset,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def get_job(self, job_id: str, *, fields: str | None = None) -> models.Job:
        """One job with its progress of this moment: stage, rows done, rows per second."""
        found: models.Job = self.send(
            Call("GET", "/v1/jobs/{}", (job_id,), {"fields": fields}, {}, None)
        )
        return found

    def get_job_result(self, job_id: str, *, fields: str | None = None) -> dict[str, Any]:
        """What a job found that took the place of an answer (a rollback, a check): what that answer would have been."""
        found: dict[str, Any] = self.send(
            Call("GET", "/v1/jobs/{}/result", (job_id,), {"fields": fields}, {}, None)
        )
        return found

    def list_alerts(self, *, days: float | None = None, fields: str | None = None) -> models.Alerts:
        """All alerts with their states, those that fire first, and their changes of the last days."""
        found: models.Alerts = self.send(
            Call("GET", "/v1/monitoring/alerts", (), {"days": days, "fields": fields}, {}, None)
        )
        return found

    def acknowledge_alert(self, alert: str, *, body: models.Acknowledgement) -> models.AlertState:
        """Somebody sees to an alert that fires: it is not sent again while it does."""
        found: models.AlertState = self.send(
            Call("POST", "/v1/monitoring/alerts/{}/acknowledgement", (alert,), {}, {}, body)
        )
        return found

    def list_errors(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.Faults:
        """Unexpected errors: their type and their place in the code, never their text."""
        found: models.Faults = self.send(
            Call(
                "GET",
                "/v1/monitoring/errors",
                (),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    def get_readiness(self, *, fields: str | None = None) -> models.Readiness:
        """Every part of the server with its time and, where it does not work, its cause and what to do."""
        found: models.Readiness = self.send(
            Call("GET", "/v1/monitoring/health", (), {"fields": fields}, {}, None)
        )
        return found

    def list_metrics(
        self,
        *,
        name: list[str] | None = None,
        hours: float | None = None,
        fields: str | None = None,
    ) -> models.Lines:
        """Metrics over time: growth per second of counters, values of gauges."""
        found: models.Lines = self.send(
            Call(
                "GET",
                "/v1/monitoring/metrics",
                (),
                {"name": name, "hours": hours, "fields": fields},
                {},
                None,
            )
        )
        return found

    def list_objectives(
        self, *, days: float | None = None, fields: str | None = None
    ) -> models.Budgets:
        """What is promised, what was kept, and what is left of the error budget."""
        found: models.Budgets = self.send(
            Call("GET", "/v1/monitoring/objectives", (), {"days": days, "fields": fields}, {}, None)
        )
        return found

    def run_probe(self) -> models.ProbeRun:
        """Run the probe now: a file is brought, imported and taken back, in a database of its own."""
        found: models.ProbeRun = self.send(Call("POST", "/v1/monitoring/probe", (), {}, {}, None))
        return found

    def export_report(self, month: str) -> bytes:
        """The objectives of a month (2026-11) as CSV."""
        found: bytes = self.send(Call("GET", "/v1/monitoring/reports/{}", (month,), {}, {}, None))
        return found

    def list_silences(self, *, fields: str | None = None) -> models.Silences:
        """The silences that hold."""
        found: models.Silences = self.send(
            Call("GET", "/v1/monitoring/silences", (), {"fields": fields}, {}, None)
        )
        return found

    def silence_alert(self, *, body: models.NewSilence) -> models.SilenceAnswer:
        """Nobody is told of an alert ("*": of any) for some hours. Its state goes on."""
        found: models.SilenceAnswer = self.send(
            Call("POST", "/v1/monitoring/silences", (), {}, {}, body)
        )
        return found

    def end_silence(self, silence_id: str) -> None:
        """People are told again."""
        found: None = self.send(
            Call("DELETE", "/v1/monitoring/silences/{}", (silence_id,), {}, {}, None)
        )
        return found

    def list_traces(self, *, fields: str | None = None) -> models.Traces:
        """The last slow traces of this process with their spans, the newest first."""
        found: models.Traces = self.send(
            Call("GET", "/v1/monitoring/traces", (), {"fields": fields}, {}, None)
        )
        return found

    def api_usage(self, *, days: float | None = None, fields: str | None = None) -> models.ApiUsage:
        """How the API is used, by method and route: requests, errors, p50 and p95, keys and programs. No personal data."""
        found: models.ApiUsage = self.send(
            Call("GET", "/v1/monitoring/usage", (), {"days": days, "fields": fields}, {}, None)
        )
        return found

    def get_performance(
        self, *, days: float | None = None, imports: int | None = None, fields: str | None = None
    ) -> models.Performance:
        """How long operations and the stages of imports take; sizes of tables and files; memory and spill."""
        found: models.Performance = self.send(
            Call(
                "GET",
                "/v1/performance",
                (),
                {"days": days, "imports": imports, "fields": fields},
                {},
                None,
            )
        )
        return found

    def get_paper(self, forgotten_id: str) -> bytes:
        """The paper about somebody who was forgotten, in Markdown; it has no word about who it was."""
        found: bytes = self.send(
            Call("GET", "/v1/privacy/papers/{}", (forgotten_id,), {}, {}, None)
        )
        return found

    def list_queue(self, *, fields: str | None = None) -> models.EntryList:
        """Files that were brought together: state, stage, share, rows per second, time left. It survives a restart."""
        found: models.EntryList = self.send(
            Call("GET", "/v1/queue", (), {"fields": fields}, {}, None)
        )
        return found

    def cancel_queue(self, *, body: models.Some | None | None = None) -> models.Ids:
        """Stop what waits or runs."""
        found: models.Ids = self.send(Call("POST", "/v1/queue/cancel", (), {}, {}, body))
        return found

    def discard_queue(self, *, body: models.Some | None | None = None) -> models.Ids:
        """Take files off the list. What is not imported is cancelled; what is imported stays imported."""
        found: models.Ids = self.send(Call("POST", "/v1/queue/discard", (), {}, {}, body))
        return found

    def import_queue(self, *, body: models.Some | None | None = None) -> models.Ids:
        """Import what is ready, in the background."""
        found: models.Ids = self.send(Call("POST", "/v1/queue/import", (), {}, {}, body))
        return found

    def retry_queue(self, *, body: models.Some | None | None = None) -> models.Ids:
        """Look again at what failed; at what was cancelled where it is named."""
        found: models.Ids = self.send(Call("POST", "/v1/queue/retry", (), {}, {}, body))
        return found

    def list_recipes(
        self, *, dataset: str | None = None, fields: str | None = None
    ) -> models.SavedList:
        """Saved recipes by name."""
        found: models.SavedList = self.send(
            Call("GET", "/v1/recipes", (), {"dataset": dataset, "fields": fields}, {}, None)
        )
        return found

    def get_saved_recipe(
        self, dataset: str, name: str, *, fields: str | None = None
    ) -> models.SavedRecipe:
        """One saved recipe."""
        found: models.SavedRecipe = self.send(
            Call(
                "GET",
                "/v1/recipes/{}/{}",
                (
                    dataset,
                    name,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    def put_recipe(
        self,
        dataset: str,
        name: str,
        *,
        body: models.Recipe,
        replace: bool | None = None,
        source: str | None = None,
    ) -> models.SavedRecipe:
        """Save a recipe that was exported. 409 when the name is taken, unless `replace`."""
        found: models.SavedRecipe = self.send(
            Call(
                "PUT",
                "/v1/recipes/{}/{}",
                (
                    dataset,
                    name,
                ),
                {"replace": replace, "source": source},
                {},
                body,
            )
        )
        return found

    def bind_recipe(self, dataset: str, name: str, *, body: models.BindBody) -> models.SavedRecipe:
        """Bind a recipe to a source, whose next file gets it by itself; null lets go of it."""
        found: models.SavedRecipe = self.send(
            Call(
                "PATCH",
                "/v1/recipes/{}/{}",
                (
                    dataset,
                    name,
                ),
                {},
                {},
                body,
            )
        )
        return found

    def remove_recipe(self, dataset: str, name: str) -> None:
        """Forget a recipe. What was cleaned with it stays as it is."""
        found: None = self.send(
            Call(
                "DELETE",
                "/v1/recipes/{}/{}",
                (
                    dataset,
                    name,
                ),
                {},
                {},
                None,
            )
        )
        return found

    def list_schedules(
        self, *, dataset: str | None = None, fields: str | None = None
    ) -> models.ScheduleList:
        """Schedules by name, with their next time."""
        found: models.ScheduleList = self.send(
            Call("GET", "/v1/schedules", (), {"dataset": dataset, "fields": fields}, {}, None)
        )
        return found

    def create_schedule(self, *, body: models.Definition) -> models.Schedule:
        """Make a schedule. 409 when the name is taken."""
        found: models.Schedule = self.send(Call("POST", "/v1/schedules", (), {}, {}, body))
        return found

    def try_schedule(self, *, body: models.Definition) -> models.api__schedules_models__Tried:
        """Which files it would find now. Nothing is imported."""
        found: models.api__schedules_models__Tried = self.send(
            Call("POST", "/v1/schedules/try", (), {}, {}, body)
        )
        return found

    def get_schedule(self, schedule: str, *, fields: str | None = None) -> models.Schedule:
        """One schedule."""
        found: models.Schedule = self.send(
            Call("GET", "/v1/schedules/{}", (schedule,), {"fields": fields}, {}, None)
        )
        return found

    def change_schedule(self, schedule: str, *, body: models.Definition) -> models.Schedule:
        """Change a schedule: the whole definition."""
        found: models.Schedule = self.send(
            Call("PUT", "/v1/schedules/{}", (schedule,), {}, {}, body)
        )
        return found

    def remove_schedule(self, schedule: str) -> None:
        """Forget a schedule. What it imported stays."""
        found: None = self.send(Call("DELETE", "/v1/schedules/{}", (schedule,), {}, {}, None))
        return found

    def pause_schedule(self, schedule: str) -> models.Schedule:
        """Let it rest."""
        found: models.Schedule = self.send(
            Call("POST", "/v1/schedules/{}/pause", (schedule,), {}, {}, None)
        )
        return found

    def resume_schedule(self, schedule: str) -> models.Schedule:
        """Let it go on at its next time."""
        found: models.Schedule = self.send(
            Call("POST", "/v1/schedules/{}/resume", (schedule,), {}, {}, None)
        )
        return found

    def run_schedule(self, schedule: str, *, again: bool | None = None) -> models.Job:
        """Run it now, in the background. 409 while it runs."""
        found: models.Job = self.send(
            Call("POST", "/v1/schedules/{}/run", (schedule,), {"again": again}, {}, None)
        )
        return found

    def list_schedule_runs(
        self,
        schedule: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.RunList:
        """Its runs with what came of them, the newest first."""
        found: models.RunList = self.send(
            Call(
                "GET",
                "/v1/schedules/{}/runs",
                (schedule,),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    def search_site(
        self, *, q: str | None = None, limit: int | None = None, fields: str | None = None
    ) -> models.SiteSearch:
        """The whole site: the first records of every dataset, uploads by file name, datasets by title."""
        found: models.SiteSearch = self.send(
            Call("GET", "/v1/search", (), {"q": q, "limit": limit, "fields": fields}, {}, None)
        )
        return found

    def search_analytics(
        self, *, days: float | None = None, dataset: str | None = None, fields: str | None = None
    ) -> models.SearchAnalytics:
        """How the search was used: over time, top texts, texts without a hit, what was opened, times."""
        found: models.SearchAnalytics = self.send(
            Call(
                "GET",
                "/v1/search/analytics",
                (),
                {"days": days, "dataset": dataset, "fields": fields},
                {},
                None,
            )
        )
        return found

    def get_export(self, job_id: str, *, fields: str | None = None) -> models.Job:
        """One of your exports: stage, rows done."""
        found: models.Job = self.send(
            Call("GET", "/v1/search/exports/{}", (job_id,), {"fields": fields}, {}, None)
        )
        return found

    def cancel_export(self, job_id: str) -> models.Job:
        """Stop an export, or remove its file."""
        found: models.Job = self.send(
            Call("DELETE", "/v1/search/exports/{}", (job_id,), {}, {}, None)
        )
        return found

    def download_export(self, job_id: str) -> None:
        """The finished file; it is kept for a day."""
        found: None = self.send(Call("GET", "/v1/search/exports/{}/file", (job_id,), {}, {}, None))
        return found

    def remove_search(self, search_id: str) -> None:
        """Forget a kept search."""
        found: None = self.send(Call("DELETE", "/v1/searches/{}", (search_id,), {}, {}, None))
        return found

    def looked_at_search(self, search_id: str) -> None:
        """You have seen its news."""
        found: None = self.send(Call("POST", "/v1/searches/{}/looked", (search_id,), {}, {}, None))
        return found

    def search_news(self, search_id: str, *, fields: str | None = None) -> models.SearchNews:
        """Records that it finds and did not find when you looked, finds no more, or finds changed."""
        found: models.SearchNews = self.send(
            Call("GET", "/v1/searches/{}/news", (search_id,), {"fields": fields}, {}, None)
        )
        return found

    def list_transfers(self, *, fields: str | None = None) -> models.TransferList:
        """Your files that are on their way."""
        found: models.TransferList = self.send(
            Call("GET", "/v1/transfers", (), {"fields": fields}, {}, None)
        )
        return found

    def start_transfer(self, *, body: models.StartBody) -> models.Transfer:
        """Begin with a file that comes in chunks. What would be refused at the end is refused here."""
        found: models.Transfer = self.send(Call("POST", "/v1/transfers", (), {}, {}, body))
        return found

    def get_transfer(self, transfer_id: str, *, fields: str | None = None) -> models.Transfer:
        """How many bytes are safe: the next chunk begins there."""
        found: models.Transfer = self.send(
            Call("GET", "/v1/transfers/{}", (transfer_id,), {"fields": fields}, {}, None)
        )
        return found

    def put_chunk(
        self,
        transfer_id: str,
        *,
        body: bytes,
        offset: int | None = None,
        sha256: str | None = None,
        crc32: str | None = None,
    ) -> models.Transfer:
        """A chunk: the body from byte `offset` of the file on, with its SHA-256 or CRC-32 in hex."""
        found: models.Transfer = self.send(
            Call(
                "PUT",
                "/v1/transfers/{}",
                (transfer_id,),
                {"offset": offset, "sha256": sha256, "crc32": crc32},
                {},
                body,
            )
        )
        return found

    def discard_transfer(self, transfer_id: str) -> None:
        """Forget a file that is on its way."""
        found: None = self.send(Call("DELETE", "/v1/transfers/{}", (transfer_id,), {}, {}, None))
        return found

    def finish_transfer(self, transfer_id: str, *, force: bool | None = None) -> models.Entry:
        """All bytes are there: an upload is opened and put into the queue. Asked again, it answers the same."""
        found: models.Entry = self.send(
            Call("POST", "/v1/transfers/{}/finish", (transfer_id,), {"force": force}, {}, None)
        )
        return found

    def tus_create(
        self,
        *,
        body: bytes | None = None,
        upload_length: int | None = None,
        tus_resumable: str | None = None,
        upload_metadata: str | None = None,
    ) -> None:
        """Begin with a file, by tus; bytes may come along. `Location` is where it goes on."""
        found: None = self.send(
            Call(
                "POST",
                "/v1/tus",
                (),
                {},
                {
                    "upload-length": upload_length,
                    "tus-resumable": tus_resumable,
                    "upload-metadata": upload_metadata,
                },
                body,
            )
        )
        return found

    def tus_state(self, transfer_id: str, *, fields: str | None = None) -> models.Transfer:
        """How far a file is (`Upload-Offset`); clients of tus ask by HEAD. `Upload-Link` is the upload when it is whole."""
        found: models.Transfer = self.send(
            Call("GET", "/v1/tus/{}", (transfer_id,), {"fields": fields}, {}, None)
        )
        return found

    def tus_append(
        self,
        transfer_id: str,
        *,
        body: bytes | None = None,
        upload_offset: int | None = None,
        tus_resumable: str | None = None,
    ) -> None:
        """The next bytes. With the last of them an upload is opened and put into the queue: `Upload-Link`."""
        found: None = self.send(
            Call(
                "PATCH",
                "/v1/tus/{}",
                (transfer_id,),
                {},
                {"upload-offset": upload_offset, "tus-resumable": tus_resumable},
                body,
            )
        )
        return found

    def tus_terminate(self, transfer_id: str) -> None:
        """Forget a file that is on its way."""
        found: None = self.send(Call("DELETE", "/v1/tus/{}", (transfer_id,), {}, {}, None))
        return found

    def list_uploads(
        self,
        *,
        dataset: str | None = None,
        status: (
            Literal[
                "received",
                "staged",
                "previewed",
                "importing",
                "imported",
                "rejected",
                "failed",
                "rolled_back",
                "cancelled",
            ]
            | None
        ) = None,
        kind: Literal["import", "rollback"] | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.UploadList:
        """Uploads and rollbacks, the newest first."""
        found: models.UploadList = self.send(
            Call(
                "GET",
                "/v1/uploads",
                (),
                {
                    "dataset": dataset,
                    "status": status,
                    "kind": kind,
                    "limit": limit,
                    "offset": offset,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def create_upload(
        self,
        *,
        body: bytes,
        format: str | None = None,
        member: str | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        quote: str | None = None,
        escape: str | None = None,
        line_end: str | None = None,
        header: int | None = None,
        header_rows: int | None = None,
        skip: int | None = None,
        footer: int | None = None,
        columns: int | None = None,
        sheet: str | None = None,
        range: str | None = None,
        table: str | None = None,
        list_key: str | None = None,
        shape: str | None = None,
        unpack: bool | None = None,
        merged: bool | None = None,
        mend: bool | None = None,
        repair: bool | None = None,
        filename: str | None = None,
        dataset: str | None = None,
        mode: Literal["upsert", "insert", "replace"] | None = None,
        on_error: Literal["quarantine", "refuse"] | None = None,
        commit: bool | None = None,
        source: str | None = None,
        force: bool | None = None,
        confirm_deletions: bool | None = None,
        wait: float | None = None,
        prefer: str | None = None,
    ) -> models.Upload:
        """Bring a file: the body itself, or a form with a part `file`. It is streamed to disk."""
        found: models.Upload = self.send(
            Call(
                "POST",
                "/v1/uploads",
                (),
                {
                    "format": format,
                    "member": member,
                    "encoding": encoding,
                    "delimiter": delimiter,
                    "quote": quote,
                    "escape": escape,
                    "line_end": line_end,
                    "header": header,
                    "header_rows": header_rows,
                    "skip": skip,
                    "footer": footer,
                    "columns": columns,
                    "sheet": sheet,
                    "range": range,
                    "table": table,
                    "list_key": list_key,
                    "shape": shape,
                    "unpack": unpack,
                    "merged": merged,
                    "mend": mend,
                    "repair": repair,
                    "filename": filename,
                    "dataset": dataset,
                    "mode": mode,
                    "on_error": on_error,
                    "commit": commit,
                    "source": source,
                    "force": force,
                    "confirm_deletions": confirm_deletions,
                    "wait": wait,
                },
                {"prefer": prefer},
                body,
            )
        )
        return found

    def fetch_upload(self, *, body: models.FetchBody) -> models.Upload:
        """Bring what an http or https address names. It is received; preview and commit it by its id."""
        found: models.Upload = self.send(Call("POST", "/v1/uploads/fetch", (), {}, {}, body))
        return found

    def get_upload(self, upload_id: str, *, fields: str | None = None) -> models.Upload:
        """One upload: status, counts, how it was read, mapped and cleaned, what was wrong."""
        found: models.Upload = self.send(
            Call("GET", "/v1/uploads/{}", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def accept_upload(self, upload_id: str, *, body: models.Body_accept_upload) -> None:
        """Let an upload in that the gate asks about."""
        found: None = self.send(Call("POST", "/v1/uploads/{}/accept", (upload_id,), {}, {}, body))
        return found

    def cancel_upload(self, upload_id: str) -> models.Upload:
        """Stop what runs for an upload, or close one that is not imported. Nothing is left behind."""
        found: models.Upload = self.send(
            Call("POST", "/v1/uploads/{}/cancel", (upload_id,), {}, {}, None)
        )
        return found

    def list_changes(
        self,
        upload_id: str,
        *,
        outcome: (
            Literal["new", "changed", "unchanged", "repeated", "conflicting", "rejected", "deleted"]
            | None
        ) = None,
        field: str | None = None,
        search: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.ChangeList:
        """Before the import: what the preview would do, row by row. After it: what it did."""
        found: models.ChangeList = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/changes",
                (upload_id,),
                {
                    "outcome": outcome,
                    "field": field,
                    "search": search,
                    "limit": limit,
                    "offset": offset,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def list_spellings(
        self,
        upload_id: str,
        *,
        column: str | None = None,
        method: Literal["fingerprint", "ngram", "phonetic", "nearest"] | None = None,
        fields: str | None = None,
    ) -> models.ClusterList:
        """Spellings of a column that may be one text."""
        found: models.ClusterList = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/clusters",
                (upload_id,),
                {"column": column, "method": method, "fields": fields},
                {},
                None,
            )
        )
        return found

    def commit_upload(
        self,
        upload_id: str,
        *,
        body: models.CommitBody | None | None = None,
        wait: float | None = None,
        prefer: str | None = None,
    ) -> models.Upload:
        """Import what was previewed, or the same with another mapping, recipe or mode."""
        found: models.Upload = self.send(
            Call(
                "POST",
                "/v1/uploads/{}/commit",
                (upload_id,),
                {"wait": wait},
                {"prefer": prefer},
                body,
            )
        )
        return found

    def list_conflicts(
        self,
        upload_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.ConflictList:
        """Rows that could mean several records, each with those records."""
        found: models.ConflictList = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/conflicts",
                (upload_id,),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    def place_upload(self, upload_id: str, *, body: models.PlaceBody) -> models.Entry:
        """Move an open upload to another dataset, or to a new one that is made of its file. Then it is looked at."""
        found: models.Entry = self.send(
            Call("PUT", "/v1/uploads/{}/dataset", (upload_id,), {}, {}, body)
        )
        return found

    def get_decisions(self, upload_id: str, *, fields: str | None = None) -> models.Decisions:
        """What was decided in the preview, and how many records each field would change."""
        found: models.Decisions = self.send(
            Call("GET", "/v1/uploads/{}/decisions", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def decide_rows(self, upload_id: str, *, body: models.DecisionsBody) -> models.Decisions:
        """Decide of rows, of all rows with an outcome, of fields and of records that would be deleted."""
        found: models.Decisions = self.send(
            Call("PUT", "/v1/uploads/{}/decisions", (upload_id,), {}, {}, body)
        )
        return found

    def discard_rows(self, upload_id: str, *, body: models.DiscardBody) -> models.Requeued:
        """Rows of the quarantine that nobody will fix wait no more; `back` lets them wait again."""
        found: models.Requeued = self.send(
            Call("POST", "/v1/uploads/{}/discard", (upload_id,), {}, {}, body)
        )
        return found

    def get_drift(
        self, upload_id: str, *, against: str | None = None, fields: str | None = None
    ) -> models.QualityDrift:
        """What is different in an import, against the one before it of its source."""
        found: models.QualityDrift = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/drift",
                (upload_id,),
                {"against": against, "fields": fields},
                {},
                None,
            )
        )
        return found

    def list_possible_duplicates(
        self,
        upload_id: str,
        *,
        undecided: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
        fields: str | None = None,
    ) -> models.ArrivalList:
        """Rows that are probably somebody who is there, or twice in the file, beyond the exact key."""
        found: models.ArrivalList = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/duplicates",
                (upload_id,),
                {"undecided": undecided, "limit": limit, "offset": offset, "fields": fields},
                {},
                None,
            )
        )
        return found

    def decide_possible_duplicates(
        self, upload_id: str, *, body: models.ArrivalDecision
    ) -> models.ArrivalsDecided:
        """Say of rows that they are the same (they update that record), different, or to be asked later; withdrawn takes it back."""
        found: models.ArrivalsDecided = self.send(
            Call("POST", "/v1/uploads/{}/duplicates/decisions", (upload_id,), {}, {}, body)
        )
        return found

    def get_effects(
        self, upload_id: str, *, whole: bool | None = None, fields: str | None = None
    ) -> models.Effects:
        """What each step does: cells changed, rows taken away, some texts before and after."""
        found: models.Effects = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/effects",
                (upload_id,),
                {"whole": whole, "fields": fields},
                {},
                None,
            )
        )
        return found

    def try_effects(self, upload_id: str, *, body: models.EffectsBody) -> models.Effects:
        """What other steps would do, before they are kept: nothing changes. `PATCH /uploads/{id}/plan` keeps them."""
        found: models.Effects = self.send(
            Call("POST", "/v1/uploads/{}/effects", (upload_id,), {}, {}, body)
        )
        return found

    def get_facet(
        self,
        upload_id: str,
        *,
        column: str | None = None,
        limit: int | None = None,
        fields: str | None = None,
    ) -> models.Facet:
        """The texts of a column with their counts, blank and wrong cells."""
        found: models.Facet = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/facet",
                (upload_id,),
                {"column": column, "limit": limit, "fields": fields},
                {},
                None,
            )
        )
        return found

    def fix_cells(self, upload_id: str, *, body: models.FixBody) -> models.Fixed:
        """Type cells anew. It is one act, checked at once, and can be undone. The file stays as it is."""
        found: models.Fixed = self.send(
            Call("POST", "/v1/uploads/{}/fixes", (upload_id,), {}, {}, body)
        )
        return found

    def fix_all_like_this(self, upload_id: str, *, body: models.FixAllBody) -> models.Fixed:
        """Every cell of a column in which one of these texts stands; `dry_run` only counts them."""
        found: models.Fixed = self.send(
            Call("POST", "/v1/uploads/{}/fixes/all", (upload_id,), {}, {}, body)
        )
        return found

    def redo_fix(self, upload_id: str) -> models.Fixed:
        """Do again what was undone last."""
        found: models.Fixed = self.send(
            Call("POST", "/v1/uploads/{}/fixes/redo", (upload_id,), {}, {}, None)
        )
        return found

    def find_and_replace(self, upload_id: str, *, body: models.ReplaceBody) -> models.Fixed:
        """A part of a text becomes another, in one column or all; `dry_run` only counts the cells."""
        found: models.Fixed = self.send(
            Call("POST", "/v1/uploads/{}/fixes/replace", (upload_id,), {}, {}, body)
        )
        return found

    def undo_fix(self, upload_id: str) -> models.Fixed:
        """Take the newest act of fixing back."""
        found: models.Fixed = self.send(
            Call("POST", "/v1/uploads/{}/fixes/undo", (upload_id,), {}, {}, None)
        )
        return found

    def get_gate(self, upload_id: str, *, fields: str | None = None) -> models.GateReport:
        """Whether an upload would be let in, and why not."""
        found: models.GateReport = self.send(
            Call("GET", "/v1/uploads/{}/gate", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def get_grid(
        self,
        upload_id: str,
        *,
        problems: bool | None = None,
        field: str | None = None,
        rule: str | None = None,
        severity: Literal["error", "warning", "info"] | None = None,
        search: str | None = None,
        fixed: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
        fields: str | None = None,
    ) -> models.Grid:
        """Rows of an open upload as they are cleaned, with what is wrong in which cell and the repair."""
        found: models.Grid = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/grid",
                (upload_id,),
                {
                    "problems": problems,
                    "field": field,
                    "rule": rule,
                    "severity": severity,
                    "search": search,
                    "fixed": fixed,
                    "limit": limit,
                    "offset": offset,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def download_original(self, upload_id: str) -> bytes:
        """The file as it came, byte for byte."""
        found: bytes = self.send(Call("GET", "/v1/uploads/{}/original", (upload_id,), {}, {}, None))
        return found

    def change_plan(self, upload_id: str, *, body: models.PlanBody) -> models.Upload:
        """Change how an open upload is read, shaped, mapped and cleaned. What is left out stays; it can be undone."""
        found: models.Upload = self.send(
            Call("PATCH", "/v1/uploads/{}/plan", (upload_id,), {}, {}, body)
        )
        return found

    def list_problems(self, upload_id: str, *, fields: str | None = None) -> models.ProblemList:
        """What is wrong with the file, grouped by cause, with places and repairs."""
        found: models.ProblemList = self.send(
            Call("GET", "/v1/uploads/{}/problems", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def get_upload_profile(self, upload_id: str, *, fields: str | None = None) -> dict[str, Any]:
        """The same of an upload's file, before anything is cleaned."""
        found: dict[str, Any] = self.send(
            Call("GET", "/v1/uploads/{}/profile", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def list_proposals(self, upload_id: str, *, fields: str | None = None) -> models.ProposalList:
        """Which dataset the rows are for, told from the content: every dataset with how well it fits."""
        found: models.ProposalList = self.send(
            Call("GET", "/v1/uploads/{}/proposals", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def get_file_quality(self, upload_id: str, *, fields: str | None = None) -> models.QualityScore:
        """The score of the rows of an open upload as they are cleaned now: completeness and validity of its fields."""
        found: models.QualityScore = self.send(
            Call("GET", "/v1/uploads/{}/quality", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def fix_file(self, upload_id: str, *, body: models.FixAsked) -> models.FixAnswer:
        """Repair values of a file by steps of its recipe; the new score is told before they are kept."""
        found: models.FixAnswer = self.send(
            Call("POST", "/v1/uploads/{}/quality/fix", (upload_id,), {}, {}, body)
        )
        return found

    def list_file_values(
        self, upload_id: str, *, check: str | None = None, fields: str | None = None
    ) -> models.FileValues:
        """The values of the rows that a check counts as bad."""
        found: models.FileValues = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/quality/values",
                (upload_id,),
                {"check": check, "fields": fields},
                {},
                None,
            )
        )
        return found

    def bring_back_file(self, upload_id: str, *, body: bytes) -> models.Requeued:
        """Bring back the rows that were changed in a repaired quarantine file, under the same upload."""
        found: models.Requeued = self.send(
            Call("POST", "/v1/uploads/{}/quarantine", (upload_id,), {}, {}, body)
        )
        return found

    def download_quarantine(self, upload_id: str) -> bytes:
        """The rows that were not imported, as they stood, with their row, line and problems."""
        found: bytes = self.send(
            Call("GET", "/v1/uploads/{}/quarantine.csv", (upload_id,), {}, {}, None)
        )
        return found

    def download_quarantine_workbook(self, upload_id: str) -> bytes:
        """The rows that wait as an Excel workbook, faulty cells coloured and commented."""
        found: bytes = self.send(
            Call("GET", "/v1/uploads/{}/quarantine.xlsx", (upload_id,), {}, {}, None)
        )
        return found

    def get_recipe(self, upload_id: str, *, fields: str | None = None) -> models.Recipe:
        """The whole recipe of an upload, to be kept in a file: reading, table steps, mapping, cleaning steps."""
        found: models.Recipe = self.send(
            Call("GET", "/v1/uploads/{}/recipe", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def save_recipe(self, upload_id: str, *, body: models.SaveBody) -> models.SavedRecipe:
        """Save the recipe of an upload under a name. With a `source`, the source's next file gets it by itself."""
        found: models.SavedRecipe = self.send(
            Call("POST", "/v1/uploads/{}/recipe", (upload_id,), {}, {}, body)
        )
        return found

    def use_recipe(self, upload_id: str, *, body: models.UseBody) -> models.Upload:
        """Use a recipe for an open upload: a saved one by its name, or one that was exported."""
        found: models.Upload = self.send(
            Call("PUT", "/v1/uploads/{}/recipe", (upload_id,), {}, {}, body)
        )
        return found

    def get_column_drift(self, upload_id: str, *, fields: str | None = None) -> models.Drift:
        """What columns the file has otherwise than the recipe that it got, or the source's last file."""
        found: models.Drift = self.send(
            Call("GET", "/v1/uploads/{}/recipe/drift", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def adapt_recipe(self, upload_id: str, *, body: dict[str, str]) -> models.Upload:
        """Take new columns for old ones wherever the recipe names them: old name to new name."""
        found: models.Upload = self.send(
            Call("POST", "/v1/uploads/{}/recipe/drift", (upload_id,), {}, {}, body)
        )
        return found

    def redo_change(self, upload_id: str) -> models.Upload:
        """Make the change again that was undone last. 409 when there is none."""
        found: models.Upload = self.send(
            Call("POST", "/v1/uploads/{}/redo", (upload_id,), {}, {}, None)
        )
        return found

    def requeue_rows(self, upload_id: str, *, body: models.RequeueBody) -> models.Requeued:
        """Bring repaired rows of the quarantine back under the same upload."""
        found: models.Requeued = self.send(
            Call("POST", "/v1/uploads/{}/requeue", (upload_id,), {}, {}, body)
        )
        return found

    def rollback_upload(
        self,
        upload_id: str,
        *,
        dry_run: bool | None = None,
        limit: int | None = None,
        prefer: str | None = None,
    ) -> models.Rollback:
        """Take an upload back: each record is reversed, kept (others vouch for it) or failed."""
        found: models.Rollback = self.send(
            Call(
                "POST",
                "/v1/uploads/{}/rollback",
                (upload_id,),
                {"dry_run": dry_run, "limit": limit},
                {"prefer": prefer},
                None,
            )
        )
        return found

    def list_sheets(self, upload_id: str, *, fields: str | None = None) -> models.SheetList:
        """The sheets of a workbook with their sizes and first rows."""
        found: models.SheetList = self.send(
            Call("GET", "/v1/uploads/{}/sheets", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    def split_upload(self, upload_id: str, *, body: models.SplitBody) -> models.EntryList:
        """Take several sheets of a workbook, each as an upload of its own."""
        found: models.EntryList = self.send(
            Call("POST", "/v1/uploads/{}/sheets", (upload_id,), {}, {}, body)
        )
        return found

    def get_spellings(
        self,
        upload_id: str,
        *,
        column: str | None = None,
        method: Literal["fingerprint", "ngram", "phonetic", "nearest"] | None = None,
        fields: str | None = None,
    ) -> models.Spellings:
        """Spellings of a column that probably mean the same. A table step `merge` makes one of them."""
        found: models.Spellings = self.send(
            Call(
                "GET",
                "/v1/uploads/{}/spellings",
                (upload_id,),
                {"column": column, "method": method, "fields": fields},
                {},
                None,
            )
        )
        return found

    def undo_change(self, upload_id: str) -> models.Upload:
        """Take the last change of the plan back. 409 when there is none."""
        found: models.Upload = self.send(
            Call("POST", "/v1/uploads/{}/undo", (upload_id,), {}, {}, None)
        )
        return found

    def list_webhooks(self, *, fields: str | None = None) -> models.WebhookList:
        """All webhooks, and the kinds of events that there are."""
        found: models.WebhookList = self.send(
            Call("GET", "/v1/webhooks", (), {"fields": fields}, {}, None)
        )
        return found

    def create_webhook(self, *, body: models.NewWebhook) -> models.MadeWebhook:
        """Tell an address what happens, signed as Standard Webhooks 1.0 says, tried again for a day until it answers 2xx."""
        found: models.MadeWebhook = self.send(Call("POST", "/v1/webhooks", (), {}, {}, body))
        return found

    def list_deliveries(
        self,
        *,
        webhook: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.DeliveryList:
        """What was sent, or waits to be, the newest first. Kept for 30 days."""
        found: models.DeliveryList = self.send(
            Call(
                "GET",
                "/v1/webhooks/deliveries",
                (),
                {
                    "webhook": webhook,
                    "limit": limit,
                    "offset": offset,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    def replay_delivery(self, delivery_id: str) -> models.Delivery:
        """Send a message once more now. Its `webhook-id` is the same, so that a receiver knows it again."""
        found: models.Delivery = self.send(
            Call("POST", "/v1/webhooks/deliveries/{}/replay", (delivery_id,), {}, {}, None)
        )
        return found

    def get_webhook(self, webhook_id: str, *, fields: str | None = None) -> models.Webhook:
        """One webhook."""
        found: models.Webhook = self.send(
            Call("GET", "/v1/webhooks/{}", (webhook_id,), {"fields": fields}, {}, None)
        )
        return found

    def change_webhook(self, webhook_id: str, *, body: models.WebhookChange) -> models.Webhook:
        """Change a webhook (JSON merge). `enabled` turns it off, and on again after an address answered 410."""
        found: models.Webhook = self.send(
            Call("PATCH", "/v1/webhooks/{}", (webhook_id,), {}, {}, body)
        )
        return found

    def remove_webhook(self, webhook_id: str) -> None:
        """Forget a webhook with its deliveries."""
        found: None = self.send(Call("DELETE", "/v1/webhooks/{}", (webhook_id,), {}, {}, None))
        return found

    def test_webhook(self, webhook_id: str) -> models.Delivery:
        """Send a message of the kind `webhook.test` now; the answer says how that went."""
        found: models.Delivery = self.send(
            Call("POST", "/v1/webhooks/{}/test", (webhook_id,), {}, {}, None)
        )
        return found


class AsyncOperations(AsyncSender):
    """Every operation of the API."""

    async def list_accounts(self, *, fields: str | None = None) -> models.AccountList:
        """All accounts by name."""
        found: models.AccountList = await self.send(
            Call("GET", "/v1/access/accounts", (), {"fields": fields}, {}, None)
        )
        return found

    async def create_account(self, *, body: models.NewAccount) -> models.Invited:
        """A new account, with the link by which its owner sets a password."""
        found: models.Invited = await self.send(
            Call("POST", "/v1/access/accounts", (), {}, {}, body)
        )
        return found

    async def get_account(self, name: str, *, fields: str | None = None) -> models.Account:
        """One account, by its name or id."""
        found: models.Account = await self.send(
            Call("GET", "/v1/access/accounts/{}", (name,), {"fields": fields}, {}, None)
        )
        return found

    async def change_account(self, name: str, *, body: models.AccountChange) -> models.Account:
        """Give an account another role or name, or shut it out (`disabled`), which ends its sessions and keys."""
        found: models.Account = await self.send(
            Call("PATCH", "/v1/access/accounts/{}", (name,), {}, {}, body)
        )
        return found

    async def delete_account(self, name: str) -> None:
        """Remove an account with its sessions and keys. What it did stays in history and audit trail."""
        found: None = await self.send(
            Call("DELETE", "/v1/access/accounts/{}", (name,), {}, {}, None)
        )
        return found

    async def create_link(self, name: str, *, second_factor: bool | None = None) -> models.Link:
        """A link by which somebody sets a new password, once, within a day."""
        found: models.Link = await self.send(
            Call(
                "POST",
                "/v1/access/accounts/{}/link",
                (name,),
                {"second_factor": second_factor},
                {},
                None,
            )
        )
        return found

    async def list_keys(self, *, fields: str | None = None) -> models.KeyList:
        """API keys: one's own; all for who may see accounts."""
        found: models.KeyList = await self.send(
            Call("GET", "/v1/access/keys", (), {"fields": fields}, {}, None)
        )
        return found

    async def create_key(self, *, body: models.NewKey) -> models.MadeKey:
        """A key of one's own. The secret is shown this once."""
        found: models.MadeKey = await self.send(Call("POST", "/v1/access/keys", (), {}, {}, body))
        return found

    async def revoke_key(self, key_id: str) -> None:
        """End a key at once."""
        found: None = await self.send(Call("DELETE", "/v1/access/keys/{}", (key_id,), {}, {}, None))
        return found

    async def rotate_key(self, key_id: str, *, overlap_days: float | None = None) -> models.MadeKey:
        """A key in the place of another."""
        found: models.MadeKey = await self.send(
            Call(
                "POST",
                "/v1/access/keys/{}/rotation",
                (key_id,),
                {"overlap_days": overlap_days},
                {},
                None,
            )
        )
        return found

    async def list_limited(self, *, fields: str | None = None) -> models.LimitedList:
        """Who sent too much, by the hour."""
        found: models.LimitedList = await self.send(
            Call("GET", "/v1/access/limited", (), {"fields": fields}, {}, None)
        )
        return found

    async def get_me(self, *, fields: str | None = None) -> models.Me:
        """Who asks, and what they may."""
        found: models.Me = await self.send(
            Call("GET", "/v1/access/me", (), {"fields": fields}, {}, None)
        )
        return found

    async def list_roles(self, *, fields: str | None = None) -> models.RoleList:
        """All roles, and what each permission means."""
        found: models.RoleList = await self.send(
            Call("GET", "/v1/access/roles", (), {"fields": fields}, {}, None)
        )
        return found

    async def save_role(self, name: str, *, body: models.Permissions) -> models.Role:
        """Make or change a role of one's own."""
        found: models.Role = await self.send(
            Call("PUT", "/v1/access/roles/{}", (name,), {}, {}, body)
        )
        return found

    async def delete_role(self, name: str) -> None:
        """Remove a role that nobody has."""
        found: None = await self.send(Call("DELETE", "/v1/access/roles/{}", (name,), {}, {}, None))
        return found

    async def save_rules(self, name: str, dataset: str, *, body: models.Rules) -> models.Role:
        """Say what a role sees of a dataset: which records, without which fields, and which values in part."""
        found: models.Role = await self.send(
            Call(
                "PUT",
                "/v1/access/roles/{}/rules/{}",
                (
                    name,
                    dataset,
                ),
                {},
                {},
                body,
            )
        )
        return found

    async def delete_rules(self, name: str, dataset: str) -> models.Role:
        """Let a role see all of a dataset."""
        found: models.Role = await self.send(
            Call(
                "DELETE",
                "/v1/access/roles/{}/rules/{}",
                (
                    name,
                    dataset,
                ),
                {},
                {},
                None,
            )
        )
        return found

    async def list_sessions(
        self, *, account: str | None = None, fields: str | None = None
    ) -> models.SessionList:
        """Who is logged in: one's own sessions; those of all for who may see accounts."""
        found: models.SessionList = await self.send(
            Call("GET", "/v1/access/sessions", (), {"account": account, "fields": fields}, {}, None)
        )
        return found

    async def end_session(self, session_id: str) -> None:
        """End a session."""
        found: None = await self.send(
            Call("DELETE", "/v1/access/sessions/{}", (session_id,), {}, {}, None)
        )
        return found

    async def view_as(self, session_id: str, *, body: models.ViewAs) -> None:
        """See the pages of a session of an admin as another role does; null: as its own."""
        found: None = await self.send(
            Call("PUT", "/v1/access/sessions/{}/view-as", (session_id,), {}, {}, body)
        )
        return found

    async def get_upload_analytics(
        self,
        *,
        days: int | None = None,
        by: Literal["door", "source", "actor", "dataset"] | None = None,
        dataset: str | None = None,
        fields: str | None = None,
    ) -> models.Analytics:
        """Figures of the last days, by door, source, actor or dataset."""
        found: models.Analytics = await self.send(
            Call(
                "GET",
                "/v1/analytics/uploads",
                (),
                {"days": days, "by": by, "dataset": dataset, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def list_uploads_behind(
        self,
        *,
        days: int | None = None,
        by: Literal["door", "source", "actor", "dataset"] | None = None,
        value: str | None = None,
        day: str | None = None,
        dataset: str | None = None,
        fields: str | None = None,
    ) -> models.Behind:
        """The uploads behind a figure: of a day, or of a group."""
        found: models.Behind = await self.send(
            Call(
                "GET",
                "/v1/analytics/uploads/behind",
                (),
                {
                    "days": days,
                    "by": by,
                    "value": value,
                    "day": day,
                    "dataset": dataset,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def list_backups(self, *, fields: str | None = None) -> models.BackupList:
        """The whole backups, the newest first, with the result of their last restore test."""
        found: models.BackupList = await self.send(
            Call("GET", "/v1/backups", (), {"fields": fields}, {}, None)
        )
        return found

    async def make_backup(
        self, *, format: Literal["parquet", "duckdb"] | None = None
    ) -> models.Job:
        """Make a backup in the background and test that it can be restored. Poll the job."""
        found: models.Job = await self.send(
            Call("POST", "/v1/backups", (), {"format": format}, {}, None)
        )
        return found

    async def get_backup(self, name: str, *, fields: str | None = None) -> models.Backup:
        """One backup."""
        found: models.Backup = await self.send(
            Call("GET", "/v1/backups/{}", (name,), {"fields": fields}, {}, None)
        )
        return found

    async def download_backup(self, name: str) -> bytes:
        """All files of a backup as one .zip, to be unpacked into a backup folder."""
        found: bytes = await self.send(
            Call("GET", "/v1/backups/{}/download", (name,), {}, {}, None)
        )
        return found

    async def list_backup_files(
        self, name: str, *, fields: str | None = None
    ) -> models.BackupFiles:
        """The files of a backup with their sizes, to be fetched one by one."""
        found: models.BackupFiles = await self.send(
            Call("GET", "/v1/backups/{}/files", (name,), {"fields": fields}, {}, None)
        )
        return found

    async def download_backup_file(self, name: str, path: str) -> bytes:
        """One file of a backup. A download that broke off goes on by `Range`."""
        found: bytes = await self.send(
            Call(
                "GET",
                "/v1/backups/{}/files/{}",
                (
                    name,
                    path,
                ),
                {},
                {},
                None,
            )
        )
        return found

    async def verify_backup(self, name: str) -> models.BackupVerified:
        """Hash every file of a backup: is each byte as it was written?"""
        found: models.BackupVerified = await self.send(
            Call("POST", "/v1/backups/{}/verify", (name,), {}, {}, None)
        )
        return found

    async def check(
        self, *, deep: bool | None = None, fields: str | None = None, prefer: str | None = None
    ) -> models.Check:
        """Tables against history, ledger against uploads, files against hashes. It changes nothing."""
        found: models.Check = await self.send(
            Call("GET", "/v1/check", (), {"deep": deep, "fields": fields}, {"prefer": prefer}, None)
        )
        return found

    async def forget_check(self, check_id: str) -> None:
        """Delete a check."""
        found: None = await self.send(Call("DELETE", "/v1/checks/{}", (check_id,), {}, {}, None))
        return found

    async def list_datasets(self, *, fields: str | None = None) -> models.DatasetList:
        """Every dataset, the built-in ones first."""
        found: models.DatasetList = await self.send(
            Call("GET", "/v1/datasets", (), {"fields": fields}, {}, None)
        )
        return found

    async def create_dataset(self, *, body: models.DefinitionBody) -> models.Dataset:
        """Make a dataset. 409 when the name is taken."""
        found: models.Dataset = await self.send(Call("POST", "/v1/datasets", (), {}, {}, body))
        return found

    async def get_dataset(self, dataset: str, *, fields: str | None = None) -> models.Dataset:
        """One dataset: its fields, and how many records there are."""
        found: models.Dataset = await self.send(
            Call("GET", "/v1/datasets/{}", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def change_dataset(self, dataset: str, *, body: models.DefinitionBody) -> models.Dataset:
        """Change a dataset. `renamed` says which fields have another name now: their values and history come along."""
        found: models.Dataset = await self.send(
            Call("PUT", "/v1/datasets/{}", (dataset,), {}, {}, body)
        )
        return found

    async def remove_dataset(self, dataset: str, *, typed: str | None = None) -> models.Removed:
        """Delete a dataset with its records, history and uploads. Raw files, backups and the audit trail stay."""
        found: models.Removed = await self.send(
            Call("DELETE", "/v1/datasets/{}", (dataset,), {"typed": typed}, {}, None)
        )
        return found

    async def read_feed(
        self,
        dataset: str,
        *,
        after: str | None = None,
        limit: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.Feed:
        """What changed behind a position, oldest first: old and new value of each field, by whom, from which upload."""
        found: models.Feed = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/changes",
                (dataset,),
                {"after": after, "limit": limit, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def preview_change(
        self, dataset: str, *, body: models.DefinitionBody
    ) -> models.Migration:
        """What saving a definition would do, and which records would break its rules. Saves nothing."""
        found: models.Migration = await self.send(
            Call("POST", "/v1/datasets/{}/changes", (dataset,), {}, {}, body)
        )
        return found

    async def list_checks(self, dataset: str, *, fields: str | None = None) -> models.Expectations:
        """The checks that were made for a dataset, each with the newest of its results."""
        found: models.Expectations = await self.send(
            Call("GET", "/v1/datasets/{}/checks", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def make_check(self, dataset: str, *, body: dict[str, Any]) -> models.Expectation:
        """Make a check; with the `id` of one that is there, it takes its place."""
        found: models.Expectation = await self.send(
            Call("POST", "/v1/datasets/{}/checks", (dataset,), {}, {}, body)
        )
        return found

    async def run_checks(self, dataset: str) -> models.Outcomes:
        """Run all checks of a dataset now; incidents are opened and resolved."""
        found: models.Outcomes = await self.send(
            Call("POST", "/v1/datasets/{}/checks/run", (dataset,), {}, {}, None)
        )
        return found

    async def take_suite(
        self, dataset: str, *, body: bytes, dry_run: bool | None = None
    ) -> models.SuiteTaken:
        """Take a suite of Great Expectations (JSON) or pandera (YAML or JSON); what has no check here is listed."""
        found: models.SuiteTaken = await self.send(
            Call("POST", "/v1/datasets/{}/checks/suite", (dataset,), {"dry_run": dry_run}, {}, body)
        )
        return found

    async def copy_dataset(self, dataset: str, *, body: models.CopyBody) -> models.Dataset:
        """A dataset with the same fields and rules, without the records."""
        found: models.Dataset = await self.send(
            Call("POST", "/v1/datasets/{}/copy", (dataset,), {}, {}, body)
        )
        return found

    async def get_definition(self, dataset: str, *, fields: str | None = None) -> Any:
        """The definition as it is saved, without what is the default anyway."""
        found: Any = await self.send(
            Call("GET", "/v1/datasets/{}/definition", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def list_deleted(
        self,
        dataset: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.DeletedList:
        """Records that were deleted and not restored, the newest first, with their last values."""
        found: models.DeletedList = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/deleted",
                (dataset,),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def match_person(
        self, dataset: str, *, body: dict[str, Any], limit: int | None = None
    ) -> models.MatchFoundList:
        """Who is this? Records that may be the person, the likeliest first."""
        found: models.MatchFoundList = await self.send(
            Call("POST", "/v1/datasets/{}/match", (dataset,), {"limit": limit}, {}, body)
        )
        return found

    async def list_matches(
        self,
        dataset: str,
        *,
        min_weight: float | None = None,
        limit: int | None = None,
        offset: int | None = None,
        undecided: bool | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.MatchPairList:
        """Pairs of the last run, the likeliest first, with what speaks for and against."""
        found: models.MatchPairList = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches",
                (dataset,),
                {
                    "min_weight": min_weight,
                    "limit": limit,
                    "offset": offset,
                    "undecided": undecided,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def list_clusters(
        self, dataset: str, *, probability: float | None = None, fields: str | None = None
    ) -> models.MatchClusterList:
        """Records that are likely one person."""
        found: models.MatchClusterList = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches/clusters",
                (dataset,),
                {"probability": probability, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def list_decisions(
        self,
        dataset: str,
        *,
        all: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.MatchDecisionList:
        """What was decided, the newest first."""
        found: models.MatchDecisionList = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches/decisions",
                (dataset,),
                {"all": all, "limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def evaluate_matches(
        self, dataset: str, *, body: models.MatchLabels
    ) -> models.MatchEvaluation:
        """Precision, recall and F1 of the clusters against what you know, pairwise and B-cubed."""
        found: models.MatchEvaluation = await self.send(
            Call("POST", "/v1/datasets/{}/matches/evaluate", (dataset,), {}, {}, body)
        )
        return found

    async def export_matches(
        self,
        dataset: str,
        *,
        what: Literal["links", "clusters"] | None = None,
        probability: float | None = None,
    ) -> bytes:
        """Links or clusters as CSV. No cell can act as a formula."""
        found: bytes = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches/export",
                (dataset,),
                {"what": what, "probability": probability},
                {},
                None,
            )
        )
        return found

    async def match_figures(
        self, dataset: str, *, fields: str | None = None
    ) -> models.MatchFigures:
        """How the review stands, and how right the links are by the decisions."""
        found: models.MatchFigures = await self.send(
            Call("GET", "/v1/datasets/{}/matches/figures", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def match_model(self, dataset: str, *, fields: str | None = None) -> dict[str, Any]:
        """The model of the last run: every level with m, u and weight."""
        found: dict[str, Any] = await self.send(
            Call("GET", "/v1/datasets/{}/matches/model", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def next_match(self, dataset: str, *, by: str | None = None) -> models.MatchPair | None:
        """The pair that is worth most, claimed for you: nobody else is shown it meanwhile. `null`: nothing waits."""
        found: models.MatchPair | None = await self.send(
            Call("POST", "/v1/datasets/{}/matches/next", (dataset,), {"by": by}, {}, None)
        )
        return found

    async def run_matching(
        self,
        dataset: str,
        *,
        whole: bool | None = None,
        engine: Literal["duckdb", "spark"] | None = None,
    ) -> models.MatchRun:
        """Compare all records with one another, or what changed since with the rest."""
        found: models.MatchRun = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/matches/run",
                (dataset,),
                {"whole": whole, "engine": engine},
                {},
                None,
            )
        )
        return found

    async def get_match(
        self, dataset: str, pair_id: str, *, fields: str | None = None
    ) -> models.MatchPair:
        """One pair of the last run."""
        found: models.MatchPair = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matches/{}",
                (
                    dataset,
                    pair_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    async def decide_match(
        self, dataset: str, pair_id: str, *, body: models.NewDecision
    ) -> models.MatchDecision:
        """Say of a pair that it is the same, different, or to be asked later; a decision supersedes the one before."""
        found: models.MatchDecision = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/matches/{}/decision",
                (
                    dataset,
                    pair_id,
                ),
                {},
                {},
                body,
            )
        )
        return found

    async def link_matches(self, dataset: str) -> models.MatchLinked:
        """Link what the last run found, by the rules. Refused (409) when its own estimate of precision is poor."""
        found: models.MatchLinked = await self.send(
            Call("POST", "/v1/datasets/{}/matching/link", (dataset,), {}, {}, None)
        )
        return found

    async def get_match_rules(
        self, dataset: str, *, fields: str | None = None
    ) -> models.MatchRules:
        """From which probability records are linked without a person, or asked about."""
        found: models.MatchRules = await self.send(
            Call("GET", "/v1/datasets/{}/matching/rules", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def set_match_rules(
        self, dataset: str, *, body: models.NewMatchRules
    ) -> models.MatchRules:
        """Set the rules, all anew. Runs from now on follow them."""
        found: models.MatchRules = await self.send(
            Call("PUT", "/v1/datasets/{}/matching/rules", (dataset,), {}, {}, body)
        )
        return found

    async def reset_match_rules(self, dataset: str) -> models.MatchRules:
        """Give the rules back to the definition of the dataset."""
        found: models.MatchRules = await self.send(
            Call("DELETE", "/v1/datasets/{}/matching/rules", (dataset,), {}, {}, None)
        )
        return found

    async def list_matching_runs(
        self,
        dataset: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.MatchRunList:
        """Runs that are over, the newest first; `job` is the job that did one."""
        found: models.MatchRunList = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/matching/runs",
                (dataset,),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def submit_matching(
        self,
        dataset: str,
        *,
        whole: bool | None = None,
        engine: Literal["duckdb", "spark"] | None = None,
    ) -> models.Job:
        """Compare in the background. Poll the job; when it is done, the newest run says what was found."""
        found: models.Job = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/matching/runs",
                (dataset,),
                {"whole": whole, "engine": engine},
                {},
                None,
            )
        )
        return found

    async def cancel_matching(self, dataset: str, job_id: str) -> models.Job:
        """Stop a run in the background; what earlier runs found stays."""
        found: models.Job = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/matching/runs/{}/cancel",
                (
                    dataset,
                    job_id,
                ),
                {},
                {},
                None,
            )
        )
        return found

    async def list_merges(self, dataset: str, *, fields: str | None = None) -> models.MergeList:
        """The merges that stand, the oldest first."""
        found: models.MergeList = await self.send(
            Call("GET", "/v1/datasets/{}/merges", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def unmerge_records(self, dataset: str, merge_id: str) -> models.UnmergeResult:
        """Take a merge (its id, or that of its decision) apart; later changes stay, and are told."""
        found: models.UnmergeResult = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/merges/{}/unmerge",
                (
                    dataset,
                    merge_id,
                ),
                {},
                {},
                None,
            )
        )
        return found

    async def get_quality(
        self,
        dataset: str,
        *,
        record: str | None = None,
        upload: str | None = None,
        source: str | None = None,
        fields: str | None = None,
    ) -> models.QualityScore:
        """The score of a dataset, or of a record, an upload, a source. What is not measured is null."""
        found: models.QualityScore = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/quality",
                (dataset,),
                {"record": record, "upload": upload, "source": source, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def get_profile(self, dataset: str, *, fields: str | None = None) -> dict[str, Any]:
        """What is in the columns of a dataset: filled, distinct, lengths, top values, histograms, patterns, scripts."""
        found: dict[str, Any] = await self.send(
            Call("GET", "/v1/datasets/{}/quality/profile", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def repair_rows(self, dataset: str, *, body: models.RepairAsked) -> models.RepairAnswer:
        """Replace values in the rows of a check. Unless `dry_run` is false, only the new score is told."""
        found: models.RepairAnswer = await self.send(
            Call("POST", "/v1/datasets/{}/quality/repair", (dataset,), {}, {}, body)
        )
        return found

    async def list_quality_rows(
        self,
        dataset: str,
        *,
        check: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        source: str | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.QualityRows:
        """Exactly the records that a check counts as bad, in the order of their ids; page on with `offset`."""
        found: models.QualityRows = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/quality/rows",
                (dataset,),
                {
                    "check": check,
                    "limit": limit,
                    "offset": offset,
                    "source": source,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def list_quality_sources(
        self, dataset: str, *, fields: str | None = None
    ) -> models.SourceScores:
        """Sources with their scores, the worst first."""
        found: models.SourceScores = await self.send(
            Call("GET", "/v1/datasets/{}/quality/sources", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def get_quality_trend(
        self, dataset: str, *, limit: int | None = None, fields: str | None = None
    ) -> models.QualityTrend:
        """The scores after each act with what caused each change, the oldest first; and what is out of line."""
        found: models.QualityTrend = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/quality/trend",
                (dataset,),
                {"limit": limit, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def list_quality_values(
        self,
        dataset: str,
        *,
        check: str | None = None,
        field: str | None = None,
        fields: str | None = None,
    ) -> models.BadValues:
        """The values of the rows of a check with how many have them, and what is probably meant."""
        found: models.BadValues = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/quality/values",
                (dataset,),
                {"check": check, "field": field, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def list_records(
        self,
        dataset: str,
        *,
        where: Mapping[str, str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        fields: str | None = None,
        filters: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        count: bool | None = None,
    ) -> models.RecordPage:
        """A page of records. Follow `next` until it is null: every record comes exactly once."""
        found: models.RecordPage = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records",
                (dataset,),
                {
                    **(where or {}),
                    "q": q,
                    "sort": sort,
                    "fields": fields,
                    "filters": filters,
                    "limit": limit,
                    "cursor": cursor,
                    "count": count,
                },
                {},
                None,
            )
        )
        return found

    async def create_record(self, dataset: str, *, body: dict[str, Any]) -> dict[str, Any]:
        """A record that somebody types: cleaned and checked like a row of a file; it can be taken back like an import."""
        found: dict[str, Any] = await self.send(
            Call("POST", "/v1/datasets/{}/records", (dataset,), {}, {}, body)
        )
        return found

    async def export_records(
        self,
        dataset: str,
        *,
        where: Mapping[str, str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        fields: str | None = None,
        filters: str | None = None,
    ) -> bytes:
        """All records that fit, as CSV, streamed. Cells that act as formulas are made harmless."""
        found: bytes = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records.csv",
                (dataset,),
                {**(where or {}), "q": q, "sort": sort, "fields": fields, "filters": filters},
                {},
                None,
            )
        )
        return found

    async def change_records(self, dataset: str, *, body: models.BulkBody) -> models.BulkAnswer:
        """Change, delete and restore many records. What is refused stands beside what was done; nothing is taken back for it."""
        found: models.BulkAnswer = await self.send(
            Call("POST", "/v1/datasets/{}/records/bulk", (dataset,), {}, {}, body)
        )
        return found

    async def get_record(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> dict[str, Any]:
        """One record. Its ETag is its version; send it as If-Match with a change."""
        found: dict[str, Any] = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    async def edit_record(
        self, dataset: str, record_id: str, *, body: dict[str, Any], if_match: str | None = None
    ) -> dict[str, Any]:
        """Change fields of a record (JSON merge). Checked as an import is; every fault is told at once."""
        found: dict[str, Any] = await self.send(
            Call(
                "PATCH",
                "/v1/datasets/{}/records/{}",
                (
                    dataset,
                    record_id,
                ),
                {},
                {"if-match": if_match},
                body,
            )
        )
        return found

    async def delete_record(
        self, dataset: str, record_id: str, *, if_match: str | None = None
    ) -> None:
        """Delete a record. History keeps it whole; `restore` brings it back."""
        found: None = await self.send(
            Call(
                "DELETE",
                "/v1/datasets/{}/records/{}",
                (
                    dataset,
                    record_id,
                ),
                {},
                {"if-match": if_match},
                None,
            )
        )
        return found

    async def bring_version_back(
        self, dataset: str, record_id: str, *, version: int | None = None
    ) -> dict[str, Any]:
        """Bring the values of a version back, as an edit."""
        found: dict[str, Any] = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/back",
                (
                    dataset,
                    record_id,
                ),
                {"version": version},
                {},
                None,
            )
        )
        return found

    async def forget_person(
        self, dataset: str, record_id: str, *, body: models.Forget
    ) -> models.PersonForgotten:
        """Forget a person everywhere: record, history, rows of files, quarantine, decisions, index, caches."""
        found: models.PersonForgotten = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/forget",
                (
                    dataset,
                    record_id,
                ),
                {},
                {},
                body,
            )
        )
        return found

    async def get_history(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> models.History:
        """Every version of a record, the newest first, with old and new values. Also of deleted ones."""
        found: models.History = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/history",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    async def get_known(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> models.PersonKnown:
        """Where a person is. Every raw file of the dataset is read for it."""
        found: models.PersonKnown = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/known",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    async def merge_records(
        self, dataset: str, record_id: str, *, body: models.NewMerge
    ) -> models.MergeResult:
        """Make other records part of this one, which keeps its id; `dry_run` only shows it."""
        found: models.MergeResult = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/merge",
                (
                    dataset,
                    record_id,
                ),
                {},
                {},
                body,
            )
        )
        return found

    async def export_person(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> dict[str, Any]:
        """All that is known of a person, to be handed out."""
        found: dict[str, Any] = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/person",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    async def get_picture(self, dataset: str, record_id: str) -> bytes:
        """The picture of a record, fetched from its address: PNG, JPEG, GIF, WebP or AVIF, 3 MB at most."""
        found: bytes = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/picture",
                (
                    dataset,
                    record_id,
                ),
                {},
                {},
                None,
            )
        )
        return found

    async def restore_record(self, dataset: str, record_id: str) -> dict[str, Any]:
        """Bring a deleted record back as it was."""
        found: dict[str, Any] = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/restore",
                (
                    dataset,
                    record_id,
                ),
                {},
                {},
                None,
            )
        )
        return found

    async def get_sources(
        self, dataset: str, record_id: str, *, fields: str | None = None
    ) -> models.Sources:
        """Field by field: which change, from which row of which file, gave the present value."""
        found: models.Sources = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/records/{}/sources",
                (
                    dataset,
                    record_id,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    async def undo_record_edit(
        self, dataset: str, record_id: str, *, version: int | None = None
    ) -> dict[str, Any]:
        """Give the fields that a version changed the values that they had before."""
        found: dict[str, Any] = await self.send(
            Call(
                "POST",
                "/v1/datasets/{}/records/{}/undo",
                (
                    dataset,
                    record_id,
                ),
                {"version": version},
                {},
                None,
            )
        )
        return found

    async def get_schema(self, dataset: str, *, fields: str | None = None) -> Any:
        """The JSON Schema (draft 2020-12) of one clean record."""
        found: Any = await self.send(
            Call("GET", "/v1/datasets/{}/schema", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def search_records(
        self,
        dataset: str,
        *,
        q: str | None = None,
        filters: str | None = None,
        facets: str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        explain: bool | None = None,
        highlight: bool | None = None,
        fields: str | None = None,
    ) -> models.SearchAnswer:
        """Records that fit, the best first, with the reasons of each. Misspelt words, nicknames and other scripts are found."""
        found: models.SearchAnswer = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/search",
                (dataset,),
                {
                    "q": q,
                    "filters": filters,
                    "facets": facets,
                    "sort": sort,
                    "limit": limit,
                    "cursor": cursor,
                    "explain": explain,
                    "highlight": highlight,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def export_search(
        self,
        dataset: str,
        *,
        q: str | None = None,
        filters: str | None = None,
        sort: str | None = None,
        fields: str | None = None,
        format: Literal["csv", "xlsx", "jsonl", "parquet", "arrow"] | None = None,
    ) -> None:
        """All that is found (a million records by words), best first, as CSV, Excel, JSON lines or Parquet, streamed."""
        found: None = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/search/export",
                (dataset,),
                {"q": q, "filters": filters, "sort": sort, "fields": fields, "format": format},
                {},
                None,
            )
        )
        return found

    async def order_export(self, dataset: str, *, body: models.NewExport) -> models.Job:
        """Have an export written in the background: follow the job, then fetch `search/exports/{job}/file`."""
        found: models.Job = await self.send(
            Call("POST", "/v1/datasets/{}/search/exports", (dataset,), {}, {}, body)
        )
        return found

    async def search_facets(
        self,
        dataset: str,
        *,
        q: str | None = None,
        filters: str | None = None,
        fields: str | None = None,
        beginning: str | None = None,
        limit: int | None = None,
    ) -> models.FacetList:
        """Counts beside the hits of a search; with `beginning`, a search among the values of one field."""
        found: models.FacetList = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/search/facets",
                (dataset,),
                {
                    "q": q,
                    "filters": filters,
                    "fields": fields,
                    "beginning": beginning,
                    "limit": limit,
                },
                {},
                None,
            )
        )
        return found

    async def opened_hit(self, dataset: str, *, body: models.OpenedHit) -> None:
        """Say that a hit was opened; the analytics count it."""
        found: None = await self.send(
            Call("POST", "/v1/datasets/{}/search/opened", (dataset,), {}, {}, body)
        )
        return found

    async def search_status(
        self, dataset: str, *, fields: str | None = None
    ) -> models.SearchStatus:
        """How the index stands, and how many changes it is behind."""
        found: models.SearchStatus = await self.send(
            Call("GET", "/v1/datasets/{}/search/status", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def suggest(
        self,
        dataset: str,
        *,
        q: str | None = None,
        limit: int | None = None,
        fields: str | None = None,
    ) -> models.SuggestionList:
        """What may be meant while somebody types: people, searches of before, fields with values."""
        found: models.SuggestionList = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/search/suggest",
                (dataset,),
                {"q": q, "limit": limit, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def list_searches(
        self, dataset: str, *, fields: str | None = None
    ) -> models.KeptSearchList:
        """Your kept searches, by name."""
        found: models.KeptSearchList = await self.send(
            Call("GET", "/v1/datasets/{}/searches", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def keep_search(self, dataset: str, *, body: models.NewSearch) -> models.KeptSearch:
        """Keep a search under a name: its news are told against what it finds now."""
        found: models.KeptSearch = await self.send(
            Call("POST", "/v1/datasets/{}/searches", (dataset,), {}, {}, body)
        )
        return found

    async def get_statistics(
        self,
        dataset: str,
        *,
        filter: str | None = None,
        search: str | None = None,
        fields: str | None = None,
    ) -> models.Statistics:
        """Figures of each field over the records that fit: values with counts, empty ones, from where to where."""
        found: models.Statistics = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/statistics",
                (dataset,),
                {"filter": filter, "search": search, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def get_template(
        self,
        dataset: str,
        format: Literal["csv", "xlsx", "json", "schema"],
        *,
        examples: bool | None = None,
        fields: str | None = None,
    ) -> Any:
        """A file with the field names as header: CSV, JSON, or Excel with rules as comments and drop-downs."""
        found: Any = await self.send(
            Call(
                "GET",
                "/v1/datasets/{}/template.{}",
                (
                    dataset,
                    format,
                ),
                {"examples": examples, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def list_record_views(
        self, dataset: str, *, fields: str | None = None
    ) -> models.ViewList:
        """Your saved views of the records; the one without a name is how you left the table."""
        found: models.ViewList = await self.send(
            Call("GET", "/v1/datasets/{}/views", (dataset,), {"fields": fields}, {}, None)
        )
        return found

    async def save_record_view(
        self, dataset: str, name: str, *, body: models.ViewBody
    ) -> models.View:
        """Keep a view under a name."""
        found: models.View = await self.send(
            Call(
                "PUT",
                "/v1/datasets/{}/views/{}",
                (
                    dataset,
                    name,
                ),
                {},
                {},
                body,
            )
        )
        return found

    async def remove_record_view(self, dataset: str, name: str) -> None:
        """Forget a view."""
        found: None = await self.send(
            Call(
                "DELETE",
                "/v1/datasets/{}/views/{}",
                (
                    dataset,
                    name,
                ),
                {},
                {},
                None,
            )
        )
        return found

    async def list_events(
        self,
        *,
        limit: int | None = None,
        before: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.EventList:
        """The audit trail, the newest first: who did what, when, through which door."""
        found: models.EventList = await self.send(
            Call(
                "GET",
                "/v1/events",
                (),
                {"limit": limit, "before": before, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def stream_events(self, *, after: str | None = None, jobs: bool | None = None) -> bytes:
        """Server-sent events: `event` is a line of the audit trail, `changes` says that a dataset changed, `job` how far one is."""
        found: bytes = await self.send(
            Call("GET", "/v1/events/stream", (), {"after": after, "jobs": jobs}, {}, None)
        )
        return found

    async def verify_events(self) -> models.Verified:
        """Check the chain of the audit trail: no event was altered or left out. 503 `chain_broken` names the first bad one."""
        found: models.Verified = await self.send(
            Call("POST", "/v1/events/verification", (), {}, {}, None)
        )
        return found

    async def get_health(self, *, fields: str | None = None) -> models.Health:
        """That the service and its database answer. Needs no token."""
        found: models.Health = await self.send(
            Call("GET", "/v1/health", (), {"fields": fields}, {}, None)
        )
        return found

    async def list_incidents(
        self,
        *,
        dataset: str | None = None,
        status: Literal["open", "resolved"] | None = None,
        fields: str | None = None,
    ) -> models.Incidents:
        """Incidents, open ones first; their notes are with each one alone."""
        found: models.Incidents = await self.send(
            Call(
                "GET",
                "/v1/incidents",
                (),
                {"dataset": dataset, "status": status, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def get_incident(self, incident_id: str, *, fields: str | None = None) -> models.Incident:
        """One incident with what happened to it."""
        found: models.Incident = await self.send(
            Call("GET", "/v1/incidents/{}", (incident_id,), {"fields": fields}, {}, None)
        )
        return found

    async def change_incident(
        self, incident_id: str, *, body: models.IncidentChange
    ) -> models.Incident:
        """Give it an owner, note something, resolve it or open it again."""
        found: models.Incident = await self.send(
            Call("PATCH", "/v1/incidents/{}", (incident_id,), {}, {}, body)
        )
        return found

    async def list_jobs(
        self,
        *,
        upload: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.JobList:
        """Jobs, the newest first."""
        found: models.JobList = await self.send(
            Call(
                "GET",
                "/v1/jobs",
                (),
                {
                    "upload": upload,
                    "limit": limit,
                    "offset": offset,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def get_job(self, job_id: str, *, fields: str | None = None) -> models.Job:
        """One job with its progress of this moment: stage, rows done, rows per second."""
        found: models.Job = await self.send(
            Call("GET", "/v1/jobs/{}", (job_id,), {"fields": fields}, {}, None)
        )
        return found

    async def get_job_result(self, job_id: str, *, fields: str | None = None) -> dict[str, Any]:
        """What a job found that took the place of an answer (a rollback, a check): what that answer would have been."""
        found: dict[str, Any] = await self.send(
            Call("GET", "/v1/jobs/{}/result", (job_id,), {"fields": fields}, {}, None)
        )
        return found

    async def list_alerts(
        self, *, days: float | None = None, fields: str | None = None
    ) -> models.Alerts:
        """All alerts with their states, those that fire first, and their changes of the last days."""
        found: models.Alerts = await self.send(
            Call("GET", "/v1/monitoring/alerts", (), {"days": days, "fields": fields}, {}, None)
        )
        return found

    async def acknowledge_alert(
        self, alert: str, *, body: models.Acknowledgement
    ) -> models.AlertState:
        """Somebody sees to an alert that fires: it is not sent again while it does."""
        found: models.AlertState = await self.send(
            Call("POST", "/v1/monitoring/alerts/{}/acknowledgement", (alert,), {}, {}, body)
        )
        return found

    async def list_errors(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.Faults:
        """Unexpected errors: their type and their place in the code, never their text."""
        found: models.Faults = await self.send(
            Call(
                "GET",
                "/v1/monitoring/errors",
                (),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def get_readiness(self, *, fields: str | None = None) -> models.Readiness:
        """Every part of the server with its time and, where it does not work, its cause and what to do."""
        found: models.Readiness = await self.send(
            Call("GET", "/v1/monitoring/health", (), {"fields": fields}, {}, None)
        )
        return found

    async def list_metrics(
        self,
        *,
        name: list[str] | None = None,
        hours: float | None = None,
        fields: str | None = None,
    ) -> models.Lines:
        """Metrics over time: growth per second of counters, values of gauges."""
        found: models.Lines = await self.send(
            Call(
                "GET",
                "/v1/monitoring/metrics",
                (),
                {"name": name, "hours": hours, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def list_objectives(
        self, *, days: float | None = None, fields: str | None = None
    ) -> models.Budgets:
        """What is promised, what was kept, and what is left of the error budget."""
        found: models.Budgets = await self.send(
            Call("GET", "/v1/monitoring/objectives", (), {"days": days, "fields": fields}, {}, None)
        )
        return found

    async def run_probe(self) -> models.ProbeRun:
        """Run the probe now: a file is brought, imported and taken back, in a database of its own."""
        found: models.ProbeRun = await self.send(
            Call("POST", "/v1/monitoring/probe", (), {}, {}, None)
        )
        return found

    async def export_report(self, month: str) -> bytes:
        """The objectives of a month (2026-11) as CSV."""
        found: bytes = await self.send(
            Call("GET", "/v1/monitoring/reports/{}", (month,), {}, {}, None)
        )
        return found

    async def list_silences(self, *, fields: str | None = None) -> models.Silences:
        """The silences that hold."""
        found: models.Silences = await self.send(
            Call("GET", "/v1/monitoring/silences", (), {"fields": fields}, {}, None)
        )
        return found

    async def silence_alert(self, *, body: models.NewSilence) -> models.SilenceAnswer:
        """Nobody is told of an alert ("*": of any) for some hours. Its state goes on."""
        found: models.SilenceAnswer = await self.send(
            Call("POST", "/v1/monitoring/silences", (), {}, {}, body)
        )
        return found

    async def end_silence(self, silence_id: str) -> None:
        """People are told again."""
        found: None = await self.send(
            Call("DELETE", "/v1/monitoring/silences/{}", (silence_id,), {}, {}, None)
        )
        return found

    async def list_traces(self, *, fields: str | None = None) -> models.Traces:
        """The last slow traces of this process with their spans, the newest first."""
        found: models.Traces = await self.send(
            Call("GET", "/v1/monitoring/traces", (), {"fields": fields}, {}, None)
        )
        return found

    async def api_usage(
        self, *, days: float | None = None, fields: str | None = None
    ) -> models.ApiUsage:
        """How the API is used, by method and route: requests, errors, p50 and p95, keys and programs. No personal data."""
        found: models.ApiUsage = await self.send(
            Call("GET", "/v1/monitoring/usage", (), {"days": days, "fields": fields}, {}, None)
        )
        return found

    async def get_performance(
        self, *, days: float | None = None, imports: int | None = None, fields: str | None = None
    ) -> models.Performance:
        """How long operations and the stages of imports take; sizes of tables and files; memory and spill."""
        found: models.Performance = await self.send(
            Call(
                "GET",
                "/v1/performance",
                (),
                {"days": days, "imports": imports, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def get_paper(self, forgotten_id: str) -> bytes:
        """The paper about somebody who was forgotten, in Markdown; it has no word about who it was."""
        found: bytes = await self.send(
            Call("GET", "/v1/privacy/papers/{}", (forgotten_id,), {}, {}, None)
        )
        return found

    async def list_queue(self, *, fields: str | None = None) -> models.EntryList:
        """Files that were brought together: state, stage, share, rows per second, time left. It survives a restart."""
        found: models.EntryList = await self.send(
            Call("GET", "/v1/queue", (), {"fields": fields}, {}, None)
        )
        return found

    async def cancel_queue(self, *, body: models.Some | None | None = None) -> models.Ids:
        """Stop what waits or runs."""
        found: models.Ids = await self.send(Call("POST", "/v1/queue/cancel", (), {}, {}, body))
        return found

    async def discard_queue(self, *, body: models.Some | None | None = None) -> models.Ids:
        """Take files off the list. What is not imported is cancelled; what is imported stays imported."""
        found: models.Ids = await self.send(Call("POST", "/v1/queue/discard", (), {}, {}, body))
        return found

    async def import_queue(self, *, body: models.Some | None | None = None) -> models.Ids:
        """Import what is ready, in the background."""
        found: models.Ids = await self.send(Call("POST", "/v1/queue/import", (), {}, {}, body))
        return found

    async def retry_queue(self, *, body: models.Some | None | None = None) -> models.Ids:
        """Look again at what failed; at what was cancelled where it is named."""
        found: models.Ids = await self.send(Call("POST", "/v1/queue/retry", (), {}, {}, body))
        return found

    async def list_recipes(
        self, *, dataset: str | None = None, fields: str | None = None
    ) -> models.SavedList:
        """Saved recipes by name."""
        found: models.SavedList = await self.send(
            Call("GET", "/v1/recipes", (), {"dataset": dataset, "fields": fields}, {}, None)
        )
        return found

    async def get_saved_recipe(
        self, dataset: str, name: str, *, fields: str | None = None
    ) -> models.SavedRecipe:
        """One saved recipe."""
        found: models.SavedRecipe = await self.send(
            Call(
                "GET",
                "/v1/recipes/{}/{}",
                (
                    dataset,
                    name,
                ),
                {"fields": fields},
                {},
                None,
            )
        )
        return found

    async def put_recipe(
        self,
        dataset: str,
        name: str,
        *,
        body: models.Recipe,
        replace: bool | None = None,
        source: str | None = None,
    ) -> models.SavedRecipe:
        """Save a recipe that was exported. 409 when the name is taken, unless `replace`."""
        found: models.SavedRecipe = await self.send(
            Call(
                "PUT",
                "/v1/recipes/{}/{}",
                (
                    dataset,
                    name,
                ),
                {"replace": replace, "source": source},
                {},
                body,
            )
        )
        return found

    async def bind_recipe(
        self, dataset: str, name: str, *, body: models.BindBody
    ) -> models.SavedRecipe:
        """Bind a recipe to a source, whose next file gets it by itself; null lets go of it."""
        found: models.SavedRecipe = await self.send(
            Call(
                "PATCH",
                "/v1/recipes/{}/{}",
                (
                    dataset,
                    name,
                ),
                {},
                {},
                body,
            )
        )
        return found

    async def remove_recipe(self, dataset: str, name: str) -> None:
        """Forget a recipe. What was cleaned with it stays as it is."""
        found: None = await self.send(
            Call(
                "DELETE",
                "/v1/recipes/{}/{}",
                (
                    dataset,
                    name,
                ),
                {},
                {},
                None,
            )
        )
        return found

    async def list_schedules(
        self, *, dataset: str | None = None, fields: str | None = None
    ) -> models.ScheduleList:
        """Schedules by name, with their next time."""
        found: models.ScheduleList = await self.send(
            Call("GET", "/v1/schedules", (), {"dataset": dataset, "fields": fields}, {}, None)
        )
        return found

    async def create_schedule(self, *, body: models.Definition) -> models.Schedule:
        """Make a schedule. 409 when the name is taken."""
        found: models.Schedule = await self.send(Call("POST", "/v1/schedules", (), {}, {}, body))
        return found

    async def try_schedule(self, *, body: models.Definition) -> models.api__schedules_models__Tried:
        """Which files it would find now. Nothing is imported."""
        found: models.api__schedules_models__Tried = await self.send(
            Call("POST", "/v1/schedules/try", (), {}, {}, body)
        )
        return found

    async def get_schedule(self, schedule: str, *, fields: str | None = None) -> models.Schedule:
        """One schedule."""
        found: models.Schedule = await self.send(
            Call("GET", "/v1/schedules/{}", (schedule,), {"fields": fields}, {}, None)
        )
        return found

    async def change_schedule(self, schedule: str, *, body: models.Definition) -> models.Schedule:
        """Change a schedule: the whole definition."""
        found: models.Schedule = await self.send(
            Call("PUT", "/v1/schedules/{}", (schedule,), {}, {}, body)
        )
        return found

    async def remove_schedule(self, schedule: str) -> None:
        """Forget a schedule. What it imported stays."""
        found: None = await self.send(Call("DELETE", "/v1/schedules/{}", (schedule,), {}, {}, None))
        return found

    async def pause_schedule(self, schedule: str) -> models.Schedule:
        """Let it rest."""
        found: models.Schedule = await self.send(
            Call("POST", "/v1/schedules/{}/pause", (schedule,), {}, {}, None)
        )
        return found

    async def resume_schedule(self, schedule: str) -> models.Schedule:
        """Let it go on at its next time."""
        found: models.Schedule = await self.send(
            Call("POST", "/v1/schedules/{}/resume", (schedule,), {}, {}, None)
        )
        return found

    async def run_schedule(self, schedule: str, *, again: bool | None = None) -> models.Job:
        """Run it now, in the background. 409 while it runs."""
        found: models.Job = await self.send(
            Call("POST", "/v1/schedules/{}/run", (schedule,), {"again": again}, {}, None)
        )
        return found

    async def list_schedule_runs(
        self,
        schedule: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.RunList:
        """Its runs with what came of them, the newest first."""
        found: models.RunList = await self.send(
            Call(
                "GET",
                "/v1/schedules/{}/runs",
                (schedule,),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def search_site(
        self, *, q: str | None = None, limit: int | None = None, fields: str | None = None
    ) -> models.SiteSearch:
        """The whole site: the first records of every dataset, uploads by file name, datasets by title."""
        found: models.SiteSearch = await self.send(
            Call("GET", "/v1/search", (), {"q": q, "limit": limit, "fields": fields}, {}, None)
        )
        return found

    async def search_analytics(
        self, *, days: float | None = None, dataset: str | None = None, fields: str | None = None
    ) -> models.SearchAnalytics:
        """How the search was used: over time, top texts, texts without a hit, what was opened, times."""
        found: models.SearchAnalytics = await self.send(
            Call(
                "GET",
                "/v1/search/analytics",
                (),
                {"days": days, "dataset": dataset, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def get_export(self, job_id: str, *, fields: str | None = None) -> models.Job:
        """One of your exports: stage, rows done."""
        found: models.Job = await self.send(
            Call("GET", "/v1/search/exports/{}", (job_id,), {"fields": fields}, {}, None)
        )
        return found

    async def cancel_export(self, job_id: str) -> models.Job:
        """Stop an export, or remove its file."""
        found: models.Job = await self.send(
            Call("DELETE", "/v1/search/exports/{}", (job_id,), {}, {}, None)
        )
        return found

    async def download_export(self, job_id: str) -> None:
        """The finished file; it is kept for a day."""
        found: None = await self.send(
            Call("GET", "/v1/search/exports/{}/file", (job_id,), {}, {}, None)
        )
        return found

    async def remove_search(self, search_id: str) -> None:
        """Forget a kept search."""
        found: None = await self.send(Call("DELETE", "/v1/searches/{}", (search_id,), {}, {}, None))
        return found

    async def looked_at_search(self, search_id: str) -> None:
        """You have seen its news."""
        found: None = await self.send(
            Call("POST", "/v1/searches/{}/looked", (search_id,), {}, {}, None)
        )
        return found

    async def search_news(self, search_id: str, *, fields: str | None = None) -> models.SearchNews:
        """Records that it finds and did not find when you looked, finds no more, or finds changed."""
        found: models.SearchNews = await self.send(
            Call("GET", "/v1/searches/{}/news", (search_id,), {"fields": fields}, {}, None)
        )
        return found

    async def list_transfers(self, *, fields: str | None = None) -> models.TransferList:
        """Your files that are on their way."""
        found: models.TransferList = await self.send(
            Call("GET", "/v1/transfers", (), {"fields": fields}, {}, None)
        )
        return found

    async def start_transfer(self, *, body: models.StartBody) -> models.Transfer:
        """Begin with a file that comes in chunks. What would be refused at the end is refused here."""
        found: models.Transfer = await self.send(Call("POST", "/v1/transfers", (), {}, {}, body))
        return found

    async def get_transfer(self, transfer_id: str, *, fields: str | None = None) -> models.Transfer:
        """How many bytes are safe: the next chunk begins there."""
        found: models.Transfer = await self.send(
            Call("GET", "/v1/transfers/{}", (transfer_id,), {"fields": fields}, {}, None)
        )
        return found

    async def put_chunk(
        self,
        transfer_id: str,
        *,
        body: bytes,
        offset: int | None = None,
        sha256: str | None = None,
        crc32: str | None = None,
    ) -> models.Transfer:
        """A chunk: the body from byte `offset` of the file on, with its SHA-256 or CRC-32 in hex."""
        found: models.Transfer = await self.send(
            Call(
                "PUT",
                "/v1/transfers/{}",
                (transfer_id,),
                {"offset": offset, "sha256": sha256, "crc32": crc32},
                {},
                body,
            )
        )
        return found

    async def discard_transfer(self, transfer_id: str) -> None:
        """Forget a file that is on its way."""
        found: None = await self.send(
            Call("DELETE", "/v1/transfers/{}", (transfer_id,), {}, {}, None)
        )
        return found

    async def finish_transfer(self, transfer_id: str, *, force: bool | None = None) -> models.Entry:
        """All bytes are there: an upload is opened and put into the queue. Asked again, it answers the same."""
        found: models.Entry = await self.send(
            Call("POST", "/v1/transfers/{}/finish", (transfer_id,), {"force": force}, {}, None)
        )
        return found

    async def tus_create(
        self,
        *,
        body: bytes | None = None,
        upload_length: int | None = None,
        tus_resumable: str | None = None,
        upload_metadata: str | None = None,
    ) -> None:
        """Begin with a file, by tus; bytes may come along. `Location` is where it goes on."""
        found: None = await self.send(
            Call(
                "POST",
                "/v1/tus",
                (),
                {},
                {
                    "upload-length": upload_length,
                    "tus-resumable": tus_resumable,
                    "upload-metadata": upload_metadata,
                },
                body,
            )
        )
        return found

    async def tus_state(self, transfer_id: str, *, fields: str | None = None) -> models.Transfer:
        """How far a file is (`Upload-Offset`); clients of tus ask by HEAD. `Upload-Link` is the upload when it is whole."""
        found: models.Transfer = await self.send(
            Call("GET", "/v1/tus/{}", (transfer_id,), {"fields": fields}, {}, None)
        )
        return found

    async def tus_append(
        self,
        transfer_id: str,
        *,
        body: bytes | None = None,
        upload_offset: int | None = None,
        tus_resumable: str | None = None,
    ) -> None:
        """The next bytes. With the last of them an upload is opened and put into the queue: `Upload-Link`."""
        found: None = await self.send(
            Call(
                "PATCH",
                "/v1/tus/{}",
                (transfer_id,),
                {},
                {"upload-offset": upload_offset, "tus-resumable": tus_resumable},
                body,
            )
        )
        return found

    async def tus_terminate(self, transfer_id: str) -> None:
        """Forget a file that is on its way."""
        found: None = await self.send(Call("DELETE", "/v1/tus/{}", (transfer_id,), {}, {}, None))
        return found

    async def list_uploads(
        self,
        *,
        dataset: str | None = None,
        status: (
            Literal[
                "received",
                "staged",
                "previewed",
                "importing",
                "imported",
                "rejected",
                "failed",
                "rolled_back",
                "cancelled",
            ]
            | None
        ) = None,
        kind: Literal["import", "rollback"] | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.UploadList:
        """Uploads and rollbacks, the newest first."""
        found: models.UploadList = await self.send(
            Call(
                "GET",
                "/v1/uploads",
                (),
                {
                    "dataset": dataset,
                    "status": status,
                    "kind": kind,
                    "limit": limit,
                    "offset": offset,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def create_upload(
        self,
        *,
        body: bytes,
        format: str | None = None,
        member: str | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        quote: str | None = None,
        escape: str | None = None,
        line_end: str | None = None,
        header: int | None = None,
        header_rows: int | None = None,
        skip: int | None = None,
        footer: int | None = None,
        columns: int | None = None,
        sheet: str | None = None,
        range: str | None = None,
        table: str | None = None,
        list_key: str | None = None,
        shape: str | None = None,
        unpack: bool | None = None,
        merged: bool | None = None,
        mend: bool | None = None,
        repair: bool | None = None,
        filename: str | None = None,
        dataset: str | None = None,
        mode: Literal["upsert", "insert", "replace"] | None = None,
        on_error: Literal["quarantine", "refuse"] | None = None,
        commit: bool | None = None,
        source: str | None = None,
        force: bool | None = None,
        confirm_deletions: bool | None = None,
        wait: float | None = None,
        prefer: str | None = None,
    ) -> models.Upload:
        """Bring a file: the body itself, or a form with a part `file`. It is streamed to disk."""
        found: models.Upload = await self.send(
            Call(
                "POST",
                "/v1/uploads",
                (),
                {
                    "format": format,
                    "member": member,
                    "encoding": encoding,
                    "delimiter": delimiter,
                    "quote": quote,
                    "escape": escape,
                    "line_end": line_end,
                    "header": header,
                    "header_rows": header_rows,
                    "skip": skip,
                    "footer": footer,
                    "columns": columns,
                    "sheet": sheet,
                    "range": range,
                    "table": table,
                    "list_key": list_key,
                    "shape": shape,
                    "unpack": unpack,
                    "merged": merged,
                    "mend": mend,
                    "repair": repair,
                    "filename": filename,
                    "dataset": dataset,
                    "mode": mode,
                    "on_error": on_error,
                    "commit": commit,
                    "source": source,
                    "force": force,
                    "confirm_deletions": confirm_deletions,
                    "wait": wait,
                },
                {"prefer": prefer},
                body,
            )
        )
        return found

    async def fetch_upload(self, *, body: models.FetchBody) -> models.Upload:
        """Bring what an http or https address names. It is received; preview and commit it by its id."""
        found: models.Upload = await self.send(Call("POST", "/v1/uploads/fetch", (), {}, {}, body))
        return found

    async def get_upload(self, upload_id: str, *, fields: str | None = None) -> models.Upload:
        """One upload: status, counts, how it was read, mapped and cleaned, what was wrong."""
        found: models.Upload = await self.send(
            Call("GET", "/v1/uploads/{}", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def accept_upload(self, upload_id: str, *, body: models.Body_accept_upload) -> None:
        """Let an upload in that the gate asks about."""
        found: None = await self.send(
            Call("POST", "/v1/uploads/{}/accept", (upload_id,), {}, {}, body)
        )
        return found

    async def cancel_upload(self, upload_id: str) -> models.Upload:
        """Stop what runs for an upload, or close one that is not imported. Nothing is left behind."""
        found: models.Upload = await self.send(
            Call("POST", "/v1/uploads/{}/cancel", (upload_id,), {}, {}, None)
        )
        return found

    async def list_changes(
        self,
        upload_id: str,
        *,
        outcome: (
            Literal["new", "changed", "unchanged", "repeated", "conflicting", "rejected", "deleted"]
            | None
        ) = None,
        field: str | None = None,
        search: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.ChangeList:
        """Before the import: what the preview would do, row by row. After it: what it did."""
        found: models.ChangeList = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/changes",
                (upload_id,),
                {
                    "outcome": outcome,
                    "field": field,
                    "search": search,
                    "limit": limit,
                    "offset": offset,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def list_spellings(
        self,
        upload_id: str,
        *,
        column: str | None = None,
        method: Literal["fingerprint", "ngram", "phonetic", "nearest"] | None = None,
        fields: str | None = None,
    ) -> models.ClusterList:
        """Spellings of a column that may be one text."""
        found: models.ClusterList = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/clusters",
                (upload_id,),
                {"column": column, "method": method, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def commit_upload(
        self,
        upload_id: str,
        *,
        body: models.CommitBody | None | None = None,
        wait: float | None = None,
        prefer: str | None = None,
    ) -> models.Upload:
        """Import what was previewed, or the same with another mapping, recipe or mode."""
        found: models.Upload = await self.send(
            Call(
                "POST",
                "/v1/uploads/{}/commit",
                (upload_id,),
                {"wait": wait},
                {"prefer": prefer},
                body,
            )
        )
        return found

    async def list_conflicts(
        self,
        upload_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.ConflictList:
        """Rows that could mean several records, each with those records."""
        found: models.ConflictList = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/conflicts",
                (upload_id,),
                {"limit": limit, "offset": offset, "count": count, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def place_upload(self, upload_id: str, *, body: models.PlaceBody) -> models.Entry:
        """Move an open upload to another dataset, or to a new one that is made of its file. Then it is looked at."""
        found: models.Entry = await self.send(
            Call("PUT", "/v1/uploads/{}/dataset", (upload_id,), {}, {}, body)
        )
        return found

    async def get_decisions(self, upload_id: str, *, fields: str | None = None) -> models.Decisions:
        """What was decided in the preview, and how many records each field would change."""
        found: models.Decisions = await self.send(
            Call("GET", "/v1/uploads/{}/decisions", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def decide_rows(self, upload_id: str, *, body: models.DecisionsBody) -> models.Decisions:
        """Decide of rows, of all rows with an outcome, of fields and of records that would be deleted."""
        found: models.Decisions = await self.send(
            Call("PUT", "/v1/uploads/{}/decisions", (upload_id,), {}, {}, body)
        )
        return found

    async def discard_rows(self, upload_id: str, *, body: models.DiscardBody) -> models.Requeued:
        """Rows of the quarantine that nobody will fix wait no more; `back` lets them wait again."""
        found: models.Requeued = await self.send(
            Call("POST", "/v1/uploads/{}/discard", (upload_id,), {}, {}, body)
        )
        return found

    async def get_drift(
        self, upload_id: str, *, against: str | None = None, fields: str | None = None
    ) -> models.QualityDrift:
        """What is different in an import, against the one before it of its source."""
        found: models.QualityDrift = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/drift",
                (upload_id,),
                {"against": against, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def list_possible_duplicates(
        self,
        upload_id: str,
        *,
        undecided: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
        fields: str | None = None,
    ) -> models.ArrivalList:
        """Rows that are probably somebody who is there, or twice in the file, beyond the exact key."""
        found: models.ArrivalList = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/duplicates",
                (upload_id,),
                {"undecided": undecided, "limit": limit, "offset": offset, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def decide_possible_duplicates(
        self, upload_id: str, *, body: models.ArrivalDecision
    ) -> models.ArrivalsDecided:
        """Say of rows that they are the same (they update that record), different, or to be asked later; withdrawn takes it back."""
        found: models.ArrivalsDecided = await self.send(
            Call("POST", "/v1/uploads/{}/duplicates/decisions", (upload_id,), {}, {}, body)
        )
        return found

    async def get_effects(
        self, upload_id: str, *, whole: bool | None = None, fields: str | None = None
    ) -> models.Effects:
        """What each step does: cells changed, rows taken away, some texts before and after."""
        found: models.Effects = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/effects",
                (upload_id,),
                {"whole": whole, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def try_effects(self, upload_id: str, *, body: models.EffectsBody) -> models.Effects:
        """What other steps would do, before they are kept: nothing changes. `PATCH /uploads/{id}/plan` keeps them."""
        found: models.Effects = await self.send(
            Call("POST", "/v1/uploads/{}/effects", (upload_id,), {}, {}, body)
        )
        return found

    async def get_facet(
        self,
        upload_id: str,
        *,
        column: str | None = None,
        limit: int | None = None,
        fields: str | None = None,
    ) -> models.Facet:
        """The texts of a column with their counts, blank and wrong cells."""
        found: models.Facet = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/facet",
                (upload_id,),
                {"column": column, "limit": limit, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def fix_cells(self, upload_id: str, *, body: models.FixBody) -> models.Fixed:
        """Type cells anew. It is one act, checked at once, and can be undone. The file stays as it is."""
        found: models.Fixed = await self.send(
            Call("POST", "/v1/uploads/{}/fixes", (upload_id,), {}, {}, body)
        )
        return found

    async def fix_all_like_this(self, upload_id: str, *, body: models.FixAllBody) -> models.Fixed:
        """Every cell of a column in which one of these texts stands; `dry_run` only counts them."""
        found: models.Fixed = await self.send(
            Call("POST", "/v1/uploads/{}/fixes/all", (upload_id,), {}, {}, body)
        )
        return found

    async def redo_fix(self, upload_id: str) -> models.Fixed:
        """Do again what was undone last."""
        found: models.Fixed = await self.send(
            Call("POST", "/v1/uploads/{}/fixes/redo", (upload_id,), {}, {}, None)
        )
        return found

    async def find_and_replace(self, upload_id: str, *, body: models.ReplaceBody) -> models.Fixed:
        """A part of a text becomes another, in one column or all; `dry_run` only counts the cells."""
        found: models.Fixed = await self.send(
            Call("POST", "/v1/uploads/{}/fixes/replace", (upload_id,), {}, {}, body)
        )
        return found

    async def undo_fix(self, upload_id: str) -> models.Fixed:
        """Take the newest act of fixing back."""
        found: models.Fixed = await self.send(
            Call("POST", "/v1/uploads/{}/fixes/undo", (upload_id,), {}, {}, None)
        )
        return found

    async def get_gate(self, upload_id: str, *, fields: str | None = None) -> models.GateReport:
        """Whether an upload would be let in, and why not."""
        found: models.GateReport = await self.send(
            Call("GET", "/v1/uploads/{}/gate", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def get_grid(
        self,
        upload_id: str,
        *,
        problems: bool | None = None,
        field: str | None = None,
        rule: str | None = None,
        severity: Literal["error", "warning", "info"] | None = None,
        search: str | None = None,
        fixed: bool | None = None,
        limit: int | None = None,
        offset: int | None = None,
        fields: str | None = None,
    ) -> models.Grid:
        """Rows of an open upload as they are cleaned, with what is wrong in which cell and the repair."""
        found: models.Grid = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/grid",
                (upload_id,),
                {
                    "problems": problems,
                    "field": field,
                    "rule": rule,
                    "severity": severity,
                    "search": search,
                    "fixed": fixed,
                    "limit": limit,
                    "offset": offset,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def download_original(self, upload_id: str) -> bytes:
        """The file as it came, byte for byte."""
        found: bytes = await self.send(
            Call("GET", "/v1/uploads/{}/original", (upload_id,), {}, {}, None)
        )
        return found

    async def change_plan(self, upload_id: str, *, body: models.PlanBody) -> models.Upload:
        """Change how an open upload is read, shaped, mapped and cleaned. What is left out stays; it can be undone."""
        found: models.Upload = await self.send(
            Call("PATCH", "/v1/uploads/{}/plan", (upload_id,), {}, {}, body)
        )
        return found

    async def list_problems(
        self, upload_id: str, *, fields: str | None = None
    ) -> models.ProblemList:
        """What is wrong with the file, grouped by cause, with places and repairs."""
        found: models.ProblemList = await self.send(
            Call("GET", "/v1/uploads/{}/problems", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def get_upload_profile(
        self, upload_id: str, *, fields: str | None = None
    ) -> dict[str, Any]:
        """The same of an upload's file, before anything is cleaned."""
        found: dict[str, Any] = await self.send(
            Call("GET", "/v1/uploads/{}/profile", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def list_proposals(
        self, upload_id: str, *, fields: str | None = None
    ) -> models.ProposalList:
        """Which dataset the rows are for, told from the content: every dataset with how well it fits."""
        found: models.ProposalList = await self.send(
            Call("GET", "/v1/uploads/{}/proposals", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def get_file_quality(
        self, upload_id: str, *, fields: str | None = None
    ) -> models.QualityScore:
        """The score of the rows of an open upload as they are cleaned now: completeness and validity of its fields."""
        found: models.QualityScore = await self.send(
            Call("GET", "/v1/uploads/{}/quality", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def fix_file(self, upload_id: str, *, body: models.FixAsked) -> models.FixAnswer:
        """Repair values of a file by steps of its recipe; the new score is told before they are kept."""
        found: models.FixAnswer = await self.send(
            Call("POST", "/v1/uploads/{}/quality/fix", (upload_id,), {}, {}, body)
        )
        return found

    async def list_file_values(
        self, upload_id: str, *, check: str | None = None, fields: str | None = None
    ) -> models.FileValues:
        """The values of the rows that a check counts as bad."""
        found: models.FileValues = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/quality/values",
                (upload_id,),
                {"check": check, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def bring_back_file(self, upload_id: str, *, body: bytes) -> models.Requeued:
        """Bring back the rows that were changed in a repaired quarantine file, under the same upload."""
        found: models.Requeued = await self.send(
            Call("POST", "/v1/uploads/{}/quarantine", (upload_id,), {}, {}, body)
        )
        return found

    async def download_quarantine(self, upload_id: str) -> bytes:
        """The rows that were not imported, as they stood, with their row, line and problems."""
        found: bytes = await self.send(
            Call("GET", "/v1/uploads/{}/quarantine.csv", (upload_id,), {}, {}, None)
        )
        return found

    async def download_quarantine_workbook(self, upload_id: str) -> bytes:
        """The rows that wait as an Excel workbook, faulty cells coloured and commented."""
        found: bytes = await self.send(
            Call("GET", "/v1/uploads/{}/quarantine.xlsx", (upload_id,), {}, {}, None)
        )
        return found

    async def get_recipe(self, upload_id: str, *, fields: str | None = None) -> models.Recipe:
        """The whole recipe of an upload, to be kept in a file: reading, table steps, mapping, cleaning steps."""
        found: models.Recipe = await self.send(
            Call("GET", "/v1/uploads/{}/recipe", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def save_recipe(self, upload_id: str, *, body: models.SaveBody) -> models.SavedRecipe:
        """Save the recipe of an upload under a name. With a `source`, the source's next file gets it by itself."""
        found: models.SavedRecipe = await self.send(
            Call("POST", "/v1/uploads/{}/recipe", (upload_id,), {}, {}, body)
        )
        return found

    async def use_recipe(self, upload_id: str, *, body: models.UseBody) -> models.Upload:
        """Use a recipe for an open upload: a saved one by its name, or one that was exported."""
        found: models.Upload = await self.send(
            Call("PUT", "/v1/uploads/{}/recipe", (upload_id,), {}, {}, body)
        )
        return found

    async def get_column_drift(self, upload_id: str, *, fields: str | None = None) -> models.Drift:
        """What columns the file has otherwise than the recipe that it got, or the source's last file."""
        found: models.Drift = await self.send(
            Call("GET", "/v1/uploads/{}/recipe/drift", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def adapt_recipe(self, upload_id: str, *, body: dict[str, str]) -> models.Upload:
        """Take new columns for old ones wherever the recipe names them: old name to new name."""
        found: models.Upload = await self.send(
            Call("POST", "/v1/uploads/{}/recipe/drift", (upload_id,), {}, {}, body)
        )
        return found

    async def redo_change(self, upload_id: str) -> models.Upload:
        """Make the change again that was undone last. 409 when there is none."""
        found: models.Upload = await self.send(
            Call("POST", "/v1/uploads/{}/redo", (upload_id,), {}, {}, None)
        )
        return found

    async def requeue_rows(self, upload_id: str, *, body: models.RequeueBody) -> models.Requeued:
        """Bring repaired rows of the quarantine back under the same upload."""
        found: models.Requeued = await self.send(
            Call("POST", "/v1/uploads/{}/requeue", (upload_id,), {}, {}, body)
        )
        return found

    async def rollback_upload(
        self,
        upload_id: str,
        *,
        dry_run: bool | None = None,
        limit: int | None = None,
        prefer: str | None = None,
    ) -> models.Rollback:
        """Take an upload back: each record is reversed, kept (others vouch for it) or failed."""
        found: models.Rollback = await self.send(
            Call(
                "POST",
                "/v1/uploads/{}/rollback",
                (upload_id,),
                {"dry_run": dry_run, "limit": limit},
                {"prefer": prefer},
                None,
            )
        )
        return found

    async def list_sheets(self, upload_id: str, *, fields: str | None = None) -> models.SheetList:
        """The sheets of a workbook with their sizes and first rows."""
        found: models.SheetList = await self.send(
            Call("GET", "/v1/uploads/{}/sheets", (upload_id,), {"fields": fields}, {}, None)
        )
        return found

    async def split_upload(self, upload_id: str, *, body: models.SplitBody) -> models.EntryList:
        """Take several sheets of a workbook, each as an upload of its own."""
        found: models.EntryList = await self.send(
            Call("POST", "/v1/uploads/{}/sheets", (upload_id,), {}, {}, body)
        )
        return found

    async def get_spellings(
        self,
        upload_id: str,
        *,
        column: str | None = None,
        method: Literal["fingerprint", "ngram", "phonetic", "nearest"] | None = None,
        fields: str | None = None,
    ) -> models.Spellings:
        """Spellings of a column that probably mean the same. A table step `merge` makes one of them."""
        found: models.Spellings = await self.send(
            Call(
                "GET",
                "/v1/uploads/{}/spellings",
                (upload_id,),
                {"column": column, "method": method, "fields": fields},
                {},
                None,
            )
        )
        return found

    async def undo_change(self, upload_id: str) -> models.Upload:
        """Take the last change of the plan back. 409 when there is none."""
        found: models.Upload = await self.send(
            Call("POST", "/v1/uploads/{}/undo", (upload_id,), {}, {}, None)
        )
        return found

    async def list_webhooks(self, *, fields: str | None = None) -> models.WebhookList:
        """All webhooks, and the kinds of events that there are."""
        found: models.WebhookList = await self.send(
            Call("GET", "/v1/webhooks", (), {"fields": fields}, {}, None)
        )
        return found

    async def create_webhook(self, *, body: models.NewWebhook) -> models.MadeWebhook:
        """Tell an address what happens, signed as Standard Webhooks 1.0 says, tried again for a day until it answers 2xx."""
        found: models.MadeWebhook = await self.send(Call("POST", "/v1/webhooks", (), {}, {}, body))
        return found

    async def list_deliveries(
        self,
        *,
        webhook: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        count: bool | None = None,
        fields: str | None = None,
    ) -> models.DeliveryList:
        """What was sent, or waits to be, the newest first. Kept for 30 days."""
        found: models.DeliveryList = await self.send(
            Call(
                "GET",
                "/v1/webhooks/deliveries",
                (),
                {
                    "webhook": webhook,
                    "limit": limit,
                    "offset": offset,
                    "count": count,
                    "fields": fields,
                },
                {},
                None,
            )
        )
        return found

    async def replay_delivery(self, delivery_id: str) -> models.Delivery:
        """Send a message once more now. Its `webhook-id` is the same, so that a receiver knows it again."""
        found: models.Delivery = await self.send(
            Call("POST", "/v1/webhooks/deliveries/{}/replay", (delivery_id,), {}, {}, None)
        )
        return found

    async def get_webhook(self, webhook_id: str, *, fields: str | None = None) -> models.Webhook:
        """One webhook."""
        found: models.Webhook = await self.send(
            Call("GET", "/v1/webhooks/{}", (webhook_id,), {"fields": fields}, {}, None)
        )
        return found

    async def change_webhook(
        self, webhook_id: str, *, body: models.WebhookChange
    ) -> models.Webhook:
        """Change a webhook (JSON merge). `enabled` turns it off, and on again after an address answered 410."""
        found: models.Webhook = await self.send(
            Call("PATCH", "/v1/webhooks/{}", (webhook_id,), {}, {}, body)
        )
        return found

    async def remove_webhook(self, webhook_id: str) -> None:
        """Forget a webhook with its deliveries."""
        found: None = await self.send(
            Call("DELETE", "/v1/webhooks/{}", (webhook_id,), {}, {}, None)
        )
        return found

    async def test_webhook(self, webhook_id: str) -> models.Delivery:
        """Send a message of the kind `webhook.test` now; the answer says how that went."""
        found: models.Delivery = await self.send(
            Call("POST", "/v1/webhooks/{}/test", (webhook_id,), {}, {}, None)
        )
        return found
