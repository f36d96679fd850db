"""The demonstration province: real units of Sơn La, invented people and scores.

Pure modules make the content from a seed (``dice``, ``cast``, ``people``, ``answers``, ``forms``, ``sheets``,
``reasons``); ``loading`` and its neighbours bring it into the database through the actions of the other apps. The
same seed gives the same province, so that tests can say what it contains.
"""
