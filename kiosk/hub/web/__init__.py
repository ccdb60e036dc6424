"""Server-rendered pages of the office hub: leader, officer console, citizen on the phone."""
