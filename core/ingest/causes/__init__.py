"""What is wrong with a staged upload, cause by cause: each module finds causes of one sort."""
