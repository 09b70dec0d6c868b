"""Readers of workbooks, one file per kind (.xlsx, .xlsb, .xls, .ods, XML, web pages); they run in the sandbox."""
