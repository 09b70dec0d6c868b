"""The list of backups and the check of the database."""
