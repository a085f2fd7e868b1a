"""The faults, each with how it is done and undone. The numbers F1 to F27 are the rows of the fault matrix that the page lists."""
