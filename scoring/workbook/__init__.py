"""A dossier as a workbook: downloaded, filled in without a line, uploaded, compared, applied.

``layout`` says what stands where, ``origin`` carries the state the workbook was taken from, ``writing`` makes the
file, ``reading`` turns a filled one into statements or names what is odd, ``merging`` compares three versions.
"""
