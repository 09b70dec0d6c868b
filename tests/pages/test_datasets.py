"""Datasets: what there is, what is broken, and one made from a file."""

from __future__ import annotations

from core import Workbench
from core.datasets.model import from_dict
from tests.pages.helpers import Open, button, fine, labels, said


def test_the_fields_and_rules_are_shown(open_page: Open) -> None:
    at = fine(open_page("datasets"))
    shown = said(at)
    assert "they agree on Name, and on Birth date where both have it" in shown
    assert "one of INTJ, INTP" in shown and "list of texts" in shown
    assert "Definition (TOML)" in labels(at, "download_button")


def test_a_broken_definition_is_shown_with_its_error(wb: Workbench, open_page: Open) -> None:
    wb.settings.datasets_dir.mkdir(parents=True)
    (wb.settings.datasets_dir / "bad.toml").write_text("name = 'bad'\nfields = [", "utf-8")
    at = open_page("datasets")
    assert not at.exception
    assert "**bad.toml** cannot be used" in said(at) and "Invalid value" in at.error[0].value


def test_a_dataset_is_made_from_a_sample_changed_and_kept(wb: Workbench, open_page: Open) -> None:
    rows = "".join(f"Band {i},{1990 + i}\n" for i in range(30))
    at = open_page("datasets")
    at.file_uploader[0].set_value(("bands.csv", f"band,since\n{rows}".encode(), "text/csv"))
    at.text_input(key="new-name").set_value("My Bands!").run()
    fine(button(at, "Make a dataset").click().run())
    [definition] = [t for t in at.text_area if t.label == "The definition"]
    assert 'name = "my_bands"' in definition.value
    definition.set_value("name = ").run()
    button(at, "Take it into the form").click().run()
    assert len(at.error) == 1 and "Invalid value" in at.error[0].value
    [definition] = [t for t in at.text_area if t.label == "The definition"]
    definition.set_value('name = "bands"\n[[fields]]\nname = "band"\nrequired = true\n').run()
    fine(button(at, "Take it into the form").click().run())
    fine(button(at, "Keep this dataset").click().run())
    assert wb.dataset("bands").field_names == ("band",)
    fine(open_page("records", dataset="bands"))
    assert len(fine(open_page("home")).button) > 0


def test_a_name_that_is_taken_is_told(wb: Workbench, open_page: Open) -> None:
    at = open_page("datasets")
    at.file_uploader[0].set_value(("a.csv", b"name\nAda\n", "text/csv"))
    at.text_input(key="new-name").set_value("celebrities").run()
    button(at, "Make a dataset").click().run()
    button(at, "Keep this dataset").click().run()
    assert "there is a dataset" in said(at)


def test_an_own_dataset_is_changed_copied_and_deleted(wb: Workbench, open_page: Open) -> None:
    things = {"name": "things", "fields": [{"name": "code", "required": True}, {"name": "size"}]}
    wb.datasets.save(from_dict(things))
    at = fine(open_page("datasets", dataset="things"))
    fine(button(at, "Change").click().run())
    title = next(t for t in at.text_input if t.label == "Title")
    fine(title.set_value("My things").run())
    fine(button(at, "Keep this dataset").click().run())
    assert wb.dataset("things").label == "My things"
    at = fine(open_page("datasets", dataset="things"))
    fine(at.text_input(key="copy-name-things").set_value("others").run())
    fine(at.button(key="copy-go-things").click().run())
    assert wb.dataset("others").field_names == ("code", "size")
    at = fine(open_page("datasets", dataset="things"))
    at.text_input(key="delete-name-things").set_value("wrong").run()
    at.button(key="delete-go-things").click().run()
    assert "is not the name" in said(at)
    at.text_input(key="delete-name-things").set_value("things").run()
    fine(at.button(key="delete-go-things").click().run())
    assert [d.name for d in wb.datasets()] == ["celebrities", "others"]
