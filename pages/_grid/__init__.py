"""One grid for problems, quarantine and records: a component of ours, plain JavaScript and CSS, no `eval`."""
