"""The smallest briefing without a problem, for tests that spoil one thing in it."""

SECRET = "zirkonvogel-4711"
"""Stands in every file outside the briefings folder; it may occur in no output whatever."""

HEAD = """\
format: 1
briefing:
  id: exam-bytes
  title: A small briefing for the exam
  language: en
  sharing: TLP:CLEAR
defaults:
  source: exam-post
sources:
  - id: exam-post
    kind: article
    publisher: Exam Post
    title: A made-up title
    url: https://example.org/exam
    published: 2024-11-11
    paragraphs: 3
people:
  - id: examina
    name: Mina Examina
    kind: person
    role: Examiner
snippets:
"""
SNIPPET = """\
  - id: one
    section: caveats
    text: TEXT
    claimed_by: examina
    para: 1
    status: reported
"""
GOOD = HEAD + SNIPPET.replace("TEXT", "Examina says that all is well.")
"""A briefing without a problem under the sections that ship."""
