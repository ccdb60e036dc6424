"""Things with a plug: a file a kind, each with its protocol class, its real drivers and a virtual twin."""
