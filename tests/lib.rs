//! Acceptance tests; the tests themselves lie in the folders beside this file.
