"""The control room: one page on loopback that shows and moves everything in the demo's office."""
