"""The Quality page: every number opens its rows, and rows lead to their repair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core import Workbench
from pages._quality import profile, report
from tests.pages.helpers import Open, button, fine, labels, said


def test_an_empty_dataset_is_not_measured(open_page: Open) -> None:
    at = fine(open_page("quality"))
    assert "has no records yet" in said(at) and "Upload a file" in labels(at, "button")
    for view in ("trend", "profile", "checks", "incidents"):
        fine(open_page("quality", view=view))


def test_scores_and_the_rows_behind_them(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("quality"))
    text = said(at)
    assert "Of 207 records" in text and "consistency" in text and "97." in text
    assert len(at.get("plotly_chart")) == 1  # the heat map; one source needs no comparison
    at = fine(open_page("quality", check="completeness:mbti"))
    assert "MBTI is missing" in said(at) and len(at.dataframe[0].value) == 139
    at = fine(open_page("quality", dimension="validity"))
    assert "No check of validity found anything" in said(at)
    at = fine(open_page("quality", source="celebrities.json"))
    assert "Source: celebrities.json" in said(at)


def test_the_trend_names_its_causes(sample: Workbench, open_page: Open) -> None:
    one = next(sample.records(where="mbti IS NOT NULL").rows())
    sample.edit("celebrities", one["record_id"], {"gender": None})
    at = fine(open_page("quality", view="trend"))
    assert "Edit by hand, 1 change" in said(at) and "Import of celebrities.json" in said(at)


def test_two_imports_are_compared(sample: Workbench, open_page: Open, tmp_path: Path) -> None:
    for name, gender in (("a", "female"), ("b", "")):
        file = tmp_path / f"{name}.csv"
        file.write_text(f"name,gender\nEve {name},{gender}\nDi {name},{gender}\n", "utf-8")
        last = sample.import_file(file, source_name="daily")
    links = [each.proto.label for each in open_page("quality", view="trend").get("page_link")]
    assert links.count("Compare with the one before") == 3
    at = fine(open_page("quality", view="trend", upload=last.id))
    assert "b.csv, against the import before it" in said(at) and "changed" in said(at)
    alone = fine(open_page("quality", view="trend", upload=sample.uploads()[-1].id))
    assert "no earlier import" in said(alone)


def test_a_profile_and_its_report(
    sample: Workbench, open_page: Open, csv_file: Callable[..., Path]
) -> None:
    at = fine(open_page("quality", view="profile"))
    assert "MBTI reason" in said(at) and len(at.get("plotly_chart")) >= 2
    at = fine(open_page("quality", view="profile", upload=sample.uploads()[0].id))
    assert "The file celebrities.json, as it came" in said(at)
    text = report.page(sample.quality.profile("celebrities")).decode()
    assert "<h2>Birth date</h2>" in text and "https://cdn" not in text.split("<h2>")[0]
    assert '"text":"Most frequent values"' in text and '"text":"Dates by decade"' in text
    columns = sample.quality.profile(csv_file("a,b", "x,", "y,")).columns
    assert ["all different" in profile.frequent(c) for c in columns] == [True, False]


def test_a_check_is_made_and_its_incident_resolved(sample: Workbench, open_page: Open) -> None:
    at = fine(open_page("quality", view="checks"))
    at.selectbox(key="check-kind").select("not_null").run()
    at = fine(button(at, "Make the check").click().run())
    assert "1 check" in said(at) and "passed" in said(at)
    made = sample.quality.expect("celebrities", "not_null", field="mbti", owner="eva")
    sample.quality.run("celebrities")
    at = fine(open_page("quality", view="incidents"))
    assert "mbti is there: 139 of 207 are otherwise" in said(at) and "eva" in said(at)
    at = fine(open_page("quality", check=made.id))
    assert len(at.dataframe[0].value) == 139
    at = fine(open_page("quality", view="incidents"))
    fine(button(at, "Resolve").click().run())
    assert [i.status for i in sample.quality.incidents()] == ["resolved"]


def test_a_check_is_changed_and_deleted(sample: Workbench, open_page: Open) -> None:
    made = sample.quality.expect(
        "celebrities", "between", field="birth_date", min="1850", owner="eva", timeout=5
    )
    at = fine(open_page("quality", view="checks"))
    at = fine(at.button(key=f"change-{made.id}").click().run())
    assert "Change: birth_date is at least 1850" in said(at)
    least = next(t for t in at.text_input if t.label == "At least")
    assert least.value == "1850"
    least.set_value("soon")
    at = button(at, "Keep the check").click().run()
    assert "is no date" in said(at)  # refused, and what was typed stays
    next(t for t in at.text_input if t.label == "At least").set_value("1900")
    next(n for n in at.number_input if n.label == "May be bad, in percent").set_value(2.5)
    fine(button(at, "Keep the check").click().run())
    [only] = sample.quality.checks("celebrities")
    assert (only.id, only.min, only.tolerance) == (made.id, "1900", 2.5)
    assert (only.owner, only.timeout) == ("eva", 5.0)
    at = fine(open_page("quality", view="checks"))
    fine(at.button(key=f"forget-{made.id}").click().run())
    assert sample.quality.checks("celebrities") == []


def test_the_new_score_is_shown_before_a_repair(sample: Workbench, open_page: Open) -> None:
    one = next(sample.records().rows())
    with sample.database.reader() as cursor:
        cursor.execute(
            f"UPDATE main.celebrities SET gender = 'femal' WHERE record_id = '{one['record_id']}'"
        )
    at = fine(open_page("quality", check="validity:gender:choices"))
    at = fine(button(at, "Show the new score").click().run())
    assert "The score would be" in said(at)
    fine(button(at, "Repair 1 record").click().run())
    assert sample.record("celebrities", one["record_id"])["gender"] == "female"


def test_a_file_that_the_gate_asks_about_is_accepted(
    sample: Workbench, open_page: Open, tmp_path: Path
) -> None:
    sample.quality.expect("celebrities", "not_null", field="gender", gate="ask", name="Gender")
    file = tmp_path / "more.csv"
    file.write_text("name,gender\nEve,\n", "utf-8")
    upload = sample.receive(file)
    at = fine(open_page("upload", upload=upload.id, step="preview"))
    assert "Somebody has to accept this file first" in said(at)
    assert "1 of 1 are otherwise" in said(at)
    reason = next(t for t in at.text_input if t.label == "Why may it come in?")
    reason.set_value("the archive has none")
    at = fine(button(at, "Accept the file").click().run())
    assert "Accepted by local" in said(at)
    assert sample.commit(upload.id).status == "imported"
