"""The browser files that the portal keeps a copy of, and how to fetch them anew."""
