"""The running year."""
def start(frameworks, staff, *, now):
    pass
